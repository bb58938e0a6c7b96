#!/usr/bin/env python3
"""The same bytes for any number of threads; only the manifest, which has the number and the wall time, may differ."""

import json

import numpy as np

from program import SCENARIOS, ProgramTest, main

# Scenarios of every architecture, route and sampler, by name: {"keys": overrides, …}.
EVERY_ENGINE = SCENARIOS.parent / "tests" / "reference" / "portable.json"


class Threads(ProgramTest):
    def assert_independent(self, scenario, *overrides, more=()):
        one = self.simulate(scenario, *overrides, "--threads", 1, out="one", more=more)
        for threads in (2, 4):  # also more than there are cores
            others = self.simulate(scenario, *overrides, "--threads", threads, out=str(threads), more=more)
            self.assertEqual([n for n in one if n != "manifest.json" and one[n] != others[n]], [], threads)

    def test_every_engine(self):
        self.write("empty.toml", "")
        for name, case in json.loads(EVERY_ENGINE.read_text(encoding="utf-8")).items():
            coupled = ("alignment.csv", "layers.csv", "mean.csv") if "network.init={kind=" in str(case["keys"]) else ()
            with self.subTest(case=name):
                self.assert_independent("empty.toml", *case["keys"], "--force", more=coupled)

    def test_channels_an_ensemble_and_layers_that_descend(self):
        self.assert_independent(SCENARIOS / "13_rgb_convolution.toml", "training.points=3", "output.modes=8",
                                more=("alignment.csv",))
        self.assert_independent(SCENARIOS / "10_mean_and_covariance.toml", "training.points=4", "training.last=10",
                                "sampling.ensemble=300", 'emergence.rule="grid"', "fit.bootstrap=20", "--force",
                                more=("alignment.csv", "mean.csv"))
        self.assert_independent("small.toml", "network.architecture=deep", "network.init=0.1", "data.modes=8",
                                "training.rule=gradient-descent", "training.learning_rate=5e-4", "training.last=1",
                                "--force")

    def test_power_law(self):
        self.assert_independent(SCENARIOS / "01_power_law.toml", "fit.bootstrap=200", "output.modes=8")

    def test_cifar10(self):
        self.assert_independent(SCENARIOS / "02_cifar10_one_layer.toml", "fit.bootstrap=50", "output.modes=8",
                                "training.points=10")

    def test_symmetric_two_layer(self):
        self.assert_independent(SCENARIOS / "03_symmetric_two_layer.toml", "fit.bootstrap=200", "output.modes=8")

    def test_quadrature(self):
        # 71 modes in blocks of 2, the last of 1: the bisection is decided by the block.
        self.assert_independent(SCENARIOS / "03_symmetric_two_layer.toml", "training.solver=quadrature",
                                "data.modes=71", "training.points=4", "fit.bootstrap=20",
                                "emergence.thresholds=[\"geometric\"]")

    def test_ode(self):
        self.assert_independent("small.toml", "training.solver=ode", "data.modes=3", "training.last=1",
                                "sampling.noise=3", "sampling.data=0.1")

    def test_deep_heun(self):
        self.assert_independent("small.toml", "network.architecture=deep", "data.modes=71", "sampling.solver=heun",
                                "sampling.steps=20", "fit.bootstrap=20")

    def test_modes_that_couple(self):
        for scenario, layers in (("10_mean_and_covariance.toml", ()), ("12_bottleneck.toml", ("layers.csv",))):
            with self.subTest(scenario=scenario):
                self.assert_independent(SCENARIOS / scenario, "training.points=6", "training.last=100",
                                        'emergence.rule="grid"', "--force", more=("alignment.csv", "mean.csv", *layers))

    def test_images_on_both_bases(self):
        # 4200 images: a whole block of 4096 and a part of one, each cut into stripes.
        images = np.random.default_rng(1).integers(0, 256, size=(4200, 6, 6, 3), dtype=np.uint8)
        np.save(self.folder / "images.npy", images)
        for basis in ("pca", "fourier"):
            with self.subTest(basis=basis):
                self.assert_independent("small.toml", "data.source=images", "data.file=images.npy",
                                        f"data.basis={basis}", "--force")

    def test_spectrum(self):
        np.save(self.folder / "vectors.npy", np.random.default_rng(2).normal(size=(4200, 40)))
        for options in ([], ["--top", 5], ["--basis", "fourier", "--shape", 5, 8]):
            with self.subTest(options=options):
                files = []
                for threads in (1, 2, 4):
                    out = f"{threads}.csv"
                    self.succeed("spectrum", "vectors.npy", "--out", out, *options, "--threads", threads)
                    files.append((self.folder / out).read_bytes())
                self.assertEqual(files, files[:1] * 3)


if __name__ == "__main__":
    main()
