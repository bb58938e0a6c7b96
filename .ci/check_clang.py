#!/usr/bin/env python3
"""Compiles library and program with clang++, without making code: its warnings are errors too. (The preset sanitize
builds the tests with it as well.)

    check_clang.py BUILD_DIR [COMPILED]     0: no warnings, 1: some, 77: no clang++ on PATH (an error where CI is set)

Takes the commands from BUILD_DIR/compile_commands.json. Files that a build in COMPILED, by clang++ with the same
warnings, has made objects of that are newer than the file and every header of ours are left out. Files of the same
options share one precompiled header with the standard library and what three or more of them include of other
libraries: reading those anew took two thirds of the time.
"""

import collections
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# About files that are not made: objects, and headers that g++ has precompiled.
IGNORED = {"-Winvalid-pch", "-c"}
WITH_FILE = {"-o", "-include"}
STANDARD = ("algorithm", "cmath", "filesystem", "functional", "limits", "map", "memory", "numeric", "optional", "set", "span",
            "sstream", "string", "string_view", "utility", "vector")


def arguments(entry):
    words = shlex.split(entry["command"])
    while Path(words[0]).name in ("ccache", "sccache"):
        words = words[1:]
    kept = []
    skip = False
    for word in words[1:]:
        of_gcc = word.startswith("-Wno-")  # warnings that only g++ gives wrongly
        if not skip and not of_gcc and word not in IGNORED | WITH_FILE and word != entry["file"]:
            kept.append(word)
        skip = word in WITH_FILE
    return kept


def options(entry):
    """What a precompiled header and its users must have in common."""
    return tuple(word for word in arguments(entry) if word.startswith(("-D", "-f", "-m", "-O", "-std")))


def run(directory, words):
    done = subprocess.run(["clang++", "-Wno-unused-command-line-argument", *words], cwd=directory, capture_output=True,
                          text=True)
    return done.returncode, done.stderr


def included(entry):
    text = Path(entry["file"]).read_text(encoding="utf-8")
    return set(re.findall(r"^#include <([^>]+)>", text, re.MULTILINE))


def precompile(entries, stem):
    """The header for files of the same options; None where it can't be made."""
    counts = collections.Counter(header for entry in entries for header in included(entry) if "." in header or "/" in header)
    headers = [*STANDARD, *(header for header, count in sorted(counts.items()) if count >= 3 and not header.startswith("sys/"))]
    source = stem.with_suffix(".hpp")
    source.write_text("".join(f"#include <{header}>\n" for header in headers), encoding="utf-8")
    made = stem.with_suffix(".pch")
    # Any file that includes the most knows where all of them are.
    fullest = max(entries, key=lambda entry: sum(word.startswith("-I") or word == "-isystem" for word in arguments(entry)))
    code, _ = run(fullest["directory"], [*arguments(fullest), "-fpch-instantiate-templates", "-x", "c++-header", str(source), "-o", str(made)])
    return made if code == 0 else None


def check(entry, header):
    shared = ["-include-pch", str(header)] if header else []
    return run(entry["directory"], ["-fsyntax-only", *arguments(entry), *shared, entry["file"]])


def commands(build):
    return json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))


def compiled_in(build):
    """Files with an object that is newer than all it may be made of."""
    if not (build / "compile_commands.json").exists():
        return set()
    headers = (path for folder in ("include", "src", "analysis") for path in (ROOT / folder).rglob("*.hpp"))
    newest = max(path.stat().st_mtime for path in headers)
    done = set()
    for entry in commands(build):
        words = shlex.split(entry["command"])
        made = Path(entry["directory"]) / words[words.index("-o") + 1]
        if made.exists() and made.stat().st_mtime > max(newest, Path(entry["file"]).stat().st_mtime):
            done.add(entry["file"])
    return done


def main(build, compiled=None):
    if shutil.which("clang++") is None:
        print("check_clang.py: there is no clang++ on PATH: install the packages of cmake/packages.txt", file=sys.stderr)
        return 1 if os.environ.get("CI") else 77
    done = compiled_in(compiled) if compiled else set()
    every = [entry for entry in commands(build) if "cmake_pch" not in entry["file"] and "/tests/" not in entry["file"]]
    entries = [entry for entry in every if entry["file"] not in done]
    groups = collections.defaultdict(list)
    for entry in entries:
        groups[options(entry)].append(entry)
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        stems = [Path(folder) / f"shared_{number}" for number in range(len(groups))]
        headers = dict(zip(groups, workers.map(precompile, groups.values(), stems)))
        results = list(workers.map(lambda entry: check(entry, headers[options(entry)]), entries))
    failed = [messages for code, messages in results if code != 0]
    for messages in failed:
        print(messages, file=sys.stderr)
    alone = sum(header is None for header in headers.values())
    print(f"{len(entries)} files, {len(failed)} with warnings or errors; {len(every) - len(entries)} more were "
          f"compiled before; {len(groups) - alone} precompiled headers"
          + (f", {alone} could not be made" if alone else ""))
    return 1 if failed or not every else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    sys.exit(main(*(Path(name).resolve() for name in sys.argv[1:])))
