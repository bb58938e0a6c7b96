#!/usr/bin/env python3
"""`eigenflow measure` against NumPy on synthetic checkpoints, and its resumption."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from program import COMMAND, FILE, ProgramTest, contents, main
from synthetic_checkpoints import DIMENSION, DOUBLE, SINGLE, STEPS, TABLES, Synthetic, column, rows

DOCS = Path(__file__).resolve().parents[2] / "docs"


class Types(Synthetic):
    def test_doubles_are_as_numpy_finds_them(self):
        folder = self.assert_as_numpy(self.save(), DOUBLE)
        self.assertEqual(set(contents(folder)) - {"checkpoints"},
                         {*TABLES, "manifest.json", "measure.toml", *(f"checkpoints/{s}.csv" for s in STEPS)})
        self.assertEqual(sorted(set(column(folder / "variance.csv", "tau"))), list(STEPS))

    def test_singles_are_as_numpy_finds_them(self):
        self.assert_as_numpy(self.save(lambda x: x.astype("f4")), SINGLE)

    def test_bytes_are_as_numpy_finds_them(self):
        self.assert_as_numpy(self.save(lambda x: np.clip(np.round(x * 12 + 60), 0, 255).astype("u1")), SINGLE)

    def test_fortran_order_and_big_endian(self):
        self.assert_as_numpy(self.save(np.asfortranarray), DOUBLE)
        for kind, tolerance in ((">f4", SINGLE), (">f8", DOUBLE)):
            arrays = self.save(lambda x, kind=kind: x.astype(kind))
            self.folder.joinpath("m").rename(self.folder / f"before {kind[1:]}")
            self.assert_as_numpy(arrays, tolerance)


class Bases(Synthetic):
    def test_top_is_the_beginning_of_all(self):
        self.save()
        every, top = self.measure(out="all"), self.measure("--top", 5, out="top")
        for file, name in (("variance.csv", "variance"), ("mean.csv", "deviation")):
            whole = column(every / file, name).reshape(len(STEPS), DIMENSION)
            np.testing.assert_allclose(column(top / file, name).reshape(len(STEPS), 5), whole[:, :5], rtol=1e-12)

    def test_fourier_modes_have_the_power_of_the_transform(self):
        train, samples = self.save(lambda x: x.reshape(-1, 6, 8))
        folder = self.measure("--basis", "fourier")
        spectrum = rows(folder / "spectrum.csv")
        places = [(int(row["frequency_y"]) % 6, int(row["frequency_x"]) % 8) for row in spectrum]
        power = lambda x: (np.abs(np.fft.fft2(x - x.mean(axis=0), norm="ortho")) ** 2).sum(axis=0) / (len(x) - 1)  # noqa: E731
        wanted = [[power(x)[place] for place in places] for x in samples]
        np.testing.assert_allclose(column(folder / "variance.csv", "variance"), np.ravel(wanted), rtol=DOUBLE)
        # chi is that of the complex coefficients: unitary, so its denominator is the pixels' own.
        for chi, x, along in zip(column(folder / "alignment.csv", "chi"), samples, wanted):
            covariance = np.cov(x.reshape(len(x), -1), rowvar=False)
            self.assertAlmostEqual(chi / (np.square(along).sum() / np.square(covariance).sum()), 1.0, delta=DOUBLE)

    def test_patches_have_the_variance_of_all_patches(self):
        train, samples = self.save(lambda x: x.reshape(-1, 6, 8))
        folder = self.measure("--basis", "patch", "--patch", 4, "--stride", 2)

        def patches(x):
            cut = [x[:, y:y + 4, z:z + 4].reshape(len(x), -1) for y in (0, 2) for z in (0, 2, 4)]
            return np.stack(cut, axis=1)

        basis = np.linalg.eigh(np.cov(patches(train).reshape(-1, 16), rowvar=False))[1][:, ::-1]
        wanted, errors = [], []
        for x in samples:
            p = patches(x)
            along = (p - p.mean(axis=(0, 1))) @ basis
            wanted.append((along ** 2).sum(axis=(0, 1)) / (p.shape[0] * p.shape[1] - 1))
            errors.append((along ** 2).mean(axis=1).std(axis=0, ddof=1) / np.sqrt(len(x)))  # patches of an image are one
        np.testing.assert_allclose(column(folder / "variance.csv", "variance"), np.ravel(wanted), rtol=DOUBLE)
        np.testing.assert_allclose(column(folder / "variance.csv", "standard_error"), np.ravel(errors), rtol=1e-10)

        def mean_variance(x):
            return (patches(x).mean(axis=1) @ basis).var(axis=0, ddof=1) / len(x)  # a mean per image

        noise = [mean_variance(x) + mean_variance(train) for x in samples]
        np.testing.assert_allclose(column(folder / "mean.csv", "noise"), np.ravel(noise), rtol=1e-9)
        self.assertEqual(rows(folder / "alignment.csv")[0]["aligned_chi"], "")


class Whole(Synthetic):
    def test_threads_do_not_matter(self):
        for kind in ("f4", "f8"):
            self.save(lambda x, kind=kind: x.astype(kind))
            one, *more = (contents(self.measure("--threads", n, out=f"{kind} {n}")) for n in "124")
            self.assertEqual([name for others in more for name in one if one[name] != others[name]], [])

    def test_killed_and_resumed_it_is_the_same(self):
        random = np.random.default_rng(3)
        np.save(self.folder / "train.npy", random.normal(size=(500, 400)).astype("f4"))
        for step in range(12):
            np.save(self.folder / f"s_{step}.npy", random.normal(size=(4000, 400)).astype("f4"))
        whole = contents(self.measure(out="whole"))
        words = ["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "cut", "--quiet", "--threads", "1"]
        process = subprocess.Popen([*COMMAND, *words], cwd=self.folder)
        end = time.monotonic() + 60
        while not list(self.folder.glob("cut/checkpoints/[0-9]*.csv")) and time.monotonic() < end:
            time.sleep(0.001)
        process.kill()
        killed = process.wait() == -signal.SIGKILL
        before = {p.name: p.stat().st_mtime_ns for p in self.folder.glob("cut/checkpoints/[0-9]*.csv")}
        self.assertTrue(before)
        if killed:
            self.assertFalse((self.folder / "cut/manifest.json").exists())
            self.assert_refused(words, FILE, ["cut", "already holds a measurement", "--resume"])
        resumed = contents(self.measure("--resume", out="cut"))
        after = {name: (self.folder / "cut/checkpoints" / name).stat().st_mtime_ns for name in before}
        self.assertEqual(before, after)
        self.assertEqual([name for name in whole if whole[name] != resumed.get(name)], [])
        self.assertEqual(set(whole), set(resumed))

    def resume(self, *patterns):
        return self.succeed("measure", "--data", "train.npy", "--samples", *patterns, "--out", "m", "--resume").err

    def test_new_checkpoints_and_new_samples_are_measured_on_resumption(self):
        self.save()
        self.measure()
        np.save(self.folder / "s_5000.npy", self.samples[-1])
        time.sleep(0.02)  # another time of change
        np.save(self.folder / "s_10.npy", self.samples[0])
        self.assertIn("5 checkpoints, 2 of them measured now and 3 found finished", self.resume("s_*.npy"))

    def test_another_file_is_never_taken_for_the_one_measured(self):
        """A file with an old time of change, and one of another name at the same step, were both taken for finished."""
        self.save()
        self.measure()
        before = column(self.folder / "m/variance.csv", "variance").reshape(len(STEPS), -1)
        np.save(self.folder / "s_10.npy", self.samples[3])
        os.utime(self.folder / "s_10.npy", (1e9, 1e9))
        self.assertIn("1 of them measured now", self.resume("s_*.npy"))
        after = column(self.folder / "m/variance.csv", "variance").reshape(len(STEPS), -1)
        np.testing.assert_array_equal(after[1], before[3])
        os.rename(self.folder / "s_100.npy", self.folder / "q_100.npy")
        np.save(self.folder / "s_100.npy", self.samples[0])
        self.assertIn("1 of them measured now", self.resume("s_*.npy"))
        (self.folder / "s_100.npy").unlink()
        self.assertIn("1 of them measured now", self.resume("s_*.npy", "q_100.npy"))
        self.assertIn("0 of them measured now", self.resume("s_*.npy", "q_100.npy"))

    def test_tables_with_holes_and_of_other_files_are_not_finished(self):
        """A blank variance was taken for finished, and its mode was lost; tables of files that changed were counted."""
        self.save()
        self.measure()
        table = self.folder / "m/checkpoints/10.csv"
        whole = table.read_text()
        lines = whole.split("\n")
        cells = lines[3].split(",")
        lines[3] = ",".join([cells[0], "", *cells[2:]])
        table.write_text("\n".join(lines))
        self.assertIn("1 of them measured now and 3 found finished", self.resume("s_*.npy"))
        self.assertEqual(table.read_text(), whole)
        np.save(self.folder / "s_100.npy", self.samples[0][:100])
        self.samples[3][0, 0] = np.nan
        np.save(self.folder / "s_1000.npy", self.samples[3][:100])
        self.samples[1][0, 0] = np.nan
        np.save(self.folder / "s_10.npy", self.samples[1][:100])
        words = ["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "m", "--resume", "--quiet"]
        self.assert_refused(words, FILE, ["s_10.npy", "1 of 4 checkpoints are finished"])

    # A count of 1e300 was cast, half a sample and a negative variance were taken for measured.
    def test_tables_with_numbers_that_no_measurement_gives_are_measured_again(self):
        self.save()
        self.measure()
        table = self.folder / "m/checkpoints/10.csv"
        whole = table.read_text()
        header, first, *others = whole.split("\n")
        names = header.split(",")
        for column, value in (("samples", "1e300"), ("samples", "1.5"), ("samples", "-300"), ("samples", "0"),
                              ("samples", "299"), ("variance", "-1"), ("standard_error", "-5"),
                              ("mean_deviation", "-1e-9"), ("mean_variance", "-1"), ("chi", "1e308"), ("chi", "-0.1"),
                              ("leading_chi", "1.1"), ("aligned_chi", "2"), ("aligned_leading_chi", "-1")):
            cells = first.split(",")
            cells[names.index(column)] = value
            table.write_text("\n".join([header, ",".join(cells), *others]))
            with self.subTest(column=column, value=value):
                self.assertIn("1 of them measured now and 3 found finished", self.resume("s_*.npy"))
                self.assertEqual(table.read_text(), whole)
        self.assertIn("0 of them measured now", self.resume("s_*.npy"))

    def test_training_data_that_changed_are_refused_and_leave_the_finished_measurement(self):
        self.save()
        folder = self.measure()
        os.utime(self.folder / "train.npy", (1e9, 1e9))
        self.assert_refused(["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "m", "--resume"], FILE,
                            ["m", "changed since", "measure.toml", "--force"])
        self.assertTrue((folder / "manifest.json").exists())

    def test_patches_of_equal_means_deviate_by_their_noise(self):
        """deviation/noise is 1 on average; the patches of an image taken as independent made it 10."""
        random = np.random.default_rng(1)
        frequency = np.minimum(np.arange(16), 16 - np.arange(16))
        amplitude = 1 / np.maximum(np.hypot(frequency[:, None], frequency), 1)
        images = lambda n: np.fft.ifft2(np.fft.fft2(random.normal(size=(n, 16, 16))) * amplitude).real  # noqa: E731
        np.save(self.folder / "train.npy", images(4000))
        for step in range(20):
            np.save(self.folder / f"s_{step}.npy", images(400))
        folder = self.measure("--basis", "patch", "--patch", 4, "--stride", 2)
        ratio = column(folder / "mean.csv", "deviation") / column(folder / "mean.csv", "noise")
        # Squares of normals over their variance: mean 1, variance 2. The 20 sets share one training mean, which has 1/11
        # of the noise; modes are uncorrelated. 4 standard deviations of the mean over 20 sets and 16 modes.
        self.assertLess(abs(ratio.mean() - 1), 4 * np.sqrt(2 / 320 + 2 / 16 / 121))

    def test_memory_is_that_of_blocks_not_of_the_file(self):
        """A file of 320 MB in less than 200: two blocks of 32 MB, two of 16, and the program."""
        # By a process of its own: the peak of a process begins with that of the one that starts it.
        subprocess.run([sys.executable, "-c", """
import numpy
piece = numpy.random.default_rng(1).normal(size=(2500, 256)).astype("f4")
numpy.save("train.npy", piece)
for step in (0, 1):
    big = numpy.lib.format.open_memmap(f"s_{step}.npy", "w+", "f4", (155_000 * (1 + step), 256))
    for first in range(0, len(big), len(piece)):
        big[first:first + len(piece)] = piece
"""], cwd=self.folder, check=True)
        words = ["measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", "m", "--quiet", "--threads", "1"]
        # AddressSanitizer keeps what was freed, 256 MB unless told, and an eighth of all for itself; valgrind has tables
        # of what is defined, ThreadSanitizer four bytes beside every byte.
        most = {None: 200, "thread": 1000}.get(os.environ.get("EIGENFLOW_SANITIZED"), 300)
        environment = {**os.environ, "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:quarantine_size_mb=1"}
        process = subprocess.Popen([*COMMAND, *words], cwd=self.folder, env=environment)
        status, used = os.wait4(process.pid, 0)[1:]
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertLess(used.ru_maxrss, most * 1024)  # [KiB]

    def test_documented_tables_are_the_manifests(self):
        self.save()
        folder = self.measure()
        manifest = json.loads((folder / "manifest.json").read_text())
        text = (DOCS / "measuring.md").read_text(encoding="utf-8")
        for name in ("variance.csv", "alignment.csv", "mean.csv"):
            section = re.search(rf"^### `{name}`\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL).group(1)
            told = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines()
                    if line.startswith("| `")]
            columns = manifest["files"][name]["columns"]
            self.assertEqual(told, [[f"`{c['name']}`", c["unit"], c["meaning"]] for c in columns])
        for name in TABLES:
            with open(folder / name, newline="", encoding="utf-8") as file:
                named = [c["name"] for c in manifest["files"][name]["columns"]]
                self.assertEqual(next(csv.reader(file)), named)


class OwnLaw(ProgramTest):
    def test_samples_of_the_simulators_law_are_measured_back(self):
        """Variances within 4 standard errors (of 1040, one may chance to be beyond), those calibrated, and exponents inside their intervals."""
        modes, count = 40, 3000
        self.simulate("small.toml", f"data.modes={modes}", "data.exponent=1.5", "training.points=25",
                      "training.first=0.01", "training.last=1e5", "network.init=0.05")
        law = rows(self.folder / "run/variance.csv")
        times = sorted({float(row["tau"]) for row in law})
        exact = np.array([float(row["variance"]) for row in law]).reshape(len(times), modes)
        target = np.array([float(row["target_variance"]) for row in law[:modes]])
        random = np.random.default_rng(11)
        # Whitened to machine precision, so that the basis is the law's own and only the samples have noise.
        white = random.normal(size=(400, modes))
        white = np.linalg.qr(white - white.mean(axis=0))[0] * np.sqrt(399)
        np.save(self.folder / "train.npy", white * np.sqrt(target))
        steps = ["file,step"]
        for i, variances in enumerate(exact):
            np.save(self.folder / f"s_{i}.npy", random.normal(size=(count, modes)) * np.sqrt(variances))
            steps.append(f"s_{i}.npy,{round(times[i] * 1e6)}")
        self.write("steps.csv", "\n".join(steps) + "\n")
        self.succeed("measure", "--data", "train.npy", "--samples", "s_*.npy", "--steps", "steps.csv",
                     "--learning-rate", "1e-6", "--out", "m", "--quiet")
        measured, errors = (column(self.folder / "m/variance.csv", name) for name in ("variance", "standard_error"))
        z = (measured - exact.ravel()) / (exact.ravel() * np.sqrt(2 / (count - 1)))
        # Within 4: of 1040 normal numbers 0.066 are expected beyond, one or more in one of 15 such tests, two or more in
        # one of 470; beyond 5, one in 1700. Here it is one, at 4.1.
        self.assertLessEqual((np.abs(z) > 4).sum(), 1)
        self.assertLess(np.abs(z).max(), 5)
        # Their squares sum to chi^2 of as many degrees, less its skewness: 4 of its standard deviations.
        self.assertLess(abs(np.square(z).sum() - z.size), 4 * np.sqrt(2 * z.size))
        np.testing.assert_allclose(errors, measured * np.sqrt(2 / (count - 1)), rtol=1e-12)
        exact_laws = {(r["criterion"], r["direction"]): float(r["exponent"])
                      for r in rows(self.folder / "run/power_law.csv")}
        compared = 0
        for row in rows(self.folder / "m/power_law.csv"):
            if int(row["modes"]) < 5:
                continue
            compared += 1
            truth = exact_laws[row["criterion"], row["direction"]]
            self.assertTrue(float(row["ci_low"]) <= truth <= float(row["ci_high"]), (row, truth))
        self.assertGreaterEqual(compared, 2)


if __name__ == "__main__":
    main()
