"""Panels of one run: weights through training, generated variance through training, emergence times."""

import matplotlib.pyplot as pyplot
import numpy

from . import looks


def modes_of(run):
    """[(mode, λ, look)], the largest first."""
    table = run["variance"].drop_duplicates("mode")
    points = run["variance"]["tau"].nunique() - 1
    return list(zip(table["mode"], table["target_variance"], looks.in_order(len(table), points)))


def draw_weights(axes, run, noise_level):
    """w(τ) = uᵀW(τ)u of every mode at one noise level, with the optimum as a dash."""
    at_level = run["weights"]
    at_level = at_level[(at_level["noise_level"] == noise_level) & (at_level["tau"] > 0)]
    for mode, _, look in modes_of(run):
        rows = at_level[at_level["mode"] == mode]
        axes.plot(rows["tau"], rows["weight"], linewidth=1.1, **look)
        axes.axhline(rows["optimal_weight"].iloc[-1], color=look["color"], linewidth=0.7, linestyle=looks.TARGET_DASH,
                     zorder=1)
    looks.log_axes(axes, x=(at_level["tau"].min(), at_level["tau"].max()))


def draw_variances(axes, run, ylim):
    """λ̃(τ) of every mode, with λ as a dash."""
    for mode, variance, look in modes_of(run):
        axes.plot(*run.curve(mode), linewidth=1.1, label=looks.short(variance), **look)
        axes.axhline(variance, color=look["color"], linewidth=0.7, linestyle=looks.TARGET_DASH, zorder=1)
    tau, _ = run.curve(1)
    looks.log_axes(axes, x=(tau.min(), tau.max()), y=ylim)


def draw_times(axes, run, criteria, ylim):
    """τ* against λ under each criterion: filled rising, open falling; gray-zone modes as crosses. Lines: least squares."""
    for line, criterion in enumerate(criteria):
        look, said = looks.CRITERIA[criterion], [criterion]
        for direction, arrow, fill in (("rising", "↑", look["color"]), ("falling", "↓", "white")):
            rows, fit = run.emergence(criterion, direction=direction), run.law(criterion, direction)
            if fit is not None:
                looks.law_line(axes, fit, rows["target_variance"].min(), rows["target_variance"].max(),
                               color=look["color"], linestyle="-" if direction == "rising" else "--")
                said.append(f"{arrow} {fit['exponent']:.2f}")
            axes.plot(rows["target_variance"], rows["tau_star"], linestyle="none", marker=look["marker"], markersize=4.5,
                      markerfacecolor=fill, color=look["color"])
        gray = run.emergence(criterion, status="gray-zone")
        axes.plot(gray["target_variance"], gray["tau_star"], linestyle="none", marker="x", markersize=4,
                  color=look["color"])
        axes.text(0.99, 0.98 - 0.085 * line, "  ".join(said), color=look["color"], transform=axes.transAxes, fontsize=7,
                  horizontalalignment="right", verticalalignment="top")
    variances = run["spectrum"]["variance"]
    looks.log_axes(axes, x=(variances.min() / 1.6, variances.max() * 1.6), y=ylim)


def legend_of_criteria(drawing, criteria, gray):
    """A second line under the panels: the symbols of panels c and f."""
    def symbol(**look):
        return pyplot.Line2D([], [], linestyle="none", markersize=4.5, **look)
    names = {f"{name}, rising ↑": symbol(**looks.CRITERIA[name]) for name in criteria}
    if gray:
        names["open: falling ↓"] = symbol(color="0.3", marker="o", markerfacecolor="white")
        names["gray zone"] = symbol(color="0.3", marker="x")
    drawing.legend(names.values(), names, loc="lower center", bbox_to_anchor=(0.5, 0.03), ncol=6, columnspacing=1.2,
                   handletextpad=0.2, borderaxespad=0.2)


def eight_modes(runs, weight_ylim, variance_ylim, time_ylim, criteria):
    """Two rows, one layer and symmetric two layers; columns: weights at one σ, variances, emergence times."""
    drawing, panels = pyplot.subplots(2, 3, figsize=(6.75, 5.2))
    spoken = {"one-layer": "one layer", "symmetric-two-layer": r"two layers, $PP^\top$"}
    for row, name in zip(panels, spoken):
        sigma = runs[name]["weights"]["noise_level"].iloc[0]
        draw_weights(row[0], runs[name], sigma)
        row[0].set(ylim=weight_ylim, ylabel=rf"weight $w$ at $\sigma = {sigma:g}$")
        draw_variances(row[1], runs[name], variance_ylim)
        row[1].set_ylabel(looks.GENERATED_VARIANCE)
        draw_times(row[2], runs[name], criteria, time_ylim)
        row[2].set_ylabel(looks.emergence_time())
    for axes, label in zip(panels[1], (looks.training_time(), looks.training_time(), looks.VARIANCE)):
        axes.set_xlabel(label)
    looks.lettered(panels.flat, [name for name in spoken.values() for _ in range(3)])
    looks.small_labels(panels.flat)
    looks.legend_below(drawing, *panels[0, 1].get_legend_handles_labels(), r"$\lambda$ = ", room=0.09)
    gray = any(len(runs[name].emergence(criteria[0], status="gray-zone")) for name in spoken)
    legend_of_criteria(drawing, criteria, gray)
    return drawing


def crossing_time(tau, values, level):
    """First τ at which sampled values, rising through it, reach the level: linear in ln τ. NaN where they never do."""
    past = numpy.nonzero(values >= level)[0]
    if len(past) == 0 or past[0] == 0:
        return numpy.nan
    i = past[0]
    part = (level - values[i - 1]) / (values[i] - values[i - 1])
    return float(numpy.exp(numpy.log(tau[i - 1]) + part * numpy.log(tau[i] / tau[i - 1])))
