#!/usr/bin/env python3
"""plot.py on small run directories: what it writes, what it prints, and what it says about directories it can't use."""

import contextlib
import csv
import io
import math
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[2] / "paper_figures" / "first_light"
sys.path.insert(0, str(FIGURES))

import emergence_times  # noqa: E402
import plot  # noqa: E402
from power_law_table import with_error  # noqa: E402
from variance_trajectories import power_of_ten, select_modes, spread  # noqa: E402

EMERGENCE = ("criterion", "mode", "target_variance", "initial_variance", "final_variance", "limit_variance",
             "threshold", "direction", "gray_zone", "overshoot", "status", "tau_star")
POWER_LAW = ("criterion", "direction", "estimator", "exponent", "exponent_se", "ci_low", "ci_high", "prefactor",
             "floor", "r_squared", "modes", "censored", "note")


def write(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([columns, *rows])


def write_run(directory, variances, last=100.0, criteria=("geometric",), fits=()):
    """Modes that rise from 0.01 with rate λ: ln λ̃ moves to ln λ as 1 − e^(−λτ), so τ* = ln 2 / λ."""
    times = [0.0] + [last * 10 ** (-5 + 0.25 * step) for step in range(21)]
    modes = list(enumerate(variances, start=1))
    curves = [(t, k, v, 0.01 * (v / 0.01) ** -math.expm1(-v * t) if v > 0 else 0.01) for t in times for k, v in modes]
    write(directory / "variance.csv", ("tau", "mode", "target_variance", "variance", "status"),
          [(*row, "ok") for row in curves])
    rows = []
    for criterion in criteria:
        for k, v in modes:
            gray = v > 0 and 0.5 <= 0.01 / v <= 2
            tau = math.log(2) / v if v > 0 else math.inf
            status = "no-crossing" if v == 0 else "gray-zone" if gray else "emerged" if tau <= last else "censored"
            direction = "rising" if v > 0.01 else "falling"
            rows.append((criterion, k, v, 0.01, "", "", "", direction, str(gray).lower(), "false", status,
                         tau if tau <= last else ""))
    write(directory / "emergence.csv", EMERGENCE, rows)
    write(directory / "power_law.csv", POWER_LAW, fits)
    (directory / "scenario.toml").write_text('[emergence]\ntarget = "data"\ngray_zone = [0.5, 2.0]\n')


def run_plot(*words):
    """(exit code, stdout, stderr) of plot.py, in this process: importing Matplotlib takes longer than the drawing."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # Matplotlib's complaints about a layout or a legend
        code = plot.main([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()


class RunDirectories(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="a run ")
        self.addCleanup(folder.cleanup)
        self.run_directory = Path(folder.name)

    def test_four_pictures_and_their_paths(self):
        fit = ("geometric", "rising", "ols", 1.0, 0.00123, 1, 1, math.log(2), "", 1, 60, 0, "")
        # λ from 10 down to 1e-4: emerged, gray zone, falling and censored modes, and one that never crosses.
        write_run(self.run_directory, [10 * 10 ** (-5 * k / 63) for k in range(64)] + [0.0], fits=[fit])
        code, out, err = run_plot(self.run_directory)
        self.assertEqual((code, err), (0, ""))
        pictures = ("variance_trajectories", "emergence_times")
        names = [f"{picture}.{suffix}" for picture in pictures for suffix in ("pdf", "png")]
        self.assertEqual(out.splitlines(), [str(self.run_directory / "figures" / name) for name in names])
        first = [(self.run_directory / "figures" / name).read_bytes() for name in names]
        self.assertEqual([content[:4] for content in first], [b"%PDF", b"\x89PNG"] * 2)
        run_plot(self.run_directory, "--out", self.run_directory / "again")
        self.assertEqual(first, [(self.run_directory / "again" / name).read_bytes() for name in names])

    def test_spectra_with_little_to_show(self):
        # The last: every mode censored, three criteria.
        for variances, last, criteria in (([3.0], 1e2, ("geometric",)),
                                          ([2.0, 2.0, 0.0], 1e2, ("geometric", "harmonic")),
                                          ([5.0, 1.0], 1e-3, ("geometric", "harmonic", "settling"))):
            with self.subTest(variances=variances):
                write_run(self.run_directory, variances, last, criteria)
                code, out, err = run_plot(self.run_directory)
                self.assertEqual((code, err), (0, ""))

    def test_table(self):
        fits = [("geometric", "rising", "ols", 0.9854384933801099, 0.000894, 0.9, 1.1, 0.3, "", 0.99, 20, 0, ""),
                ("harmonic", "falling", "ols", 2.01, "", "", "", 0.3, "", 0.99, 3, 0, "less than a decade")]
        write_run(self.run_directory, [1.0], fits=fits)
        self.assertEqual(run_plot(self.run_directory, "--table")[1].splitlines(), [
            "tau* = A lambda^-exponent, target: data",
            "criterion   direction   estimator   exponent            modes",
            "geometric   rising      ols         0.98544 ± 0.00089      20",
            "harmonic    falling     ols         2.01                    3",
            "    less than a decade",
        ])

    def test_table_without_fits_says_so(self):
        write_run(self.run_directory, [1.0])
        self.assertIn("no power law was fitted", run_plot(self.run_directory, "--table")[1])

    def test_directories_it_cannot_use(self):
        write_run(self.run_directory, [1.0])
        full = (self.run_directory / "variance.csv").read_text()
        header = full.splitlines()[0]
        for content, words in ((None, "no such file"), ("", "can't be read as CSV"), (header + "\n", "nothing to draw"),
                               ("tau,mode,variance\n1,1,1\n", "has no column target_variance")):
            with self.subTest(words=words):
                path = self.run_directory / "variance.csv"
                path.unlink() if content is None else path.write_text(content)
                code, out, err = run_plot(self.run_directory)
                self.assertEqual(code, 3)
                self.assertIn(str(path), err)
                self.assertIn(words, err)
                path.write_text(full)


class Parts(unittest.TestCase):
    def test_errors_have_two_digits(self):
        self.assertEqual(with_error(0.98544, 0.00089), "0.98544 ± 0.00089")
        self.assertEqual(with_error(-0.171, 0.618), "-0.17 ± 0.62")
        self.assertEqual(with_error(7.0, 123.0), "7 ± 123")
        self.assertEqual(with_error(1.0, math.nan), "1")
        self.assertEqual(with_error(math.nan, math.nan), "–")

    def test_numbers_of_labels(self):
        self.assertEqual([power_of_ten(v) for v in (0, 220.1, 0.00365)], ["0", "220", "0.00365"])
        self.assertEqual(power_of_ten(4.0825e-6), r"$4.08\times10^{-6}$")

    def test_modes_are_log_spaced_and_distinct(self):
        self.assertEqual(list(select_modes(range(1, 1001), 4)), [1, 10, 100, 1000])
        self.assertEqual(list(select_modes([1, 2, 7], 8)), [1, 2, 7])
        self.assertEqual(list(select_modes([5], 8)), [5])

    def test_labels_stand_apart_and_in_order(self):
        placed = spread([0.5, 0.5, 0.9, 0.0], 0.1, 0.02, 0.98)
        for got, wanted in zip(placed, [0.45, 0.55, 0.9, 0.02]):
            self.assertAlmostEqual(got, wanted, delta=4 * sys.float_info.epsilon)  # a sum of four terms below 1
        crowd = spread([0.5] * 40, 0.1, 0.0, 1.0)
        self.assertEqual(sorted(crowd), list(crowd))
        self.assertTrue(-1e-12 < min(crowd) and max(crowd) < 1 + 1e-12)

    def test_log_axes_span_a_decade(self):
        low, high = emergence_times.padded(2.0, 2.0, 1.5)
        self.assertAlmostEqual(high / low, 10, delta=10 * 4 * sys.float_info.epsilon)  # four roundings
        self.assertEqual(emergence_times.padded(1.0, 100.0, 1.5), (1 / 1.5, 150.0))


if __name__ == "__main__":
    unittest.main()
