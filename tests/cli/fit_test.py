#!/usr/bin/env python3
"""eigenflow fit: emergence and laws again, from CSV alone."""

import csv
import json

from program import FILE, USAGE, ProgramTest, main

HEADER = "tau,mode,target_variance,variance\n"


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def power_law_table(modes=20, times=61, first=-4.0, decades=8.0):
    """λ̃ = min(λ, 1e-6 λ + (τ λ^1.5)²): geometric passage at τ* = 0.0316… λ^-1, a straight line in ln τ."""
    lines = [HEADER]
    for i in range(times):
        tau = 0.0 if i == 0 else 10.0 ** (first + decades * (i - 1) / (times - 2))
        for k in range(1, modes + 1):
            target = 1.0 / k
            variance = min(target, 1e-6 * target * max(1.0, (tau * target / 1e-3) ** 2))
            lines.append(f"{tau!r},{k},{target!r},{variance!r}\n")
    return "".join(lines)


class Fit(ProgramTest):
    def test_a_run_directory_gives_the_runs_own_settings(self):
        self.simulate("small.toml", "training.points=120", "data.modes=12",
                      'emergence.thresholds=["arithmetic"]', 'fit.estimators=["ols","robust"]')
        self.succeed("fit", "run", "--quiet")
        laws = rows(self.folder / "run/fit/power_law.csv")
        self.assertEqual([(law["criterion"], law["estimator"]) for law in laws],
                         [("arithmetic", "ols"), ("arithmetic", "robust")])
        exact = {row["mode"]: float(row["tau_star"]) for row in rows(self.folder / "run/emergence.csv")}
        for row in rows(self.folder / "run/fit/emergence.csv"):
            # Steps of δ = 0.155 in ln τ: a chord is off by at most δ²/8 times the curvature of ln λ̃ over its slope, ≤ 2.
            self.assertAlmostEqual(float(row["tau_star"]) / exact[row["mode"]], 1.0, delta=0.006)

    def test_anybodys_table_gives_the_law_it_was_made_from(self):
        self.write("mine.csv", power_law_table())
        self.succeed("fit", "mine.csv", 'emergence.thresholds=["geometric"]', "--out", "f", "--quiet")
        law, = rows(self.folder / "f/power_law.csv")
        # v0 = 1e-6 λ, geometric level 1e-3 λ: (τ λ/1e-3)² = 1e3, so τ* = 10^-1.5 / λ.
        self.assertAlmostEqual(float(law["exponent"]), 1.0, delta=1e-12)
        self.assertAlmostEqual(float(law["prefactor"]), 10.0 ** -1.5, delta=1e-12)
        self.assertEqual(law["modes"], "20")

    def test_fourier_pairs_are_one_mode(self):
        """16 frequencies: 0, 8 and seven pairs. Rows for all, nine modes in fits, whether run, refitted or compared."""
        self.simulate("small.toml", "data.basis=fourier", "data.shape=[16]", "data.modes=16", "training.points=30")
        self.succeed("fit", "run", "--out", "f", "--quiet")
        for folder in ("run", "f"):
            emergence = rows(self.folder / folder / "emergence.csv")
            self.assertEqual(len(emergence), 32)  # two criteria
            partner = {row["mode"]: row["partner"] for row in emergence}
            self.assertEqual(sorted(mode for mode in partner if not partner[mode]), ["1", "16"])
            for mode, other in partner.items():
                self.assertTrue(not other or partner[other] == mode)
            for law in rows(self.folder / folder / "power_law.csv"):
                self.assertEqual((law["modes"], law["censored"]), ("9", "0"))
        compared = self.succeed("compare", "run", "f", "--quiet").out
        self.assertEqual({row["paired_modes"] for row in csv.DictReader(compared.splitlines())}, {"9"})

    def test_a_pair_of_which_one_was_recorded_is_a_mode(self):
        self.simulate("small.toml", "data.basis=fourier", "data.shape=[16]", "data.modes=16", "training.points=30",
                      "output.modes=4")
        self.succeed("fit", "run", "--out", "f", "--quiet")
        self.assertEqual({row["modes"] for row in rows(self.folder / "f/power_law.csv")}, {"4"})

    def test_mode_numbers_are_the_files(self):
        self.simulate("small.toml", "data.modes=64", "output.modes=5", "training.points=30")
        self.succeed("fit", "run", "--quiet")
        numbers = {row["mode"] for row in rows(self.folder / "run/variance.csv")}
        self.assertEqual({row["mode"] for row in rows(self.folder / "run/fit/emergence.csv")}, numbers)

    def test_rows_and_columns_may_come_in_any_order(self):
        table = power_law_table(modes=6)
        self.write("a.csv", table)
        shuffled = ["variance,more,mode,tau,target_variance\n"]
        for line in reversed(table.splitlines()[1:]):
            tau, mode, target, variance = line.split(",")
            shuffled.append(f"{variance},x,{mode},{tau},{target}\n")
        self.write("b.csv", "".join(shuffled))
        for name in "ab":
            self.succeed("fit", f"{name}.csv", "--out", name, "--quiet")
        for file in ("emergence.csv", "power_law.csv"):
            self.assertEqual((self.folder / "a" / file).read_bytes(), (self.folder / "b" / file).read_bytes())

    def test_the_manifest_names_the_file_and_the_settings(self):
        self.write("mine.csv", power_law_table(modes=4))
        self.succeed("fit", "mine.csv", "fit.seed=7", "--out", "f", "--quiet")
        manifest = json.loads((self.folder / "f/manifest.json").read_text())
        self.assertEqual((manifest["fit_of"], manifest["settings"]["fit.seed"]), ("mine.csv", "7"))

    def test_without_tau_zero_it_says_so(self):
        lines = power_law_table(modes=4).splitlines(keepends=True)
        self.write("mine.csv", "".join([lines[0], *lines[5:]]))
        self.assertIn("no tau = 0", self.succeed("fit", "mine.csv", "--out", "f").err)

    def test_threads_do_not_matter(self):
        self.write("mine.csv", power_law_table())
        for threads in "12":
            self.succeed("fit", "mine.csv", "--out", threads, "--threads", threads, "--quiet")
        for file in ("emergence.csv", "power_law.csv"):
            self.assertEqual((self.folder / "1" / file).read_bytes(), (self.folder / "2" / file).read_bytes())

    def test_a_runs_own_table_is_the_run(self):
        self.simulate("small.toml", "training.points=60", 'emergence.thresholds=["arithmetic"]')
        for source, out in (("run", "a"), ("run/variance.csv", "b")):
            self.succeed("fit", source, "emergence.target=limit", "--out", out, "--quiet")
        for file in ("emergence.csv", "power_law.csv"):
            self.assertEqual((self.folder / "a" / file).read_bytes(), (self.folder / "b" / file).read_bytes())

    def test_a_run_is_never_replaced(self):
        self.simulate("small.toml")
        self.assert_refused(["fit", "run", "--out", "run", "--force"], FILE, ["run holds a run of another kind (distances.csv)", "--out DIR"])

    def test_what_is_odd_about_the_table_is_noted(self):
        lines = power_law_table(modes=4).splitlines(keepends=True)
        self.write("late.csv", "".join([lines[0], *lines[2:]]))
        err = self.succeed("fit", "late.csv", "--out", "late").err
        self.assertIn("first one stands: 1", err)
        self.assertEqual({row["status"] for row in rows(self.folder / "late/emergence.csv")}, {"emerged"})
        errors = ["tau,mode,target_variance,variance,standard_error\n", *(line.rstrip() + ",0.01\n" for line in lines[1:])]
        self.write("errors.csv", "".join(errors))
        self.assertIn("--samples replaces", self.succeed("fit", "errors.csv", "--samples", "9", "--out", "e").err)

    def test_noise_that_decides_is_noted(self):
        self.write("mine.csv", power_law_table())
        self.succeed("fit", "mine.csv", "--samples", "50", 'emergence.thresholds=["settling"]', "--out", "f", "--quiet")
        law, = rows(self.folder / "f/power_law.csv")  # 0.2 of a variance is twice the band of 0.1
        self.assertIn("settle within their noise", law["note"])
        self.succeed("fit", "mine.csv", "--samples", "2000", 'emergence.thresholds=["settling"]', "--out", "h", "--quiet")
        law, = rows(self.folder / "h/power_law.csv")  # a band of 3.2 standard errors
        self.assertIn("settle within their noise", law["note"])
        self.succeed("fit", "mine.csv", "--samples", "2000", 'emergence.thresholds=["settling"]',
                     "emergence.smoothing=2", "--out", "i", "--quiet")
        law, = rows(self.folder / "i/power_law.csv")  # smoothing leaves 0.38 of a sample's error
        self.assertNotIn("within their noise", law["note"])
        self.succeed("fit", "mine.csv", "--samples", "5000", 'emergence.thresholds=["settling"]', "--out", "g", "--quiet")
        law, = rows(self.folder / "g/power_law.csv")
        self.assertNotIn("within their noise", law["note"])

    def test_bad_tables(self):
        good = "0,1,1.0,0.1\n1,1,1.0,0.5\n"
        for text, parts in (("0,1,1.0,0.1\n1,1,1.0,-0.5\n", ["line 3", '"variance"', "-0.5", "negative"]),
                            ("0,1,1.0,0.1\n-1,1,1.0,0.5\n", ["line 3", '"tau"', "-1", "negative"]),
                            (good + "1,1,1.0,0.6\n", ["line 4", "twice"]),
                            (good + "2,1,2.0,0.6\n", ["line 4", "target_variance", "differs"]),
                            (good + "2,1.5,1.0,0.6\n", ["line 4", "1.5", "mode"]),
                            (good + "2,0,1.0,0.6\n", ["line 4", "mode"]),
                            (good + "2,1,1.0,many\n", ["line 4", "many"]),
                            ("0,1,1.0,0.1\n", ["one tau"])):
            with self.subTest(text):
                self.write("bad.csv", HEADER + text)
                self.assert_refused(["fit", "bad.csv", "--out", "f"], FILE, ["bad.csv", *parts])
        self.write("bad.csv", "tau,mode,variance\n0,1,1\n")
        self.assert_refused(["fit", "bad.csv", "--out", "f"], FILE, ["bad.csv", "target_variance"])

    def test_bad_command_lines(self):
        self.write("mine.csv", power_law_table(modes=4))
        self.assert_refused(["fit", "mine.csv", "data.modes=3", "fit.bootstrap=1", "network.init=1"], USAGE,
                            ["data.modes=3", "emergence."], ["network.init=1", "emergence."])
        self.assert_refused(["fit", "mine.csv", "fit.bootstrap=-1", "emergence.thresholds=cubic"], USAGE,
                            ["fit.bootstrap=-1"], ["cubic", "geometric"])
        self.assert_refused(["fit", "mine.csv", "--samples", "1"], USAGE, ["--samples"])
        self.assert_refused(["fit", "absent.csv"], FILE, ["absent.csv"])
        self.assert_refused(["fit", "."], FILE, ["variance.csv"])


if __name__ == "__main__":
    main()
