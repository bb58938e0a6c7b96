"""Numbers of the figure."""

import numpy

from making import measured
from making import quantities as q
from making.folder import part

balance = part("fig53_sampler_or_learning", "balance")


def of_sampler(runs, run, name, distance):
    tau, learning = balance.learning_error(runs, distance)
    total = balance.total_error(run, distance)
    yield q.distance(f"{name}: bias at the end", balance.sampler_bias(run, distance)[-1])
    yield q.distance(f"{name}: total at the end", total[-1])
    smallest = numpy.argmin(total / learning)
    yield q.computed(f"{name}: smallest total over learning error", (total / learning)[smallest])
    yield q.Quantity(f"{name}: where it is smallest", float(tau[smallest]), 1e-12 * float(tau[smallest]),
                     "a point of the grid of τ")
    time = balance.doubling_time(runs, run, distance)
    yield (q.sampled(f"{name}: doubled", time) if numpy.isfinite(time)
           else q.absent(f"{name}: doubled", "the total is less than double to the end"))
    # Where the bias alone becomes the larger one, and in how much of the time before that the total is *smaller*.
    crossing = balance.last_below(tau, balance.sampler_bias(run, distance) / learning, 1.0)
    if numpy.isfinite(crossing):
        yield q.sampled(f"{name}: bias over learning error", crossing)
        smaller = (total < learning)[tau < crossing].mean()
        yield q.computed(f"{name}: part of the time before with a smaller total", smaller)


def quantities(runs):
    exact = runs["exact"]
    yield from measured.settings(exact, "network.init", *measured.SIGMA, "sampling.rho")
    yield from measured.variances(exact)
    yield q.given("enough", balance.ENOUGH)
    for distance in balance.DISTANCES:
        yield q.distance(f"{distance}: learning error at the end", balance.learning_error(runs, distance)[1][-1])
        for (solver, steps), run in runs.points("steps"):
            yield from of_sampler(runs, run, f"{solver}, {steps} steps, {distance}", distance)
    for (solver, steps), run in runs.points("steps"):
        yield q.count(f"{solver}, {steps} steps: evaluations", balance.evaluations(run))
        yield q.computed(f"{solver}, {steps} steps: start over exact", balance.of_last_mode(runs, run, "initial"))
        yield q.computed(f"{solver}, {steps} steps: limit over exact", balance.of_last_mode(runs, run, "limit"))
    for steps in sorted({steps for (_, steps), _ in runs.points("steps")}):
        yield q.given(f"{steps} steps", steps)
    last = exact.emergence("geometric")["tau_star"]
    yield q.computed("last emergence", last.max())
    parts = [found.value for (solver, steps), run in runs.points("steps") if solver == "euler"
             for found in of_sampler(runs, run, "", "kl") if found.name.endswith("with a smaller total")]
    yield q.computed("euler, kl: smallest part with a smaller total", min(parts))
    yield q.computed("euler, kl: largest part with a smaller total", max(parts))
