"""One look for every figure: colours that all kinds of colour vision keep apart, symbols as in docs/theory.md."""

import math

import matplotlib.pyplot as pyplot
import numpy
from matplotlib.ticker import FixedLocator, NullFormatter
from matplotlib.transforms import ScaledTranslation

# Okabe and Ito's palette; where two lines meet, a marker or dash says the same in gray.
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7")
CYCLE = (BLUE, VERMILION, GREEN, BLACK, PURPLE, ORANGE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")

CRITERIA = {
    "harmonic": {"color": BLUE, "marker": "v"},
    "geometric": {"color": BLACK, "marker": "o"},
    "arithmetic": {"color": VERMILION, "marker": "^"},
    "settling": {"color": GREEN, "marker": "s"},
}

# Units of τ: one over a rate, and a rate is η times what weighting and preconditioning leave of data² (T-1).
PLAIN = "1/(η data²)"               # uniform weights; one weight under a density of σ, integrated over it
PLAIN_DENSITY = "1/(η data)"        # a weight a noise level under a density of σ, which is in 1/data
PRECONDITIONED = "1/η"              # EDM's preconditioning and weighting leave no unit
TARGET_DASH = (0, (4, 3))
DATA_VARIANCE = r"variance of the data $\lambda$  [data²]"
VARIANCE = r"variance $\lambda$  [data²]"  # the same, for narrow panels
GENERATED_VARIANCE = r"generated variance $\tilde\lambda(\tau)$  [data²]"
PALEST = 0.70  # of viridis: a contrast of 2.3 with white; at 0.88 it would be 1.6


def training_time(unit=PLAIN):
    return rf"training time $\tau$  [{unit}]"


def emergence_time(unit=PLAIN):
    return rf"emergence time $\tau^*$  [{unit}]"


def ordered(count):
    """`count` colours in order, dark to light; viridis without its light end, which fades on paper."""
    return pyplot.get_cmap("viridis")(numpy.linspace(0.0, PALEST, count))


def in_order(count, points=None):
    """Looks of `count` curves in order: a colour and a marker each; of `points` a curve, six are marked, staggered."""
    for place, colour in enumerate(ordered(count)):
        look = {"color": colour, "marker": MARKERS[place], "markersize": 3}
        if points:
            look["markevery"] = (points // 6 * place // count, points // 6)
        yield look


def sparse(rows, column, count=12):
    """About `count` of the rows, evenly spaced in the logarithm of a column, so that their symbols stand apart."""
    logs = numpy.log(rows[column].to_numpy())
    if len(logs) <= count:
        return rows
    nearest = [int(numpy.abs(logs - at).argmin()) for at in numpy.linspace(logs.min(), logs.max(), count)]
    return rows.iloc[sorted(set(nearest))]


def short(value):
    """A number for a label: 3 digits, as 10^k where it is a small power of ten."""
    if value == 0 or 1e-2 <= abs(value) < 1e4:
        return f"{value:.3g}"
    power = math.floor(math.log10(abs(value)) + 1e-9)
    digits = value / 10.0**power
    return rf"$10^{{{power}}}$" if abs(digits - 1) < 5e-3 else rf"${digits:.2g}\times10^{{{power}}}$"


def decades(axis, low, high, most=6):
    """Ticks at powers of ten within [low, high], at most `most`; no label for those between."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / most))
    axis.set_major_locator(FixedLocator([10.0**d for d in range(first, last + 1) if (d - first) % step == 0]))
    axis.set_minor_locator(FixedLocator([]))
    axis.set_minor_formatter(NullFormatter())


def log_axes(axes, x=None, y=None):
    """Logarithmic axes; x, y: (low, high) or None."""
    if x:
        axes.set(xscale="log", xlim=x)
        decades(axes.xaxis, *x)
    if y:
        axes.set(yscale="log", ylim=y)
        decades(axes.yaxis, *y)


def lettered(panels, titles):
    """Panels named a, b, c … in their titles."""
    for letter, axes, title in zip("abcdefghijklmnop", panels, titles):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")


def law_line(axes, fit, low, high, **look):
    """The fitted τ* = A λ^−α between two variances."""
    ends = numpy.array([low, high])
    axes.plot(ends, fit["prefactor"] * ends ** -fit["exponent"], **{"linewidth": 0.9, **look})


def interval(fit):
    """Exponent with its interval, for a legend."""
    return rf"$\alpha$ = {fit['exponent']:.2f} ({fit['ci_low']:.2f} … {fit['ci_high']:.2f})"


def bar(fit):
    """The interval as Matplotlib wants it: lengths below and above the exponent."""
    return [[max(fit["exponent"] - fit["ci_low"], 0)], [max(fit["ci_high"] - fit["exponent"], 0)]]


def small_labels(panels, size=8):
    """For panels too small for the style's axis labels."""
    for axes in panels:
        axes.xaxis.label.set_size(size)
        axes.yaxis.label.set_size(size)


def legend_below(drawing, handles, labels, prefix="", columns=8, room=0.055):
    """One legend for all panels, under them; `room` is the part of the height that it takes."""
    drawing.set_layout_engine("constrained", rect=(0, room, 1, 1 - room))
    drawing.legend(handles, [prefix + label for label in labels], loc="lower center", ncol=columns, columnspacing=1.2,
                   handlelength=1.2, borderaxespad=0.2)


def legend_under(axes, inches=0.42, **given):
    """The panel's own legend, below its label, so that the axes end where the data do."""
    under = axes.transAxes + ScaledTranslation(0, -inches, axes.figure.dpi_scale_trans)
    axes.legend(loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=under,
                **{"borderaxespad": 0, "labelspacing": 0.25, "handletextpad": 0.4, **given})
