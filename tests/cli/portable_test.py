#!/usr/bin/env python3
"""The numbers of this build are those of a build for any x86-64, within what both promise: tests/reference/portable.json
holds the latter's (make_portable.py)."""

import csv
import io
import json
import sys

from program import SCENARIOS, ProgramTest, main

REFERENCE = SCENARIOS.parent / "tests" / "reference" / "portable.json"
sys.path.insert(0, str(REFERENCE.parent))
from compare_builds import PROMISES, worst_difference  # noqa: E402

COLUMNS = {"variance.csv": "variance", "weights.csv": "weight", "emergence.csv": "tau_star"}


class Portable(ProgramTest):
    def test_numbers_are_those_of_a_portable_build(self):
        self.write("empty.toml", "")
        for name, case in json.loads(REFERENCE.read_text(encoding="utf-8")).items():
            with self.subTest(case=name):
                self.succeed("run", "empty.toml", *case["keys"], "--out", "run", "--force", "--quiet")
                for table, theirs in case["tables"].items():
                    column = COLUMNS[table]
                    text = (self.folder / "run" / table).read_text(encoding="utf-8")
                    ours = [row[column] for row in csv.DictReader(io.StringIO(text))]
                    worst = worst_difference(ours, theirs)
                    self.assertLessEqual(worst, PROMISES[table] * case["trust"], f"{table}: {column}")


if __name__ == "__main__":
    main()
