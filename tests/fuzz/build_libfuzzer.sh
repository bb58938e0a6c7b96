#!/bin/sh
# The fuzz targets for a short run under libFuzzer, beside what g++ has built:
#
#     build_libfuzzer.sh PREBUILT BUILD [COMPILER_LAUNCHER]
#
# What the user's bytes come to (core, io, scenario) is compiled anew by clang++ with both sanitizers, in BUILD; what
# those call is PREBUILT's. Without optimisation, which takes longer than these runs gain by it: the preset fuzz has it,
# and compiles everything. Inputs that an earlier run has found are forgotten, so that each begins with the corpus.
set -eu
[ $# -ge 2 ] && [ $# -le 3 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 2; }

cd "$(dirname "$0")/../.."
rm -rf "$2/long_run"
cmake --preset fuzz -B "$2" -DEIGENFLOW_PREBUILT="$1" -DCMAKE_CXX_COMPILER_LAUNCHER="${3:-}" \
  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O0 -g1"
cmake --build "$2" --parallel 2 --target fuzz_scenario fuzz_csv fuzz_npy fuzz_checkpoint_names fuzz_manifest
