"""Flow matching: weights at four times t, generated variance and emergence times, one layer and two tied layers."""

import matplotlib.pyplot as pyplot

from making import learning_panels, looks

SPOKEN = {"one-layer": "one layer", "symmetric-two-layer": r"two layers, $PP^\top$"}
WEIGHTS = {0.1: (-1.2, 0.2), 0.5: (-2.2, 1.8), 0.9: (-10, 2), 0.99: (-9, 2)}  # around all optima at each t


def draw_lines_of_weights(drawing, grid, runs):
    """A line of panels for each network, a panel for each t; yields panel and title."""
    for line, (name, spoken) in enumerate(SPOKEN.items()):
        for column, t in enumerate(sorted(set(runs[name]["weights"]["noise_level"]))):
            axes = drawing.add_subplot(grid[line, column])
            learning_panels.draw_weights(axes, runs[name], t)
            axes.set_ylim(WEIGHTS[t])
            if column == 0:
                axes.set_ylabel(f"{spoken}:\n" + r"weight $w$")
            if line == 1:
                axes.set_xlabel(rf"$\tau$  [{looks.PLAIN}]")
            looks.decades(axes.xaxis, *axes.get_xlim(), most=4)
            yield axes, rf"$t$ = {t:g}"


def draw(runs):
    drawing = pyplot.figure(figsize=(6.75, 6.6))
    grid = drawing.add_gridspec(3, 4, height_ratios=(1, 1, 1.45))
    panels, titles = map(list, zip(*draw_lines_of_weights(drawing, grid, runs)))
    for columns, (name, spoken) in zip((slice(0, 2), slice(2, 4)), SPOKEN.items()):
        axes = drawing.add_subplot(grid[2, columns])
        learning_panels.draw_variances(axes, runs[name], (5e-4, 3e1))
        axes.set(xlabel=looks.training_time(), ylabel=looks.GENERATED_VARIANCE)
        titles.append(spoken)
        panels.append(axes)
    looks.lettered(panels, titles)
    looks.small_labels(panels)
    looks.legend_below(drawing, *panels[-1].get_legend_handles_labels(), r"$\lambda$ = ", room=0.04)
    return drawing
