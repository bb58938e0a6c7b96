"""Mean and covariance learned together: phase portrait of weight and bias, and the overshoot of weight and variance."""

import matplotlib.pyplot as pyplot
import numpy

from making import looks
from making.folder import part

portrait = part("fig21_mean_and_covariance", "portrait")


TIME = rf"$\tau$  [{looks.PRECONDITIONED}]"  # a bias learns at the rate η: the data's unit, √λ here, matters


def draw_portrait(axes, points):
    """Black: a path for each Q, which stands at its start. Gray: eigendirections of learning about the optimum."""
    for place, ((init,), run) in enumerate(points):
        tau, weight, bias = portrait.path(run)
        axes.plot(weight, bias, color=looks.BLACK, linewidth=0.9)
        axes.plot(init, 0, color=looks.BLACK, marker="o", markersize=3, clip_on=False)
        axes.annotate(f"{init:g}", (init, 0), (0, (-10, -18)[place % 2]), textcoords="offset points", fontsize=7,
                      horizontalalignment="center")
        half = numpy.searchsorted(bias, bias[-1] / 4) if bias[-1] > 0 else len(bias) // 2
        half = min(max(half, 1), len(bias) - 2)
        axes.annotate("", (weight[half + 1], bias[half + 1]), (weight[half], bias[half]),
                      arrowprops={"arrowstyle": "-|>", "color": looks.BLACK, "linewidth": 0.8})
    w, b = portrait.optimum(points[0][1])
    for (rate, direction), line, name in zip(portrait.directions(points[0][1]), ((0, (4, 3)), (0, (1, 1.5))),
                                             ("slow", "fast")):
        ends = numpy.array([-3, 3])
        axes.plot(w + ends * direction[0], b + ends * direction[1], color="0.45", linewidth=0.9, linestyle=line,
                  zorder=0, label=rf"{name}, rate {rate:.2g} $\eta$")
    axes.plot(w, b, marker="*", markersize=9, color=looks.VERMILION, zorder=5, linestyle="none", label="optimum")
    sigma = portrait.noise_level(points[0][1])
    axes.set(xlim=(-0.65, 1.65), ylim=(-0.5, 1.5), xlabel=rf"weight $w$ at $\sigma = {sigma:g}$",
             ylabel=rf"bias $b$ at $\sigma = {sigma:g}$  [data]")
    looks.legend_under(axes)


def draw_by_mean(panels, points):
    """Weight, variance and mean through training, a curve for each mean."""
    for (_, run), look in zip(points, looks.in_order(len(points), len(points[0][1].curve(1)[0]))):
        tau, weight, _ = portrait.path(run)
        mu = portrait.mean_of(run)
        look["linewidth"] = 1.1
        panels[0].plot(tau[1:], weight[1:], **look, label=rf"$\mu$ = {mu:g}")
        times, variance = run.curve(1)
        panels[1].plot(times, variance / run["spectrum"]["variance"].iloc[0], **look)
        if mu > 0:
            panels[2].plot(*portrait.deviation(run), **look)
    panels[0].axhline(portrait.optimum(points[0][1])[0], color="0.45", linewidth=0.8, linestyle=looks.TARGET_DASH)
    panels[1].axhline(1, color="0.45", linewidth=0.8, linestyle=looks.TARGET_DASH)
    labels = (rf"weight $w$ at $\sigma = {portrait.noise_level(points[0][1]):g}$",
              r"generated variance, $\tilde\lambda(\tau)/\lambda$", r"$(\tilde\mu(\tau) - \mu)^2$ over its start")
    for axes, label in zip(panels, labels):
        looks.log_axes(axes, x=(1e-3, 1e2))
        looks.decades(axes.xaxis, 1e-3, 1e2, most=3)
        axes.set(xlabel=TIME, ylabel=label)
    looks.log_axes(panels[1], y=(1e-5, 2e1))


def draw(runs):
    drawing, panels = pyplot.subplots(1, 4, figsize=(6.75, 3.3), width_ratios=(1.7, 1, 1, 1))
    draw_portrait(panels[0], runs.points("by-init"))
    draw_by_mean(panels[1:], runs.points("by-mean"))
    mu = portrait.mean_of(runs.points("by-init")[0][1])
    looks.lettered(panels, (rf"weight and bias, $\mu$ = {mu:g}", "weight", "variance", "mean"))
    looks.small_labels(panels)
    looks.legend_below(drawing, *panels[1].get_legend_handles_labels(), room=0.08)
    return drawing
