"""Numbers of the figure."""

import numpy

from making import measured
from making import quantities as q
from making.commands import ROOT
from making.run_tables import Run

MEASURED = ROOT / "scenarios/experiments/mlp_gaussian64"


def scatter(network, theory):
    """Standard deviation of ln(τ* measured / τ* of the theory), and how many times it is of."""
    rows = network["emergence"].merge(theory["emergence"], on=["criterion", "mode"], suffixes=("", "_theory"))
    rows = rows[(rows["status"] == "emerged") & (rows["status_theory"] == "emerged")
                & (rows["direction"] == rows["direction_theory"])]
    return numpy.log(rows["tau_star"] / rows["tau_star_theory"]).std(), len(rows)


def quantities(runs):
    network, theory = Run(MEASURED), runs["closest-theory"]
    yield from measured.settings(theory, "network.init", "training.learning_rate", "sampling.steps",
                                 "objective.sigma_data")
    yield from measured.variances(theory)
    yield from measured.directions(network, "measured")
    yield from measured.directions(theory, "theory")
    for criterion in ("geometric", "harmonic", "arithmetic"):
        for direction in ("rising", "falling"):
            yield from q.law(network, "measured", criterion, direction)
            yield from q.law(theory, "theory", criterion, direction)
    deviation, times = scatter(network, theory)
    yield q.computed("scatter of ln tau*", deviation)
    yield q.computed("scatter as a factor", numpy.exp(deviation))
    yield q.count("paired times", times)
    rows = network.emergence("geometric")
    yield q.computed("measured standard error of tau*, median", (rows["tau_star_se"] / rows["tau_star"]).median())
