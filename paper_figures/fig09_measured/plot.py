"""A trained MLP, measured, and the closest linear theory on top."""

import matplotlib.pyplot as pyplot

from making import looks
from making.commands import ROOT
from making.run_tables import Run

MEASURED = ROOT / "scenarios/experiments/mlp_gaussian64"
MODES = (1, 5, 17, 35, 52, 64)


def draw_curves(axes, measured, theory):
    for mode, colour in zip(MODES, looks.ordered(len(MODES))):
        rows = measured["variance"]
        rows = rows[(rows["mode"] == mode) & (rows["tau"] > 0)]
        target = rows["target_variance"].iloc[0]
        axes.errorbar(rows["tau"], rows["variance"], yerr=2 * rows["standard_error"], color=colour, linestyle="none",
                      marker="o", markersize=2.2, elinewidth=0.7,
                      label=rf"$\lambda_{{{mode}}}$ = {looks.short(target)}")
        axes.plot(*theory.curve(mode), color=colour, linewidth=1.1)
    tau = theory.curve(1)[0]
    looks.log_axes(axes, x=(tau.min() / 1.3, tau.max() * 1.3), y=(1e-2, 6e1))
    axes.set(xlabel=r"training time $\tau$ = step × $10^{-4}$", ylabel=looks.GENERATED_VARIANCE)
    axes.legend(loc="upper left", ncol=2, labelspacing=0.25, borderaxespad=0.1, handlelength=0.8, columnspacing=0.8)


def draw_times(axes, measured, theory, criterion):
    for run, name, look in ((measured, "MLP", {"color": looks.BLACK, "marker": "o"}),
                            (theory, "theory", {"color": looks.VERMILION, "marker": "s"})):
        for direction, fill, line in (("rising", look["color"], "-"), ("falling", "white", "--")):
            rows, fit = run.emergence(criterion, direction=direction), run.law(criterion, direction)
            errors = 2 * rows["tau_star_se"] if run is measured else None
            axes.errorbar(rows["target_variance"], rows["tau_star"], yerr=errors, linestyle="none", markersize=3.2,
                          elinewidth=0.7, markerfacecolor=fill,
                          label=rf"{name}, {direction}: $\alpha$ = {round(fit['exponent'], 2) + 0:.2f}",
                          **look)
            looks.law_line(axes, fit, rows["target_variance"].min(), rows["target_variance"].max(), color=look["color"],
                           linestyle=line)
    looks.log_axes(axes, x=(1.8e-2, 1e1), y=(5e-4, 1.0))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=r"emergence time $\tau^*$")
    axes.legend(loc="upper left", labelspacing=0.25, borderaxespad=0.1, handlelength=0.8, handletextpad=0.4)


def draw(runs):
    measured, theory = Run(MEASURED), runs["closest-theory"]
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.0))
    draw_curves(panels[0], measured, theory)
    draw_times(panels[1], measured, theory, "geometric")
    draw_times(panels[2], measured, theory, "arithmetic")
    looks.lettered(panels, ("six of 64 modes", "geometric threshold", "arithmetic threshold"))
    looks.small_labels(panels)
    return drawing
