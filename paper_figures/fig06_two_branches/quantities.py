"""Numbers of the figure."""

from making import branches


def quantities(runs):
    yield from branches.quantities(runs, sampling=True)
