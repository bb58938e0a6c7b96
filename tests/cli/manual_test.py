#!/usr/bin/env python3
"""The man page and the completion of bash: all that --help and the reference of the keys tell is in both."""

import re
import shutil
import subprocess
import unittest

from program import DONE, ProgramTest, main

# Completes the last of the words after the file of the completion, as bash would: what compopt was told, then the
# completions, a line each. Outside of an interactive shell there is no compopt.
COMPLETE = r"""
source "$1"
complete -p eigenflow > /dev/null || exit 1
compopt() { told+=${told:+ }$*; }
COMP_WORDS=("${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_eigenflow
printf '%s\n' "$told" "${COMPREPLY[@]}"
"""


def plain(roff):
    """roff without its escapes."""
    return roff.replace(r"\-", "-").replace(r"\&", "").replace(r"\e", "\\")


def entries(section):
    """{first word: the rest of its line and what stands below it} of the tagged paragraphs."""
    found = {}
    for paragraph in section.split("\n.TP\n.B ")[1:]:
        name, _, rest = paragraph.partition(" ") if " " in paragraph.split("\n")[0] else paragraph.partition("\n")
        found[name] = rest
    return found


class HelpAndPages(ProgramTest):
    """`helps`: {command, "" for the program: {option or positional as --help names it: its type and description}}."""

    def setUp(self):
        super().setUp()
        self.helps = {"": self.help_of()}
        listed = self.succeed("--help").out.partition("\nSubcommands:\n")[2]
        for command in re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE):
            self.helps[command] = self.help_of(command)

    def help_of(self, *command):
        text = self.succeed(*command, "--help").out
        listed = re.split(r"^(?:Positionals|Options|Subcommands):\n", text, flags=re.MULTILINE)
        listed = "".join(listed[1:] if command else listed[1:2])  # the program's last part are its commands
        parts = re.split(r"^  (\S+)(?= |$)", listed, flags=re.MULTILINE)
        return dict(zip((re.sub(r"\{\w+\}", "", name) for name in parts[1::2]), parts[2::2]))

    def long_options(self, command):
        names = [name for names in self.helps[command] for name in names.split(",")]
        return sorted(name for name in names if name.startswith("--"))

    def keys(self):
        """Dotted keys of the scenarios, from the reference file."""
        section, keys = "", []
        for line in self.succeed("reference").out.splitlines():
            if header := re.fullmatch(r"\[(\w+)\]", line):
                section = header.group(1) + "."
            elif key := re.match(r"#?(\w+) =", line):
                keys.append(section + key.group(1))
        return keys


class ManPage(HelpAndPages):
    def setUp(self):
        super().setUp()
        self.page = plain(self.succeed("manual").out)

    def section(self, header):
        return "\n" + self.page.partition(f"\n.S{header}\n")[2].partition("\n.S")[0]

    def test_every_option_of_every_help_is_there_with_type_default_and_description(self):
        for command, options in self.helps.items():
            shown = entries(self.section(f"S {command}" if command else "H OPTIONS"))
            self.assertEqual(set(shown), set(options), command)
            for option, text in options.items():
                # A long type is one blank from its description.
                parts = re.split(r"\s{2,}|(?<=REQUIRED) ", text, maxsplit=1)
                kind, description = (" ".join(part.split()) for part in parts)
                kind, _, usual = kind.partition("=")
                if option == "--threads":
                    usual = "those of the processor"  # not of the machine that made the page
                kind = kind.removeprefix("TEXT").strip() if not option.startswith("-") else kind.split(":")[-1]
                whole = f"{kind} {description}" + (f" [{usual}]" if usual else "")
                self.assertEqual(" ".join(shown[option].split()), whole.strip(), f"{command} {option}")

    def test_every_command_has_its_synopsis(self):
        for command in filter(None, self.helps):
            usage = re.search(r"^Usage: (.*)$", self.succeed(command, "--help").out, re.MULTILINE).group(1)
            start, line = self.section(f"S {command}").split("\n")[2:4]
            synopsis = f"{start.removeprefix('.B ')} {line}".replace(r"\fI", "").replace(r"\fR", "")
            self.assertEqual(synopsis.replace("options", "OPTIONS").replace(" ...", "..."), usage)

    def test_every_key_is_there_with_meaning_unit_use_range_and_default(self):
        shown = entries(self.section("H KEYS OF A SCENARIO"))
        section = ""
        reference = re.findall(r"(?:^# (.+)\n#   (.+)\n(\w+) = (.*)$)|^\[(\w+)\]$", self.succeed("reference").out,
                               re.MULTILINE)
        for meaning, allowed, key, usual, header in reference:
            if header:
                section = header + "."
                continue
            meaning = meaning.replace("  [", " [").replace("  (", " (")
            usual = f" Default: {usual}" if section + key != "data.source" else ""
            self.assertEqual(shown.pop(section + key).rstrip("\n"), f"{meaning}; {allowed}.{usual}")
        self.assertEqual(shown, {})

    def test_every_exit_status_is_there(self):
        self.assertEqual(list(entries(self.section("H EXIT STATUS"))), ["0", "1", "2", "3", "4", "75"])

    @unittest.skipIf(shutil.which("groff") is None, "no groff")
    def test_groff_sets_it_without_a_warning(self):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z"], capture_output=True, check=True,
                              input=self.succeed("manual").out.encode())
        self.assertEqual(done.stderr.decode(), "")


class Completion(HelpAndPages):
    def setUp(self):
        super().setUp()
        self.write("completion", self.succeed("completion").out)

    def complete(self, *words):
        """What compopt was told, and the completions."""
        done = subprocess.run(["bash", "--norc", "-c", COMPLETE, "bash", "completion", "eigenflow", *words],
                              cwd=self.folder, capture_output=True, check=False, text=True)
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        told, *completions = done.stdout.splitlines()
        return told, sorted(filter(None, completions))

    def test_commands_and_the_options_of_the_program(self):
        commands = [command for command in self.helps if command]
        self.assertEqual(self.complete(""), ("", sorted([*commands, *self.long_options("")])))
        self.assertEqual(self.complete("sp"), ("", ["spectrum"]))
        self.assertEqual(self.complete("--v"), ("", ["--version"]))

    def test_every_option_of_every_help(self):
        for command in filter(None, self.helps):
            self.assertEqual(self.complete(command, "--"), ("", self.long_options(command)), command)
        self.assertEqual(self.complete("run", "small.toml", "--f"), ("", ["--force"]))

    def test_files_are_told_apart_from_words(self):
        """Bash puts "/" behind the name of a folder, be it the word for something else, where it is told of files."""
        for folder in ("fit", "measure", "csv", "--times"):
            (self.folder / folder).mkdir()
        self.assertEqual(self.complete("fi"), ("", ["fit"]))
        self.assertEqual(self.complete("compare", "--tim"), ("", ["--times"]))
        self.assertEqual(self.complete("run", "small.toml", "data.source", "=", "cs"), ("", ["csv"]))
        files = "-o filenames"
        self.assertEqual(self.complete("run", "sm"), (files, ["small.toml"]))
        self.assertEqual(self.complete("run", "small.toml", "data.file", "=", "sm"), (files, ["small.toml"]))
        self.assertIn("small.toml", self.complete("run", "small.toml", "data.file", "=")[1])
        self.assertEqual(self.complete("compare", "fit", "measu"), (files, ["measure"]))
        self.assertEqual(self.complete("reference", "sm"), ("", []))

    def test_keys_are_followed_by_their_value_at_once_and_without_a_backslash(self):
        plain_and_open = "-o filenames -o nospace +o filenames"
        self.assertEqual(self.complete("run", "small.toml", "data.sou"), (plain_and_open, ["data.source="]))
        for command in ("run", "sweep", "check"):
            told, completions = self.complete(command, "small.toml", "")
            self.assertEqual(told, plain_and_open)
            self.assertEqual(completions, sorted(["completion", "small.toml", *(key + "=" for key in self.keys())]))
        self.assertEqual(self.complete("run", "data.sou")[1], [])
        self.assertEqual(self.complete("spectrum", "images.npy", "data.sou")[1], [])

    def test_keys_that_the_command_refuses_are_not_offered(self):
        for command, *words in (("fit", "small.toml"), ("measure",), ("measure", "--quiet")):
            completions = self.complete(command, *words, "")[1]
            for key in self.keys():
                self.assertEqual(key + "=" in completions, key.startswith(("emergence.", "fit.")), key)
        refused = self.run_program("fit", "small.toml", "data.modes=3", "--quiet")
        self.assertIn("give emergence.key=value or fit.key=value", refused.err)

    def test_values_of_keys(self):
        start = ("run", "small.toml", "network.architecture", "=")
        self.assertEqual(self.complete(*start, "sym"), ("", ["symmetric-two-layer"]))
        for value in self.complete(*start)[1]:
            outcome = self.run_program("check", "small.toml", f"network.architecture={value}")
            self.assertNotIn("is not one of", outcome.err)
        self.assertEqual(self.complete("run", "small.toml", "sampling.to_zero", "="), ("", ["false", "true"]))
        self.assertEqual(self.complete("run", "small.toml", "output.modes", "=", "a"), ("", ["all"]))
        self.assertEqual(self.complete("run", "small.toml", "data.mean", "=", "m"), ("", ["measured"]))
        self.assertEqual(self.complete("run", "small.toml", "data.modes", "="), ("", []))
        self.assertEqual(self.complete("run", "small.toml", "no.key", "=", "sm")[1], [])

    def test_values_in_lists(self):
        self.assertEqual(self.complete("sweep", "small.toml", "network.architecture", "=", "one-layer,tw"),
                         ("", ["one-layer,two-layer"]))
        self.assertEqual(self.complete("run", "small.toml", "emergence.thresholds", "=", "[geometric,har"),
                         ("", ["[geometric,harmonic"]))

    def test_values_of_options(self):
        self.assertEqual(self.complete("spectrum", "small.toml", "--basis", "f"), ("", ["fourier"]))
        self.assertEqual(self.complete("spectrum", "small.toml", "--basis", "=", "f"), ("", ["fourier"]))
        self.assertEqual(self.complete("measure", "--basis", ""), ("", ["fourier", "patch", "pca"]))
        self.assertEqual(self.complete("run", "small.toml", "--threads", ""), ("", []))
        self.assertEqual(self.complete("run", "small.toml", "--out", ""),
                         ("-o filenames", ["completion", "small.toml"]))

    def test_after_two_hyphens_nothing_is_an_option(self):
        self.assertEqual(self.complete("run", "small.toml", "--", "--f")[1], [])
        self.assertEqual(self.complete("run", "--", "--out", "sm")[1], ["small.toml"])


if __name__ == "__main__":
    main()
