#!/usr/bin/env python3
"""--help, --version, and command lines that can't be right."""

import os
import re

from program import DONE, USAGE, ProgramTest, main

# Every option of the commands: its default in the help, or what stands for it where there is none, and its range.
OPTIONS = {
    "run": {"--out": ["[runs/<name of the scenario>]"], "--force": [], "--threads": ["[1 - 1024]", "=[0-9]+"],
            "--quiet": []},
    "sweep": {"--out": ["[runs/<name of the scenario>-sweep]"], "--resume": [], "--force": [],
              "--threads": ["[1 - 1024]", "=[0-9]+"], "--quiet": []},
    "check": {},
    "reference": {},
    "spectrum": {"--out": ["REQUIRED"], "--basis": ["{pca,fourier}", "=pca"], "--top": [r"\(1 <= K < d\)"],
                 "--mean": [], "--channels": ["[1 - 4]", "=1"],
                 "--channel": ["{mean}", "=mean", "from 0"], "--shape": ["N, or height and width"],
                 "--center-scale,--no-center-scale": ["[yes for uint8, no for other types]"],
                 "--threads": ["[1 - 1024]", "=[0-9]+"], "--quiet": []},
}


def options_in(help_text):
    """{option: its description}, a description reaching to the next option."""
    parts = re.split(r"^  (?:-h,)?(--[a-z,-]+)", help_text.partition("\nOptions:\n")[2], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


class Help(ProgramTest):
    def commands(self):
        listed = self.succeed("--help").out.partition("\nSubcommands:\n")[2]
        return re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)

    def test_every_command_starts_its_help_with_examples(self):
        self.assertLessEqual(set(OPTIONS), set(self.commands()))
        for command in self.commands():
            with self.subTest(command=command):
                outcome = self.succeed(command, "--help")
                self.assertEqual(outcome.err, "")
                before_usage, usage, _ = outcome.out.partition(f"\nUsage: eigenflow {command}")
                self.assertTrue(usage)
                self.assertRegex(before_usage, rf"\nExamples:\n  eigenflow {command}")

    def test_every_option_shows_its_default_and_range(self):
        for command, options in OPTIONS.items():
            shown = options_in(self.succeed(command, "--help").out)
            shown.pop("--help")
            self.assertEqual(set(shown), set(options), command)
            for option, parts in options.items():
                for part in parts:
                    pattern = part if part.startswith(("=", r"\(")) else re.escape(part)
                    self.assertRegex(shown[option], pattern, f"{command} {option}")

    def test_threads_default_to_those_of_the_machine(self):
        shown = options_in(self.succeed("run", "--help").out)["--threads"]
        self.assertIn(f"={len(os.sched_getaffinity(0))}\n", shown)

    def test_version(self):
        outcome = self.succeed("--version")
        self.assertRegex(outcome.out, r"\Aeigenflow \d+\.\d+\.\d+ \([0-9a-z]+(, modified)?\)\n\Z")
        self.assertEqual(outcome.err, "")


class CommandLines(ProgramTest):
    def test_a_misspelled_command_is_met_with_the_commands(self):
        for word in ("rnu", "runn"):
            self.assert_refused([word, "small.toml"], USAGE, [f'"{word}" is not a command', "did you mean run?",
                                                              "use one of run, ", "spectrum", "eigenflow --help"])
        outcome = self.run_program("weather")
        self.assert_sentences(outcome, USAGE, ['"weather" is not a command: use one of run, '])

    def test_no_command(self):
        self.assert_refused([], USAGE, ["say what to do", "eigenflow --help"])

    def test_an_unknown_option(self):
        for words in (["run", "small.toml", "--thread", "2"], ["check", "small.toml", "--out", "x"],
                      ["sweep", "small.toml", "--resumed"], ["reference", "--all"], ["spectrum", "x.npy", "--out", "x.csv", "--bottom", "3"]):
            self.assert_refused(words, USAGE, [words[-2] if words[-2].startswith("--") else words[-1],
                                               f"eigenflow {words[0]} --help"])

    def test_an_option_in_the_place_of_the_command(self):
        for words in (["--verbose"], ["--quiet", "run", "small.toml"]):
            self.assert_refused(words, USAGE, [f"{words[0]}: eigenflow itself has no such option",
                                               "begin with a command, one of run, ", "spectrum"])
        self.assert_refused(["--hlep"], USAGE, ["did you mean --help?"])

    def test_a_misspelled_option_is_met_with_the_nearest(self):
        self.assert_refused(["run", "small.toml", "--thread", "2"], USAGE,
                            ["--thread: eigenflow run has no such option: did you mean --threads?"])
        self.assert_refused(["run", "small.toml", "--fource"], USAGE, ["did you mean --force?"])
        self.assert_refused(["check", "small.toml", "--quiet"], USAGE,
                            ["--quiet: eigenflow check has no such option: (eigenflow check --help"])

    def test_an_option_without_its_value(self):
        self.assert_refused(["run", "small.toml", "--threads"], USAGE, ["--threads", "missing", "[1 - 1024]"])
        self.assert_refused(["run", "small.toml", "--out"], USAGE, ["--out", "missing"])

    def test_an_option_out_of_range(self):
        for value in ("0", "-1", "1025", "two", "1.5", ""):
            self.assert_refused(["run", "small.toml", "--threads", value], USAGE, ["--threads", value, "1", "1024"])
        self.assert_refused(["spectrum", "x.npy", "--out", "x.csv", "--top", "0"], USAGE,
                            ["--top: 0 is out of range: use 1 to 1000000000 "])
        for value in ("two", "1.5", "", "0x2"):
            self.assert_refused(["run", "small.toml", "--threads", value], USAGE,
                                [f'--threads: "{value}" is not a whole number: use 1 to 1024'])
        self.assert_refused(["spectrum", "x.npy", "--out", "x.csv", "--basis", "wavelet"], USAGE,
                            ["--basis", "wavelet", "{pca,fourier}"])
        self.assert_refused(["spectrum", "x.npy", "--out", "x.csv", "--channel", "-1"], USAGE, ["--channel", "-1"])

    def test_an_argument_that_is_missing(self):
        self.assert_refused(["run"], USAGE, ["scenario is required", "eigenflow run --help"])
        self.assert_refused(["sweep"], USAGE, ["scenario is required", "eigenflow sweep --help"])
        self.assert_refused(["check"], USAGE, ["scenario is required"])
        self.assert_refused(["spectrum", "--out", "x.csv"], USAGE, ["file is required"])
        self.assert_refused(["spectrum", "x.npy"], USAGE, ["--out is required"])

    def test_an_empty_output_directory_is_no_name(self):
        for words in (["run", "small.toml"], ["sweep", "small.toml", "data.modes=2,3"]):
            self.assert_refused([*words, "--out", ""], USAGE, ["output directory has no name", "--out DIR"])

    def test_principal_components_are_not_counted_on_a_fourier_basis(self):
        self.assert_refused(["spectrum", "x.npy", "--out", "x.csv", "--basis", "fourier", "--top", "2"], USAGE,
                            ["--top", "--basis fourier"])

    def test_options_that_the_basis_has_no_use_for(self):
        for words in (["--channel", "1"], ["--shape", "6", "8"], ["--basis", "pca", "--channel", "mean"]):
            self.assert_refused(["spectrum", "x.npy", "--out", "x.csv", *words], USAGE,
                                [words[-2] if words[-2] == "--channel" else "--shape", "add --basis fourier",
                                 "leave it out"])

    def test_help_wins_over_what_is_missing(self):
        self.assertEqual(self.run_program("spectrum", "--help", "--threads", "2").code, DONE)


if __name__ == "__main__":
    main()
