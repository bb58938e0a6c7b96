"""Kernels of 1 to N taps a side: what of the data they learn, and when."""

import matplotlib.pyplot as pyplot

from making import looks
from making.folder import part

kernels = part("fig55_kernel_size", "kernels")


def draw_modes(what, when, points):
    """Panels a and b: a symbol a mode; where modes lie on one line, enough of them to see it."""
    for (kernel, run), look in zip(points, looks.in_order(len(points))):
        rows = kernels.modes(run)
        if kernel in kernels.LEARNED:
            what.plot(rows["radius"], rows["learned"], linestyle="none", **look,
                      label=rf"{kernel} $\times$ {kernel} taps")
        if kernel in kernels.TIMED:
            when.plot(rows["target_variance"], rows["tau_star"], linestyle="none", **look)
    looks.log_axes(what, y=(1.5e-2, 6e1))
    what.set(xlabel="frequency $|k|$\n[cycles per image]", xlim=(-0.4, 9), xticks=(0, 2, 4, 6, 8),
             ylabel=r"learned in the end, $\tilde\lambda(\infty)/\lambda$")
    what.axhline(1, color="0.6", linewidth=0.8, linestyle=looks.TARGET_DASH, zorder=0)
    looks.log_axes(when, x=(4e-3, 1.2e1), y=(1e-4, 1e0))
    when.set(xlabel="variance $\\lambda$\n[data²]", ylabel=looks.emergence_time())


def draw_by_size(spread, error, points):
    """Panels c and d."""
    sizes = [kernel for kernel, _ in points]
    look = {"color": looks.BLACK, "marker": "o", "markersize": 3.5}
    spread.plot(sizes, [kernels.spread(kernels.modes(run)["tau_star"]) for _, run in points], **look)
    spread.axhline(kernels.spread(points[0][1]["spectrum"]["variance"]), color="0.4", linewidth=0.8,
                   linestyle=looks.TARGET_DASH)
    looks.log_axes(spread, y=(0.7, 3e3))
    spread.set(ylabel=r"last $\tau^*$ over first $\tau^*$", xlabel="taps a side $K$")
    error.plot(sizes, [kernels.capacity_error(run) for _, run in points], **look)
    looks.log_axes(error, y=(1e-6, 1e3))
    error.set(ylabel="capacity error, KL [nat]", xlabel="taps a side $K$")
    for axes in (spread, error):
        axes.set_xticks([1, 3, 5, 7, 9, 12])


def draw(runs):
    points = [(kernel, run) for (kernel,), run in runs.points("kernels")]
    drawing, panels = pyplot.subplots(1, 4, figsize=(6.75, 3.2), width_ratios=(1.2, 1.2, 1, 1))
    draw_modes(*panels[:2], points)
    draw_by_size(*panels[2:], points)
    looks.lettered(panels, ("what", "when", "spread", "missing"))
    looks.small_labels(panels)
    looks.legend_below(drawing, *panels[0].get_legend_handles_labels(), columns=7, room=0.07)
    return drawing
