"""Emergence time against variance on the `ve` path: a rising and a falling branch for every initial weight."""

from making.branch_panels import figure


def draw(runs):
    return figure(runs.points("by-init"), (1e-8, 2e3), "lower left")
