#!/usr/bin/env bash
# Ours against NumPy, SciPy, scikit-learn, PyTorch and pandas on the same work: results.csv and the table of comparisons
# in README.md, both in this folder.
#
#   bench/compare.sh [--rounds N] [--only TASK ...] [--folder SCRATCH]
#
# Installs the peers (the packages behind "-- peers" in cmake/packages.txt) and builds the preset `bench` first. A full
# run takes a quarter of an hour on a quiet machine, and 0.6 GB of TMPDIR; with --only the other rows stay.
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$folder")
# shellcheck source=../cmake/setup.sh
. "$root/cmake/setup.sh"

package_sections=all
figure_modules+=(scipy torch sklearn)
set_up
configure bench
cmake --build "$root/build/bench" --target eigenflow_tasks eigenflow
exec "$EIGENFLOW_PYTHON" "$folder/compare.py" --tasks "$root/build/bench/eigenflow_tasks" \
    --program "$root/build/bench/eigenflow" "$@"
