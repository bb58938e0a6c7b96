"""EDM's preconditioning: where modes part into rising and falling, and the exponents beside those of a real network."""

import matplotlib.pyplot as pyplot

from making import looks
from making.commands import ROOT
from making.run_tables import Run

MEASURED = ROOT / "scenarios/experiments/mlp_gaussian64"
NETWORKS = 0.5  # sigma_data of the trained MLP
LAWS = [(c, d) for c in ("geometric", "harmonic") for d in ("rising", "falling")]


def draw_split(axes, points):
    """Filled rising, open falling; of many modes as many symbols as can be told apart, on a line through all."""
    for ((sigma_data,), run), look in zip(points, looks.in_order(len(points))):
        for direction, fill in (("rising", look["color"]), ("falling", "white")):
            rows = run.emergence("geometric", direction=direction)
            axes.plot(rows["target_variance"], rows["tau_star"], color=look["color"], linewidth=0.9)
            few = looks.sparse(rows, "target_variance", 7)
            axes.plot(few["target_variance"], few["tau_star"], linestyle="none", markerfacecolor=fill,
                      **{**look, "markersize": 4})
        axes.axvline(sigma_data**2, color=look["color"], linewidth=0.9, linestyle=looks.TARGET_DASH)
        axes.plot([], [], label=rf"$\sigma_d$ = {sigma_data:g}", **{**look, "markersize": 4})
    looks.log_axes(axes, x=(4e-3, 1.5e2), y=(5e-3, 5))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=looks.emergence_time(looks.PRECONDITIONED))
    looks.legend_under(axes, ncol=3)


def draw_exponents(axes, runs):
    edm = dict((value[0], run) for value, run in runs.points("edm"))[NETWORKS]
    shown = (("plain objective", runs["plain"], looks.SKY, "^"),
             (rf"EDM, $\sigma_d$ = {NETWORKS:g}, weighting edm", edm, looks.BLUE, "s"),
             ("the same, edm-lognormal (the MLP's loss)", runs["own-loss"], looks.VERMILION, "D"),
             ("trained MLP", Run(MEASURED), looks.BLACK, "o"))
    for place, (label, run, colour, marker) in enumerate(shown):
        for line, law in enumerate(LAWS):
            fit = run.law(*law)
            if fit is None:
                continue
            at = len(LAWS) - 1 - line + 0.17 * (1.5 - place)
            axes.errorbar(fit["exponent"], at, xerr=looks.bar(fit), color=colour, marker=marker, markersize=4,
                          linestyle="none", label=label if line == 0 else None)
    for half in (0.5, 1.0):
        axes.axvline(half, color="0.75", linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(LAWS)), [f"{c}\n{d}" for c, d in reversed(LAWS)])
    axes.set(xlabel=r"exponent $\alpha$ and its interval", xlim=(-0.05, 1.3), ylim=(-0.5, 3.5))
    looks.legend_under(axes)


def draw(runs):
    drawing, panels = pyplot.subplots(1, 2, figsize=(6.75, 3.8))
    draw_split(panels[0], runs.points("edm"))
    draw_exponents(panels[1], runs)
    looks.lettered(panels, (r"modes part at $\sigma_d^2$ (dashed)", "exponents, and those of a real network"))
    return drawing
