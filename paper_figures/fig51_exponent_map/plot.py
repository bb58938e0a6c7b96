"""The exponent as a map over criterion, direction and initial weight."""

import matplotlib.pyplot as pyplot
import numpy

CRITERIA = ("harmonic", "geometric", "arithmetic", "settling")
FEWEST = 5  # modes that an exponent of the map rests on


def table(points, direction):
    """α for every (criterion, Q); NaN where fewer than FEWEST modes go that way."""
    fits = [[run.law(criterion, direction) for _, run in points] for criterion in CRITERIA]
    return numpy.array([[numpy.nan if fit is None or fit["modes"] < FEWEST else fit["exponent"] for fit in row]
                        for row in fits])


def draw_map(axes, values, inits):
    mesh = axes.imshow(values, cmap="cividis", vmin=0, vmax=2, aspect="auto")
    for (line, column), value in numpy.ndenumerate(values):
        known = numpy.isfinite(value)
        axes.text(column, line, f"{value:.2f}" if known else "–", ha="center", va="center", fontsize=7.5,
                  color="0.5" if not known else "white" if value < 1.1 else "black")
    axes.set_yticks(range(len(CRITERIA)), CRITERIA)
    axes.set_xticks(range(len(inits)), [f"{init:g}" for init in inits])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return mesh


def draw(runs):
    points = runs.points("by-init")
    inits = [init for (init,), _ in points]
    drawing, panels = pyplot.subplots(2, 1, figsize=(6.75, 3.7), sharex=True)
    for letter, axes, direction in zip("ab", panels, ("rising", "falling")):
        mesh = draw_map(axes, table(points, direction), inits)
        axes.set_title(rf"$\bf{{{letter}}}$  {direction} modes")
    panels[1].set_xlabel(r"initial weight $Q$")
    bar = drawing.colorbar(mesh, ax=panels, pad=0.01, aspect=30, extend="max")
    bar.set_label(r"exponent $\alpha$ of $\tau^* = A\,\lambda^{-\alpha}$")
    return drawing
