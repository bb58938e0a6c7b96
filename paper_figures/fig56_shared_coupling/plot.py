"""One weight a noise level against one weight for all: what is learned, and when."""

import matplotlib.pyplot as pyplot

from making import looks

SPOKEN = {"plain": "plain objective", "edm": "EDM preconditioning"}
COUPLINGS = {"independent": (looks.BLUE, "o"), "shared": (looks.VERMILION, "s")}


def draw_times(axes, points):
    for (coupling,), run in points:
        colour, marker = COUPLINGS[coupling]
        for direction, fill in (("rising", colour), ("falling", "none")):
            rows, fit = run.emergence("geometric", direction=direction), run.law("geometric", direction)
            if rows.empty:
                continue
            axes.plot(rows["target_variance"], rows["tau_star"], linestyle="none", marker=marker, markersize=2.8,
                      color=colour,
                      markerfacecolor=fill, markeredgewidth=0.7,
                      label=rf"{coupling}, {direction}: $\alpha$ = {fit['exponent']:.2f}")
    axes.set(xlabel=looks.DATA_VARIANCE)
    axes.legend(loc="upper right", labelspacing=0.25, borderaxespad=0.1, handlelength=0.8, handletextpad=0.4)


def draw(runs):
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.0))
    for axes, name in zip(panels, SPOKEN):
        draw_times(axes, runs.points(name))
    looks.log_axes(panels[0], x=(4e-3, 2e2), y=(1e-3, 1e6))
    looks.log_axes(panels[1], x=(4e-3, 2e2), y=(5e-4, 1e3))
    panels[0].set_ylabel(looks.emergence_time())
    for name, line in (("plain", "-"), ("edm", "--")):
        for (coupling,), run in runs.points(name):
            rows = run.emergence("geometric", status=None)
            panels[2].plot(rows["target_variance"], rows["limit_variance"] / rows["target_variance"], line,
                           color=COUPLINGS[coupling][0], label=f"{coupling}, {'EDM' if name == 'edm' else 'plain'}")
    looks.log_axes(panels[2], x=(4e-3, 2e2), y=(1e-4, 1e4))
    panels[2].set(xlabel=looks.DATA_VARIANCE, ylabel=r"learned in the end, $\tilde\lambda(\infty)/\lambda$")
    panels[2].legend(loc="upper right", labelspacing=0.25, borderaxespad=0.1)
    looks.lettered(panels, (SPOKEN["plain"], SPOKEN["edm"], "what is learned"))
    looks.small_labels(panels)
    return drawing
