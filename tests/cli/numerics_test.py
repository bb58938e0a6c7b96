#!/usr/bin/env python3
"""Networks that never learn, and numbers that can't be had: what is said, and what is written all the same."""

import csv
import json
import math
import re
import shutil

from program import DONE, NUMERICS, RUN_FILES, USAGE, ProgramTest, contents, main


class Numerics(ProgramTest):
    def rows(self, file):
        with open(self.folder / "run" / file, encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    def manifest(self):
        return json.loads((self.folder / "run" / "manifest.json").read_text(encoding="utf-8"))

    def test_a_tied_network_cannot_leave_zero(self):
        outcome = self.succeed("run", "small.toml", "network.architecture=symmetric-two-layer", "network.init=0",
                               'emergence.thresholds=["geometric","harmonic","arithmetic","settling"]', "--out", "run")
        note = next(line for line in outcome.err.splitlines() if "never learn" in line)
        for part in ("8 of 8 modes", "fixed point", "symmetric-two-layer", "network.init > 0"):
            self.assertIn(part, note)
        self.assertEqual(["eigenflow: " + text for text in self.manifest()["notes"]], [note])
        emergence = self.rows("emergence.csv")
        self.assertEqual(len(emergence), 4 * 8)
        self.assertEqual({(row["status"], row["tau_star"]) for row in emergence}, {("no-crossing", "")})
        laws = self.rows("power_law.csv")
        self.assertEqual([row["criterion"] for row in laws], ["geometric", "harmonic", "arithmetic", "settling"])
        for row in laws:
            self.assertEqual((row["exponent"], row["modes"], row["censored"]), ("", "0", "0"))
            self.assertEqual(row["note"], "no mode emerged: 0 censored by the last tau, 0 in the gray zone, 8 without "
                                          "a crossing")

    def test_a_training_too_short_for_any_mode_says_so(self):
        self.succeed("run", "small.toml", "training.first=1e-9", "training.last=1e-6", "--out", "run", "--quiet")
        for row in self.rows("power_law.csv"):
            self.assertEqual((row["exponent"], row["modes"], row["censored"]), ("", "0", "8"))
            self.assertIn("no mode emerged: 8 censored", row["note"])

    def test_a_tied_network_at_zero_keeps_its_variances(self):
        self.simulate("small.toml", "network.architecture=symmetric-two-layer", "network.init=0")
        variances = {}
        for row in self.rows("variance.csv"):
            variances.setdefault(row["mode"], set()).add(row["variance"])
        self.assertTrue(all(len(values) == 1 for values in variances.values()), variances)

    def test_quiet_keeps_the_note_in_the_manifest(self):
        self.simulate("small.toml", "network.architecture=symmetric-two-layer", "network.init=0")
        self.assertEqual(len(self.manifest()["notes"]), 1)

    def test_variances_beyond_the_doubles_are_failures(self):
        # One layer that starts at Q = 100 generates exp(10^6) at first, and learns all the same.
        outcome = self.run_program("run", "small.toml", "network.init=100", "--out", "run", "--quiet")
        self.assert_failures_are_told(outcome)
        last = [row["status"] for row in self.rows("variance.csv") if float(row["tau"]) == 1e5]
        self.assertEqual(last, ["ok"] * 8)

    # All of them were said never to cross.
    def test_modes_whose_start_failed_have_not_emerged_but_failed(self):
        words = ("data.largest=1e6", "network.architecture=deep", "network.depth=6", "network.residual=true",
                 "objective.path=vp-cosine", "objective.weighting=inverse-variance", "network.init=2",
                 "training.last=1e12", "--quiet")
        self.assertEqual(self.run_program("run", "small.toml", *words, "--out", "run").code, NUMERICS)
        start = {row["mode"] for row in self.rows("variance.csv") if (row["tau"], row["status"]) == ("0", "failed")}
        self.assertEqual(len(start), 8)
        for row in self.rows("emergence.csv"):
            self.assertEqual([row[name] for name in ("status", "direction", "initial_variance", "threshold", "tau_star",
                                                     "first_passage")], ["failed", "", "", "", "", ""], row)
        for row in self.rows("power_law.csv"):
            self.assertEqual((row["exponent"], row["modes"], row["censored"]), ("", "0", "0"))
            self.assertIn("0 without a crossing, 8 failed", row["note"])
        self.succeed("compare", "run", "run", "--times", "--out", "compared")  # reads rows without a direction

    def test_laws_leave_failed_modes_out_and_count_them(self):
        self.run_program("run", "small.toml", "network.init=[100,100,0.1,0.1,0.1,0.1,0.1,0.1]", "--out", "run",
                         "--quiet")
        self.assertEqual({row["mode"] for row in self.rows("emergence.csv") if row["status"] == "failed"}, {"1", "2"})
        for row in self.rows("power_law.csv"):
            self.assertIn("2 modes failed and are left out", row["note"])
            self.assertLessEqual(int(row["modes"]), 6)

    def test_failures_of_some_modes_leave_the_others_good(self):
        # init falls outside what a double holds for the first two modes only.
        init = "network.init=[100,100,0.1,0.1,0.1,0.1,0.1,0.1]"
        outcome = self.run_program("run", "small.toml", init, "--out", "run", "--quiet")
        self.assert_failures_are_told(outcome)
        self.assertEqual({row["mode"] for row in self.rows("variance.csv") if row["status"] == "failed"}, {"1", "2"})
        self.assertIn("2 modes could not be computed, the first is mode 1", outcome.err)

    def test_one_mode_is_one_mode(self):
        # Under a sampler the same mode fails again in the exact sampling that it is compared with.
        init = "network.init=[100,0.1,0.1,0.1,0.1,0.1,0.1,0.1]"
        outcome = self.run_program("run", "small.toml", init, "--out", "run", "--quiet")
        self.assert_failures_are_told(outcome)
        self.assertIn("eigenflow: 1 mode could not be computed, the first is mode 1", outcome.err)
        self.assertNotIn("auto", outcome.err)  # which it is
        again = self.run_program("run", "small.toml", init, "sampling.solver=heun", "sampling.steps=1000", "--out",
                                 "again", "--quiet")
        self.assertIn("eigenflow: 1 mode could not be computed, the first is mode 1", again.err)

    def test_exact_sampling_that_fails_alone_leaves_the_rows_good(self):
        # exp(10^6) by the exact flow; a product of 17 factors by Euler.
        outcome = self.run_program("run", "small.toml", "network.init=100", "sampling.solver=euler", "--out", "run",
                                   "--quiet")
        self.assertEqual(outcome.code, NUMERICS)
        (line,) = outcome.err.splitlines()
        self.assertIn("the sampler's bias: exact sampling of 8 modes could not be computed", line)
        self.assertEqual({row["status"] for row in self.rows("variance.csv")}, {"ok"})
        solver = self.manifest()["solver"]
        self.assertEqual((solver["failed"], len(solver["exact_sampling_failures"])), (0, 8))
        distances = self.rows("distances.csv")
        for row in distances:
            self.assertEqual(row["status"] == "failed", row["sampler_w2"] == "")
            self.assertTrue(row["w2"])
        self.assertEqual({distances[0]["status"], distances[-1]["status"]}, {"failed", "ok"})

    def test_weights_that_fail_alone(self):
        # A noise level beyond the range of sampling, where the curvature leaves the doubles.
        outcome = self.run_program("run", "small.toml", "training.solver=ode", "output.noise_levels=[1.0,1e200]",
                                   "data.modes=2", "--out", "run", "--quiet")
        self.assertEqual(outcome.code, NUMERICS)
        (line,) = outcome.err.splitlines()
        for part in ("weights.csv: 2 modes", "the first is mode 1", "noise level 1e+200", "non_finite_state"):
            self.assertIn(part, line)
        self.assertEqual({row["status"] for row in self.rows("variance.csv")}, {"ok"})
        for row in self.rows("weights.csv"):
            self.assertEqual(row["status"], "failed" if float(row["noise_level"]) > 1 else "ok")
        self.assertEqual(len(self.manifest()["solver"]["weight_failures"]), 2)

    def test_an_unstable_descent_is_told_to_take_smaller_steps(self):
        # Stable at every noise level that is sampled, and refused if it were not; weights.csv asks for one beyond.
        outcome = self.run_program("run", "small.toml", "training.rule=gradient-descent", "training.last=10",
                                   "training.learning_rate=1e-4", "output.noise_levels=[1000]", "--out", "run",
                                   "--quiet")
        self.assertEqual(outcome.code, NUMERICS, outcome.err)
        self.assertIn("use a smaller training.learning_rate", outcome.err)

    def test_the_status_of_a_distance(self):
        # A mode without variance: the divergence from it is infinite, and neither missing nor failed.
        self.simulate("small.toml", "data.source=list", "data.variances=[1.0,0.0]")
        for row in self.rows("distances.csv"):
            self.assertEqual((row["status"], row["kl"]), ("infinite", ""))
            self.assertTrue(row["w2"] and row["loss"])
        self.simulate("small.toml", "--force")
        self.assertEqual({row["status"] for row in self.rows("distances.csv")}, {"ok"})

    def assert_failures_are_told(self, outcome):
        self.assertEqual(outcome.code, NUMERICS, outcome.err)
        self.assertRegex(outcome.err, r"\Aeigenflow: \d+ modes? could not be computed, the first is mode \d+ \(.+\)")
        self.assertEqual(tuple(contents(self.folder / "run")), RUN_FILES)
        failed = {int(row["mode"]) for row in self.rows("variance.csv") if row["status"] == "failed"}
        solver = self.manifest()["solver"]
        self.assertEqual(solver["failed"], len(failed))
        self.assertEqual({failure["mode"] for failure in solver["failures"]}, failed)
        self.assertTrue(all(failure["reason"] for failure in solver["failures"]))

    DESCENT = ("training.rule=gradient-descent", "training.first=0.1", "training.last=1", "sampling.noise=1",
               "sampling.data=0.01", "output.noise_levels=[0.1,0.9]")

    def test_unstable_descent_is_refused_and_the_printed_rate_runs(self):
        flow = ("objective.path=flow", "objective.target=velocity", "sampling.noise=0", "sampling.data=1",
                "data.largest=0.01")
        tied = "network.architecture=symmetric-two-layer"
        for setting, decided in (((), "the weights that training approaches"),
                                 ((tied, "network.init=5"), "the start (network.init)"),
                                 ((tied, "network.init=50"), "the start (network.init)"),
                                 ((tied, "network.init=0.001", *flow), "the start (network.init)"),
                                 (("network.architecture=deep", "network.residual=true"), "the start (network.init)"),
                                 (("network.architecture=two-layer", "network.init=0.1"),
                                  "the weights that training approaches")):
            with self.subTest(setting=setting):
                words = ("run", "small.toml", *self.DESCENT, *setting, "--out", "run", "--quiet")
                self.assert_refused((*words, "training.learning_rate=100"), USAGE,
                                    ("training.learning_rate = 100", "unstable", "largest stable rate", decided))
                sentence = self.run_program(*words, "training.learning_rate=100").err
                largest = re.search(r"noise range is ([\d.e+-]+),", sentence).group(1)
                recommended = re.search(r"use learning_rate = ([\d.e+-]+),", sentence).group(1)
                self.assert_refused((*words, f"training.learning_rate={1.01 * float(largest)!r}"), USAGE, ("unstable",))
                for rate in (largest, recommended):
                    self.succeed(*words, f"training.learning_rate={rate}", "--force")
                    self.assertEqual({row["status"] for row in self.rows("variance.csv")}, {"ok"})
                shutil.rmtree(self.folder / "run")

    def test_more_steps_than_can_be_taken_are_refused_at_once(self):
        for architecture, most in (("one-layer", "9e+15"), ("deep", "1e+07")):
            self.assert_refused(("run", "small.toml", *self.DESCENT, f"network.architecture={architecture}",
                                 "training.learning_rate=0.01", "training.last=1e300"), USAGE,
                                ("training.last", "1e+302 steps", most, "use training.last = "), timeout=20)

    def test_a_small_budget_makes_rows_imprecise(self):
        # The same variances with a budget that is enough: what is called ok must be right to 1e-12 in ln.
        setting = ("network.architecture=deep", "network.init=1e-6", "objective.path=flow", "objective.target=velocity")
        self.simulate("small.toml", *setting, out="run")
        exact = [float(row["variance"]) for row in self.rows("variance.csv")]
        self.assertEqual(self.manifest()["solver"]["imprecise"], 0)
        outcome = self.succeed("run", "small.toml", *setting, "sampling.max_panels=1", "--out", "run", "--force")
        rows = self.rows("variance.csv")
        imprecise = [row for row in rows if row["status"] == "imprecise"]
        solver = self.manifest()["solver"]
        self.assertGreater(len(imprecise), 0)
        self.assertEqual(solver["imprecise"], len(imprecise))
        self.assertGreater(solver["worst_error_estimate_of_log_variance"], 1e-12)
        self.assertIn(f"{len(imprecise)} variances may be off", outcome.err)
        self.assertIn("sampling.max_panels", outcome.err)
        for row, right in zip(rows, exact):
            off = abs(math.log(float(row["variance"]) / right))
            if row["status"] == "ok":
                self.assertLessEqual(off, 1e-12 * max(1.0, abs(math.log(right))), row)

    def test_the_edges_of_the_doubles_end(self):
        # Each ended in minutes or not at all where a quadrature bisected what is not finite.
        for overrides in (["data.largest=1e300"], ["data.largest=1e-300"], ["network.init=1e150"],
                          ["training.last=1e300"], ["training.learning_rate=1e300"], ["sampling.noise=1e100"],
                          ["sampling.data=1e-100"]):
            for architecture in ("one-layer", "symmetric-two-layer"):
                with self.subTest(overrides=overrides, architecture=architecture):
                    outcome = self.run_program("run", "small.toml", *overrides, f"network.architecture={architecture}",
                                               "--out", "run", "--force", "--quiet", timeout=20)
                    failed = any(row["status"] == "failed" for row in self.rows("variance.csv"))
                    self.assertEqual(outcome.code, NUMERICS if failed else DONE, outcome.err)


if __name__ == "__main__":
    main()
