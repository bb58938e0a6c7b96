#!/usr/bin/env bash
# Runs every benchmark five times, and writes rates.csv and the table in README.md, both in this folder.
#
#   bench/run.sh [--binary FILE] [google-benchmark options]
#
# Without --binary it builds the preset `bench` first. Examples of options: --benchmark_filter=ein,
# --benchmark_repetitions=3, --benchmark_min_time=0.01. Some minutes.
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$folder")
# shellcheck source=../cmake/setup.sh
. "$root/cmake/setup.sh"

binary=
if [ "${1:-}" = --binary ]; then
    [ $# -ge 2 ] || fail 2 "--binary needs the path of eigenflow_bench"
    binary=$2
    shift 2
fi
if [ -z "$binary" ]; then
    set_up
    configure bench
    cmake --build "$root/build/bench" --target eigenflow_bench
    binary=$root/build/bench/eigenflow_bench
else
    find_python || fail 3 "no python3 (3.11 or newer) can import ${figure_modules[*]}; name one in EIGENFLOW_PYTHON"
fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
"$binary" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true "$@" \
    --benchmark_out="$report" --benchmark_out_format=json
"$EIGENFLOW_PYTHON" "$folder/table.py" "$report"
say "Wrote $folder/rates.csv and the table in $folder/README.md"
