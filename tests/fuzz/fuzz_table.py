#!/usr/bin/env python3
"""Writes the inputs of the long runs into the table of docs/reliability.md.

    fuzz_table.py            from docs/tables/fuzz.csv
    fuzz_table.py --check    1 where the table is not what docs/tables/fuzz.csv gives, or a reader had less than 10 million

A long run (run_libfuzzer.sh) adds its row to long_run/runs.csv of its build; what is to be recorded is copied from there
to docs/tables/fuzz.csv. Seed 0: a sum of runs of several seeds.
"""

import argparse
import csv
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE, RUNS = ROOT / "docs/reliability.md", ROOT / "docs/tables/fuzz.csv"
MARKS = re.compile(r"(?<=<!-- fuzz -->\n).*?(?=<!-- end -->)", re.DOTALL)
LEAST = 10_000_000
COLUMN = "long runs under libFuzzer: inputs"
ROWS = {"scenario": "scenario", "csv": "CSV", "npy": "NPY", "checkpoint_names": "names", "manifest": "manifest.json"}


def table(old, inputs):
    """The old one with the sums in its column."""
    lines = [line.split("|") for line in old.strip().splitlines()]
    columns = [i for i, head in enumerate(lines[0]) if head.strip() == COLUMN]
    for reader, start in ROWS.items():
        rows = [line for line in lines[2:] if line[1].startswith(f" {start}")]
        if len(rows) != 1 or len(columns) != 1:
            sys.exit(f"{PAGE.name}: the table has no row \"{start}\", or no column \"{COLUMN}\"")
        rows[0][columns[0]] = f" {inputs[reader] // 10_000 * 10_000:,} "
    return "\n".join("|".join(line) for line in lines) + "\n"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true")
    given = words.parse_args()
    inputs = Counter()
    with open(RUNS, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["reader"] not in ROWS:
                sys.exit(f"{RUNS.name}: there is no reader \"{row['reader']}\": {', '.join(ROWS)}")
            inputs[row["reader"]] += int(row["inputs"])
    text = PAGE.read_text(encoding="utf-8")
    written, places = MARKS.subn(lambda found: table(found[0], inputs), text)
    if places != 1:
        sys.exit(f"{PAGE.name}: no place for the table")
    if given.check and written != text:
        sys.exit(f"{PAGE.name}: not what {RUNS.name} gives; run tests/fuzz/fuzz_table.py")
    few = [reader for reader in ROWS if inputs[reader] < LEAST]
    if given.check and few:
        sys.exit(f"{RUNS.name}: less than {LEAST:,} inputs of {', '.join(few)}: run tests/fuzz/run_libfuzzer.sh")
    if written != text:
        PAGE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
