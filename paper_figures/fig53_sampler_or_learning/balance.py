"""When the sampler adds to what training has left to learn.

The total error, KL(sampler ‖ data), is no sum of the sampler's, KL(sampler ‖ exact), and learning's, KL(exact ‖ data):
errors have signs, and may cancel. So the question is put to the total.
"""

import numpy

SAMPLERS = ("heun", "euler")
DISTANCES = {"kl": "KL", "w2": "$W_2$"}
ENOUGH = 2.0  # the total is this times the learning error: half of it would be gone with exact sampling


def at_positive_times(run, column):
    table = run["distances"]
    return table.loc[table["tau"] > 0, column].to_numpy()


def learning_error(runs, distance):
    """(τ, distance to the data with exact sampling), τ > 0: what training has yet to do, and the noise range's ends."""
    return at_positive_times(runs["exact"], "tau"), at_positive_times(runs["exact"], distance)


def total_error(run, distance):
    """The sampler's distance to the data, at the same τ."""
    return at_positive_times(run, distance)


def sampler_bias(run, distance):
    """The sampler's distance to exact sampling of the same weights, at the same τ."""
    return at_positive_times(run, f"sampler_{distance}")


def last_below(tau, values, level):
    """The last τ at which `values` are below the level, linear in ln τ and ln of values; NaN where they end below."""
    ratio = numpy.log(level / values)
    last = numpy.nonzero(ratio > 0)[0]
    if len(last) == 0 or last[-1] + 1 == len(ratio):
        return numpy.nan
    i = last[-1]
    part = ratio[i] / (ratio[i] - ratio[i + 1])
    return float(tau[i] * (tau[i + 1] / tau[i]) ** part)


def doubling_time(runs, run, distance):
    """From when on the total stays above ENOUGH times the learning error."""
    tau, learning = learning_error(runs, distance)
    return last_below(tau, total_error(run, distance) / learning, ENOUGH)


def evaluations(run):
    """Network evaluations a sample: N noise levels are N − 1 steps (T-17), of two evaluations each with Heun."""
    return (2 if run.setting("sampling.solver") == "heun" else 1) * (run.setting("sampling.steps") - 1)


def doubling_times(runs, sampler, distance):
    """(evaluations, τ) of one kind of sampler; NaN where the total never doubles."""
    found = [(evaluations(run), doubling_time(runs, run, distance)) for (solver, _), run in runs.points("steps")
             if solver == sampler]
    return numpy.array(found).T


def of_last_mode(runs, run, when):
    """Variance of the smallest mode, over that of exact sampling: `initial` or `limit`."""
    rows, exact = (found.emergence("geometric", status=None)[f"{when}_variance"] for found in (run, runs["exact"]))
    return float(rows.iloc[-1] / exact.iloc[-1])
