#!/bin/sh
# Whether what must not happen is reported: planted_test.sh KIND COMMAND ..., KIND: address, thread, valgrind
set -eu
[ $# -ge 2 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
kind=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# reported WORD SENTENCE COMMAND ...: it fails of that word, and says so
reported() {
  word=$1 sentence=$2
  shift 2
  if "$@" "$word" > "$log" 2>&1; then
    echo "\"$word\" was not reported" && cat "$log" && exit 1
  fi
  grep -q "$sentence" "$log" || { echo "of \"$word\" something else was reported:" && cat "$log" && exit 1; }
}
"$@" nothing
case $kind in
  address)
    reported read "AddressSanitizer: heap-use-after-free" "$@"
    reported leak "LeakSanitizer: detected memory leaks" "$@"
    reported overflow "runtime error: signed integer overflow" "$@"
    reported conversion "outside the range of representable values" "$@"
    reported index "Assertion '__n < this->size()' failed" "$@" ;;
  thread)
    reported race "ThreadSanitizer: data race" "$@"
    reported index "Assertion '__n < this->size()' failed" "$@" ;;
  valgrind)
    reported read "Invalid read of size 4" "$@"
    reported leak "definitely lost" "$@"
    reported uninitialised "uninitialised value" "$@" ;;
  *) echo "nothing is planted for \"$kind\"" >&2 && exit 2 ;;
esac
