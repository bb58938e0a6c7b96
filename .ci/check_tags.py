#!/usr/bin/env python3
"""Refuses an equation of the code that no test names, and one of the theory that docs/theory.md does not have.

    check_tags.py [--root DIR] [--theory FILE]    0: none, 1: some, one line each, 2: nothing to check
    check_tags.py --self-test                     a small tree with one breach of each kind must be refused

Tags are T-1, T-2, ... Of the code: comments in include, src and analysis. Of tests: the names of TEST_CASEs in tests
that are not skipped, and docstrings of *_test.py; each is named by itself (a range names its ends), and
tests/allocation, which counts calls of malloc, checks no equation. docs/theory.md has an equation where its tag stands
alone in parentheses, (T-n), or first in the last cell of a table. The theory has those of EQUATIONS below, which are
held against THEORY.md of the folder `shared` beside the checkout, or against FILE, where there is one.
"""

import argparse
import ast
import re
import sys
import tempfile
from pathlib import Path

TAG = re.compile(r"\bT-(\d+)\b")
EQUATIONS = range(1, 24)
RANGE = re.compile(r"\bT-(\d+)\s*(?:…|\.\.\.|to|–)\s*T-(\d+)\b")
LABEL = re.compile(r"\(T-(\d+)(?:, [^()T]*)?\)|\|\s*T-(\d+)\b[^|]*\|\s*$", re.MULTILINE)
STRING = r'"(?:[^"\\]|\\.)*"'
TEST_CASE = re.compile(rf"^TEST_CASE\w*\(((?:\s*{STRING})+)(.*?)\)\s*{{", re.DOTALL | re.MULTILINE)


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


def test_cases(root):
    """(file, name) of every TEST_CASE that runs"""
    for path, text in texts(root, ("tests",), {".cpp"}):
        for name, decorators in TEST_CASE.findall(text):
            if "doctest::skip" not in decorators:
                yield path.relative_to(root), "".join(ast.literal_eval(part) for part in re.findall(STRING, name))


def docstrings(text):
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return " ".join(ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))


def tags_of_tests(root):
    named = [name for path, name in test_cases(root) if path.parts[1] != "allocation"]
    named += [docstrings(text) for path, text in texts(root, ("tests",), {".py"}) if path.name.endswith("_test.py")]
    return {int(n) for n in TAG.findall(" ".join(named))}


def equations_of_page(text):
    return {int(first or second) for first, second in LABEL.findall(text.split("\n## Sources")[0])}


def problems(root, theory, equations=EQUATIONS):
    code, tests = tags_of_code(root), tags_of_tests(root)
    page = equations_of_page((root / "docs/theory.md").read_text(encoding="utf-8"))
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
        for name, text in {
                "src/a.cpp": "// (T-1) T-2 T-5 T-7\n", "src/b.cpp": "// T-4 T-6 T-8\n",
                "tests/a.cpp": 'TEST_CASE("T-1 and "\n    "T-2 hold") {\n // T-5\n}\n// TEST_CASE("T-5") {\n'
                               'TEST_CASE("T-6 to T-8" * doctest::may_fail()) {\n'
                               'TEST_CASE("T-5" * doctest::skip()) {\n',
                "tests/allocation/a.cpp": 'TEST_CASE("T-5") {\n', "tests/make_table.py": '"""T-5"""\n',
                "tests/b_test.py": 'class A:\n    """T-4"""\n    # T-5\n    text = "T-5"\n',
                "docs/theory.md": "x (T-1)\n| w | (T-2, limit) |\n| x | T-4, *1e-3* |\n"
                                  "as of T-3, (T-3, T-8) (T-6)\n| T-8 | x |\n(T-7)\n"
                                  "## Sources\n(T-3) (T-5) T-3...T-5\n",
                "THEORY.md": "T-1 T-2 T-3 T-6 T-7 T-8 T-9\n"}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = problems(root, root / "THEORY.md", [1, 2, 3, 4, 6, 7, 8])
    expected = ["src/a.cpp: T-5 is in no test", "src/a.cpp: T-7 is in no test",
                "src/a.cpp: T-5 is not in docs/theory.md",
                "src/b.cpp: T-8 is not in docs/theory.md", "the theory's T-3 is not in docs/theory.md",
                "the theory's T-8 is not in docs/theory.md", "THEORY.md: T-4 is not in EQUATIONS",
                "THEORY.md: T-9 is not in EQUATIONS"]
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
    held = "" if theory.is_file() else f" (EQUATIONS was not held against {theory.name}, which is not there)"
    print("\n".join(found) if found else f"every equation has its test and its place in docs/theory.md{held}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
