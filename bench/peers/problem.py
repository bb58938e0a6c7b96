"""The learning problem of bench/learning_problem.hpp."""

import numpy as np

Q, SIGMA_T, SIGMA_0, MODES = 0.1, 80.0, 0.002, 3072


def spectrum():
    return 100.0 * np.arange(1.0, MODES + 1.0)**-2.0


def times(points, last=1e5):
    """0, and the others log-spaced from 1e-3 to `last`."""
    return np.append(0.0, np.geomspace(1e-3, last, points - 1))


def nodes(panels=16):
    """16 panels of 16 Gauss-Legendre nodes in ln sigma, and their weights."""
    x, weight = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(np.log(SIGMA_0), np.log(SIGMA_T), panels + 1)
    half = 0.5 * np.diff(edges)
    return ((edges[:-1] + half)[:, None] + half[:, None] * x).ravel(), (half[:, None] * weight).ravel()
