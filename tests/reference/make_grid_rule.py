"""Makes gaussian_smoothing.csv and grid_rule.csv: the literature's way to find emergence times, in NumPy and SciPy.

gaussian_smoothing.csv: scipy.ndimage.gaussian_filter1d of random positive series, with its defaults.
grid_rule.csv: one linear layer (T-12) on tau = 0 and 60 log-spaced times from 1e-3 to 1e5, 20 variances from 1e-3 to 1e2.
The variance is smoothed over its index with tau = 0 as the first sample, thresholds are made of the unsmoothed first
value and the target, and tau_star is the first time strictly past the threshold. `band` is the first time inside
target * [0.8, 1.2] after a time outside. A mode that is past the threshold at tau = 0 once smoothed has no row: the
literature takes it for one that moves the other way.
"""
import csv
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import exp1

HERE = Path(__file__).resolve().parent


def ein(x):
    """Ein(x) = -sum over n of (-x)^n/(n n!) = Euler's gamma + ln x + E1(x), x >= 0."""
    n = np.arange(1, 25)
    small = np.minimum(x, 1.0)[:, None]
    series = -np.sum(np.cumprod(-small / n, axis=1) / n, axis=1)
    large = np.maximum(x, 1.0)
    return np.where(x < 1.0, series, np.euler_gamma + np.log(large) + exp1(large))


def one_layer(q, variance, tau, low=0.002, high=80.0):
    a = 2.0 * tau
    log_variance = (2.0 * np.log(high)
                    + (1.0 - q) * np.exp(-a * variance) * (2.0 * np.log(low / high) + ein(a * high**2) - ein(a * low**2))
                    + ein(a * (low**2 + variance)) - ein(a * (high**2 + variance)))
    return np.exp(log_variance)


def write(name, header, rows):
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def smoothing_rows():
    random = np.random.default_rng(20250306)
    for size in (1, 2, 5, 40):
        series = np.exp(2.0 * random.standard_normal(size))
        for sigma in (0.1, 0.5, 2.0, 3.3):
            smooth = gaussian_filter1d(series, sigma=sigma)
            for i in range(size):
                yield size, sigma, i, float(series[i]), float(smooth[i])


def threshold(criterion, initial, target):
    return {"geometric": np.sqrt(initial * target), "harmonic": 2.0 / (1.0 / initial + 1.0 / target),
            "arithmetic": 0.5 * (initial + target)}[criterion]


def grid_rule_rows():
    tau = np.concatenate([[0.0], np.geomspace(1e-3, 1e5, 60)])
    for q in (0.1, 0.6, 1.0):
        for smoothing in (0.0, 2.0):
            for variance in np.geomspace(1e-3, 1e2, 20):
                curve = one_layer(q, variance, tau)
                smooth = gaussian_filter1d(curve, sigma=smoothing) if smoothing else curve
                for criterion in ("geometric", "harmonic", "arithmetic"):
                    level = threshold(criterion, curve[0], variance)
                    past = smooth < level if curve[0] > variance else smooth > level
                    if not past[0] and past.any():
                        yield q, smoothing, criterion, float(variance), float(tau[np.argmax(past)])
                inside = (smooth >= 0.8 * variance) & (smooth <= 1.2 * variance)
                entries = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
                if len(entries):
                    yield q, smoothing, "band", float(variance), float(tau[entries[0]])


if __name__ == "__main__":
    write("gaussian_smoothing.csv", ("size", "sigma", "index", "value", "smoothed"), smoothing_rows())
    write("grid_rule.csv", ("init", "smoothing", "criterion", "lambda", "tau_star"), grid_rule_rows())
