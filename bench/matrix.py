#!/usr/bin/env python3
"""Times the matrix engine against SciPy on the same problem, in one run, and writes bench/matrix.csv.

    cmake --preset bench && cmake --build --preset bench --target matrix_flow
    /usr/bin/python3 bench/matrix.py [build/bench/matrix_flow] [--modes 64,128,256,512]

The problem: one layer on ve/denoise, W(0) i.i.d. normal with standard deviation 0.3/sqrt(d), variances 10/k, 100 training
times from 0.01 to 1000. Both sides generate the whole covariance at every time, to about the same error. SciPy's is solve_ivp with DOP853 on the
d x d propagator in ln sigma, every right-hand side a vectorised construction of W and one matrix product; it runs every
`stride`-th time, and its seconds are scaled to all of them. CPU seconds beside the wall clock's compare also on a busy
machine (set OPENBLAS_NUM_THREADS=1 for them). Errors are relative, of the variances, against this engine
at a hundredth of its tolerance.
"""

import argparse
import csv
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

HERE = Path(__file__).resolve().parent
SIGMA_MAX, SIGMA_MIN = 80.0, 0.002


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


def measure(program, modes, threads, stride, rtol, tolerance):
    with tempfile.TemporaryDirectory() as directory:
        # The accurate run is for the errors only; at d = 512 the errors of d = 256 have to do.
        environment = dict(os.environ, **({"EIGENFLOW_BENCH_REFERENCE": "1"} if modes <= 256 else {}))
        rows = []
        for count in threads:
            out = subprocess.run(
                [program, str(modes), str(count), directory, str(tolerance)],
                check=True,
                capture_output=True,
                text=True,
                env=environment,
            ).stdout
            rows.append(out.strip().split(","))
            environment.pop("EIGENFLOW_BENCH_REFERENCE", None)
        read = lambda name: np.fromfile(Path(directory) / name)
        tau = read("tau.bin")
        ours = read("variance.bin").reshape(len(tau), modes)
        best = read("reference.bin").reshape(len(tau), modes) if modes <= 256 else ours
        weights = read("weights.bin").reshape(modes, modes)
    variances = 10.0 / np.arange(1, modes + 1)
    chosen = range(stride // 2, len(tau), stride)
    start, cpu_start = time.perf_counter(), time.process_time()
    theirs = np.array([scipy_variance(weights, variances, tau[i], rtol) for i in chosen])
    scale = len(tau) / len(chosen)
    seconds = (time.perf_counter() - start) * scale
    cpu = (time.process_time() - cpu_start) * scale
    our_error = np.abs(ours / best - 1).max()
    their_error = np.abs(theirs / best[list(chosen)] - 1).max()
    for row in rows:
        yield row[:8] + [
            f"{our_error:.2g}" if modes <= 256 else row[8],
            f"{seconds:.4g}",
            f"{cpu:.4g}",
            f"{their_error:.2g}",
            f"{seconds / float(row[2]):.3g}",
            f"{cpu / float(row[3]):.3g}",
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", default=str(HERE.parent / "build/bench/matrix_flow"))
    parser.add_argument("--modes", default="64,128,256,512")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rtol", type=float, default=1e-11)
    parser.add_argument("--tolerance", type=float, default=2e-10)
    parser.add_argument("--out", default=str(HERE / "matrix.csv"))
    arguments = parser.parse_args()
    header = (
        "modes,threads,seconds,cpu_seconds,multiply_share,multiply_rate,dgemm_rate,dgemm_fraction,error,"
        "scipy_seconds,scipy_cpu_seconds,scipy_error,speedup,cpu_speedup"
    ).split(",")
    strides = {64: 5, 128: 10, 256: 20, 512: 50}
    with open(arguments.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for modes in map(int, arguments.modes.split(",")):
            threads = list(map(int, arguments.threads.split(",")))
            stride = strides.get(modes, 10)
            for row in measure(
                arguments.program, modes, threads, stride, arguments.rtol, arguments.tolerance
            ):
                writer.writerow(row)
                file.flush()
                print(",".join(row), flush=True)


if __name__ == "__main__":
    main()
