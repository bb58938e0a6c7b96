#!/usr/bin/env python3
"""Emergence times by either rule, and the pictures of docs/emergence.md."""

import csv
import io
import subprocess
import sys

from program import DONE, SCENARIOS, USAGE, ProgramTest, main

FIGURES = SCENARIOS.parent / "paper_figures" / "emergence"
ONE_LAYER = FIGURES / "one_layer.toml"


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


class Emergence(ProgramTest):
    def times(self, *words):
        """(emergence times, times of the grid) of one layer on a coarse grid, as texts."""
        out = f"run {len(list(self.folder.iterdir()))}"
        files = self.simulate(ONE_LAYER, "training.points=30", *words, out=out)
        return ([row["tau_star"] for row in table(files["emergence.csv"])],
                {row["tau"] for row in table(files["variance.csv"])})

    def test_grid_rule_takes_times_of_the_grid(self):
        found, grid = self.times("emergence.rule=grid", "emergence.smoothing=2")
        self.assertEqual(len(found), 80)
        self.assertLessEqual(set(found), grid - {"0"})
        found, grid = self.times()
        self.assertFalse(set(found) & grid)

    def test_smoothing_leaves_curves_known_everywhere_alone(self):
        plain, _ = self.times()
        smooth, _ = self.times("emergence.smoothing=2")
        self.assertEqual(smooth, plain)
        on_grid, _ = self.times("emergence.rule=grid")
        smooth_on_grid, _ = self.times("emergence.rule=grid", "emergence.smoothing=2")
        self.assertNotEqual(smooth_on_grid, on_grid)

    def test_refuses_other_rules_and_smoothings(self):
        self.assert_refused(("check", "small.toml", "emergence.rule=gird", "emergence.smoothing=-1"), USAGE,
                            ("emergence.rule", "gird", "crossing, grid"), ("emergence.smoothing", "-1", "0 <= smoothing"))

    def test_pictures_of_the_document(self):
        self.simulate(ONE_LAYER, out="falling")
        self.simulate(ONE_LAYER, "network.init=0", out="rising")
        plot = [sys.executable, "-W", "error::UserWarning", FIGURES / "plot.py", "--falling", "falling"]
        done = subprocess.run([*plot, "--rising", "rising", "--out", "pictures"], cwd=self.folder, capture_output=True,
                              text=True)
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        pictures = ["pictures/emergence_curves.png", "pictures/emergence_laws.png"]
        self.assertEqual(done.stdout.split(), pictures)
        for picture in pictures:
            self.assertEqual((self.folder / picture).read_bytes()[:4], b"\x89PNG")
        done = subprocess.run([*plot, "--rising", "nowhere"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn("nowhere/variance.csv: no such file", done.stderr)


if __name__ == "__main__":
    main()
