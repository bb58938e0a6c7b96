#!/usr/bin/env python3
"""Refuses includes that the pipeline's layers forbid, one line each: file:line, the include, the rule, the remedy.

    check_layers.py [--root DIR]     0: all allowed, 1: some are not, 2: nothing to check in DIR
    check_layers.py --self-test      plants one breach of every rule in a temporary tree and must see each refused

Reads include/eigenflow/<folder>, src/<folder>, analysis/, and the link graph in CMakeLists.txt, which must agree.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

# Folder -> folders it may include (its own always). data -> model -> dynamics -> analysis -> CSV.
LAYERS = {
    "core": set(),
    "numerics": {"core"},
    "data": {"core", "numerics"},
    "model": {"core", "numerics", "data"},
    "dynamics": {"core", "numerics", "data", "model"},
    "analysis": {"core", "numerics", "data"},
    "io": {"core"},
    "scenario": {"core", "numerics", "data", "model", "dynamics", "analysis", "io"},
}
LAYERS["cli"] = set(LAYERS)

# Library -> (pattern of its headers, the folder it lives in).
HOMES = {
    "Ceres": (re.compile(r"ceres/"), "analysis"),
    "LAPACKE": (re.compile(r"(.*/)?(lapacke|cblas)\w*\.h$"), "data"),
    "Spectra": (re.compile(r"Spectra/"), "data"),
    "SUNDIALS": (re.compile(r"(cvode|sundials|nvector|sunlinsol|sunmatrix)/"), "numerics"),
    "Boost.Odeint": (re.compile(r"boost/numeric/odeint"), "numerics"),
    "Fast C++ CSV Parser": (re.compile(r"libfccp/"), "io"),
    "toml++": (re.compile(r"toml\+\+/"), "scenario"),
    "CLI11": (re.compile(r"CLI/"), "cli"),
}

# Libraries linked PRIVATE: a public header that includes them breaks every user of the installed package.
PRIVATE_LIBRARIES = re.compile(
    r"(Eigen|unsupported/Eigen|boost|ceres|Spectra|fmt|nlohmann|toml\+\+|CLI)/|.*lapacke\w*\.h$"
)

# These take and return values, so that they also build for a browser or a Python module.
PURE = {"core", "numerics", "data", "model", "dynamics", "analysis"}
# <sys/mman.h> is advice on memory; of a file it knows nothing without the others.
FILE_OR_TERMINAL = re.compile(
    r"(iostream|fstream|filesystem|print|syncstream|unistd\.h|fcntl\.h|sys/(?!mman)\w+\.h|fmt/(ostream|os)\.h)$"
)
# <cstdio> also formats into memory (snprintf): it is refused where the file names a stream or a function that uses one.
STDIO = {"cstdio", "stdio.h"}
STREAMS = re.compile(r"\b(FILE|std(in|out|err)|v?f?printf|f?puts|putchar|perror|f(re)?open|fwrite|fread|fgets|tmpfile)\b")

UMBRELLA = Path("include/eigenflow/eigenflow.hpp")  # for users only; no file of ours includes it
GENERATED = {"version_information.hpp": {"scenario", "cli"}}  # written by CMake; who links eigenflow_version

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = {".hpp", ".cpp", ".h", ".inc"}


def folder_of(path):
    """The layer of a file given by its path from the root, or None outside the pipeline."""
    parts = path.parts
    if parts[:2] == ("include", "eigenflow") and len(parts) > 3:
        return parts[2]
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return "analysis" if parts[0] == "analysis" else None


def folder_included(root, path, quote, name):
    """The layer a project include reaches; None for anything else's header; "" where a quoted name reaches no file."""
    if name.startswith("eigenflow/"):
        return name.split("/")[1]
    if quote == "<":
        return None
    body = root / ("analysis" if folder_of(path) == "analysis" else f"src/{folder_of(path)}")
    for base in (root / path.parent, body, root / "src"):
        target = (base / name).resolve()
        if target.is_file() and target.is_relative_to(root):
            return folder_of(target.relative_to(root)) or ""
    return ""


def breach(root, path, quote, name, text):
    """Why this include is refused, with the remedy; None when it is allowed."""
    folder = folder_of(path)
    if path == UMBRELLA:
        return None
    if folder not in LAYERS:
        return f"`{folder}` is no folder of the pipeline; move the file, or add a layer to LAYERS and CMakeLists.txt"
    if name in GENERATED:
        if folder in GENERATED[name]:
            return None
        return f"only {' and '.join(sorted(GENERATED[name]))} know the version; pass it as a value"
    reached = folder_included(root, path, quote, name)
    if reached == "":
        return "this name reaches no file of the pipeline; write eigenflow/<folder>/<file>.hpp, or <...> for a library"
    if reached is not None:
        allowed = LAYERS[folder] | {folder}
        if reached not in allowed:
            return (
                f"{folder} may include only {', '.join(n for n in LAYERS if n in allowed)}, not {reached}; "
                f"move what is shared down a layer, or pass it in as a value or function"
            )
        return None
    for library, (pattern, home) in HOMES.items():
        if pattern.match(name) and folder != home:
            return f"{library} lives in {home} only; call it through a function of {home}"
    if path.parts[0] == "include" and PRIVATE_LIBRARIES.match(name):
        return "public headers show standard types only; include the library in the .cpp or in a header beside it"
    if folder in PURE and (FILE_OR_TERMINAL.match(name) or (name in STDIO and STREAMS.search(text))):
        return f"{folder} touches no file and no terminal; take values, and read or write in io, scenario or cli"
    return None


def check_includes(root):
    """(files read, refusals)."""
    refusals = []
    paths = [p for top in ("include/eigenflow", "src", "analysis") for p in sorted((root / top).rglob("*"))]
    paths = [p.relative_to(root) for p in paths if p.suffix in SUFFIXES]
    for path in paths:
        text = (root / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if found := INCLUDE.match(line):
                if reason := breach(root, path, *found.groups(), text):
                    refusals.append(f"{path}:{number}: {line.strip()}: {reason}")
    return len(paths), refusals


def check_link_graph(root):
    """CMake links each folder's library to exactly the folders it may include."""
    file = root / "CMakeLists.txt"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    refusals = []
    for found in re.finditer(r"^\s*eigenflow_library\((\w+)([^)]*)\)", text, re.MULTILINE):
        folder, arguments = found.groups()
        public = re.search(r"PUBLIC\s+(.*?)(?=PRIVATE|$)", arguments, re.DOTALL)
        linked = set(public.group(1).split()) if public else set()
        if linked != LAYERS.get(folder):
            number = text.count("\n", 0, found.start(1)) + 1
            refusals.append(
                f"CMakeLists.txt:{number}: eigenflow_library({folder} PUBLIC {' '.join(sorted(linked))}): "
                f"the layers say {' '.join(sorted(LAYERS.get(folder, set()))) or 'none'}; make the two agree"
            )
    return refusals


# (file, its text, words its refusal must hold; None where it must be allowed)
SELF_TEST = [
    ("include/eigenflow/core/a.hpp", "#include <vector>", None),
    ("include/eigenflow/core/b.hpp", '#include "eigenflow/numerics/a.hpp"', "core may include only core, not numerics"),
    ("src/numerics/a.cpp", '#  include "eigenflow/core/a.hpp"', None),
    ("src/numerics/b.cpp", "#include <boost/numeric/odeint.hpp>", None),
    ("src/model/a.cpp", "#include <eigenflow/dynamics/a.hpp>", "not dynamics"),
    ("src/model/path/b.cpp", '#include "../../dynamics/private.hpp"', "not dynamics"),
    ("src/model/network/c.cpp", '#include "nowhere.hpp"', "reaches no file"),
    ("src/model/d.cpp", "#include <boost/numeric/odeint/stepper.hpp>", "Boost.Odeint lives in numerics only"),
    ("src/dynamics/d.cpp", "#include <cvode/cvode.h>", "SUNDIALS lives in numerics only"),
    ("src/dynamics/private.hpp", "#include <Eigen/Dense>", None),
    ("src/dynamics/a.cpp", '#include "private.hpp"', None),
    ("src/dynamics/b.cpp", '#include "eigenflow/analysis/a.hpp"', "not analysis"),
    ("src/dynamics/c.cpp", "#include <lapacke.h>", "LAPACKE lives in data only"),
    ("src/data/a.cpp", "#include <lapacke.h>", None),
    ("src/data/b.cpp", "#include <cstdio>\nvoid f() { std::fputs(text, stderr); }", "data touches no file"),
    ("src/data/c.cpp", "#include <cstdio>\nvoid f() { std::snprintf(text, sizeof text, format); }", None),
    ("analysis/a.cpp", "#include <ceres/ceres.h>", None),
    ("analysis/b.cpp", '#include "eigenflow/dynamics/a.hpp"', "not dynamics"),
    ("analysis/c.cpp", "#include <iostream>", "analysis touches no file"),
    ("src/io/a.cpp", "#include <fstream>", None),
    ("src/io/b.cpp", '#include "eigenflow/data/a.hpp"', "io may include only core, io, not data"),
    ("src/io/c.cpp", '#include "version_information.hpp"', "know the version"),
    ("src/scenario/a.cpp", "#include <toml++/toml.h>", None),
    ("src/scenario/b.cpp", "#include <ceres/ceres.h>", "Ceres lives in analysis only"),
    ("src/scenario/c.cpp", "#include <CLI/CLI.hpp>", "CLI11 lives in cli only"),
    ("src/cli/a.cpp", "#include <toml++/toml.h>", "toml++ lives in scenario only"),
    ("src/cli/b.cpp", '#include "eigenflow/scenario/a.hpp"', None),
    ("include/eigenflow/data/c.hpp", "#include <Eigen/Core>", "standard types only"),
    ("src/misplaced/a.cpp", "#include <vector>", "no folder of the pipeline"),
    ("CMakeLists.txt", "eigenflow_library(io PUBLIC core data PRIVATE fmt::fmt)", "the layers say core"),
]


def self_test():
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        for file, line, _ in SELF_TEST:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(f"// line 1\n{line}\n" if file != "CMakeLists.txt" else f"\n{line}\n")
        refusals = check_includes(root)[1] + check_link_graph(root)
    wrong = []
    for file, line, words in SELF_TEST:
        said = [r for r in refusals if r.startswith(f"{file}:2: ")]
        if words is None and said:
            wrong.append(f"must be allowed: {file}: {line}, but: {said[0]}")
        if words is not None and not any(words in r for r in said):
            wrong.append(f"must be refused ({words}): {file}: {line}; said: {said}")
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    breaches = sum(words is not None for _, _, words in SELF_TEST)
    if len(refusals) != breaches:
        print(f"{len(refusals)} refusals for {breaches} breaches", file=sys.stderr)
        return 1
    if not wrong:
        print(f"self-test: {breaches} breaches refused, {len(SELF_TEST) - breaches} includes allowed")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="a checkout")
    parser.add_argument("--self-test", action="store_true", help="test this check")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    root = arguments.root.resolve()
    files, refusals = check_includes(root)
    refusals += check_link_graph(root)
    if files == 0:
        print(f"check_layers.py: no C++ file under {root}", file=sys.stderr)
        return 2
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    if not refusals:
        print(f"{files} C++ files keep to the layers")
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main())
