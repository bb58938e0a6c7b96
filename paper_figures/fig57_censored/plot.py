"""Training cut short: the exponent with and without the modes that had not emerged."""

import matplotlib.pyplot as pyplot

from making import looks

LOOKS = {"ols": (looks.VERMILION, "s", "least squares, censored modes dropped"),
         "censored": (looks.BLUE, "o", "censored likelihood, all modes")}
SHOWN = 0.01  # the cut of panel b


def draw_exponents(axes, points):
    whole = points[-1][1].law("geometric", "rising")
    axes.axhspan(whole["ci_low"], whole["ci_high"], color="0.9", zorder=0)
    axes.axhline(whole["exponent"], color="0.4", linewidth=0.8, zorder=0, label="all modes emerged")
    for shift, (estimator, (colour, marker, label)) in zip((0.985, 1.015), LOOKS.items()):
        fits = [run.law("geometric", "rising", estimator) for _, run in points]
        for fit in (fit for fit in fits if fit is not None and fit["censored"] > 0):
            axes.errorbar(fit["modes"] / (fit["modes"] + fit["censored"]) * shift, fit["exponent"], yerr=looks.bar(fit),
                          color=colour, marker=marker, markersize=4, linestyle="none", elinewidth=0.9, label=label)
            label = None
    axes.set(xscale="log", xlim=(0.05, 1.05), ylim=(-0.4, 2), xlabel="modes that emerged before the end",
             ylabel=r"exponent $\alpha$ and its interval")
    axes.set_xticks([0.06, 0.1, 0.2, 0.4, 0.8], ["6 %", "10 %", "20 %", "40 %", "80 %"])
    axes.minorticks_off()
    looks.legend_under(axes)


def draw_modes(axes, points):
    runs = {last: run for (last,), run in points}
    cut, whole = runs[SHOWN], runs[max(runs)]
    end = float(cut.emergence("geometric", status=None)["observed_until"].max())
    rows = whole.emergence("geometric")
    late = rows[rows["tau_star"] > end]
    axes.plot(late["target_variance"], late["tau_star"], linestyle="none", marker=".", markersize=3, color="0.6",
              label="emerges later")
    early = cut.emergence("geometric")
    axes.plot(early["target_variance"], early["tau_star"], linestyle="none", marker="o", markersize=3.5,
              color=looks.BLACK, label="emerged")
    axes.axhline(end, color=looks.BLACK, linewidth=0.8, linestyle=looks.TARGET_DASH)
    low, high = rows["target_variance"].min(), rows["target_variance"].max()
    for estimator, (colour, _, _) in LOOKS.items():
        fit = cut.law("geometric", "rising", estimator)
        looks.law_line(axes, fit, low, high, color=colour, linewidth=1.3,
                       label=rf"{estimator}: $\alpha$ = {fit['exponent']:.2f}")
    fit = whole.law("geometric", "rising")
    looks.law_line(axes, fit, low, high, color="0.4", linestyle=":",
                   label=rf"all modes: $\alpha$ = {fit['exponent']:.2f}")
    looks.log_axes(axes, x=(low / 1.6, high * 1.6), y=(1e-4, 1))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=looks.emergence_time())
    looks.legend_under(axes, ncol=2)


def draw(runs):
    drawing, panels = pyplot.subplots(1, 2, figsize=(6.75, 3.6))
    points = runs.points("cut")
    draw_exponents(panels[0], points)
    draw_modes(panels[1], points)
    looks.lettered(panels, ("exponent, as training is cut short", rf"cut at $\tau$ = {SHOWN:g} (dashed)"))
    return drawing
