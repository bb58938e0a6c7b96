"""Numbers of the figure."""

from making import measured
from making import quantities as q
from making.folder import part

kernels = part("fig55_kernel_size", "kernels")


def quantities(runs):
    points = runs.points("kernels")
    full = points[-1][1]
    yield from measured.settings(points[0][1], "network.init", *measured.SIGMA)
    yield from measured.variances(points[0][1])
    yield q.count("independent modes", full.law("geometric", "rising")["modes"])
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
        yield q.count(f"{name}: modes within a factor of 2 of the first", len(kernels.near_first(rows)))
        yield q.computed(f"{name}: modes over taps", len(rows) / kernel**2)
        yield q.computed(f"{name}: farthest from the law of all taps", kernels.off_the_law(run, full))
        yield from q.law(run, name, "geometric", "rising")
        yield q.r_squared(run, name, "geometric", "rising")
