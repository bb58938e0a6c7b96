"""The program under test: how it is run, where, and what a refusal looks like. Its path is in EIGENFLOW."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
# A path, from where the tests are started, or a name that PATH has; tests run it in folders of their own.
PROGRAM = os.environ.get("EIGENFLOW", "eigenflow")
COMMAND = (os.path.abspath(PROGRAM) if os.sep in PROGRAM else PROGRAM,)
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")  # util-linux, on every Debian
# Below ctest's own [s], so that a program that hangs is named with its arguments; sanitizers take twenty times as long.
TIME_LIMIT = 2000 if "EIGENFLOW_SANITIZED" in os.environ else 100

# Eight modes, six training times: a few milliseconds.
SMALL = """[data]
source = "power-law"
modes = 8
[training]
points = 5
[fit]
bootstrap = 0
"""

RUN_FILES = ("distances.csv", "emergence.csv", "manifest.json", "power_law.csv", "scenario.toml", "spectrum.csv",
             "variance.csv", "weights.csv")

DONE, USAGE, FILE, NUMERICS = 0, 2, 3, 4


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


def contents(folder):
    """Every entry below the folder: the bytes of a file, None for a directory. Hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(Path(folder).rglob("*"))}


class ProgramTest(unittest.TestCase):
    """Runs the program in a scratch directory whose name has blanks and letters beyond ASCII."""

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="mode σ² ")
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.write("small.toml", SMALL)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run_program(self, *words, cwd=None, stdout=subprocess.PIPE, timeout=TIME_LIMIT, **options):
        done = subprocess.run([*COMMAND, *map(str, words)], cwd=cwd or self.folder, stdin=subprocess.DEVNULL,
                              stdout=stdout, stderr=subprocess.PIPE, timeout=timeout, **options)
        return Outcome(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())

    def run_without_privilege(self, *words):
        """As root, without the right to read and write everything."""
        command = (*UNPRIVILEGED, *COMMAND) if os.geteuid() == 0 else COMMAND
        done = subprocess.run([*command, *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIME_LIMIT, check=False)
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def succeed(self, *words, **options):
        outcome = self.run_program(*words, **options)
        self.assertEqual(outcome.code, DONE, outcome.err)
        return outcome

    def simulate(self, scenario, *words, out="run", more=(), **options):
        """The files of a run, which has to write exactly its eight, and `more` where modes couple."""
        self.succeed("run", scenario, *words, "--out", out, "--quiet", **options)
        files = contents(self.folder / out)
        self.assertEqual(tuple(files), tuple(sorted((*RUN_FILES, *more))))
        return files

    def assert_refused(self, words, code, *problems, **options):
        """One line a problem on stderr, which holds the problem's essential parts; silent stdout; nothing written."""
        before = contents(self.folder)
        outcome = self.run_program(*words, **options)
        self.assert_sentences(outcome, code, *problems)
        self.assertEqual(contents(self.folder), before)

    def assert_sentences(self, outcome, code, *problems):
        lines = outcome.err.splitlines()
        self.assertEqual((outcome.code, outcome.out, len(lines)), (code, "", len(problems)), outcome.err)
        for line, parts in zip(lines, problems):
            self.assertTrue(line.startswith("eigenflow: "), line)
            for part in parts:
                self.assertIn(part, line)

    def assert_same_but_manifest(self, files, others):
        """Names rather than megabytes of difference."""
        different = [name for name in RUN_FILES if name != "manifest.json" and files[name] != others[name]]
        self.assertEqual(different, [])


def main():
    program = unittest.main(exit=False)
    result = program.result
    every_test_skipped = result.testsRun > 0 and len(result.skipped) == result.testsRun
    sys.exit(77 if every_test_skipped else not result.wasSuccessful())
