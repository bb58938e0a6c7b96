# shellcheck shell=bash
# Set-up shared by quickstart.sh and run_tests.sh. Sourced, never run; sourcing only defines functions.
#
#   set_up             install what is missing of cmake/packages.txt, choose the Python of the figures
#   configure PRESET   cmake --preset, in the checkout
#
# Where packages are missing and may not be installed, set_up names them and the command for an administrator: exit 3.

eigenflow_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
package_list=$eigenflow_root/cmake/packages.txt
figure_modules=(numpy pandas matplotlib)
configure_options=()
package_sections=build  # `all`: the peers of bench/compare.sh too, which stand last in the list

say() { printf '==> %s\n' "$*"; }

# fail EXIT_CODE SENTENCE
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$2" >&2
    exit "$1"
}

wanted_packages() {
    local ends='/^# -- peers/,$d'
    [ "$package_sections" = all ] && ends=
    sed -e "$ends" -e 's/#.*//' "$package_list" | tr -s '[:space:]' '\n' | sed -e '/^$/d'
}

# One dpkg-query for the whole list: 30 ms where everything is installed.
missing_packages() {
    local wanted
    mapfile -t wanted < <(wanted_packages)
    { dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true; } |
        awk -v wanted="${wanted[*]}" '
            $2 == "installed" { installed[$1] = 1 }
            END { n = split(wanted, name, " "); for (i = 1; i <= n; ++i) if (!(name[i] in installed)) print name[i] }'
}

# Prints what to put before apt-get; fails where this user may not install. A password is only asked for on a terminal.
administrator() {
    if [ "$(id -u)" -eq 0 ]; then
        echo env
    elif ! command -v sudo >/dev/null; then
        return 1
    elif sudo -n true 2>/dev/null; then
        echo "sudo -n"
    elif [ -t 0 ]; then
        echo sudo
    else
        return 1
    fi
}

install_packages() {
    local command="apt-get install --no-install-recommends $*" prefix log
    if ! command -v apt-get >/dev/null || ! prefix=$(administrator); then
        fail 3 "packages are missing, and this user may not install them: $*
Ask an administrator to run:  sudo apt-get update && sudo $command"
    fi
    read -ra prefix <<<"$prefix"
    log=$(mktemp)
    say "Installing $# packages with apt-get (minutes on a fresh machine): $*"
    # An unreachable mirror of one source need not stop the others: the installation decides.
    "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$log" 2>&1 || cat "$log" >&2
    if ! "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=120 \
        --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail 3 "apt-get could not install the packages (full log: $log). Their names are those of Debian 12.
Try:  sudo $command"
    fi
    rm -f "$log"
}

# Elsewhere than on Debian the tools may still be there; libraries are left to CMake, which names what it does not find.
require_tools() {
    local tool lacking=()
    say "Not a Debian system: nothing is installed for you. Needed, by Debian's names:" \
        "$(wanted_packages | paste -sd ' ')"
    for tool in cmake ninja g++ git; do
        command -v "$tool" >/dev/null || lacking+=("$tool")
    done
    [ ${#lacking[@]} -eq 0 ] || fail 3 "these tools are needed and are not on PATH: ${lacking[*]}"
}

# Sets and exports EIGENFLOW_PYTHON: the first python3 with the modules of the figures and tomllib. A python3 on PATH
# may be a version manager's and have none. Looks modules up without importing them (0.03 s, against 0.8 s).
find_python() {
    local candidate
    for candidate in ${EIGENFLOW_PYTHON:+"$EIGENFLOW_PYTHON"} python3 /usr/bin/python3; do
        if "$candidate" -c 'import importlib.util, sys
sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))' \
            tomllib "${figure_modules[@]}" >/dev/null 2>&1; then
            EIGENFLOW_PYTHON=$(command -v "$candidate")
            export EIGENFLOW_PYTHON
            return
        fi
    done
    return 1
}

set_up() {
    local missing
    if command -v dpkg-query >/dev/null; then
        mapfile -t missing < <(missing_packages)
        # ccache only saves time: its absence alone does not stop a user who may not install.
        if [ "${missing[*]}" = ccache ] && ! administrator >/dev/null; then
            missing=()
        fi
        [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
    else
        require_tools
    fi
    find_python || fail 3 "no python3 (3.11 or newer) can import ${figure_modules[*]}; name one in EIGENFLOW_PYTHON"
    command -v ccache >/dev/null || configure_options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=)
}

# configure PRESET
configure() {
    (cd "$eigenflow_root" && cmake --preset "$1" ${configure_options[@]+"${configure_options[@]}"}) ||
        fail 1 "configuring failed (message above); if this checkout was moved or copied, delete build/$1 and try again"
}
