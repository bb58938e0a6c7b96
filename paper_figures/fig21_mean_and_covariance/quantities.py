"""Numbers of the figure."""

from making import measured
from making import quantities as q
from making.folder import part

portrait = part("fig21_mean_and_covariance", "portrait")


def flowed(name, value):
    """The matrix case integrates its probability flow by steps: at τ = 0 it is 8e-8 off the closed form of μ = 0."""
    return q.Quantity(name, float(value), 1e-6 * max(abs(float(value)), 1e-6),
                      "1e-6 relative: the matrix flow by steps")


def quantities(runs):
    first = runs.points("by-init")[0][1]
    yield from measured.settings(first, *measured.SIGMA)
    yield q.given("variance", first["spectrum"]["variance"].iloc[0])
    yield q.given("mean of the portrait", portrait.mean_of(first))
    yield q.given("noise level", portrait.noise_level(first))
    weight, bias = portrait.optimum(first)
    yield q.computed("optimal weight", weight)
    yield q.computed("optimal bias", bias)
    for name, (rate, _) in zip(("slow", "fast"), portrait.directions(first)):
        yield q.computed(f"{name} rate", rate)
    for (init,), run in runs.points("by-init"):
        yield q.given(f"Q = {init:g}", init)
        yield q.computed(f"Q = {init:g}: largest weight over optimum", portrait.weight_peak(run))
    yield q.count("weights", len(runs.points("by-init")))
    yield q.count("means", len(runs.points("by-mean")))
    yield q.setting(runs.points("by-mean")[0][1], "network.init", "start weight")
    for _, run in runs.points("by-mean"):
        name = f"mean {portrait.mean_of(run):g}"
        yield q.given(name, portrait.mean_of(run))
        yield q.computed(f"{name}: largest weight over optimum", portrait.weight_peak(run))
        yield q.computed(f"slow rate {portrait.mean_of(run):g}", portrait.directions(run)[0][0])
        yield flowed(f"{name}: largest variance over target", portrait.variance_peak(run))
        rows = run.emergence("geometric", status=None).iloc[0]
        yield flowed(f"{name}: start", rows["initial_variance"])
        if rows["status"] == "emerged":
            yield flowed(f"{name}: emergence", rows["tau_star"])
        if portrait.mean_of(run) > 0:
            tau, left = portrait.deviation(run)
            yield flowed(f"{name}: mean half way", tau[(left < 0.25).argmax()])
