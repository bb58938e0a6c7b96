"""Heat maps of generated variance over its target, against training time and mode."""

import matplotlib.pyplot as pyplot
import numpy

from . import looks

TIMES = {"rising": looks.BLACK, "falling": looks.GREEN}
DOTS = {"linestyle": "none", "marker": "o", "markersize": 1.3, "markeredgewidth": 0}
FACTOR = 30.0  # the colours end where variance is this part of its target, or this many times it
ROWS = 250     # at most; a printed panel has no more
POWER = 0.25   # of the mode axis: a logarithmic one would leave the small modes no room, a linear one the large


def edges(values):
    """Borders of log-spaced cells about their middles."""
    logs = numpy.log(values)
    middles = (logs[1:] + logs[:-1]) / 2
    return numpy.exp(numpy.concatenate([[2 * logs[0] - middles[0]], middles, [2 * logs[-1] - middles[-1]]]))


def mode_axis(count, both_ends):
    """(place of a mode on the axis, and back), by the fourth root; from both ends if the last modes matter as well."""
    modes = numpy.linspace(0, count + 2, 20 * count)
    def forward(k):
        k = numpy.clip(k, 0, count + 2)
        return k**POWER - (count + 2 - k) ** POWER if both_ends else k**POWER
    return forward, lambda place: numpy.interp(place, forward(modes), modes)


def bins(count, forward, back):
    """First modes of at most ROWS bins, alike in height on the axis, and the mode after the last."""
    return numpy.unique(numpy.round(back(numpy.linspace(forward(1), forward(count + 1), ROWS + 1))).astype(int))


def ratios(run, both_ends):
    """(τ, borders of the bins, log10(λ̃/λ) averaged over the modes of each bin)"""
    rows = run["variance"]
    rows = rows[rows["tau"] > 0]
    table = rows.pivot(index="mode", columns="tau", values="variance")
    targets = rows.drop_duplicates("mode").set_index("mode")["target_variance"]
    logs = numpy.log10(table.to_numpy() / targets.loc[table.index].to_numpy()[:, None])
    if list(table.index) != list(range(1, len(table) + 1)):
        raise ValueError(f"{run.directory}: output.modes leaves modes out; the map needs them all")
    first = bins(len(table), *mode_axis(len(table), both_ends))
    return table.columns.to_numpy(), first - 0.5, numpy.add.reduceat(logs, first[:-1] - 1) / numpy.diff(first)[:, None]


def draw_map(axes, run, both_ends):
    """log10(λ̃/λ) over (τ, mode), largest variance on top; returns what a colour bar needs."""
    tau, borders, ratio = ratios(run, both_ends)
    end = numpy.log10(FACTOR)
    mesh = axes.pcolormesh(edges(tau), borders, ratio, cmap="PuOr", vmin=-end, vmax=end, rasterized=True)
    axes.set(xscale="log", xlim=(tau[0], tau[-1]))
    count = int(borders[-1])
    axes.set_yscale("function", functions=mode_axis(count, both_ends))
    middle = [k for k in (1000, 2000, 3000) if k < count / 1.02] if both_ends else []
    axes.set_yticks(sorted({1, 10, 100, *middle, count}))
    axes.set_ylim(borders[-1], borders[0])
    looks.decades(axes.xaxis, tau[0], tau[-1], most=6)
    axes.set_xlabel(looks.training_time())
    return mesh


def draw_emergence(axes, run, criterion="geometric"):
    """τ* of every mode as a dot, and the gray zone as a hatched band."""
    for direction, colour in TIMES.items():
        rows = run.emergence(criterion, direction=direction)
        axes.plot(rows["tau_star"], rows["mode"], color=colour, rasterized=True, **DOTS)
    gray = run["emergence"]
    gray = gray[(gray["criterion"] == criterion) & (gray["status"] == "gray-zone")]["mode"]
    if len(gray):
        axes.axhspan(gray.min(), gray.max(), facecolor="none", edgecolor="0.45", hatch="////", linewidth=0)


def colour_bar(drawing, mesh, panels):
    bar = drawing.colorbar(mesh, ax=panels, extend="both", pad=0.01, aspect=30)
    bar.set_label(r"generated variance over data, $\tilde\lambda(\tau)/\lambda$", size=8)
    factors = (3, 10, FACTOR)
    names = [f"1/{factor:g}" for factor in factors[::-1]] + ["1"] + [f"{factor:g}" for factor in factors]
    ends = numpy.log10(factors)
    bar.set_ticks([*-ends[::-1], 0, *ends], labels=names)


def figure(runs, names, titles, both_ends=False):
    drawing, panels = pyplot.subplots(1, len(names), figsize=(6.75, 3.6), sharey=True)
    for axes, name in zip(panels, names):
        mesh = draw_map(axes, runs[name], both_ends)
        draw_emergence(axes, runs[name])
    panels[0].set_ylabel(r"mode $k$, largest variance on top")
    looks.lettered(panels, titles)
    handles = {rf"$\tau^*$, {direction}": pyplot.Line2D([], [], color=colour, **{**DOTS, "markersize": 3})
               for direction, colour in TIMES.items()
               if len(runs[names[0]].emergence("geometric", direction=direction))}
    if len(runs[names[0]].emergence("geometric", status="gray-zone")):
        handles["gray zone"] = pyplot.Rectangle((0, 0), 1, 1, facecolor="none", edgecolor="0.45", hatch="////",
                                                linewidth=0)
    colour_bar(drawing, mesh, panels)
    looks.legend_below(drawing, list(handles.values()), list(handles), room=0.07)
    return drawing
