"""Learning error and sampler: total error through training, and from when on the sampler doubles it."""

import matplotlib.pyplot as pyplot
import numpy

from making import looks
from making.folder import part

balance = part("fig53_sampler_or_learning", "balance")
SHOWN = (10, 20, 40, 80, 160)  # noise levels of panels a and b
COMPARED = (("heun", 20), ("heun", 40), ("euler", 10), ("euler", 20), ("euler", 40))  # of panel c


def draw_errors(axes, runs, distance):
    """Black: exact sampling; coloured: Heun's total, and, thin, its bias alone."""
    tau, learning = balance.learning_error(runs, distance)
    chosen = [(steps, run) for (solver, steps), run in runs.points("steps") if solver == "heun" and steps in SHOWN]
    for (steps, run), look in zip(chosen, looks.in_order(len(chosen), len(tau))):
        axes.plot(tau, balance.total_error(run, distance), linewidth=1.1, label=f"Heun, {steps} levels", **look)
        axes.plot(tau, balance.sampler_bias(run, distance), color=look["color"], linewidth=0.8, linestyle=(0, (1, 1.5)))
    axes.plot(tau, learning, color=looks.BLACK, linewidth=1.8, label="exact sampling")


def draw_ratios(axes, runs, distance="kl"):
    """Total over learning error: below 1 the two cancel."""
    tau, learning = balance.learning_error(runs, distance)
    by_name = dict(runs.points("steps"))
    colours = {"heun": looks.BLUE, "euler": looks.VERMILION}
    lines = {10: (0, (1, 1)), 20: "-", 40: (0, (4, 2))}
    for sampler, steps in COMPARED:
        axes.plot(tau, balance.total_error(by_name[sampler, steps], distance) / learning, color=colours[sampler],
                  linestyle=lines[steps], linewidth=1.1, label=f"{sampler.capitalize()}, {steps} levels")
    axes.axhline(1, color="0.6", linewidth=0.8, zorder=0)
    axes.axhline(balance.ENOUGH, color="0.6", linewidth=0.8, linestyle=looks.TARGET_DASH, zorder=0)
    looks.log_axes(axes, x=(1e-3, 3e3))
    axes.set(ylim=(0.5, 3), xlabel=looks.training_time(), ylabel="total over learning error, KL")
    looks.legend_under(axes, ncol=2)


def draw_costs(axes, runs):
    for sampler, marker in zip(balance.SAMPLERS, "os"):
        line, fill = ("-", None) if sampler == "heun" else ("--", "white")
        for distance, colour in (("kl", looks.BLACK), ("w2", looks.VERMILION)):
            cost, tau = balance.doubling_times(runs, sampler, distance)
            known = numpy.isfinite(tau)
            axes.plot(cost[known], tau[known], color=colour, marker=marker, markersize=4,
                      linestyle=line, markerfacecolor=fill or colour,
                      label=f"{sampler.capitalize()}, {balance.DISTANCES[distance]}")
    looks.log_axes(axes, x=(7, 5e2), y=(2e1, 4e3))
    axes.set(xlabel="network evaluations a sample", ylabel=r"time $\tau$ of doubling  [1/(η data²)]")
    axes.set_xticks([10, 20, 50, 100, 200, 500], ["10", "20", "50", "100", "200", "500"])
    looks.legend_under(axes, ncol=2)


def draw(runs):
    drawing, panels = pyplot.subplots(2, 2, figsize=(6.75, 5.8))
    panels = panels.flat
    for axes, distance, low, high in ((panels[0], "kl", 1e-5, 1e3), (panels[1], "w2", 1e-4, 3e1)):
        draw_errors(axes, runs, distance)
        looks.log_axes(axes, x=(1e-3, 1e6), y=(low, high))
        axes.set_xlabel(looks.training_time())
        looks.legend_under(axes, ncol=2)
    panels[0].set_ylabel("KL divergence to the data [nat]")
    panels[1].set_ylabel(r"$W_2$ to the data [data]")
    draw_ratios(panels[2], runs)
    draw_costs(panels[3], runs)
    looks.lettered(panels, ("in KL", r"in $W_2$", "errors add, or cancel", "cost, and when it is not enough"))
    looks.small_labels(panels)
    return drawing
