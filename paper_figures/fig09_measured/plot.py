"""A trained MLP, measured, and the closest linear theory on top."""

import matplotlib.pyplot as pyplot

from making import looks
from making.commands import ROOT
from making.run_tables import Run

MEASURED = ROOT / "scenarios/experiments/mlp_gaussian64"
MODES = (1, 5, 17, 35, 52, 64)
UNIT = "step × 10⁻⁴"


def draw_curves(axes, measured, theory):
    for mode, look in zip(MODES, looks.in_order(len(MODES))):
        rows = measured["variance"]
        rows = rows[(rows["mode"] == mode) & (rows["tau"] > 0)]
        target = rows["target_variance"].iloc[0]
        axes.errorbar(rows["tau"], rows["variance"], yerr=2 * rows["standard_error"], linestyle="none", elinewidth=0.7,
                      label=rf"$\lambda_{{{mode}}}$ = {looks.short(target)}", **{**look, "markersize": 2.2})
        axes.plot(*theory.curve(mode), color=look["color"], linewidth=1.1)
    tau = theory.curve(1)[0]
    looks.log_axes(axes, x=(tau.min() / 1.3, tau.max() * 1.3), y=(1e-2, 2e1))
    axes.set(xlabel=rf"training time $\tau$  [{UNIT}]", ylabel=looks.GENERATED_VARIANCE)
    looks.legend_under(axes, ncol=2, handlelength=0.8, columnspacing=0.8)


def draw_times(axes, runs, criterion):
    looks_of = {"MLP": (looks.BLACK, "o"), "theory": (looks.VERMILION, "s"), "its own loss": (looks.BLUE, "^")}
    for name, run in runs.items():
        colour, marker = looks_of[name]
        for direction, fill, line in (("rising", colour, "-"), ("falling", "white", "--")):
            rows, fit = run.emergence(criterion, direction=direction), run.law(criterion, direction)
            errors = 2 * rows["tau_star_se"] if name == "MLP" else None
            axes.errorbar(rows["target_variance"], rows["tau_star"], yerr=errors, linestyle="none", markersize=3.2,
                          elinewidth=0.7, markerfacecolor=fill, color=colour, marker=marker,
                          label=rf"{name}, {direction}: $\alpha$ = {round(fit['exponent'], 2) + 0:.2f}")
            looks.law_line(axes, fit, rows["target_variance"].min(), rows["target_variance"].max(), color=colour,
                           linestyle=line)
    looks.log_axes(axes, x=(1.8e-2, 1e1), y=(1e-3, 1e-1))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=rf"emergence time $\tau^*$  [{UNIT}]")
    looks.legend_under(axes, handlelength=0.8)


def draw(runs):
    measured, theory = Run(MEASURED), runs["closest-theory"]
    compared = {"MLP": measured, "theory": theory, "its own loss": runs["own-loss"]}
    drawing, panels = pyplot.subplots(1, 3, figsize=(6.75, 3.7))
    draw_curves(panels[0], measured, theory)
    draw_times(panels[1], compared, "geometric")
    draw_times(panels[2], {name: run for name, run in compared.items() if name != "its own loss"}, "arithmetic")
    looks.lettered(panels, ("variance, a few modes", "geometric threshold", "arithmetic threshold"))
    looks.small_labels(panels)
    return drawing
