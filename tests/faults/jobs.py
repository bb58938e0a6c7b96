"""The three commands that write directories, what of them has to be whole, and how often what was seen."""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

from program import COMMAND, DONE, TIME_LIMIT, ProgramTest, contents  # noqa: E402

ROUNDS = int(os.environ.get("EIGENFLOW_FAULT_ROUNDS", "20"))
REPORT = os.environ.get("EIGENFLOW_FAULT_REPORT")
SANITIZED = "EIGENFLOW_SANITIZED" in os.environ
VARYING_KEYS = ("wall_seconds", "threads")  # a sweep's last points have the threads of those that are done
COUNTED = ("open", "write", "sync", "mkdir", "rename")  # by failing_write.c


def comparable(name, content):
    """The bytes of a file; of a manifest, which has to be a whole JSON document, all but the keys that vary."""
    if content is None or Path(name).name != "manifest.json":
        return content
    manifest = json.loads(content)
    for key in VARYING_KEYS:
        manifest.pop(key, None)
    return json.dumps(manifest)  # in the order of the file


def record(fault, command, outcomes):
    """Replaces the rows of the fault and the command in the report."""
    if not REPORT:
        return
    columns = ["fault", "command", "outcome", "rounds"]
    rows = []
    if Path(REPORT).exists():
        with open(REPORT, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if (row["fault"], row["command"]) != (fault, command)]
    rows += [dict(zip(columns, (fault, command, *outcome))) for outcome in outcomes.items()]
    with open(REPORT, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [row[column] for column in columns[:3]]))


class Jobs(ProgramTest):
    """Each command some tenths of a second long."""

    def setUp(self):
        super().setUp()
        stream = np.random.default_rng(7)
        np.save(self.folder / "train.npy", stream.normal(size=(300, 120)).astype("f4"))
        for step in range(1, 9):
            np.save(self.folder / f"s_{step}.npy", stream.normal(size=(1500, 120)).astype("f4"))
        self.jobs = {
            "run": ["run", "small.toml", "data.modes=256", "training.points=60", "fit.bootstrap=200"],
            "sweep": ["sweep", "small.toml", "data.modes=64,128", "training.points=10,20,30", "fit.bootstrap=100"],
            "measure": ["measure", "--data", "train.npy", "--samples", "s_*.npy"],
        }

    def words(self, job, out, *more):
        return [*COMMAND, *self.jobs[job], "--out", str(out), "--quiet", *more]

    def undisturbed(self, job):
        shutil.rmtree(self.folder / f"{job}, good", ignore_errors=True)
        began = time.monotonic()
        subprocess.run(self.words(job, f"{job}, good"), cwd=self.folder, check=True, capture_output=True)
        return contents(self.folder / f"{job}, good"), time.monotonic() - began

    def assert_whole(self, directory, good, but=()):
        """Each file in place has the bytes of the undisturbed run; temporaries, which are hidden, do not count."""
        for name, content in contents(directory).items():
            if content is None or name.endswith(".tmp") or name in but:
                continue
            self.assertIn(name, good)
            self.assertEqual(comparable(name, content), comparable(name, good[name]), name)

    def assert_same(self, files, good):
        self.assertEqual(set(files), set(good))
        self.assertEqual([n for n in good if comparable(n, files[n]) != comparable(n, good[n])], [])

    def assert_sentence(self, text, pattern):
        """One line, which begins as every refusal does."""
        self.assertRegex(text, rf"\Aeigenflow: {pattern}\n\Z")

    def going_on(self, job):
        return "--force" if job == "run" else "--resume"

    def finish(self, job, directory, how=None):
        done = subprocess.run(self.words(job, directory, how or self.going_on(job)), cwd=self.folder, capture_output=True,
                              text=True, timeout=TIME_LIMIT)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return contents(self.folder / directory)

    def with_shim(self):
        """The environment of a process whose writes may fail, and are traced."""
        scratch = tempfile.TemporaryDirectory()  # LD_PRELOAD takes no blank
        self.addCleanup(scratch.cleanup)
        shim = Path(scratch.name) / "failing_write.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("failing_write.c")],
                       check=True)
        environment = {**os.environ, "LD_PRELOAD": str(shim)}
        if SANITIZED:
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        return environment

    def every_job(self, fault, check, *more):
        """`check` returns how often it saw what."""
        for job in self.jobs:
            with self.subTest(job=job):
                outcomes = Counter(check(job, *more))
                self.assertGreater(outcomes.total(), 0)
                record(fault, job, outcomes)
