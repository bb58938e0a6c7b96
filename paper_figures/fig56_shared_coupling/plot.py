"""One weight a noise level against one weight for all: what is learned, and when."""

import matplotlib.pyplot as pyplot

from making import looks

SPOKEN = {"plain": "plain objective", "edm": "EDM preconditioning"}
COUPLINGS = {"independent": (looks.BLUE, "o"), "shared": (looks.VERMILION, "s")}


def draw_times(axes, points):
    """τ* over that of the first mode: the couplings' times have different units, so only slopes compare."""
    for (coupling,), run in points:
        colour, marker = COUPLINGS[coupling]
        first = run.emergence("geometric")["tau_star"].iloc[0]
        for direction, fill in (("rising", colour), ("falling", "white")):
            rows, fit = run.emergence("geometric", direction=direction), run.law("geometric", direction)
            if rows.empty:
                continue
            look = {"color": colour, "marker": marker, "markersize": 4, "markerfacecolor": fill, "linewidth": 0.9}
            axes.plot(rows["target_variance"], rows["tau_star"] / first, color=colour, linewidth=0.9)
            few = looks.sparse(rows, "target_variance", 8)
            axes.plot(few["target_variance"], few["tau_star"] / first, **{**look, "linestyle": "none"})
            axes.plot([], [], **look, label=rf"{coupling}, {direction}: $\alpha$ = {fit['exponent']:.2f}")
    axes.set(xlabel=looks.DATA_VARIANCE)
    looks.legend_under(axes)


def draw_limits(axes, runs):
    for name, line in (("plain", "-"), ("edm", "--")):
        for (coupling,), run in runs.points(name):
            rows = run.emergence("geometric", status=None)
            colour, marker = COUPLINGS[coupling]
            look = {"color": colour, "marker": marker, "linestyle": line, "markersize": 3.5, "linewidth": 1.1}
            few = looks.sparse(rows, "target_variance", 8)
            axes.plot(few["target_variance"], few["limit_variance"] / few["target_variance"],
                      **{**look, "linestyle": "none"})
            axes.plot(rows["target_variance"], rows["limit_variance"] / rows["target_variance"],
                      **{**look, "marker": "none"})
            axes.plot([], [], **look, label=f"{coupling}, {'EDM' if name == 'edm' else 'plain'}")
    looks.log_axes(axes, x=(4e-3, 2e2), y=(5e-5, 2e2))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=r"learned in the end, $\tilde\lambda(\infty)/\lambda$")
    looks.legend_under(axes, handlelength=2.8)


def draw(runs):
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.4))
    for axes, name in zip(panels, SPOKEN):
        draw_times(axes, runs.points(name))
    looks.log_axes(panels[0], x=(4e-3, 2e2), y=(0.3, 3e5))
    looks.log_axes(panels[1], x=(4e-3, 2e2), y=(0.3, 3e3))
    panels[0].set_ylabel(r"$\tau^*$ over that of the first mode")
    draw_limits(panels[2], runs)
    looks.lettered(panels, (SPOKEN["plain"], SPOKEN["edm"], "what is learned"))
    looks.small_labels(panels)
    return drawing
