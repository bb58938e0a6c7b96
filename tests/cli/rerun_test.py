#!/usr/bin/env python3
"""The scenario.toml of a run directory, run again from anywhere, gives the same bytes."""

import shutil

import numpy as np

from program import SCENARIOS, SMALL, ProgramTest, main

SPECTRUM = "mode,variance\n1,3.5\n2,0.25\n3,0.1\n"


class Rerun(ProgramTest):
    def assert_runs_again(self, scenario, *words, cwd=None):
        first = self.simulate(scenario, *words, out=self.folder / "run", cwd=cwd)
        elsewhere = self.folder / "else where"
        elsewhere.mkdir()
        again = self.simulate("../run/scenario.toml", out=self.folder / "again", cwd=elsewhere)
        self.assert_same_but_manifest(first, again)
        return first

    def test_overrides(self):
        self.assert_runs_again("small.toml", "network.init=[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]", "data.largest=2.5",
                               "network.architecture=symmetric-two-layer", "name=τ* \"quoted\"", "fit.bootstrap=20",
                               "emergence.thresholds=[\"harmonic\",\"settling\"]", "emergence.target=limit")

    def test_spectrum_beside_the_scenario(self):
        self.write("data/spectrum σ.csv", SPECTRUM)
        self.write("scenarios/csv.toml", SMALL.replace(
            'source = "power-law"\nmodes = 8', 'source = "csv"\nfile = "../data/spectrum σ.csv"'))
        self.assert_runs_again("scenarios/csv.toml")

    def test_spectrum_named_on_the_command_line(self):
        # Relative to where the command is given, not to the scenario.
        self.write("here/spectrum.csv", SPECTRUM)
        self.write("there/spectrum.csv", "mode,variance\n1,1\n")
        self.write("there/csv.toml", '[data]\nsource = "csv"\nfile = "spectrum.csv"\n[fit]\nbootstrap = 0\n')
        first = self.assert_runs_again("../there/csv.toml", "data.file=spectrum.csv", cwd=self.folder / "here")
        self.assertEqual(first["spectrum.csv"].decode(), SPECTRUM)

    def test_images(self):
        np.save(self.folder / "images.npy", np.random.default_rng(1).normal(size=(30, 4, 4)).astype("f4"))
        for basis in ("pca", "fourier"):
            with self.subTest(basis=basis):
                self.assert_runs_again("small.toml", "data.source=images", "data.file=images.npy",
                                       f"data.basis={basis}")
                for directory in ("run", "again", "else where"):
                    shutil.rmtree(self.folder / directory)

    def test_checked_scenario(self):
        checked = self.succeed("check", "small.toml", "network.init=0.3").out
        self.write("checked.toml", checked)
        self.assert_same_but_manifest(self.simulate("small.toml", "network.init=0.3"),
                                      self.simulate("checked.toml", out="again"))
        self.assertEqual(self.succeed("check", "checked.toml").out, checked)

    def test_reference_is_a_scenario(self):
        self.write("reference.toml", self.succeed("reference").out)
        self.simulate("reference.toml", "fit.bootstrap=0", "output.modes=4", "training.points=10")


class Lessons(ProgramTest):
    """Every lesson, with few times: its scenario.toml gives the same bytes again, on one thread and on two."""

    FAST = ("training.points=3", "fit.bootstrap=20", "output.modes=5", 'emergence.thresholds=["geometric"]')

    def assert_lesson_runs_again(self, number, *more):
        (lesson,) = SCENARIOS.glob(f"{number:02}_*.toml")
        first = self.simulate(lesson, *self.FAST, "--threads", 1, out="one", more=more)
        again = self.simulate("one/scenario.toml", "--threads", 2, out="two", more=more)
        self.assert_same_but_manifest(first, again)

    def test_lesson_1(self):
        self.assert_lesson_runs_again(1)

    def test_lesson_2(self):
        self.assert_lesson_runs_again(2)

    def test_lesson_3(self):
        self.assert_lesson_runs_again(3)

    def test_lesson_4(self):
        self.assert_lesson_runs_again(4)

    def test_lesson_5(self):
        self.assert_lesson_runs_again(5)

    def test_lesson_6(self):
        self.assert_lesson_runs_again(6)

    def test_lesson_7(self):
        self.assert_lesson_runs_again(7)

    def test_lesson_8(self):
        self.assert_lesson_runs_again(8)

    def test_lesson_9(self):
        self.assert_lesson_runs_again(9)

    def test_lesson_10(self):
        self.assert_lesson_runs_again(10, "alignment.csv", "mean.csv")

    def test_lesson_11(self):
        self.assert_lesson_runs_again(11, "alignment.csv", "layers.csv", "mean.csv")

    def test_lesson_12(self):
        self.assert_lesson_runs_again(12, "alignment.csv", "layers.csv", "mean.csv")

    def test_lesson_13(self):
        self.assert_lesson_runs_again(13, "alignment.csv")

    def test_every_lesson_is_here(self):
        numbers = sorted(int(path.name[:2]) for path in SCENARIOS.glob("[0-9][0-9]_*.toml"))
        self.assertEqual(numbers, [n for n in range(1, 100) if hasattr(self, f"test_lesson_{n}")])


if __name__ == "__main__":
    main()
