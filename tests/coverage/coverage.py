#!/usr/bin/env python3
"""Which lines and branches of the library the suite runs.

    coverage.py [--jobs N]     builds the preset `coverage`, runs the tests, prints a table per folder and every line
                               that no test runs and explained.toml does not explain; ways to the throw of an
                               exception are no branches
    coverage.py --more REGEX   runs the tests of that name beside what has run since the build: after a new test of one
                               room, or where the whole suite has to be run in parts
    coverage.py --report       of the runs so far
    coverage.py --check        builds nothing: every explanation is of one line, which is there

Exit codes: 0 at least 95 % of the lines outside src/cli run, and every other one is explained; 1 not so; 2 a build or a
test failed. Explanations that are not needed are named: another processor may need them. Needs gcovr
(cmake/packages.txt). Only library and program count lines: the tests are the objects of the release build.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build/coverage"
LEAST = 0.95
# The rest of the suite runs no line of the library, or ends the program before it has written its counts.
ENTRIES = "^(cli|docs|fuzz|figures of a run|core|numerics|data|model|dynamics|analysis|io|scenario|lessons|allocation)"
# They hold files to so little that a program could not write its counts either, and says so.
LIMITED = "file size limit|disk that is full"
CLASS_HEAD = re.compile(r"\s*(class|struct) [^;]*\{$")  # stands for members that the compiler writes


def must(command):
    print("==>", " ".join(command), flush=True)
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        sys.exit(2)


def run_tests(jobs, more):
    must(["cmake", "--preset", "coverage"])
    must(["cmake", "--build", "--preset", "coverage", "--parallel", str(jobs)])
    if not more:
        for counts in BUILD.rglob("*.gcda"):
            counts.unlink()
    must(["ctest", "--test-dir", str(BUILD), "--output-on-failure", "--parallel", str(jobs), "-R", more or ENTRIES,
          "-E", LIMITED])


def counted():
    """gcovr's files, without what no source line stands for: what throws out of the standard library is no branch."""
    target = BUILD / "coverage.json"
    must(["gcovr", "--root", str(ROOT), "--object-directory", str(BUILD), "--json", str(target),
          "--exclude-throw-branches", "--exclude-unreachable-branches", "--filter", "src/", "--filter", "include/",
          "--filter", "analysis/", str(BUILD)])
    return json.loads(target.read_text(encoding="utf-8"))["files"]


def folder_of(name):
    parts = Path(name).parts
    return parts[0] if parts[0] == "analysis" else parts[2] if parts[0] == "include" else parts[1]


def explained_toml():
    with open(HERE / "explained.toml", "rb") as file:
        return tomllib.load(file)


def explanations():
    """{(file, text of the line)}"""
    return {(name, text) for reason, files in explained_toml().items() if reason != "needs"
            for name, texts in files.items() for text in texts}


def missing_instructions():
    """{name: {file: what the lines begin with}} of those under [needs] that this processor has not"""
    flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")).split()
    return {name: files for name, files in explained_toml().get("needs", {}).items() if name not in flags}


def can_not_run():
    """{file: numbers of the lines} that need them"""
    lines = defaultdict(set)
    for files in missing_instructions().values():
        for name, starts in files.items():
            inside = False
            for number, text in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
                inside = inside or any(text.startswith(start) for start in starts)
                if inside:
                    lines[name].add(number)
                inside = inside and text not in ("}", "};")
    return lines


def check():
    """What explained.toml says of no line of the sources, or of more than one."""
    wrong = []
    for name, text in sorted(explanations()):
        lines = source_lines(name)
        shown = text.replace("\n", " / ")
        if text.count("\n") > 1:
            wrong.append(f"{name}: \"{shown}\": a line, with the one before it at most")
        long = text.count("\n") + 1
        found = sum("\n".join(lines[i:i + long]) == text for i in range(len(lines)))
        if found != 1:
            wrong.append(f"{name}: \"{shown}\" stands there {found} times: quote one line, with the one before it")
    for files in explained_toml().get("needs", {}).values():
        wrong += [f"{name}: an empty start is one of every line" for name, starts in files.items() if "" in starts]
        wrong += [f"{name}: no line begins with \"{start}\"" for name, starts in files.items() for start in starts
                  if not any(line.startswith(start) for line in source_lines(name))]
    print("".join(f"explained.toml: {line}\n" for line in wrong), end="")
    return 1 if wrong else 0


def source_lines(name):
    path = ROOT / name
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def share(run, all_of_them):
    return f"{100.0 * run / all_of_them:.1f} %" if all_of_them else "-"


def report():
    sums = defaultdict(lambda: [0, 0, 0, 0])  # lines run, lines, branches taken, branches
    explained = explanations()
    unused = set(explained)
    unexplained = []
    impossible = can_not_run()
    left_out = 0
    for file in counted():
        text = (ROOT / file["file"]).read_text(encoding="utf-8").splitlines()
        total = sums[folder_of(file["file"])]
        for line in file["lines"]:
            number = line["line_number"]
            here = (file["file"], text[number - 1].strip())
            behind = (file["file"], text[max(number - 2, 0)].strip() + "\n" + here[1])  # of lines that stand often
            code = not line.get("gcovr/noncode") and not CLASS_HEAD.match(text[number - 1])
            left_out += code and number in impossible[file["file"]]
            if not code or number in impossible[file["file"]]:
                continue
            branches = line["branches"]
            total[0] += line["count"] > 0
            total[1] += 1
            total[2] += sum(branch["count"] > 0 for branch in branches)
            total[3] += len(branches)
            if line["count"] == 0 and folder_of(file["file"]) != "cli":
                unused -= {here, behind}
                if here not in explained and behind not in explained:
                    unexplained.append(f"{file['file']}:{line['line_number']}: {here[1]}")
    print("\n| folder | lines | branches |\n|---|--:|--:|")
    outside = [sum(column) for column in zip(*(total for name, total in sums.items() if name != "cli"))]
    for name, total in [*sorted(sums.items()), ("all but cli", outside)]:
        print(f"| {name} | {share(*total[:2])} of {total[1]} | {share(*total[2:])} of {total[3]} |")
    print("".join(f"\n{line}" for line in sorted(unexplained)))
    if left_out:
        print(f"not counted: {left_out} lines that need {', '.join(missing_instructions())}, which this processor has not")
    for name, text in sorted(unused):
        print(f"explained.toml: {name}: runs, or is gone: \"{text}\"")
    print(f"{len(unexplained)} lines that no test runs are not explained in tests/coverage/explained.toml")
    return 1 if unexplained or outside[0] < LEAST * outside[1] else 0


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--jobs", type=int, default=os.cpu_count())
    words.add_argument("--more", metavar="REGEX")
    words.add_argument("--report", action="store_true")
    words.add_argument("--check", action="store_true")
    given = words.parse_args()
    if given.check:
        return check()
    if not given.report:
        run_tests(given.jobs, given.more)
    return report()


if __name__ == "__main__":
    sys.exit(main())
