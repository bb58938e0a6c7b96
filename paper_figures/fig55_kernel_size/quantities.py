"""Numbers of the figure."""

from making import measured
from making import quantities as q
from making.folder import part

kernels = part("fig55_kernel_size", "kernels")


def quantities(runs):
    points = runs.points("kernels")
    yield from measured.settings(points[0][1], "network.init", *measured.SIGMA)
    yield from measured.variances(points[0][1])
    yield q.given("pixels a side", points[0][1].setting("data.shape")[0])
    spectrum = points[0][1]["spectrum"]["variance"]
    yield q.computed("largest over smallest variance", kernels.spread(spectrum))
    for (kernel,), run in points:
        name = f"K = {kernel}"
        rows = kernels.modes(run)
        yield q.given(name, kernel)
        yield q.distance(f"{name}: capacity error", kernels.capacity_error(run))
        yield q.computed(f"{name}: least learned", rows["learned"].min())
        yield q.computed(f"{name}: most learned", rows["learned"].max())
        yield q.computed(f"{name}: last over first", kernels.spread(rows["tau_star"]))
        near = rows[rows["tau_star"] <= 2 * rows["tau_star"].min()]
        yield q.count(f"{name}: modes within a factor of 2 of the first", len(near))
        yield q.computed(f"{name}: modes over taps", len(rows) / kernel**2)
        alpha, r_squared = kernels.slope(rows["target_variance"].to_numpy(), rows["tau_star"].to_numpy())
        yield q.near_zero(f"{name}: exponent", alpha)
        if r_squared == r_squared:
            yield q.near_zero(f"{name}: R2", r_squared)
