#!/usr/bin/env python3
"""The CSV files of a run, as pandas and other readers meet them."""

import csv
import io
import json
import math

from program import ProgramTest, contents, main

# Readers may count on these, in this order: more columns come at the end.
COLUMNS = {
    "spectrum.csv": "mode,variance",
    "variance.csv": "tau,mode,target_variance,variance,status",
    "weights.csv": "tau,noise_level,mode,weight,optimal_weight,status",
    "emergence.csv": "criterion,mode,target_variance,initial_variance,final_variance,limit_variance,threshold,"
                     "direction,gray_zone,overshoot,status,tau_star,tau_star_se,first_passage,last_entry,"
                     "extreme_variance,extreme_tau,observed_until,partner",
    "power_law.csv": "criterion,direction,estimator,exponent,exponent_se,ci_low,ci_high,prefactor,floor,r_squared,"
                     "modes,censored,note,floor_se,floor_ci_low,floor_ci_high,curvature_p,break_variance,"
                     "exponent_below,exponent_above,break_p",
    "distances.csv": "tau,kl,w2,loss,limit_kl,limit_w2,sampler_kl,sampler_w2,status",
}
WHOLE = {"mode", "modes", "censored", "frequency_y", "frequency_x"}
WORDS = {
    "criterion": {"geometric", "harmonic", "arithmetic", "settling"},
    "direction": {"rising", "falling", ""},  # of a mode whose start failed
    "estimator": {"ols", "ols-inverse", "robust", "censored", "floor"},
    "gray_zone": {"true", "false"},
    "overshoot": {"true", "false"},
    "status": {"ok", "infinite", "failed", "emerged", "censored", "gray-zone", "no-crossing"},
}
# A spectrum with modes that rise, fall, lie in the gray zone and have no variance.
LIST = ["data.source=list", "data.variances=[30.0,7.0,1.0,0.3,0.1,3e-3,1e-4,5e-6,4e-6,1e-7,0.0]", "fit.bootstrap=20",
        "training.points=30", 'emergence.thresholds=["geometric","harmonic","arithmetic","settling"]',
        'fit.estimators=["ols","ols-inverse","robust","censored","floor"]']
FOURIER = ["data.basis=fourier", "data.shape=[3,4]"]
OVERFLOW = ["network.init=100"]  # the variance at tau = 0 is exp(10^4 and more)


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


class Csv(ProgramTest):
    def runs(self):
        """The CSV files of three runs, the last one with variances beyond the doubles."""
        for name, words in (("list", LIST), ("fourier", FOURIER), ("overflow", OVERFLOW)):
            self.run_program("run", "small.toml", *words, "--out", name)
            files = contents(self.folder / name)
            yield name, {file: content for file, content in files.items() if file.endswith(".csv")}

    def cells(self):
        for name, files in self.runs():
            for file, content in files.items():
                for row in table(content):
                    for column, text in row.items():
                        yield f"{name}/{file}", column, text

    def test_columns(self):
        for name, files in self.runs():
            self.assertEqual(set(files), set(COLUMNS))
            for file, content in files.items():
                columns = COLUMNS[file]
                if (name, file) == ("fourier", "spectrum.csv"):
                    columns += ",frequency_y,frequency_x"
                self.assertEqual(content.decode().partition("\n")[0], columns, name)

    def test_pandas_reads_exactly_the_doubles(self):
        import pandas  # half a second, which the other tests need not wait for

        compared = 0
        for name, files in self.runs():
            for file, content in files.items():
                frame = pandas.read_csv(self.folder / name / file, float_precision="round_trip")
                rows = table(content)
                self.assertEqual(len(frame), len(rows))
                for column in frame.columns:
                    texts = [row[column] for row in rows]
                    if column in WORDS or column == "note":
                        continue
                    for value, text in zip(frame[column].tolist(), texts):
                        if text == "":
                            self.assertTrue(math.isnan(value), (name, file, column))
                            continue
                        self.assertEqual(repr(float(value)), repr(float(text)), (name, file, column))
                        compared += 1
        self.assertGreater(compared, 1000)

    def test_doubles_have_their_shortest_form(self):
        for file, column, text in self.cells():
            if text and column not in WORDS and column != "note" and column not in WHOLE:
                # Python's repr has the fewest digits that read back; it differs in layout only ("0.0001", "1e-04").
                self.assertLessEqual(len(text), len(repr(float(text))), (file, column, text))

    def test_only_finite_numbers_known_words_and_empty_cells(self):
        for file, column, text in self.cells():
            if column in WORDS:
                self.assertIn(text, WORDS[column], file)
            elif column in WHOLE:
                self.assertRegex(text, r"\A-?[0-9]+\Z", (file, column))
            elif text and column != "note":
                self.assertTrue(math.isfinite(float(text)), (file, column, text))

    def test_what_failed_is_empty_and_says_so(self):
        files = dict(self.runs())["overflow"]
        rows = table(files["variance.csv"])
        self.assertEqual({row["status"] for row in rows}, {"ok", "failed"})
        for row in rows:
            self.assertEqual(row["variance"] == "", row["status"] == "failed", row)

    def test_line_feeds_a_header_and_no_comments(self):
        for name, files in self.runs():
            for file, content in files.items():
                self.assertTrue(content.endswith(b"\n") and not content.endswith(b"\n\n"), (name, file))
                self.assertNotIn(b"\r", content)
                self.assertNotIn(b"#", content)
                self.assertFalse(content.startswith(b"\xef\xbb\xbf"))
                width = content.partition(b"\n")[0].count(b",")
                self.assertTrue(all(len(row) == width + 1 for row in csv.reader(io.StringIO(content.decode()))))

    def test_rows_are_every_time_mode_level_and_criterion(self):
        files = dict(self.runs())["list"]
        times, modes, levels, criteria = 31, 11, 3, 4
        rows = {file: len(table(content)) for file, content in files.items()}
        self.assertEqual((rows["spectrum.csv"], rows["variance.csv"], rows["weights.csv"]),
                         (modes, times * modes, times * levels * modes))
        self.assertEqual((rows["emergence.csv"], rows["distances.csv"]), (criteria * modes, times))

    def test_modes_are_numbered_by_falling_variance(self):
        for name, files in self.runs():
            rows = table(files["spectrum.csv"])
            variances = [float(row["variance"]) for row in rows]
            self.assertEqual([int(row["mode"]) for row in rows], list(range(1, len(rows) + 1)), name)
            self.assertEqual(variances, sorted(variances, reverse=True), name)

    def test_times_are_zero_and_log_spaced_between_exact_ends(self):
        files = dict(self.runs())["list"]
        times = [float(row["tau"]) for row in table(files["distances.csv"])]
        self.assertEqual((times[0], times[1], times[-1]), (0.0, 1e-3, 1e5))
        ratios = [later / earlier for earlier, later in zip(times[1:], times[2:])]
        # Each time is an exponential of up to 18.4, rounded: 18.4 eps; a ratio has two of them.
        self.assertLess(max(ratios) / min(ratios) - 1, 4 * 18.4 * 2.3e-16 + 4e-16)

    def test_manifest_documents_exactly_the_columns(self):
        for name, files in self.runs():
            manifest = json.loads((self.folder / name / "manifest.json").read_text(encoding="utf-8"))
            documented = {file: ",".join(column["name"] for column in entry["columns"])
                          for file, entry in manifest["files"].items()}
            self.assertEqual(documented, {file: content.decode().partition("\n")[0]
                                          for file, content in files.items()}, name)
            self.assertEqual({file: entry["bytes"] for file, entry in manifest["files"].items()},
                             {file: len(content) for file, content in files.items()})
            for entry in manifest["files"].values():
                for column in entry["columns"]:
                    self.assertTrue(column["meaning"], column)
                    self.assertIn("unit", column)

    def test_manifest_says_what_ran(self):
        self.simulate("small.toml", "--threads", 2, "fit.seed=7")
        manifest = json.loads((self.folder / "run" / "manifest.json").read_text(encoding="utf-8"))
        self.assertEqual((manifest["modes"], manifest["threads"], manifest["notes"]), (8, 2, []))
        self.assertEqual(manifest["seeds"], {"data": 1, "fit": 7})
        self.assertEqual((manifest["solver"]["route"], manifest["solver"]["failed"]), ("closed-form", 0))
        self.assertGreater(manifest["wall_seconds"], 0)
        version = self.succeed("--version").out.split()
        self.assertEqual([manifest["eigenflow"]["version"], manifest["eigenflow"]["git_revision"]],
                         [version[1], version[2].strip("(,)")])


if __name__ == "__main__":
    main()
