"""Table 1 in numbers: exponents and speed-ups by architecture, and how simultaneous a patch convolution is."""

import matplotlib.pyplot as pyplot

from making import looks
from making.folder import part

laws = part("tab01_measured_laws", "laws")


def draw_table(axes, speeds, rows):
    """A line for each architecture: the exponent with its interval left, the speed-up right."""
    reference = rows["one layer"]
    for place, (name, run) in enumerate(rows.items()):
        fit = run.law("geometric", "rising")
        patch = "taps" in name
        look = {"color": looks.VERMILION if patch else looks.BLUE, "marker": "s" if patch else "o", "markersize": 4.5}
        axes.errorbar(fit["exponent"], -place, xerr=looks.bar(fit), linestyle="none", **look)
        speeds.plot(laws.speed_up(run, reference), -place, **look)
    axes.set_yticks([-place for place in range(len(rows))], list(rows))
    axes.set(xlabel=r"exponent $\alpha$ of $\tau^*\sim\lambda^{-\alpha}$", xlim=(-0.1, 1.3))
    axes.axvline(1, color="0.75", linewidth=0.8, zorder=0)
    axes.axvline(0, color="0.75", linewidth=0.8, zorder=0)
    looks.log_axes(speeds, x=(0.25, 2e3))
    speeds.set_xlabel("over one layer")
    speeds.axvline(1, color="0.75", linewidth=0.8, zorder=0)
    speeds.tick_params(labelleft=False)


def draw_simultaneity(axes, runs):
    series = [("CIFAR-10, gray", {k: run for (k,), run in laws.patches(runs) if k in laws.KERNELS})]
    for exponent in laws.EXPONENTS:
        series.append((rf"$\lambda \sim |k|^{{-{exponent}}}$",
                       {k: run for (e, k), run in runs.points("spectra") if e == exponent}))
    for (label, by_kernel), colour, marker in zip(series, (looks.BLACK, looks.BLUE, looks.GREEN, looks.VERMILION),
                                                  looks.MARKERS):
        axes.plot(list(by_kernel), [laws.simultaneity(run) for run in by_kernel.values()], color=colour, marker=marker,
                  markersize=4, label=label)
    axes.axhline(1, color="0.75", linewidth=0.8, zorder=0)
    axes.axhline(0, color="0.75", linewidth=0.8, zorder=0)
    axes.set_xticks(laws.KERNELS)
    axes.set(xlabel="taps a side $K$", ylabel=r"ln spread of $\tau^*$ / ln spread of $\lambda$", ylim=(-0.05, 1.15))
    axes.legend(loc="lower right")


def draw(runs):
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.0), width_ratios=(1.15, 0.85, 1.25))
    panels[1].sharey(panels[0])
    draw_table(panels[0], panels[1], laws.named_runs(runs))
    draw_simultaneity(panels[2], runs)
    looks.lettered(panels, ("exponent", "speed-up", "how simultaneous?"))
    looks.small_labels(panels)
    return drawing
