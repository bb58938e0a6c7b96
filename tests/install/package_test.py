#!/usr/bin/env python3
"""The packages that cpack makes of this build: unpacked, the program runs; files are where Debian looks for them.
tests/install/clean_root.sh installs them on a Debian of their own.

    package_test.py BUILD_DIR
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None


def done(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = Path(scratch.name)
        done("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "made")
        cls.made = {path.name.split("_")[0]: path for path in (cls.folder / "made").glob("*.deb")}

    def test_there_are_two(self):
        self.assertEqual(set(self.made), {"eigenflow", "libeigenflow-dev"})

    def test_the_unpacked_program_runs_a_scenario_of_its_own(self):
        root = self.folder / "root"
        done("dpkg-deb", "-x", self.made["eigenflow"], root)
        program = root / "usr/bin/eigenflow"
        self.assertIn("eigenflow 0.", done(program, "--version"))
        done(program, "run", root / "usr/share/eigenflow/scenarios/01_power_law.toml", "--out", self.folder / "run", "--quiet")
        self.assertTrue((self.folder / "run/manifest.json").exists())
        self.assertIn(".TH", (root / "usr/share/man/man1/eigenflow.1").read_text(encoding="utf-8"))
        self.assertIn("complete", (root / "usr/share/bash-completion/completions/eigenflow").read_text(encoding="utf-8"))
        self.assertTrue((root / "usr/share/doc/eigenflow/LICENSE").exists())

    def test_what_they_depend_on_is_found_out_or_listed(self):
        program = done("dpkg-deb", "-f", self.made["eigenflow"], "Depends")
        for library in ("libstdc++6", "libopenblas0", "libfmt9", "libsundials-cvode6"):
            self.assertIn(library, program)
        libraries = done("dpkg-deb", "-f", self.made["libeigenflow-dev"], "Depends")
        listed = (Path(__file__).resolve().parents[2] / "cmake/packages.txt").read_text(encoding="utf-8")
        section = listed.split("# -- libraries")[1].split("# --")[0]
        for line in section.strip().splitlines():
            package = line.split("#")[0].strip()
            if package != "libcli11-dev":  # of the program alone
                self.assertIn(package, libraries)

    def test_headers_and_libraries_are_where_cmake_finds_them(self):
        files = done("dpkg-deb", "-c", self.made["libeigenflow-dev"])
        self.assertIn("./usr/include/eigenflow/scenario/run.hpp", files)
        self.assertIn("eigenflow-config.cmake", files)
        self.assertIn("libeigenflow_dynamics.a", files)


if __name__ == "__main__":
    unittest.main()
