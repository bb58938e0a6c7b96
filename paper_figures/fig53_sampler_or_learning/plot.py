"""Learning error against sampler bias: both through training, and the time from which the sampler's is the larger."""

import matplotlib.pyplot as pyplot

from making import looks
from making.folder import part

balance = part("fig53_sampler_or_learning", "balance")


def draw_distances(axes, runs, distance):
    tau, learning = balance.learning_error(runs, distance)
    axes.plot(tau, learning, color=looks.BLACK, linewidth=2, label="learning error")
    chosen = [(steps, run) for (solver, steps), run in runs.points("steps") if solver == "heun" and steps <= 160]
    for (steps, run), colour in zip(chosen, looks.ordered(len(chosen))):
        axes.plot(tau, balance.sampler_bias(run, distance), color=colour, linewidth=1.1, label=f"Heun, {steps} steps")
        at = balance.balance_time(runs, run, distance)
        axes.axvline(at, color=colour, linewidth=0.7, linestyle=(0, (1, 2)))


def draw(runs):
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 2.9))
    for axes, distance, low, high in ((panels[0], "kl", 1e-5, 1e3), (panels[1], "w2", 1e-4, 3e1)):
        draw_distances(axes, runs, distance)
        looks.log_axes(axes, x=(1e-3, 1e6), y=(low, high))
        axes.set_xlabel(looks.training_time())
    panels[0].set_ylabel("KL divergence [nat]")
    panels[1].set_ylabel(r"Wasserstein distance $W_2$ [data]")
    for sampler, marker in zip(balance.SAMPLERS, "os"):
        for distance, colour in (("kl", looks.BLUE), ("w2", looks.VERMILION)):
            steps, tau = balance.balance_times(runs, sampler, distance)
            panels[2].plot(steps, tau, color=colour, marker=marker, markersize=4,
                           linestyle="-" if sampler == "heun" else "--",
                           label=f"{sampler.capitalize()}, {balance.DISTANCES[distance]}")
    panels[2].set(xscale="log", yscale="log", xlim=(8, 400), ylim=(1, 3e5), xlabel="sampler steps",
                  ylabel=r"$\tau$ from which the sampler dominates")
    panels[2].set_xticks([10, 20, 40, 80, 160, 320], ["10", "20", "40", "80", "160", "320"])
    panels[2].minorticks_off()
    panels[2].legend(loc="upper left", labelspacing=0.25)
    looks.lettered(panels, ("in KL", r"in $W_2$", "balance"))
    looks.small_labels(panels)
    looks.legend_below(drawing, *panels[0].get_legend_handles_labels(), columns=6, room=0.08)
    return drawing
