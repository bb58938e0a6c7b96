"""What README.md and docs/ say, held against the program and the code.  docs_test.py PROGRAM"""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PROGRAM = ""

# Fourier modes have every column; a mode of 10 modes of each kind is enough.
SCENARIO = """
[data]
source = "power-law"
basis = "fourier"
shape = [4, 4]
[training]
points = 20
[fit]
bootstrap = 0
"""
COUPLED = ["data.basis=pca", "data.shape=[]", "data.modes=4", "data.mean=[1,0,0,0]",
           "network.init=random"]


def read(path):
    return path.read_text(encoding="utf-8")


def code_blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def table_rows(text):
    """Cells of the rows below every header of the tables in a piece of Markdown."""
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]
    rules = [i for i, row in enumerate(rows) if all(re.fullmatch("-+", cell) for cell in row)]
    return [row for i, row in enumerate(rows) if i not in rules and i + 1 not in rules]


def sections(text, heading):
    """{name: text} of the headings that hold exactly one `name`, up to the next heading of that level or above."""
    parts = re.split(rf"^(#{{1,{heading}}} .*)$", text, flags=re.MULTILINE)
    named = {}
    for title, body in zip(parts[1::2], parts[2::2]):
        if name := re.search(r"`(.+?)`", title):
            named[name.group(1)] = body
    return named


class Readme(unittest.TestCase):
    def test_example_is_the_file(self):
        self.assertEqual(code_blocks(read(ROOT / "README.md"), "cpp"), [read(DOCS / "examples/simulate_and_fit.cpp")])

    def test_commands_are_accepted(self):
        """Every `eigenflow run` of README.md names a scenario and overrides that `check` accepts."""
        commands = re.findall(r"^build/release/eigenflow run (.*?)(?: +#.*)?$", read(ROOT / "README.md"),
                              re.MULTILINE)
        self.assertGreaterEqual(len(commands), 2)
        for words in commands:
            words = re.sub(r" --out \S+", "", words)
            with self.subTest(words):
                done = subprocess.run(f'"{PROGRAM}" check {words}', shell=True, cwd=ROOT, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_pictures_are_small_and_shown(self):
        pages = "".join(read(page) for page in [ROOT / "README.md", *DOCS.glob("*.md")])
        for picture in (DOCS / "pictures").iterdir():
            with self.subTest(picture.name):
                self.assertLessEqual(picture.stat().st_size, 200_000)
                self.assertIn(f"pictures/{picture.name})", pages)


class Links(unittest.TestCase):
    def test_every_local_link_leads_somewhere(self):
        pages = [*ROOT.glob("*.md"), *(page for folder in ("docs", "scenarios", "tests", "bench", "paper_figures")
                                       for page in (ROOT / folder).glob("**/*.md"))]
        for page in pages:
            for target, _, anchor in re.findall(r"\]\(([^)#:]*)(#([^)]*))?\)", self.prose(page)):
                with self.subTest(page=page.name, target=target, anchor=anchor):
                    there = page.parent / target if target else page
                    self.assertTrue(there.exists())
                    if anchor:
                        self.assertIn(anchor, self.anchors(there))

    @staticmethod
    def prose(page):
        return re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)

    def anchors(self, page):
        """As GitHub makes them of headings."""
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
                for title in re.findall(r"^#+ +(.*?) *$", self.prose(page), re.MULTILINE)}


class Csv(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.run_directory = Path(cls.scratch.name) / "run"
        scenario = Path(cls.scratch.name) / "s.toml"
        scenario.write_text(SCENARIO, encoding="utf-8")
        subprocess.run([PROGRAM, "run", scenario, "--out", cls.run_directory, "--quiet"], check=True)
        cls.coupled_directory = Path(cls.scratch.name) / "coupled"  # has the files and columns that coupled modes have
        subprocess.run([PROGRAM, "run", scenario, *COUPLED, "--out", cls.coupled_directory, "--quiet"], check=True)
        cls.ensemble_directory = Path(cls.scratch.name) / "ensemble"  # and errors of an ensemble's variances
        subprocess.run([PROGRAM, "run", scenario, *COUPLED, "sampling.ensemble=16", "--out", cls.ensemble_directory,
                        "--quiet"], check=True)
        cls.manifest = json.loads(read(cls.run_directory / "manifest.json"))
        cls.coupled_manifest = json.loads(read(cls.coupled_directory / "manifest.json"))

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_tables_are_the_manifests(self):
        documented = {name: table_rows(body) for name, body in sections(read(DOCS / "csv.md"), 3).items()
                      if name.endswith(".csv")}
        self.assertEqual(list(documented), list(self.coupled_manifest["files"]))
        runs = ((self.run_directory, self.manifest), (self.coupled_directory, self.coupled_manifest),
                (self.ensemble_directory, json.loads(read(self.ensemble_directory / "manifest.json"))))
        seen = {name: [] for name in documented}
        for directory, manifest in runs:
            for name, file in manifest["files"].items():
                with self.subTest(directory=directory.name, file=name):
                    told = [[f"`{c['name']}`", c["unit"], c["meaning"]] for c in file["columns"]]
                    self.assertEqual([row for row in documented[name] if row in told], told)
                    seen[name] += told
                    with (directory / name).open(newline="", encoding="utf-8") as table:
                        self.assertEqual(next(csv.reader(table)), [c["name"] for c in file["columns"]])
        for name, rows in documented.items():
            self.assertEqual([row for row in rows if row not in seen[name]], [], name)

    def test_comparison_tables_are_the_programs(self):
        folder = Path(self.scratch.name) / "comparison"
        subprocess.run([PROGRAM, "compare", self.run_directory, self.run_directory, "--out", folder, "--fit-rate",
                        "--quiet"], check=True)
        tables = {name: table_rows(body) for name, body in sections(read(DOCS / "analysing.md"), 3).items()
                  if name.endswith(".csv")}
        self.assertEqual(sorted([*tables, "manifest.json"]), sorted(file.name for file in folder.iterdir()))
        for name, rows in tables.items():
            with (folder / name).open(newline="", encoding="utf-8") as table:
                self.assertEqual([f"`{column}`" for column in next(csv.reader(table))], [row[0] for row in rows])

    def test_manifest_keys_and_version(self):
        text = read(DOCS / "csv.md")
        for key in {**self.manifest, **self.coupled_manifest}:
            self.assertIn(f"`{key}`", text)
        self.assertIn(f"`csv_version` is {self.manifest['csv_version']}", text)

    def test_run_directory_files_are_listed(self):
        for file in self.coupled_directory.iterdir():
            self.assertIn(f"`{file.name}`", read(DOCS / "csv.md"))

    def test_pandas_block_reads_the_very_numbers(self):
        (block,) = code_blocks(read(DOCS / "csv.md"), "python")
        names, back = {}, Path.cwd()
        os.chdir(self.scratch.name)
        try:
            exec(block, names)
        finally:
            os.chdir(back)
        with (self.run_directory / "variance.csv").open(newline="", encoding="utf-8") as table:
            exact = [float(row["variance"]) for row in csv.DictReader(table)]
        self.assertEqual(names["variance"]["variance"].tolist(), exact)


class Choices(unittest.TestCase):
    def test_choosing_lists_what_the_program_offers(self):
        """Every key with a section in choosing.md has the program's choices in the first column of its table."""
        offered, allowed = {}, ""
        section = ""
        reference = subprocess.run([PROGRAM, "reference"], check=True, capture_output=True, text=True).stdout
        for line in reference.splitlines():
            if heading := re.fullmatch(r"\[(\w+)\]", line):
                section = heading.group(1) + "."
            elif line.startswith("#   "):
                allowed = line[4:].removeprefix("one of ").removeprefix("a list of one or more of ")
                allowed = allowed.removesuffix(", each once")
            elif key := re.match(r"(\w+) = ", line):
                offered[section + key.group(1)] = allowed.split(", ")
        documented = sections(read(DOCS / "choosing.md"), 3)
        expected = {"data.source", "network.architecture", "objective.path", "objective.target",
                    "objective.preconditioning", "objective.weighting", "objective.coupling", "training.rule",
                    "training.solver", "sampling.solver", "emergence.thresholds", "emergence.target",
                    "emergence.rule", "fit.estimators"}
        self.assertEqual(set(documented), expected)
        for key, body in documented.items():
            with self.subTest(key):
                self.assertEqual([row[0].strip("`") for row in table_rows(body)], offered[key])


class Theory(unittest.TestCase):
    def test_every_tag_of_the_code_has_its_equation(self):
        told = set(re.findall(r"T-\d+", read(DOCS / "theory.md")))
        for folder in ("include", "src", "analysis", "paper_figures", "scenarios"):
            for path in (ROOT / folder).rglob("*"):
                if path.suffix in {".hpp", ".cpp", ".py", ".toml"}:
                    with self.subTest(path.name):
                        self.assertLessEqual(set(re.findall(r"\bT-\d+", read(path))), told)


class Lessons(unittest.TestCase):
    def test_readme_lists_every_lesson_in_order(self):
        lessons = sorted(path.name for path in (ROOT / "scenarios").glob("[0-9][0-9]_*.toml"))
        (table,) = re.findall(r"^## Lessons\n(.*?)(?=^## |\Z)", read(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
        self.assertEqual([re.search(r"scenarios/(.*?)\)", row[0]).group(1) for row in table_rows(table)], lessons)

    def test_every_lesson_says_what_to_look_at_and_is_accepted(self):
        """From lesson 4 on: the comment names a CSV file of the run, and `check` accepts every override it mentions."""
        for path in sorted((ROOT / "scenarios").glob("[01][0-9]_*.toml"))[3:]:
            comment = "".join(line for line in read(path).splitlines(True) if line.startswith("#"))
            with self.subTest(path.name):
                self.assertRegex(comment, r"\b(emergence|distances|weights|power_law|variance|alignment|mean|spectrum)\.csv\b")
            for override in re.findall(r"\b[a-z]+\.[A-Za-z_]+=(?:\[[^]]*\]|[\w.+-]*\w)", comment):
                with self.subTest(lesson=path.name, override=override):
                    done = subprocess.run([PROGRAM, "check", path, override], capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)


class Extending(unittest.TestCase):
    def test_quoted_code_is_the_code(self):
        """A block after "From `file`:" holds lines of that file, in order; `…` stands for what is left out."""
        quotes = re.findall(r"From `([^`]+)`:\n\n```cpp\n(.*?)```", read(DOCS / "extending.md"), re.DOTALL)
        self.assertGreater(len(quotes), 2)
        for file, block in quotes:
            rest = [line.strip() for line in read(ROOT / file).splitlines()]
            for line in filter(None, map(str.strip, block.splitlines())):
                if line == "…":
                    continue
                with self.subTest(file=file, line=line):
                    self.assertIn(line, rest)
                    rest = rest[rest.index(line) + 1:]

    def test_named_files_exist(self):
        for page in DOCS.glob("*.md"):
            for name in re.findall(r"`((?:src|include|analysis|tests|scenarios|docs|cmake|paper_figures)/[^`*<>… ]+)`",
                                   read(page)):
                with self.subTest(page=page.name, name=name):
                    self.assertTrue((ROOT / name).exists())


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
