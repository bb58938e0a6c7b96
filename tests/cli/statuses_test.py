#!/usr/bin/env python3
"""Extreme scenarios, drawn from a seed: every cell of every table is a finite number, or empty with a status that says
why, as docs/csv.md has it. Six modes at six times each, so that all of them take seconds."""

import csv
import math
import random

from program import DONE, NUMERICS, USAGE, ProgramTest, main

PATHS = {"ve": ("denoise", "noise"), "flow": ("denoise", "noise", "velocity"), "vp-cosine": ("denoise", "noise", "v"),
         "vp-linear": ("denoise", "noise", "v")}
SAMPLERS = ("exact", "ode", "euler", "heun", "ddim")
EACH = 10  # scenarios of an architecture: with every sampler twice
TEXT = {"criterion", "direction", "estimator", "note", "status", "gray_zone", "overshoot", "layer"}


def log_uniform(draw, low, high):
    return math.exp(draw.uniform(math.log(low), math.log(high)))


class Scenario:
    """Overrides of key=value, and what they mean for the cells."""

    def __init__(self, draw, architecture, number):
        self.sampler = SAMPLERS[number % len(SAMPLERS)]
        path = draw.choice(["ve", *PATHS])
        target = draw.choice(PATHS[path])
        edm = path == "ve" and target == "denoise"
        largest = log_uniform(draw, 1e-6, 1e6)
        last = log_uniform(draw, 1e-6, 1e12)
        init = draw.choice([0.0, 1.0, 2.0, draw.uniform(0, 2), log_uniform(draw, 1e-12, 1), 100.0])  # 100: e^1000 and more
        self.words = [
            f"network.architecture={architecture}", f"network.depth={draw.randint(1, 6)}", f"network.init={init!r}",
            f"network.residual={draw.choice(['true', 'false'])}", f"objective.path={path}",
            f"objective.target={target}", f"objective.preconditioning={draw.choice(['none', 'edm']) if edm else 'none'}",
            "objective.weighting=" + draw.choice(["uniform", "inverse-variance", *(["edm-lognormal"] if edm else [])]),
            f"objective.coupling={draw.choice(['independent', 'independent', 'shared'])}",
            f"training.first={1e-6 * last!r}", f"training.last={last!r}", "training.points=5",
            f"sampling.solver={self.sampler}", f"sampling.steps={draw.randint(2, 20)}",
            f"sampling.to_zero={'true' if path == 've' and number % 5 > 1 else 'false'}", f"emergence.target={draw.choice(['data', 'limit'])}",
            f"emergence.rule={draw.choice(['crossing', 'grid'])}", "fit.bootstrap=0",
            'emergence.thresholds=["geometric","harmonic","arithmetic","settling"]',
            'fit.estimators=["ols","ols-inverse","robust","censored","floor"]']
        if path == "ve":
            self.words += [f"sampling.noise={log_uniform(draw, 1, 1e4)!r}", "output.noise_levels=[0.01,1.0]",
                           f"sampling.data={log_uniform(draw, 1e-5, 1)!r}"]
        if architecture.endswith("convolution"):
            self.words += ["data.source=power-law", "data.basis=fourier", "data.shape=[6]", f"data.largest={largest!r}",
                           f"data.exponent={draw.uniform(0, 16)!r}"]
        else:
            variances = [largest] + [max(largest * log_uniform(draw, 1e-18, 1), 1e-12) for _ in range(4)]
            variances.append(draw.choice([0.0, 1e-12]))
            self.words += ["data.source=list", f"data.variances={variances!r}"]
        self.ensemble = False


def couple(scenario, draw):
    """A random start, perhaps with a mean and an ensemble: the tables that there are only then. (One layer: two of a
    random start are stepped, and some of these would take minutes.)"""
    scenario.ensemble = draw.random() < 0.5
    scenario.words = [word for word in scenario.words if not word.startswith(
        ("network.init", "emergence.rule", "objective.coupling", "training.last", "training.first"))]
    scale = log_uniform(draw, 1e-6, 2)
    last = log_uniform(draw, 1e-3, 1e6)
    scenario.words += [f'network.init={{kind="random",scale={scale!r},seed={draw.randint(1, 99)}}}',
                       "emergence.rule=grid", f"training.last={last!r}", f"training.first={1e-3 * last!r}"]
    if draw.random() < 0.5:
        scenario.words.append("data.mean=[1.0,0.0,-3.0,1e-3,0.1,2.0]")
    if scenario.ensemble:
        scenario.words.append("sampling.ensemble=50")


def may_be_empty(file, row, column, scenario, failed_at_end):
    """Whether docs/csv.md gives a reason for an empty cell, by the row's status."""
    status = row.get("status")
    if file == "emergence.csv":
        return {
            "initial_variance": status == "failed",
            "final_variance": row["mode"] in failed_at_end,
            "limit_variance": True,  # not known
            "threshold": status == "failed" or row["limit_variance"] == "",
            "direction": status == "failed" or row["limit_variance"] == "",
            "tau_star": status != "emerged",
            "tau_star_se": True, "last_entry": row["criterion"] != "settling" or status != "emerged",
            "first_passage": status != "emerged" or row["criterion"] == "settling",
            "extreme_variance": row["overshoot"] == "false", "extreme_tau": row["overshoot"] == "false",
            "observed_until": status == "failed", "partner": True,
        }[column] if column in row else False
    if file == "power_law.csv":
        always = column in ("floor", "floor_se", "floor_ci_low", "floor_ci_high", "note", "curvature_p", "break_variance",
                            "exponent_below", "exponent_above", "break_p")
        return always or row["note"] != ""
    if file == "distances.csv":
        if column in ("sampler_kl", "sampler_w2") and (scenario.sampler in ("exact", "ode") or scenario.ensemble):
            return True
        if column.endswith("_se") and "0.0]" in " ".join(scenario.words):  # a mode without variance
            return True
        return status == "failed" or (status == "infinite" and column.removesuffix("_se").endswith("kl"))
    if file == "mean.csv" and column == "noise":
        return not scenario.ensemble or status == "failed"
    if file == "alignment.csv" and column.startswith("aligned"):
        return not scenario.ensemble or status == "failed"
    return status == "failed"


class Statuses(ProgramTest):
    def rows(self, file):
        with open(file, encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    def run_drawn(self, architecture, coupled=False):
        draw = random.Random(f"statuses {architecture} {coupled}")
        written = 0
        while written < EACH:
            scenario = Scenario(draw, architecture, written)
            if coupled:
                couple(scenario, draw)
            outcome = self.run_program("run", "small.toml", *scenario.words, "--out", "run", "--force", "--quiet",
                                       "--threads", 1)
            self.assertIn(outcome.code, (DONE, NUMERICS, USAGE), (outcome.err, scenario.words))
            if outcome.code == USAGE:  # a combination without meaning
                continue
            written += 1
            with self.subTest(words=" ".join(scenario.words)):
                self.assert_explained(scenario, outcome)

    def assert_explained(self, scenario, outcome):
        folder = self.folder / "run"
        variances = self.rows(folder / "variance.csv")
        last = variances[-1]["tau"]
        failed = [row for row in variances if row["status"] == "failed"]
        failed_at_end = {row["mode"] for row in failed if row["tau"] == last}
        for path in sorted(folder.glob("*.csv")):
            for row in self.rows(path):
                for column, text in row.items():
                    where = (path.name, column, row)
                    if column in TEXT and (text or column != "direction"):
                        continue
                    if text:
                        self.assertTrue(math.isfinite(float(text)), where)
                    else:
                        self.assertTrue(may_be_empty(path.name, row, column, scenario, failed_at_end), where)
        # And what a status says of one table holds in the others.
        if failed:
            self.assertEqual(outcome.code, NUMERICS, outcome.err)
        for row in self.rows(folder / "emergence.csv"):
            if any(f["mode"] == row["mode"] and f["tau"] == "0" for f in failed):
                self.assertEqual((row["status"], row["tau_star"]), ("failed", ""), row)
            if row["status"] == "failed":
                self.assertEqual(row["tau_star"], "", row)

    def test_one_layer(self):
        self.run_drawn("one-layer")

    def test_symmetric_two_layer(self):
        self.run_drawn("symmetric-two-layer")

    def test_two_layer(self):
        self.run_drawn("two-layer")

    def test_deep(self):
        self.run_drawn("deep")

    def test_full_convolution(self):
        self.run_drawn("full-convolution")

    def test_patch_convolution(self):
        self.run_drawn("patch-convolution")

    def test_coupled_one_layer(self):
        self.run_drawn("one-layer", coupled=True)


if __name__ == "__main__":
    main()
