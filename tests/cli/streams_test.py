#!/usr/bin/env python3
"""What goes to stdout and stderr, and paths that are not plain."""

import os
import pty
import subprocess

import numpy as np

from program import COMMAND, FILE, SMALL, TIME_LIMIT, USAGE, ProgramTest, main

ESCAPE = "\x1b"


class Streams(ProgramTest):
    def setUp(self):
        super().setUp()
        np.save(self.folder / "x.npy", np.random.default_rng(1).normal(size=(20, 4)))
        self.commands = (["run", "small.toml", "--force"], ["spectrum", "x.npy", "--out", "x.csv"])

    def test_stdout_carries_data_only(self):
        for words in self.commands:
            self.assertEqual(self.succeed(*words).out, "")
        for words in (["reference"], ["check", "small.toml"]):
            outcome = self.succeed(*words)
            self.assertEqual(outcome.err, "")
            self.assertIn("[data]\n", outcome.out)

    def test_a_spectrum_may_go_to_stdout(self):
        to_file = self.succeed("spectrum", "x.npy", "--out", "x.csv", "--quiet")
        to_pipe = self.succeed("spectrum", "x.npy", "--out", "/dev/stdout", "--quiet")
        self.assertEqual((to_file.out, to_pipe.out), ("", (self.folder / "x.csv").read_text()))

    def test_the_summary_is_prefixed_lines(self):
        for words in self.commands:
            lines = self.succeed(*words).err.splitlines()
            self.assertTrue(lines)
            self.assertTrue(all(line.startswith("eigenflow: ") for line in lines), lines)

    def test_quiet_is_silent(self):
        for words in self.commands:
            outcome = self.succeed(*words, "--quiet")
            self.assertEqual((outcome.out, outcome.err), ("", ""))

    def test_quiet_still_tells_errors(self):
        self.assert_refused(["run", "small.toml", "data.modes=0", "--quiet"], USAGE, ["data.modes=0"])

    def test_no_escape_codes_when_piped(self):
        for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color", "CLICOLOR_FORCE": "1"}):
            environment = {**os.environ, **environment}
            for words in (*self.commands, ["--help"], ["reference"], ["run", "absent.toml"]):
                outcome = self.run_program(*words, env=environment)
                self.assertNotIn(ESCAPE, outcome.out + outcome.err)
                self.assertNotIn("\r", outcome.out + outcome.err)

    def test_no_color_on_a_terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        environment = {**os.environ, "NO_COLOR": "1", "TERM": "xterm-256color"}
        for words in (["run", "small.toml", "--force"], ["run", "absent.toml"]):
            subprocess.run([*COMMAND, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                           timeout=TIME_LIMIT, env=environment, check=False)
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # EIO: the last writer has gone, and all is read
                break
            if not piece:
                break
            shown += piece
        self.assertIn(b"eigenflow: ", shown)
        self.assertNotIn(ESCAPE.encode(), shown)

    def test_any_locale_gives_the_same_bytes(self):
        plain = self.simulate("small.toml", out="plain", env={**os.environ, "LC_ALL": "C"})
        german = self.simulate("small.toml", out="german", env={**os.environ, "LC_ALL": "de_DE.UTF-8"})
        self.assert_same_but_manifest(plain, german)


class Paths(ProgramTest):
    def test_blanks_and_letters_beyond_ascii(self):
        self.write("Σ a/вторая 模式.toml", SMALL)
        files = self.simulate("Σ a/вторая 模式.toml", out="läuft 1/σ²")
        self.assertTrue(files["variance.csv"])
        self.write("Σ a/broken é.toml", 'data.source = "power-lwa"\n')
        outcome = self.run_program("run", "Σ a/broken é.toml")
        self.assert_sentences(outcome, USAGE,
                              ["eigenflow: Σ a/broken é.toml:1: ", '"power-lwa"', "did you mean power-law?"])
        self.assert_refused(["run", "no σ.toml"], FILE, ["no σ.toml: "])

    def test_arrays_and_tables(self):
        np.save(self.folder / "picture ü.npy", np.random.default_rng(1).normal(size=(20, 4)))
        self.succeed("spectrum", "picture ü.npy", "--out", "spectrum ü.csv")
        self.simulate("small.toml", "data.source=csv", "data.file=spectrum ü.csv")

    def test_a_path_that_begins_with_a_dash(self):
        self.write("-s.toml", SMALL)
        self.assertIn("[data]", self.succeed("check", "./-s.toml").out)
        self.assertIn("[data]", self.succeed("check", "--", "-s.toml").out)


if __name__ == "__main__":
    main()
