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
compopt() { told=$*; }
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
        return dict(zip(parts[1::2], parts[2::2]))

    def long_options(self, command):
        names = [name for names in self.helps[command] for name in re.sub(r"\{\w+\}", "", names).split(",")]
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
                kind, _, usual = kind.replace(" ... ", " ").partition("=")
                if option == "--threads":
                    usual = "those of the processor"  # not of the machine that made the page
                if not option.startswith("-"):
                    kind = "REQUIRED" if "REQUIRED" in kind else ""  # a positional is text
                kind = kind.removesuffix(" ...")
                whole = f"{kind} {description}" + (f" [{usual}]" if usual else "")
                self.assertEqual(" ".join(shown[option].split()), whole.strip(), f"{command} {option}")

    def test_every_key_and_exit_status_is_there(self):
        self.assertEqual(sorted(entries(self.section("H KEYS OF A SCENARIO"))), sorted(self.keys()))
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

    def test_files(self):
        self.assertEqual(self.complete("run", "sm"), ("", ["small.toml"]))
        self.assertEqual(self.complete("run", "small.toml", "data.file", "=", "sm"), ("", ["small.toml"]))
        self.assertEqual(self.complete("run", "small.toml", "data.file", "=")[1], ["completion", "small.toml"])

    def test_keys_are_followed_by_their_value_at_once_and_without_a_backslash(self):
        plain_and_open = "-o nospace +o filenames"
        self.assertEqual(self.complete("run", "small.toml", "data.sou"), (plain_and_open, ["data.source="]))
        for command in ("run", "sweep", "check", "fit", "measure"):
            told, completions = self.complete(command, "small.toml", "")
            self.assertEqual(told, plain_and_open)
            self.assertEqual(completions, sorted(["completion", "small.toml", *(key + "=" for key in self.keys())]))
        self.assertEqual(self.complete("spectrum", "images.npy", "data.sou"), ("", []))

    def test_values_of_keys_that_have_choices(self):
        start = ("run", "small.toml", "network.architecture", "=")
        self.assertEqual(self.complete(*start, "sym"), ("", ["symmetric-two-layer"]))
        for value in self.complete(*start)[1]:
            outcome = self.run_program("check", "small.toml", f"network.architecture={value}")
            self.assertNotIn("is not one of", outcome.err)


if __name__ == "__main__":
    main()
