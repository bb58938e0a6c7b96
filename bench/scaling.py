#!/usr/bin/env python3
"""How the cost of `eigenflow run` grows: scaling.csv, the table in README.md and scaling.png, all in this folder.

    scaling.py --program eigenflow [--threads 1 2] [--largest 131072] [--folder SCRATCH]

Every point is a run of its own: wall and processor seconds and peak memory as the system reports them. A slope is that
of the straight line through the larger half of a series in log-log: 1 is linear.
"""

import argparse
import csv
import os
import pathlib
import re
import shutil
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BEGIN, END = "<!-- scaling: written by scaling.py -->", "<!-- end of scaling -->"
SCENARIO = """name = "scaling"
[data]
source = "power-law"
exponent = 1.0
largest = 10.0
modes = 1024
[network]
architecture = "one-layer"
[fit]
bootstrap = 0
[output]
noise_levels = [1.0]
"""
EDM = ["objective.preconditioning=edm", "objective.weighting=edm-lognormal", "network.init=0.01"]
SERIES = {  # name: what grows, the values, the keys of one value
    "modes, closed form": ("modes", [2**p for p in range(6, 18)], lambda n: [f"data.modes={n}", "training.points=100"]),
    "modes, quadrature": ("modes", [2**p for p in range(6, 18)],
                          lambda n: [f"data.modes={n}", "training.points=100", *EDM]),
    "times, closed form": ("τ points", [50, 100, 200, 400, 800], lambda n: ["data.modes=3072", f"training.points={n}"]),
    "times, quadrature": ("τ points", [50, 100, 200, 400, 800],
                          lambda n: ["data.modes=3072", f"training.points={n}", *EDM]),
    "noise levels, Euler": ("noise levels", [16, 32, 64, 128, 256, 512],
                            lambda n: ["data.modes=3072", "training.points=50", "sampling.solver=euler",
                                       f"sampling.steps={n}"]),
}


def run(program, scenario, keys, threads, folder):
    command = [program, "run", scenario, *keys, "--out", folder / "run", "--force", "--quiet", "--threads",
               str(threads)]
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(program, [str(part) for part in command])
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise SystemExit(f"scaling.py: {' '.join(str(part) for part in command)} failed")
    size = sum(file.stat().st_size for file in (folder / "run").iterdir())
    shutil.rmtree(folder / "run")
    return {"seconds": time.perf_counter() - start, "processor": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024,
            "written": size / 2**20}


def slope(rows, key):
    import numpy as np  # here: the peak memory of a child begins with ours
    upper = rows[len(rows) // 2 - 1:]
    return np.polyfit(np.log([row["size"] for row in upper]), np.log([row[key] for row in upper]), 1)[0]


def table(rows):
    lines = ["| series | threads | from | to | slope of processor time | slope of memory | largest: time, memory, CSV |",
             "|---|--:|--:|--:|--:|--:|--:|"]
    for name in dict.fromkeys(row["series"] for row in rows):
        for threads in dict.fromkeys(row["threads"] for row in rows):
            part = [row for row in rows if row["series"] == name and row["threads"] == threads]
            first, last = part[0], part[-1]
            lines.append(f"| {name} | {threads} | {first['size']} | {last['size']} | {slope(part, 'processor'):.2f} | "
                         f"{slope(part, 'megabytes'):.2f} | {last['seconds']:.3g} s, {last['megabytes']:.0f} MB, "
                         f"{last['written']:.0f} MB |")
    return "\n".join(lines)


def draw(rows, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), constrained_layout=True)
    for name in dict.fromkeys(row["series"] for row in rows):
        for threads in dict.fromkeys(row["threads"] for row in rows):
            part = [row for row in rows if row["series"] == name and row["threads"] == threads]
            style = dict(marker="o" if threads == 1 else "x", markersize=4, linewidth=1)
            line, = axes[0].loglog([row["size"] for row in part], [row["seconds"] for row in part],
                                   label=f"{name}, {threads}", **style)
            axes[1].loglog([row["size"] for row in part], [row["megabytes"] for row in part], color=line.get_color(),
                           **style)
    axes[0].set(xlabel="modes, times or noise levels", ylabel="wall time [s]")
    axes[1].set(xlabel="modes, times or noise levels", ylabel="peak memory [MB]")
    axes[0].legend(fontsize=5)
    figure.savefig(path, dpi=150)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--largest", type=int, default=2**17, help="number of modes")
    parser.add_argument("--folder", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="eigenflow_scaling.", dir=arguments.folder))
    rows = []
    try:
        scenario = folder / "scaling.toml"
        scenario.write_text(SCENARIO, encoding="utf-8")
        for name, (_, sizes, keys) in SERIES.items():
            for threads in arguments.threads:
                for size in sizes:
                    if size > arguments.largest:
                        continue
                    measured = run(arguments.program.resolve(), scenario, keys(size), threads, folder)
                    rows.append({"series": name, "threads": threads, "size": size} | measured)
                    print(rows[-1], flush=True)
    finally:
        shutil.rmtree(folder)
    with open(HERE / "scaling.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow([f"{value:.4g}" if isinstance(value, float) else value for value in row.values()])
    readme = HERE / "README.md"
    before, rest = re.split(re.escape(BEGIN), readme.read_text(encoding="utf-8"))
    readme.write_text(f"{before}{BEGIN}\n{table(rows)}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    draw(rows, HERE / "scaling.png")


if __name__ == "__main__":
    main()
