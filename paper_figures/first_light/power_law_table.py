"""The fitted exponents as a short table for a terminal."""

import math


def with_error(value, error):
    """`0.98544 ± 0.00089`: the error to two significant digits, the value to the same place."""
    if not math.isfinite(value):
        return "–"
    if not (math.isfinite(error) and error > 0):
        return f"{value:.4g}"
    places = min(max(1 - math.floor(math.log10(error)), 0), 12)
    return f"{value:.{places}f} ± {error:.{places}f}"


def power_law_table(power_law, target):
    """Aligned text: a line for each fit, its note beneath."""
    if power_law.empty:
        return f"No mode emerged (target: {target}), so no power law was fitted."
    header = ("criterion", "direction", "estimator", "exponent", "modes")
    lines = [
        (fit.criterion, fit.direction, fit.estimator, with_error(fit.exponent, fit.exponent_se), str(fit.modes))
        for fit in power_law.itertuples()
    ]
    widths = [max(len(line[i]) for line in [header, *lines]) for i in range(len(header))]

    def aligned(line):
        cells = [cell.ljust(width) for cell, width in zip(line[:-1], widths)]
        return "   ".join([*cells, line[-1].rjust(widths[-1])])

    text = [f"tau* = A lambda^-exponent, target: {target}", aligned(header)]
    for line, note in zip(lines, power_law["note"]):
        text.append(aligned(line))
        if isinstance(note, str) and note:
            text.append(f"    {note}")
    return "\n".join(text)
