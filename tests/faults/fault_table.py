#!/usr/bin/env python3
"""Writes the table of docs/reliability.md from a report of faults_test.py.

    fault_table.py            rewrites what stands between the marks
    fault_table.py --check    1 where it is not what docs/tables/faults.csv gives, or a command had less than 200
                              rounds of a signal
"""

import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE, REPORT = ROOT / "docs/reliability.md", ROOT / "docs/tables/faults.csv"
MARKS = re.compile(r"(<!-- faults -->\n).*?(<!-- end -->)", re.DOTALL)
ROUNDS = 200
COMMANDS = ("run", "sweep", "measure")


def table(rows):
    counts = {}
    for row in rows:
        counts.setdefault((row["fault"], row["outcome"]), {})[row["command"]] = row["rounds"]
    lines = ["| fault | outcome | " + " | ".join(f"`{command}`" for command in COMMANDS) + " |",
             "|---|---|" + "--:|" * len(COMMANDS)]
    before = None
    for (fault, outcome), seen in sorted(counts.items()):
        cells = ["" if fault == before else fault, outcome, *(seen.get(command, "0") for command in COMMANDS)]
        lines.append("| " + " | ".join(cells) + " |")
        before = fault
    return "\n".join(lines) + "\n"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true")
    given = words.parse_args()
    with open(REPORT, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = table(rows)
    text = PAGE.read_text(encoding="utf-8")
    if not MARKS.search(text):
        sys.exit(f"{PAGE.name}: no place for the table")
    written = MARKS.sub(lambda found: found[1] + made + found[2], text)
    if written != text and given.check:
        sys.exit(f"{PAGE.name}: not what {REPORT.name} gives; run tests/faults/fault_table.py")
    few = [f"{name} of {command}" for name in ("SIGINT", "SIGKILL", "SIGTERM") for command in COMMANDS
           if sum(int(row["rounds"]) for row in rows if (row["fault"], row["command"]) == (name, command)) < ROUNDS]
    if given.check and few:
        sys.exit(f"{REPORT.name}: less than {ROUNDS} rounds of {', '.join(few)}: run tests/faults/faults_test.py")
    if written != text:
        PAGE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
