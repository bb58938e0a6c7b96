#!/usr/bin/env python3
"""Prints docs/tables/*.csv as the tables of docs/theory_vs_experiment.md; a test compares the two."""

import csv
from pathlib import Path

TABLES = Path(__file__).resolve().parents[2] / "docs/tables"
LAWS = [(c, d) for c in ("geometric", "harmonic", "arithmetic") for d in ("rising", "falling")]
HEADER = ["architecture", "preconditioning", "weighting", *(f"{c} {d}" for c, d in LAWS)]
LEVEL = 0.05  # a p-value below it is marked


def read(name):
    with (TABLES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def theory_of(row):
    return row["architecture"], row["preconditioning"], row["weighting"]


def table(header, rows):
    return "\n".join(["| " + " | ".join(cells) + " |" for cells in (header, ["---"] * len(header), *rows)])


def decimals(text):
    return f"{float(text):.2f}" if text else "–"


def experiment_table():
    """A row a theory: exponents, starred where the paired comparison refuses them, and the scatter of the times."""
    exponents = read("experiment_exponents.csv")
    cells = {(*theory_of(row), row["criterion"], row["direction"]): row for row in exponents}
    measured = {(row["criterion"], row["direction"]): row for row in exponents}
    interval = "{} ({} … {})".format
    first = ["**measured**", "", "", *(interval(*(decimals(measured[law][f"measured_{name}"])
                                                for name in ("exponent", "ci_low", "ci_high"))) for law in LAWS), ""]
    rows = [first]
    for fit in read("experiment_fits.csv"):
        row = [*theory_of(fit)]
        for law in LAWS:
            cell = cells.get((*theory_of(fit), *law))
            refused = cell and cell["paired_p_value"] and float(cell["paired_p_value"]) < LEVEL
            row.append(decimals(cell["exponent"] if cell else "") + ("*" if refused else ""))
        rows.append([*row, decimals(fit["scatter"])])
    return table([*HEADER, "scatter of ln τ*"], rows)


def cifar10_table():
    laws = read("cifar10_exponents.csv")
    cells = {(*theory_of(row), row["criterion"], row["direction"]): row for row in laws}
    theories = list(dict.fromkeys(theory_of(row) for row in laws))
    return table(HEADER, [[*t, *(decimals(cells[*t, *law]["exponent"] if (*t, *law) in cells else "") for law in LAWS)]
                          for t in theories])


if __name__ == "__main__":
    print(experiment_table(), cifar10_table(), sep="\n\n")
