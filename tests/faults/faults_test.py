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
import shutil
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

    def with_shim(self):
        """The environment of a process whose writes may fail, and are traced."""
        scratch = tempfile.TemporaryDirectory()  # LD_PRELOAD takes no blank
        self.addCleanup(scratch.cleanup)
        shim = Path(scratch.name) / "failing_write.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("failing_write.c"), "-ldl"],
                       check=True)
        environment = {**os.environ, "LD_PRELOAD": str(shim)}
        if SANITIZED:
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        return environment

    def full_at_every_write(self, job):
        good, _ = self.undisturbed(job)
        environment = {**self.with_shim(), "COUNT_WRITES": str(self.folder / f"{job}, count")}
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


class Replacements(Jobs):
    """--force where something is there already: what was there stays until everything new is on the disk."""

    def setUp(self):
        super().setUp()
        self.environment = self.with_shim()
        small = ["data.modes=20", "training.points=20"]
        for out, more in (("a", []), ("b", ["network.init=0.3"])):
            self.succeed("run", "small.toml", *small, *more, "--out", out, "--quiet")
        measured = ["measure", "--data", "train.npy", "--samples"]
        # The command, and what makes it write something else.
        self.replacing = {
            "run": (["run", "small.toml", *small], ["network.init=0.2"]),
            "fit": (["fit", "a"], ["emergence.thresholds=arithmetic"]),
            "compare": (["compare", "a", "b"], ["--confidence", "0.5"]),
            "compare rates": (["compare", "a", "b", "--fit-rate"], ["--confidence", "0.5"]),
            "measure": ([*measured, "s_[1-4].npy"], ["emergence.thresholds=arithmetic"]),
        }

    def twice(self, job, fail_at=None, trace=None):
        """What was there, and what the job that replaces it leaves: exit code and contents."""
        words, other = self.replacing[job]
        out = self.folder / f"{job}, replaced"
        shutil.rmtree(out, ignore_errors=True)
        self.succeed(*words, "--out", out, "--quiet")
        before = contents(out)
        environment = dict(self.environment, COUNT_WRITES=str(self.folder / "count"))
        environment.update({"FAIL_AT": str(fail_at)} if fail_at else {})
        environment.update({"TRACE": str(trace)} if trace else {})
        words = [word for word in words if word != "--fit-rate"]  # then rates.csv is to go
        code = self.run_program(*words, "--out", out, "--quiet", "--force", *other, env=environment).code
        return before, code, contents(out)

    def test_a_full_disk_leaves_what_was_there(self):
        for job in self.replacing:
            _, code, _ = self.twice(job)
            self.assertEqual(code, DONE)
            writes = int((self.folder / "count").read_text())
            for at in sorted({1 + round(i * (writes - 1) / 4) for i in range(5)}):
                with self.subTest(job=job, write=at, of=writes):
                    before, code, after = self.twice(job, fail_at=at)
                    self.assertEqual(code, FILE)
                    mine = ("checkpoints", "measure.toml")  # go with the first new one
                    self.assertEqual([n for n in before if not n.startswith(mine) and before[n] != after.get(n)], [])

    def assert_order(self, lines, out):
        """All bytes, then the old manifest's end, then the new files, then the manifest: each on the disk before."""
        steps = [line.split(" ", 1) for line in lines]
        manifest = str(out / "manifest.json")
        removed, placed = steps.index(["remove", manifest]), steps.index(["rename", manifest])
        others = [i for i, (what, path) in enumerate(steps) if what in ("remove", "rename") and i not in (removed, placed)
                  and path.startswith(str(out) + "/") and path.endswith(".csv") and "/checkpoints/" not in path]
        self.assertEqual(placed, max([placed, *others]))
        synced = [i for i, step in enumerate(steps) if step == ["sync", str(out)]]
        self.assertTrue([i for i in synced if removed < i < min(others)], lines)
        self.assertTrue([i for i in synced if max(others) < i < placed], lines)
        self.assertTrue([i for i in synced if placed < i], lines)
        files = [i for i, (what, path) in enumerate(steps) if what == "sync" and path.endswith(".tmp")]
        self.assertLess(max(files), removed)

    def test_a_power_cut_leaves_no_manifest_beside_files_of_another_run(self):
        for job in self.replacing:
            with self.subTest(job=job):
                trace = self.folder / f"{job}, trace"
                before, code, after = self.twice(job, trace=trace)
                self.assertEqual(code, DONE)
                self.assertNotEqual(before["manifest.json"], after["manifest.json"])
                self.assertEqual("rates.csv" in before, job == "compare rates")
                self.assertNotIn("rates.csv", after)
                self.assert_order(trace.read_text().splitlines(), self.folder / f"{job}, replaced")

    def test_a_pipe_in_the_directory_does_not_stand_for_it(self):
        """Its place needs no sync, but that of the files beside it does."""
        out, trace = self.folder / "piped", self.folder / "trace"
        words = ["run", "small.toml", "--out", out, "--quiet"]
        self.succeed(*words)
        (out / "scenario.toml").unlink()
        os.mkfifo(out / "scenario.toml")
        reader = os.open(out / "scenario.toml", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.succeed(*words, "--force", env={**self.environment, "TRACE": str(trace)})
        self.assertIn(b"modes = 8", os.read(reader, 1 << 16))
        self.assert_order(trace.read_text().splitlines(), out)


# At the end of main() the program asks for a limit; here that is where something breaks.
BREAKING = """#include <stdexcept>
#include <sys/resource.h>
static void breaks() noexcept { throw std::runtime_error("the reason"); }
extern "C" int getrlimit(__rlimit_resource_t, struct rlimit*) noexcept { breaks(); return 0; }
"""


class Terminations(ProgramTest):
    def test_an_exception_that_nobody_catches_says_what_it_was(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        source, shim = Path(scratch.name) / "breaking.cpp", Path(scratch.name) / "breaking.so"
        source.write_text(BREAKING)
        subprocess.run(["c++", "-shared", "-fPIC", "-w", "-o", shim, source], check=True)
        outcome = self.run_program("--version", env={**os.environ, "LD_PRELOAD": str(shim)})
        self.assertEqual(outcome.code, -signal.SIGABRT)
        self.assertIn("std::runtime_error", outcome.err)
        self.assertIn("the reason", outcome.err)


class LittleMemory(Jobs):
    def test_little_memory(self):
        refused = self.every_job(self.with_little_memory)
        self.assertGreater(sum(refused.values()), 0)  # the small ones need little more than the program itself


if __name__ == "__main__":
    main()
