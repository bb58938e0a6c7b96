"""Quantities of the figures with one branch of rising and one of falling modes for every initial weight."""

from . import measured
from . import quantities as q

REFERENCES = {"harmonic": 1.0, "geometric": 0.5}  # exponents of flow matching's early curves, docs/emergence.md


def quantities(runs, sampling=True):
    points = runs.points("by-init")
    first = points[0][1]
    yield from measured.settings(first, *(measured.SIGMA if sampling else ()))
    yield from measured.variances(first)
    yield q.count("weights", len(points))
    for (init,), run in points:
        name = f"Q = {init:g}"
        yield q.given(name, init)
        yield q.computed(f"{name}: start", run.emergence("geometric", status=None)["initial_variance"].iloc[0])
        yield from measured.directions(run, name)
        for criterion in ("harmonic", "geometric"):
            for direction in ("rising", "falling"):
                yield from q.law(run, name, criterion, direction)
    runs_by_label = {init: run for (init,), run in points}
    for criterion in ("harmonic", "geometric"):
        for direction in ("rising", "falling"):
            yield from measured.law_range(runs_by_label, criterion, direction)
