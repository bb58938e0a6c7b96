#!/usr/bin/env python3
"""Google Benchmark's JSON -> rates.csv, and the table between the markers of README.md.

Median of the repetitions; `spread` is their coefficient of variation. Only benchmarks in the JSON are in the table: a
filtered run replaces it.
"""

import argparse
import csv
import json
import pathlib
import re
import sys

BEGIN, END = "<!-- rates: written by run.sh -->", "<!-- end of rates -->"
UNSTEADY = 0.05  # spread that run.sh warns of
NO_UNIT_OF_WORK = {"GFLOP/s", "MB/s"}
KNOWN = set("""run_name name run_type repetitions repetition_index threads aggregate_name aggregate_unit iterations
real_time cpu_time time_unit family_index per_family_instance_index""".split())
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def engineering(value, units):
    """Three digits with the first unit that keeps the number below 1000."""
    for scale, unit in units:
        if value < 999.5 * scale or (scale, unit) == units[-1]:
            return f"{value / scale:.3g}{unit}"


def duration(seconds):
    return engineering(seconds, [(1e-9, " ns"), (1e-6, " µs"), (1e-3, " ms"), (1.0, " s")])


def rate(value, unit):
    number = f"{value:.3g}" if unit in NO_UNIT_OF_WORK else engineering(
        value, [(1.0, ""), (1e3, " k"), (1e6, " M"), (1e9, " G")])
    return f"{number} {unit}"


def measurements(report):
    """One dict a benchmark, in the order of the run."""
    rows = {}
    for entry in report["benchmarks"]:
        if entry.get("aggregate_name") not in ("median", "cv"):
            continue
        name = entry["run_name"].removesuffix("/real_time")
        threads = re.search(r"/threads:(\d+)", name)
        row = rows.setdefault(name, {"benchmark": name.split("/threads:")[0], "threads": threads[1] if threads else "1"})
        if entry["aggregate_name"] == "cv":
            row["spread"] = entry["real_time"]
        else:
            row["seconds"] = entry["real_time"] * SECONDS[entry["time_unit"]]
            row["rates"] = {key: value for key, value in entry.items() if key not in KNOWN}
    return sorted(rows.values(), key=lambda row: row["benchmark"].split("/")[0])


def machine(report):
    context = report["context"]
    model = "unknown processor"
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists() and (found := re.search(r"model name\s*:\s*(.*)", cpuinfo.read_text())):
        model = found[1]
    return (f"{model}, {context['num_cpus']} cores at {context['mhz_per_cpu'] / 1000:.1f} GHz, "
            f"{context['instruction_set']}; {context['compiler']}")


def write_csv(rows, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["benchmark", "threads", "seconds", "spread", "counter", "rate"])
        for row in rows:
            for counter, value in row["rates"].items():
                writer.writerow([row["benchmark"], row["threads"], f"{row['seconds']:.4g}", f"{row['spread']:.2g}",
                                 counter, f"{value:.4g}"])


def table(rows, where):
    lines = [where, "", "| benchmark | threads | time | rate | each |", "|---|--:|--:|--:|--:|"]
    for row in rows:
        work = [value for unit, value in row["rates"].items() if unit not in NO_UNIT_OF_WORK]
        rates = ", ".join(rate(value, unit) for unit, value in sorted(row["rates"].items(), reverse=True))
        each = duration(1.0 / min(work)) if work else ""
        lines.append(f"| {row['benchmark']} | {row['threads']} | {duration(row['seconds'])} | {rates} | {each} |")
    return "\n".join(lines)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("json", type=pathlib.Path)
    folder = pathlib.Path(__file__).resolve().parent
    report = json.loads(arguments.parse_args().json.read_text())
    rows = measurements(report)
    if not rows:
        sys.exit("table.py: no medians in the JSON: run with --benchmark_repetitions of 2 or more")
    write_csv(rows, folder / "rates.csv")
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(rows, machine(report))}\n{END}{after}", encoding="utf-8")
    unsteady = [f"{row['benchmark']} ({row['spread']:.0%})" for row in rows if row["spread"] > UNSTEADY]
    if unsteady:
        print("table.py: the machine was not quiet; spread above 5 %: " + ", ".join(unsteady), file=sys.stderr)


if __name__ == "__main__":
    main()
