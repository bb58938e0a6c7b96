"""Emergence time against variance under flow matching: a rising and a falling branch for every initial weight."""

from making.branch_panels import figure


def draw(runs):
    return figure(runs.points("by-init"), (2e-3, 1e5), "upper right")
