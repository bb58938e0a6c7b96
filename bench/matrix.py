#!/usr/bin/env python3
"""Times the matrix engine beside SciPy on the same problem, in one run: matrix.csv, and the table between the markers of README.md.

    cmake --preset bench && cmake --build --preset bench --target matrix_flow
    /usr/bin/python3 bench/matrix.py [build/bench/matrix_flow] [--modes 64,128,256,512]

The problem: one layer on ve/denoise, W(0) i.i.d. normal with standard deviation 0.3/sqrt(d), variances 10/k, 100 training
times from 0.01 to 1000. Both sides generate the whole covariance at every time. SciPy's is solve_ivp with DOP853 on the
d x d propagator in ln sigma, every right-hand side a vectorised construction of W and one matrix product. It runs every
so many times, and its seconds are scaled to all of them.

Same accuracy: errors are the largest relative ones of the variances, against this engine at a tolerance of 1e-13; SciPy's
rtol is the largest of RTOLS whose error at the first number of modes is not above ours, and stays for the others.
Beyond 256 modes nothing that accurate is run, and our own estimate stands for our error.

One thread on both sides (ours on two as well), and OpenBLAS on the best kernels for the processor: it takes one newer than
itself for the oldest it knows. dgemm is the rate of d x d products by OpenBLAS, called by NumPy.
"""

import argparse
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def choose_kernels():
    """OpenBLAS reads these when it is loaded: before NumPy is."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split() if pathlib.Path("/proc/cpuinfo").exists() else []
    if {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= set(flags):
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    elif {"avx2", "fma"} <= set(flags):
        os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


choose_kernels()

import numpy as np  # noqa: E402
from scipy.integrate import solve_ivp  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
BEGIN, END = "<!-- matrix: written by matrix.py -->", "<!-- end of matrix -->"
SIGMA_MAX, SIGMA_MIN = 80.0, 0.002
RTOLS = [m * 10.0**-k for k in range(7, 13) for m in (3.0, 1.0)]
STRIDES = {64: 5, 128: 10, 256: 20, 512: 50}
REFERENCED = 256  # modes up to which there is a reference
COLUMNS = """modes,threads,seconds,cpu_seconds,multiply_share,multiply_rate,eigen_rate,dgemm_rate,dgemm_fraction,error,tolerance,
scipy_seconds,scipy_cpu_seconds,scipy_error,scipy_rtol,scipy_times,speedup,cpu_speedup""".replace("\n", "").split(",")


def scipy_variance(weights, variances, tau, rtol):
    """The diagonal of the generated covariance at one training time."""
    modes = len(variances)
    diagonal = np.diag_indices(modes)
    optimum_part = np.exp(-2 * tau * variances)

    def slope(log_sigma, flat):
        squared = np.exp(2 * log_sigma)
        decay = optimum_part * np.exp(-2 * tau * squared)
        w = weights * decay
        w[diagonal] += variances / (variances + squared) * (1 - decay)
        x = flat.reshape(modes, modes)
        return (x - w @ x).ravel()

    solution = solve_ivp(
        slope,
        (np.log(SIGMA_MAX), np.log(SIGMA_MIN)),
        np.eye(modes).ravel(),
        method="DOP853",
        rtol=rtol,
        atol=1e-3 * rtol,
        t_eval=[np.log(SIGMA_MIN)],
    )
    x = SIGMA_MAX * solution.y[:, -1].reshape(modes, modes)
    return (x * x).sum(axis=1)


def dgemm_rate(modes):
    """Multiply-adds times two a second, the best of a second."""
    a, b, out = np.random.default_rng(1).normal(size=(3, modes, modes))
    best = np.inf
    end = time.perf_counter() + 1.0
    while time.perf_counter() < end:
        before = time.perf_counter()
        np.matmul(a, b, out=out)
        best = min(best, time.perf_counter() - before)
    return 2.0 * modes**3 / best


def run_ours(program, modes, threads, tolerance):
    """One row of the program a number of threads, and what it wrote."""
    with tempfile.TemporaryDirectory() as directory:
        environment = dict(os.environ)
        if modes <= REFERENCED:
            environment["EIGENFLOW_BENCH_REFERENCE"] = "1"
        rows = []
        for count in threads:
            command = [program, str(modes), str(count), directory, str(tolerance)]
            out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
            rows.append(dict(zip(("modes", "threads", "seconds", "cpu_seconds", "multiply_share", "multiply_rate",
                                  "eigen_rate", "estimate"), out.strip().split(","))))
            environment.pop("EIGENFLOW_BENCH_REFERENCE", None)
        files = {name: np.fromfile(pathlib.Path(directory) / f"{name}.bin") for name in ("tau", "weights", "variance")}
        if modes <= REFERENCED:
            files["reference"] = np.fromfile(pathlib.Path(directory) / "reference.bin").reshape(-1, modes)
    files["variance"] = files["variance"].reshape(-1, modes)
    files["weights"] = files["weights"].reshape(modes, modes)
    return rows, files


class Scipy:
    def __init__(self):
        self.rtol = None

    def at(self, files, chosen, rtol):
        """Seconds, processor seconds and variances at the chosen times."""
        variances = 10.0 / np.arange(1, len(files["weights"]) + 1)
        start, cpu_start = time.perf_counter(), time.process_time()
        out = np.array([scipy_variance(files["weights"], variances, files["tau"][i], rtol) for i in chosen])
        return time.perf_counter() - start, time.process_time() - cpu_start, out

    def choose_rtol(self, files, chosen, ours):
        for self.rtol in RTOLS:
            if np.abs(self.at(files, chosen, self.rtol)[2] / files["reference"][chosen] - 1).max() <= ours:
                return


def measure(program, modes, threads, tolerance, scipy):
    rows, files = run_ours(program, modes, threads, tolerance)
    best = files.get("reference", files["variance"])
    our_error = np.abs(files["variance"] / best - 1).max()
    chosen = list(range(STRIDES.get(modes, 10) // 2, len(files["tau"]), STRIDES.get(modes, 10)))
    if scipy.rtol is None:
        scipy.choose_rtol(files, chosen, our_error)
    seconds, cpu, theirs = scipy.at(files, chosen, scipy.rtol)
    scale = len(files["tau"]) / len(chosen)
    rate = dgemm_rate(modes)
    for row in rows:
        row.update(
            dgemm_rate=f"{rate:.4g}",
            dgemm_fraction=f"{float(row['multiply_rate']) / rate:.4f}",
            error=f"{our_error:.2g}" if modes <= REFERENCED else row["estimate"],
            tolerance=f"{tolerance:g}",
            scipy_seconds=f"{seconds * scale:.4g}",
            scipy_cpu_seconds=f"{cpu * scale:.4g}",
            scipy_error=f"{np.abs(theirs / best[chosen] - 1).max():.2g}",
            scipy_rtol=f"{scipy.rtol:g}",
            scipy_times=len(chosen),
            speedup=f"{seconds * scale / float(row['seconds']):.3g}",
            cpu_speedup=f"{cpu * scale / float(row['cpu_seconds']):.3g}",
        )
        yield {name: row[name] for name in COLUMNS}


def table(rows):
    first = rows[0]
    lines = [f"Tolerance {first['tolerance']} here, rtol {first['scipy_rtol']} there.", "",
             "| modes | threads | time | in products | of dgemm | largest error | SciPy | largest error | SciPy / eigenflow |",
             "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        estimated = int(row["modes"]) > REFERENCED
        lines.append(
            f"| {row['modes']} | {row['threads']} | {float(row['seconds']):.3g} s | {float(row['multiply_share']):.0%} | "
            f"{float(row['dgemm_fraction']):.0%} of {float(row['dgemm_rate']) / 1e9:.0f} GFLOP/s | "
            f"{'≤ ' if estimated else ''}{row['error']} | {float(row['scipy_seconds']):.3g} s | {row['scipy_error']} | "
            f"{row['speedup']} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", default=str(HERE.parent / "build/bench/matrix_flow"))
    parser.add_argument("--modes", default="64,128,256,512", help="rtol is chosen at the first of them, 256 or less")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--tolerance", type=float, default=2e-10)
    parser.add_argument("--rtol", type=float, help="of SciPy, instead of the one that gives our error")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "matrix.csv")
    parser.add_argument("--no-table", action="store_true", help="leave README.md alone")
    arguments = parser.parse_args()
    modes = list(map(int, arguments.modes.split(",")))
    threads = list(map(int, arguments.threads.split(",")))
    if arguments.rtol is None and modes[0] > REFERENCED:
        sys.exit(f"matrix.py: begin --modes with {REFERENCED} or less, or give --rtol: there is no error to match beyond")
    scipy = Scipy()
    scipy.rtol = arguments.rtol
    rows = []
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for count in modes:
            for row in measure(arguments.program, count, threads, arguments.tolerance, scipy):
                rows.append(row)
                writer.writerow(row)
                file.flush()
                print(",".join(str(value) for value in row.values()), flush=True)
    if arguments.no_table:
        return
    readme = HERE / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(rows)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
