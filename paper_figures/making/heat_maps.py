"""Heat maps of generated variance over its target, against training time and mode."""

import matplotlib.pyplot as pyplot
import numpy

from . import looks

TIMES = {"rising": looks.BLACK, "falling": looks.GREEN}
DOTS = {"linestyle": "none", "marker": "o", "markersize": 1.3, "markeredgewidth": 0}
DECADES = 3  # the colours end where variance is a thousandth or a thousand times its target


def edges(values):
    """Borders of log-spaced cells about their middles."""
    logs = numpy.log(values)
    middles = (logs[1:] + logs[:-1]) / 2
    return numpy.exp(numpy.concatenate([[2 * logs[0] - middles[0]], middles, [2 * logs[-1] - middles[-1]]]))


def draw_map(axes, run, target_name="target_variance"):
    """log10(λ̃/λ) over (τ, mode), largest variance on top; returns what a colour bar needs."""
    rows = run["variance"]
    rows = rows[rows["tau"] > 0]
    table = rows.pivot(index="mode", columns="tau", values="variance")
    targets = rows.drop_duplicates("mode").set_index("mode")["target_variance"]
    ratio = numpy.log10(table.to_numpy() / targets.loc[table.index].to_numpy()[:, None])
    tau, modes = table.columns.to_numpy(), table.index.to_numpy()
    mesh = axes.pcolormesh(edges(tau), edges(modes), ratio, cmap="PuOr", vmin=-DECADES, vmax=DECADES, rasterized=True)
    axes.set(xscale="log", yscale="log", xlim=(tau[0], tau[-1]), ylim=(modes[-1], 1))
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
    bar.set_label(r"$\log_{10}$ of generated variance over data, $\tilde\lambda_k(\tau)/\lambda_k$", size=8)
    bar.set_ticks(range(-DECADES, DECADES + 1))


def figure(runs, names, titles):
    drawing, panels = pyplot.subplots(1, len(names), figsize=(6.75, 3.2), sharey=True)
    for axes, name in zip(panels, names):
        mesh = draw_map(axes, runs[name])
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
