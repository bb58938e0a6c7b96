#!/usr/bin/env python3
"""Writes portable.json: what a build for any x86-64 (preset portable: SSE2, no fused multiply-adds) computes, as text of
17 digits. Builds with the machine's instruction set are held against it by tests/cli/portable_test.py.

    cmake --preset portable && cmake --build --preset portable --target eigenflow
    make_portable.py build/portable/eigenflow
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

COMMON = ["training.points=6", "training.last=100", "output.modes=8", "fit.bootstrap=0", "fit.estimators=[\"ols\"]",
          "emergence.thresholds=[\"geometric\",\"harmonic\"]"]
SPECTRUM = ["data.source=power-law", "data.modes=24", "data.exponent=2", "data.largest=10"]
# name: the keys, and the relative error that both builds are promised to stay below, so
# that two of them may differ by twice that.
CASES = {
    "closed form, one layer": ([*SPECTRUM], 1e-13),
    "closed form, symmetric two layers": ([*SPECTRUM, "network.architecture=symmetric-two-layer"], 1e-13),
    "quadrature, EDM": ([*SPECTRUM, "objective.preconditioning=edm", "objective.weighting=edm-lognormal"], 1e-12),
    "quadrature, deep": ([*SPECTRUM, "network.architecture=deep", "network.depth=4", "network.init=0.1"], 1e-12),
    "flow matching": ([*SPECTRUM, "objective.path=flow", "objective.target=velocity"], 1e-12),
    "Heun": ([*SPECTRUM, "sampling.solver=heun", "sampling.steps=20"], 1e-12),
    "patch convolution": (["data.source=power-law", "data.basis=fourier", "data.shape=[12]", "data.modes=12",
                           "network.architecture=patch-convolution", "network.kernel=3"], 1e-12),
    "random start": (["data.source=power-law", "data.modes=5", "network.init={kind=\"random\",scale=0.3,seed=1}"], 1e-10),
}
TABLES = {"variance.csv": "variance", "weights.csv": "weight", "emergence.csv": "tau_star"}


def tables(program, keys):
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "empty.toml"
        scenario.write_text("", encoding="utf-8")
        run = Path(folder) / "run"
        subprocess.run([program, "run", scenario, *keys, "--out", run, "--quiet"], check=True,
                       stdout=subprocess.DEVNULL)
        columns = {}
        for name, column in TABLES.items():
            with open(run / name, encoding="utf-8", newline="") as file:
                columns[name] = [row[column] for row in csv.DictReader(file)]
        return columns


def main(program):
    cases = {name: {"keys": [*COMMON, *keys], "trust": trust, "tables": tables(program, [*COMMON, *keys])}
             for name, (keys, trust) in CASES.items()}
    Path(__file__).with_name("portable.json").write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n",
                                                         encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
