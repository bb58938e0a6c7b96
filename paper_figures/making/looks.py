"""One look for every figure: colours that all kinds of colour vision keep apart, symbols as in docs/theory.md."""

import math

import matplotlib.pyplot as pyplot
import numpy
from matplotlib.ticker import FixedLocator, NullFormatter

# Okabe and Ito's palette; where two lines meet, a marker or dash says the same in gray.
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7")
CYCLE = (BLUE, VERMILION, GREEN, BLACK, PURPLE, ORANGE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

CRITERIA = {
    "harmonic": {"color": BLUE, "marker": "v"},
    "geometric": {"color": BLACK, "marker": "o"},
    "arithmetic": {"color": VERMILION, "marker": "^"},
    "settling": {"color": GREEN, "marker": "s"},
}

PER_RATE = r"$[1/(\eta\,\mathrm{data}^2)]$"
TRAINING_TIME = rf"training time $\tau$  {PER_RATE}"
EMERGENCE_TIME = rf"emergence time $\tau^*$  {PER_RATE}"
DATA_VARIANCE = r"variance of the data $\lambda$  $[\mathrm{data}^2]$"
GENERATED_VARIANCE = r"generated variance $\tilde\lambda(\tau)$  $[\mathrm{data}^2]$"
TARGET_DASH = (0, (4, 3))


def ordered(count):
    """`count` colours in order, dark to light; viridis without its yellow end, which fades on paper."""
    return pyplot.get_cmap("viridis")(numpy.linspace(0.0, 0.88, count))


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
