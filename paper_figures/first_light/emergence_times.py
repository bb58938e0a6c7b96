"""Emergence time against variance, one panel per criterion, with the fitted power laws."""

import math

import matplotlib.pyplot as pyplot
import numpy
from matplotlib.ticker import NullFormatter
from power_law_table import with_error

# Okabe-Ito blue and vermilion: apart for every kind of colour vision, and in gray.
LOOK = {"rising": {"color": "#0072B2", "marker": "o"}, "falling": {"color": "#D55E00", "marker": "s"}}


def gray_span(rows, gray_zone):
    """((low, high), label) of the variances whose modes start too near their target, or None."""
    initial = rows["initial_variance"].dropna()
    initial = initial[initial > 0]
    if len(initial) and numpy.ptp(initial) <= 1e-9 * initial.max():
        bounds = rf"{gray_zone[0]:g} ≤ $v_0/\lambda$ ≤ {gray_zone[1]:g}"
        return (initial.iloc[0] / gray_zone[1], initial.iloc[0] / gray_zone[0]), f"gray zone, {bounds}"
    # Modes that start apart share no gray zone in λ: where the flagged ones lie is all there is to show.
    flagged = rows.loc[rows["gray_zone"].astype(str).str.lower() == "true", "target_variance"]
    return ((flagged.min(), flagged.max()), "range of the gray-zone modes") if len(flagged) else None


def draw_modes(axes, rows, last):
    """One marker a mode; returns how many never cross."""
    size = 3.6 if len(rows) <= 300 else 2.4  # thousands of markers merge into a band, which is what they show
    style = {"linestyle": "none", "markersize": size, "rasterized": len(rows) > 5000}
    gray = rows[(rows["status"] == "gray-zone") & rows["tau_star"].notna()]
    axes.plot(gray["target_variance"], gray["tau_star"], marker="o", markerfacecolor="none", color="0.5",
              markeredgewidth=0.7, label=f"in the gray zone, not fitted: {len(gray)}" if len(gray) else None, **style)
    for direction, look in LOOK.items():
        here = rows[rows["direction"] == direction]
        emerged = here[here["status"] == "emerged"]
        axes.plot(emerged["target_variance"], emerged["tau_star"], markeredgewidth=0, alpha=0.75, **look, **style)
        censored = here[here["status"] == "censored"]
        if len(censored):
            axes.plot(censored["target_variance"], [last] * len(censored), marker="^", color=look["color"],
                      markerfacecolor="none", markeredgewidth=0.7, **style,
                      label=f"{direction}, not yet at the last $\\tau$: {len(censored)}")
    return int((rows["status"] == "no-crossing").sum())


def draw_fits(axes, rows, fits):
    for direction, look in LOOK.items():
        fitted = rows[(rows["status"] == "emerged") & (rows["direction"] == direction)]
        if fitted.empty:
            continue
        label = f"{direction}: {len(fitted)} {'mode' if len(fitted) == 1 else 'modes'}, no fit"
        for fit in fits[fits["direction"] == direction].itertuples():
            if math.isfinite(fit.exponent) and math.isfinite(fit.prefactor):
                ends = numpy.array([fitted["target_variance"].min(), fitted["target_variance"].max()])
                axes.plot(ends, fit.prefactor * ends**-fit.exponent, color="black", linewidth=0.7, zorder=4)
                exponent = with_error(fit.exponent, fit.exponent_se).replace("-", "\N{MINUS SIGN}")
                label = f"{direction}: {fit.modes} modes, $\\alpha$ = {exponent}"
        axes.plot([], [], linestyle="none", markersize=3.6, label=label, **look)


def padded(low, high, factor):
    """Limits of a log axis: `factor` of room at both ends, and a decade at least."""
    room = max(factor, math.sqrt(10 * low / high))
    return low / room, high * room


def time_range(emergence, last):
    """Limits of the time axis around everything drawn; censored modes are drawn at the last training time."""
    drawn = emergence.loc[emergence["tau_star"] > 0, "tau_star"].to_list()
    if not drawn or (emergence["status"] == "censored").any():
        drawn.append(last)
    return padded(min(drawn), max(drawn), 2)


def draw_panel(axes, rows, fits, gray_zone, last):
    """One criterion. The legend stands above the axes: wherever modes fall, it covers none."""
    draw_fits(axes, rows, fits)
    never = draw_modes(axes, rows, last)
    low, high = axes.get_xlim()
    if (gray := gray_span(rows, gray_zone)) is not None:
        (begin, end), label = gray
        if end > low and begin < high:
            axes.axvspan(max(begin, low), min(end, high), color="0.9", zorder=0, linewidth=0, label=label)
    if never:
        axes.plot([], [], linestyle="none", label=f"never cross: {never}")


def figure(emergence, power_law, gray_zone, target, last):
    """The figure, from emergence.csv, power_law.csv and the scenario. `last`: the last training time."""
    emergence = emergence[emergence["target_variance"] > 0]
    criteria = list(dict.fromkeys(emergence["criterion"]))
    columns = min(len(criteria), 2)
    lines = math.ceil(len(criteria) / columns)
    size = (6.75 if columns == 2 else 4.4, 3.7 * lines)
    drawing, panels = pyplot.subplots(lines, columns, figsize=size, sharex=True, sharey=True, squeeze=False)
    variances = emergence["target_variance"]
    panels[0, 0].set(xscale="log", yscale="log", xlim=padded(variances.min(), variances.max(), 1.5),
                     ylim=time_range(emergence, last))
    for axis in (panels[0, 0].xaxis, panels[0, 0].yaxis):
        axis.set_minor_formatter(NullFormatter())  # the decade both axes span has a label
    for place, (axes, criterion) in enumerate(zip(panels.flat, criteria)):
        fits = power_law[(power_law["criterion"] == criterion) & (power_law["estimator"] == "ols")]
        draw_panel(axes, emergence[emergence["criterion"] == criterion], fits, gray_zone, last)
        title = f"{criterion}, target: {target}"
        if len(fits):
            title += r";  $\tau^*=A\,\lambda^{-\alpha}$ by OLS"
        axes.legend(*axes.get_legend_handles_labels(), loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.3,
                    title=title, alignment="left", title_fontsize=8.5)
        if place + columns >= len(criteria):
            axes.tick_params(labelbottom=True)
            # λ of the law is the data's, whatever the modes emerge towards.
            axes.set_xlabel(r"variance of the data $\lambda$   $[\mathrm{data}^2]$")
        if place % columns == 0:
            axes.set_ylabel(r"emergence time $\tau^*$   $[1/(\eta\,\mathrm{data}^2)]$")
    for axes in panels.flat[len(criteria):]:
        axes.set_visible(False)
    return drawing
