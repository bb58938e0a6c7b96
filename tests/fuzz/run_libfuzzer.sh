#!/bin/sh
# One reader under libFuzzer, AddressSanitizer with leaks, and UndefinedBehaviorSanitizer:
#
#     cmake --preset fuzz && cmake --build --preset fuzz
#     tests/fuzz/run_libfuzzer.sh TARGET [INPUTS = 10000000] [SEED = 1] [BUILD = build/fuzz of this tree]
#
# TARGET: scenario, csv, npy, checkpoint_names, manifest. Ends with 0 where no input crashed, leaked, took 10 seconds,
# broke a property or made the reader hold more than 64 times its size (npy: 8) and 256 KB (scenario: 1 MB); 1: one did;
# 77: there is no such program. An input that did is kept beside the log, in BUILD/long_run/TARGET-SEED, and is the first
# of the next run; inputs that reach code which none of the corpus does are in `found` there, and further runs of that
# seed begin with them. Several seeds can run at a time; a run may be interrupted, too, but only those that end have their
# row in BUILD/long_run/runs.csv (fuzz_table.py).
set -eu
usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; }
case ${1:-} in -h | --help) usage; exit 0 ;; esac
[ $# -ge 1 ] && [ $# -le 4 ] || { usage >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$1
inputs=${2:-10000000}
seed=${3:-1}
build=${4:-$root/build/fuzz}
case $target in  # the longest input that is made: seconds count, and larger ones reach no more code
  scenario) longest=512 ;;
  npy) longest=65536 ;;
  *) longest=1024 ;;
esac

program=$build/tests/fuzz/fuzz_$target
[ -x "$program" ] || { echo "$0: there is no $program: see the first lines of this file" >&2; exit 77; }
# What the program was built from, for the record.
revision=$(git -C "$root" rev-parse --short HEAD 2> /dev/null || echo unknown)
[ -z "$(git -C "$root" status --porcelain --untracked-files=no 2> /dev/null)" ] || revision=$revision-dirty
[ -z "$(find "$root/src" "$root/include" "$root/tests/fuzz" -name '*.[ch]pp' -newer "$program")" ] || revision=unknown
folder=$build/long_run/$target-$seed
corpus=$root/tests/fuzz/corpus/$target
mkdir -p "$folder/found"
# What costs most and finds nothing more: the stacks of every malloc in full, 256 MB of freed memory, and libFuzzer's
# statistics of rare features (half the time, as soon as a few thousand inputs are kept).
export ASAN_OPTIONS="detect_leaks=1:malloc_context_size=6:quarantine_size_mb=16:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
fuzz() {
  "$program" "$@" -malloc_limit_mb=128 -rss_limit_mb=1024 -timeout=10 -artifact_prefix="$folder/" \
    >> "$folder/log" 2>&1 || { tail -n 40 "$folder/log" >&2; exit 1; }
}
# What failed before, and the corpus, whole: the run below cuts it to the longest input.
for input in "$folder"/crash-* "$folder"/leak-* "$folder"/oom-* "$folder"/timeout-* "$corpus"/*; do
  [ ! -f "$input" ] || fuzz "$input"
done
fuzz "$folder/found" "$corpus" -runs="$inputs" -seed="$seed" -max_len=$longest -entropic=0 -print_final_stats=1
statistic() { awk -v name="stat::$1:" '$1 == name { number = $2 } END { print number + 0 }' "$folder/log"; }
executed=$(statistic number_of_executed_units)
runs=$build/long_run/runs.csv
columns=reader,inputs,longest,seed,per_second,float_cast_overflow,revision
[ ! -f "$runs" ] || [ "$(head -n 1 "$runs")" = $columns ] || mv "$runs" "$runs.old"  # of other columns
[ -f "$runs" ] || echo $columns > "$runs"
conversions=$(grep -q '^CMAKE_CXX_FLAGS:.*float-cast-overflow' "$build/CMakeCache.txt" && echo yes || echo no)
echo "$target,$executed,$longest,$seed,$(statistic average_exec_per_sec),$conversions,$revision" >> "$runs"
echo "$target: $executed inputs of at most $longest bytes, seed $seed, revision $revision"
