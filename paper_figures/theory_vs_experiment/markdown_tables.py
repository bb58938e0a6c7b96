#!/usr/bin/env python3
"""Prints docs/tables/*.csv as the tables of docs/theory_vs_experiment.md; a test compares the two."""

import csv
from pathlib import Path

TABLES = Path(__file__).resolve().parents[2] / "docs/tables"
LAWS = [(c, d) for c in ("geometric", "harmonic", "arithmetic") for d in ("rising", "falling")]
THEORY = ["architecture", "preconditioning", "weighting"]
HEADER = [*THEORY, *(f"{c} {d}" for c, d in LAWS)]
CLOSEST = ("one-layer", "edm", "edm")
LEVEL = 0.05  # a p-value below it is marked


def read(name):
    with (TABLES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def theory_of(row):
    return tuple(row[name] for name in THEORY)


def law_of(row):
    return row["criterion"], row["direction"]


def table(header, rows):
    return "\n".join(["| " + " | ".join(cells) + " |" for cells in (header, ["---"] * len(header), *rows)])


def decimals(text):
    return f"{float(text):.2f}" if text else "–"


def starred(row, name="paired_p_value"):
    return "*" if row[name] and float(row[name]) < LEVEL else ""


def interval(row, value, low, high):
    return f"{decimals(row[value])} ({decimals(row[low])} … {decimals(row[high])})"


def experiment_table():
    """A row a theory: exponents, starred where the paired comparison refuses them, and the scatter of the times."""
    exponents = read("experiment_exponents.csv")
    cells = {(*theory_of(row), *law_of(row)): row for row in exponents}
    measured = {law_of(row): row for row in exponents}
    first = ["**measured**", "", "", *(interval(measured[law], "measured_exponent", "measured_ci_low",
                                                "measured_ci_high") for law in LAWS), ""]
    modes = ["modes", "", "", *(measured[law]["measured_modes"] for law in LAWS), ""]
    rows = [first, modes]
    for fit in read("experiment_fits.csv"):
        row = [*theory_of(fit)]
        for law in LAWS:
            cell = cells.get((*theory_of(fit), *law))
            told = cell and cell["exponent"] and cell["paired_p_value"]
            row.append(f"{decimals(cell['exponent'])}{starred(cell)} ({cell['paired_modes']})" if told else "–")
        rows.append([*row, decimals(fit["scatter"])])
    return table([*HEADER, "scatter of ln τ*"], rows)


def direction_table():
    """The closest theory's times: measured over theoretical, by direction."""
    rows = []
    for row in read("experiment_directions.csv"):
        if theory_of(row) != CLOSEST or row["criterion"] == "all":
            continue
        sides = [interval(row, *(f"{side}_{name}" for name in ("ratio", "ratio_low", "ratio_high")))
                 for side in ("rising", "falling")]
        rows.append([row["criterion"], *sides, decimals(row["direction_ratio"]), f"{float(row['direction_p']):.1g}"])
    return table(["criterion", "rising modes", "falling modes", "rising / falling", "p"], rows)


def sensitivity_table():
    """Rising exponents, theory and measured, with one thing changed."""
    by_variant = {}
    for row in read("experiment_sensitivity.csv"):
        by_variant.setdefault(row["variant"], {})[law_of(row)] = row
    rows = []
    for variant, laws in by_variant.items():
        row = [variant]
        for criterion in ("geometric", "harmonic", "arithmetic"):
            law = laws.get((criterion, "rising"))
            row.append(f"{decimals(law['exponent'])}{starred(law)} / {decimals(law['measured_exponent'])} "
                       f"({law['paired_modes']})" if law else "–")
        rows.append(row)
    return table(["changed", "geometric rising", "harmonic rising", "arithmetic rising"], rows)


def cifar10_table():
    laws = read("cifar10_exponents.csv")
    cells = {(*theory_of(row), *law_of(row)): row for row in laws}
    theories = list(dict.fromkeys(theory_of(row) for row in laws))
    return table(HEADER, [[*t, *(decimals(cells[*t, *law]["exponent"] if (*t, *law) in cells else "") for law in LAWS)]
                          for t in theories])


if __name__ == "__main__":
    print(experiment_table(), direction_table(), sensitivity_table(), cifar10_table(), sep="\n\n")
