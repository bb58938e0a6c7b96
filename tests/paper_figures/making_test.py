#!/usr/bin/env python3
"""The parts of paper_figures/making on small input: captions, comparisons, commands."""

import math
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy

from making import caption, commands, gallery, quantities
from making.quantities import Quantity


class Caption(unittest.TestCase):
    def test_numbers_are_written_for_reading(self):
        for value, style, text in ((1.0227, ".3f", "1.023"), (12511.76, ".3g", "1.25×10⁴"), (1e-5, ".1g", "10⁻⁵"),
                                   (8.0, "d", "8"),
                                   (-0.0438, ".2f", "−0.04"), (-1e-16, ".2f", "0.00"), (0.95, ".0%", "95 %"),
                                   (0.001, "g", "0.001"), (12, "w", "twelve"), (math.nan, ".4f", "–")):
            with self.subTest(text):
                self.assertEqual(caption.written(value, style), text)

    def test_places_are_filled_by_name(self):
        self.assertEqual(caption.fill("α = {a, rising: exponent|.2f}.", {"a, rising: exponent": 1.0}), "α = 1.00.\n")
        with self.assertRaises(caption.Unfilled):
            caption.fill("{b|d}", {"a": 1.0})

    def test_numbers_without_a_quantity_are_found(self):
        self.assertEqual(caption.own_numbers("α = 1.02 by `fit.estimators[0]` (T-12), fig07, {a|.2f}, σ²"), ["1.02"])
        self.assertEqual(caption.own_numbers("# A title of 6 modes"), ["6"])
        self.assertEqual(caption.own_numbers("closest of twelve, a factor of a thousand, one or two of three layers"),
                         ["twelve", "thousand"])
        self.assertEqual(caption.own_numbers("about 40 modes, 3 × 3 taps"), ["40", "3", "3"])


class Comparison(unittest.TestCase):
    EXPECTED = [Quantity("a", 1.0, 1e-8, ""), Quantity("modes", 8, 0.0, "")]

    def test_within_tolerance(self):
        found = [Quantity("a", 1.0 + 9e-9, 1e-8, ""), Quantity("modes", 8, 0.0, "")]
        self.assertEqual(quantities.differences(found, self.EXPECTED), [])

    def test_what_is_off_missing_or_new_is_named(self):
        found = [Quantity("a", 1.0 + 2e-8, 1e-8, ""), Quantity("b", 1.0, 1e-8, "")]
        said = " ".join(quantities.differences(found, self.EXPECTED))
        for word in ("modes: expected, not made", "b: made, not expected", "a: 1.00000002, expected 1"):
            self.assertIn(word, said)

    def test_not_a_number_is_a_difference(self):
        self.assertEqual(len(quantities.differences([Quantity("a", math.nan, 1e-8, ""), self.EXPECTED[1]],
                                                    self.EXPECTED)), 1)

    def test_files_hold_what_was_written(self):
        with TemporaryDirectory() as out:
            path = Path(out) / "expected.csv"
            quantities.write(path, self.EXPECTED)
            self.assertEqual(quantities.read(path), self.EXPECTED)
            with self.assertRaisesRegex(ValueError, "named twice"):
                quantities.write(path, [self.EXPECTED[0]] * 2)


class Commands(unittest.TestCase):
    def test_lines_and_used_figures(self):
        with TemporaryDirectory() as out, mock.patch.object(commands, "FIGURES", Path(out)):
            (Path(out) / "fig99").mkdir()
            (Path(out) / "fig99/commands").write_text("# story\none: run a.toml x.y=1\nuses fig98\n", encoding="utf-8")
            self.assertEqual(commands.parse("fig99"), ([("one", ["run", "a.toml", "x.y=1"])], ["fig98"]))

    def test_a_failing_run_is_named(self):
        with TemporaryDirectory() as out, self.assertRaisesRegex(commands.Failed,
                                                                 "fig02_order_of_learning, x: eigenflow run"):
            commands.run_one("/bin/false", "", "fig02_order_of_learning", "x", ["run", "eight_modes.toml"], Path(out))


class Gallery(unittest.TestCase):
    def test_pictures_differ_by_the_part_of_their_pixels(self):
        one = numpy.ones((10, 10, 4))
        other = one.copy()
        other[0, :, :3] = 0.5  # a line
        other[1, :, :3] = 0.9  # another edge of a letter
        self.assertEqual(gallery.difference(one, one), 0)
        self.assertEqual(gallery.difference(one, other), 0.1)
        self.assertEqual(gallery.difference(one, other[:9]), 1)

    def test_scenarios_are_linked_from_the_readme(self):
        for figure in gallery.folder.names():
            for target in gallery.targets(figure):
                with self.subTest(figure=figure, target=target):
                    self.assertTrue((commands.FIGURES / target).exists())


if __name__ == "__main__":
    unittest.main()
