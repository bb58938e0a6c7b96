"""Numbers of the figure."""

from making import eight_modes, quantities as q


def ratio_of_sharpness(runs):
    """How much later a mode reaches the geometric than the harmonic threshold, for λ = 1: sudden modes have 1."""
    for name in eight_modes.NETWORKS:
        times = [runs[name].emergence(criterion) for criterion in ("harmonic", "geometric")]
        early, late = (rows.loc[rows["target_variance"] == 1.0, "tau_star"].iloc[0] for rows in times)
        yield q.computed(f"{name}, variance 1: geometric over harmonic", late / early)


def quantities(runs):
    yield from eight_modes.quantities(runs, ("geometric", "harmonic", "settling"))
    spectrum = runs["one-layer"]["spectrum"]["variance"]
    yield q.computed("largest over smallest variance", spectrum.max() / spectrum.min())
    yield from ratio_of_sharpness(runs)
