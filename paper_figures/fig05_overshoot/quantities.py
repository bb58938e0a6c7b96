"""Numbers of the figure."""

from making import eight_modes
from making import quantities as q


def quantities(runs):
    yield from eight_modes.quantities(runs, ("geometric", "harmonic", "settling"))
    yield from eight_modes.overshoots(runs)
    yield q.given("looked at", 0.01)
    yield q.given("first time", runs["one-layer"].curve(1)[0][0])
