#!/usr/bin/env python3
"""The tables of docs/theory_vs_experiment.md.   make.py [--program build/release/eigenflow] [--out docs/tables]

Runs every theory on the measured spectrum of scenarios/experiments/mlp_gaussian64, each with two numbers taken from the
experiment: the initial weight, from the variances at step 0, and the learning rate, from `compare --fit-rate`. Then
variants of the closest theory and of the analysis, and the same theories on CIFAR-10.
"""

import argparse
import csv
import math
import tempfile
from pathlib import Path

from theories import CLOSEST, EXPERIMENT, SPECTRUM, THEORIES, Program, matched_init, matched_inits, read

ROOT = Path(__file__).resolve().parents[2]
CIFAR10 = ROOT / "scenarios/spectra/cifar10_pca.csv"
THEORY = ["architecture", "preconditioning", "weighting"]
LAW = ["criterion", "direction", "exponent", "modes", "measured_exponent", "measured_exponent_se", "measured_ci_low",
       "measured_ci_high", "measured_modes", "paired_modes", "paired_difference", "paired_difference_se",
       "paired_p_value"]


def write(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([columns, *rows])


def number(value, digits=4):
    return "" if value is None or math.isnan(value) else f"{value:.{digits}g}"


def law_rows(compared):
    """Cells of LAW: a theory, which comes first in the comparison, beside the experiment."""
    return [[row.criterion, row.direction, number(row.reference_exponent), row.reference_modes, number(row.exponent),
             number(row.exponent_se), number(row.ci_low), number(row.ci_high), row.modes, row.paired_modes,
             number(row.paired_difference), number(row.paired_difference_se), number(row.paired_p_value)]
            for row in read(compared, "exponents.csv").itertuples() if row.reference_modes > 0 and row.modes > 0]


def direction_rows(compared):
    """Measured over theoretical times, of rising and of falling modes, and whether one rate explains both."""
    exponents = read(compared, "exponents.csv").set_index(["criterion", "direction"])
    rows = []
    for rate in read(compared, "rates.csv").itertuples():
        cells = []
        for direction in ("rising", "falling"):
            law = exponents.loc[(rate.criterion, direction)] if (rate.criterion, direction) in exponents.index else None
            names = ("paired_modes", "ratio", "ratio_low", "ratio_high")
            cells += ["", "", "", ""] if law is None else [int(law.paired_modes), *(number(law[n]) for n in names[1:])]
        rows.append([rate.criterion, *cells, number(rate.direction_ratio), number(rate.direction_p), number(rate.rate),
                     number(rate.rate_se)])
    return rows


def theory_tables(program):
    """Rows of experiment_fits, experiment_exponents and experiment_directions, and the initial weights."""
    fits, laws, directions, inits = [], [], [], []
    for theory in THEORIES:
        init = matched_init(program, theory)
        wide = program.run("wide", SPECTRUM, theory, f"network.init={init}", "fit.bootstrap=0")
        rates = read(program.compare(wide, EXPERIMENT), "rates.csv").set_index("criterion")
        rate = rates.loc["all"]
        learning_rate = float(f"{rate.rate:.4g}")
        run = program.run("theory", SPECTRUM, theory, f"network.init={init}",
                          f"training.learning_rate={learning_rate}", f"training.times={EXPERIMENT / 'variance.csv'}")
        final = read(run, "emergence.csv")
        unlearned = ((final["criterion"] == "geometric") & (final["status"] == "no-crossing")).sum()
        fits.append([*theory, init, learning_rate, number(rate.rate_se), rate.modes, rate.times, number(rate.scatter),
                     unlearned])
        compared = program.compare(run, EXPERIMENT)
        laws += [[*theory, *row] for row in law_rows(compared)]
        directions += [[*theory, *row] for row in direction_rows(compared)]
        inits.append((init, learning_rate))
    return fits, laws, directions, inits


def sensitivity_rows(program, init, learning_rate):
    """The closest theory and the experiment with one thing changed."""
    times = f"training.times={EXPERIMENT / 'variance.csv'}"
    rate = f"training.learning_rate={learning_rate}"
    own = f"network.init={matched_inits(program, CLOSEST)}"
    start = f"network.init={init}"
    variants = [
        ("nothing", [start], []),
        ("gray zone 0.33 to 3", [start], ["emergence.gray_zone=[0.33,3]"]),
        ("smoothing over 2 checkpoints", [start], ["emergence.smoothing=2"]),
        ("every mode from its own start", [own], []),
        ("one weight for all noise levels", [start, "objective.coupling=shared"], []),
    ]
    rows = []
    for name, theory, analysis in variants:
        run = program.run("variant", SPECTRUM, CLOSEST, *theory, *analysis, rate, times)
        measured = program.fit(EXPERIMENT, *analysis) if analysis else EXPERIMENT
        compared = program.compare(run, measured)
        p = read(compared, "rates.csv").set_index("criterion")["direction_p"]
        rows += [[name, *row, number(p[row[0]])] for row in law_rows(compared)]
    return rows


def cifar10_rows(program, inits):
    rows = []
    for theory, (init, _) in zip(THEORIES, inits):
        run = program.run("cifar10", CIFAR10, theory, f"network.init={init}", "training.points=100")
        for law in read(run, "power_law.csv").itertuples():
            if law.modes > 0:
                rows.append([*theory, init, law.criterion, law.direction, number(law.exponent), number(law.ci_low),
                             number(law.ci_high), law.modes, law.censored])
    return rows


def sampler_rows(program):
    """How far the last checkpoint is from endless training under Heun, with and without the last step to sigma = 0."""
    last = read(EXPERIMENT, "variance.csv")
    last = last[last["tau"] == last["tau"].max()].reset_index()
    rows = []
    for to_zero in ("true", "false"):
        run = program.run("end", SPECTRUM, CLOSEST, f"sampling.to_zero={to_zero}", "fit.bootstrap=0")
        limit = read(run, "emergence.csv")
        limit = limit[limit["criterion"] == "geometric"]["limit_variance"].reset_index(drop=True)
        z = (last["variance"] - limit) / last["standard_error"]
        to_data = (last["variance"] - last["target_variance"]) / last["standard_error"]
        ratio = limit / last["target_variance"]
        rows.append([to_zero, number((z ** 2).mean()), number(math.sqrt(2 / len(z))), number((to_data ** 2).mean()),
                     number(ratio.iloc[0]), number(ratio.iloc[-1])])
    return rows


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--program", type=Path, default=ROOT / "build/release/eigenflow")
    words.add_argument("--out", type=Path, default=ROOT / "docs/tables")
    given = words.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        program = Program(given.program.resolve(), Path(folder))
        fits, laws, directions, inits = theory_tables(program)
        write(given.out / "experiment_fits.csv", [*THEORY, "init", "learning_rate", "learning_rate_se", "paired_modes",
                                                  "paired_times", "scatter", "modes_never_learned"], fits)
        write(given.out / "experiment_exponents.csv", [*THEORY, *LAW], laws)
        write(given.out / "experiment_directions.csv",
              [*THEORY, "criterion", *(f"{d}_{n}" for d in ("rising", "falling")
                                       for n in ("modes", "ratio", "ratio_low", "ratio_high")),
               "direction_ratio", "direction_p", "rate", "rate_se"], directions)
        write(given.out / "experiment_sensitivity.csv", ["variant", *LAW, "direction_p"],
              sensitivity_rows(program, *inits[THEORIES.index(CLOSEST)]))
        write(given.out / "experiment_sampler.csv",
              ["to_zero", "mean_z2", "mean_z2_se", "mean_z2_of_data", "limit_ratio_mode_1", "limit_ratio_mode_64"],
              sampler_rows(program))
        write(given.out / "cifar10_exponents.csv",
              [*THEORY, "init", "criterion", "direction", "exponent", "ci_low", "ci_high", "modes", "censored"],
              cifar10_rows(program, inits))


if __name__ == "__main__":
    main()
