#!/usr/bin/env python3
"""Makes deep_variance.csv: λ̃ (T-11, path ve, denoise) of deep networks that have left a small weight (T-6).

variance.csv contradicts T-6 and T-15 in 16 rows (depth 5, init 0.001, after the weights have grown): its λ̃ stays at
7e-6 for ever. These are the same rows by mpmath: the weight at every noise level from make_deep_curve.py, and
ln λ̃ = 2 ln σ_T − 2 ∫ (1 − w) d ln σ by Gauss–Legendre, with as many panels as 1e-15 takes.
"""
from mpmath import exp, log, mp, mpf, nstr
from numpy.polynomial.legendre import leggauss

from make_deep_curve import later

DEPTH, INIT = 5, 0.001
ROWS = ["0.0001 100000.0", "0.01 1000.0", "0.01 100000.0", "0.3 100.0", "0.3 1000.0", "0.3 100000.0"]
ROWS += [f"1.0 {tau}" for tau in ("10.0", "100.0", "1000.0", "100000.0")]
ROWS += [f"50.0 {tau}" for tau in ("1.0", "3.0", "10.0", "100.0", "1000.0", "100000.0")]


def one_minus_weight(log_sigma, lam, tau):
    alpha = 1 - mpf(2) / DEPTH
    sigma2 = exp(2 * log_sigma)
    optimum = lam / (lam + sigma2)
    x0 = mpf(INIT) / optimum
    theta = 2 * DEPTH * lam * optimum**alpha * tau
    arrived = theta > 60 + x0**-alpha / alpha
    x = mpf(1) if arrived else later(x0, theta, alpha, False)
    return sigma2 / (lam + sigma2) + optimum * (1 - x)


def variance(lam, tau, panels):
    low, high = log(mpf("0.002")), log(mpf(80))
    nodes, weights = leggauss(16)
    total = mpf(0)
    for panel in range(panels):
        width = (high - low) / panels
        centre = low + width * (panel + mpf(1) / 2)
        for node, weight in zip(nodes, weights):
            total += weight * width / 2 * one_minus_weight(centre + width / 2 * float(node), lam, tau)
    return exp(2 * high - 2 * total)


def main():
    mp.dps = 90
    lines = ["depth,init,lambda,tau,variance"]
    for row in ROWS:
        lam, tau = (float(number) for number in row.split())
        values = [variance(mpf(lam), mpf(tau), 12)]
        while len(values) == 1 or abs(values[-1] / values[-2] - 1) > 1e-14:
            values.append(variance(mpf(lam), mpf(tau), 12 * 2 ** len(values)))
        lines.append(f"{DEPTH},{INIT},{row.replace(' ', ',')},{nstr(values[-1], 17)}")
        print(lines[-1], flush=True)
    with open("deep_variance.csv", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
