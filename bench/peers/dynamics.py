"""Training and sampling by NumPy and SciPy: closed form, quadrature, ODE, convolution, emergence.

Spectrum, times and noise range are those of bench/learning_problem.hpp: 3072 modes of variance 100 k^-2, Q = 0.1,
sigma from 80 to 0.002.
"""

import numpy as np
from scipy import integrate, optimize, special

from peers.problem import Q, SIGMA_0, SIGMA_T, nodes, spectrum, times

EULER = np.euler_gamma


def entire_integral(x):
    """Ein(x) = gamma + ln x - Ei(-x), and 0 at 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0.0, EULER + np.log(x) - special.expi(-x), 0.0)


def closed_form_variances(variance, tau):
    """Broadcasts: tau[:, None] for a table, a tau of every mode for one value each."""
    a = 2.0 * tau
    start = 2.0 * np.log(SIGMA_0 / SIGMA_T) + entire_integral(a * SIGMA_T**2) - entire_integral(a * SIGMA_0**2)
    return np.exp(2.0 * np.log(SIGMA_T) + (1.0 - Q) * np.exp(-a * variance) * start
                  + entire_integral(a * (SIGMA_0**2 + variance)) - entire_integral(a * (SIGMA_T**2 + variance)))


def closed_form(_):
    variance, tau = spectrum(), times(400)
    return lambda: closed_form_variances(variance, tau[:, None])


def ein(folder, name="arguments.npy"):
    x = np.load(folder / name)
    return lambda: EULER + np.log(x) - special.expi(-x)


def ein_in_order(folder):
    return ein(folder, "arguments_in_order.npy")


def optimal_variances(variance):
    return SIGMA_T**2 * (variance + SIGMA_0**2) / (variance + SIGMA_T**2)


def quadrature_edm(_):
    """ln v = ln v(w*) + 2 int r1 (w - w*) d ln sigma; everything that no time changes is computed once."""
    variance, tau = spectrum(), times(400)
    data, mean, deviation = 0.5, -1.2, 1.2

    def work():
        s, weight = nodes()
        sigma = np.exp(s)[:, None]
        total = sigma**2 + data**2
        c_in, c_out, c_skip = 1.0 / np.sqrt(total), sigma * data / np.sqrt(total), data**2 / total
        density = np.exp(-0.5 * ((s[:, None] - mean) / deviation)**2) / (sigma * deviation * np.sqrt(2.0 * np.pi))
        omega = total / (sigma * data)**2 * density * c_out**2
        h = c_in**2 * (variance + sigma**2)
        optimum = c_in * (sigma**2 / total * variance - c_skip * sigma**2) / c_out / h
        rate = -2.0 * omega * h
        gain = 2.0 * c_out * c_in * weight[:, None] * (Q - optimum)
        best = np.log(optimal_variances(variance))
        result = np.empty((len(tau), len(variance)))
        buffer = np.empty_like(rate)
        for i, t in enumerate(tau):
            np.multiply(rate, t, out=buffer)
            np.exp(buffer, out=buffer)
            result[i] = np.exp(best + np.einsum("nk,nk->k", buffer, gain))
        return result

    return work


def deep(_):
    """dw/dtau = -2 L w^(2-2/L) (h w - m) by LSODA at every noise level: its Jacobian is diagonal, and said to be. At
    rtol 1e-11 the variances agree to some 1e-9 with ours, which promise 1e-12."""
    variance, tau, depth = spectrum(), times(200), 4

    def weights(sigma):
        h, power = variance + sigma**2, 2.0 - 2.0 / depth

        def slope(_, w):
            return -2.0 * depth * np.abs(w)**power * (h * w - variance)

        def jacobian(_, w):
            size = np.abs(w)
            return -2.0 * depth * (power * size**(power - 1.0) * (h * w - variance) + size**power * h)[None, :]

        solution = integrate.solve_ivp(slope, (0.0, tau[-1]), np.full(len(variance), Q), method="LSODA", t_eval=tau,
                                       rtol=1e-11, atol=1e-14, jac=jacobian, lband=0, uband=0)
        return solution.y.T

    def work():
        s, weight = nodes()
        total = np.tile(2.0 * np.log(SIGMA_T), (len(tau), len(variance)))
        for level, share in zip(np.exp(s), weight):
            total -= 2.0 * share * (1.0 - weights(level))  # sampling runs from SIGMA_T down
        return np.exp(total)

    return work


def patch(_, integrals_first=False):
    """The filter in the eigenvectors of the patch covariance: for every time the weights of all 1024 frequencies at all
    noise levels; or the integral over noise levels, which is linear in the filter, before the response."""
    tau, side, kernel = times(300), 32, 5
    frequency = np.fft.fftfreq(side, 1.0 / side)
    frequency[side // 2] = side // 2  # the sign that eigenflow gives it, which decides between ties
    ky, kx = np.meshgrid(frequency, frequency, indexing="ij")
    grid = 100.0 * np.maximum(np.hypot(ky, kx), 1.0)**-2.0
    order = np.lexsort((kx.ravel(), ky.ravel(), (ky**2 + kx**2).ravel()))

    def work():
        autocovariance = np.fft.ifft2(grid).real
        reach = np.arange(kernel) - kernel // 2
        offsets = np.stack(np.meshgrid(reach, reach, indexing="ij"), -1).reshape(-1, 2)
        difference = offsets[:, None] - offsets[None]
        covariance = autocovariance[difference[..., 0], difference[..., 1]]
        mu, basis = np.linalg.eigh(covariance)
        centre = basis[len(offsets) // 2]
        phase = 2.0 * np.pi / side * (ky.ravel()[:, None] * offsets[:, 0] + kx.ravel()[:, None] * offsets[:, 1])
        response = basis.T @ np.cos(phase).T  # of every direction at every frequency
        lam = grid.ravel()
        s, weight = nodes()
        sigma2 = np.exp(2.0 * s)[:, None]
        goal = mu / (mu + sigma2) * centre
        start = Q * centre - goal
        rate = -2.0 * side * side * (sigma2 + mu)
        wiener = lam / (lam + sigma2)
        if integrals_first:
            gain = weight[:, None] * start
            filters = np.stack([np.einsum("nd,nd->d", gain, np.exp(rate * t)) for t in tau]) + weight @ goal
            integral = filters @ response - weight @ wiener
        else:
            integral = np.stack([weight @ ((goal + start * np.exp(rate * t)) @ response - wiener) for t in tau])
        return (optimal_variances(lam) * np.exp(2.0 * integral))[:, order]

    return work


def patch_integrals_first(folder):
    return patch(folder, integrals_first=True)


def first_passage(variance, tau, curves, level, rising):
    """tau at which the closed form passes `level`: a bracket on the grid, bisected in ln tau for all modes at once."""
    past = np.where(rising, curves >= level, curves <= level)
    first = past.argmax(axis=0)
    found = past.any(axis=0) & (first > 0)
    star = np.full(len(variance), np.nan)
    mode, goal, up = variance[found], level[found], rising[found]
    low, high = tau[np.maximum(first[found] - 1, 1)], tau[first[found]]
    low = np.where(first[found] == 1, 1e-6 * high, low)  # the grid's first interval begins at 0
    for _ in range(60):
        middle = np.sqrt(low * high)
        if ((middle == low) | (middle == high)).all():
            break
        passed = (closed_form_variances(mode, middle) >= goal) == up
        low, high = np.where(passed, low, middle), np.where(passed, middle, high)
    star[found] = high
    return star


def passages(variance, tau):
    """tau* of the geometric threshold on the closed form."""
    curves = closed_form_variances(variance, tau[:, None])
    rising = variance > curves[0]
    star = first_passage(variance, tau, curves, np.sqrt(curves[0] * variance), rising)
    ratio = curves[0] / variance
    return star, rising, (ratio >= 0.5) & (ratio <= 2.0)


def soft_l1(x, y):
    line = np.polyfit(x, y, 1)
    residual = y - np.polyval(line, x)
    scale = max(1.4826 * np.median(np.abs(residual - np.median(residual))), 1e-9)
    return -optimize.least_squares(lambda p: p[0] * x + p[1] - y, line, jac=lambda _: np.stack([x, np.ones_like(x)], 1),
                                   loss="soft_l1", f_scale=scale, method="trf").x[0]


def floor(x, y):
    least = np.exp(x.min())

    def moved(p):
        return np.log(np.exp(x) + least * np.expm1(p[2]))

    def jacobian(p):
        slope = p[1] * least * np.exp(p[2]) / (np.exp(x) + least * np.expm1(p[2]))
        return np.stack([np.ones_like(x), moved(p), slope], 1)

    line = np.polyfit(x, y, 1)
    return -optimize.least_squares(lambda p: p[0] + p[1] * moved(p) - y, [line[1], line[0], 0.1], jac=jacobian,
                                   bounds=([-np.inf, -np.inf, 0.0], [np.inf, np.inf, 50.0])).x[1]


def censored(x, y, late_x, late_y):
    if len(late_x) == 0:
        return -np.polyfit(x, y, 1)[0]

    def cost(p):
        scale = np.exp(p[2])
        z, late = (y - p[0] - p[1] * x) / scale, (late_y - p[0] - p[1] * late_x) / scale
        hazard = np.exp(-0.5 * late**2 - special.log_ndtr(-late)) / np.sqrt(2.0 * np.pi)
        value = 0.5 * z @ z + len(z) * p[2] - special.log_ndtr(-late).sum()
        return value, np.array([-(z.sum() + hazard.sum()) / scale, -(z @ x + hazard @ late_x) / scale,
                                len(z) - z @ z - hazard @ late])

    line = np.polyfit(x, y, 1)
    start = [line[1], line[0], np.log(np.std(y - np.polyval(line, x)))]
    return -optimize.minimize(cost, start, jac=True, method="L-BFGS-B").x[1]


def lines(x, y, picks):
    """OLS, and the inverse regression, of all resamples at once."""
    x, y = x[picks], y[picks]
    x, y = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    xy = np.einsum("rk,rk->r", x, y)
    return -xy / np.einsum("rk,rk->r", x, x), -np.einsum("rk,rk->r", y, y) / xy


def emergence(_):
    variance, tau, resamples = spectrum(), times(200, 1e3), 1000

    def work():
        star, rising, gray = passages(variance, tau)  # with the curves, as ours simulates them
        use, late = rising & ~gray & np.isfinite(star), rising & ~gray & ~np.isfinite(star)
        x, y = np.log(variance[use]), np.log(star[use])
        late_x, late_y = np.log(variance[late]), np.full(late.sum(), np.log(tau[-1]))
        random = np.random.default_rng(1)
        picks = random.integers(len(x), size=(resamples, len(x)))
        ols, inverse = lines(x, y, np.arange(len(x))[None])
        fits = [(ols[0], lines(x, y, picks)[0]), (inverse[0], lines(x, y, picks)[1]),
                (soft_l1(x, y), [soft_l1(x[p], y[p]) for p in picks])]
        n, all_x, all_y = len(x), np.append(x, late_x), np.append(y, late_y)
        resampled = []
        for _ in range(resamples):
            p = random.integers(len(all_x), size=len(all_x))
            seen = p < n
            resampled.append(censored(all_x[p[seen]], all_y[p[seen]], all_x[p[~seen]], all_y[p[~seen]]))
        fits.append((censored(x, y, late_x, late_y), resampled))
        fits.append((floor(x, y), [floor(x[p], y[p]) for p in picks]))
        return np.concatenate([star] + [[full, *np.quantile(some, [0.025, 0.975])] for full, some in fits])

    return work
