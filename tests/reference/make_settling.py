"""Makes settling.csv: last entries of T-12, T-13 and T-14 into the band limit * [0.9, 1.1], with mpmath at 40 digits.

The last time outside the band is searched for on 60 points a decade from 1e5 down to 1e-12, and refined by bisection
in ln tau. Modes that are in the band from the start have no row.
"""
import csv
from pathlib import Path

import mpmath as mp

mp.mp.dps = 40
LOW, HIGH = mp.mpf("0.002"), mp.mpf(80)
BAND = mp.mpf("0.1")


def ein(x):
    return mp.euler + mp.log(x) + mp.e1(x) if x > 1e-3 else mp.nsum(lambda n: -((-x) ** n) / (n * mp.factorial(n)), [1, 20])


def one_layer(q, v, tau):
    a = 2 * tau
    spread = 2 * mp.log(LOW / HIGH) + ein(a * HIGH**2) - ein(a * LOW**2)
    log_variance = 2 * mp.log(HIGH) + (1 - q) * mp.exp(-a * v) * spread + ein(a * (LOW**2 + v)) - ein(a * (HIGH**2 + v))
    return mp.exp(log_variance)


def symmetric_two_layer(q, v, tau):
    decay = mp.exp(-8 * v * tau)
    a, b = decay + q * (1 - decay), q * (1 - decay) / v
    r = q / a
    steps = mp.log(1 + b * LOW**2 / a) - mp.log(1 + b * HIGH**2 / a)
    return mp.exp(2 * mp.log(HIGH) + 2 * (1 - r) * mp.log(LOW / HIGH) + r * steps)


def flow_one_layer(q, v, tau):
    a = 2 * tau
    root = mp.sqrt(a / (v + 1))
    start = q * mp.sqrt(mp.pi / (a * (v + 1))) * mp.exp(-a * v / (v + 1)) * (mp.erf(root) + mp.erf(v * root))
    return mp.exp(ein(a * v) - ein(a) + start)


def ve_limit(v):
    return HIGH**2 * (v + LOW**2) / (v + HIGH**2)


def last_entry(curve, limit):
    """None if the curve is in the band at every tau."""
    def distance(u):
        return abs(curve(mp.exp(u)) / limit - 1) - BAND

    step = mp.log(10) / 60
    u = 5 * mp.log(10)
    while distance(u) <= 0:
        u -= step
        if u < -12 * mp.log(10):
            return None
    inside, outside = u + step, u
    for _ in range(60):
        middle = (inside + outside) / 2
        if distance(middle) <= 0:
            inside = middle
        else:
            outside = middle
    return mp.exp((inside + outside) / 2)


FORMS = {
    "one-layer": (one_layer, ve_limit, ("0", "0.1", "0.5", "0.6", "1")),
    "symmetric-two-layer": (symmetric_two_layer, ve_limit, ("0.1", "0.5", "0.6", "1")),
    "flow-one-layer": (flow_one_layer, lambda v: v, ("0", "0.1", "0.5", "0.6", "1")),
}


def rows():
    for name, (form, limit, inits) in FORMS.items():
        for init in inits:
            for k in range(20):
                v = mp.mpf(float(mp.power(10, -3 + mp.mpf(5 * k) / 19)))  # the double that the test uses
                tau = last_entry(lambda t: form(mp.mpf(init), v, t), limit(v))
                if tau is not None:
                    yield name, init, repr(float(v)), repr(float(tau))


if __name__ == "__main__":
    path = Path(__file__).resolve().parent / "settling.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("architecture", "init", "lambda", "tau_star"))
        writer.writerows(rows())
