"""Numbers of the figure."""

from making import measured
from making import quantities as q
from making.commands import ROOT
from making.run_tables import Run


def quantities(runs):
    first = runs.points("plain")[0][1]
    yield from measured.settings(first, *measured.SIGMA, "objective.sigma_data", "objective.P_mean", "objective.P_std")
    yield from measured.variances(first)
    for objective in ("plain", "edm"):
        yield q.setting(runs.points(objective)[0][1], "network.init", f"{objective}: network.init")
        for (coupling,), run in runs.points(objective):
            name = f"{objective}, {coupling}"
            yield from measured.directions(run, name)
            for criterion in ("geometric", "harmonic"):
                for direction in ("rising", "falling"):
                    yield from q.law(run, name, criterion, direction)
            times = run.emergence("geometric")["tau_star"]
            yield q.computed(f"{name}: latest over first mode", times.max() / times.iloc[0])
            rows = run.emergence("geometric", status=None)
            learned = rows["limit_variance"] / rows["target_variance"]
            yield q.computed(f"{name}: least learned", learned.min())
            yield q.computed(f"{name}: most learned", learned.max())
            yield q.computed(f"{name}: first mode learned", learned.iloc[0])
            yield q.computed(f"{name}: last mode learned", learned.iloc[-1])
    yield from q.law(Run(ROOT / "scenarios/experiments/mlp_gaussian64"), "measured", "geometric", "rising")
