"""Emergence time against variance for several initial weights, a panel for each criterion."""

import matplotlib.pyplot as pyplot

from . import looks

Q_MARKERS = dict(zip((0.0, 0.1, 0.5, 0.6, 1.0), looks.MARKERS))


def draw_branches(axes, points, criterion, reference=0.0):
    """Filled: rising; open: falling; crosses: gray zone, left out of the fits. Lines: least squares in each direction.

    τ* is multiplied by λ^reference, which levels a law of that exponent and so parts series that lie close together.
    """
    for ((init,), run), colour in zip(points, looks.ordered(len(points))):
        look = {"color": colour, "marker": Q_MARKERS[init], "markersize": 4, "linestyle": "none"}
        for direction, fill in (("rising", colour), ("falling", "white")):
            rows, fit = run.emergence(criterion, direction=direction), run.law(criterion, direction)
            variances = rows["target_variance"]
            if fit is not None:
                level = {"exponent": fit["exponent"] - reference, "prefactor": fit["prefactor"]}
                looks.law_line(axes, level, variances.min(), variances.max(), color=colour,
                               linestyle="-" if direction == "rising" else "--")
            axes.plot(variances, rows["tau_star"] * variances**reference, markerfacecolor=fill, **look)
        gray = run.emergence(criterion, status="gray-zone")
        axes.plot(gray["target_variance"], gray["tau_star"] * gray["target_variance"]**reference,
                  **{**look, "marker": "x", "markersize": 3.5})
    variances = points[0][1]["spectrum"]["variance"]
    looks.log_axes(axes, x=(variances.min() / 1.6, variances.max() * 1.6))
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


def add_legend(axes, points, criterion):
    """Symbols as in the panel: open where no mode rises."""
    handles = []
    for ((init,), run), colour in zip(points, looks.ordered(len(points))):
        rises = len(run.emergence(criterion, direction="rising")) > 0
        handles.append(pyplot.Line2D([], [], color=colour, marker=Q_MARKERS[init], markersize=4, linewidth=0.9,
                                     linestyle="-" if rises else "--", markerfacecolor=colour if rises else "white"))
    looks.legend_under(axes, handles=handles, labels=exponents(points, criterion),
                       title=r"$\alpha$, rising ↑ and falling ↓", title_fontsize=7, alignment="left")


def figure(points, ylims, references=None):
    """Two panels, harmonic and geometric; `references`: {criterion: exponent of the law that is drawn level}."""
    drawing, panels = pyplot.subplots(1, 2, figsize=(6.75, 4.3), sharey=references is None)
    for axes, criterion, ylim in zip(panels, ("harmonic", "geometric"), ylims):
        draw_branches(axes, points, criterion, (references or {}).get(criterion, 0.0))
        looks.log_axes(axes, y=ylim)
        add_legend(axes, points, criterion)
    panels[0].set_ylabel(looks.emergence_time())
    looks.lettered(panels, ("harmonic threshold", "geometric threshold"))
    return drawing, panels
