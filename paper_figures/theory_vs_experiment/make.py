#!/usr/bin/env python3
"""The tables of docs/theory_vs_experiment.md.   make.py [--program build/release/eigenflow] [--out docs/tables]

Runs every theory on the measured spectrum of scenarios/experiments/mlp_gaussian64, each with two numbers taken from the
experiment: the initial weight, from the variances at step 0, and the learning rate, from the mean of ln tau*. Exponents
depend on neither of the two in an obvious way, and on the second not at all. Then the same theories on CIFAR-10.
"""

import argparse
import csv
import math
import subprocess
import tempfile
from pathlib import Path

import pandas

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENT = ROOT / "scenarios/experiments/mlp_gaussian64"
CIFAR10 = ROOT / "scenarios/spectra/cifar10_pca.csv"
ARCHITECTURES = ("one-layer", "symmetric-two-layer", "deep")
THEORIES = [(a, p, w) for a in ARCHITECTURES for p in ("none", "edm") for w in ("edm", "edm-lognormal")]
THRESHOLDS = 'emergence.thresholds=["geometric","harmonic","arithmetic"]'
SCENARIO = """[data]
source = "csv"
file = "{spectrum}"
[training]
first = 1e-5
last = 1e8
points = 330
[sampling]
solver = "heun"
steps = 20
to_zero = true
[output]
modes = 1
"""


class Program:
    """eigenflow in a scratch directory."""

    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def call(self, *words):
        subprocess.run([self.path, *map(str, words)], cwd=self.folder, check=True)

    def run(self, name, spectrum, theory, *overrides):
        scenario = self.folder / "theory.toml"
        scenario.write_text(SCENARIO.format(spectrum=spectrum), encoding="utf-8")
        architecture, preconditioning, weighting = theory
        self.call("run", scenario, f"network.architecture={architecture}", THRESHOLDS,
                  f"objective.preconditioning={preconditioning}", f"objective.weighting={weighting}", *overrides,
                  "--out", name, "--force", "--quiet")
        return self.folder / name


def read(directory, name):
    return pandas.read_csv(directory / name, float_precision="round_trip")


def start(emergence):
    """Mean of ln variance at tau = 0."""
    first = emergence[emergence["criterion"] == "geometric"]["initial_variance"]
    return first.map(lambda v: math.log(max(v, 1e-300))).mean()


def matched_init(program, theory):
    """The Q, to 1e-4, that generates the experiment's mean ln variance at tau = 0; it rises with Q on (0, 1)."""
    wanted, low, high = start(read(EXPERIMENT, "emergence.csv")), 0.0, 1.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        quick = ("training.points=2", "fit.bootstrap=0", f"network.init={middle}")
        here = start(read(program.run("start", EXPERIMENT / "spectrum.csv", theory, *quick), "emergence.csv"))
        low, high = (middle, high) if here < wanted else (low, middle)
    return round((low + high) / 2, 4)


def paired(theory_run):
    """ln(tau* of the experiment / tau* of the theory) of the modes that emerge in both, in the same direction."""
    both = read(EXPERIMENT, "emergence.csv").merge(read(theory_run, "emergence.csv"), on=["criterion", "mode"],
                                                   suffixes=("", "_theory"))
    both = both[(both["status"] == "emerged") & (both["status_theory"] == "emerged")
                & (both["direction"] == both["direction_theory"])]
    return (both["tau_star"] / both["tau_star_theory"]).map(math.log)


def write(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([columns, *rows])


def number(value, digits=4):
    return "" if value is None or math.isnan(value) else f"{value:.{digits}g}"


def fit(program, index, theory):
    """(fit row, run directory) of one theory with its initial weight and learning rate matched."""
    init = matched_init(program, theory)
    spectrum = EXPERIMENT / "spectrum.csv"
    ratio = paired(program.run("wide", spectrum, theory, f"network.init={init}", "fit.bootstrap=0"))
    rate = float(f"{math.exp(-ratio.mean()):.4g}")
    run = program.run(f"theory-{index}", spectrum, theory, f"network.init={init}",
                      f"training.learning_rate={rate}", f"training.times={EXPERIMENT / 'variance.csv'}")
    final = read(run, "emergence.csv")
    unlearned = ((final["criterion"] == "geometric") & (final["status"] == "no-crossing")).sum()
    return [*theory, init, rate, len(ratio), number(ratio.std()), unlearned], run


def exponents(program, runs):
    """Rows of every theory's exponents beside the measured ones, by `eigenflow compare`."""
    program.call("compare", EXPERIMENT, *runs, "--out", "compared", "--quiet")
    compared = read(program.folder / "compared", "exponents.csv")
    compared["run"] = compared["run"].map(str)
    rows = []
    for theory, run in zip(THEORIES, runs):
        for row in compared[compared["run"].str.endswith(run.name)].itertuples():
            rows.append([*theory, row.criterion, row.direction, number(row.exponent), row.modes,
                         number(row.reference_exponent), number(row.reference_ci_low),
                         number(row.reference_ci_high), row.reference_modes, row.paired_modes,
                         number(row.paired_difference), number(row.paired_difference_se),
                         number(row.paired_p_value)])
    return rows


def cifar10_rows(program, fits):
    rows = []
    for theory, fitted in zip(THEORIES, fits):
        run = program.run("cifar10", CIFAR10, theory, f"network.init={fitted[3]}", "training.points=100")
        for law in read(run, "power_law.csv").itertuples():
            rows.append([*theory, fitted[3], law.criterion, law.direction, number(law.exponent), number(law.ci_low),
                         number(law.ci_high), law.modes, law.censored])
    return rows


def sampler_rows(program):
    """How far the last checkpoint is from endless training under Heun, with and without the last step to sigma = 0."""
    last = read(EXPERIMENT, "variance.csv")
    last = last[last["tau"] == last["tau"].max()].reset_index()
    rows = []
    for to_zero in ("true", "false"):
        run = program.run("end", EXPERIMENT / "spectrum.csv", ("one-layer", "edm", "edm"),
                          f"sampling.to_zero={to_zero}", "fit.bootstrap=0")
        limit = read(run, "emergence.csv")
        limit = limit[limit["criterion"] == "geometric"]["limit_variance"].reset_index(drop=True)
        z = (last["variance"] - limit) / last["standard_error"]
        to_data = (last["variance"] - last["target_variance"]) / last["standard_error"]
        rows.append([to_zero, number((z ** 2).mean()), number((z[:59] ** 2).mean()), number((to_data[:59] ** 2).mean()),
                     number(limit.iloc[0] / last["target_variance"].iloc[0]),
                     number(limit.iloc[63] / last["target_variance"].iloc[63])])
    return rows


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--program", type=Path, default=ROOT / "build/release/eigenflow")
    words.add_argument("--out", type=Path, default=ROOT / "docs/tables")
    given = words.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    theory = ["architecture", "preconditioning", "weighting"]
    with tempfile.TemporaryDirectory() as folder:
        program = Program(given.program.resolve(), Path(folder))
        fits, runs = zip(*(fit(program, i, t) for i, t in enumerate(THEORIES)))
        write(given.out / "experiment_fits.csv",
              [*theory, "init", "learning_rate", "paired_times", "scatter", "modes_never_learned"], fits)
        write(given.out / "experiment_exponents.csv",
              [*theory, "criterion", "direction", "exponent", "modes", "measured_exponent", "measured_ci_low",
               "measured_ci_high", "measured_modes", "paired_modes", "paired_difference", "paired_difference_se",
               "paired_p_value"], exponents(program, runs))
        write(given.out / "experiment_sampler.csv",
              ["to_zero", "mean_z2", "mean_z2_modes_1_59", "mean_z2_modes_1_59_of_data", "limit_ratio_mode_1", "limit_ratio_mode_64"],
              sampler_rows(program))
        write(given.out / "cifar10_exponents.csv",
              [*theory, "init", "criterion", "direction", "exponent", "ci_low", "ci_high", "modes", "censored"],
              cifar10_rows(program, fits))


if __name__ == "__main__":
    main()
