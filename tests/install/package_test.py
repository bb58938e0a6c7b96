#!/usr/bin/env python3
"""The packages that cpack makes of this build: unpacked, the program runs; files are where Debian looks for them.
tests/install/clean_root.sh installs them on a Debian of their own.

    package_test.py BUILD_DIR
"""

import fnmatch
import gzip
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"eigenflow", "libeigenflow-dev"}
# Of the C library and the kernel, or of the compiler, whose license makes an exception of what it compiles.
SYSTEM_HEADERS = ("usr/include/c++/*", "usr/include/x86_64-linux-gnu/*", "usr/include/linux/*",
                  "usr/include/asm-generic/*")


def done(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout


def paragraphs(text):
    """The paragraphs of a Debian control file as {field: value}, with the line breaks of the value."""
    field = re.compile(r"^([A-Z][\w-]*):\s*(.*(?:\n .*)*)", re.MULTILINE)
    return [dict(field.findall(part)) for part in re.split(r"\n\n+", text)]


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = Path(scratch.name)
        done("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "made")
        cls.made = {path.name.split("_")[0]: path for path in (cls.folder / "made").glob("*.deb")}
        for name, package in cls.made.items():
            done("dpkg-deb", "-x", package, cls.folder / name)

    def doc(self, package, name):
        return self.folder / package / "usr/share/doc" / package / name

    def test_there_are_two_with_a_description_each_and_a_maintainer(self):
        self.assertEqual(set(self.made), PACKAGES)
        fields = {name: paragraphs(done("dpkg-deb", "-f", path))[0] for name, path in self.made.items()}
        self.assertEqual(len({field["Description"] for field in fields.values()}), 2)
        for name, field in fields.items():
            summary, *rest = field["Description"].splitlines()
            self.assertLessEqual(len(summary), 80, name)
            self.assertTrue(rest, name)
            self.assertRegex(field["Maintainer"], r"^[\w ]+ <[\w.-]+@[\w-]+\.[\w.-]+>$")

    def test_notices_of_what_is_compiled_in_are_in_both(self):
        """The machine-readable format of Debian: every paragraph has its license, and every license its text."""
        for package in PACKAGES:
            text = self.doc(package, "copyright").read_text(encoding="utf-8")
            self.assertEqual(text, (ROOT / "cmake/copyright").read_text(encoding="utf-8"))
        head, *rest = paragraphs(text)
        self.assertIn("copyright-format/1.0", head["Format"])
        for part in ("libspqr2", "libcholmod3", "GNU General Public License", "/usr/share/common-licenses/GPL-3"):
            self.assertIn(part, " ".join(head["Comment"].split()))
        texts = {part["License"].split("\n")[0]: part["License"] for part in rest if "Files" not in part}
        used = set()
        for part in rest:
            if "Files" in part:
                self.assertTrue(part["Copyright"].strip(), part["Files"])
                used.update(part["License"].split(" and "))
        self.assertEqual(set(texts), used)
        for name, words in texts.items():
            self.assertGreater(len(words.splitlines()), 2, name)
        permission = (ROOT / "LICENSE").read_text(encoding="utf-8").split("\n\n", 2)[2]
        self.assertEqual(texts["Expat"].replace("\n .", "\n").split()[1:], permission.split())

    def test_common_licenses_that_are_referred_to_are_there(self):
        text = self.doc("eigenflow", "copyright").read_text(encoding="utf-8")
        for path in set(re.findall(r"/usr/share/common-licenses/[\w.-]*\w", text)):
            self.assertTrue(Path(path).exists(), path)

    def test_every_library_whose_headers_are_compiled_has_a_paragraph(self):
        """By what the compiler read, not by what somebody thinks of."""
        listed = subprocess.run(["ninja", "-n", "-C", BUILD, "-t", "deps"], capture_output=True, text=True, check=False)
        if listed.returncode != 0 or "/usr/include/" not in listed.stdout:
            self.skipTest("not a build of ninja that compiled anything")
        read = set()
        for target in listed.stdout.split("\n\n"):
            if target.startswith("CMakeFiles/eigenflow"):
                read.update(re.findall(r"^    /(usr/include/\S+)", target, re.MULTILINE))
        self.assertGreater(len(read), 1000)
        parts = paragraphs((ROOT / "cmake/copyright").read_text(encoding="utf-8"))
        named = [pattern for part in parts for pattern in part.get("Files", "").split() if pattern != "*"]
        for header in sorted(read):
            own_folder = header.count("/") > 2 and not any(fnmatch.fnmatch(header, system) for system in SYSTEM_HEADERS)
            if own_folder or "lapack" in header or "cblas" in header:
                self.assertTrue(any(fnmatch.fnmatch(header, pattern) for pattern in named), header)
        for pattern in named:
            if pattern.startswith("usr/include/") and "ceres/internal" not in pattern:  # which libceres.a was made of
                self.assertTrue(any(fnmatch.fnmatch(header, pattern) for header in read), pattern)

    def test_the_unpacked_program_runs_a_scenario_of_its_own(self):
        root = self.folder / "eigenflow"
        program = root / "usr/bin/eigenflow"
        self.assertIn("eigenflow 0.", done(program, "--version"))
        scenario = root / "usr/share/eigenflow/scenarios/01_power_law.toml"
        done(program, "run", scenario, "--out", self.folder / "run", "--quiet")
        self.assertTrue((self.folder / "run/manifest.json").exists())
        with gzip.open(root / "usr/share/man/man1/eigenflow.1.gz", "rt", encoding="utf-8") as page:
            self.assertEqual(page.read(), done(program, "manual"))
        completion = (root / "usr/share/bash-completion/completions/eigenflow").read_text(encoding="utf-8")
        self.assertEqual(completion, done(program, "completion"))

    def test_changelogs_and_man_pages_are_compressed_without_name_or_time(self):
        changes = [self.doc(package, "changelog.gz") for package in PACKAGES]
        releases = [self.doc(package, "changelog.Debian.gz") for package in PACKAGES]
        for path in [*changes, *releases, self.folder / "eigenflow/usr/share/man/man1/eigenflow.1.gz"]:
            header = path.read_bytes()[:10]
            self.assertEqual(header[:9], b"\x1f\x8b\x08\0\0\0\0\0\2", path)  # no name, no time, best compression
        for path in changes:
            self.assertEqual(gzip.decompress(path.read_bytes()), (ROOT / "CHANGELOG.md").read_bytes())
        version = done("dpkg-deb", "-f", self.made["eigenflow"], "Version").strip()
        for path in releases:
            self.assertTrue(gzip.decompress(path.read_bytes()).decode().startswith(f"eigenflow ({version}) "))

    def test_instructions_that_not_every_processor_has_are_in_the_version(self):
        cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
        native = re.search("^EIGENFLOW_NATIVE:BOOL=(.*)$", cache, re.MULTILINE).group(1) == "ON"
        for package in self.made.values():
            version = done("dpkg-deb", "-f", package, "Version").strip()
            self.assertRegex(version, r"^\d+\.\d+\.\d+-\d+" + ("~native$" if native else "$"))

    def test_what_they_depend_on_is_found_out_or_listed(self):
        program = done("dpkg-deb", "-f", self.made["eigenflow"], "Depends")
        for library in ("libstdc[+][+]6", "libopenblas0", r"libfmt\d+", r"libsundials-cvode\d+"):
            self.assertRegex(program, library)
        libraries = done("dpkg-deb", "-f", self.made["libeigenflow-dev"], "Depends")
        listed = (ROOT / "cmake/packages.txt").read_text(encoding="utf-8")
        section = listed.split("# -- libraries")[1].split("# --")[0]
        for line in section.strip().splitlines():
            package = line.split("#")[0].strip()
            if package != "libcli11-dev":  # of the program alone
                self.assertIn(package, libraries)

    def test_headers_and_libraries_are_where_cmake_finds_them(self):
        cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
        folder = re.search("^CMAKE_INSTALL_LIBDIR:PATH=(.*)$", cache, re.MULTILINE).group(1)
        if re.search("^CMAKE_INSTALL_PREFIX:PATH=/usr$", cache, re.MULTILINE):  # the preset `package`
            self.assertEqual(folder, "lib/" + done("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip())
        files = done("dpkg-deb", "-c", self.made["libeigenflow-dev"])
        self.assertIn("./usr/include/eigenflow/scenario/run.hpp", files)
        self.assertIn(f"./usr/{folder}/cmake/eigenflow/eigenflow-config.cmake", files)
        self.assertIn(f"./usr/{folder}/libeigenflow_dynamics.a", files)


class Licenses(unittest.TestCase):
    def test_every_package_the_project_needs_is_weighed(self):
        """docs/install.md says under which license it is and whether it gets into a binary."""
        section = (ROOT / "docs/install.md").read_text(encoding="utf-8").split("## License\n")[1].split("\n## ")[0]
        rows = "".join(line for line in section.splitlines() if line.startswith("|"))
        for line in (ROOT / "cmake/packages.txt").read_text(encoding="utf-8").splitlines():
            if package := line.split("#")[0].strip():
                self.assertIn(f"`{package}`", rows)

    def test_the_fourier_transform_is_called_by_its_name(self):
        section = (ROOT / "docs/install.md").read_text(encoding="utf-8").split("## License\n")[1].split("\n## ")[0]
        included = any("unsupported/Eigen/FFT" in path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.cpp"))
        self.assertTrue(included)
        self.assertIn("kissfft", section)


if __name__ == "__main__":
    unittest.main()
