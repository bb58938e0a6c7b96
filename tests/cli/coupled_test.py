#!/usr/bin/env python3
"""Modes that couple, from end to end: what is written beside the modes' own tables, and what is refused."""

import csv
import json
import math

from program import USAGE, ProgramTest, main

COUPLED = """[data]
source = "list"
variances = [2.0, 0.7, 0.2]
[training]
first = 0.01
last = 100
points = 5
[sampling]
noise = 10.0
data = 0.05
[emergence]
rule = "grid"
[fit]
bootstrap = 0
[output]
noise_levels = [1.0]
"""


class Coupled(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("coupled.toml", COUPLED)

    def rows(self, file, out="run"):
        with open(self.folder / out / file, encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    def manifest(self):
        return json.loads((self.folder / "run" / "manifest.json").read_text(encoding="utf-8"))

    def simulated(self, *words):
        return self.succeed("run", "coupled.toml", *words, "--out", "run", "--quiet")

    # Errors were computed and never written: a fit of an ensemble's variances had none either.
    def test_an_ensemble_has_standard_errors_everywhere(self):
        self.simulated("network.init=random", "sampling.ensemble=200", "sampling.seed=7")
        for row in self.rows("variance.csv"):
            self.assertAlmostEqual(float(row["standard_error"]), float(row["variance"]) * math.sqrt(2 / 199), delta=1e-15)
        for row in self.rows("mean.csv"):
            self.assertGreater(float(row["standard_error"]), 0)
        for row in self.rows("alignment.csv"):
            self.assertGreater(float(row["chi_se"]), 0)
            self.assertGreater(float(row["leading_chi_se"]), 0)
        for row in self.rows("distances.csv"):
            for name in ("kl", "w2", "limit_kl", "limit_w2"):
                self.assertGreater(float(row[name + "_se"]), 0)
        manifest = self.manifest()
        self.assertEqual(manifest["seeds"]["ensemble"], 7)
        self.assertTrue(any("200 samples, seed 7" in note for note in manifest["notes"]))
        self.succeed("fit", "run", "emergence.rule=crossing", "--out", "fit", "--quiet")
        emerged = [row for row in self.rows("emergence.csv", "fit") if row["status"] == "emerged"]
        self.assertTrue(emerged)
        for row in emerged:
            self.assertGreater(float(row["tau_star_se"]), 0)

    def test_a_run_without_an_ensemble_has_no_columns_of_errors(self):
        self.simulated("network.init=random")
        for file in ("variance.csv", "mean.csv", "alignment.csv", "distances.csv"):
            self.assertEqual([name for name in self.rows(file)[0] if name.endswith(("_se", "standard_error"))], [])

    # A sampler's bias was computed and never written.
    def test_a_samplers_bias_is_written(self):
        self.simulated("network.init=random", "sampling.solver=heun", "sampling.steps=6")
        for row in self.rows("distances.csv"):
            self.assertGreater(float(row["sampler_kl"]), 0)

    def test_variances_that_vanish_say_so(self):
        # Untrained noise prediction takes 2 Q σ_T = 1000 off ln of variance, and doubles end at −708.
        outcome = self.simulated("data.mean=[1,0,0]", "network.init=0.5", "objective.target=noise", "sampling.noise=1000")
        rows = self.rows("variance.csv")
        imprecise = sum(row["status"] == "imprecise" for row in rows)
        self.assertGreater(imprecise, 0)
        self.assertEqual(imprecise, sum(float(row["variance"]) < 2.3e-308 for row in rows))
        note = f"{imprecise} variances lie below 2.3e-308, where doubles lose their digits, and say imprecise: lower sampling.noise"
        self.assertIn(note, outcome.err + str(self.manifest()["notes"]))
        self.assertNotIn("may be off", str(self.manifest()["notes"]))

    # Nothing in the directory told where the weights came from.
    def test_layers_are_what_the_weights_start_from(self):
        start = "network.init={kind=\"random\",scale=0.5,seed=3}"
        self.simulated(start, "network.architecture=two-layer", "network.rank=2", "network.residual=true")
        layers = {(row["layer"], int(row["row"]), int(row["column"])): float(row["weight"]) for row in self.rows("layers.csv")}
        self.assertEqual(len(layers), 12)
        weight = lambda j, k: sum(layers["P", j, u] * layers["Q", u, k] for u in (1, 2))  # noqa: E731
        first = [row for row in self.rows("weights.csv") if float(row["tau"]) == 0]
        for row in first:
            self.assertAlmostEqual(float(row["weight"]), weight(int(row["mode"]), int(row["mode"])), delta=1e-14)
        off = sum(weight(j, k) ** 2 for j in (1, 2, 3) for k in (1, 2, 3) if j != k)
        self.assertAlmostEqual(float(first[0]["off_diagonal"]), off, delta=1e-13)
        self.simulated(start, "--force")
        layers = {(row["row"], row["column"]): float(row["weight"]) for row in self.rows("layers.csv") if row["layer"] == "W"}
        for row in self.rows("weights.csv"):
            if float(row["tau"]) == 0:
                self.assertAlmostEqual(float(row["weight"]), layers[row["mode"], row["mode"]], delta=1e-15)
        self.simulated("data.mean=[1,0,0]", "--force")
        self.assertFalse((self.folder / "run" / "layers.csv").exists())

    # The note was the mode engine's alone; of one layer the counts were 0.
    def test_the_manifest_tells_of_fixed_points_and_counts(self):
        self.simulated("network.architecture=two-layer", "network.rank=2", "network.init=0", "sampling.solver=heun",
                       "sampling.steps=4")
        (note,) = [note for note in self.manifest()["notes"] if "never learn" in note]
        for part in ("3 of 3 modes", "fixed point", "two-layer", "network.init > 0"):
            self.assertIn(part, note)
        self.simulated("network.init=random", "--force")
        manifest = self.manifest()
        self.assertGreater(manifest["solver"]["evaluations"], 0)
        self.assertIn("SUNDIALS", " ".join(manifest["eigenflow"]["libraries"]))

    # The run said so, after a check that had not.
    def test_a_limit_that_cannot_be_known_is_refused_by_check(self):
        tied = ["data.variances=[1.0,1.0]", "network.init=random", "network.architecture=two-layer", "network.rank=1"]
        self.succeed("check", "coupled.toml", *tied)
        for command in (["check", "coupled.toml"], ["run", "coupled.toml", "--out", "run"]):
            self.assert_refused([*command, *tied, 'emergence.target="limit"'], USAGE,
                                ["emergence.target", "not known", 'target = "data"'])


if __name__ == "__main__":
    main()
