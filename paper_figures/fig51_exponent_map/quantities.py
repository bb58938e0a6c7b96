"""Numbers of the figure."""

import numpy

from making import measured
from making import quantities as q

CRITERIA = ("harmonic", "geometric", "arithmetic", "settling")
FEWEST = 5


def quantities(runs):
    points = runs.points("by-init")
    yield from measured.settings(points[0][1], *measured.SIGMA)
    yield from measured.variances(points[0][1])
    yield q.given("fewest modes", FEWEST)
    yield q.count("weights", len(points))
    found = {}
    for (init,), run in points:
        yield q.given(f"Q = {init:g}", init)
        for criterion in CRITERIA:
            for direction in ("rising", "falling"):
                fit = run.law(criterion, direction)
                if fit is not None and fit["modes"] >= FEWEST:
                    yield from q.law(run, f"Q = {init:g}", criterion, direction)
                    found[init, criterion, direction] = fit["exponent"]
    for criterion in CRITERIA:
        for direction in ("rising", "falling"):
            here = [alpha for (_, c, d), alpha in found.items() if (c, d) == (criterion, direction)]
            yield q.near_zero(f"{criterion} {direction}: smallest", min(here))
            yield q.near_zero(f"{criterion} {direction}: largest", max(here))
    yield q.near_zero("smallest of all", min(found.values()))
    yield q.near_zero("largest of all", max(found.values()))
    # Falling modes share λ̃ ~ τ^−Q, so α = β/Q with β = 1/2 (geometric) or 1 (harmonic): docs/emergence.md.
    for criterion, beta in (("geometric", 0.5), ("harmonic", 1.0)):
        worst = max(abs(alpha * init / beta - 1) for (init, c, d), alpha in found.items()
                    if (c, d) == (criterion, "falling"))
        yield q.computed(f"{criterion} falling: farthest from beta/Q", worst)
    yield q.computed("settling: spread over Q, rising", numpy.ptp([a for (_, c, d), a in found.items()
                                                                  if (c, d) == ("settling", "rising")]))
