#!/usr/bin/env python3
"""The experiment that ships in scenarios/experiments: `measure` on its samples, where they are, against NumPy and the
files that ship; `fit` on what ships."""

import csv
import re
import unittest
from pathlib import Path

import numpy as np

from program import SCENARIOS, ProgramTest, main
from synthetic_checkpoints import column, expected

SHIPPED = SCENARIOS / "experiments/mlp_gaussian64"
SAMPLES = SCENARIOS.parents[1] / "shared/data/mlp_gaussian64"  # beside the repository
THRESHOLDS = 'emergence.thresholds=["geometric","harmonic","arithmetic"]'


class Experiment(ProgramTest):
    @unittest.skipUnless(SAMPLES.is_dir(), "the samples are not in ../shared/data")
    def test_the_samples_give_what_ships_and_what_numpy_finds(self):
        self.succeed("measure", "--data", SAMPLES / "train.npy", "--samples", SAMPLES / "samples_*.npy",
                     "--learning-rate", "1e-4", "--out", "m", THRESHOLDS, "--quiet")
        files = sorted(SAMPLES.glob("samples_*.npy"), key=lambda path: int(re.search(r"\d+", path.name).group()))
        variance, deviation, chi = expected(np.load(SAMPLES / "train.npy"), [np.load(path) for path in files])
        self.assertEqual(len(files), 54)
        # float32 samples: 1e-6 is what `measure` promises of them.
        for name, file, wanted in (("variance", "variance.csv", variance), ("deviation", "mean.csv", deviation),
                                   ("chi", "alignment.csv", chi)):
            with self.subTest(name):
                np.testing.assert_allclose(column(self.folder / "m" / file, name), wanted.ravel(), rtol=1e-6, atol=0)
        for file in ("variance.csv", "mean.csv", "alignment.csv", "spectrum.csv"):
            for name in (self.folder / "m" / file).read_text().split("\n")[0].split(","):
                if name in ("status",):
                    continue
                with self.subTest(file=file, column=name):  # another machine's BLAS may round otherwise
                    here, there = (np.genfromtxt(folder / file, delimiter=",", names=True)[name]
                                   for folder in (self.folder / "m", SHIPPED))
                    np.testing.assert_allclose(here, there, rtol=1e-6)

    def test_what_ships_is_what_this_program_fits(self):
        """The shipped laws once were those of an earlier fit, eight columns short."""
        self.succeed("fit", SHIPPED, THRESHOLDS, "--out", "f", "--quiet")
        for file in ("emergence.csv", "power_law.csv"):
            with self.subTest(file):
                ours, shipped = (list(csv.reader((folder / file).read_text(encoding="utf-8").splitlines()))
                                 for folder in (self.folder / "f", SHIPPED))
                self.assertEqual([len(row) for row in ours], [len(row) for row in shipped])
                for row, theirs in zip(ours, shipped):
                    for cell, other in zip(row, theirs):
                        if cell != other:  # last digits are the compiler's
                            self.assertLessEqual(abs(float(cell) / float(other) - 1.0), 1e-12, (row, theirs))


if __name__ == "__main__":
    main()
