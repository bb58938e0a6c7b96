#!/usr/bin/env python3
"""What is left when a run, a sweep or a measurement is cut short: by SIGKILL at any moment, by a disk that is full at
any write, by too little memory. Whatever is in place is whole, the error says what happened, and going on gives the
bytes of an undisturbed run.

    EIGENFLOW=build/release/eigenflow EIGENFLOW_FAULT_ROUNDS=200 tests/faults/faults_test.py

EIGENFLOW_FAULT_ROUNDS: kills of each command, and the most writes that fail, one a process (20 unless told).
"""

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

from program import COMMAND, DONE, FILE, NUMERICS, ProgramTest, contents, main  # noqa: E402

ROUNDS = int(os.environ.get("EIGENFLOW_FAULT_ROUNDS", "20"))
SANITIZED = "EIGENFLOW_SANITIZED" in os.environ
VARYING = ("manifest.json", "sweep.json")  # has wall times
MEMORY_MEGABYTES = (48, 64, 80, 96, 112, 128, 160, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096)


class Jobs(ProgramTest):
    """The three commands that write directories, each some tenths of a second long."""

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
        return [*COMMAND, *self.jobs[job], "--out", out, "--quiet", *more]

    def undisturbed(self, job):
        began = time.monotonic()
        subprocess.run(self.words(job, f"{job}, good"), cwd=self.folder, check=True, capture_output=True)
        return contents(self.folder / f"{job}, good"), time.monotonic() - began

    def assert_whole(self, directory, good):
        """Each file in place has the bytes of the undisturbed run; temporaries, which are hidden, do not count."""
        for name, content in contents(directory).items():
            if content is None or name.endswith(".tmp") or Path(name).name in VARYING:
                continue
            self.assertIn(name, good)
            self.assertEqual(content, good[name], name)

    def assert_same(self, files, good):
        self.assertEqual(set(files), set(good))
        self.assertEqual([n for n in good if files[n] != good[n] and Path(n).name not in VARYING], [])

    def finish(self, job, directory):
        more = ["--force"] if job == "run" else ["--resume"]
        done = subprocess.run(self.words(job, directory, *more), cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return contents(self.folder / directory)

    def cut_short(self, job, *signals):
        """The same directory, cut short again and again and then finished."""
        cut_directory = self.folder / f"{job}, cut"
        good, whole = self.undisturbed(job)
        moments = random.Random(job)
        cut, tries = 0, 0
        more = ["--force"] if job == "run" else ["--resume"]
        while cut < ROUNDS and tries < 10 * ROUNDS:
            tries += 1
            began, fresh = time.monotonic(), not any(cut_directory.glob("*"))
            number = moments.choice(signals)
            process = subprocess.Popen(self.words(job, cut_directory.name, *more), cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(moments.uniform(0, whole))
            except subprocess.TimeoutExpired:
                process.send_signal(number)
            code = process.wait()
            if code == DONE:
                if fresh:  # the undisturbed one may have met a busy machine
                    whole = min(whole, time.monotonic() - began)
                self.assert_same(contents(cut_directory), good)
                for path in sorted(cut_directory.rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
                continue
            # A signal that comes before the program minds it ends it as any program.
            self.assertIn(code, (-number, 75))
            cut += 1
            if cut_directory.exists():
                self.assert_whole(cut_directory, good)
        self.assertEqual(cut, ROUNDS)
        self.assert_same(self.finish(job, cut_directory.name), good)

    def full_at_every_write(self, job):
        good, _ = self.undisturbed(job)
        scratch = tempfile.TemporaryDirectory()  # LD_PRELOAD takes no blank
        self.addCleanup(scratch.cleanup)
        shim = Path(scratch.name) / "failing_write.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("failing_write.c"), "-ldl"],
                       check=True)
        environment = {**os.environ, "LD_PRELOAD": str(shim), "COUNT_WRITES": str(self.folder / f"{job}, count")}
        if SANITIZED:
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        words = self.words(job, f"{job}, counted", "--threads", "1")
        subprocess.run(words, cwd=self.folder, env=environment, check=True, capture_output=True)
        writes = int((self.folder / f"{job}, count").read_text())
        self.assertGreater(writes, 5)
        for at in sorted({1 + round(i * (writes - 1) / ROUNDS) for i in range(ROUNDS + 1)}):
            with self.subTest(write=at, of=writes):
                out = f"{job}, full {at}"
                done = subprocess.run(self.words(job, out, "--threads", "1"), cwd=self.folder, capture_output=True,
                                      env={**environment, "FAIL_AT": str(at)}, text=True)
                self.assertEqual(done.returncode, FILE, done.stderr)
                self.assertIn("No space left on device", done.stderr)
                if (self.folder / out).exists():
                    self.assert_whole(self.folder / out, good)
                    self.assertEqual([n for n in contents(self.folder / out) if n.endswith(".tmp")], [])
                    self.assert_same(self.finish(job, out), good)

    def with_little_memory(self, job):
        good, _ = self.undisturbed(job)
        refused, last = 0, None
        for megabytes in MEMORY_MEGABYTES:
            with self.subTest(megabytes=megabytes):
                size = megabytes << 20
                limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))  # noqa: E731
                out = f"{job}, memory {megabytes}"
                done = subprocess.run(self.words(job, out, "--threads", "2"), cwd=self.folder, preexec_fn=limit,
                                      capture_output=True, text=True)
                last = done.returncode
                if (self.folder / out).exists():
                    self.assert_whole(self.folder / out, good)
                if last != DONE and "error while loading shared libraries" not in done.stderr:
                    refused += 1
                    self.assertEqual(last, NUMERICS, done.stderr)
                    self.assertIn("memory", done.stderr)
        self.assertEqual(last, DONE)
        return refused

    def every_job(self, check, *more):
        results = {}
        for job in self.jobs:
            with self.subTest(job=job):
                results[job] = check(job, *more)
        return results


class Kills(Jobs):
    def test_killed_at_any_moment(self):
        self.every_job(self.cut_short, signal.SIGKILL)


class Signals(Jobs):
    def test_told_to_stop_at_any_moment(self):
        self.every_job(self.cut_short, signal.SIGTERM, signal.SIGINT)


class FullDisks(Jobs):
    def test_a_disk_that_is_full_at_any_write(self):
        self.every_job(self.full_at_every_write)


class LittleMemory(Jobs):
    def test_little_memory(self):
        refused = self.every_job(self.with_little_memory)
        self.assertGreater(sum(refused.values()), 0)  # the small ones need little more than the program itself


if __name__ == "__main__":
    main()
