"""Kernels of 1 to N taps a side: what of the data they learn, and when."""

import matplotlib.pyplot as pyplot

from making import looks
from making.folder import part

kernels = part("fig55_kernel_size", "kernels")
LEARNED, TIMED = (1, 3, 5, 7, 12), (1, 3, 5, 12)


def draw(runs):
    points = [(kernel, run) for (kernel,), run in runs.points("kernels")]
    colours = dict(zip([kernel for kernel, _ in points], looks.ordered(len(points))))
    markers = dict(zip([kernel for kernel, _ in points], looks.MARKERS))
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.0))
    for kernel, run in points:
        rows = kernels.modes(run)
        look = {"color": colours[kernel], "marker": markers[kernel], "linestyle": "none", "markersize": 3}
        label = rf"{kernel} $\times$ {kernel} taps"
        panels[0].plot(rows["radius"] + 1, rows["learned"], **look, alpha=0.8) if kernel in LEARNED else None
        if kernel in TIMED:
            panels[1].plot(rows["target_variance"], rows["tau_star"], **look, alpha=0.8)
        if kernel in LEARNED:
            panels[2].plot([], [], label=label, **look)
    sizes = [kernel for kernel, _ in points]
    panels[2].plot(sizes, [kernels.spread(kernels.modes(run)["tau_star"]) for _, run in points], color=looks.BLUE,
                   marker="o",
                   markersize=4)
    spectrum = points[0][1]["spectrum"]["variance"]
    panels[2].axhline(kernels.spread(spectrum), color=looks.BLUE, linewidth=0.8, linestyle=looks.TARGET_DASH)
    errors = panels[2].twinx()
    errors.spines["right"].set_visible(True)
    errors.plot(sizes, [kernels.capacity_error(run) for _, run in points], color=looks.VERMILION, marker="s",
                markersize=4)
    errors.set(yscale="log", ylim=(1e-6, 1e3))
    errors.set_ylabel("capacity error, KL [nat]", color=looks.VERMILION)
    panels[0].set(xscale="log", yscale="log", xlabel="1 + frequency $|k|$ [cycles per image]",
                  ylabel=r"learned in the end, $\tilde\lambda_k(\infty)/\lambda_k$", ylim=(5e-2, 3e2), xlim=(0.9, 11))
    panels[0].set_xticks([1, 2, 4, 8], ["1", "2", "4", "8"])
    panels[0].minorticks_off()
    panels[0].axhline(1, color="0.6", linewidth=0.8, linestyle=looks.TARGET_DASH, zorder=0)
    looks.log_axes(panels[1], x=(4e-3, 1.2e1), y=(1e-4, 1e0))
    panels[1].set(xlabel=looks.DATA_VARIANCE, ylabel=looks.EMERGENCE_TIME)
    panels[2].set(xlabel="taps a side $K$", yscale="log", ylim=(0.7, 3e4))
    panels[2].set_ylabel(r"last $\tau^*$ over first $\tau^*$", color=looks.BLUE)
    panels[2].set_xticks(sizes, [str(kernel) for kernel in sizes])
    looks.lettered(panels, ("what", "when", "from one time to a law"))
    looks.small_labels([*panels, errors])
    looks.legend_below(drawing, *panels[2].get_legend_handles_labels(), columns=7, room=0.07)
    return drawing
