"""Emergence time against variance for several initial weights, a panel for each criterion."""

import matplotlib.pyplot as pyplot

from . import looks

Q_MARKERS = dict(zip((0.0, 0.1, 0.5, 0.6, 1.0), looks.MARKERS))


def draw_branches(axes, points, criterion, ylim):
    """Filled: rising; open: falling; crosses: gray zone, left out of the fits. Lines: least squares in each direction."""
    for ((init,), run), colour in zip(points, looks.ordered(len(points))):
        look = {"color": colour, "marker": Q_MARKERS[init], "markersize": 4, "linestyle": "none"}
        for direction, fill in (("rising", colour), ("falling", "none")):
            rows, fit = run.emergence(criterion, direction=direction), run.law(criterion, direction)
            axes.plot(rows["target_variance"], rows["tau_star"], markerfacecolor=fill, **look)
            if fit is not None:
                looks.law_line(axes, fit, rows["target_variance"].min(), rows["target_variance"].max(), color=colour,
                               linestyle="-" if direction == "rising" else "--")
        gray = run.emergence(criterion, status="gray-zone")
        axes.plot(gray["target_variance"], gray["tau_star"], **{**look, "marker": "x", "markersize": 3.5}, alpha=0.6)
    variances = points[0][1]["spectrum"]["variance"]
    looks.log_axes(axes, x=(variances.min() / 1.6, variances.max() * 1.6), y=ylim)
    axes.set_xlabel(looks.DATA_VARIANCE)


def exponents(points, criterion):
    """A line a weight for the legend: exponents of both directions."""
    lines = []
    for (init,), run in points:
        parts = []
        for arrow, direction in (("↑", "rising"), ("↓", "falling")):
            fit = run.law(criterion, direction)
            parts.append(f"{arrow} {fit['exponent']:.2f}" if fit is not None else f"{arrow}  –  ")
        lines.append(f"$Q$ = {init:g}:  " + "   ".join(parts))
    return lines


def figure(points, ylim, corner):
    """Two panels, harmonic and geometric; `corner` is where the exponents stand."""
    drawing, panels = pyplot.subplots(1, 2, figsize=(6.75, 3.7), sharey=True)
    colours = looks.ordered(len(points))
    for axes, criterion in zip(panels, ("harmonic", "geometric")):
        draw_branches(axes, points, criterion, ylim)
        handles = [pyplot.Line2D([], [], color=colour, marker=Q_MARKERS[init], markersize=4, linewidth=0.9)
                   for ((init,), _), colour in zip(points, colours)]
        axes.legend(handles, exponents(points, criterion), loc=corner, title=r"$\alpha$, rising ↑ and falling ↓",
                    title_fontsize=7, alignment="left", labelspacing=0.25, borderaxespad=0.1)
    panels[0].set_ylabel(looks.emergence_time())
    looks.lettered(panels, ("harmonic threshold", "geometric threshold"))
    return drawing
