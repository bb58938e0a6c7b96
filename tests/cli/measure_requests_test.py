#!/usr/bin/env python3
"""`eigenflow measure`: steps and times of checkpoints, and what it refuses."""

import json

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

    def test_a_mode_without_variance_in_enough_training_data_is_said_without_a_reason(self):
        self.save()
        train = np.load(self.folder / "train.npy")
        train = train.reshape(len(train), -1)
        train[:, 2] = 1.0
        np.save(self.folder / "train.npy", train)
        folder = self.measure()
        notes = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["notes"]
        self.assertIn("1 of 48 modes have no variance in the training data: their directions mean nothing", str(notes))

    def test_folders_have_steps_and_tables_have_paths(self):
        self.save()
        for step in STEPS:
            (self.folder / f"ckpt_{step}").mkdir()
            (self.folder / f"s_{step}.npy").rename(self.folder / f"ckpt_{step}/samples.npy")
        ask = ["measure", "--data", "train.npy", "--samples", "ckpt_*/samples.npy", "--quiet", "fit.bootstrap=0"]
        self.succeed(*ask, "--out", "a")
        self.write("steps.csv", "file,step\n" + "".join(f"ckpt_{step}/samples.npy,{step + 1}\n" for step in STEPS))
        self.succeed(*ask, "--out", "b", "--steps", "steps.csv")
        for folder, shift in (("a", 0), ("b", 1)):
            self.assertEqual(sorted(set(column(self.folder / folder / "variance.csv", "tau"))),
                             [step + shift for step in STEPS])

    def test_rows_of_the_table_that_are_about_no_file_or_the_same_step(self):
        self.save()
        self.write("steps.csv", "file,step\nt_9.npy,9\n" + "".join(f"s_{step}.npy,{step}\n" for step in STEPS))
        ask = ["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "x", "--steps", "steps.csv"]
        err = self.succeed(*ask, "fit.bootstrap=0").err
        self.assertIn("steps.csv, line 2", err)
        self.assertIn("t_9.npy is none of the files", err)
        self.write("steps.csv", "file,step\n" + "".join(f"s_{step}.npy,{min(step, 10)}\n" for step in STEPS))
        self.assert_refused([*ask[:-3], "y", *ask[-2:]], FILE,
                            ["steps.csv, line 3", "steps.csv, line 4", "both of step 10", "correct one of the rows"])

    def test_a_file_spelled_twice_is_one(self):
        self.save()
        folder = self.folder / "m"
        self.succeed("measure", "--data", "train.npy", "--samples", "s_*.npy", "./s_0.npy", "--out", "m", "--quiet")
        self.assertEqual(len(rows(folder / "alignment.csv")), len(STEPS))

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
        self.write("tiny.csv", "tau\n1\n1e-320\n")  # it ran for ever, and took all memory
        self.assert_refused(["run", "small.toml", "training.times=tiny.csv"], FILE, ["tiny.csv, line 3", "1e-320", "too small"])
        self.assert_refused(["run", "small.toml", "training.first=1e-320"], USAGE, ["training.first", "at least 2.2"])
        self.write("wide.csv", "tau\n1e-300\n1e300\n")
        self.succeed("run", "small.toml", "training.times=wide.csv", "--out", "wide", "--quiet", "fit.bootstrap=0")


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

    def test_a_name_with_brackets_is_a_file_and_no_setting_is(self):
        self.save()
        (self.folder / "s_10.npy").rename(self.folder / "s[1]_10.npy")
        self.succeed(*self.ask[:4], "s_0.npy", "s[1]_10.npy", "--out", "x", "--quiet", "fit.bootstrap=0")
        self.assert_refused([*self.ask[:4], "s_0.npy", "s_100.npy", "emergence.smoothing=1", "--out", "y"], USAGE,
                            ["--samples takes emergence.smoothing=1 for a file", "before --samples"])

    def test_training_data_are_no_checkpoint(self):
        """'*.npy' took train_500.npy for step 500."""
        self.save()
        ask = [*self.ask[:4], "*.npy", "--out", "x"]
        self.assert_refused(ask, FILE, ["train.npy", "takes the training data for a checkpoint"])
        (self.folder / "train.npy").rename(self.folder / "train_500.npy")
        (self.folder / "link_7.npy").symlink_to("train_500.npy")
        ask[2] = "train_500.npy"
        self.assert_refused(ask, FILE, ["link_7.npy", "takes the training data for a checkpoint"])

    def test_pixels_that_no_patch_holds_are_noted(self):
        self.save(lambda x: x.reshape(-1, 6, 8))
        words = [*self.ask, "--basis", "patch", "--patch", "3", "fit.bootstrap=0"]
        self.assertIn("patches of 3 x 3 pixels at every 2 leave pixels at the images' edges out: 1 below, 1 on the right", self.succeed(*words, "--stride", "2").err)
        self.assertNotIn("leave pixels", self.succeed(*words, "--stride", "1", "--force").err)

    def test_colours_are_averaged_with_a_note(self):
        self.save(lambda x: x.reshape(-1, 4, 4, 3))
        colours = self.succeed(*self.ask, "--basis", "fourier", "fit.bootstrap=0").err
        self.assertIn("Fourier modes are of gray images: 3 channels are averaged", colours)
        variance = column(self.folder / "x/variance.csv", "variance")
        np.save(self.folder / "train.npy", self.train.reshape(-1, 4, 4, 3).mean(axis=3))
        for step, x in zip(STEPS, self.samples):
            np.save(self.folder / f"s_{step}.npy", x.reshape(-1, 4, 4, 3).mean(axis=3))
        gray = self.succeed(*self.ask, "--basis", "fourier", "--force", "fit.bootstrap=0").err
        self.assertNotIn("gray images", gray)
        # Means of three numbers round otherwise; a sum over 300 samples on top.
        np.testing.assert_allclose(column(self.folder / "x/variance.csv", "variance"), variance, rtol=1e-12)

    def test_fewer_samples_than_modes_say_what_chi_means(self):
        self.samples[1:] = [x[:40] for x in self.samples[1:]]
        self.samples[3] = self.samples[3][:20]
        self.save()
        done = self.succeed(*self.ask)
        self.assertIn("s_1000.npy: 20 samples and 48 modes", done.err)
        self.assertIn("aligned_chi", done.err)
        # Samples are aligned by construction: chi is far below 1, and near what so few would show.
        last = rows(self.folder / "x/alignment.csv")[-1]
        self.assertLess(float(last["chi"]), 0.6)
        self.assertLess(abs(float(last["chi"]) - float(last["aligned_chi"])), 0.2)

    def test_images_say_where_they_are_not_finite(self):
        self.save(lambda x: x.reshape(-1, 2, 8, 3))
        broken = self.samples[0].reshape(-1, 2, 8, 3).copy()
        broken[5, 1, 4, 2] = np.nan
        np.save(self.folder / "s_0.npy", broken)
        outcome = self.run_program(*self.ask, "--quiet")
        self.assert_sentences(outcome, FILE, ["s_0.npy", "row 5, y 1, x 4, channel 2"])

    def test_channels_first_are_not_taken_for_an_image_of_three_rows(self):
        self.save(lambda x: x.reshape(-1, 1, 6, 8))
        for basis in ("fourier", "patch"):
            self.assert_refused([*self.ask, "--basis", basis], USAGE, ["train.npy", "(n, 1, 6, 8)", "transpose(0, 2, 3, 1)"])
        self.succeed(*self.ask, "--quiet", "fit.bootstrap=0")

    def test_bytes_beside_floats_are_noted(self):
        self.save()
        for step, x in zip(STEPS, self.samples):
            np.save(self.folder / f"s_{step}.npy", np.clip(x * 12 + 60, 0, 255).astype("u1"))
        err = self.succeed(*self.ask, "fit.bootstrap=0").err
        self.assertIn("s_0.npy and 3 files more hold uint8 and train.npy does not", err)
        self.assertNotIn("uint8", self.succeed(*self.ask, "--force", "--no-center-scale", "fit.bootstrap=0").err)

    def test_modes_without_variance_do_not_emerge(self):
        self.train = self.train[:20]
        self.save()
        err = self.succeed(*self.ask, "fit.bootstrap=0").err
        self.assertIn("29 of 48 modes have no variance in the training data (20 training samples", err)
        self.assertEqual({row["status"] for row in rows(self.folder / "x/emergence.csv") if int(row["mode"]) > 19},
                         {"no-crossing"})
        self.assertEqual({row["variance"] for row in rows(self.folder / "x/spectrum.csv")[19:]}, {"0"})
        np.save(self.folder / "train.npy", np.ones((30, 48)))
        outcome = self.run_program(*self.ask, "--force", "--quiet")
        self.assert_sentences(outcome, FILE, ["train.npy", "all the same"])
        np.save(self.folder / "train.npy", self.train * 1e-170)  # it said that these are all the same
        outcome = self.run_program(*self.ask, "--force", "--quiet")
        self.assert_sentences(outcome, FILE, ["train.npy", "too small for a double"])

    def test_a_constant_checkpoint_is_noted(self):
        self.samples[0][:] = 5.0
        self.save()
        err = self.succeed(*self.ask, "fit.bootstrap=0").err
        self.assertIn("s_0.npy: all samples are the same", err)
        self.assertIn("no mode emerges", err)

    def test_a_covariance_too_large_is_asked_for_by_name(self):
        random = np.random.default_rng(2)
        for name in ("train", "s_0", "s_10"):
            np.save(self.folder / f"{name}.npy", random.normal(size=(20, 4100)).astype("f4"))
        self.assert_refused(self.ask, USAGE, ["train.npy", "4100 modes", "0.5 GB", "--top K"])
        self.succeed(*self.ask, "--top", 5, "--quiet", "fit.bootstrap=0")

    def test_command_lines(self):
        self.save()
        self.assert_refused([*self.ask, "data.modes=3"], USAGE, ["data.modes=3", "emergence."])
        self.assert_refused([*self.ask, "--top", 49], USAGE, ["--top 49", "48 modes"])
        self.assert_refused([*self.ask, "--leading", 9, "--top", 8], USAGE, ["--leading 9", "8 modes"])
        self.assert_refused([*self.ask, "--basis", "fourier", "--top", 3], USAGE, ["--top", "fourier"])
        self.assert_refused([*self.ask, "--basis", "fourier"], USAGE, ["train.npy", "--shape"])
        self.assert_refused([*self.ask, "--basis", "patch"], USAGE, ["train.npy", "patches are of images"])
        self.assert_refused([*self.ask, "--learning-rate", 0], USAGE, ["--learning-rate 0", "> 0"])
        self.assert_refused([*self.ask, "--learning-rate", 1e308], USAGE, ["1e+308", "step 10", "inf", "double"])
        self.assert_refused([*self.ask, "--learning-rate", 1e-320], USAGE, ["step 10", "double"])
        self.assert_refused([*self.ask, "--patch", 4], USAGE, ["--patch", "--basis patch"])
        self.assert_refused([*self.ask, "emergence.target=limit"], USAGE, ["emergence.target", "data"])
        np.save(self.folder / "s_99999999999999999999.npy", self.samples[0])
        self.assert_refused(self.ask, FILE, ["step 99999999999999999999 is above 2^53"])
        (self.folder / "s_99999999999999999999.npy").unlink()
        self.assert_refused([*self.ask, "--resume", "--force"], USAGE, ["--resume", "--force"])
        self.assert_refused(["measure", "--data", "absent.npy", *self.ask[3:]], FILE, ["absent.npy"])
        self.measure(out="x")
        self.assert_refused([*self.ask, "--resume", "--top", 3, "--quiet"], FILE, ["x", "other data or modes", "--force"])
        self.succeed(*self.ask, "--force", "--quiet", "--top", 3)


if __name__ == "__main__":
    main()
