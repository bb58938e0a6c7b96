"""Weight and bias of one mode at σ = 1, from the CSV of runs with a mean."""

import numpy


def path(run):
    """(τ, weight, bias) from τ = 0 on."""
    rows = run["weights"]
    return rows["tau"].to_numpy(), rows["weight"].to_numpy(), rows["bias"].to_numpy()


def optimum(run):
    """(w*, b*)"""
    rows = run["weights"].iloc[-1]
    return float(rows["optimal_weight"]), float(rows["optimal_bias"])


def mean_of(run):
    return float(run["spectrum"]["mean"].iloc[0])


def noise_level(run):
    return float(run["weights"]["noise_level"].iloc[0])


def directions(run):
    """[(rate, direction)] of (w, b) about the optimum, slow first: eigenvectors of S̃ = [[λ+σ²+μ², μ], [μ, 1]] (T-18)."""
    mu, variance = mean_of(run), float(run["spectrum"]["variance"].iloc[0])
    sigma = noise_level(run)
    rates, vectors = numpy.linalg.eigh([[variance + sigma**2 + mu**2, mu], [mu, 1.0]])
    return list(zip(2 * rates, vectors.T))


def weight_peak(run):
    """Largest weight over its optimum: above 1 the weight overshoots."""
    return float(path(run)[1].max() / optimum(run)[0])


def variance_peak(run):
    """Largest generated variance over the data's, on the τ grid."""
    _, variance = run.curve(1)
    return float((variance / run["spectrum"]["variance"].iloc[0]).max())


def deviation(run):
    """(τ, squared distance of the means over that at τ = 0), τ > 0."""
    tau, values = run.curve(1, "deviation", "mean")
    start = run["mean"]["deviation"].iloc[0]
    return tau, values / start
