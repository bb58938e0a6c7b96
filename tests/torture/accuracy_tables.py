#!/usr/bin/env python3
"""Writes the tables of docs/accuracy.md and docs/reliability.md from a report of eigenflow_torture.

    accuracy_tables.py [REPORT]            rewrites what stands between the marks in both
    accuracy_tables.py --check [REPORT]    1 where they are not what the report gives

REPORT is docs/tables/torture.csv unless another is named.
"""
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
        self.counts = {row["quantity"]: int(row["points"]) for row in rows if row["check"] == "count"}
        self.errors = [row for row in rows if row["check"] == "error"]

    def select(self, **wanted):
        return [row for row in self.errors if all(re.fullmatch(v, row[k]) for k, v in wanted.items())]


NUMERIC = {"worst", "bound", "points", "promise", "of w", "of w − w*"}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("--:" if h in NUMERIC else "---" for h in head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def functions(report):
    rows = [[r["quantity"], r["unit"].replace("epsilon", "ε"), rounded(r["bound"]), rounded(r["worst"]), f"{int(r['points']):,}",
             place(r["where"])] for r in report.select(route="function")]
    return table(["function", "unit", "bound", "worst", "points", "at"], rows)


def weights(report):
    rows = []
    for row in report.select(quantity="weight"):
        (other,) = report.select(equation=row["equation"], route=row["route"], quantity="distance from the optimum")
        worse = max(row, other, key=lambda r: float(r["worst"]))
        rows.append([row["equation"], row["route"], row["unit"].replace("epsilon", "ε"), rounded(row["bound"]), rounded(row["worst"]),
                     rounded(other["worst"]), f"{int(row['points']):,}", place(worse["where"])])
    return table(["equation", "architecture", "unit", "bound", "of w", "of w − w*", "points", "at"], rows)


def variances(report):
    rows = []
    scale = {"promises": 1e-12, "1e-7 relative": 1e-7}
    selected = (report.select(route="closed form", quantity="variance") + report.select(route="closed form against quadrature") +
                report.select(equation="T-11", route="quadrature|quadrature of shared weights|both clocks by ODE",
                              quantity="(?!variance).*"))
    for r in selected:
        unit = scale[r["unit"]]
        what = r["route"] if r["equation"] != "T-11" else f"{r['route']}, {r['quantity']}"
        promise = f"{unit:.0e}".replace("e-0", "e-")
        rows.append([r["equation"], what, promise, rounded(float(r["worst"]) * unit), f"{int(r['points']):,}",
                     place(r["where"])])
    return table(["equation", "route", "promise", "worst", "points", "at"], rows)


def samplers(report):
    rows = [[r["route"], r["quantity"], rounded(float(r["bound"]) * 1e-12), rounded(float(r["worst"]) * 1e-12),
             f"{int(r['points']):,}", place(r["where"])] for r in report.select(equation="T-17")]
    return table(["sampler", "architecture", "bound", "worst", "points", "at"], rows)


def laws(report):
    rows = [[r["equation"], f"{r['quantity']}: {r['route']}", r["unit"], rounded(r["bound"]), rounded(r["worst"]),
             f"{int(r['points']):,}"]
            for r in report.select(quantity="weight goes.*|training loss falls|variance (rises|falls).*|scaled by 4.*")]
    return table(["equation", "claim", "unit", "bound", "worst", "points"], rows)


def statuses(report):
    names = [("variance: ok", "variances, ok"), ("variance: imprecise", "variances, imprecise"),
             ("variance: failed", "variances, failed"), ("weight: ok", "weights, ok"),
             ("weight: failed", "weights, failed"), ("loss: ok", "losses"), ("loss: failed", "losses, failed"),
             ("limit: ok", "limits"), ("limit: failed", "limits, failed"),
             ("points in 50 digits", "points held against 50 digits"), ("ode: ok", "points by two nested ODEs"),
             ("ode: failed", "points where those gave up"),
             ("imprecise: within the promise", "imprecise in the sample, and within the promise"),
             ("imprecise: and off by more than the promise", "imprecise in the sample, and beyond it"),
             ("too sharp for the 50-digit quadrature", "too sharp for the 50-digit quadrature")]
    rows = [[text, f"{report.counts[name]:,}"] for name, text in names if name in report.counts]
    return table(["what", "points"], rows)


def summary(report):
    beyond = sum(int(r["beyond"]) for r in report.errors)
    quadrature = max(float(r["worst"]) for r in report.select(equation="T-11", route="quadrature.*",
                                                              quantity="(?!variance).*"))
    closed = max(float(r["worst"]) for r in report.select(quantity="relative error of variance"))
    against = max(float(r["worst"]) for r in report.select(route="closed form against quadrature"))
    ulp = max(float(r["worst"]) for r in report.select(route="function", unit="ulp"))
    rows = [
        ["scenario points (mode × τ) of " + f"{report.counts['scenarios: drawn']:,} random scenarios",
         f"{report.counts['points']:,}"],
        ["variances or weights that were not finite or negative, and whose row does not say so",
         next(r["beyond"] for r in report.errors if r["quantity"].startswith("a variance or weight"))],
        ["numbers beyond the bound of their equation", str(beyond)],
        ["points held against 50-digit arithmetic", f"{report.counts['points in 50 digits']:,}"],
        ["worst ulp of Ein, exponential, its complement and logarithm", rounded(ulp)],
        ["worst relative error of λ̃ by closed form", rounded(closed)],
        ["worst error of ln λ̃ by quadrature, of 1e-12 promised", rounded(quadrature * 1e-12)],
        ["closed form against quadrature, worst", rounded(against * 1e-12)],
    ]
    return table(["", "points"], rows).replace("|  | points |", "| | |")


TABLES = {f.__name__: f for f in (functions, weights, variances, samplers, laws, statuses, summary)}


def main(arguments):
    check = "--check" in arguments
    named = [a for a in arguments if a != "--check"]
    report = Report(named[0] if named else ROOT / "docs/tables/torture.csv")
    stale = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        made = MARKS.sub(lambda m: m[1] + TABLES[m[2]](report) + m[3], text)
        if made == text:
            continue
        stale.append(page)
        if not check:
            page.write_text(made, encoding="utf-8")
    if check and stale:
        names = ", ".join(str(page.relative_to(ROOT)) for page in stale)
        print(f"{names}: not what the report gives; run tests/torture/accuracy_tables.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
