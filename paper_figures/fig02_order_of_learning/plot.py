"""Weights, generated variance and emergence times of eight modes that start small."""

from making.learning_panels import eight_modes


def draw(runs):
    return eight_modes(runs, (-0.03, 1.0), (1e-5, 3e1), (1e-3, 1e4), ("geometric", "harmonic", "settling"))
