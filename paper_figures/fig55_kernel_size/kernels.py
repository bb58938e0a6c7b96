"""Numbers of one kernel: what it learns of the data, and when."""

import numpy

LEARNED, TIMED = (1, 3, 5, 7, 12), (1, 3, 5, 12)  # kernels of panels a and b; the others would hide them


def modes(run):
    """Emergence of every mode under the geometric threshold, with its frequency's norm in cycles per image."""
    rows = run.emergence("geometric", status=None).merge(run["spectrum"], on="mode")
    return rows.assign(radius=numpy.hypot(rows["frequency_y"], rows["frequency_x"]),
                       learned=rows["limit_variance"] / rows["target_variance"])


def spread(values):
    """Largest over smallest."""
    return float(numpy.max(values) / numpy.min(values))


def near_first(rows, factor=2.0):
    """Modes that emerge within a factor of the first."""
    return rows[rows["tau_star"] <= factor * rows["tau_star"].min()]


def off_the_law(run, reference):
    """Largest factor between the reference's τ* and this run's, over modes later than the first ones; 1 if none is."""
    rows = modes(run)
    late = rows.drop(near_first(rows).index).merge(modes(reference), on="mode", suffixes=("", "_reference"))
    logs = numpy.abs(numpy.log(late["tau_star"] / late["tau_star_reference"]))
    return float(numpy.exp(logs.max())) if len(late) else 1.0


def capacity_error(run):
    """KL to the data when training is over [nat]: what the kernel can't hold."""
    return float(run["distances"]["kl"].iloc[-1])
