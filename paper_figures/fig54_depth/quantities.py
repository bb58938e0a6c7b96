"""Numbers of the figure."""

from making import measured
from making import quantities as q
from making.folder import part

depths = part("fig54_depth", "depths")


def quantities(runs):
    first = runs.points("depths")[0][1]
    yield from measured.settings(first, *measured.SIGMA)
    yield from measured.variances(first)
    yield q.given("Q of panel a", depths.SHOWN)
    for init in depths.INITS:
        yield q.given(f"Q = {init:g}", init)
        for depth, run in depths.runs_of(runs, init):
            name = f"Q = {init:g}, L = {depth}"
            yield q.computed(f"{name}: first sign", depths.first_sign(run))
            yield q.computed(f"{name}: rise", depths.rise(run))
            for criterion in ("harmonic", "geometric", "arithmetic"):
                yield from q.law(run, name, criterion, "rising")
