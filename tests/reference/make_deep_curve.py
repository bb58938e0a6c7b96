#!/usr/bin/env python3
"""Makes deep_curve.csv: weights of balanced deep networks (T-6) after training, with mpmath at 120 digits.

dx/dθ = −x^(1+α) (x ∓ 1), x = w/|w*|, α = 1 − 2/L: θ = T(x) − T(x0) with T a hypergeometric function, solved for x.
"""
import random

from mpmath import hyp2f1, log, mp, mpf, nstr

mp.dps = 120


def elapsed(x, alpha, fades):
    z = 1 / x
    if fades:
        return z ** (1 + alpha) / (1 + alpha) * hyp2f1(1, 1 + alpha, 2 + alpha, -z)
    if x < 1:
        return -x**-alpha / alpha + x ** (1 - alpha) / (1 - alpha) * hyp2f1(1, 1 - alpha, 2 - alpha, x)
    return z ** (1 + alpha) / (1 + alpha) * hyp2f1(1, 1 + alpha, 2 + alpha, z)


def later(x0, theta, alpha, fades):
    """x(θ), by Newton's iteration inside a bracket, in a variable v that has no ends."""
    if fades:
        to_x, v0 = lambda v: mp.exp(-v), -log(x0)
    elif x0 < 1:
        to_x, v0 = lambda v: 1 / (1 + mp.exp(-v)), log(x0 / (1 - x0))
    else:
        to_x, v0 = lambda v: 1 + mp.exp(-v), -log(x0 - 1)
    slope = lambda x: x**-alpha if x0 < 1 and not fades else x ** (-1 - alpha) / (1 + 1 / x if fades else 1)
    goal = elapsed(x0, alpha, fades) + theta
    low, high = v0, v0 + 1
    while elapsed(to_x(high), alpha, fades) < goal:
        low, high = high, v0 + 2 * (high - v0)
    v = high
    for _ in range(200):
        x = to_x(v)
        miss = elapsed(x, alpha, fades) - goal
        low, high = (low, v) if miss > 0 else (v, high)
        step = miss / slope(x)
        v = v - step if low <= v - step <= high else (low + high) / 2
        if abs(step) < mpf(10) ** -50:
            return to_x(v)
    raise ArithmeticError("no convergence")


def main():
    draw = random.Random(6)
    rows = ["depth,init,optimum,progress,weight,deviation"]
    for depth in (3, 4, 5, 8, 16, 64):
        alpha = 1 - mpf(2) / depth
        for case in range(60):
            optimum = 10 ** draw.uniform(-6, 0.5) * (-1 if case % 4 == 3 else 1)
            decades = draw.choice((draw.uniform(-9, 0), draw.uniform(0, 7), draw.uniform(-0.1, 0.1)))
            init = abs(optimum) * 10**decades
            x0 = mpf(init) / abs(mpf(optimum))
            # From far before to just after the time at which most happens; fading goes on in powers of θ.
            own_time = float(x0**-alpha / (1 + x0) / alpha)
            theta = own_time * 10 ** draw.uniform(-6, 0.3) if case % 2 else draw.uniform(0, 20) + own_time
            if optimum > 0:
                theta = min(theta, own_time + 40)
            progress = float(theta / abs(mpf(optimum)) ** (1 + alpha))
            theta = mpf(progress) * abs(mpf(optimum)) ** (1 + alpha)
            x = later(x0, theta, alpha, optimum < 0)
            weight = abs(mpf(optimum)) * x
            rows.append(
                f"{depth},{init!r},{optimum!r},{progress!r},{nstr(weight, 25)},{nstr(weight - mpf(optimum), 25)}")
    with open("deep_curve.csv", "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
