"""Numbers of the figure."""

import numpy

from making import measured
from making import quantities as q

CRITERIA = ("harmonic", "geometric", "arithmetic", "settling")
FEWEST = 5
DIP = 0.9  # the initial weight at which the dip below the target just leaves the band of `settling`


def the_dip(run):
    """How far below its target a falling mode dips at least and at most, as a part of the target."""
    rows = run.emergence("settling", direction="falling")
    deep = 1 - rows["extreme_variance"].fillna(rows["target_variance"]) / rows["target_variance"]
    yield q.setting(run, "emergence.settling_band", "band")
    yield q.computed("dip: shallowest", deep.min())
    yield q.computed("dip: deepest", deep.max())
    yield q.count("dip: falling modes that leave the band", (deep > run.setting("emergence.settling_band")).sum())
    yield q.count("dip: falling modes", len(rows))


def quantities(runs):
    points = runs.points("by-init")
    yield from measured.settings(points[0][1], *measured.SIGMA)
    yield from measured.variances(points[0][1])
    yield q.given("fewest modes", FEWEST)
    yield q.count("weights", len(points))
    yield q.count("criteria", len(CRITERIA))
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
    spared = [alpha for (init, c, _), alpha in found.items() if c == "settling" and init != DIP]
    yield q.near_zero("settling: smallest but at the dip", min(spared))
    yield q.near_zero("settling: largest but at the dip", max(spared))
    yield from the_dip(dict((init, run) for (init,), run in points)[DIP])
    yield q.computed("settling: spread over Q, rising", numpy.ptp([a for (_, c, d), a in found.items()
                                                                  if (c, d) == ("settling", "rising")]))
