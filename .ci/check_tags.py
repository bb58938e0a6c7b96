#!/usr/bin/env python3
"""Refuses an equation of the code that no test names, and one of the theory that docs/theory.md does not have.

    check_tags.py [--root DIR] [--theory FILE]    0: none, 1: some, one line each, 2: nothing to check
    check_tags.py --self-test                     a small tree with one breach of each kind must be refused

Tags are T-1, T-2, ... Of the code: comments in include, src and analysis. Of tests: the names of TEST_CASEs in tests,
and all of *_test.py. The theory has those of EQUATIONS below, which are held against THEORY.md of the folder `shared`
beside the checkout, or against FILE, where there is one.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

TAG = re.compile(r"\bT-(\d+)\b")
EQUATIONS = range(1, 24)
RANGE = re.compile(r"\bT-(\d+)\s*(?:…|\.\.\.|to|–)\s*T-(\d+)\b")


def numbers(text):
    found = {int(n) for n in TAG.findall(text)}
    for first, last in RANGE.findall(text):
        found.update(range(int(first), int(last) + 1))
    return found


def texts(root, folders, endings):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings:
                yield path, path.read_text(encoding="utf-8")


def tags_of_code(root):
    """{number: the first file that has it}"""
    where = {}
    for path, text in texts(root, ("include", "src", "analysis"), {".hpp", ".cpp"}):
        for number in numbers(text):
            where.setdefault(number, path.relative_to(root))
    return where


def tags_of_tests(root):
    found = set()
    for path, text in texts(root, ("tests",), {".cpp", ".py"}):
        if path.suffix == ".cpp":
            text = "\n".join(re.findall(r"TEST_CASE\w*\((.*?)\)\s*{", text, re.DOTALL))
        if path.suffix == ".cpp" or path.name.endswith("_test.py"):
            found |= numbers(text)
    return found


def problems(root, theory, equations=EQUATIONS):
    code, tests = tags_of_code(root), tags_of_tests(root)
    page = numbers((root / "docs/theory.md").read_text(encoding="utf-8"))
    if not code or not page:
        return None
    lines = [f"{code[n]}: T-{n} is in no test: name a TEST_CASE that checks it \"T-{n} ...\"" for n in sorted(code)
             if n not in tests]
    lines += [f"{code[n]}: T-{n} is not in docs/theory.md: write the equation there" for n in sorted(code)
              if n not in page]
    lines += [f"the theory's T-{n} is not in docs/theory.md: write the equation there" for n in equations
              if n not in page]
    if theory.is_file():
        lines += [f"{theory.name}: T-{n} is not in EQUATIONS of check_tags.py, or only there"
                  for n in sorted(numbers(theory.read_text(encoding="utf-8")) ^ set(equations))]
    return lines


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {"src/a.cpp": "// (T-1) T-2 T-5\n", "tests/a.cpp": 'TEST_CASE("T-1 to T-2 hold") {\n // T-5\n}',
                           "tests/make_table.py": "# T-5\n", "src/b.cpp": "// T-4\n",
                           "tests/b_test.py": '"""T-4"""\n', "docs/theory.md": "T-1 ... T-2, T-4\n",
                           "THEORY.md": "T-1 T-2 T-3 T-6\n"}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = problems(root, root / "THEORY.md", range(1, 5))
    expected = ["src/a.cpp: T-5 is in no test", "src/a.cpp: T-5 is not in docs/theory.md",
                "the theory's T-3 is not in docs/theory.md", "THEORY.md: T-4 is not in EQUATIONS",
                "THEORY.md: T-6 is not in EQUATIONS"]
    good = len(found) == len(expected) and all(line.startswith(start) for line, start in zip(found, expected))
    print("self-test passed" if good else f"self-test failed: {found}")
    return 0 if good else 1


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    words.add_argument("--theory", type=Path)
    words.add_argument("--self-test", action="store_true")
    given = words.parse_args()
    if given.self_test:
        return self_test()
    if given.theory and not given.theory.is_file():
        print(f"check_tags.py: there is no file {given.theory}", file=sys.stderr)
        return 2
    theory = given.theory or given.root.parent / "shared/THEORY.md"
    found = problems(given.root, theory)
    if found is None:
        print(f"check_tags.py: no tags in {given.root}: name the checkout with --root", file=sys.stderr)
        return 2
    print("\n".join(found) if found else "every equation has its test and its place in docs/theory.md")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
