"""Numbers of the figure."""

from making import branches, measured
from making import quantities as q


def quantities(runs):
    yield from branches.quantities(runs, sampling=False)
    for (init,), run in runs.points("by-init"):
        for criterion in ("geometric", "harmonic"):
            rows = run.emergence(criterion, direction="rising")
            name = f"Q = {init:g}, {criterion} rising"
            yield q.computed(f"{name}: last over first", measured.last_over_first(rows))
        yield q.given(f"Q = {init:g}: smallest rising variance", rows["target_variance"].min())
    ve = dict(runs.of("fig06_two_branches").points("by-init"))
    for (init,), run in ve.items():
        for direction in ("rising", "falling"):
            yield from q.law(run, f"ve, Q = {init:g}", "geometric", direction)
    for criterion, reference in branches.REFERENCES.items():
        yield q.given(f"{criterion}: reference", reference)
