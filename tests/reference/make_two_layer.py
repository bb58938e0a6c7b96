#!/usr/bin/env python3
"""Makes two_layer.csv: weights of untied two-layer networks (T-5) after training, with mpmath at 400 digits.

y = 2w + √(4w²+c²) obeys dy/d(ητ) = −ωh (y − y₊)(y − y₋), y± = 2w* ± √(4w*²+c²), here in its textbook form.
"""
import random

from mpmath import exp, mp, mpf, nstr, sqrt

mp.dps = 400


def trained(w0, c, h, m, eta_tau):
    w0, c, h, m, eta_tau = (mpf(number) for number in (w0, c, h, m, eta_tau))
    optimum = m / h
    root = sqrt(4 * optimum**2 + c**2)
    high, low = 2 * optimum + root, 2 * optimum - root
    start = 2 * w0 + sqrt(4 * w0**2 + c**2)
    ratio = (start - high) / (start - low) * exp(-2 * h * root * eta_tau)
    y = (high - low * ratio) / (1 - ratio)
    return (y - c**2 / y) / 4, optimum


def main():
    draw = random.Random(5)
    rows = ["init,imbalance,h,m,eta_tau,weight,deviation"]
    for case in range(400):
        sign = lambda: draw.choice((-1, 1))
        c = sign() * 10 ** (draw.uniform(-90, -3) if case % 4 == 0 else draw.uniform(-3, 1))
        w0 = draw.choice((0, sign() * 10 ** draw.uniform(-12, 1), sign() * 10 ** draw.uniform(-2, 0.5)))
        h = 10 ** draw.uniform(-2, 4)
        m = sign() * h * 10 ** (draw.uniform(-9, 0.3) if case % 3 == 0 else draw.uniform(-1, 0.3))
        rate = 2 * h * max(abs(c), abs(m / h))
        eta_tau = 10 ** (draw.uniform(-13, -2) if case % 5 == 0 else draw.uniform(-2, 1.3)) / rate
        weight, optimum = trained(w0, c, h, m, eta_tau)
        if abs(weight) < abs(weight - optimum) * mpf(10) ** -3 and w0 * m < 0:
            continue  # passing through 0
        values = ",".join(nstr(value, 25) for value in (weight, weight - optimum))
        rows.append(f"{w0!r},{c!r},{h!r},{m!r},{eta_tau!r},{values}")
    with open("two_layer.csv", "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
