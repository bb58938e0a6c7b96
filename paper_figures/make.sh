#!/usr/bin/env bash
# Makes the paper's figures: paper_figures/make.sh [figNN ...] [--record]; --help has the rest.
# Builds eigenflow where build/release has none. Runs and pictures go to build/paper_figures.
set -euo pipefail

# shellcheck source=../cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"
find_python || fail 3 "no python3 (3.11 or newer) with NumPy, pandas and Matplotlib; ./quickstart.sh installs them"
if [ ! -x "$eigenflow_root/build/release/eigenflow" ]; then
    say "Building build/release/eigenflow (minutes the first time)"
    cd "$eigenflow_root"
    set_up
    configure release
    cmake --build --preset release --target eigenflow --parallel "$(nproc)" || fail 1 "the build failed (message above)"
    cd - >/dev/null
fi
export PYTHONPATH=$eigenflow_root/paper_figures PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
exec "$EIGENFLOW_PYTHON" -m making "$@"
