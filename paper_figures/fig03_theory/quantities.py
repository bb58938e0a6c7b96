"""Numbers of the figure."""

from making import eight_modes, heat_maps, measured
from making import quantities as q


def quantities(runs):
    first = runs["one-layer"]
    yield from measured.settings(first, "network.init", *measured.SIGMA)
    yield from measured.variances(first)
    yield q.given("end of the colours", heat_maps.FACTOR)
    yield q.computed("start", first.emergence("geometric", status=None)["initial_variance"].iloc[0])
    for name in eight_modes.NETWORKS:
        run = runs[name]
        yield from measured.directions(run, name)
        yield from measured.span(run, name, "geometric")
        for direction in ("rising", "falling"):
            yield from q.law(run, name, "geometric", direction)
        most = run["variance"]["variance"] / run["variance"]["target_variance"]
        yield q.computed(f"{name}: most over target", most.max())
        last = run.emergence("geometric", status=None).iloc[-1]
        yield q.computed(f"{name}, last mode: end over target", last["limit_variance"] / last["target_variance"])
