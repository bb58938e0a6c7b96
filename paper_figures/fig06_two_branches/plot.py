"""Emergence time against variance on the `ve` path: a rising and a falling branch for every initial weight."""

from making.branch_panels import figure


def draw(runs):
    drawing, _ = figure(runs.points("by-init"), [(1e-5, 1e3)] * 2)
    return drawing
