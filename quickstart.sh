#!/usr/bin/env bash
# From a fresh clone to the first result: see usage.
set -euo pipefail

usage() {
    cat <<'END'
usage: ./quickstart.sh

Installs what is missing (cmake/packages.txt), builds eigenflow, runs the scenario
scenarios/02_cifar10_one_layer.toml and draws it: how the variance of generated samples grows along the
modes of CIFAR-10 in training, and the power law of the emergence times.

CSV goes to runs/02_cifar10_one_layer, pictures (PDF and PNG) to its folder figures. Run it as often as you like.

Exit codes: 0 done; 1 the build failed; 3 packages are missing and may not be installed; others as `eigenflow run`.
END
}

case ${1-} in
    "") ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

# shellcheck source=cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/cmake/setup.sh"
cd "$eigenflow_root"
scenario=02_cifar10_one_layer
run=runs/$scenario
plot=paper_figures/first_light/plot.py

say "Checking the packages this needs"
set_up

say "Building build/release/eigenflow (minutes the first time)"
configure release
cmake --build --preset release --target eigenflow --parallel "$(nproc)" || fail 1 "the build failed (message above)"

say "Simulating scenarios/$scenario.toml"
build/release/eigenflow run "scenarios/$scenario.toml" --out "$run" --force ||
    fail $? "eigenflow run stopped with exit code $? (message above)"

say "Drawing the variance trajectories and the emergence times"
pictures=$("$EIGENFLOW_PYTHON" "$plot" "$run")

say "Emergence-time power laws"
printf '\n'
"$EIGENFLOW_PYTHON" "$plot" "$run" --table
printf '\n'
for file in power_law.csv emergence.csv variance.csv; do
    printf 'CSV       %s\n' "$eigenflow_root/$run/$file"
done
while IFS= read -r picture; do
    [[ $picture != *.png ]] || printf 'picture   %s (and .pdf beside it)\n' "$eigenflow_root/$picture"
done <<<"$pictures"
