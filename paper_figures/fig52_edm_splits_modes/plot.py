"""EDM's preconditioning: where modes part into rising and falling, and the exponents beside those of a real network."""

import matplotlib.pyplot as pyplot

from making import looks
from making.commands import ROOT
from making.run_tables import Run

MEASURED = ROOT / "scenarios/experiments/mlp_gaussian64"
LAWS = [(c, d) for c in ("geometric", "harmonic") for d in ("rising", "falling")]


def draw_split(axes, points):
    for (((sigma_data,), run), colour, marker) in zip(points, looks.ordered(len(points)), looks.MARKERS):
        look = {"color": colour, "marker": marker, "markersize": 3, "linestyle": "none"}
        for direction, fill in (("rising", colour), ("falling", "none")):
            rows = run.emergence("geometric", direction=direction)
            axes.plot(rows["target_variance"], rows["tau_star"], markerfacecolor=fill, markeredgewidth=0.7, **look)
        axes.axvline(sigma_data**2, color=colour, linewidth=0.9, linestyle=looks.TARGET_DASH)
        axes.plot([], [], label=rf"$\sigma_d$ = {sigma_data:g}", **look)
    looks.log_axes(axes, x=(4e-3, 1.5e2), y=(1e-2, 1e1))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=looks.emergence_time())
    axes.legend(loc="upper right")


def draw_exponents(axes, runs):
    shown = (("plain objective", runs["plain"], looks.SKY, "^"),
             (r"EDM, $\sigma_d$ = 0.5", dict((v[0], r) for v, r in runs.points("edm"))[0.5], looks.BLUE, "s"),
             ("trained MLP", Run(MEASURED), looks.BLACK, "o"))
    for place, (label, run, colour, marker) in enumerate(shown):
        for line, law in enumerate(LAWS):
            fit = run.law(*law)
            if fit is None:
                continue
            at = len(LAWS) - 1 - line + 0.22 * (1 - place)
            axes.errorbar(fit["exponent"], at,
                          xerr=[[fit["exponent"] - fit["ci_low"]], [fit["ci_high"] - fit["exponent"]]],
                          color=colour, marker=marker, markersize=4.5, linestyle="none",
                          label=label if line == 0 else None)
    for half in (0.5, 1.0):
        axes.axvline(half, color="0.75", linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(LAWS)), [f"{c}\n{d}" for c, d in reversed(LAWS)])
    axes.set(xlabel=r"exponent $\alpha$, interval of 95 %", xlim=(0.3, 1.7), ylim=(-0.5, 3.5))
    axes.legend(loc="upper right")


def draw(runs):
    drawing, panels = pyplot.subplots(1, 2, figsize=(6.75, 3.2))
    draw_split(panels[0], runs.points("edm"))
    draw_exponents(panels[1], runs)
    looks.lettered(panels, (r"modes part at $\sigma_d^2$ (dashed)", r"$\alpha \approx 1/2$, as in a real network"))
    return drawing
