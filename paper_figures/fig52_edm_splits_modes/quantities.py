"""Numbers of the figure."""

from making import measured
from making import quantities as q
from making.commands import ROOT
from making.run_tables import Run

MEASURED = ROOT / "scenarios/experiments/mlp_gaussian64"


def quantities(runs):
    plain, network = runs["plain"], Run(MEASURED)
    yield from measured.settings(plain)
    yield from measured.variances(plain)
    yield q.count("values of sigma_data", len(runs.points("edm")))
    yield q.setting(runs.points("edm")[0][1], "network.init", "edm: network.init")
    starts = [(run.emergence("geometric", status=None)["initial_variance"].iloc[0], sigma_data)
              for (sigma_data,), run in runs.points("edm")]
    yield q.near_zero("split error", max(abs(start / sigma_data**2 - 1) for start, sigma_data in starts))
    yield q.setting(plain, "network.init", "plain: network.init")
    for (sigma_data,), run in runs.points("edm"):
        name = f"sigma_data {sigma_data:g}"
        yield q.given(name, sigma_data)
        start = run.emergence("geometric", status=None)["initial_variance"]
        yield q.computed(f"{name}: start", start.iloc[0])
        yield q.computed(f"{name}: start over sigma_data^2", start.iloc[0] / sigma_data**2)
        yield from measured.directions(run, name)
        for criterion in ("geometric", "harmonic"):
            for direction in ("rising", "falling"):
                yield from q.law(run, name, criterion, direction)
    for label, run in (("plain", plain), ("own loss", runs["own-loss"]), ("measured", network)):
        yield from measured.directions(run, label)
        for criterion in ("geometric", "harmonic"):
            for direction in ("rising", "falling"):
                yield from q.law(run, label, criterion, direction)
