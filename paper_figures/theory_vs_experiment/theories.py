"""The theories of the study, and the program that runs them."""

import math
import subprocess
from pathlib import Path

import pandas

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENT = ROOT / "scenarios/experiments/mlp_gaussian64"
SPECTRUM = EXPERIMENT / "spectrum.csv"
ARCHITECTURES = ("one-layer", "symmetric-two-layer", "deep")
THEORIES = [(a, p, w) for a in ARCHITECTURES for p in ("none", "edm") for w in ("edm", "edm-lognormal")]
CLOSEST = ("one-layer", "edm", "edm")
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
    """eigenflow in a scratch directory; every call returns the directory it wrote."""

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

    def fit(self, measured, *overrides):
        self.call("fit", measured, THRESHOLDS, *overrides, "--out", "fitted", "--force", "--quiet")
        return self.folder / "fitted"

    def compare(self, theory, measured):
        self.call("compare", theory, measured, "--fit-rate", "--out", "compared", "--force", "--quiet")
        return self.folder / "compared"


def read(directory, name):
    return pandas.read_csv(directory / name, float_precision="round_trip")


def log_start(directory):
    """ln variance of every mode at tau = 0."""
    emergence = read(directory, "emergence.csv")
    first = emergence[emergence["criterion"] == "geometric"]["initial_variance"]
    return first.map(lambda v: math.log(max(v, 1e-300))).tolist()


def start_of(program, theory, init):
    return log_start(program.run("start", SPECTRUM, theory, "training.points=2", "fit.bootstrap=0",
                                 f"network.init={init}"))


def mean(values):
    return sum(values) / len(values)


def matched_init(program, theory):
    """The Q, to 1e-4, that generates the experiment's mean ln variance at tau = 0; it rises with Q on (0, 1)."""
    wanted, low, high = mean(log_start(EXPERIMENT)), 0.0, 1.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if mean(start_of(program, theory, middle)) < wanted else (low, middle)
    return round((low + high) / 2, 4)


def matched_inits(program, theory):
    """The same for every mode alone."""
    wanted = log_start(EXPERIMENT)
    low, high = [0.0] * len(wanted), [1.0] * len(wanted)
    for _ in range(14):
        middle = [(a + b) / 2 for a, b in zip(low, high)]
        for k, here in enumerate(start_of(program, theory, middle)):
            (low if here < wanted[k] else high)[k] = middle[k]
    return [round((a + b) / 2, 4) for a, b in zip(low, high)]
