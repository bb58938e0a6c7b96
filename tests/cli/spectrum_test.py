#!/usr/bin/env python3
"""`eigenflow spectrum` against NumPy on synthetic files and on CIFAR-10, and the spectra that are shipped."""

import csv
import math
import os
import unittest
from pathlib import Path

import numpy as np

from program import FILE, SCENARIOS, USAGE, ProgramTest, main

COUNT, DIMENSION = 400, 48
# The covariance's rounding is below COUNT eps tr Σ and LAPACK's below DIMENSION eps tr Σ, in NumPy and here; the
# trace is below 2000 times the smallest variance (spread of 0.3 to 3): 2 * 448 * 2.2e-16 * 2000 = 4e-10.
CLOSE = 1e-9

SHIPPED = SCENARIOS / "spectra"
# uint8 (10000, 32, 32, 3); not part of the checkout.
CIFAR10 = Path(os.environ.get("EIGENFLOW_CIFAR10",
                              SCENARIOS.parents[1] / "shared" / "data" / "cifar10_test_10k_u8.npy"))


SMALL_COLOUR = """[data]
source = "csv"
file = "x.csv"
basis = "fourier"
channels = 3
[network]
architecture = "patch-convolution"
[training]
points = 5
[emergence]
rule = "grid"
[fit]
bootstrap = 0
"""


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def variances(path):
    return np.array([float(row["variance"]) for row in read(path)])


def principal(vectors):
    return np.linalg.eigvalsh(np.cov(vectors.reshape(len(vectors), -1), rowvar=False))[::-1]


def fourier(images):
    """{(k_y, k_x): variance} of unitary Fourier modes."""
    power = np.abs(np.fft.fft2(images - images.mean(axis=0), norm="ortho")) ** 2
    variance = power.sum(axis=0) / (len(images) - 1)
    height, width = variance.shape
    signed = lambda k, n: k if 2 * k <= n else k - n  # noqa: E731  (-n/2, n/2]
    return {(signed(y, height), signed(x, width)): variance[y, x] for y in range(height) for x in range(width)}


class Measured(ProgramTest):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(20)
        mixing = np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))[0]
        self.vectors = random.normal(size=(COUNT, DIMENSION)) * np.geomspace(3.0, 0.3, DIMENSION) @ mixing + 5.0
        self.bytes = np.clip(np.round(self.vectors * 12 + 60), 0, 255).astype("u1")

    def spectrum(self, array, *options):
        np.save(self.folder / "x.npy", array)
        self.succeed("spectrum", "x.npy", "--out", "x.csv", "--quiet", *options)
        return variances(self.folder / "x.csv")

    def assert_close(self, measured, expected):
        np.testing.assert_allclose(measured, expected, rtol=CLOSE, atol=0)

    def assert_fourier(self, expected):
        rows = read(self.folder / "x.csv")
        self.assertEqual(len(rows), len(expected))
        measured = {(int(row["frequency_y"]), int(row["frequency_x"])): float(row["variance"]) for row in rows}
        self.assertEqual(set(measured), set(expected))
        self.assert_close([measured[k] for k in expected], list(expected.values()))

    def test_doubles(self):
        self.assert_close(self.spectrum(self.vectors), principal(self.vectors))

    def test_singles_are_read_as_they_are(self):
        singles = self.vectors.astype("f4")
        self.assert_close(self.spectrum(singles), principal(singles.astype("f8")))

    def test_integers(self):
        for kind in ("i2", "i4", "i8"):
            whole = np.round(self.vectors * 100).astype(kind)
            self.assert_close(self.spectrum(whole), principal(whole.astype("f8")))

    def test_fortran_order(self):
        self.assert_close(self.spectrum(np.asfortranarray(self.vectors)), principal(self.vectors))
        images = self.vectors.reshape(COUNT, 4, 6, 2)
        self.assert_close(self.spectrum(np.asfortranarray(images)), principal(self.vectors))

    def test_big_endian(self):
        for kind in (">f4", ">f8"):
            array = self.vectors.astype(kind)
            self.assert_close(self.spectrum(array), principal(array.astype("f8")))

    def test_images_are_vectors_of_their_pixels(self):
        for shape in ((COUNT, 6, 8), (COUNT, 4, 4, 3)):
            self.assert_close(self.spectrum(self.vectors.reshape(shape)), principal(self.vectors))

    def test_bytes_are_centre_scaled_unless_told_not_to(self):
        scaled = self.bytes / 127.5 - 1.0
        self.assert_close(self.spectrum(self.bytes), principal(scaled))
        self.assert_close(self.spectrum(self.bytes, "--center-scale"), principal(scaled))
        self.assert_close(self.spectrum(self.bytes, "--no-center-scale"), principal(self.bytes.astype("f8")))

    def test_other_types_are_centre_scaled_only_when_told_to(self):
        self.assert_close(self.spectrum(self.vectors, "--no-center-scale"), principal(self.vectors))
        self.assert_close(self.spectrum(self.vectors, "--center-scale"), principal(self.vectors / 127.5 - 1.0))

    def test_top_agrees_with_all(self):
        every = self.spectrum(self.vectors)
        for top in (1, 5, DIMENSION - 1):
            leading = self.spectrum(self.vectors, "--top", top)
            self.assertEqual(len(leading), top)
            self.assert_close(leading, every[:top])

    def test_fewer_vectors_than_dimensions_leave_null_modes(self):
        few = self.vectors[:10]
        measured = self.spectrum(few)
        self.assert_close(measured[:9], principal(few)[:9])
        self.assertTrue(np.all(measured >= 0))
        # Null variances are the rounding of the others: (COUNT + DIMENSION) eps tr Σ at most.
        self.assertLess(measured[9:].max(), (10 + DIMENSION) * 2.3e-16 * measured.sum())

    def test_variances_sum_to_the_trace(self):
        trace = self.vectors.var(axis=0, ddof=1).sum()
        self.assert_close(self.spectrum(self.vectors).sum(), trace)
        self.assert_close(self.spectrum(self.vectors, "--basis", "fourier", "--shape", DIMENSION).sum(), trace)

    def test_fourier_modes_of_images(self):
        for shape in ((COUNT, 6, 8), (COUNT, 3, 16), (COUNT, 1, 48)):
            images = self.vectors.reshape(shape)
            self.spectrum(images, "--basis", "fourier")
            self.assert_fourier(fourier(images))

    def test_fourier_modes_of_plain_vectors(self):
        self.spectrum(self.vectors, "--basis", "fourier", "--shape", 6, 8)
        self.assert_fourier(fourier(self.vectors.reshape(COUNT, 6, 8)))
        self.spectrum(self.vectors, "--basis", "fourier", "--shape", DIMENSION)
        self.assert_fourier(fourier(self.vectors.reshape(COUNT, 1, DIMENSION)))

    def test_fourier_modes_of_colours_are_of_their_mean_or_of_one(self):
        images = self.vectors.reshape(COUNT, 4, 4, 3)
        self.spectrum(images, "--basis", "fourier")
        self.assert_fourier(fourier(images.mean(axis=3)))
        self.spectrum(images, "--basis", "fourier", "--channel", 2)
        self.assert_fourier(fourier(images[..., 2]))

    def test_the_spectrum_runs(self):
        self.spectrum(self.vectors)
        files = self.simulate("small.toml", "data.source=csv", "data.file=x.csv")
        self.assertEqual(files["spectrum.csv"], (self.folder / "x.csv").read_bytes())

    def test_requests_that_the_file_cannot_meet(self):
        np.save(self.folder / "x.npy", self.vectors.reshape(COUNT, 4, 4, 3))
        np.save(self.folder / "plain.npy", self.vectors)
        ask = lambda file, *options: ["spectrum", file, "--out", "x.csv", *options]  # noqa: E731
        self.assert_refused(ask("x.npy", "--top", 48), USAGE, ["x.npy", "48", "1 to 47", "leave it out for all modes"])
        self.assert_refused(ask("x.npy", "--basis", "fourier", "--channel", 3), USAGE, ["x.npy", "channel 3", "0 to 2"])
        self.assert_refused(ask("x.npy", "--basis", "fourier", "--shape", 2, 8), USAGE, ["x.npy", "--shape", "4 x 4"])
        self.assert_refused(ask("plain.npy", "--basis", "fourier", "--shape", 6, 8, "--channel", 7), USAGE,
                            ["plain.npy", "channel 7", "plain vectors", "leave it out"])
        self.assert_refused(ask("plain.npy", "--basis", "fourier"), USAGE,
                            ["plain.npy", "--shape", "[N] or [height, width]"])
        self.assert_refused(ask("plain.npy", "--basis", "fourier", "--shape", 7, 7), USAGE,
                            ["plain.npy", "--shape", "48"])


@unittest.skipUnless(CIFAR10.is_file(), f"no {CIFAR10.name}: name it in EIGENFLOW_CIFAR10")
class Real(ProgramTest):
    """The spectra of 10,000 real images, measured now, shipped and by NumPy."""

    def measure(self, *options):
        self.succeed("spectrum", CIFAR10, "--out", "x.csv", "--quiet", *options)
        return variances(self.folder / "x.csv")

    def test_principal_components_of_cifar10_equal_numpy(self):
        vectors = np.load(CIFAR10).reshape(10000, -1) / 127.5 - 1.0
        vectors -= vectors.mean(axis=0)
        covariance = vectors.T @ vectors / 9999
        measured = self.measure()
        leading = slice(0, 1000)
        np.testing.assert_allclose(measured[leading], np.linalg.eigvalsh(covariance)[::-1][leading], rtol=1e-9, atol=0)
        np.testing.assert_allclose(measured[leading], variances(SHIPPED / "cifar10_pca.csv")[leading], rtol=1e-9,
                                   atol=0)
        np.testing.assert_allclose(measured.sum(), np.trace(covariance), rtol=1e-12, atol=0)

    def test_top_components_of_cifar10_equal_all_of_them(self):
        np.testing.assert_allclose(self.measure("--top", 30), variances(SHIPPED / "cifar10_pca.csv")[:30], rtol=1e-9,
                                   atol=0)

    def test_fourier_modes_of_cifar10_equal_numpy(self):
        images = np.load(CIFAR10).mean(axis=3) / 127.5 - 1.0
        expected = fourier(images)
        self.measure("--basis", "fourier")
        measured = {(int(row["frequency_y"]), int(row["frequency_x"])): float(row["variance"])
                    for row in read(self.folder / "x.csv")}
        np.testing.assert_allclose([measured[k] for k in expected], list(expected.values()), rtol=1e-9, atol=0)


def channel_blocks(images):
    """{(k_y, k_x): C x C block} of unitary Fourier coefficients on the half plane of rfft2."""
    centred = images - images.mean(axis=0)
    half = np.fft.rfft2(centred, axes=(1, 2), norm="ortho")
    blocks = np.einsum("iyxa,iyxb->yxab", half, half.conj()) / (len(images) - 1)
    height = images.shape[1]
    signed = lambda k: k if 2 * k <= height else k - height  # noqa: E731
    return {(signed(y), x): blocks[y, x] for y in range(blocks.shape[0]) for x in range(blocks.shape[1])}


def read_blocks(path, channels):
    blocks = {}
    for row in read(path):
        block = blocks.setdefault((int(row["frequency_y"]), int(row["frequency_x"])),
                                  np.full((channels, channels), np.nan, complex))
        block[int(row["row"]) - 1, int(row["column"]) - 1] = float(row["re"]) + 1j * float(row["im"])
    return blocks


class Channels(ProgramTest):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(21)
        noise = random.normal(size=(300, 4, 6, 3)) @ np.array([[2, 1, 1], [0, 1, 0.5], [0, 0, 0.5]])
        self.images = noise + 0.6 * np.roll(noise, (1, 1), (2, 3)) + 3.0
        np.save(self.folder / "x.npy", self.images)
        self.succeed("spectrum", "x.npy", "--basis", "fourier", "--channels", 3, "--out", "x.csv", "--quiet")
        self.write("s.toml", SMALL_COLOUR)

    def simulated(self, *words, out="run"):
        self.succeed("run", "s.toml", *words, "--out", out, "--quiet")
        return {path.name: path.read_bytes() for path in (self.folder / out).iterdir()}

    def test_blocks_equal_numpy(self):
        expected = channel_blocks(self.images)
        measured = read_blocks(self.folder / "x.csv", 3)
        self.assertEqual(len(measured), (24 + 4) // 2)
        total = 0.0
        for k, block in measured.items():
            np.testing.assert_allclose(block, expected[k], rtol=0, atol=1e-12 * np.trace(expected[k]).real)
            own_mirror = k[0] in (0, 2) and k[1] in (0, 3)
            total += np.trace(block).real * (1 if own_mirror else 2)
        flat = self.images.reshape(300, -1)
        np.testing.assert_allclose(total, flat.var(axis=0, ddof=1).sum(), rtol=1e-12)

    def test_blocks_run_from_images_and_from_csv_alike(self):
        from_csv = self.simulated()
        self.assertIn("alignment.csv", from_csv)
        from_images = self.simulated("data.source=images", "data.file=x.npy", out="images")
        for name in set(from_csv) - {"manifest.json", "scenario.toml"}:
            self.assertEqual(from_csv[name], from_images[name], name)
        rows = read(self.folder / "run" / "spectrum.csv")
        self.assertEqual(len(rows), 72)
        self.assertEqual(list(rows[0]), ["mode", "variance", "frequency_y", "frequency_x", "component"])
        values = {}
        for row in rows:
            values.setdefault((int(row["frequency_y"]), int(row["frequency_x"])), []).append(float(row["variance"]))
        for k, block in read_blocks(self.folder / "x.csv", 3).items():
            np.testing.assert_allclose(sorted(values[k]), np.linalg.eigvalsh(block), rtol=1e-9)

    def test_one_channel_of_blocks_is_the_mean_over_channels(self):
        self.simulated("data.channels=1")
        gray = {(int(r["frequency_y"]), int(r["frequency_x"])): float(r["variance"])
                for r in read(self.folder / "run" / "spectrum.csv")}
        expected = fourier(self.images.mean(axis=3))
        np.testing.assert_allclose([gray[k] for k in expected], list(expected.values()), rtol=1e-12)

    def test_a_full_convolution_mixes_nothing(self):
        self.assertNotIn("alignment.csv", self.simulated("network.architecture=full-convolution"))

    def test_bad_blocks_are_refused_with_file_and_line(self):
        good = (self.folder / "x.csv").read_text().splitlines()

        def refused(line, text, *parts):
            lines = [*good]
            lines[line - 1:line] = [] if text is None else [text]
            self.write("bad.csv", "\n".join(lines) + "\n")
            self.assert_refused(["check", "s.toml", "data.file=bad.csv"], FILE, ["bad.csv", *parts])

        refused(12, good[11].rsplit(",", 2)[0] + ",9,1", "line 11", "(0, 1) is not Hermitian", "(2, 1)")
        refused(11, good[10].rsplit(",", 2)[0] + ",-1,0", "line 11", "(0, 1) has the negative eigenvalue")
        refused(12, None, "line 11", "(0, 1) lacks entry (1, 2)")
        refused(12, good[10], "line 12", "(0, 1) has entry (1, 1) twice")
        refused(3, good[2].rsplit(",", 1)[0] + ",1", "line 2", "(0, 0) is not Hermitian")
        good[4] = good[4].rsplit(",", 1)[0] + ",-1"  # (2, 1) of frequency 0, beside (1, 2)
        refused(3, good[2].rsplit(",", 1)[0] + ",1", "line 2", "(0, 0) has an imaginary part")
        good[4] = good[4].rsplit(",", 1)[0] + ",0"
        refused(12, good[11].replace(",1,2,", ",1,7,", 1), "line 12", "1 to 4")
        self.write("bad.csv", "\n".join(good[:10] + good[19:]) + "\n")
        self.assert_refused(["check", "s.toml", "data.file=bad.csv"], FILE, ["bad.csv", "blocks are missing"])
        self.assert_refused(["check", "s.toml", "data.file=bad.csv", "data.shape=[4,6]"], FILE,
                            ["bad.csv", "(0, 1) is missing"])
        self.assert_refused(["check", "s.toml", "data.channels=2"], FILE, ["x.csv", "3 channels", "data.channels = 2"])
        self.write("gray.csv", "mode,variance,frequency_y,frequency_x\n1,2,0,0\n2,1,0,1\n")
        self.assert_refused(["check", "s.toml", "data.file=gray.csv"], FILE, ["gray.csv", "row, column, re, im"])

    def test_channels_where_they_have_no_meaning(self):
        check = lambda *words: ["check", "s.toml", *words]  # noqa: E731
        self.assert_refused(check("network.architecture=one-layer"), USAGE, ["data.channels", "full-convolution"])
        self.assert_refused(check("data.source=images", "data.file=x.npy", "data.basis=pca"), USAGE,
                            ["data.channels", "basis = \"fourier\""], ["network.architecture", "data.basis"])
        self.assert_refused(check("data.source=power-law", "data.shape=[4,6]"), USAGE, ["data.channels", "images"])
        self.assert_refused(check("training.solver=quadrature"), USAGE, ["training.solver", "auto"])
        self.assert_refused(check("data.source=images", "data.file=x.npy", "data.channels=2"), USAGE,
                            ["2 channels", "have 3"])
        self.assert_refused(["spectrum", "x.npy", "--channels", 3, "--out", "y.csv"], USAGE, ["--basis fourier"])
        self.assert_refused(["spectrum", "x.npy", "--basis", "fourier", "--channels", 2, "--out", "y.csv"], USAGE,
                            ["2 channels", "have 3"])


class Shipped(unittest.TestCase):
    def test_cifar10_blocks_agree_with_the_other_spectra(self):
        blocks = read_blocks(SHIPPED / "cifar10_rgb_fourier.csv", 3)
        self.assertEqual(len(blocks), 514)
        gray = {(int(row["frequency_y"]), int(row["frequency_x"])): float(row["variance"])
                for row in read(SHIPPED / "cifar10_gray_fourier.csv")}
        total = 0.0
        for k, block in blocks.items():
            np.testing.assert_allclose(block.sum().real / 9, gray[k], rtol=1e-11)  # images were averaged as bytes
            total += np.trace(block).real * (1 if k[0] % 16 == 0 and k[1] % 16 == 0 else 2)
        np.testing.assert_allclose(total, variances(SHIPPED / "cifar10_pca.csv").sum(), rtol=1e-12)

    def assert_pinned(self, file, count, total, largest, smallest):
        texts = [row["variance"] for row in read(SHIPPED / file)]
        self.assertEqual((len(texts), texts[0], texts[-1]), (count, largest, smallest))
        self.assertEqual(math.fsum(map(float, texts)), total)  # correctly rounded, in any order

    def test_the_shipped_numbers_are_pinned(self):
        # NumPy 1.24 on the same images: 752.0105358144783, 220.13990561929785 and 4.07923951664e-06 (double's limit
        # there, 1e-10 relative); 230.18646811631663, 63.420746043906114 and 0.00036708132267522135.
        self.assert_pinned("cifar10_pca.csv", 3072, 752.0105358144784, "220.13990561929785", "4.079239516435197e-06")
        self.assert_pinned("cifar10_gray_fourier.csv", 1024, 230.18646811631706, "63.420746043906384", "0.00036708132267521836")

    def test_cifar10_principal_components(self):
        values = variances(SHIPPED / "cifar10_pca.csv")
        self.assertEqual(len(values), 3072)
        self.assertTrue(np.all(values > 0) and np.all(np.diff(values) <= 0))
        # 3072 pixels in [-1, 1] have variances of at most 1.
        self.assertLess(values.sum(), 3072)

    def test_cifar10_fourier_modes(self):
        rows = read(SHIPPED / "cifar10_gray_fourier.csv")
        values = [float(row["variance"]) for row in rows]
        self.assertEqual((len(rows), values), (1024, sorted(values, reverse=True)))
        self.assertGreater(values[-1], 0)
        self.assertLess(sum(values), 1024)
        at = {(int(row["frequency_y"]), int(row["frequency_x"])): row["variance"] for row in rows}
        self.assertEqual(set(at), {(y, x) for y in range(-15, 17) for x in range(-15, 17)})
        wrap = lambda k: 16 if k == -16 else k  # noqa: E731
        for (y, x), text in at.items():  # the images are real
            self.assertEqual(text, at[wrap(-y), wrap(-x)], (y, x))


if __name__ == "__main__":
    main()
