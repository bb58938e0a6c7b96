"""Depth 1 to 8: exponents, the plateau, and how sudden learning is."""

import matplotlib.pyplot as pyplot
import numpy

from making import looks
from making.folder import part

depths = part("fig54_depth", "depths")


def draw_exponents(axes, runs):
    for criterion in ("harmonic", "geometric", "arithmetic"):
        found = [(depth, run.law(criterion, "rising")) for depth, run in depths.runs_of(runs, depths.SHOWN)]
        axes.plot([d for d, _ in found], [fit["exponent"] for _, fit in found], markersize=4, label=criterion,
                  **looks.CRITERIA[criterion])
    axes.axhline(1, color="0.75", linewidth=0.8, zorder=0)
    axes.set_ylabel(r"exponent $\alpha$, rising modes")
    axes.legend(loc="upper right")


def draw(runs):
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 2.8))
    draw_exponents(panels[0], runs)
    for init, colour, marker in zip(depths.INITS, (looks.BLUE, looks.GREEN, looks.VERMILION), "osv"):
        at = [depth for depth, _ in depths.runs_of(runs, init)]
        first = [depths.first_sign(run) for _, run in depths.runs_of(runs, init)]
        look = {"color": colour, "marker": marker, "markersize": 4, "label": f"$Q$ = {init:g}"}
        panels[1].plot(at, first, **look)
        panels[2].plot(at, [depths.rise(run) for _, run in depths.runs_of(runs, init)], **look)
        beyond = numpy.array([depth for depth in at if depth >= 3])
        # T-6: θ = (Q/w*)^−(1−2/L)/(1−2/L), θ = 2ηL m w*^(1−2/L) τ, at noise levels well below λ: w* = 1, m = λ.
        power = 1 - 2 / beyond
        panels[1].plot(beyond, init**-power / power / (2 * beyond * depths.LARGEST), color=colour, linewidth=0.8,
                       linestyle=":")
    panels[1].plot([], [], color="0.4", linewidth=0.8, linestyle=":", label="plateau (T-6)")
    panels[1].set(yscale="log", ylabel=r"first sign of mode 1: $\tau^*$, harmonic")
    panels[2].set(yscale="log", ylabel=r"$\tau^*_\mathrm{arithmetic}\,/\,\tau^*_\mathrm{harmonic}$, mode 1",
                  ylim=(1, 1e3))
    for axes in panels:
        axes.set(xlabel="number of layers $L$")
        axes.set_xticks(range(1, 9))
    panels[1].legend(loc="lower right", labelspacing=0.25)
    panels[2].legend(loc="upper right", labelspacing=0.25)
    looks.lettered(panels, (f"exponents, $Q$ = {depths.SHOWN:g}", "the plateau", "then all at once"))
    looks.small_labels(panels)
    return drawing
