#!/usr/bin/env bash
# Builds and tests: see usage.
set -euo pipefail

usage() {
    cat <<'END'
usage: ./run_tests.sh [--all] [preset ...]

Installs what is missing (cmake/packages.txt), then configures, builds and tests every preset named; without one,
`release`. Presets that have tests: release, portable, sanitize, thread (ThreadSanitizer), valgrind.

  --all    everything: formatting, layers, then the presets sanitize (clang++, AddressSanitizer and
           UndefinedBehaviorSanitizer), any other preset named, and release, whose summary comes last

Stops at the first failure and passes its exit code on. 3: packages are missing and may not be installed.
END
}

all=false
named=()
for argument in "$@"; do
    case $argument in
        --all) all=true ;;
        -h | --help) usage; exit 0 ;;
        release | portable | sanitize | thread | valgrind) named+=("$argument") ;;
        *)
            printf 'run_tests.sh: no preset with tests is called "%s"\n\n' "$argument" >&2
            usage >&2
            exit 2
            ;;
    esac
done

# shellcheck source=cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/cmake/setup.sh"
cd "$eigenflow_root"
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

test_preset() {
    say "Preset $1: configure"
    configure "$1"
    say "Preset $1: build"
    cmake --build --preset "$1" --parallel "$(nproc)"
    say "Preset $1: test"
    ctest --preset "$1" --parallel "$(nproc)" --no-tests=error
}

set_up
if $all; then
    say "Formatting"
    .ci/check_format.sh
    say "Layers"
    "$EIGENFLOW_PYTHON" .ci/check_layers.py
    presets=(sanitize)
    for preset in ${named[@]+"${named[@]}"}; do
        [[ $preset == sanitize || $preset == release ]] || presets+=("$preset")
    done
    presets+=(release)
else
    presets=("${named[@]:-release}")
fi
for preset in "${presets[@]}"; do
    test_preset "$preset"
done
