#!/bin/sh
# A million modes at 100 times with every row written: time, peak memory, sizes of the files.
#
#     bench/million.sh [PROGRAM] [key=value ...]      TMPDIR needs 17 GB; it is emptied of what was made
#
# One noise level in weights.csv, no bootstrap. Fails at 4 GB and above: 8 bytes a number of variance.csv and of
# weights.csv are 1.6 GB, the rest is 1 kB a mode; the files are streamed.
set -eu
program=build/release/eigenflow
if [ $# -gt 0 ]; then
    program=$1
    shift
fi
folder=$(mktemp -d -t million.XXXXXX)
trap 'rm -rf "$folder"' EXIT INT TERM
cat > "$folder/million.toml" <<'SCENARIO'
name = "million"
[data]
source = "power-law"
exponent = 1.0
largest = 10.0
modes = 1000000
[network]
architecture = "one-layer"
[training]
points = 100
[fit]
bootstrap = 0
[output]
noise_levels = [1.0]
SCENARIO
"${PYTHON:-python3}" - "$program" "$folder" "$@" <<'PYTHON'
import os
import pathlib
import resource
import subprocess
import sys
import time
program, folder, *keys = sys.argv[1:]
start = time.monotonic()
subprocess.run([program, "run", folder + "/million.toml", *keys, "--out", folder + "/run", "--quiet"], check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = usage.ru_maxrss * 1024 / 1e6
print(f"{time.monotonic() - start:.0f} s, {usage.ru_utime:.0f} s of processors, {os.cpu_count()} cores, peak {peak:.0f} MB")
for file in sorted(pathlib.Path(folder, "run").iterdir()):
    print(f"{file.stat().st_size / 1e6:10.1f} MB  {file.name}")
sys.exit(peak >= 4000)
PYTHON
