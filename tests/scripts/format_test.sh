#!/usr/bin/env bash
# .ci/check_format.sh where the right clang-format is absent: skipped at home, refused where CI relies on it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '#!/bin/sh\necho "clang-format version 13.0.1"\n' >"$scratch/clang-format-14"
chmod +x "$scratch/clang-format-14"

# expect EXIT_CODE VALUE_OF_CI
expect() {
    local code=0
    CI=$2 PATH="$scratch:$PATH" "$root/.ci/check_format.sh" 2>"$scratch/said" || code=$?
    if [ "$code" -ne "$1" ] || ! grep -q "clang-format 14 is needed, found: clang-format version 13" "$scratch/said"; then
        echo "failed: CI=$2 gives exit code $code instead of $1, and says: $(cat "$scratch/said")" >&2
        exit 1
    fi
}
expect 77 ""
expect 1 true
