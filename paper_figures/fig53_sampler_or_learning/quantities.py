"""Numbers of the figure."""

import numpy

from making import measured
from making import quantities as q
from making.folder import part

balance = part("fig53_sampler_or_learning", "balance")


def quantities(runs):
    exact = runs["exact"]
    yield from measured.settings(exact, "network.init", *measured.SIGMA, "sampling.rho")
    yield from measured.variances(exact)
    for distance in balance.DISTANCES:
        tau, learning = balance.learning_error(runs, distance)
        yield q.distance(f"{distance}: learning error at the end", learning[-1])
        for (solver, steps), run in runs.points("steps"):
            name = f"{solver}, {steps} steps, {distance}"
            yield q.distance(f"{name}: bias at the end", balance.sampler_bias(run, distance)[-1])
            time = balance.balance_time(runs, run, distance)
            if numpy.isfinite(time):
                yield q.sampled(f"{name}: balance", time)
    for steps in sorted({steps for (_, steps), _ in runs.points("steps")}):
        yield q.given(f"{steps} steps", steps)
    last = exact.emergence("geometric")["tau_star"]
    yield q.computed("last emergence", last.max())
