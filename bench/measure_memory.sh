#!/bin/sh
# The peak memory of `eigenflow measure` on a samples file of 3.2 GB: 262144 x 3072 float32, and a short one.
#
#     bench/measure_memory.sh [PROGRAM]      TMPDIR needs 3.4 GB; it is emptied of what was made
#     ctest -C large -R "bench: "              the same as a test, which a plain ctest leaves out
#
# Prints wall seconds and the peak as the system reports it; fails at 600 MB and above.
set -eu
program=${1:-build/release/eigenflow}
python=${PYTHON:-python3}  # with NumPy
folder=$(mktemp -d -t measure.XXXXXX)
trap 'rm -rf "$folder"' EXIT INT TERM
"$python" - "$folder" <<'PYTHON'
import sys
import numpy
random, folder = numpy.random.default_rng(1), sys.argv[1]
piece = (random.normal(size=(8192, 3072)) * numpy.arange(1, 3073) ** -0.5).astype("f4")
numpy.save(folder + "/train.npy", piece)
numpy.save(folder + "/samples_0.npy", piece[:2000])
big = numpy.lib.format.open_memmap(folder + "/samples_1.npy", "w+", "f4", (262144, 3072))
for first in range(0, len(big), len(piece)):
    big[first:first + len(piece)] = numpy.roll(piece, first // 8192, axis=0)
big.flush()
PYTHON
"$python" - "$program" "$folder" <<'PYTHON'
import resource
import subprocess
import sys
import time
program, folder = sys.argv[1:]
start = time.monotonic()
subprocess.run([program, "measure", "--data", folder + "/train.npy", "--samples", folder + "/samples_*.npy", "--out",
                folder + "/measured", "--quiet", "fit.bootstrap=0"], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
print(f"{time.monotonic() - start:.0f} s, peak {peak:.0f} MB")
sys.exit(peak >= 600)
PYTHON
