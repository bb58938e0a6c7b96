#!/usr/bin/env python3
"""`eigenflow measure`: steps and times of checkpoints, and what it refuses."""

import numpy as np

from program import FILE, USAGE, main
from synthetic_checkpoints import STEPS, Synthetic, column, rows


class Steps(Synthetic):
    def test_tau_is_step_times_learning_rate(self):
        self.save()
        folder = self.measure("--learning-rate", 0.25)
        self.assertEqual(sorted(set(column(folder / "variance.csv", "tau"))), [0.25 * step for step in STEPS])

    def test_steps_come_from_a_table_where_names_have_none(self):
        self.save()
        names = dict(zip(STEPS, ("start", "early", "late", "final")))
        for step, name in names.items():
            (self.folder / f"s_{step}.npy").rename(self.folder / f"s_{name}.npy")
        self.write("steps.csv", "file,step\n" + "".join(f"s_{name}.npy,{step}\n" for step, name in names.items()))
        folder = self.measure("--steps", "steps.csv")
        self.assertEqual(sorted(set(column(folder / "variance.csv", "tau"))), list(STEPS))
        self.write("steps.csv", "file,step\ns_start.npy,0\n")
        ask = ["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "x"]
        self.assert_refused([*ask, "--steps", "steps.csv"], FILE, ["steps.csv", "no step for s_early.npy"])
        self.write("steps.csv", "file,step\ns_start.npy,1.5\n")
        self.assert_refused([*ask, "--steps", "steps.csv"], FILE, ["steps.csv, line 2", "1.5", "whole number"])
        self.assert_refused(ask, FILE, ["s_early.npy", "no step in the name", "--steps"])

    def test_without_step_zero_it_says_so(self):
        self.save()
        (self.folder / "s_0.npy").unlink()
        done = self.succeed("measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "m")
        self.assertIn("no checkpoint of step 0: step 10 stands for the start", done.err)

    def test_the_times_and_the_spectrum_run(self):
        self.save()
        folder = self.measure("--learning-rate", 0.01)
        files = self.simulate("small.toml", "data.source=csv", "data.file=m/spectrum.csv",
                              "training.times=m/variance.csv")
        self.assertEqual(files["spectrum.csv"], (folder / "spectrum.csv").read_bytes())
        self.assertEqual(set(column(self.folder / "run/variance.csv", "tau")), set(column(folder / "variance.csv", "tau")))
        self.succeed("compare", "run", "m", "--quiet")
        self.succeed("fit", "m", "--quiet")
        self.assert_refused(["run", "small.toml", "training.times=absent.csv"], FILE, ["absent.csv"])


class Refusals(Synthetic):
    ask = ["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "x"]

    def test_shapes_that_do_not_match(self):
        self.save()
        np.save(self.folder / "s_10.npy", self.samples[1][:, :40])
        self.assert_refused(self.ask, FILE, ["s_10.npy", "(n, 40)", "train.npy", "(n, 48)"])
        self.save(lambda x: x.reshape(-1, 6, 8))
        np.save(self.folder / "s_10.npy", self.samples[1].reshape(-1, 8, 6))
        self.assert_refused(self.ask, FILE, ["s_10.npy", "(n, 8, 6, 1)", "(n, 6, 8, 1)"])
        np.save(self.folder / "s_10.npy", self.samples[1][0])
        self.assert_refused(self.ask, FILE, ["s_10.npy", "shape (48,)"])
        np.save(self.folder / "s_10.npy", self.samples[1][:1].reshape(-1, 6, 8))
        self.assert_refused(self.ask, FILE, ["s_10.npy", "one sample"])

    def test_nan_names_file_and_row(self):
        self.save()
        self.samples[2][17, 3] = np.nan
        np.save(self.folder / "s_100.npy", self.samples[2])
        outcome = self.run_program(*self.ask, "--quiet")
        self.assert_sentences(outcome, FILE, ["s_100.npy", "row 17, column 3", "nan", "2 of 4 checkpoints are finished",
                                              "--resume"])
        self.assertFalse((self.folder / "x/manifest.json").exists())

    def test_steps_that_come_twice_and_patterns_without_files(self):
        self.save()
        np.save(self.folder / "s_0010.npy", self.samples[0])
        self.assert_refused(self.ask, FILE, ["s_0010.npy", "s_10.npy", "step 10"])
        self.assert_refused([*self.ask[:4], "t_*.npy", "--out", "x"], FILE, ["t_*.npy", "no file"])
        self.assert_refused([*self.ask[:4], "s_0.npy", "--out", "x"], FILE, ["s_0.npy", "only checkpoint", "two"])

    def test_fewer_samples_than_modes_say_what_chi_means(self):
        self.samples = [x[:20] for x in self.samples]
        self.save()
        done = self.succeed(*self.ask)
        self.assertIn("20 samples and 48 modes", done.err)
        self.assertIn("aligned_chi", done.err)
        # Samples are aligned by construction: chi is far below 1, and near what so few would show.
        last = rows(self.folder / "x/alignment.csv")[-1]
        self.assertLess(float(last["chi"]), 0.6)
        self.assertLess(abs(float(last["chi"]) - float(last["aligned_chi"])), 0.2)

    def test_command_lines(self):
        self.save()
        self.assert_refused([*self.ask, "data.modes=3"], USAGE, ["data.modes=3", "emergence."])
        self.assert_refused([*self.ask, "--top", 49], USAGE, ["--top 49", "48 modes"])
        self.assert_refused([*self.ask, "--leading", 9, "--top", 8], USAGE, ["--leading 9", "8 modes"])
        self.assert_refused([*self.ask, "--basis", "fourier", "--top", 3], USAGE, ["--top", "fourier"])
        self.assert_refused([*self.ask, "--basis", "fourier"], USAGE, ["train.npy", "--shape"])
        self.assert_refused([*self.ask, "--basis", "patch"], USAGE, ["train.npy", "patches are of images"])
        self.assert_refused([*self.ask, "--learning-rate", 0], USAGE, ["--learning-rate 0", "> 0"])
        self.assert_refused([*self.ask, "--resume", "--force"], USAGE, ["--resume", "--force"])
        self.assert_refused(["measure", "--data", "absent.npy", *self.ask[3:]], FILE, ["absent.npy"])
        self.measure(out="x")
        self.assert_refused([*self.ask, "--resume", "--top", 3, "--quiet"], FILE, ["x", "other data or modes", "--force"])
        self.succeed(*self.ask, "--force", "--quiet", "--top", 3)


if __name__ == "__main__":
    main()
