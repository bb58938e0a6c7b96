#!/usr/bin/env python3
"""Writes narrow_fronts.csv: ln of generated variance (T-11) where weights of two layers (T-5) set in along a front of a
hundredth of ln sigma, beside deviations a thousand and more times as large. With mpmath, 60 digits.

On "ve" with target "denoise", preconditioning "edm" and weighting "edm-lognormal"; the weight's Riccati equation is
solved in closed form for h and m of T-1, and the rate of T-11 integrated over ln sigma by Gauss-Legendre, split every 1/100.
"""

import sys

from mpmath import e, exp, log, mp, mpf, pi, quad, sqrt

mp.dps = 60
P_MEAN, P_STD, SIGMA_DATA = mpf("-0.873"), mpf("0.605"), mpf("0.177")
NOISE, DATA = mpf("24.9"), mpf("0.0117")
MODES = [("0.00208", "1.14e-9", "-2.03e-12"), ("0.05", "1e-11", "1e-13"), ("3e-5", "1e-7", "1e-9")]
TIMES = ["800", "1600", "2540", "2794", "5000", "20000"]


def rate(x, variance, start, imbalance, time):
    """d ln |x| / d ln sigma of the probability flow."""
    sigma = e**x
    total = sigma**2 + SIGMA_DATA**2
    c_in, c_skip, c_out = 1 / sqrt(total), SIGMA_DATA**2 / total, sigma * SIGMA_DATA / sqrt(total)
    z = (x - P_MEAN) / P_STD
    density = exp(-z * z / 2) / (sigma * P_STD * sqrt(2 * pi))
    omega = c_out**2 * density * total / (sigma * SIGMA_DATA) ** 2
    h = c_in**2 * (variance + sigma**2)
    m = c_in * (variance - c_skip * (variance + sigma**2)) / c_out
    root = sqrt(4 * m * m + (h * imbalance) ** 2)
    high, low = (2 * m + root) / h, (2 * m - root) / h
    y = 2 * start + sqrt(4 * start**2 + imbalance**2)
    ratio = (y - high) / (y - low) * exp(-omega * h * (high - low) * time)
    y = (high - ratio * low) / (1 - ratio)
    weight = (y - imbalance**2 / y) / 4
    return 1 - c_skip - c_out * c_in * weight


def log_variance(variance, start, imbalance, time):
    ends = log(NOISE), log(DATA)
    pieces = int((ends[0] - ends[1]) * 100) + 1
    points = [ends[0] + (ends[1] - ends[0]) * i / pieces for i in range(pieces + 1)]
    flow = quad(lambda x: rate(x, variance, start, imbalance, time), points, error=True, method="gauss-legendre", maxdegree=5)
    assert flow[1] < mpf("1e-20"), flow
    return 2 * ends[0] + 2 * flow[0]


print("lambda,init,imbalance,tau,log_variance")
for mode in MODES:
    for time in TIMES:
        value = log_variance(*map(mpf, mode), mpf(time))
        print(*mode, time, mp.nstr(value, 17), sep=",")
        sys.stdout.flush()
