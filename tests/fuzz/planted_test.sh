#!/bin/sh
# Whether what must not happen is found by a build of the fuzz targets: planted_test.sh BUILD     77: there is no build
set -eu
[ $# -eq 1 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
program=$1/tests/fuzz/fuzz_planted
[ -x "$program" ] || { echo "$0: there is no $program"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# expect WORD [SENTENCE]: the input WORD ends the program, with the sentence; without one it passes
expect() {
  printf %s "$1" > input
  code=0
  ASAN_OPTIONS=detect_leaks=1 "$program" input > log 2>&1 || code=$?
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
expect leak "LeakSanitizer: detected memory leaks"
expect held "violated: memory is 64 times the input's size and a constant"
expect violated "violated: what a target promises"
