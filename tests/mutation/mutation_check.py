#!/usr/bin/env python3
"""Changes one sign or factor of each equation in turn, and looks which test fails.

    mutation_check.py                  every mutation of mutations.toml; writes README.md beside this script
    mutation_check.py --only T-3 T-12  those of some equations
    mutation_check.py --new            those that README.md does not have yet
    mutation_check.py --check          builds nothing: every original stands in its file once, every equation of the
                                       code has a mutation, every mutation is in README.md with the test that caught
                                       it, and that test exists; docs/reliability.md has their number
    --jobs N, --preset NAME            of the build (all processors; release)

Exit codes: 0 every mutation was caught; 1 some were not, or --check found something; 2 nothing could be checked.

The working copy is never changed: build/mutation holds a copy of it, with a build of its own, that goes on where it
was left. Per mutation, the test programs that link the file are built and run until a test fails: first the test cases
that name the equation and those that caught another mutation, then all, those of whole scenarios last. A mutation that
does not compile is an error, not a catch; and at the end every test that caught one has to pass where nothing is
changed.
"""

import argparse
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / ".ci"))
sys.dont_write_bytecode = True
from check_tags import numbers, tags_of_code, test_cases  # noqa: E402

# The test programs that link a folder, its own first (the link graph of CMakeLists.txt).
FRONT = ["scenario", "scenario_expectations"]
PROGRAMS = {"core": ["core", "numerics", "data", "model", "dynamics", "analysis", "io", *FRONT],
            "numerics": ["numerics", "data", "model", "dynamics", "analysis", *FRONT],
            "data": ["data", "model", "dynamics", "analysis", *FRONT],
            "model": ["model", "dynamics", *FRONT], "dynamics": ["dynamics", *FRONT],
            "analysis": ["analysis", *FRONT], "io": ["io", *FRONT], "scenario": FRONT}
LONGEST = 600  # seconds of one run of a program; a loop without end is a catch too


@dataclass(frozen=True)
class Mutation:
    tag: str
    file: str
    original: str
    replacement: str

    def programs(self):
        parts = Path(self.file).parts
        return PROGRAMS[parts[0] if parts[0] == "analysis" else parts[2] if parts[0] == "include" else parts[1]]

    def applied(self, text):
        return text.replace(self.original, self.replacement)


def mutations():
    with open(HERE / "mutations.toml", "rb") as file:
        table = tomllib.load(file)
    return [Mutation(tag, name, *pair) for tag, files in table.items() for name, pairs in files.items()
            for pair in pairs]


# ---------------------------------------------------------------------------------------------------- README.md

HEAD = """# Which test sees an error in which equation

Written by `mutation_check.py`, which changed one sign or factor of `mutations.toml` at a time in a copy of the sources,
built it, and ran the tests until one failed: the test named. {count} of its {known} mutations have been run so far, of
{tags} equations, {survivors}.

| equation | file | change | caught by |
|---|---|---|---|
"""
SURVIVED = "SURVIVED"


def code(text):
    return "`" + text.replace("|", r"\|") + "`"


def row_start(m):
    return f"| {m.tag} | {m.file} | {code(m.original)} → {code(m.replacement)} | "


def known_rows():
    """{mutation: what caught it}, and how many rows there are"""
    readme = HERE / "README.md"
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.exists() else []
    rows = {}
    for m in mutations():
        for line in lines:
            if line.startswith(row_start(m)) and line.endswith(" |"):
                rows[m] = line[len(row_start(m)):-2]
    return rows, sum(line.startswith("| T-") for line in lines)


def head_of(caught):
    survivors = sum(by == SURVIVED for by in caught.values())
    return HEAD.format(count=len(caught), known=len(mutations()), tags=len({m.tag for m in caught}),
                       survivors=f"{survivors} of which no test sees" if survivors else "all caught")


def write_readme(caught):
    head = head_of(caught)
    rows = [row_start(m) + caught[m] + " |\n" for m in mutations() if m in caught]
    (HERE / "README.md").write_text(head + "".join(rows), encoding="utf-8")


# ---------------------------------------------------------------------------------------------------- --check

def misplaced(all_mutations):
    for m in all_mutations:
        path = ROOT / m.file
        found = path.read_text(encoding="utf-8").count(m.original) if path.exists() else 0
        if found != 1:
            yield f"{m.file}: {m.tag}: \"{m.original}\" stands there {found} times, not once: mend mutations.toml"
        if m.original == m.replacement:
            yield f"mutations.toml: {m.tag}: \"{m.original}\" is replaced by itself"


def problems():
    all_mutations = mutations()
    yield from misplaced(all_mutations)
    rows, written = known_rows()
    seen = set().union(*(numbers(m.tag) for m in rows))
    for number, path in sorted(tags_of_code(ROOT).items()):
        if number not in seen:
            yield (f"{path}: T-{number} has no mutation in README.md: write one into tests/mutation/mutations.toml, then "
                   "run tests/mutation/mutation_check.py --new")
    names = {name for _, name in test_cases(ROOT)}
    again = "run tests/mutation/mutation_check.py --only"
    for m in all_mutations:
        if m not in rows:
            yield f"README.md: {m.tag}, \"{m.replacement}\" has not been run: tests/mutation/mutation_check.py --new"
        elif rows[m] == SURVIVED:
            yield f"README.md: {m.tag}, \"{m.replacement}\": no test sees it: write one, then {again} {m.tag}"
        elif not {case := rows[m].split(": ", 1)[-1], case.rpartition("<")[0]} & names:  # a template's has <type>
            yield f"README.md: there is no test called \"{rows[m]}\" any more: {again} {m.tag}"
    if not (HERE / "README.md").read_text(encoding="utf-8").startswith(head_of(rows)):
        yield "README.md: its first lines are not those of its rows: run tests/mutation/mutation_check.py --new"
    sentence = f"{len(rows)} mutations of the {len({m.tag for m in rows})} tagged equations"
    if sentence not in " ".join((ROOT / "docs/reliability.md").read_text(encoding="utf-8").split()):
        yield f"docs/reliability.md: there is no \"{sentence}\": write what README.md has"
    if written > len(rows):
        yield f"README.md has {written - len(rows)} rows too many: run tests/mutation/mutation_check.py --new"


def check():
    found = list(problems())
    good = f"{len(mutations())} mutations are in place; README.md has {len(known_rows()[0])}"
    print("\n".join(found) if found else good)
    return 1 if found else 0


# ---------------------------------------------------------------------------------------------------- the copy

class Copy:
    def __init__(self, preset, jobs):
        self.root = ROOT / "build/mutation"
        self.build = self.root / "build" / preset
        self.jobs = str(jobs)
        self.environment = dict(os.environ)
        # Objects that the working copy's own build has compiled need not be compiled again.
        self.environment.setdefault("CCACHE_BASEDIR", str(ROOT))
        self.environment.setdefault("CCACHE_NOHASHDIR", "1")
        self.synchronise()
        self.must(["cmake", "--preset", preset], "configuring failed")

    def synchronise(self):
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                                capture_output=True).stdout.decode().split("\0")
        wanted = {name for name in listed if name and (ROOT / name).is_file()}
        for name in wanted:
            self.write(name, (ROOT / name).read_bytes())
        for path in [p for p in self.root.rglob("*") if p.is_file()]:
            name = path.relative_to(self.root)
            if name.parts[0] != "build" and str(name) not in wanted:
                path.unlink()

    def write(self, name, content):
        path = self.root / name
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod((ROOT / name).stat().st_mode)

    def must(self, command, sentence):
        done = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}\nmutation_check.py: {sentence}", file=sys.stderr)
            sys.exit(2)

    def make(self, program):
        self.must(["ninja", "-C", str(self.build), "-j", self.jobs, f"test_{program}"],
                  f"test_{program} can't be built: see above")

    def executable(self, program):
        return next(path for path in self.build.rglob(f"test_{program}") if path.is_file())

    def failure(self, program, filters=()):
        """The test case that fails, or None."""
        command = [str(self.executable(program)), "--abort-after=1", "--no-colors=true", *filters]
        try:
            done = subprocess.run(command, cwd=self.build, env=self.environment, capture_output=True, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            return f"(no end in {LONGEST} s)"
        if done.returncode == 0:
            return None
        case = None
        for line in done.stdout.decode(errors="replace").splitlines():
            if line.startswith("TEST CASE:"):
                case = line.removeprefix("TEST CASE:").strip()
            if "ERROR:" in line and case:
                return case
        return f"(exit code {done.returncode})"

    def tagged(self, program, tag):
        """The filter for test cases that name the equation; None where there are none."""
        listed = subprocess.run([str(self.executable(program)), "--list-test-cases"], capture_output=True, check=True)
        return only(line for line in listed.stdout.decode().splitlines() if numbers(tag) & numbers(line))

    def caught_by(self, m, catches):
        original = (ROOT / m.file).read_bytes()
        self.write(m.file, m.applied(original.decode()).encode())
        try:
            near = [program for program in m.programs() if program not in FRONT]
            for programs in (near, FRONT):
                for program in programs:
                    self.make(program)
                    for filters in [self.tagged(program, m.tag), only(by_program(catches).get(program, []))]:
                        if filters and (failed := self.failure(program, [filters])):
                            return f"{program}: {failed}"
                for program in programs:
                    if failed := self.failure(program):
                        return f"{program}: {failed}"
            return SURVIVED
        finally:
            self.write(m.file, original)

    def confirm(self, catches):
        """Every test that caught a mutation passes where nothing is changed."""
        for program, cases in sorted(by_program(catches).items()):
            self.make(program)
            if failed := self.failure(program, [only(cases)]):
                print(f"mutation_check.py: test_{program} fails where nothing is changed: {failed}", file=sys.stderr)
                sys.exit(2)


def by_program(catches):
    """{program: the test cases of it that caught something}"""
    cases = {}
    for catch in sorted(set(catches) - {SURVIVED}):
        program, case = catch.split(": ", 1)
        if not case.startswith("("):
            cases.setdefault(program, []).append(case)
    return cases


def only(names):
    """doctest's filter for test cases of these names; None where there are none."""
    listed = ",".join(name.replace(",", r"\,") for name in names)
    return "--test-case=" + listed if listed else None


def run(given):
    everything = mutations()
    if wrong := list(misplaced(everything)):
        print("\n".join(wrong), file=sys.stderr)
        return 2
    caught, _ = known_rows()
    if unknown := set(given.only) - {m.tag for m in everything}:
        print(f"mutation_check.py: mutations.toml has none of {', '.join(sorted(unknown))}: name tags such as T-3",
              file=sys.stderr)
        return 2
    chosen = [m for m in everything if (not given.only or m.tag in given.only) and not (given.new and m in caught)]
    copy = Copy(given.preset, given.jobs)
    # The first of every equation, then the second: a run that is cut short has looked at most of them.
    place = {m: [n for n in everything if n.tag == m.tag].index(m) for m in chosen}
    for m in sorted(chosen, key=place.get):
        caught[m] = copy.caught_by(m, caught.values())
        write_readme(caught)
        print(f"{m.tag:5} {m.replacement}\n      {caught[m]}", flush=True)
    copy.confirm([caught[m] for m in chosen])
    survivors = [m for m in chosen if caught[m] == SURVIVED]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutations caught")
    return 1 if survivors else 0


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true")
    words.add_argument("--only", nargs="+", default=[], metavar="TAG")
    words.add_argument("--new", action="store_true")
    words.add_argument("--jobs", type=int, default=os.cpu_count())
    words.add_argument("--preset", default="release")
    given = words.parse_args()
    return check() if given.check else run(given)


if __name__ == "__main__":
    sys.exit(main())
