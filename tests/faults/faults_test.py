#!/usr/bin/env python3
"""What is left when a run, a sweep or a measurement is cut short: by a signal at any moment, by a disk that is full at
any operation, by a directory that vanishes or may not be written any more, by too little memory. Whatever is in place
is whole, the error says what happened, and going on gives the bytes of an undisturbed run.

    EIGENFLOW=build/release/eigenflow EIGENFLOW_FAULT_ROUNDS=200 tests/faults/faults_test.py [CLASS …]

EIGENFLOW_FAULT_ROUNDS: rounds of each command and fault (20 unless told); of a full disk at most as many as it has
operations, one a process. EIGENFLOW_FAULT_REPORT names a CSV that keeps how often what was seen: of the long run
docs/tables/faults.csv, from which fault_table.py makes the table of docs/reliability.md.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

from jobs import ROUNDS, SANITIZED, Jobs, contents
from program import COMMAND, DONE, ProgramTest, main

# Run as the tests of this file.
from full_disks import FullDisks  # noqa: F401
from little_memory import LittleMemory  # noqa: F401
from places import ReadOnly, Vanished  # noqa: F401
from replacements import Replacements  # noqa: F401

STOPPED = 75
BEFORE = "ended by it before its handlers were set"
NOTHING = "stopped by {}: nothing was begun"
SENTENCES = {
    "run": "stopped by {}: .*(holds no complete run; run it again|keeps the run that was there before)",
    "sweep": "stopped by {}: ([0-9]+) of 6 points are finished in .*; go on with the same command and --resume",
    "measure": "stopped by {}: ([0-9]+) of 8 checkpoints are finished in .*; go on with the same command and --resume",
}
# What is written last, and says that all is there.
LAST = {"run": "manifest.json", "sweep": "points.csv", "measure": "manifest.json"}


def catches(process, number):
    """Whether the program has a handler for the signal."""
    caught = re.search(r"SigCgt:\s*([0-9a-f]+)", Path(f"/proc/{process.pid}/status").read_text())
    return bool(caught) and bool(int(caught[1], 16) >> (number - 1) & 1)


def send(process, number):
    """Sends the signal; whether the program had a handler for it at that moment, for which it is halted."""
    process.send_signal(signal.SIGSTOP)
    if process.returncode is not None:
        return False
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    caught = catches(process, number)
    process.send_signal(number)
    process.send_signal(signal.SIGCONT)
    return caught


def as_on_a_terminal():
    """A shell's background job ignores SIGINT and what nohup starts SIGHUP, and so do their children."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def identity(path):
    """Of the file that has this name now; None for no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


class Cuts(Jobs):
    def cut_short(self, job, number):
        """The same directory, cut short again and again and then finished. Every other time a run replaces one of other
        numbers; and a signal comes at any moment, or just when the last file is in place."""
        cut_directory = self.folder / f"{job}, cut by {number}"
        last = cut_directory / LAST[job]
        good, whole = self.undisturbed(job)
        others = self.another_run() if job == "run" else {}
        moments = random.Random(f"{job} {number}")
        outcomes, tries = Counter(), 0
        while outcomes.total() < ROUNDS and tries < 10 * ROUNDS:
            tries += 1
            if job == "run":
                shutil.rmtree(cut_directory, ignore_errors=True)
                if tries % 2:
                    shutil.copytree(self.folder / "another run", cut_directory)
            before = contents(cut_directory)
            began, fresh, minded, earlier = time.monotonic(), not before, False, identity(last)
            process = subprocess.Popen(self.words(job, cut_directory.name, self.going_on(job)), cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                       preexec_fn=as_on_a_terminal)
            if tries % 4 < 2 and number != signal.SIGKILL:
                while process.poll() is None and identity(last) in (None, earlier):
                    time.sleep(1e-5)
                minded = process.returncode is None and send(process, number)
            else:
                try:
                    process.wait(moments.uniform(0, whole))
                except subprocess.TimeoutExpired:
                    minded = send(process, number)
            said = process.communicate()[1]
            if process.returncode == DONE:
                if fresh:  # the undisturbed one may have met a busy machine
                    whole = min(whole, time.monotonic() - began)
                self.assert_same(contents(cut_directory), good)
                shutil.rmtree(cut_directory)
                continue
            outcome = self.outcome(job, number, minded, process.returncode, said, cut_directory)
            outcomes[outcome] += 1
            after = contents(cut_directory)
            if outcome in (BEFORE, "exit code 75, nothing begun") or job == "run" and number != signal.SIGKILL:
                self.assertEqual(after, before, said)
            self.assert_whole_or_of(others, cut_directory, good)
        self.assertEqual(outcomes.total(), ROUNDS)
        self.assert_same(self.finish(job, cut_directory.name), good)
        return outcomes

    def another_run(self):
        """The files of a run that differs from the one to be cut short in every table."""
        if not (self.folder / "another run").exists():
            self.succeed(*self.jobs["run"], "network.init=0.2", "data.exponent=2.0", "--out", "another run", "--quiet")
        return contents(self.folder / "another run")

    def assert_whole_or_of(self, others, directory, good):
        """Files in place are new or, of a run, those of the other one; a manifest stands beside its own alone."""
        files = {name: content for name, content in contents(directory).items() if not name.endswith(".tmp")}
        if others and "manifest.json" in files and files["manifest.json"] == others["manifest.json"]:
            self.assertEqual(files, others)
            return
        old = [name for name in files if others and "manifest.json" not in files and files[name] == others.get(name)]
        if directory.exists():
            self.assert_whole(directory, good, but=old)
        if others and "manifest.json" in files:
            self.assert_same(files, good)

    def outcome(self, job, number, minded, code, said, directory):
        if number == signal.SIGKILL:
            self.assertEqual((code, said), (-number, ""))
            return "killed"
        # valgrind catches every signal itself, and sanitizers some.
        self.assertIn(code, (STOPPED, -number) if SANITIZED else (STOPPED,) if minded else (-number,), said)
        if code != STOPPED:
            self.assertEqual(said, "")
            return BEFORE
        if said == f"eigenflow: {NOTHING.format(number.name)}\n":
            return "exit code 75, nothing begun"
        self.assert_sentence(said, SENTENCES[job].format(number.name))
        if job == "run":
            self.assertEqual("keeps the run" in said, (directory / "manifest.json").exists())
        else:  # one that was being put in place then may be there too
            finished = directory.glob("*/manifest.json" if job == "sweep" else "checkpoints/*.csv")
            self.assertLessEqual(int(re.search(SENTENCES[job].format(number.name), said)[1]), len(list(finished)))
        return "exit code 75, one sentence"


class Kills(Cuts):
    def test_killed_at_any_moment(self):
        self.every_job("SIGKILL", self.cut_short, signal.SIGKILL)


class Signals(Cuts):
    def stopped(self, job, number):
        outcomes = self.cut_short(job, number)
        self.assertGreater(outcomes["exit code 75, one sentence"], 0, outcomes)
        return outcomes

    def test_told_to_stop_at_any_moment(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number.name):
                self.every_job(number.name, self.stopped, number)


class NobodyReads(Jobs):
    """Stderr as of a terminal that was closed, of a full disk, and of a pipe that is full and never read."""

    def setUp(self):
        super().setUp()
        self.long = self.words("run", "run", "data.modes=20000", "training.points=2000")

    def started(self, stderr):
        process = subprocess.Popen(self.long, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=stderr,
                                   preexec_fn=as_on_a_terminal)
        while process.poll() is None and not (self.folder / "run").exists():
            time.sleep(0.001)
        return process

    def full_pipe(self):
        reading, writing = os.pipe()
        for end in (reading, writing):
            self.addCleanup(os.close, end)
        os.set_blocking(writing, False)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(writing, b"x" * 4096)
        os.set_blocking(writing, True)
        return writing

    def test_told_to_stop_where_nobody_reads_why(self):
        with open("/dev/full", "wb") as full:
            for number in (signal.SIGTERM, signal.SIGHUP):
                for stderr in (full, self.full_pipe()):
                    with self.subTest(signal=number.name, pipe=stderr is not full):
                        process = self.started(stderr)
                        process.send_signal(number)
                        self.assertEqual(process.wait(), STOPPED)
                        self.assertFalse((self.folder / "run").exists())

    @unittest.skipIf(os.environ.get("EIGENFLOW_SANITIZED") == "thread",
                     "ThreadSanitizer tells a thread of a signal when it waits no more, which it does for ever here")
    def test_a_finished_run_that_can_not_say_so_ends_as_it_went(self):
        words = [*COMMAND, "run", "small.toml", "--out", "run", "--force"]  # with a summary
        process = subprocess.Popen(words, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=self.full_pipe(),
                                   preexec_fn=as_on_a_terminal)
        while not (self.folder / "run/manifest.json").exists():
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE)


class Reading(ProgramTest):
    def test_told_to_stop_while_the_input_is_read(self):
        """Which takes half a second; nothing is written by then."""
        rows = "".join(f"{mode},{1e6 / mode}\n" for mode in range(1, 1_000_001))
        self.write("large.csv", "mode,variance\n" + rows)
        words = [*COMMAND, "run", "small.toml", "data.source=csv", "data.file=large.csv", "--out", "run"]
        began = contents(self.folder)
        process = subprocess.Popen(words, cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=as_on_a_terminal)
        while process.poll() is None and not catches(process, signal.SIGTERM):
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        said = process.communicate()[1]
        if SANITIZED and process.returncode == -signal.SIGTERM:  # see Cuts.outcome
            self.assertEqual(said, "")
        else:
            self.assertEqual((process.returncode, said), (STOPPED, f"eigenflow: {NOTHING.format('SIGTERM')}\n"))
        self.assertEqual(contents(self.folder), began)


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


if __name__ == "__main__":
    main()
