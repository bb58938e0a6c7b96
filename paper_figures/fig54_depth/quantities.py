"""Numbers of the figure."""

import math

from making import measured
from making import quantities as q
from making.folder import part

depths = part("fig54_depth", "depths")


def quantities(runs):
    first = runs.points("depths")[0][1]
    yield from measured.settings(first, *measured.SIGMA)
    yield from measured.variances(first)
    yield q.given("Q of panel a", depths.SHOWN)
    yield q.count("criteria", len(depths.CRITERIA))
    yield q.count("weights", len(depths.INITS))
    spectrum = first["spectrum"]["variance"]
    yield q.computed("decades of variance", math.log10(spectrum.max() / spectrum.min()))
    for depth in (1, 2, 3, 4, 8):
        yield q.given(f"L = {depth}", depth)
    for init in depths.INITS:
        yield q.given(f"Q = {init:g}", init)
        for depth, run in depths.runs_of(runs, init):
            name = f"Q = {init:g}, L = {depth}"
            yield q.computed(f"{name}: first sign", depths.first_sign(run))
            yield q.computed(f"{name}: rise", depths.rise(run))
            if depth >= 3:
                ratio = depths.plateau(run, init, depth) / depths.first_sign(run)
                yield q.computed(f"{name}: plateau over first sign", ratio)
            for criterion in depths.CRITERIA:
                yield from q.law(run, name, criterion, "rising")
