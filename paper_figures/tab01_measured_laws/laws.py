"""What Table 1 says in words, as numbers of runs: weights, what is learned, emergence, speed-up."""

import numpy

from making.folder import part
from making.learning_panels import crossing_time

kernels = part("fig55_kernel_size", "kernels")

ARCHITECTURES = {"one-layer": "one layer", "symmetric-two-layer": "two tied layers",
                 "two-layer": "two layers, balanced",
                 "deep": "three layers, balanced", "full-convolution": "convolution, 12 × 12 taps"}
KERNELS = (1, 3, 5, 7)
EXPONENTS = (1, 2, 3)
NOISE_LEVEL = 0.1
FACTORS = (1.5, 2.0, 3.0)  # of the first emergence: what counts as simultaneous


def patches(runs):
    """[((K,), run)] of patch convolutions on the spectrum of CIFAR-10: those of the figure about kernels."""
    return runs.of("fig55_kernel_size").points("kernels")


def named_runs(runs):
    """{name of the row: run} of the spectrum of CIFAR-10, in the order of the table."""
    table = {ARCHITECTURES[name]: run for (name,), run in runs.points("architectures")}
    table.update({f"convolution, {k} × {k} taps": run for (k,), run in patches(runs) if k in KERNELS})
    return table


def weight_times(run):
    """(λ, τ) at which weights that rise at σ = NOISE_LEVEL pass the harmonic mean of start and optimum, as in T-9.

    Of a Fourier mode and its partner, the first counts, as in the program's fits.
    """
    modes = run["emergence"].drop_duplicates("mode")
    seconds = set(modes.loc[modes["partner"] < modes["mode"], "mode"])
    found = []
    for mode, rows in run["weights"].groupby("mode"):
        start, end = rows["weight"].iloc[0], rows["weight"].iloc[-1]
        if mode in seconds or start <= 0 or end < 2 * start:
            continue
        after = rows[rows["tau"] > 0]
        time = crossing_time(after["tau"].to_numpy(), after["weight"].to_numpy(), 2 / (1 / start + 1 / end))
        found.append((mode, time))
    spectrum = run["spectrum"].set_index("mode")["variance"]
    chosen, times = zip(*found)
    return spectrum.loc[list(chosen)].to_numpy(), numpy.array(times)


def weight_exponent(run):
    """(exponent of the weights' times against the data's λ by least squares, how many modes)"""
    variances, times = weight_times(run)
    return -float(numpy.polyfit(numpy.log(variances), numpy.log(times), 1)[0]), len(times)


def emergence(run):
    """(λ of the data, τ*) of every emerged mode."""
    rows = run.emergence("geometric")
    return rows["target_variance"].to_numpy(), rows["tau_star"].to_numpy()


def speed_up(run, reference):
    """Geometric mean over modes of the reference's τ* over this run's."""
    both = run.emergence("geometric").merge(reference.emergence("geometric"), on="mode", suffixes=("", "_reference"))
    return float(numpy.exp(numpy.log(both["tau_star_reference"] / both["tau_star"]).mean()))


def learned(run):
    """(smallest, largest) of λ̃(∞)/λ over modes."""
    ratio = kernels.modes(run)["learned"]
    return float(ratio.min()), float(ratio.max())


def spreads(run):
    """(last τ* over first τ*, largest λ over smallest λ)"""
    variances, times = emergence(run)
    return kernels.spread(times), kernels.spread(variances)


def together(run, factor=2.0):
    """(modes that emerge within a factor of the first, largest over smallest λ among them)"""
    near = kernels.near_first(run.emergence("geometric"), factor)
    return len(near), kernels.spread(near["target_variance"])


def simultaneity(run):
    """ln spread of τ* over ln spread of λ: 0 is simultaneous, 1 is one by one at rates in proportion to λ."""
    times, variances = spreads(run)
    return float(numpy.log(times) / numpy.log(variances))
