"""Emergence time against variance under flow matching: a rising and a falling branch for every initial weight."""

from making.branch_panels import figure


def draw(runs):
    return figure(runs.points("by-init"), (1e-2, 3e5), "upper right")
