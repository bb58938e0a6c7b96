"""Mean and covariance learned together: phase portrait of weight and bias, and the overshoot of weight and variance."""

import matplotlib.pyplot as pyplot
import numpy

from making import looks
from making.folder import part

portrait = part("fig21_mean_and_covariance", "portrait")


def draw_portrait(axes, points):
    for ((init,), run), colour in zip(points, looks.ordered(len(points))):
        tau, weight, bias = portrait.path(run)
        axes.plot(weight, bias, color=colour, linewidth=1.1)
        axes.plot(init, 0, color=colour, marker="o", markersize=3.5, clip_on=False)
        half = numpy.searchsorted(bias, bias[-1] / 4) if bias[-1] > 0 else len(bias) // 2
        half = min(max(half, 1), len(bias) - 2)
        axes.annotate("", (weight[half + 1], bias[half + 1]), (weight[half], bias[half]),
                      arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 0.8})
    w, b = portrait.optimum(points[0][1])
    for (rate, direction), line, name in zip(portrait.directions(points[0][1]), ((0, (4, 3)), (0, (1, 1.5))),
                                             ("slow", "fast")):
        ends = numpy.array([-3, 3])
        axes.plot(w + ends * direction[0], b + ends * direction[1], color="0.55", linewidth=0.8, linestyle=line,
                  zorder=0,
                  label=rf"{name}, rate {rate:.2g} $\eta$")
    axes.plot(w, b, marker="*", markersize=9, color=looks.VERMILION, zorder=5, linestyle="none", label="optimum")
    axes.set(xlim=(-0.6, 1.6), ylim=(-0.35, 2.3), xlabel=r"weight $w$ at $\sigma = 1$",
             ylabel=r"bias $b$ at $\sigma = 1$  [data]")
    axes.legend(loc="upper right", labelspacing=0.25, borderaxespad=0.1, frameon=True, framealpha=1, edgecolor="none")


def draw(runs):
    drawing, panels = pyplot.subplots(1, 4, figsize=(6.75, 2.7), width_ratios=(1.5, 1, 1, 1))
    draw_portrait(panels[0], runs.points("by-init"))
    points = runs.points("by-mean")
    for (_, run), colour in zip(points, looks.ordered(len(points))):
        tau, weight, _ = portrait.path(run)
        mu = portrait.mean_of(run)
        panels[1].plot(tau[1:], weight[1:], color=colour, label=rf"$\mu$ = {mu:g}")
        times, variance = run.curve(1)
        panels[2].plot(times, variance / run["spectrum"]["variance"].iloc[0], color=colour)
        if mu > 0:
            panels[3].plot(*portrait.deviation(run), color=colour)
    panels[1].axhline(portrait.optimum(points[0][1])[0], color="0.55", linewidth=0.8, linestyle=looks.TARGET_DASH)
    panels[2].axhline(1, color="0.55", linewidth=0.8, linestyle=looks.TARGET_DASH)
    for axes in panels[1:]:
        looks.log_axes(axes, x=(1e-3, 1e2))
        looks.decades(axes.xaxis, 1e-3, 1e2, most=3)
        axes.set_xlabel(r"training time $\tau$")
    panels[1].set_ylabel(r"weight $w$ at $\sigma = 1$")
    looks.log_axes(panels[2], y=(1e-5, 2e1))
    panels[2].set_ylabel(r"generated over data variance $\tilde\lambda/\lambda$")
    panels[3].set_ylabel("squared distance of means / start")
    looks.lettered(panels, (r"weight and bias, $\mu$ = 2", "weight", "variance", "mean"))
    looks.small_labels(panels)
    looks.legend_below(drawing, *panels[1].get_legend_handles_labels(), room=0.08)
    return drawing
