"""Depth 1 to 8: exponents, the plateau, and how sudden learning is."""

import matplotlib.pyplot as pyplot

from making import looks
from making.folder import part

depths = part("fig54_depth", "depths")


def draw_exponents(axes, runs):
    for criterion in depths.CRITERIA:
        found = [(depth, run.law(criterion, "rising")) for depth, run in depths.runs_of(runs, depths.SHOWN)]
        axes.plot([d for d, _ in found], [fit["exponent"] for _, fit in found], markersize=4, label=criterion,
                  **looks.CRITERIA[criterion])
    axes.axhline(1, color="0.75", linewidth=0.8, zorder=0)
    axes.set_ylabel(r"exponent $\alpha$, rising modes")


def draw(runs):
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.5))
    draw_exponents(panels[0], runs)
    for init, colour, marker in zip(depths.INITS, (looks.BLUE, looks.GREEN, looks.VERMILION), "osv"):
        found = depths.runs_of(runs, init)
        at = [depth for depth, _ in found]
        look = {"color": colour, "marker": marker, "markersize": 4, "label": f"$Q$ = {init:g}"}
        panels[1].plot(at, [depths.first_sign(run) for _, run in found], **look)
        panels[2].plot(at, [depths.rise(run) for _, run in found], **look)
        deep = [(depth, depths.plateau(run, init, depth)) for depth, run in found if depth >= 3]
        panels[1].plot(*zip(*deep), color=colour, linewidth=0.8, linestyle=":")
    panels[1].plot([], [], color="0.4", linewidth=0.8, linestyle=":", label="plateau, small $Q$")
    looks.log_axes(panels[1], y=(1e-3, 3))
    looks.log_axes(panels[2], y=(0.9, 1.5e2))
    panels[1].set_ylabel(rf"first sign of mode 1, $\tau^*$  [{looks.PLAIN}]")
    panels[2].set_ylabel(r"$\tau^*$, arithmetic over harmonic, mode 1")
    for axes in panels:
        axes.set(xlabel="number of layers $L$")
        axes.set_xticks(range(1, 9))
        looks.legend_under(axes)
    looks.lettered(panels, (f"exponents, $Q$ = {depths.SHOWN:g}", "the plateau", "then all at once"))
    looks.small_labels(panels)
    return drawing
