#!/usr/bin/env python3
"""eigenflow compare: runs side by side."""

import csv
import io

from program import FILE, USAGE, ProgramTest, main


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


class Compare(ProgramTest):
    def setUp(self):
        super().setUp()
        self.simulate("small.toml", "data.modes=24", "training.points=40", out="one")

    def test_the_same_run_twice_does_not_differ(self):
        outcome = self.succeed("compare", "one", "one")
        for row in table(outcome.out):
            self.assertEqual((row["difference"], row["p_value"], row["ratio"], row["differ"]), ("0", "1", "1", "false"))
        self.assertNotIn("exponents differ", outcome.err)

    def test_another_rate_shifts_times_and_no_exponent(self):
        self.simulate("small.toml", "data.modes=24", "training.points=40", "training.learning_rate=4", out="fast")
        rows = table(self.succeed("compare", "one", "fast", "--quiet").out)
        self.assertEqual(len(rows), 2)  # geometric, harmonic
        for row in rows:
            self.assertAlmostEqual(float(row["ratio"]), 0.25, delta=1e-12)  # T-16
            self.assertAlmostEqual(float(row["difference"]), 0.0, delta=1e-12)

    def test_an_effective_learning_rate_explains_another_rate(self):
        self.simulate("small.toml", "data.modes=24", "training.points=40", "training.learning_rate=4", out="fast")
        outcome = self.succeed("compare", "one", "fast", "--fit-rate", "--out", "c")
        self.assertIn("as one at 4 +- ", outcome.err)
        rates = table((self.folder / "c/rates.csv").read_text())
        self.assertEqual([row["criterion"] for row in rates], ["geometric", "harmonic", "all"])
        self.assertEqual([(row["modes"], row["times"]) for row in rates], [("24", "24"), ("24", "24"), ("24", "48")])
        for row in rates:
            self.assertAlmostEqual(float(row["rate"]), 4.0, delta=1e-11)
            self.assertLess(float(row["rate_se"]), 1e-11)
        for row in table((self.folder / "c/times.csv").read_text()):
            self.assertAlmostEqual(float(row["scaled_ratio"]), 1.0, delta=1e-11)

    def test_times_go_to_stdout_where_they_are_asked_for(self):
        printed = self.succeed("compare", "one", "one", "--fit-rate", "--times", "--quiet").out
        self.succeed("compare", "one", "one", "--fit-rate", "--out", "c", "--quiet")
        self.assertEqual(printed, (self.folder / "c/times.csv").read_text())

    def test_another_architecture_differs(self):
        self.simulate("small.toml", "data.modes=24", "training.points=40", "network.architecture=two-layer", out="two")
        outcome = self.succeed("compare", "one", "two", "--out", "c")
        self.assertEqual(outcome.out, "")
        self.assertIn("the exponents differ", outcome.err)
        times = table((self.folder / "c/times.csv").read_text())
        self.assertEqual(len(times), 48)
        for row in times:
            self.assertEqual(float(row["ratio"]), float(row["tau_star"]) / float(row["reference_tau_star"]))
        exponents = table((self.folder / "c/exponents.csv").read_text())
        for row in exponents:
            difference = float(row["exponent"]) - float(row["reference_exponent"])
            self.assertAlmostEqual(float(row["difference"]), difference, delta=1e-15)
            self.assertEqual(row["differ"], "true")

    def test_other_spectra_and_laws_are_noted(self):
        self.simulate("small.toml", "data.modes=24", "data.exponent=2", 'fit.estimators=["robust"]', out="other")
        err = self.succeed("compare", "one", "other").err
        self.assertIn("different spectra", err)
        self.assertIn("no law in common", err)

    def test_rounding_is_no_difference(self):
        self.simulate("small.toml", "data.modes=24", "training.points=40", "network.architecture=symmetric-two-layer",
                      out="tied")
        self.simulate("small.toml", "data.modes=24", "training.points=40", "network.architecture=two-layer", out="two")
        for row in table(self.succeed("compare", "tied", "two", "--quiet").out):
            self.assertAlmostEqual(float(row["ratio"]), 2.0, delta=1e-9)  # T-5
            self.assertEqual(row["differ"], "false")

    def test_nothing_in_common_is_no_agreement(self):
        for name, modes in (("a", (1, 2, 3, 4)), ("b", (5, 6, 7, 8))):
            lines = ["tau,mode,target_variance,variance\n"]
            lines += [f"{tau},{mode},{1 / mode},{min(1, 1e-4 + tau / mode) / mode}\n"
                      for tau in (0, 0.01, 0.1, 1, 10, 100) for mode in modes]
            self.write(f"{name}.csv", "".join(lines))
            self.succeed("fit", f"{name}.csv", "--out", name, "--quiet")
        outcome = self.succeed("compare", "a", "b")
        self.assertIn("no modes in common", outcome.err)
        self.assertEqual({(row["paired_modes"], row["differ"]) for row in table(outcome.out)}, {("0", "")})

    def test_one_mode_in_common_has_no_interval_and_no_exponent(self):
        """The summary printed nan four times."""
        self.simulate("small.toml", "data.modes=1", out="single")
        outcome = self.succeed("compare", "single", "single", "--fit-rate")
        self.assertNotIn("nan", outcome.err)
        self.assertIn("tau* x1 over one mode\n", outcome.err)
        self.assertIn("as single at 1 times its learning rate (one mode: no standard error)", outcome.err)
        self.assertEqual({row["target"] for row in table(outcome.out)}, {"data"})  # no quotes

    def test_other_settings_are_noted(self):
        self.succeed("fit", "one", "emergence.gray_zone=[0.9,1.1]", "--out", "f", "--quiet")
        self.assertIn("emergence.gray_zone", self.succeed("compare", "one", "f").err)

    def test_force_leaves_nothing_of_an_earlier_comparison(self):
        self.succeed("compare", "one", "one", "--fit-rate", "--out", "c", "--quiet")
        self.succeed("compare", "one", "one", "--out", "c", "--force", "--quiet")
        self.assertEqual(sorted(path.name for path in (self.folder / "c").iterdir()),
                         ["exponents.csv", "manifest.json", "times.csv"])
        self.succeed("fit", "one", "--out", "f", "--quiet")
        for other in ("one", "f"):
            self.assert_refused(["compare", "one", "one", "--out", other, "--force"], FILE, ["of another kind"])

    # A table that was cut off at the end of a line was compared as it was.
    def test_tables_of_another_size_than_the_manifest_says(self):
        table = self.folder / "one/power_law.csv"
        table.write_text(table.read_text().splitlines(keepends=True)[0])
        for words in (["compare", "one", "one"], ["compare", "one", "one", "--times"]):
            self.assert_refused(words, FILE, ["one/power_law.csv", "manifest.json", "cut off or changed", "write it anew"])
        variance = self.folder / "one/variance.csv"
        variance.write_text("".join(variance.read_text().splitlines(keepends=True)[:-5]))
        for source in ("one", "one/variance.csv"):
            self.assert_refused(["fit", source, "--out", "f"], FILE, ["one/variance.csv", "cut off or changed"])
        (self.folder / "one/manifest.json").unlink()
        self.succeed("fit", "one", "--out", "f", "--quiet")

    def test_refusals(self):
        self.assert_refused(["compare", "one"], USAGE, ["runs"])
        self.assert_refused(["compare", "one", "absent"], FILE, ["absent", "run directory"])
        self.write("empty/x", "")
        self.assert_refused(["compare", "one", "empty"], FILE, ["emergence.csv"])
        text = (self.folder / "one/emergence.csv").read_text().replace("rising", "sideways", 1)
        self.write("bad/emergence.csv", text)
        self.assert_refused(["compare", "bad", "one"], FILE, ["line 2", "direction", "sideways", "rising, falling"])


if __name__ == "__main__":
    main()
