"""Quantities of the figures with eight modes: weights, variances, emergence."""

from . import measured
from . import quantities as q

NETWORKS = ("one-layer", "symmetric-two-layer")


def quantities(runs, criteria):
    first = runs[NETWORKS[0]]
    yield from measured.settings(first, "network.init", *measured.SIGMA)
    yield from measured.variances(first)
    yield q.given("noise level of the weights", first.setting("output.noise_levels")[0])
    yield q.computed("start", first.emergence("geometric", status=None)["initial_variance"].iloc[0])
    for name in NETWORKS:
        yield from measured.directions(runs[name], name)
        for criterion in criteria:
            for direction in ("rising", "falling"):
                yield from q.law(runs[name], name, criterion, direction)
                if runs[name].law(criterion, direction) is not None:
                    yield from measured.span(runs[name], name, criterion, direction)


def overshoots(runs, criterion="geometric"):
    """How many modes leave the range between start and end, and the deepest dip in units of the target."""
    for name in NETWORKS:
        rows = runs[name].emergence(criterion, status=None)
        yield q.count(f"{name}: modes that overshoot", rows["overshoot"].sum())
        for row in rows.itertuples():
            if row.overshoot:
                at = f"{name}, variance {row.target_variance:g}"
                yield q.computed(f"{at}: extreme variance", row.extreme_variance)
                yield q.computed(f"{at}: extreme over target", row.extreme_variance / row.target_variance)
                # The place of a smooth minimum: ln λ̃ good to 1e-12 bounds ln τ by the square root, docs/emergence.md: 1e-6.
                yield q.Quantity(f"{at}: time of the extreme", row.extreme_tau, 1e-5 * row.extreme_tau,
                                 "1e-5 relative: an extreme's place is good to 1e-6")
