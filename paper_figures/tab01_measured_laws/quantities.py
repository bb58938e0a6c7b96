"""Numbers of the table."""

from making import measured
from making import quantities as q
from making.folder import part

laws = part("tab01_measured_laws", "laws")


def of_patch(run, name):
    """How simultaneous."""
    times, variances = laws.spreads(run)
    yield q.computed(f"{name}: spread of tau*", times)
    yield q.computed(f"{name}: spread of lambda", variances)
    yield q.near_zero(f"{name}: simultaneity", laws.simultaneity(run))
    for factor in laws.FACTORS:
        together, span = laws.together(run, factor)
        yield q.count(f"{name}: modes within a factor of {factor:g} of the first", together)
    _, span = laws.together(run)
    yield q.computed(f"{name}: spread of lambda among them", span)


def of_law(run, name):
    yield from q.law(run, name, "geometric", "rising")
    yield q.r_squared(run, name, "geometric", "rising")


def quantities(runs):
    rows = laws.named_runs(runs)
    first = rows["one layer"]
    yield from measured.settings(first, "network.init", *measured.SIGMA)
    yield from measured.variances(first)
    yield q.count("independent modes", first.law("geometric", "rising")["modes"])
    yield q.given("noise level of the weights", laws.NOISE_LEVEL)
    yield q.given("pixels a side", first.setting("data.shape")[0])
    for name, run in rows.items():
        yield from of_law(run, name)
        yield from of_patch(run, name)
        yield q.computed(f"{name}: speed-up", laws.speed_up(run, first))
        low, high = laws.learned(run)
        yield q.computed(f"{name}: least learned", low)
        yield q.computed(f"{name}: most learned", high)
        alpha, modes = laws.weight_exponent(run)
        # Read off the τ grid; its repetition is as exact as the weights.
        yield q.near_zero(f"{name}: exponent of the weights", alpha)
        yield q.count(f"{name}: modes whose weights rise", modes)
    fitted = [run.law("geometric", "rising")["exponent"] for name, run in rows.items() if " 1 × 1 " not in name]
    yield q.computed("smallest exponent but of one tap", min(fitted))
    yield q.computed("largest exponent but of one tap", max(fitted))
    for (exponent, kernel), run in runs.points("spectra"):
        yield from of_law(run, f"spectrum {exponent:g}, {kernel} taps")
        yield from of_patch(run, f"spectrum {exponent:g}, {kernel} taps")
    for factor in laws.FACTORS:
        yield q.given(f"factor {factor:g}", factor)
    for kernel in laws.KERNELS:
        yield q.given(f"K = {kernel}", kernel)
        yield q.computed(f"modes over taps, K = {kernel}", len(first["spectrum"]) / kernel**2)
    for exponent in laws.EXPONENTS:
        yield q.given(f"spectrum {exponent}", exponent)
