#!/usr/bin/env python3
"""Writes law_modes.csv, twelve modes with scattered emergence times, and laws.csv, what their laws are (T-21).

SciPy's and NumPy's general methods, none of eigenflow's: Nelder-Mead on the likelihoods and sums of squares as they are
written in the definition, standard errors from numerical second derivatives, brute force over the breaks.
"""

import csv
from pathlib import Path

import numpy
from scipy import optimize, stats

HERE = Path(__file__).parent


def modes():
    generator = numpy.random.default_rng(42)
    variance = numpy.logspace(0, -3, 12)
    tau = 0.4 * (variance + 0.004) ** -1.1 * numpy.exp(0.15 * generator.standard_normal(12))
    error = tau * numpy.linspace(0.02, 0.3, 12)
    return [float(f"{v:.5g}") for v in variance], [float(f"{t:.5g}") for t in tau], [float(f"{e:.5g}") for e in error]


def lowest(function, start):
    found = start
    for _ in range(40):
        found = optimize.minimize(function, found, method="Nelder-Mead",
                                  options={"xatol": 1e-13, "fatol": 1e-15, "maxiter": 20000, "maxfev": 20000}).x
    return found


def information(function, at):
    """Second derivatives by central differences, Richardson-extrapolated once."""
    size = len(at)

    def differences(step):
        matrix = numpy.empty((size, size))
        for i in range(size):
            for j in range(size):
                a, b = numpy.eye(size)[i] * step, numpy.eye(size)[j] * step
                matrix[i, j] = (function(at + a + b) - function(at + a - b) - function(at - a + b)
                                + function(at - a - b)) / (4 * step * step)
        return matrix

    return (4 * differences(1e-3) - differences(2e-3)) / 3


def paule_mandel(residuals_at, measured, degrees):
    """s^2, and the parameters at it: residuals_at(weights) -> (parameters, residuals)."""
    def excess(s2):
        weights = 1 / (measured + s2)
        return numpy.sum(weights * residuals_at(weights)[1] ** 2) - degrees
    s2 = 0.0 if excess(0.0) <= 0 else optimize.brentq(excess, 0, 10, xtol=1e-16)
    return s2, residuals_at(1 / (measured + s2))[0]


def censored(x, y, last):
    seen = y <= last

    def cost(p):
        z = (numpy.where(seen, y, last) - p[0] + p[1] * x) / numpy.exp(p[2])
        return -numpy.sum(numpy.where(seen, stats.norm.logpdf(z) - p[2], stats.norm.logsf(z)))

    best = lowest(cost, numpy.array([-1.0, 1.0, -1.0]))
    variance = numpy.linalg.inv(information(cost, best))
    count = numpy.sum(seen)
    return best[1], numpy.sqrt(variance[1, 1] * count / (count - 2)), best[0]


def floor(variance, y):
    def residuals(p):
        return y - p[0] + p[1] * numpy.log(variance + p[2])
    found = optimize.least_squares(residuals, [-1.0, 1.0, 1e-3], x_scale=[1, 1, 1e-3], xtol=1e-15, ftol=1e-15,
                                   gtol=1e-15, method="lm", max_nfev=10000)
    covariance = numpy.linalg.inv(found.jac.T @ found.jac) * 2 * found.cost / (len(y) - 3)
    limit = 2 * found.cost * (1 + stats.f.ppf(0.95, 1, len(y) - 3) / (len(y) - 3))

    def excess(l0):
        columns = numpy.column_stack([numpy.ones_like(y), numpy.log(variance + l0)])
        return numpy.sum((y - columns @ numpy.linalg.lstsq(columns, y, rcond=None)[0]) ** 2) - limit
    low = 0.0 if excess(0.0) <= 0 else optimize.brentq(excess, 0, found.x[2], xtol=1e-15)
    high = optimize.brentq(excess, found.x[2], 10, xtol=1e-15)
    return found.x, numpy.sqrt(numpy.diag(covariance)), (low, high)


def rows():
    variance, tau, error = (numpy.array(v) for v in modes())
    x, y, measured = numpy.log(variance), numpy.log(tau), (error / tau) ** 2
    line = numpy.column_stack([numpy.ones_like(x), -x])

    def weighted(weights):
        root = numpy.sqrt(weights)
        p = numpy.linalg.lstsq(line * root[:, None], y * root, rcond=None)[0]
        return p, y - line @ p

    s2, p = paule_mandel(weighted, measured, len(y) - 2)
    yield "weighted exponent", p[1]
    yield "weighted exponent_se", numpy.sqrt(numpy.linalg.inv(line.T @ (line / (measured + s2)[:, None]))[1, 1])
    yield "weighted scatter", numpy.sqrt(s2)
    exponent, se, level = censored(x, y, numpy.log(30.0))
    yield "censored exponent", exponent
    yield "censored exponent_se", se
    yield "censored prefactor", numpy.exp(level)
    best, errors, interval = floor(variance, y)
    yield "floor exponent", best[1]
    yield "floor exponent_se", errors[1]
    yield "floor floor", best[2]
    yield "floor floor_se", errors[2]
    yield "floor floor_ci_low", interval[0]
    yield "floor floor_ci_high", interval[1]
    curve = numpy.column_stack([line, x * x])
    p, rss = numpy.linalg.lstsq(curve, y, rcond=None)[:2]
    se = numpy.sqrt(rss[0] / (len(y) - 3) * numpy.linalg.inv(curve.T @ curve)[2, 2])
    yield "curvature_p", 2 * stats.t.sf(abs(p[2] / se), len(y) - 3)
    fits = []
    for below in range(5, len(x) - 4):  # variance falls: `below` modes of small variance
        place = 0.5 * (x[-below] + x[-below - 1])
        columns = numpy.column_stack([line, numpy.maximum(x - place, 0)])
        p, rss = numpy.linalg.lstsq(columns, y, rcond=None)[:2]
        fits.append((rss[0], numpy.exp(place), p[1], p[1] - p[2]))
    _, place, exponent_below, exponent_above = min(fits)
    yield "break_variance", place
    yield "exponent_below", exponent_below
    yield "exponent_above", exponent_above


def main():
    with open(HERE / "law_modes.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["target_variance", "tau_star", "tau_star_se"])
        writer.writerows(zip(*modes()))
    with open(HERE / "laws.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["quantity", "value"])
        writer.writerows((name, repr(float(value))) for name, value in rows())


if __name__ == "__main__":
    main()
