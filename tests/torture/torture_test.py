"""A short run of eigenflow_torture: nothing is beyond its bound, and threads do not change a byte.  torture_test.py"""
import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BUILT = Path(__file__).resolve().parents[2] / "build/release/tests/torture/eigenflow_torture"
PROGRAM = os.environ.get("EIGENFLOW_TORTURE", BUILT)


def report(folder, name, *options):
    path = Path(folder, name)
    run = subprocess.run([PROGRAM, "--report", str(path), *options], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{name}: exit code {run.returncode}\n{run.stdout}{run.stderr}")
    return path.read_bytes()


with tempfile.TemporaryDirectory() as folder:
    whole = report(folder, "exact", "--seed", "2", "--points", "18000", "--exact", "200")  # 6 s
    lines = list(csv.reader(io.StringIO(whole.decode())))
    if {len(line) for line in lines} != {10}:
        sys.exit("the report has lines of other than 10 cells")
    few = ("--points", "1000", "--exact", "0")
    one = report(folder, "one", *few, "--threads", "1")
    if report(folder, "three", *few, "--threads", "3") != one:
        sys.exit("the report depends on the number of threads")
    for words in (("--points", "1e6"), ("--points", "-1"), ("--threads",), ("--report", ""), ("--else", "1"), ("abc",)):
        if subprocess.run([PROGRAM, *words], capture_output=True).returncode != 2:
            sys.exit(f"{' '.join(words)}: taken for options")
