#!/usr/bin/env bash
# Installs the packages that cpack made on a Debian that has nothing else, and uses them: the program runs a scenario,
# the libraries build the example of the README. As root, with debootstrap; more than 900 MB in TMPDIR, minutes.
#
#     cmake --preset package && cmake --build --preset package && (cd build/package && cpack)
#     tests/install/clean_root.sh build/package [MIRROR RELEASE]
#
# MIRROR and RELEASE, as debootstrap takes them, are those of this machine's first source of packages unless told. Ends
# with 0 where all of it works, 1 where something does not, 2 for other words, 3 where it can't begin.
set -euo pipefail
usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; esac
[[ ($# == 1 || $# == 3) && -d $1 ]] || { usage >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=$(cd "$1" && pwd)
refuse() { echo "clean_root.sh: $1" >&2; exit 3; }
for name in eigenflow libeigenflow-dev; do
    [[ $(compgen -G "$packages/${name}_*.deb" | wc -l) == 1 ]] ||
        refuse "$packages must hold one ${name}_*.deb: run cpack there"
done
[[ $EUID == 0 ]] || refuse "only root may make a root: use sudo"
command -v debootstrap > /dev/null || refuse "there is no debootstrap: apt-get install debootstrap"

root=$(mktemp -d)
finish() {
    umount "$root/proc" 2> /dev/null || true
    rm -rf --one-file-system "$root" "$root.log"
}
trap finish EXIT
if [[ $# == 3 ]]; then
    mirror=$2 release=$3
else
    read -r mirror release < <(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages') ||
        refuse "no sources of packages are known: apt-get update, or name MIRROR and RELEASE"
fi
debootstrap --variant=minbase "$release" "$root" "$mirror" > "$root.log" || { tail -5 "$root.log" >&2; exit 1; }
rm -f "$root.log"
mount -t proc proc "$root/proc"
cp "$packages"/*.deb "$root/"
holds() { grep -Eq -- "$1" "$root/log" || { echo "clean_root.sh: nothing printed is like $1" >&2; exit 1; }; }
in_root() { chroot "$root" env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }

echo "== the program"
in_root sh -c 'apt-get install -y --no-install-recommends /eigenflow_*.deb' > "$root/log" 2>&1 || { tail -5 "$root/log" >&2; exit 1; }
in_root eigenflow --version
in_root eigenflow run /usr/share/eigenflow/scenarios/01_power_law.toml --out /run1 2>&1 | tee "$root/log"
holds 'lambda\^-1\.0166 \+- 0\.0001'
holds 'lambda\^-1\.1740 \+- 0\.0002'
in_root gzip -t /usr/share/man/man1/eigenflow.1.gz
in_root grep -q "General Public License" /usr/share/doc/eigenflow/copyright
in_root bash -c 'source /usr/share/bash-completion/completions/eigenflow
    COMP_WORDS=(eigenflow run --f) COMP_CWORD=2
    _eigenflow
    [[ ${COMPREPLY[*]} == --force ]]'

echo "== the libraries"
in_root sh -c 'apt-get install -y --no-install-recommends g++ cmake ninja-build /libeigenflow-dev_*.deb' > "$root/log" 2>&1 ||
    { tail -5 "$root/log" >&2; exit 1; }
in_root test -s /usr/share/doc/libeigenflow-dev/copyright
cp -r "$here/consumer" "$root/consumer"
cp "$here/../../docs/examples/simulate_and_fit.cpp" "$root/"
version=$(in_root eigenflow --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1)
in_root cmake -S /consumer -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DEXAMPLE=/simulate_and_fit.cpp \
    -DINSTALLED_HEADERS=/usr/include -DEXPECTED_VERSION="$version" > "$root/log" 2>&1 || { tail -20 "$root/log" >&2; exit 1; }
in_root cmake --build /build > "$root/log" 2>&1 || { tail -20 "$root/log" >&2; exit 1; }
in_root /build/consumer | tee "$root/log"
holds '^1\.026[0-9]* \+- 0\.00037[0-9]*$'
holds '^1\.193[0-9]* \+- 0\.00075[0-9]*$'
in_root /build/part
echo "== good"
