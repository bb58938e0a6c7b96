"""Three modes of a falling and a rising run, and where each criterion takes them for learned."""

import matplotlib.pyplot as pyplot
import numpy
from look import DATA_TIME, LOOK

CURVE_GRAYS = ("0.2", "0.45", "0.65")
TARGETS = (1e2, 1.0, 1e-3)  # of the modes nearest to these


def chosen_modes(emergence):
    modes = emergence.drop_duplicates("mode")
    return [modes.loc[(numpy.log(modes["target_variance"] / target)).abs().idxmin(), "mode"] for target in TARGETS]


def curve_of(variance, mode):
    rows = variance[(variance["mode"] == mode) & (variance["tau"] > 0)]
    return rows["tau"].to_numpy(), rows["variance"].to_numpy()


def marks(emergence, mode, tau, height):
    """(look, τ*, height at τ*) of every criterion under which the mode emerged."""
    rows = emergence[(emergence["mode"] == mode) & (emergence["status"] == "emerged")]
    for row in rows.itertuples():
        yield LOOK[row.criterion], row.tau_star, numpy.interp(numpy.log(row.tau_star), numpy.log(tau), height)


def short(value):
    return f"{value:.3g}" if value >= 0.01 else rf"$10^{{{round(numpy.log10(value))}}}$"


def draw_falling(axes, variance, emergence):
    """λ̃ against τ: one descent for all modes, which each leaves at its own variance."""
    axes.set(xscale="log", yscale="log", xlim=(1e-6, 1e5), ylim=(3e-4, 2e4),
             xlabel=rf"training time $\tau$   {DATA_TIME}", ylabel=r"generated variance $\tilde\lambda(\tau)$")
    axes.set_title("a  falling, Q = 1: all modes share one descent")
    for gray, mode in zip(CURVE_GRAYS, chosen_modes(emergence)):
        tau, heights = curve_of(variance, mode)
        axes.plot(tau, heights, color=gray)
        for look, at, log_height in marks(emergence, mode, tau, numpy.log(heights)):
            axes.plot(at, numpy.exp(log_height), linestyle="none", markersize=5, zorder=5, **look)
        target = emergence.loc[emergence["mode"] == mode, "target_variance"].iloc[0]
        axes.text(1.3e5, target, rf"$\lambda$ = {short(target)}", va="center", fontsize=7, clip_on=False)


def draw_rising(axes, variance, emergence):
    """The part of the way done, on a logarithmic axis, against λτ: one curve for all modes, but other thresholds."""
    axes.set(xscale="log", xlim=(1e-4, 10), ylim=(-0.03, 1.05), xlabel=r"scaled training time $\eta\lambda\tau$",
             ylabel=r"$\ln(\tilde\lambda/v_0)\,/\,\ln(\lambda/v_0)$")
    axes.set_title(r"b  rising, Q = 0: all modes alike in $\lambda\tau$")
    for gray, mode in zip(CURVE_GRAYS, chosen_modes(emergence)):
        row = emergence[emergence["mode"] == mode].iloc[0]
        tau, heights = curve_of(variance, mode)
        part = numpy.log(heights / row["initial_variance"]) / numpy.log(row["target_variance"] / row["initial_variance"])
        axes.plot(tau * row["target_variance"], part, color=gray, label=rf"$\lambda$ = {short(row['target_variance'])}")
        for look, at, height in marks(emergence, mode, tau, part):
            axes.plot(at * row["target_variance"], height, linestyle="none", markersize=5, zorder=5, **look)
    axes.axhline(0.5, color="0.8", linewidth=0.8, zorder=0)
    axes.legend(loc="upper left")


def figure(falling, rising):
    drawing, (left, right) = pyplot.subplots(1, 2, figsize=(6.75, 3.3))
    draw_falling(left, *falling[:2])
    draw_rising(right, *rising[:2])
    handles = [pyplot.Line2D([], [], linestyle="none", markersize=5, label=name, **look) for name, look in LOOK.items()]
    left.legend(handles=handles, loc="lower left")
    return drawing
