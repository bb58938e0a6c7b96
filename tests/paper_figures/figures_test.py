#!/usr/bin/env python3
"""Every figure of paper_figures/: expected.csv against the runs, captions against expected.csv, and that plots draw.

Wants EIGENFLOW_FIGURE_RUNS, where `python3 -m making --stages run` put the runs, and paper_figures on PYTHONPATH.
"""

import csv
import os
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

from making import caption, commands, folder, gallery, quantities

RUNS = Path(os.environ["EIGENFLOW_FIGURE_RUNS"])
ASKED = ("fig02", "fig03", "fig04", "fig05", "fig06", "fig07", "fig08", "fig09", "fig21", "tab01",
         "fig51", "fig52", "fig53", "fig54", "fig55", "fig56", "fig57")


class Numbers(unittest.TestCase):
    def test_expected_numbers_come_out(self):
        for figure in folder.names():
            with self.subTest(figure):
                expected = quantities.read(commands.FIGURES / figure / "expected.csv")
                self.assertEqual(quantities.differences(folder.numbers(figure, RUNS), expected), [])


class Captions(unittest.TestCase):
    def test_captions_follow_from_expected_numbers(self):
        for figure in folder.names():
            with self.subTest(figure):
                path = commands.FIGURES / figure / "caption.md"
                self.assertEqual(path.read_text(encoding="utf-8"), folder.captioned(figure),
                                 f"make.sh --record {figure}")

    def test_templates_have_no_numbers_of_their_own(self):
        for figure in folder.names():
            with self.subTest(figure):
                template = (commands.FIGURES / figure / "caption.in.md").read_text(encoding="utf-8")
                self.assertEqual(caption.own_numbers(template), [])

    def test_titles_give_a_number(self):
        for figure in folder.names():
            with self.subTest(figure):
                template = (commands.FIGURES / figure / "caption.in.md").read_text(encoding="utf-8")
                self.assertRegex(template.splitlines()[0], caption.PLACE)

    def test_captions_say_what_is_shown_what_to_notice_and_which_settings(self):
        for figure in folder.names():
            text = (commands.FIGURES / figure / "caption.md").read_text(encoding="utf-8")
            for part in ("**Shown.**", "**To notice.**", "**Settings.**"):
                with self.subTest(figure=figure, part=part):
                    self.assertIn(part, text)

    def test_every_number_says_how_far_it_may_be_off(self):
        for figure in folder.names():
            for quantity in quantities.read(commands.FIGURES / figure / "expected.csv"):
                with self.subTest(figure=figure, quantity=quantity.name):
                    self.assertTrue(quantity.because)
                    self.assertLessEqual(quantity.tolerance, 1e-3 * max(1e-3, abs(quantity.value)))  # NaN has none


class Plots(unittest.TestCase):
    # Part of a thumbnail's pixels that may differ by a quarter of the way to white, as another FreeType's text does;
    # with the same Matplotlib and fonts none does. The curve of fig55d moved by a factor of 1.5: 0.45 %.
    REDRAWN = 2e-3

    def test_every_figure_draws_without_a_complaint_and_as_its_thumbnail(self):
        import matplotlib.image

        with tempfile.TemporaryDirectory() as out, warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # Matplotlib's complaints about a layout or a legend
            for figure in folder.names():
                with self.subTest(figure):
                    small = Path(out) / f"{figure}.small.png"
                    picture, _ = folder.draw(figure, RUNS, out, small, suffixes=("pdf",))
                    self.assertTrue(picture.read_bytes().startswith(b"%PDF"))
                    kept = gallery.thumbnail(figure)
                    self.assertLessEqual(gallery.difference(*map(matplotlib.image.imread, (small, kept))), self.REDRAWN,
                                         f"{kept.name} is another picture: make.sh --record {figure}")


class Gallery(unittest.TestCase):
    def test_every_figure_that_was_asked_for_is_there(self):
        self.assertEqual({name.split("_")[0] for name in folder.names()}, set(ASKED))

    def test_readme_has_every_figure_with_its_claim(self):
        text = (commands.FIGURES / "README.md").read_text(encoding="utf-8")
        self.assertEqual(gallery.page(text), text, "make.sh --record")

    def test_no_thumbnail_is_left_of_a_figure_that_is_gone(self):
        kept = {path.stem for path in gallery.thumbnail("any").parent.glob("*.png")}
        self.assertEqual(kept, set(folder.names()))

    def test_readme_names_tests_that_ctest_knows(self):
        listed = (Path(__file__).parent / "CMakeLists.txt").read_text(encoding="utf-8")
        prefix, subject = gallery.TEST.split(": ")
        self.assertIn(f'NAME "{prefix}: ${{subject}}"', listed)
        self.assertIn(subject, listed)

    def test_every_command_is_read(self):
        """A run whose name no Python file of the figure, or of one that uses it, names is made for nothing."""
        shared = "".join(path.read_text(encoding="utf-8") for path in (commands.FIGURES / "making").glob("*.py"))
        for figure in folder.names():
            readers = [name for name in folder.names() if name == figure or figure in commands.parse(name)[1]]
            text = shared + "".join(path.read_text(encoding="utf-8") for reader in readers
                                    for path in (commands.FIGURES / reader).glob("*.py"))
            for name, _ in commands.parse(figure)[0]:
                with self.subTest(figure=figure, run=name):
                    self.assertIn(f'"{name}"', text)

    def test_every_scenario_is_run(self):
        for figure in folder.names():
            made, _ = commands.parse(figure)
            run = {(commands.FIGURES / figure / words[1]).resolve() for _, words in made}
            for path in (commands.FIGURES / figure).glob("*.toml"):
                with self.subTest(path.name):
                    self.assertIn(path.resolve(), run)


class Spectrum(unittest.TestCase):
    def test_low_pass_spectrum_is_what_its_script_makes(self):
        script = commands.FIGURES / "spectra/low_pass.py"
        with tempfile.TemporaryDirectory() as out:
            path = Path(out) / "spectrum.csv"
            subprocess.run([sys.executable, script, path], check=True)
            self.assertEqual(path.read_bytes(), (script.parent / "cifar10_gray_12.csv").read_bytes())

    def test_low_pass_keeps_the_mean_image(self):
        """The mode of frequency 0 is the mean pixel times the number of pixels a side: its variance goes by their ratio."""
        def first(path):
            with path.open(newline="", encoding="utf-8") as file:
                return float(next(csv.DictReader(file))["variance"])

        small = first(commands.FIGURES / "spectra/cifar10_gray_12.csv")
        large = first(commands.ROOT / "scenarios/spectra/cifar10_gray_fourier.csv")
        self.assertAlmostEqual(small / large, (12 / 32) ** 2, delta=4 * sys.float_info.epsilon)  # three roundings


if __name__ == "__main__":
    unittest.main()
