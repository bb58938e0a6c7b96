"""Numbers of the figure."""

from making import eight_modes, measured
from making import quantities as q


def quantities(runs):
    first = runs["one-layer"]
    yield from measured.settings(first, "network.init")
    yield from measured.variances(first)
    for t in sorted(set(first["weights"]["noise_level"])):
        yield q.given(f"t = {t:g}", t)
    for name in eight_modes.NETWORKS:
        rows = runs[name].emergence("geometric", status=None)
        yield q.computed(f"{name}: start", rows["initial_variance"].iloc[0])
        yield from measured.directions(runs[name], name)
        for row in rows.itertuples():
            yield q.computed(f"{name}, variance {row.target_variance:g}: limit", row.limit_variance)
        for direction in ("rising", "falling"):
            yield from q.law(runs[name], name, "geometric", direction)
    ve = runs.of("fig02_order_of_learning")["one-layer"]
    yield from measured.directions(ve, "ve")
    yield from q.law(ve, "ve", "geometric", "rising")
    optimal = first["weights"]["optimal_weight"]
    yield q.computed("smallest optimal weight", optimal.min())
    yield q.computed("largest optimal weight", optimal.max())
