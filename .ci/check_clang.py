#!/usr/bin/env python3
"""Compiles library and program with clang++, without making code: its warnings are errors too. (The preset sanitize
builds the tests with it as well.)

    check_clang.py BUILD_DIR     0: no warnings, 1: some, 77: no clang++ on PATH (an error where CI is set)

Takes the commands from BUILD_DIR/compile_commands.json.
"""

import concurrent.futures
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

# Known to g++ only, or about files that are not made: objects, and headers that g++ has precompiled.
IGNORED = {"-Wno-maybe-uninitialized", "-Winvalid-pch", "-c"}
WITH_FILE = {"-o", "-include"}


def clang_command(entry):
    words = shlex.split(entry["command"])
    while Path(words[0]).name in ("ccache", "sccache"):
        words = words[1:]
    kept = []
    skip = False
    for word in words[1:]:
        if not skip and word not in IGNORED | WITH_FILE:
            kept.append(word)
        skip = word in WITH_FILE
    return ["clang++", "-fsyntax-only", "-Wno-unused-command-line-argument", *kept]


def check(entry):
    done = subprocess.run(clang_command(entry), cwd=entry["directory"], capture_output=True, text=True)
    return done.returncode, done.stderr


def main(build):
    if shutil.which("clang++") is None:
        print("check_clang.py: there is no clang++ on PATH: install the packages of cmake/packages.txt",
              file=sys.stderr)
        return 1 if os.environ.get("CI") else 77
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    entries = [entry for entry in entries if "cmake_pch" not in entry["file"] and "/tests/" not in entry["file"]]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        results = list(workers.map(check, entries))
    failed = [messages for code, messages in results if code != 0]
    for messages in failed:
        print(messages, file=sys.stderr)
    print(f"{len(entries)} files, {len(failed)} with warnings or errors")
    return 1 if failed or not entries else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
