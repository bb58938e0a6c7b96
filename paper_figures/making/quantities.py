"""Numbers of a figure: expected.csv, with a tolerance for each that is derived from where the number comes from.

`quantities.py` of a figure has a function `quantities(runs)` that yields what is made here.
"""

import csv
import dataclasses
import math

COLUMNS = ("quantity", "value", "tolerance", "because")


@dataclasses.dataclass(frozen=True)
class Quantity:
    name: str
    value: float
    tolerance: float
    because: str


def count(name, value):
    """A whole number: modes, runs. Nothing rounds."""
    return Quantity(name, int(value), 0.0, "a count")


def setting(run, key, name=None):
    """A number of the scenario, as the run resolved it; a list gives its smallest and largest entry."""
    value = run.setting(key)
    return Quantity(name or key, value, 0.0, "a setting of the scenario")


def given(name, value):
    """A number that this folder's code sets, such as a bin's edge."""
    return Quantity(name, value, 0.0, "set by this figure")


def computed(name, value):
    """A number of exact curves.

    ln λ̃ is good to 1e-12 (docs/csv.md: else `imprecise`), and τ* is λ̃'s error over the slope d ln λ̃/d ln τ, above 1e-2
    at every threshold used here: 1e-10 in ln τ*. Exponents, ratios and intervals are averages of ln τ* or differences
    over at least one e-fold of λ, so they keep that; ten modes' worth of summing and another machine's `exp` are the
    remaining factor of 100.
    """
    return Quantity(name, float(value), 1e-8 * max(abs(float(value)), 1e-300), "1e-8 relative: exact curves")


def near_zero(name, value):
    """As `computed`, for exponents and logarithms that may be 0: absolute."""
    return Quantity(name, float(value), 1e-8, "1e-8: exact curves")


def absent(name, because):
    """No such number: the caption shows a dash."""
    return Quantity(name, math.nan, 0.0, because)


def distance(name, value):
    """A distance between distributions: a sum over modes of second order in ln λ̃ − ln λ, which is good to 1e-12; so small
    ones are good to 1e-11 (a hundred modes, a tenth apart) and no better."""
    return Quantity(name, float(value), 1e-8 * abs(float(value)) + 1e-11, "1e-8 relative + 1e-11: sum over modes")


def sampled(name, value):
    """A number read off a τ grid by interpolation in ln τ: its *repetition* is as exact as the curves, see `computed`."""
    return Quantity(name, float(value), 1e-7 * max(abs(float(value)), 1e-300),
                    "1e-7 relative: interpolated on the grid")


def law(run, label, criterion, direction, estimator="ols"):
    """Exponent, interval and count of one fit; nothing where there is none."""
    fit = run.law(criterion, direction, estimator)
    if fit is None:
        return
    name = f"{label}, {criterion} {direction}" + ("" if estimator == "ols" else f" {estimator}")
    yield near_zero(f"{name}: exponent", fit["exponent"])
    # An interval's ends are order statistics of resampled exponents: 1-Lipschitz in them.
    if math.isfinite(fit["ci_low"]):  # two modes have none
        yield near_zero(f"{name}: ci_low", fit["ci_low"])
        yield near_zero(f"{name}: ci_high", fit["ci_high"])
    yield count(f"{name}: modes", fit["modes"])


def r_squared(run, label, criterion, direction):
    """R² of a fit; none where all times are one, of which a line explains no part."""
    times = run.emergence(criterion, direction=direction)["tau_star"]
    name = f"{label}, {criterion} {direction}: R2"
    if times.max() - times.min() < 1e-9 * times.min():  # exact curves are good to 1e-10
        return absent(name, "undefined: all modes emerge at one time")
    return near_zero(name, run.law(criterion, direction)["r_squared"])


def write(path, found):
    names = [q.name for q in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{path}: quantities named twice: {sorted(twice)}")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for q in found:
            writer.writerow([q.name, f"{q.value:.12g}", f"{q.tolerance:.3g}", q.because])


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [Quantity(row["quantity"], float(row["value"]), float(row["tolerance"]), row["because"])
                for row in csv.DictReader(file)]


def differences(found, expected):
    """Sentences: what is missing, new, or farther from its expected value than its tolerance and 12 written digits."""
    before = {q.name: q for q in expected}
    now = {q.name: q for q in found}
    said = [f"{name}: expected, not made" for name in before if name not in now]
    said += [f"{name}: made, not expected" for name in now if name not in before]
    for name in before.keys() & now.keys():
        allowed = before[name].tolerance + 5e-12 * abs(before[name].value)
        if not abs(now[name].value - before[name].value) <= allowed and not (
                math.isnan(now[name].value) and math.isnan(before[name].value)):
            said.append(f"{name}: {now[name].value:.12g}, expected {before[name].value:.12g} ± {allowed:.2g}")
    return said
