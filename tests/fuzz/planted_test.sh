#!/bin/sh
# Whether what must not happen is found: planted_test.sh BUILD, by its full name     77: there is no such build
set -eu
[ $# -eq 1 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
program=$1/tests/fuzz/fuzz_planted
[ -x "$program" ] || { echo "$0: there is no $program"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# expect WORD [SENTENCE]: the input WORD ends the program, with the sentence; without one it passes
expect() {
  printf %s "$1" > input
  code=0
  ASAN_OPTIONS=detect_leaks=1 "$program" -timeout=2 input > log 2>&1 || code=$?
  if [ $# -eq 1 ]; then
    [ $code -eq 0 ] && return
  else
    [ $code -ne 0 ] && grep -q "$2" log && return
  fi
  echo "input \"$1\" ends with $code, and not as it should:" && cat log
  exit 1
}
expect nothing
expect overflow "AddressSanitizer: heap-buffer-overflow"
expect undefined "runtime error: signed integer overflow"
expect conversion "runtime error: 1e+300 is outside the range"
expect hang "ERROR: libFuzzer: timeout"
expect leak "LeakSanitizer: detected memory leaks"
expect held "violated: memory is a multiple of the input's size and a constant"
expect violated "violated: what a target promises"

# An input that once failed ends the next run before it makes any.
mkdir -p tests/fuzz long_run/planted-1
ln -s "$program" tests/fuzz/fuzz_planted
printf overflow > long_run/planted-1/crash-planted
code=0
"$here/run_libfuzzer.sh" planted 1 1 "$folder" > log 2>&1 || code=$?
[ $code -eq 1 ] && grep -q "heap-buffer-overflow" log || { echo "run_libfuzzer.sh ends with $code:" && cat log; exit 1; }
