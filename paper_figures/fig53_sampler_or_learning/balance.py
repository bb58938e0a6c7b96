"""When the sampler's bias overtakes what training has left to learn."""

import numpy

SAMPLERS = ("heun", "euler")
DISTANCES = {"kl": "KL", "w2": "$W_2$"}


def learning_error(runs, distance):
    """(τ, distance to the data with exact sampling), τ > 0: what training has yet to do, and the noise range's ends."""
    table = runs["exact"]["distances"]
    table = table[table["tau"] > 0]
    return table["tau"].to_numpy(), table[distance].to_numpy()


def sampler_bias(run, distance):
    """The sampler's distance to exact sampling of the same weights, at the same τ."""
    table = run["distances"]
    return table.loc[table["tau"] > 0, f"sampler_{distance}"].to_numpy()


def balance_time(runs, run, distance):
    """The last τ at which the learning error is the larger one, linear in ln τ and in the logarithm of their ratio."""
    tau, learning = learning_error(runs, distance)
    ratio = numpy.log(learning / sampler_bias(run, distance))
    last = numpy.nonzero(ratio > 0)[0]
    if len(last) == 0 or last[-1] + 1 == len(ratio):
        return numpy.nan
    i = last[-1]
    part = ratio[i] / (ratio[i] - ratio[i + 1])
    return float(tau[i] * (tau[i + 1] / tau[i]) ** part)


def balance_times(runs, sampler, distance):
    """(steps, τ) of one kind of sampler."""
    found = [(steps, balance_time(runs, run, distance)) for (solver, steps), run in runs.points("steps")
             if solver == sampler]
    return numpy.array(found).T
