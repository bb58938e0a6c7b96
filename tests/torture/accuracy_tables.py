#!/usr/bin/env python3
"""Writes the tables of docs/accuracy.md and docs/reliability.md from a report of eigenflow_torture.

    accuracy_tables.py [REPORT]            rewrites what stands between the marks in both
    accuracy_tables.py --check [REPORT]    1 where they are not what the report gives, or the report is of less than a
                                           million points, 10,000 of λ̃ in 50 digits, lacks an equation, or has a
                                           number beyond its bound

REPORT is docs/tables/torture.csv unless another is named.
"""
import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs/accuracy.md", ROOT / "docs/reliability.md")
MARKS = re.compile(r"(<!-- torture: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
NUMBER = re.compile(r"(?<==)-?\d[\d.]*(?:e[-+]?\d+)?$")


def rounded(text):
    return f"{float(text):.2g}"


def place(text):
    """Where a worst error is, with three digits of every number and without what is not needed to picture it."""
    words = []
    for word in text.split():
        key = word.split("=")[0]
        if key in ("scenario", "mode", "sigma_data", "P_mean", "P_std", "rho", "largest", "exponent"):
            continue
        words.append(NUMBER.sub(lambda found: f"{float(found[0]):.3g}", word))
    text = " ".join(words)
    for key, sign in (("architecture=", ""), ("path=", ""), ("target=", ""), ("lambda", "λ"), ("tau", "τ")):
        text = text.replace(key, sign)
    return text


class Report:
    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        torn = [number for number, row in enumerate(rows, 2) if None in row or None in row.values()]
        if torn:
            sys.exit(f"{path}:{torn[0]}: not as many cells as columns; make it again with eigenflow_torture")
        self.counts = {row["quantity"]: int(row["points"]) for row in rows if row["check"] == "count"}
        self.cells = {row["quantity"]: int(row["points"]) for row in rows if row["check"] == "cell"}
        self.errors = [row for row in rows if row["check"] == "error"]

    def select(self, **wanted):
        return [row for row in self.errors if all(re.fullmatch(v, row[k]) for k, v in wanted.items())]


NUMERIC = {"worst", "bound", "points", "number", "promise", "of w", "of w − w*"}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("--:" if h in NUMERIC else "---" for h in head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def unit_of(row):
    return row["unit"].replace("epsilon", "ε").replace("lambda", "λ")


def plain(row):
    return [rounded(row["bound"]), rounded(row["worst"]), f"{int(row['points']):,}", place(row["where"])]


def functions(report):
    rows = [[r["equation"], r["quantity"], unit_of(r)] + plain(r) for r in report.select(route="function")]
    return table(["equation", "function", "unit", "bound", "worst", "points", "at"], rows)


def objective(report):
    rows = [[r["quantity"].replace("lambda", "λ"), unit_of(r)] + plain(r) for r in report.select(equation="T-1")]
    return table(["T-1", "unit", "bound", "worst", "points", "at"], rows)


def weights(report):
    rows = []
    for row in report.select(quantity="weight", equation="T-.*"):
        if row["route"] == "function":
            continue
        others = report.select(equation=row["equation"], route=row["route"], quantity="distance from the optimum")
        worse = max([row] + others, key=lambda r: float(r["worst"]))
        rows.append([row["equation"], row["route"], unit_of(row), rounded(row["bound"]), rounded(row["worst"]),
                     "".join(rounded(r["worst"]) for r in others), f"{int(row['points']):,}", place(worse["where"])])
    for row in report.select(equation="T-9"):
        rows.append([row["equation"], row["route"] + ": " + row["quantity"], unit_of(row), rounded(row["bound"]),
                     rounded(row["worst"]), "", f"{int(row['points']):,}", place(row["where"])])
    return table(["equation", "architecture", "unit", "bound", "of w", "of w − w*", "points", "at"], rows)


def variances(report):
    rows = []
    scale = {"promises": 1e-12, "1e-7 relative": 1e-7}
    selected = (report.select(route="closed form", quantity="variance") + report.select(route="closed form against quadrature") +
                report.select(equation="T-11", route="quadrature|quadrature of shared weights|.* by ODE",
                              quantity="(?!variance).*") + report.select(equation="T-15"))
    for r in selected:
        unit = scale[r["unit"]]
        what = r["route"] if r["equation"] not in ("T-11", "T-15") else f"{r['route']}, {r['quantity']}"
        promise = f"{unit:.0e}".replace("e-0", "e-")
        rows.append([r["equation"], what, promise, rounded(float(r["worst"]) * unit), f"{int(r['points']):,}",
                     place(r["where"])])
    return table(["equation", "route", "promise", "worst", "points", "at"], rows)


def samplers(report):
    rows = [[r["route"], r["quantity"], "128", rounded(float(r["worst"]) * 128), f"{int(r['points']):,}",
             place(r["where"])] for r in report.select(equation="T-17")]
    return table(["sampler", "architecture", "bound", "worst", "points", "at"], rows)


def passages(report):
    rows = [[r["equation"], f"{r['quantity']}: {r['route']}", unit_of(r)] + plain(r)
            for r in report.select(equation="T-21|T-22", route="(?!function).*")]
    return table(["equation", "what", "unit", "bound", "worst", "points", "at"], rows)


LAWS = "(shared )?weight goes.*|(training|average) loss falls|variance (rises|falls|goes).*|scaled by 4.*|learning rate scales.*"


def laws(report):
    rows = [[r["equation"], f"{r['quantity']}: {r['route']}", unit_of(r)] + plain(r) for r in report.select(quantity=LAWS)]
    return table(["equation", "claim", "unit", "bound", "worst", "points", "at"], rows)


def promise_of(row):
    return f"{float(row['unit']) * float(row['bound']):.0e}".replace("e-0", "e-")


def coupled(report):
    rows = []
    what = "coupled weight|bias beside it|ln of variance|covariance|mean"
    for r in report.select(equation="T-18|T-20|T-10|T-19|T-23"):
        if r["equation"] != "T-23" and not re.fullmatch(what, r["quantity"]):
            continue
        worst = f"{float(r['worst']) * float(r['unit']):.2g}"
        rows.append([r["equation"], f"{r['route']}: {r['quantity'].replace('coupled ', '')}", promise_of(r), worst,
                     f"{int(r['points']):,}", place(r["where"])])
    return table(["equation", "what", "promise", "worst", "points", "at"], rows)


def coupled_counts(report):
    rows = [[name, f"{number:,}"] for name, number in report.counts.items() if re.match("(coupled|measured): ", name)]
    return table(["what", "number"], rows)


def statuses(report):
    names = [("variance: ok", "variances, ok"), ("variance: imprecise", "variances, imprecise"),
             ("variance: failed", "variances, failed"),
             ("exact beside sampler: ok", "variances by exact sampling beside a sampler"),
             ("exact beside sampler: failed", "of them failed, which the manifest and distances.csv say"),
             ("weight: ok", "weights, ok"),
             ("weight: failed", "weights, failed"), ("loss: ok", "losses, finite"),
             ("loss: infinite", "losses, infinite as their integral is"), ("loss: failed", "losses, failed"),
             ("limit: ok", "limits"), ("limit: failed", "limits above 1.8e308"),
             ("points in 50 digits", "points held against 50 digits"),
             ("points in 50 digits: variances too", "of them λ̃ and its limit, and of independent networks the weights"),
             ("points in 50 digits: weights and limits alone", "of them the limit alone, and of independent networks the weights (three layers and more)"),
             ("both clocks by ODE: ok", "points by two nested ODEs"),
             ("both clocks by ODE: failed", "points where those gave up"),
             ("probability flow by ODE: ok", "points by ODE of the probability flow"),
             ("probability flow by ODE: failed", "points where that gave up"),
             ("imprecise: within the promise", "imprecise in the sample, and within the promise"),
             ("imprecise: and off by more than the promise", "imprecise in the sample, and beyond it"),
             ("numbers of the sample beyond the range of doubles", "numbers of the sample below 2e-308 or above 1.8e308"),
             ("too sharp for the 50-digit quadrature", "too sharp for the 50-digit quadrature")]
    rows = [[text, f"{report.counts[name]:,}"] for name, text in names if name in report.counts]
    return table(["what", "points"], rows)


def cells(report):
    fewest = min(report.cells, key=report.cells.get)
    rows = [["architecture × (path, target, preconditioning, weighting) × sampler, reached", f"{len(report.cells):,}"],
            [f"points of the one with fewest: {fewest}", f"{report.cells[fewest]:,}"],
            ["points of the middle one", f"{sorted(report.cells.values())[len(report.cells) // 2]:,}"],
            ["scenarios drawn", f"{report.counts['scenarios: drawn']:,}"]]
    rows += [[name, f"{number:,}"]
             for name, number in report.counts.items() if name.startswith("dropped: ")]
    return table(["what", "number"], rows)


def summary(report):
    beyond = sum(int(r["beyond"]) for r in report.errors)
    silent = sum(int(r["beyond"]) for r in report.select(quantity=".* without a status|.*not finite or negative.*"))

    def worst(**wanted):
        return max((float(row["worst"]) for row in report.select(**wanted)), default=0.0)  # a short run may have none

    quadrature = worst(equation="T-11", route="quadrature.*", quantity="(?!variance).*")
    closed = worst(quantity="relative error of variance")
    against = worst(route="closed form against quadrature")
    ulp = worst(route="function", unit="ulp", equation="T-(3|4|11|12)")
    sampler = worst(equation="T-17")
    rows = [
        ["scenario points (mode × τ) of " + f"{report.counts['scenarios: drawn']:,} random scenarios",
         f"{report.counts['points']:,}"],
        ["combinations of architecture, objective and sampler, each simulated", f"{len(report.cells):,}"],
        ["variances, weights, losses and limits that were not finite or negative, and nothing says so", str(silent)],
        ["numbers beyond the bound of their equation", str(beyond)],
        ["points held against 50-digit arithmetic", f"{report.counts['points in 50 digits']:,}"],
        ["of them λ̃ too", f"{report.counts['points in 50 digits: variances too']:,}"],
        ["worst ulp of Ein, exponential, its complement and logarithm", rounded(ulp)],
        ["worst relative error of λ̃ by closed form", rounded(closed)],
        ["worst error of ln λ̃ by quadrature, of 1e-12 promised", rounded(quadrature * 1e-12)],
        ["closed form against quadrature, worst", rounded(against * 1e-12)],
        ["samplers, worst, of 128 ε of the terms of their steps", rounded(sampler * 128) + " ε"],
    ]
    return table(["", "points"], rows).replace("|  | points |", "| | |")


EQUATIONS = {f"T-{number}" for number in range(1, 24)}  # docs/theory.md


def shortfalls(report):
    """What of a report is not as it must be to be shown."""
    wrong = [f"{row['equation']} {row['route']} {row['quantity']}: {row['beyond']} beyond the bound"
             for row in report.errors if int(row["beyond"]) > 0]
    for name, least in (("points", 1_000_000), ("points in 50 digits: variances too", 10_000)):
        if report.counts.get(name, 0) < least:
            wrong.append(f"{name}: {report.counts.get(name, 0):,}, which is less than {least:,}")
    missing = EQUATIONS - {row["equation"] for row in report.errors if int(row["points"]) > 0}
    return wrong + [f"nothing of {tag}" for tag in sorted(missing)]


TABLES = {f.__name__: f for f in (functions, objective, weights, variances, samplers, passages, laws, statuses, cells,
                                  coupled, coupled_counts, summary)}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("report", type=Path, nargs="?", default=ROOT / "docs/tables/torture.csv")
    words.add_argument("--check", action="store_true")
    given = words.parse_args()
    report = Report(given.report)
    stale = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        made = MARKS.sub(lambda m: m[1] + TABLES[m[2]](report) + m[3], text)
        if made == text:
            continue
        stale.append(page)
        if not given.check:
            page.write_text(made, encoding="utf-8")
    if given.check and stale:
        names = ", ".join(str(page.relative_to(ROOT)) for page in stale)
        print(f"{names}: not what the report gives; run tests/torture/accuracy_tables.py", file=sys.stderr)
        return 1
    wrong = shortfalls(report) if given.check else []
    print("".join(f"{given.report.name}: {line}\n" for line in wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
