"""Training cut short: the exponent with and without the modes that had not emerged."""

import matplotlib.pyplot as pyplot
import numpy

from making import looks

LOOKS = {"ols": (looks.VERMILION, "s", "least squares, censored modes dropped"),
         "censored": (looks.BLUE, "o", "censored likelihood, all modes")}
SHOWN = 0.01  # training.last of panel b


def draw_exponents(axes, points):
    whole = points[-1][1].law("geometric", "rising")
    axes.axhspan(whole["ci_low"], whole["ci_high"], color="0.9", zorder=0)
    axes.axhline(whole["exponent"], color="0.4", linewidth=0.8, zorder=0, label="all modes emerged")
    for shift, (estimator, (colour, marker, label)) in zip((0.985, 1.015), LOOKS.items()):
        fits = [(run.law("geometric", "rising", estimator), last) for (last,), run in points]
        fits = [(fit, last) for fit, last in fits if fit is not None and fit["censored"] > 0]
        part = numpy.array([fit["modes"] / (fit["modes"] + fit["censored"]) for fit, _ in fits])
        alpha, low, high = (numpy.array([fit[name] for fit, _ in fits]) for name in ("exponent", "ci_low", "ci_high"))
        axes.errorbar(part * shift, alpha, yerr=[alpha - low, high - alpha], color=colour, marker=marker, markersize=4,
                      linestyle="none", elinewidth=0.9, label=label)
    axes.set(xscale="log", xlim=(0.05, 1.05), ylim=(0, 2), xlabel="part of the modes that emerged before the end",
             ylabel=r"exponent $\alpha$, interval of 95 %")
    axes.set_xticks([0.06, 0.1, 0.2, 0.4, 0.8], ["6 %", "10 %", "20 %", "40 %", "80 %"])
    axes.minorticks_off()
    axes.legend(loc="upper right")


def draw_modes(axes, points):
    runs = {last: run for (last,), run in points}
    cut, whole = runs[SHOWN], runs[max(runs)]
    end = float(cut.setting("training.last"))
    rows = whole.emergence("geometric")
    late = rows[rows["tau_star"] > end]
    axes.plot(late["target_variance"], late["tau_star"], linestyle="none", marker=".", markersize=3, color="0.7",
              label="emerge later: unknown to the fits")
    early = cut.emergence("geometric")
    axes.plot(early["target_variance"], early["tau_star"], linestyle="none", marker="o", markersize=3.5,
              color=looks.BLACK,
              label="emerged")
    axes.axhline(end, color=looks.BLACK, linewidth=0.8, linestyle=looks.TARGET_DASH)
    low, high = rows["target_variance"].min(), rows["target_variance"].max()
    for estimator, (colour, _, _) in LOOKS.items():
        fit = cut.law("geometric", "rising", estimator)
        looks.law_line(axes, fit, low, high, color=colour, linewidth=1.3,
                       label=rf"{estimator}: $\alpha$ = {fit['exponent']:.2f}")
    looks.law_line(axes, whole.law("geometric", "rising"), low, high, color="0.4", linestyle=":",
                   label=rf"all modes: $\alpha$ = {whole.law('geometric', 'rising')['exponent']:.2f}")
    looks.log_axes(axes, x=(low / 1.6, high * 1.6), y=(1e-4, 3e1))
    axes.set(xlabel=looks.DATA_VARIANCE, ylabel=looks.emergence_time())
    axes.legend(loc="upper right", labelspacing=0.25)


def draw(runs):
    drawing, panels = pyplot.subplots(1, 2, figsize=(6.75, 3.3))
    points = runs.points("cut")
    draw_exponents(panels[0], points)
    draw_modes(panels[1], points)
    looks.lettered(panels, ("exponent, as training is cut short", rf"cut at $\tau$ = {SHOWN:g} (dashed)"))
    return drawing
