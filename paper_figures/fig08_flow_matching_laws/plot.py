"""Emergence time against variance under flow matching: a rising and a falling branch for every initial weight."""

from making import looks
from making.branch_panels import figure
from making.branches import REFERENCES


def draw(runs):
    drawing, panels = figure(runs.points("by-init"), ((0.15, 3), (0.08, 2)), REFERENCES)
    panels[0].set_ylabel(r"$\tau^*\lambda$  [1/η]")
    panels[1].set_ylabel(r"$\tau^*\sqrt{\lambda}$  [1/(η data)]")
    for axes in panels:
        low, high = axes.get_ylim()
        ticks = [t for t in (0.1, 0.2, 0.5, 1, 2) if low <= t <= high]
        axes.set_yticks(ticks, [f"{t:g}" for t in ticks])
    looks.lettered(panels, (r"harmonic threshold, times $\lambda$", r"geometric threshold, times $\sqrt{\lambda}$"))
    return drawing
