"""Numbers of the figure."""

import numpy
import pandas

from making import measured
from making import quantities as q
from making.commands import ROOT
from making.folder import part
from making.run_tables import Run

plot = part("fig09_measured", "plot")
MEASURED = plot.MEASURED


def paired(network, theory):
    """Times of modes that emerge in both, in the same direction."""
    rows = network["emergence"].merge(theory["emergence"], on=["criterion", "mode"], suffixes=("", "_theory"))
    return rows[(rows["status"] == "emerged") & (rows["status_theory"] == "emerged")
                & (rows["direction"] == rows["direction_theory"])]


def scatter(network, theory):
    """Standard deviation of ln(τ* measured / τ* of the theory), and how many times it is of."""
    rows = paired(network, theory)
    return numpy.log(rows["tau_star"] / rows["tau_star_theory"]).std(), len(rows)


def paces(network, theory, criterion):
    """(Welch's t, ratio) of measured over theoretical τ*: rising modes against falling ones."""
    rows = paired(network, theory)
    rows = rows[rows["criterion"] == criterion]
    late = numpy.log(rows["tau_star"] / rows["tau_star_theory"])
    up, down = late[rows["direction"] == "rising"], late[rows["direction"] == "falling"]
    difference = up.mean() - down.mean()
    return difference / numpy.sqrt(up.var() / len(up) + down.var() / len(down)), numpy.exp(difference)


def verdict():
    """From docs/tables: how many theories there are, and the largest p of the closest one's test of paces."""
    fits, directions = (pandas.read_csv(ROOT / f"docs/tables/experiment_{name}.csv") for name in ("fits", "directions"))
    closest = directions[(directions["architecture"] == "one-layer") & (directions["preconditioning"] == "edm")
                         & (directions["weighting"] == "edm")]
    yield q.count("theories", len(fits))
    yield q.given("paces: largest p", closest["direction_p"].max())


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
    yield q.setting(runs["own-loss"], "training.learning_rate", "own loss: training.learning_rate")
    yield q.count("own loss: rising", len(runs["own-loss"].emergence("geometric", direction="rising")))
    for criterion in ("geometric", "harmonic"):
        for direction in ("rising", "falling"):
            yield from q.law(runs["own-loss"], "own loss", criterion, direction)
    for criterion in ("geometric", "harmonic", "arithmetic"):
        welch, ratio = paces(network, theory, criterion)
        yield q.computed(f"{criterion}: rising over falling pace", ratio)
        yield q.computed(f"{criterion}: Welch's t of the paces", welch)
    yield from verdict()
    yield q.count("curves", len(plot.MODES))
    deviation, times = scatter(network, theory)
    yield q.computed("scatter of ln tau*", deviation)
    yield q.computed("scatter as a factor", numpy.exp(deviation))
    yield q.count("paired times", times)
    rows = network.emergence("geometric")
    yield q.computed("measured standard error of tau*, median", (rows["tau_star_se"] / rows["tau_star"]).median())
