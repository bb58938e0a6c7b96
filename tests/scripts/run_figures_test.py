#!/usr/bin/env python3
"""paper_figures/first_light/plot.py on what `eigenflow run` really writes.  run_figures_test.py PROGRAM"""

import csv
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ""
PLOT = ROOT / "paper_figures" / "first_light" / "plot.py"
FAST = ("data.modes=24", "training.points=20", "fit.bootstrap=0", 'fit.estimators=["ols","robust"]')


class RealRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="a run ")
        cls.addClassCleanup(folder.cleanup)
        cls.run_directory = Path(folder.name) / "run"
        subprocess.run([PROGRAM, "run", ROOT / "scenarios" / "01_power_law.toml", *FAST, "--out", cls.run_directory,
                        "--quiet"], check=True)

    def plot(self, *words):
        done = subprocess.run([sys.executable, PLOT, self.run_directory, *words], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_pictures(self):
        pictures = [self.run_directory / "figures" / f"{name}.{suffix}"
                    for name in ("variance_trajectories", "emergence_times") for suffix in ("pdf", "png")]
        self.assertEqual(self.plot(), [str(path) for path in pictures])
        for path in pictures:
            self.assertTrue(path.read_bytes().startswith(b"%PDF" if path.suffix == ".pdf" else b"\x89PNG"), path)

    def test_table(self):
        lines = self.plot("--table")
        with (self.run_directory / "power_law.csv").open(newline="", encoding="utf-8") as file:
            laws = list(csv.DictReader(file))
        self.assertGreaterEqual(len(laws), 4)
        for law in laws:
            rows = [line.split() for line in lines if line.split()[:3] == [law["criterion"], law["direction"],
                                                                           law["estimator"]]]
            self.assertEqual(len(rows), 1, law)
            self.assertTrue(rows[0][3].startswith(law["exponent"][:4]), (rows, law))
            self.assertEqual(rows[0][-1], law["modes"])


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
