#!/usr/bin/env python3
"""The numbers of this build are those of a build for any x86-64, within what both promise: tests/reference/portable.json
holds the latter's (make_portable.py)."""

import csv
import io
import json
import math

from program import SCENARIOS, ProgramTest, main

REFERENCE = SCENARIOS.parent / "tests" / "reference" / "portable.json"
# ln λ̃ of these cases rises by 0.05 or more a unit of ln τ where it crosses a threshold: an error in ln λ̃ is at most
# 20 times larger in ln τ*.
SLOPE = 0.05
COLUMNS = {"variance.csv": ("variance", 1.0), "weights.csv": ("weight", 1.0), "emergence.csv": ("tau_star", 1.0 / SLOPE)}


class Portable(ProgramTest):
    def test_numbers_are_those_of_a_portable_build(self):
        self.write("empty.toml", "")
        for name, case in json.loads(REFERENCE.read_text(encoding="utf-8")).items():
            with self.subTest(case=name):
                self.succeed("run", "empty.toml", *case["keys"], "--out", "run", "--force", "--quiet")
                for table, (column, gain) in COLUMNS.items():
                    text = (self.folder / "run" / table).read_text(encoding="utf-8")
                    ours = [row[column] for row in csv.DictReader(io.StringIO(text))]
                    theirs = case["tables"][table]
                    self.assertEqual(len(ours), len(theirs))
                    worst = 0.0
                    for a, b in zip(ours, theirs):
                        self.assertEqual(a == "", b == "")
                        if a and a != b:
                            worst = max(worst, abs(float(a) / float(b) - 1.0) if float(b) else math.inf)
                    # Each build may be off by the promise.
                    self.assertLessEqual(worst, 2.0 * gain * case["trust"], f"{table}: {column}")


if __name__ == "__main__":
    main()
