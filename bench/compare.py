#!/usr/bin/env python3
"""Ours and theirs on the same work, in turn, in one run: results.csv and the table of comparisons in README.md.

    compare.py --tasks eigenflow_tasks --program eigenflow [--rounds N] [--only TASK ...] [--folder SCRATCH]

A ratio is theirs over ours of one round; both sides run as processes of their own. Every round compares the numbers,
and a difference above the task's tolerance ends the run.
"""

import argparse
import csv
import ctypes
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).resolve().parent
BEGIN, END = "<!-- comparisons: written by compare.sh -->", "<!-- end of comparisons -->"
SCENARIO = HERE.parent / "scenarios"


class Task:
    def __init__(self, name, work, target, tolerance, rounds=5, threads=2, compare=None):
        self.name, self.work, self.target, self.tolerance = name, work, target, tolerance
        self.rounds, self.threads, self.compare = rounds, threads, compare or relative


def numbers(folder, side):
    return np.fromfile(folder / f"{side}.bin")


def largest(ours, theirs, scale):
    """The largest difference in units of `scale`; what is missing on one side only is infinite."""
    if ours.shape != theirs.shape or (np.isnan(ours) != np.isnan(theirs)).any():
        return np.inf
    return float(np.nanmax(np.abs(ours - theirs) / scale))


def relative(folder):
    ours, theirs = numbers(folder, "ours"), numbers(folder, "peer")
    return largest(ours, theirs, np.where(theirs == 0.0, 1.0, np.abs(theirs)))


def of_largest(folder):
    ours, theirs = numbers(folder, "ours"), numbers(folder, "peer")
    return largest(ours, theirs, np.abs(theirs).max())


def absolute(folder):
    return largest(numbers(folder, "ours"), numbers(folder, "peer"), 1.0)


def laws(folder):
    """tau* of 3072 modes, as relative; exponents and the ends of their intervals to 1 %: a bootstrap is random."""
    ours, theirs = numbers(folder, "ours"), numbers(folder, "peer")
    modes = 3072
    return max(largest(ours[:modes], theirs[:modes], np.abs(theirs[:modes])),
               1e-4 * largest(ours[modes:], theirs[modes:], np.abs(theirs[modes:])))


def tables(folder):
    """Variances come from one file and have to be the same; each side computes its own times and targets, to an ulp."""
    ours, theirs = (pd.read_csv(folder / f"{side}.csv", float_precision="round_trip") for side in ("ours", "peer"))
    if not ours[["mode", "variance"]].equals(theirs[["mode", "variance"]]):
        return np.inf
    scale = np.where(theirs.tau == 0.0, 1.0, theirs.tau)
    return max(largest(ours.tau.to_numpy(), theirs.tau.to_numpy(), scale),
               largest(ours.target_variance.to_numpy(), theirs.target_variance.to_numpy(), theirs.target_variance))


def columns(ours, theirs, names, scale=np.abs):
    pairs = ((ours[name].to_numpy(float), theirs[name].to_numpy(float)) for name in names)
    return max(largest(one, other, np.where(other == 0.0, 1.0, scale(other))) for one, other in pairs)


def runs(folder):
    """All numbers that both write; distances by their largest, since those to the limit cancel to nothing."""
    ours, theirs = ({name: pd.read_csv(folder / side / f"{name}.csv", float_precision="round_trip")
                     for name in ("variance", "weights", "emergence", "power_law", "distances")}
                    for side in ("run", "script"))
    key = ["criterion", "direction", "estimator"]
    law = ours["power_law"].merge(theirs["power_law"], on=key)
    star = [ours["emergence"].tau_star.where(ours["emergence"].status == "emerged").to_numpy(),
            theirs["emergence"].tau_star.where(~theirs["emergence"].gray_zone).to_numpy()]
    if len(law) != 8 or (law.modes_x != law.modes_y).any():
        return np.inf
    return max(columns(ours["variance"], theirs["variance"], ["mode", "variance"]),
               columns(ours["weights"], theirs["weights"], ["mode", "weight", "optimal_weight"]),
               columns(ours["distances"], theirs["distances"], ["kl", "w2", "loss", "limit_kl", "limit_w2"],
                       lambda column: np.abs(column).max()),
               largest(star[0], star[1], star[1]), (law.exponent_x / law.exponent_y - 1.0).abs().max())


TASKS = [
    Task("closed-form", "one-layer closed form, 3072 modes × 400 τ; NumPy + scipy.special.expi", 40, 1e-8),
    Task("ein-in-order", "Ein of 1e6 values on [1e-6, 1e6] in order, as modes are, one core; scipy.special.expi", 30,
         1e-13, threads=1, compare=absolute),
    Task("ein", "the same in random order", 30, 1e-13, threads=1, compare=absolute),
    Task("quadrature-edm", "quadrature, EDM preconditioning and lognormal weighting, 3072 × 400; NumPy, 256 nodes", 25,
         1e-11),
    Task("deep", "deep, L = 4, 3072 × 200; scipy solve_ivp (LSODA, diagonal Jacobian) per noise level", 200, 1e-7,
         rounds=1),
    Task("patch", "patch convolution 5 × 5 on 32 × 32, 300 τ; NumPy, weights of all modes at every noise level", 15, 1e-9),
    Task("patch-integrals-first", "the same; NumPy, filters integrated over noise levels before modes, as ours", 15, 1e-9),
    Task("emergence", "emergence of 3072 modes (200 τ), 5 estimators, 1000 resamples; NumPy, scipy.optimize", 20, 1e-6,
         compare=laws),
    Task("pca", "images (10,000 × 3072, uint8) → all PCA variances; np.cov and eigvalsh in float32", 1.5, 1e-5,
         compare=of_largest),
    Task("leading-64", "leading 64 variances of the same; scipy svds (ARPACK)", 3, 1e-9),
    Task("leading-64-randomized", "leading 64 variances of the same; scikit-learn, randomized, float32", 3, 1e-4),
    Task("measure", "20 checkpoints × 5000 × 3072 float32, all variances and χ; PyTorch", 1.5, 1e-3, rounds=3),
    Task("csv-write", "variance.csv, 3072 × 400 rows; pandas to_csv", 20, 1e-14, compare=tables),
    Task("csv-read", "the same read back; pandas read_csv (round_trip)", 3, 0.0),
    Task("run", "eigenflow run scenarios/02_cifar10_one_layer.toml; the same as a script, start to CSV", 20, 1e-8,
         compare=runs),
]


def prepare(folder, names):
    """Inputs, from fixed seeds: arguments, images (smooth fields, as photographs are), samples and directions."""
    random = np.random.default_rng(1)
    arguments = 1e-6 * np.exp(random.uniform(size=1_000_000) * np.log(1e12))
    np.save(folder / "arguments.npy", arguments)
    np.save(folder / "arguments_in_order.npy", np.sort(arguments)[::-1])
    np.save(folder / "variance.npy", 100.0 * np.exp(-16.0 * random.uniform(size=(400, 3072))))
    if {"csv-read"} & names:
        sys.path.insert(0, str(HERE))
        from peers.tables import csv_write
        csv_write(folder)()
    if {"pca", "leading-64", "leading-64-randomized"} & names:
        field, keep = random.standard_normal((10_000, 32, 32)), np.sqrt(1.0 - 0.95**2)
        for axis in (1, 2):
            for i in range(1, 32):
                now, before = (slice(None),) * axis + (i,), (slice(None),) * axis + (i - 1,)
                field[now] = 0.95 * field[before] + keep * field[now]
        pixels = 127.5 + 60.0 * field[..., None] + 6.0 * random.standard_normal((10_000, 32, 32, 3))
        np.save(folder / "images.npy", np.clip(np.rint(pixels), 0, 255).astype(np.uint8).reshape(10_000, 3072))
    if "measure" in names:
        np.save(folder / "directions.npy", np.linalg.qr(random.standard_normal((3072, 3072)))[0])
        for i in range(4):
            shape = np.arange(1.0, 3073.0)**-0.25
            np.save(folder / f"samples_{i}.npy", (random.standard_normal((5000, 3072)) * shape).astype(np.float32))


def peer_kernels():
    """OpenBLAS 0.3.21 does not know newer processors, and takes kernels of 2004 for them. eigenflow chooses better ones
    for itself; peers get the same by the environment."""
    try:
        library = ctypes.CDLL("libopenblas.so.0")
        library.openblas_get_corename.restype = ctypes.c_char_p
        core = library.openblas_get_corename().decode()
    except (OSError, AttributeError):
        return {}
    flags = set(re.search(r"flags\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())[1].split())
    if core != "Prescott" or "OPENBLAS_CORETYPE" in os.environ:
        return {}
    for name, needed in (("SkylakeX", {"avx512f", "avx512dq", "avx512bw", "avx512vl"}), ("Haswell", {"avx2", "fma"})):
        if needed <= flags:
            return {"OPENBLAS_CORETYPE": name}
    return {}


def json_of(command, environment):
    done = subprocess.run(command, cwd=HERE, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def whole(command, environment):
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, cwd=HERE, env=environment, check=True, stdout=subprocess.DEVNULL)
    return {"wall": time.perf_counter() - start, "user": os.times().children_user - before.children_user}


def one_round(task, arguments, folder):
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS=str(task.threads),
                       OPENBLAS_NUM_THREADS=str(task.threads))
    of_peer = environment | peer_kernels()
    if task.name == "run":
        ours = whole([arguments.program, "run", SCENARIO / "02_cifar10_one_layer.toml", "--out", folder / "run",
                      "--force", "--quiet", "--threads", str(task.threads)], environment)
        theirs = whole([sys.executable, "-m", "peers.whole_run", SCENARIO / "spectra" / "cifar10_pca.csv",
                        folder / "script"], of_peer)
        return ours, theirs
    own_name = task.name.removesuffix("-randomized").removesuffix("-integrals-first")
    ours = json_of([arguments.tasks, own_name, folder, str(task.threads)], environment)
    return ours, json_of([sys.executable, "-m", "peers", task.name, folder], of_peer)


def summary(task, pairs, difference, machine):
    ratios = [theirs["wall"] / ours["wall"] for ours, theirs in pairs]
    user = statistics.median(theirs["user"] / max(ours["user"], 1e-6) for ours, theirs in pairs)
    return {"task": task.name, "ours": f"{statistics.median(p[0]['wall'] for p in pairs):.4g}",
            "peer": f"{statistics.median(p[1]['wall'] for p in pairs):.4g}", "ratio_min": f"{min(ratios):.3g}",
            "ratio_median": f"{statistics.median(ratios):.3g}", "ratio_max": f"{max(ratios):.3g}",
            "target": task.target, "user_ratio": f"{user:.3g}", "threads": task.threads, "rounds": len(pairs),
            "difference": f"{difference:.2g}", "tolerance": f"{task.tolerance:g}", "machine": machine}


def sgemm_seconds(arguments, folder):
    """What the products of `measure` take at the machine's own rate, now."""
    rate = 20 * 2 * 3072**3 / json_of([arguments.tasks, "sgemm", folder, "2"], dict(os.environ))["wall"]
    return 20 * 2 * 5000 * 3072 * (3072 + 1536) / rate


def measure_against_sgemm(row, ours, products):
    """How much of the machine's own float32 product rate `measure` reaches, reading and sums included."""
    shares = [alone / all_of_it for all_of_it, alone in zip(ours, products)]
    return dict(row, task="measure-of-sgemm", peer=f"{statistics.median(products):.4g}",
                ratio_min=f"{min(shares):.3g}", ratio_median=f"{statistics.median(shares):.3g}",
                ratio_max=f"{max(shares):.3g}", user_ratio="", target=0.7, difference="", tolerance="")


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.*)", text)
    versions = f"NumPy {np.__version__}, pandas {pd.__version__}"
    kernels = peer_kernels().get("OPENBLAS_CORETYPE")
    versions += f", OpenBLAS with {kernels} kernels on both sides" if kernels else ""
    return f"{model[1] if model else 'unknown processor'}, {os.cpu_count()} cores; {versions}"


def table(rows):
    work = {task.name: task.work for task in TASKS} | {"measure-of-sgemm": "measure, of the machine's sgemm rate"}
    lines = [rows[0]["machine"], "", "| task; peer | ours | peer | ratio: min, median, max | target | user time |"
             " largest difference |", "|---|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        lines.append(f"| {work[row['task']]} | {row['ours']} s | {row['peer']} s | {row['ratio_min']}, "
                     f"**{row['ratio_median']}**, {row['ratio_max']} | {row['target']} | {row['user_ratio']} | "
                     f"{row['difference']}{' of ' if row['tolerance'] else ''}{row['tolerance']} |")
    return "\n".join(lines)


def write(rows):
    with open(HERE / "results.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    readme = HERE / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{table(rows)}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def rows_that_stay():
    """Those of results.csv, which have to be this machine's."""
    file = HERE / "results.csv"
    old = list(csv.DictReader(file.open(encoding="utf-8"))) if file.exists() else []
    if any(row["machine"] != machine() for row in old):
        sys.exit("compare.py: results.csv is another machine's, or of other versions: run without --only")
    return old


def in_order(old, new):
    """The tasks that were run in place of their old rows, in the order of TASKS; other tasks are left out."""
    by_task = {row["task"]: row for row in old + new}
    names = [name for task in TASKS for name in (task.name, f"{task.name}-of-sgemm")]
    return [by_task[name] for name in names if name in by_task]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", nargs="+", choices=[task.name for task in TASKS],
                        help="the other rows of results.csv stay")
    parser.add_argument("--folder", type=pathlib.Path, help="kept; default: a temporary one (TMPDIR, 0.5 GB)")
    arguments = parser.parse_args()
    old = rows_that_stay() if arguments.only else []
    chosen = [task for task in TASKS if not arguments.only or task.name in arguments.only]
    folder = arguments.folder or pathlib.Path(tempfile.mkdtemp(prefix="eigenflow_compare."))
    folder.mkdir(exist_ok=True)
    rows = []
    try:
        prepare(folder, {task.name for task in chosen})
        for task in chosen:
            pairs, difference, products = [], 0.0, []
            for _ in range(arguments.rounds or task.rounds):
                pairs.append(one_round(task, arguments, folder))
                difference = max(difference, task.compare(folder))
                if task.name == "measure":
                    products.append(sgemm_seconds(arguments, folder))
            rows.append(summary(task, pairs, difference, machine()))
            if task.name == "measure":
                rows.append(measure_against_sgemm(rows[-1], [ours["wall"] for ours, _ in pairs], products))
            for row in rows[-2 if task.name == "measure" else -1:]:
                print(*(f"{key} {row[key]}" for key in list(row)[:-1]), flush=True)
            if not difference <= task.tolerance:
                sys.exit(f"compare.py: {task.name}: the numbers differ by {difference:g}, allowed {task.tolerance:g}")
    finally:
        if not arguments.folder:
            shutil.rmtree(folder)
    write(in_order(old, rows))


if __name__ == "__main__":
    main()
