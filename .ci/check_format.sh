#!/usr/bin/env bash
# Refuses C++ files that clang-format would write differently. Remedy: clang-format -i <file>.
# Exit codes: 0 all formatted; 1 some are not, or, where CI is set, nothing could be checked; 77 no clang-format of the
# right version, nothing checked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Versions differ in where they break lines; Debian 12 has this one.
version=14
formatter=$(command -v "clang-format-$version" || command -v clang-format || true)
found=$([ -z "$formatter" ] || "$formatter" --version)
if [[ $found != *"version $version."* ]]; then
    echo "check_format.sh: clang-format $version is needed, found: ${found:-none}" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 77
fi

# Files not yet added count too; a release archive has no git.
list_files() {
    git ls-files -z --cached --others --exclude-standard -- '*.hpp' '*.cpp' 2>/dev/null ||
        find . -path ./build -prune -o \( -name '*.hpp' -o -name '*.cpp' \) -print0
}

files=()
while IFS= read -r -d '' file; do
    [ ! -f "$file" ] || files+=("$file")  # git lists deleted files until the deletion is committed
done < <(list_files)
if [ ${#files[@]} -eq 0 ]; then
    echo "check_format.sh: no C++ file found" >&2
    exit 1
fi

if ! printf '%s\0' "${files[@]}" | xargs -0 -n 8 -P "$(nproc)" "$formatter" --dry-run -Werror --style=file; then
    echo "check_format.sh: run  $(basename "$formatter") -i  on the files named above" >&2
    exit 1
fi
echo "${#files[@]} C++ files are formatted"
