"""Weights, generated variance and emergence times of eight modes that start at Q = 0.5: they dip before they rise."""

from making.learning_panels import eight_modes


def draw(runs):
    return eight_modes(runs, (-0.03, 1.0), (1e-4, 3e1), (1e-6, 1e5), ("geometric", "harmonic", "settling"))
