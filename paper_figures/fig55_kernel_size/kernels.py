"""Numbers of one kernel: what it learns of the data, and when."""

import numpy


def modes(run):
    """Emergence of every mode under the geometric threshold, with its frequency's norm in cycles per image."""
    rows = run.emergence("geometric", status=None).merge(run["spectrum"], on="mode")
    return rows.assign(radius=numpy.hypot(rows["frequency_y"], rows["frequency_x"]),
                       learned=rows["limit_variance"] / rows["target_variance"])


def slope(variances, times):
    """(exponent, R²) of ln τ* on ln λ by least squares; τ* that are all the same are a law with α = 0 and no R²."""
    x, y = numpy.log(variances), numpy.log(times)
    x, y = x - x.mean(), y - y.mean()
    alpha = -(x @ y) / (x @ x)
    return float(alpha), float(1 - ((y + alpha * x) @ (y + alpha * x)) / (y @ y)) if y @ y > 1e-12 else numpy.nan


def spread(values):
    """Largest over smallest."""
    return float(numpy.max(values) / numpy.min(values))


def capacity_error(run):
    """KL to the data when training is over [nat]: what the kernel can't hold."""
    return float(run["distances"]["kl"].iloc[-1])
