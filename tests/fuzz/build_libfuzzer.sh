#!/bin/sh
# The fuzz targets for a short run under libFuzzer, beside what g++ has built:
#
#     build_libfuzzer.sh PREBUILT BUILD [CMAKE OPTIONS]     77: no clang++ with libFuzzer (an error where CI is set)
#
# What the user's bytes come to (core, io, scenario) is compiled anew by clang++ with both sanitizers, in BUILD; what
# those call is PREBUILT's. Without optimisation, which takes longer than these runs gain by it: the preset fuzz has it,
# and compiles everything. What an earlier run has found new is forgotten, so that each begins with the corpus; inputs
# that failed are kept. Both folders by their full names.
set -eu
[ $# -ge 2 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 2; }
prebuilt=$1
build=$2
shift 2

cd "$(dirname "$0")/../.."
rm -rf "$build"/long_run/*/found
mkdir -p "$build"
if ! echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
  clang++ -x c++ -fsanitize=fuzzer,address,undefined -fuse-ld=lld -o "$build/probe" -; then
  echo "$0: no clang++ that links with libFuzzer and lld: install the packages of cmake/packages.txt" >&2
  [ -z "${CI:-}" ] && exit 77
  exit 1
fi
cmake --preset fuzz -B "$build" -DEIGENFLOW_PREBUILT="$prebuilt" -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O0 -g1" "$@"
cmake --build "$build" --parallel "$(nproc)" --target fuzz_all
