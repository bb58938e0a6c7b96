#!/usr/bin/env bash
# cmake/setup.sh with stand-ins for dpkg-query, apt-get, sudo and id on PATH: nothing is installed. And the usage of the
# two scripts that source it.
# shellcheck disable=SC2016,SC2317  # stand-ins expand in their own shell; `expect` calls the conditions
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# stand_in NAME BODY
stand_in() {
    printf '#!/bin/bash\n%s\n' "$2" >"$scratch/$1"
    chmod +x "$scratch/$1"
}

# set_up_with MISSING_PACKAGE USER_ID: sets `code` and `said`; apt-get calls go to $scratch/calls.
set_up_with() {
    : >"$scratch/calls"
    # dpkg-query gets the wanted names after -W and -f; it knows all but the missing one.
    stand_in dpkg-query "for name in \"\${@:3}\"; do [ \"\$name\" = $1 ] || echo \"\$name installed\"; done"
    stand_in id "echo $2"
    stand_in apt-get "echo \"apt-get \$* [\$DEBIAN_FRONTEND]\" >>'$scratch/calls'"
    code=0
    said=$(PATH="$scratch:$PATH" bash -c "set -euo pipefail; source '$root/cmake/setup.sh'; set_up" \
        </dev/null 2>&1) || code=$?
}

# expect WHAT CONDITION...
expect() {
    local what=$1
    shift
    if ! "$@"; then
        printf 'failed: %s\n  code %s, said: %s\n  calls: %s\n' "$what" "$code" "$said" "$(cat "$scratch/calls")" >&2
        failures=$((failures + 1))
    fi
}
says() { [[ $said == *"$1"* ]]; }
calls() { grep -qF -- "$1" "$scratch/calls"; }
silent() { [ ! -s "$scratch/calls" ]; }
exits() { [ "$code" -eq "$1" ]; }

stand_in sudo 'exit 1'

set_up_with none 1000
expect "nothing missing: done" exits 0
expect "nothing missing: apt-get is left alone" silent

set_up_with libceres-dev 0
expect "root: done" exits 0
expect "root: lists are refreshed" calls "apt-get update"
expect "root: only what is missing is installed, unattended" \
    calls "--no-install-recommends libceres-dev [noninteractive]"

set_up_with libceres-dev 1000
expect "may not install: exit code 3" exits 3
expect "may not install: the command for an administrator" \
    says "sudo apt-get update && sudo apt-get install --no-install-recommends libceres-dev"
expect "may not install: nothing is tried" silent

set_up_with ccache 1000
expect "only ccache missing: goes on" exits 0

stand_in sudo '[ "$1" = -n ] && shift; exec "$@"'
set_up_with libceres-dev 1000
expect "sudo without a password: done" exits 0
expect "sudo without a password: installs" calls "libceres-dev"

# One package a line, none twice: a second list, or a line of two, would be silently half read elsewhere.
said=$(sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$root/cmake/packages.txt" | sort | uniq -d)
expect "packages.txt names each package once" [ -z "$said" ]

for script in quickstart.sh run_tests.sh; do
    code=0
    said=$(cd / && "$root/$script" --help 2>&1) || code=$?
    expect "$script --help: done" exits 0
    expect "$script --help: usage" says "usage: ./$script"
    code=0
    said=$("$root/$script" no-such-preset 2>&1) || code=$?
    expect "$script refuses what it does not know" exits 2
done

[ "$failures" -eq 0 ] && echo "set-up: all as expected"
exit $((failures > 0))
