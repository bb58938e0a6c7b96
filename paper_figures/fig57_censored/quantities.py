"""Numbers of the figure."""

from making import measured
from making import quantities as q


def likelihood(run, label):
    """The censored fit ends where its optimiser's steps fall below 1e-10 of the parameters: looser than exact curves."""
    for quantity in q.law(run, label, "geometric", "rising", "censored"):
        exact = quantity.because == "a count"
        yield quantity if exact else q.Quantity(quantity.name, quantity.value, 1e-6, "1e-6: an optimiser's end")


def part_of_the_loss(whole, run, name):
    """Of what dropping modes takes from the exponent, how much the censored fit loses as well."""
    censored, dropped = (run.law("geometric", "rising", estimator)["exponent"] for estimator in ("censored", "ols"))
    if whole["exponent"] - dropped > 0.1:
        yield q.Quantity(f"{name}: part of the loss left",
                         (whole["exponent"] - censored) / (whole["exponent"] - dropped), 1e-5,
                         "1e-5: an optimiser's end over a difference above 0.1")


def quantities(runs):
    points = runs.points("cut")
    yield from measured.settings(points[0][1], "network.init", "network.kernel", *measured.SIGMA)
    yield from measured.variances(points[0][1])
    yield q.given("pixels a side", points[0][1].setting("data.shape")[0])
    for (last,), run in points:
        name = f"cut at {last:g}"
        yield q.given(name, last)
        fit = run.law("geometric", "rising")
        yield q.count(f"{name}: censored", fit["censored"])
        yield q.computed(f"{name}: part emerged", fit["modes"] / (fit["modes"] + fit["censored"]))
        yield from q.law(run, name, "geometric", "rising")
        yield from likelihood(run, name)
        yield from part_of_the_loss(points[-1][1].law("geometric", "rising"), run, name)
    yield q.count("independent modes", points[-1][1].law("geometric", "rising")["modes"])
    yield q.near_zero("all modes: R2", points[-1][1].law("geometric", "rising")["r_squared"])
