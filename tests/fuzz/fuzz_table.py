#!/usr/bin/env python3
"""Writes the figures of the table of fuzzing in docs/reliability.md.

    fuzz_table.py            from docs/tables/fuzz.csv (long runs) and tests/fuzz/CMakeLists.txt (tests)
    fuzz_table.py --check    1 where the table is not what they give, a reader had less than 10 million inputs, or a run
                             was of sources that no revision has

A long run (run_libfuzzer.sh) adds its row to long_run/runs.csv of its build; what is to be recorded is copied from there
to docs/tables/fuzz.csv. Seed 0: a sum of runs of several seeds. Rates, recorded since 63a23d0, are those beside whatever
else ran.
"""

import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE, RUNS = ROOT / "docs/reliability.md", ROOT / "docs/tables/fuzz.csv"
MARKS = re.compile(r"(?<=<!-- fuzz -->\n).*?(?=<!-- end -->)", re.DOTALL)
TESTS = ROOT / "tests/fuzz/CMakeLists.txt"
LEAST = 10_000_000
ROWS = {"scenario": "scenario", "csv": "CSV", "npy": "NPY", "checkpoint_names": "names", "manifest": "manifest.json"}


def long_runs():
    """{reader: [rows]}"""
    runs = {reader: [] for reader in ROWS}
    with open(RUNS, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["reader"] not in ROWS:
                sys.exit(f"{RUNS.name}: there is no reader \"{row['reader']}\": {', '.join(ROWS)}")
            runs[row["reader"]].append(row)
    return runs


def number_of(rows):
    return sum(int(row["inputs"]) for row in rows)


def figures(runs):
    """{column: {reader: cell}}"""
    by_chance, under_libfuzzer = {}, {}
    jobs = re.search(r"foreach\(job (.*)\)", TESTS.read_text(encoding="utf-8"))[1]
    for reader, *numbers in (job.split(":") for job in jobs.split()):
        by_chance[reader], under_libfuzzer[reader] = (f"{int(number):,}" for number in numbers)
    inputs = {reader: f"{number_of(rows) // 10_000 * 10_000:,}" for reader, rows in runs.items()}
    return {"test by chance: inputs": by_chance, "test under libFuzzer: inputs": under_libfuzzer,
            "long runs under libFuzzer: inputs": inputs}


def table(old, made):
    """The old one with these figures in their columns."""
    lines = [line.split("|") for line in old.strip().splitlines()]
    heads = [head.strip() for head in lines[0]]
    for column, cells in made.items():
        for reader, start in ROWS.items():
            rows = [line for line in lines[2:] if line[1].startswith(f" {start}")]
            if len(rows) != 1 or heads.count(column) != 1:
                sys.exit(f"{PAGE.name}: the table has no row \"{start}\", or no column \"{column}\"")
            rows[0][heads.index(column)] = f" {cells[reader]} "
    return "\n".join("|".join(line) for line in lines) + "\n"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true")
    given = words.parse_args()
    runs = long_runs()
    text = PAGE.read_text(encoding="utf-8")
    written, places = MARKS.subn(lambda found: table(found[0], figures(runs)), text)
    if places != 1:
        sys.exit(f"{PAGE.name}: no place for the table")
    if given.check and written != text:
        sys.exit(f"{PAGE.name}: not what {RUNS.name} and the tests give; run tests/fuzz/fuzz_table.py")
    few = [reader for reader, rows in runs.items() if number_of(rows) < LEAST]
    if given.check and few:
        sys.exit(f"{RUNS.name}: less than {LEAST:,} inputs of {', '.join(few)}: run tests/fuzz/run_libfuzzer.sh")
    loose = [row for rows in runs.values() for row in rows if not re.fullmatch("[0-9a-f]{7,40}", row["revision"])]
    if given.check and loose:
        sys.exit(f"{RUNS.name}: {loose[0]['reader']}: {loose[0]['revision']} is no revision: commit, build and run again")
    if written != text:
        PAGE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
