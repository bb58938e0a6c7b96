"""Variance of generated samples along selected modes, against training time."""

import math

import matplotlib.pyplot as pyplot
import numpy

TIME_LABEL = r"training time $\tau$   $[1/(\eta\,\mathrm{data}^2)]$"


def power_of_ten(value):
    """A number for a label: 3 significant digits, as 4.1×10⁻⁵ where plain digits would be long."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(abs(value)))
    return rf"${value / 10**exponent:.2f}\times10^{{{exponent}}}$"


def select_modes(modes, count):
    """At most `count` of the sorted mode numbers, log-spaced in the number, always with the first and the last."""
    modes = numpy.asarray(modes)
    wanted = numpy.log(numpy.geomspace(modes[0], modes[-1], count))
    nearest = numpy.abs(numpy.log(modes)[:, None] - wanted[None, :]).argmin(axis=0)
    return modes[numpy.unique(nearest)]


def spread(positions, gap, low, high):
    """The positions moved as little as needed to stand `gap` apart within [low, high], in the same order."""
    order = numpy.argsort(positions, kind="stable")
    moved = numpy.asarray(positions, dtype=float)[order]
    gap = min(gap, (high - low) / max(len(moved) - 1, 1))
    offsets = gap * numpy.arange(len(moved))
    # Standing `gap` apart is being sorted after the offsets are taken off: pool neighbours that are not (isotonic fit).
    blocks = []
    for value in moved - offsets:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (last, m), (before, n) = blocks.pop(), blocks.pop()
            blocks.append([(last * m + before * n) / (m + n), m + n])
    moved = numpy.concatenate([[value] * n for value, n in blocks])
    result = numpy.empty_like(moved)
    result[order] = numpy.clip(moved, low, high - offsets[-1]) + offsets
    return result


def mark_start(axes, first, last):
    """Room for τ = 0, left of a log axis that starts at `first`; its place on the axis."""
    start = first * (first / last) ** 0.06
    axes.set_xlim(start * (start / first) ** 0.35, last)
    axes.axvline(math.sqrt(start * first), color="0.75", linewidth=0.8, linestyle=(0, (1, 2)))
    decades = range(math.ceil(math.log10(first)), math.floor(math.log10(last)) + 1)
    step = max(1, math.ceil(len(decades) / 9))
    ticks = [10.0**d for d in decades if d % step == 0]
    axes.set_xticks([start, *ticks], ["0", *(f"$10^{{{d}}}$" for d in decades if d % step == 0)])
    return start


def label_curves(axes, ends, colours, rows):
    """Direct labels right of the axes, two columns, each row beside the end of its curve or joined to it by a line."""
    axes.set_ylim(axes.get_ylim())  # the joining lines, drawn in axes fractions, must not rescale the axis
    low, high = numpy.log10(axes.get_ylim())
    fractions = (numpy.log10(ends) - low) / (high - low)
    places = spread(fractions[::-1], 0.062, 0.02, 0.98)[::-1]  # from the last mode up: equal ends keep their order
    for place, fraction, colour in zip(places, fractions, colours):
        axes.plot([1.005, 1.03], [fraction, place], color=colour, linewidth=0.7, clip_on=False,
                  transform=axes.transAxes)
    right = 1.04 + 0.0135 * max(len(mode) for mode, _ in rows)  # a digit at 7.5 pt
    for place, (mode, target) in zip([*places, 1.05], [*rows, ("$k$", r"$\lambda_k$")]):
        style = {"xycoords": "axes fraction", "va": "center", "fontsize": 7.5, "annotation_clip": False}
        axes.annotate(mode, (right, place), ha="right", **style)
        axes.annotate(target, (right + 0.02, place), ha="left", **style)


def figure(variance, modes=8):
    """The figure, from the rows of variance.csv."""
    curves = {mode: rows for mode, rows in variance.groupby("mode") if (rows["variance"] > 0).any()}
    positive_times = variance.loc[variance["tau"] > 0, "tau"]
    chosen = select_modes(sorted(curves), modes)
    colours = pyplot.get_cmap("viridis")(numpy.linspace(0.0, 0.88, len(chosen)))  # its yellow end fades on paper

    drawing, axes = pyplot.subplots()
    axes.set_xscale("log")
    axes.set_yscale("log", nonpositive="mask")
    last = positive_times.max()
    start = mark_start(axes, min(positive_times.min(), last / 10), last)
    starts = variance.loc[variance["tau"] == 0, "variance"]
    alike = len(starts) > 1 and numpy.ptp(starts) <= 1e-6 * starts.max()  # one dot stands for all modes
    dot = {"marker": "o", "markersize": 3.5, "linestyle": "none"}
    ends, labels = [], []
    for mode, colour in zip(chosen, colours):
        rows = curves[mode].sort_values("tau")
        after = rows[rows["tau"] > 0]
        target = rows["target_variance"].iloc[0]
        axes.plot(after["tau"], after["variance"], color=colour)
        at_zero = rows.loc[rows["tau"] == 0, "variance"]
        axes.plot([start] * len(at_zero), at_zero, color="0.3" if alike else colour, **dot)
        if target > 0:
            axes.axhline(target, color=colour, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        ends.append(rows.loc[rows["variance"] > 0, "variance"].iloc[-1])
        labels.append((str(mode), power_of_ten(target)))
    label_curves(axes, ends, colours, labels)
    axes.set_xlabel(TIME_LABEL)
    axes.set_ylabel(r"variance of generated samples $\tilde\lambda_k(\tau)$")
    axes.plot([], [], color="0.3", label=r"$\tilde\lambda_k(\tau)$")
    if len(starts):
        axes.plot([], [], color="0.3", label=r"$\tilde\lambda_k(0)$" + (", all modes alike" if alike else ""), **dot)
    axes.plot([], [], color="0.3", linewidth=0.8, linestyle=(0, (4, 3)), label=r"data, $\lambda_k$")
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=3, borderaxespad=0.2)
    return drawing
