"""scenarios/02_cifar10_one_layer.toml as a script:  python3 -m peers.whole_run SPECTRUM.csv FOLDER

Variances, weights, emergence times under two criteria, two estimators with 1000 resamples, distances and the training
loss, to five CSV files. What `eigenflow run` adds (overshoot, break tests, limits by quadrature) is left out.
"""

import pathlib
import sys

import numpy as np
import pandas as pd

from peers.dynamics import closed_form_variances, first_passage, lines, optimal_variances, soft_l1
from peers.problem import Q, nodes


def threshold(criterion, first, target):
    return np.sqrt(first * target) if criterion == "geometric" else 2.0 / (1.0 / first + 1.0 / target)


def emergence(criterion, variance, tau, curves):
    level = threshold(criterion, curves[0], variance)
    rising = variance > curves[0]
    star = first_passage(variance, tau, curves, level, rising)
    ratio = curves[0] / variance
    gray = (ratio >= 0.5) & (ratio <= 2.0)
    return pd.DataFrame({"criterion": criterion, "mode": np.arange(1, len(variance) + 1), "target_variance": variance,
                         "initial_variance": curves[0], "threshold": level,
                         "direction": np.where(rising, "rising", "falling"), "gray_zone": gray, "tau_star": star})


def laws(rows, resamples=1000):
    random = np.random.default_rng(1)
    out = []
    for (criterion, direction), part in rows[~rows.gray_zone & rows.tau_star.notna()].groupby(
            ["criterion", "direction"], sort=False):
        x, y = np.log(part.target_variance.to_numpy()), np.log(part.tau_star.to_numpy())
        picks = random.integers(len(x), size=(resamples, len(x)))
        ols = lines(x, y, np.arange(len(x))[None])[0][0], lines(x, y, picks)[0]
        robust = soft_l1(x, y), [soft_l1(x[p], y[p]) for p in picks]
        for name, (exponent, some) in (("ols", ols), ("robust", robust)):
            low, high = np.quantile(some, [0.025, 0.975])
            out.append((criterion, direction, name, exponent, low, high, len(x)))
    return pd.DataFrame(out, columns="criterion direction estimator exponent ci_low ci_high modes".split())


def distances(variance, tau, curves):
    s, weight = nodes()
    sigma = np.exp(s)[:, None]
    h, optimum = variance + sigma**2, variance / (variance + sigma**2)
    density = np.exp(-0.5 * ((s + 1.2) / 1.2)**2) / (1.2 * np.sqrt(2.0 * np.pi))  # of ln sigma
    excess = (density * weight)[:, None] * h * (Q - optimum)**2
    least = (density * weight) @ (sigma**2 * optimum).sum(axis=1)
    loss, buffer = [], np.empty_like(h)
    for t in tau:
        np.multiply(h, -4.0 * t, out=buffer)
        np.exp(buffer, out=buffer)
        loss.append(least + np.einsum("nk,nk->", buffer, excess))
    limit = optimal_variances(variance)

    def kl(goal):
        return 0.5 * (curves / goal - 1.0 - np.log(curves / goal)).sum(axis=1)

    def w2(goal):
        return np.sqrt(((np.sqrt(curves) - np.sqrt(goal))**2).sum(axis=1))

    return pd.DataFrame({"tau": tau, "kl": kl(variance), "w2": w2(variance), "loss": loss, "limit_kl": kl(limit),
                         "limit_w2": w2(limit)})


def main():
    variance = pd.read_csv(sys.argv[1]).variance.to_numpy()
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    tau = np.append(0.0, np.geomspace(1e-4, 1e6, 200))
    curves = closed_form_variances(variance, tau[:, None])
    shown = []
    for spaced in np.rint(len(variance)**(np.arange(64) / 63)).astype(int) - 1:
        shown.append(max(spaced, shown[-1] + 1) if shown else spaced)
    shown = np.array(shown)
    pd.DataFrame({"tau": np.repeat(tau, len(shown)), "mode": np.tile(shown + 1, len(tau)),
                  "target_variance": np.tile(variance[shown], len(tau)), "variance": curves[:, shown].ravel()}).to_csv(
                      folder / "variance.csv", index=False)
    level = np.array([0.1, 1.0, 10.0])[:, None]
    best = variance[shown] / (variance[shown] + level**2)
    weight = best + (Q - best) * np.exp(-2.0 * tau[:, None, None] * (variance[shown] + level**2))
    index = pd.MultiIndex.from_product([tau, level.ravel(), shown + 1], names=["tau", "noise_level", "mode"])
    pd.DataFrame({"weight": weight.ravel(), "optimal_weight": np.broadcast_to(best, weight.shape).ravel()},
                 index=index).to_csv(folder / "weights.csv")
    rows = pd.concat([emergence(name, variance, tau, curves) for name in ("geometric", "harmonic")])
    rows.to_csv(folder / "emergence.csv", index=False)
    laws(rows).to_csv(folder / "power_law.csv", index=False)
    distances(variance, tau, curves).to_csv(folder / "distances.csv", index=False)


if __name__ == "__main__":
    main()
