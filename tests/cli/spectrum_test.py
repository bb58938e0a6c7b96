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

    def test_the_mean_along_every_component(self):
        self.spectrum(self.vectors, "--mean")
        found = np.array([float(row["mean"]) for row in read(self.folder / "x.csv")])
        vectors = np.linalg.eigh(np.cov(self.vectors, rowvar=False))[1][:, ::-1]
        vectors *= np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(DIMENSION)])  # the largest entry is positive
        # A component turns by the rounding of the covariance over the gap to its neighbour, here 5 % of a variance.
        np.testing.assert_allclose(found, vectors.T @ self.vectors.mean(axis=0), rtol=0, atol=20 * CLOSE * 50)
        self.write("s.toml", '[data]\nsource = "csv"\nfile = "x.csv"\nmean = "measured"\n')
        self.succeed("check", "s.toml")
        self.spectrum(self.vectors)
        self.assert_refused(["check", "s.toml"], FILE, ["x.csv", "needs a column mean", "--mean"])

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


class Shipped(unittest.TestCase):
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
