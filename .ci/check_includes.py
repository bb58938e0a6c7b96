#!/usr/bin/env python3
"""Refuses files that use one of these names of the standard library without its header: our builds have a
precompiled one of all of it, and a user's has not. A public header includes what it names; others may have it through
headers of ours.

    check_includes.py                  0: all there, 1: some are not (file, header and name)
    check_includes.py --self-test      must see headers missed in a temporary tree
"""

import argparse
import functools
import re
import sys
import tempfile
from pathlib import Path

HEADERS = {  # the names it looks for, and the header we want for each
    "algorithm": r"sort|stable_sort|nth_element|min|max|minmax|clamp|copy(_n|_if)?|fill(_n)?|find(_if|_if_not)?|any_of|"
                 r"all_of|none_of|count(_if)?|transform|reverse|rotate|unique|(lower|upper)_bound|equal|equal_range|"
                 r"partition_point|(min|max|minmax)_element|for_each|generate|remove_if|is_sorted|adjacent_find",
    "array": "array", "atomic": r"atomic\w*", "bit": "bit_cast|bit_ceil|popcount", "charconv": "from_chars|to_chars",
    "chrono": r"chrono::\w+", "complex": "complex|conj|polar", "cstdint": r"u?int\d+_t", "deque": "deque",
    "cmath": r"expm?1?|exp2|log(1p|2|10)?|sqrt|cbrt|hypot|pow|sinh?|cosh?|tanh?|atan2?|acos|erfc?|is(nan|inf|finite)|"
             r"floor|ceil|l?l?round|nextafter|copysign|ldexp|scalbn|ilogb|fma|nan",
    "exception": "exception_ptr|current_exception", "filesystem": r"filesystem::\w+", "fstream": "[io]?fstream",
    "functional": "function|reference_wrapper|hash|invoke", "limits": "numeric_limits", "map": "(multi)?map",
    "memory": r"(unique|shared|weak)_ptr|make_(unique|shared)", "new": "bad_alloc", "numbers": r"numbers::\w+",
    "mutex": r"(recursive_)?mutex|(scoped|unique)_lock|lock_guard|once_flag|call_once", "optional": "optional|nullopt",
    "numeric": "accumulate|iota|inner_product|reduce|partial_sum|gcd|lcm", "set": "(multi)?set", "span": "span",
    "sstream": "[io]?stringstream", "string": "string|to_string|getline|stoi|stod", "string_view": "string_view",
    "system_error": "error_code|errc|system_error", "thread": "j?thread", "tuple": "tuple|tie|make_tuple|apply",
    "utility": "pair|move|forward|exchange|in_place", "variant": "variant|get_if|visit", "vector": "vector",
}
NAMES = {header: re.compile(rf"\bstd::({names})\b(?!::)") for header, names in HEADERS.items()}
INCLUDE = re.compile(r'^#include ["<]([^">]+)[">]', re.MULTILINE)
NOT_CODE = re.compile(r'//[^\n]*|"(\\.|[^"\\\n])*"')


@functools.cache
def reached(path, root):
    """What a file includes, and what the headers of ours do that it includes."""
    included = set(INCLUDE.findall(path.read_text(encoding="utf-8")))
    room = root.joinpath(*path.relative_to(root).parts[:2])
    for place in {folder / name for name in included for folder in (path.parent, room, root / "include")}:
        if place.is_file():
            included |= reached(place, root)
    return included


def missing(path, root):
    text = path.read_text(encoding="utf-8")
    included = INCLUDE.findall(text) if root / "include" in path.parents else reached(path, root)
    found = {header: name.search(NOT_CODE.sub("", text)) for header, name in NAMES.items() if header not in included}
    return [(header, name.group()) for header, name in found.items() if name]


def check(root):
    files = [path for folder in ("include", "src", "analysis") for path in sorted((root / folder).rglob("*.[hc]pp"))]
    return [f"{path.relative_to(root)}: add #include <{header}>, for {name}\n" for path in files
            for header, name in missing(path, root)]


def self_test(root):
    body = '#include "a.hpp"\n// std::map "\nstd::vector<float> g() { return {std::exp(1)}; }\n'
    for name, text in (("include/a.hpp", "#include <vector>\nstd::vector<std::string> f();\n"), ("src/b.cpp", body)):
        Path(root, name).parent.mkdir()
        Path(root, name).write_text(text)
    return check(root) == ["include/a.hpp: add #include <string>, for std::string\n",
                           "src/b.cpp: add #include <cmath>, for std::exp\n"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--self-test", action="store_true")
    if parser.parse_args().self_test:
        with tempfile.TemporaryDirectory() as scratch:
            sys.exit(not self_test(Path(scratch)))
    refused = check(Path(__file__).resolve().parent.parent)
    sys.stderr.writelines(refused)
    sys.exit(1 if refused else 0)
