#!/usr/bin/env python3
"""Where a run may not write, and what is left behind when the disk is full: whole files, and no others."""

import os
import resource
import subprocess
import unittest

import numpy as np

from program import COMMAND, DONE, FILE, RUN_FILES, TIME_LIMIT, USAGE, ProgramTest, contents, main

VALGRIND = os.environ.get("EIGENFLOW_SANITIZED") == "valgrind"


class Directories(ProgramTest):
    def test_a_run_is_not_replaced_unasked(self):
        self.simulate("small.toml")
        self.assert_refused(["run", "small.toml", "network.init=0.9", "--out", "run"], FILE,
                            ["run already holds a run", "--out DIR", "--force"])

    def test_force_replaces(self):
        first = self.simulate("small.toml")
        replaced = self.simulate("small.toml", "network.init=0.9", "--force")
        fresh = self.simulate("small.toml", "network.init=0.9", out="fresh")
        self.assertNotEqual(first["variance.csv"], replaced["variance.csv"])
        self.assert_same_but_manifest(replaced, fresh)

    def test_force_leaves_other_files_alone(self):
        self.write("run/notes.txt", "mine")
        self.simulate("small.toml", out="other")
        self.succeed("run", "small.toml", "--out", "run")
        self.succeed("run", "small.toml", "--out", "run", "--force")
        self.assertEqual(set(contents(self.folder / "run")), {*RUN_FILES, "notes.txt"})
        self.assertEqual((self.folder / "run" / "notes.txt").read_text(), "mine")

    def test_runs_go_under_their_name(self):
        self.succeed("run", "small.toml", "name=σ over λ")
        self.assertEqual(tuple(contents(self.folder / "runs" / "σ over λ")), RUN_FILES)

    def test_directories_are_made(self):
        self.assertEqual(tuple(self.simulate("small.toml", out="deep/er/run")), RUN_FILES)

    def test_a_file_in_the_place_of_the_directory(self):
        self.write("taken", "mine")
        self.assert_refused(["run", "small.toml", "--out", "taken"], FILE, ["taken is a file", "--out DIR"])
        self.assert_refused(["run", "small.toml", "--out", "taken/run"], FILE, ["taken/run", "Not a directory"])

    def test_a_place_that_may_not_be_written(self):
        # /proc refuses root too.
        self.assert_refused(["run", "small.toml", "--out", "/proc/eigenflow-run"], FILE,
                            ["cannot create the output directory /proc/eigenflow-run"])
        place = self.folder / "sealed"
        place.mkdir()
        place.chmod(0o555)
        self.addCleanup(place.chmod, 0o755)
        for out in ("sealed", "sealed/run"):
            outcome = self.run_without_privilege("run", "small.toml", "--out", out)
            self.assert_sentences(outcome, FILE, [out, "Permission denied"])
            self.assertEqual(contents(place), {})

    def test_a_spectrum_goes_where_a_file_can_be(self):
        np.save(self.folder / "x.npy", np.random.default_rng(1).normal(size=(20, 4)))
        (self.folder / "taken").mkdir()
        for out, reason in (("taken", "Is a directory"), ("absent/x.csv", "No such file or directory"),
                            ("/proc/eigenflow.csv", "cannot write"), ("/dev/full", "No space left")):
            self.assert_refused(["spectrum", "x.npy", "--out", out], FILE, [out, reason])
        self.write("x.csv", "what was here before")
        self.succeed("spectrum", "x.npy", "--out", "x.csv")
        self.assertTrue((self.folder / "x.csv").read_text().startswith("mode,variance\n1,"))


class FullDisks(ProgramTest):
    # 400 modes: spectrum.csv of 10 kB and variance.csv of 70 kB, so that some files fit and others do not.
    LARGE = ["data.modes=400", "training.points=2"]

    def assert_nothing_is_left(self, directory):
        """Files appear when all are on the disk; and the directory was made for them."""
        self.assertFalse(directory.exists(), contents(directory))

    def mount(self, *options):
        place = self.folder / "disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", str(place)], check=True)
        return place

    def test_no_space_left(self):
        place = self.mount("size=64k")
        outcome = self.run_program("run", "small.toml", *self.LARGE, "--out", place / "run")
        self.assert_sentences(outcome, FILE,
                              ["cannot write", f"{place}/run/", "No space left on device", "free some space"])
        self.assert_nothing_is_left(place / "run")

    def test_no_space_at_all(self):
        place = self.mount("size=4k")
        self.write("disk/filling", bytes(4096))
        outcome = self.run_program("run", "small.toml", "--out", place / "run")
        self.assert_sentences(outcome, FILE, ["cannot write", f"{place}/run/", "No space left on device"])
        self.assertEqual(set(contents(place)), {"filling"})

    def test_a_file_system_that_is_read_only(self):
        place = self.mount("ro")
        self.assert_refused(["run", "small.toml", "--out", place / "run"], FILE,
                            [f"{place}/run", "Read-only file system", "choose another place"])
        self.assert_refused(["run", "small.toml", "--out", place], FILE, [str(place), "Read-only file system"])

    def test_a_file_size_limit(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))  # noqa: E731
        outcome = self.run_program("run", "small.toml", *self.LARGE, "--out", "run", preexec_fn=limit)
        self.assert_sentences(outcome, FILE, ["cannot write run/", "File too large", "free some space"])
        self.assert_nothing_is_left(self.folder / "run")

    def test_a_run_that_can_not_be_replaced_stays(self):
        before = self.simulate("small.toml", *self.LARGE, "network.init=0.9")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))  # noqa: E731
        outcome = self.run_program("run", "small.toml", *self.LARGE, "--out", "run", "--force", preexec_fn=limit)
        self.assertEqual(outcome.code, FILE, outcome.err)
        self.assertEqual(contents(self.folder / "run"), before)


class StandardOutput(ProgramTest):
    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_standard_output_on_a_full_disk(self):
        for words in (["reference"], ["check", "small.toml"], ["--help"], ["run", "--help"], ["--version"]):
            with open("/dev/full", "wb") as full:
                outcome = self.run_program(*words, stdout=full)
            self.assert_sentences(outcome, FILE, ["standard output could not be written", "disk full"])

    def test_sentences_that_nobody_gets_change_nothing_else(self):
        """The story: a summary that could not be written ended the program by SIGABRT, and a refusal did."""
        for name in ("x.npy", "x_1.npy", "x_2.npy"):
            np.save(self.folder / name, np.random.default_rng(1).normal(size=(40, 4)))
        reading, broken = os.pipe()
        os.close(reading)
        self.addCleanup(os.close, broken)
        commands = [(DONE, ["run", "small.toml", "--out", "run", "--force"]),
                    (DONE, ["sweep", "small.toml", "network.init=0.1,0.2", "--out", "sweep", "--force"]),
                    (DONE, ["measure", "--data", "x.npy", "--samples", "x_*.npy", "--out", "measured", "--force"]),
                    (DONE, ["spectrum", "x.npy", "--out", "x.csv"]), (DONE, ["fit", "run", "--force"]),
                    (DONE, ["compare", "run", "run"]), (USAGE, ["run", "small.toml", "data.modes=0"]),
                    (FILE, ["spectrum", "none.npy", "--out", "x.csv"]), (USAGE, ["no-such-command"])]
        with open("/dev/full", "wb") as full:
            streams = [full, broken] if VALGRIND else [full, broken, None]  # valgrind does not begin without stderr
            for code, words in commands:
                for stderr in streams:
                    with self.subTest(words=words, stderr=stderr):
                        done = subprocess.run([*COMMAND, *words], cwd=self.folder, stdout=subprocess.DEVNULL,
                                              stderr=stderr, timeout=TIME_LIMIT, check=False,
                                              preexec_fn=None if stderr else lambda: os.close(2))
                        self.assertEqual(done.returncode, code)

    @unittest.skipIf(VALGRIND, "valgrind does not begin without stderr")
    def test_no_stream_is_open(self):
        """The story: the first file that was read had the number of stderr, and what was said went there."""
        self.write("spectrum.csv", "mode,variance\n1,2\n2,1\n")
        before = contents(self.folder)
        closed = subprocess.run([*COMMAND, "run", "small.toml", "data.source=csv", "data.file=spectrum.csv", "--out", "run"],
                                cwd=self.folder, timeout=TIME_LIMIT, check=False,
                                preexec_fn=lambda: [os.close(stream) for stream in (0, 1, 2)])
        self.assertEqual(closed.returncode, DONE)
        self.assertEqual({name: content for name, content in contents(self.folder).items() if not name.startswith("run")},
                         before)

    def test_what_a_terminal_takes_for_a_command_is_not_printed(self):
        for name in ("a\x1b[31m\r.npy", "b\x7f\x07.npy"):
            self.write(name, "x")
            outcome = self.run_program("spectrum", name, "--out", "x.csv")
            self.assert_sentences(outcome, FILE, ["?", ".npy", "it is not an NPY file"])
            self.assertTrue(outcome.err.removesuffix("\n").isprintable(), outcome.err)
        outcome = self.succeed("run", "small.toml", "--out", "run \x1b[31m")
        self.assertIn("run ?[31m", outcome.err)
        self.assertNotIn("\x1b", outcome.err)

    def test_standard_output_that_is_closed(self):
        for words in (["reference"], ["check", "small.toml"]):
            outcome = self.run_program(*words, preexec_fn=lambda: os.close(1))
            self.assertEqual(outcome.code, FILE)
            reading, writing = os.pipe()
            os.close(reading)
            with open(writing, "wb") as broken:
                outcome = self.run_program(*words, stdout=broken)
            self.assert_sentences(outcome, FILE, ["standard output could not be written", "pipe closed"])


if __name__ == "__main__":
    main()
