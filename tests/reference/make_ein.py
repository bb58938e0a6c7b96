"""Makes src/numerics/ein_table.inc and tests/reference/ein.csv with mpmath at 60 digits.

Ein(x) = integral from 0 to x of (1 - exp(-t))/t dt = Euler's gamma + ln x + E1(x).
Table: [0, 1) holds P with Ein(x) = x P(x); each octave of [1, 64) is cut into 4 intervals, Ein(x) = P_i(x - centre_i).
Coefficients: Chebyshev interpolation at DEGREE + 1 points, converted to powers with 60 digits, then rounded.
"""
import sys
import mpmath as mp

mp.mp.dps = 60
DEGREE = 13


def series(x):
    total, term, n = mp.mpf(0), mp.mpf(1), 1
    while True:
        term = term * -x / n if n > 1 else x
        piece = term / n
        total += piece
        if abs(piece) < abs(total) * mp.mpf(10) ** -58:
            return total
        n += 1


def exact(x):
    x = mp.mpf(x)
    if x == 0:
        return mp.mpf(0)
    return series(x) if x < 2 else mp.euler + mp.log(x) + mp.e1(x)


def powers(f, low, high, origin):
    """Coefficients in (x - origin) of the Chebyshev interpolant of f on [low, high]."""
    n = DEGREE + 1
    nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    matrix = mp.matrix(n, n)
    for i, x in enumerate(nodes):
        for j in range(n):
            matrix[i, j] = (x - origin) ** j
    return list(mp.lu_solve(matrix, mp.matrix([f(x) for x in nodes])))


def table():
    rows = [(mp.mpf(0), powers(lambda x: exact(x) / x, mp.mpf(0), mp.mpf(1), mp.mpf(0)))]
    for octave in range(6):
        for quarter in range(4):
            low = mp.mpf(2) ** octave * (1 + mp.mpf(quarter) / 4)
            high = low + mp.mpf(2) ** octave / 4
            centre = (low + high) / 2
            rows.append((centre, powers(exact, low, high, centre)))
    return rows


def reference():
    """Two points a decade from 1e-300 to 1e300, 100 a decade from 1e-3 to 1e3, and the interval edges."""
    xs = {mp.mpf(10) ** (mp.mpf(k) / 2) for k in range(-600, 601)}
    xs |= {mp.mpf(10) ** (mp.mpf(k) / 100) for k in range(-300, 301)}
    xs |= {mp.mpf(2) ** o * (1 + mp.mpf(q) / 4) * (1 + s * mp.mpf(2) ** -52) for o in range(7) for q in range(4) for s in (-1, 0, 1)}
    return sorted({float(x) for x in xs})


if __name__ == "__main__":
    root = sys.argv[1]
    with open(f"{root}/src/numerics/ein_table.inc", "w", encoding="utf-8") as out:
        out.write("// Made by tests/reference/make_ein.py. A row: centre, then the coefficients of falling powers.\n")
        for centre, coefficients in table():
            numbers = ", ".join(float(c).hex() for c in reversed(coefficients))
            out.write(f"{{{float(centre).hex()}, {{{{{numbers}}}}}}},\n")
    with open(f"{root}/tests/reference/ein.csv", "w", encoding="utf-8") as out:
        out.write("x,ein\n")
        for x in reference():
            out.write(f"{x!r},{mp.nstr(exact(x), 25)}\n")
