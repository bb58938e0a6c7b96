"""Quantities that several figures have: of curves, laws and settings."""

import numpy

from . import quantities as q

SIGMA = ("sampling.noise", "sampling.data")


def settings(run, *keys):
    """Settings of one run that the caption names; the intervals' coverage is always among them."""
    yield q.setting(run, "fit.confidence")
    for key in keys:
        yield q.setting(run, key)


def variances(run):
    """How many modes, and the range of λ."""
    spectrum = run["spectrum"]["variance"]
    yield q.count("modes", len(spectrum))
    yield q.given("largest variance", spectrum.max())
    yield q.given("smallest variance", spectrum.min())


def directions(run, label, criterion="geometric"):
    """Modes that rise, fall, lie in the gray zone, are censored or never cross."""
    rows = run.emergence(criterion, status=None)
    for direction in ("rising", "falling"):
        yield q.count(f"{label}: {direction}", ((rows["status"] == "emerged") & (rows["direction"] == direction)).sum())
    for status in ("gray-zone", "censored", "no-crossing"):
        yield q.count(f"{label}: {status}", (rows["status"] == status).sum())


def span(run, label, criterion, direction="rising"):
    """First and last emergence time, and their ratio."""
    times = run.emergence(criterion, direction=direction)["tau_star"]
    yield q.computed(f"{label}, {criterion} {direction}: first", times.min())
    yield q.computed(f"{label}, {criterion} {direction}: last", times.max())
    yield q.computed(f"{label}, {criterion} {direction}: last over first", times.max() / times.min())


def last_over_first(rows):
    """Ratio of the latest to the earliest emergence."""
    return rows["tau_star"].max() / rows["tau_star"].min()


def law_range(runs_by_label, criterion, direction):
    """Smallest and largest exponent among several runs."""
    fits = [run.law(criterion, direction) for run in runs_by_label.values()]
    found = [fit["exponent"] for fit in fits if fit is not None]
    yield q.near_zero(f"{criterion} {direction}: smallest exponent", numpy.min(found))
    yield q.near_zero(f"{criterion} {direction}: largest exponent", numpy.max(found))
