"""Emergence time against variance under four criteria, for a falling and a rising run."""

import matplotlib.pyplot as pyplot
import numpy
from look import DATA_TIME, LOOK


def draw(axes, emergence, power_law, title):
    axes.set(xscale="log", yscale="log", xlabel=r"variance of the data $\lambda$   [data$^2$]")
    axes.set_title(title)
    for criterion, look in LOOK.items():
        rows = emergence[(emergence["criterion"] == criterion) & (emergence["status"] == "emerged")]
        fits = power_law[(power_law["criterion"] == criterion) & (power_law["estimator"] == "ols")]
        fit = fits.loc[fits["modes"].idxmax()]
        label = rf"{criterion}, $\alpha$ = {fit['exponent']:.2f}"
        axes.plot(rows["target_variance"], rows["tau_star"], linestyle="none", markersize=4, label=label, **look)
        ends = numpy.array([rows["target_variance"].min(), rows["target_variance"].max()])
        axes.plot(ends, fit["prefactor"] * ends ** -fit["exponent"], color=look["color"], linewidth=0.8)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.28)  # room for the legend
    axes.legend(loc="upper right")


def figure(falling, rising):
    drawing, (left, right) = pyplot.subplots(1, 2, figsize=(6.75, 3.3))
    draw(left, *falling[1:], "a  falling, Q = 1")
    draw(right, *rising[1:], "b  rising, Q = 0")
    left.set_ylabel(rf"emergence time $\tau^*$   {DATA_TIME}")
    return drawing
