#!/usr/bin/env python3
"""What is said of data and settings that fit nothing, where no other test asks for it."""

import json

import numpy as np
from program import FILE, NUMERICS, USAGE, ProgramTest, contents, main

PLAIN = "mode,variance\n1,2\n2,1\n3,0.5\n4,0.2\n"
COUPLED = """[training]
first = 0.01
points = 5
[sampling]
noise = 2.0
data = 0.5
[emergence]
rule = "grid"
[fit]
bootstrap = 0
"""
BLOCKS = "frequency_y,frequency_x,row,column,re,im\n"


def block(frequency, imaginary):
    """Of two channels; conjugate to itself across the diagonal."""
    entries = [(1, 1, 2.0, 0.0), (1, 2, 0.3, imaginary), (2, 1, 0.3, -imaginary), (2, 2, 2.0, 0.0)]
    return "".join(f"0,{frequency},{row},{column},{re},{im}\n" for row, column, re, im in entries)


class Sentences(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("plain.csv", PLAIN)
        self.write("coupled.toml", COUPLED)
        self.from_file = ("data.source=csv", "data.file=plain.csv")

    def refuse(self, code, *words, says):
        self.assert_refused(words, code, says)

    def test_blocks_of_colour_channels(self):
        colours = ("data.source=csv", "data.basis=fourier", "data.channels=2", "data.shape=[3]",
                   "network.architecture=patch-convolution", "network.kernel=3", "--out", "run")
        self.write("mirrored.csv", BLOCKS + block(0, 0.0) + block(1, 0.1) + block(-1, 0.1))
        self.refuse(FILE, "run", "small.toml", *colours, "data.file=mirrored.csv",
                    says=["mirrored.csv, line 10", "complex conjugate of that of its mirror", "leave one of the two out"])
        self.write("far.csv", BLOCKS + block(0, 0.0) + block(7, 0.1))
        self.refuse(FILE, "run", "small.toml", *colours, "data.file=far.csv",
                    says=["far.csv, line 6", "frequency (0, 7) is not on the grid of data.shape"])
        self.refuse(FILE, "run", "small.toml", *colours, "data.file=plain.csv",
                    says=["data.channels = 2 needs the columns frequency_y, frequency_x, row, column, re, im"])
        self.write("modes.csv", "frequency_y,frequency_x,component,variance\n0,0,1,2\n0,1,1,1\n")
        self.refuse(FILE, "run", "small.toml", "data.source=csv", "data.basis=fourier", "data.file=modes.csv", "--out",
                    "run", says=["modes.csv", "give the CSV of blocks that eigenflow spectrum --channels writes"])
        self.refuse(FILE, "run", "small.toml", *self.from_file, "data.basis=fourier", "--out", "run",
                    says=['data.basis = "fourier" needs the columns frequency_y and frequency_x'])

    def test_channels_and_shapes_that_vectors_have_not(self):
        np.save(self.folder / "vectors.npy", np.random.default_rng(1).normal(size=(30, 12)))
        self.refuse(USAGE, "spectrum", "vectors.npy", "--basis", "fourier", "--channels", "5", "--out", "s.csv",
                    says=["--channels: 5 is out of range: use 1 to 4"])
        np.save(self.folder / "odd.npy", np.zeros((30, 10)))
        self.refuse(USAGE, "spectrum", "odd.npy", "--basis", "fourier", "--channels", "3", "--out", "s.csv",
                    says=["3 channels are asked for, and vectors of 10 numbers can't be cut into that many"])
        self.succeed("spectrum", "vectors.npy", "--basis", "fourier", "--channels", "3", "--shape", "4", "--out", "s.csv",
                     "--quiet")
        np.save(self.folder / "s_1.npy", np.ones((30, 12)))
        self.refuse(USAGE, "measure", "--samples", "s_*.npy", "--data", "vectors.npy", "--basis", "pca", "--shape", "12", "--out", "m",
                    says=["--shape lays vectors out on the grid of --basis fourier: leave it out"])

    def test_settings_that_do_not_fit_the_modes_of_a_file(self):
        run = ("run", "coupled.toml", *self.from_file, "--out", "run")
        self.refuse(USAGE, *run, "data.mean=[1,0]", says=["data.mean has 2 numbers for 4 modes: write one per mode"])
        self.refuse(USAGE, *run, "data.mean=[1,0,0,0]", "network.init=[0.1,0.2]",
                    says=["network.init has 2 numbers for 4 modes: write one, or one per mode"])
        self.refuse(USAGE, *run, "network.architecture=two-layer", "network.rank=9",
                    'network.init={kind="random",scale=0.3,seed=1}',
                    says=["network.rank = 9: must be at most the number of modes, 4: leave it out for full rank"])
        sweep = self.run_program("sweep", "coupled.toml", *self.from_file, "data.mean=[1,0],[1,0,0,0]", "--out", "sweep",
                                 "--quiet")
        self.assert_sentences(sweep, NUMERICS, ["1 of 2 points have no whole result, the first is point 1",
                                                "data.mean has 2 numbers for 4 modes"])

    def test_descent_of_coupled_modes(self):
        descent = ("run", "coupled.toml", *self.from_file, "data.mean=[1,0,0,0]", "training.rule=gradient-descent",
                   "training.last=1", "--out", "run")
        self.refuse(USAGE, *descent, "training.learning_rate=10",
                    says=["training.learning_rate = 10: gradient descent is unstable", "use learning_rate = 0.0"])
        self.succeed(*descent, "training.learning_rate=0.001", "--quiet")
        rows = (self.folder / "run/variance.csv").read_text(encoding="utf-8").splitlines()
        self.assertTrue(rows[0].startswith("tau,"), rows[0])
        steps = [1000.0 * float(row.split(",")[0]) for row in rows[1:]]
        self.assertGreater(max(steps), 900.0)
        for step in steps:
            self.assertAlmostEqual(step, round(step), delta=1e-9)

    def test_a_limit_that_is_not_known_is_said(self):
        self.succeed("run", "coupled.toml", *self.from_file, "data.mean=[1,0,0,0]", "training.last=1",
                     "network.architecture=symmetric-two-layer", "objective.coupling=shared",
                     'network.init={kind="random",scale=0.3,seed=1}', "--out", "run", "--quiet")
        notes = json.loads((self.folder / "run/manifest.json").read_text(encoding="utf-8"))["notes"]
        self.assertIn("what training approaches is not known for this start of layers: limits are empty", notes)

    def test_an_even_window_as_wide_as_the_grid_has_no_need_of_a_centre(self):
        convolution = ("run", "small.toml", "data.basis=fourier", "data.shape=[8]",
                       "network.architecture=patch-convolution", "--out", "run", "--quiet")
        self.refuse(USAGE, *convolution, "network.kernel=4", says=["network.kernel=4: must be odd", "use 3 or 5"])
        self.succeed(*convolution, "network.kernel=8")

    def test_spectra_that_nothing_can_be_suggested_for(self):
        for variances, says in (("1,0\n2,0\n", "the spectrum has no variance: there is nothing to learn"),
                                ("1,1e200\n2,1\n", "the largest variance is 1e+200, outside 1e-20 to 1e+20: scale")):
            self.write("spectrum.csv", "mode,variance\n" + variances)
            self.refuse(USAGE, "suggest", "spectrum.csv", says=[says])

    def test_a_fit_without_what_it_needs(self):
        self.succeed("run", "small.toml", "--out", "run", "--quiet")
        self.write("alone/variance.csv", (self.folder / "run/variance.csv").read_bytes())
        self.succeed("fit", "alone/variance.csv", "emergence.target=limit", "--out", "fitted", "--quiet")
        notes = json.loads((self.folder / "fitted/manifest.json").read_text(encoding="utf-8"))["notes"]
        self.assertTrue(any("needs the limits of an emergence.csv beside" in note for note in notes), notes)
        # A manifest that can't be read says nothing of the tables beside it.
        self.write("alone/manifest.json", '{"files": 3')
        self.succeed("fit", "alone/variance.csv", "--out", "again", "--quiet")

    def test_a_point_of_a_sweep_whose_table_has_other_columns(self):
        sweep = ("sweep", "small.toml", "network.init=0.1,0.2", "--out", "sweep", "--quiet")
        self.succeed(*sweep)
        first = next(path for path in sorted((self.folder / "sweep").iterdir()) if path.is_dir())
        table = first / "emergence.csv"
        table.write_bytes(table.read_bytes().replace(b"criterion", b"Criterion", 1))  # as many bytes
        kept = contents(first)
        outcome = self.run_program(*sweep, "--resume")
        self.assert_sentences(outcome, FILE, ["emergence.csv can't be read, or its columns are not those of this version",
                                              "go on with --resume"])
        self.assertEqual(contents(first), kept)


if __name__ == "__main__":
    main()
