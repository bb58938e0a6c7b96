"""Numbers of the figure."""

import numpy

from making import heat_maps, measured
from making import quantities as q


def together(run):
    """λ of the modes that emerge within a factor of 2 of the first."""
    rows = run.emergence("geometric")
    return rows[rows["tau_star"] <= 2 * rows["tau_star"].min()]["target_variance"]


def span_together(run):
    near = together(run)
    return near.max() / near.min()


def quantities(runs):
    first = runs["full-convolution"]
    yield from measured.settings(first, "network.init", *measured.SIGMA)
    yield q.given("taps of the small kernel", runs["patch-convolution"].setting("network.kernel"))
    yield q.given("pixels a side", first.setting("data.shape")[0])
    yield from measured.variances(first)
    yield q.given("end of the colours", heat_maps.FACTOR)
    yield q.count("independent modes", first.law("geometric", "rising")["modes"])
    for name in ("full-convolution", "patch-convolution"):
        run = runs[name]
        yield from measured.directions(run, name)
        yield from measured.span(run, name, "geometric")
        yield from q.law(run, name, "geometric", "rising")
        fit = run.law("geometric", "rising")
        for part in ("break_variance", "exponent_below", "exponent_above", "r_squared"):
            yield q.near_zero(f"{name}: {part}", fit[part])
        yield q.count(f"{name}: modes within a factor of 2 of the first", len(together(run)))
        yield q.computed(f"{name}: their largest over smallest variance", span_together(run))
        learned = run.emergence("geometric", status=None)
        learned = learned["limit_variance"] / learned["target_variance"]
        yield q.computed(f"{name}: least learned", learned.min())
        yield q.computed(f"{name}: most learned", learned.max())
    yield q.computed("pixels over taps",
                     first.setting("data.shape")[0] ** 2 / runs["patch-convolution"].setting("network.kernel") ** 2)
    spread = first["spectrum"]["variance"]
    yield q.computed("largest over smallest variance", spread.max() / spread.min())
    yield q.computed("decades of variance that emerge together",
                     numpy.log10(span_together(runs["patch-convolution"])))
