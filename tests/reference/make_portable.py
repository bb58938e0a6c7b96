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
    "closed form, descent": ([*SPECTRUM, "training.rule=gradient-descent", "training.learning_rate=7.8e-5"], 1e-13),
    "closed form, full convolution": (["data.source=power-law", "data.basis=fourier", "data.shape=[16]",
                                       "data.modes=16", "network.architecture=full-convolution"], 1e-13),
    "closed form, symmetric two layers": ([*SPECTRUM, "network.architecture=symmetric-two-layer"], 1e-13),
    "quadrature, EDM": ([*SPECTRUM, "objective.preconditioning=edm", "objective.weighting=edm-lognormal"], 1e-12),
    "quadrature, deep": ([*SPECTRUM, "network.architecture=deep", "network.depth=4", "network.init=0.1"], 1e-12),
    "quadrature, two layers out of balance": ([*SPECTRUM, "network.architecture=two-layer", "network.imbalance=0.2"],
                                              1e-12),
    "quadrature, weights shared by all noise levels": ([*SPECTRUM, "objective.coupling=shared"], 1e-12),
    "flow matching": ([*SPECTRUM, "objective.path=flow", "objective.target=velocity"], 1e-12),
    "Euler": ([*SPECTRUM, "sampling.solver=euler", "sampling.steps=20"], 1e-12),
    "Heun": ([*SPECTRUM, "sampling.solver=heun", "sampling.steps=20"], 1e-12),
    "DDIM": ([*SPECTRUM, "objective.path=vp-linear", "objective.target=noise", "sampling.solver=ddim",
              "sampling.steps=20"], 1e-12),
    "two nested ODEs": (["data.source=power-law", "data.modes=4", "network.architecture=deep", "network.depth=3",
                         "network.init=0.1", "training.solver=ode", "sampling.solver=ode", "emergence.rule=grid"], 1e-7),
    "patch convolution": (["data.source=power-law", "data.basis=fourier", "data.shape=[12]", "data.modes=12",
                           "network.architecture=patch-convolution", "network.kernel=3"], 1e-12),
    "random start": (["data.source=power-law", "data.modes=5", "network.init={kind=\"random\",scale=0.3,seed=1}"], 1e-10),
    "bottleneck": (["data.source=power-law", "data.modes=5", "network.architecture=two-layer", "network.rank=2",
                    "network.init={kind=\"random\",scale=0.3,seed=1}", "emergence.rule=grid"], 1e-9),
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
            if name == "emergence.csv" and "emergence.rule=grid" in keys:
                continue  # times of the grid, whatever the build
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
