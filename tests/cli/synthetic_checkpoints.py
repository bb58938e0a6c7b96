"""Checkpoints of a training run that never was, and what NumPy finds in them."""

import csv

import numpy as np

from program import ProgramTest

COUNT, SAMPLES, DIMENSION = 600, 300, 48
STEPS = (0, 10, 100, 1000)
TABLES = ("spectrum.csv", "variance.csv", "alignment.csv", "mean.csv", "emergence.csv", "power_law.csv")
# What the command promises: float32 products, and double ones. The latter: (COUNT + DIMENSION) eps sqrt(λ_1/λ_k) = 2e-12
# at worst, in NumPy as here, from signs that go either way: 1e-12.
SINGLE, DOUBLE = 1e-6, 1e-12


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(path, name):
    return np.array([float(row[name]) for row in rows(path)])


def scaled(array):
    return array.astype("f8").reshape(len(array), -1) / (127.5 if array.dtype == np.uint8 else 1) - (array.dtype == np.uint8)


def expected(train, samples):
    """variance, deviation (checkpoints x modes), chi (checkpoints) in the eigenbasis of np.cov(train)."""
    train = scaled(train)
    basis = np.linalg.eigh(np.cov(train, rowvar=False))[1][:, ::-1]
    variance, deviation, chi = [], [], []
    for array in samples:
        x = scaled(array)
        covariance = basis.T @ np.cov(x, rowvar=False) @ basis
        variance.append(np.diag(covariance))
        deviation.append((basis.T @ (x.mean(axis=0) - train.mean(axis=0))) ** 2)
        chi.append((np.diag(covariance) ** 2).sum() / (covariance ** 2).sum())
    return np.array(variance), np.array(deviation), np.array(chi)


class Synthetic(ProgramTest):
    """Gaussian data with variances 9 ... 0.09 along random directions; samples that grow towards them from 0.3."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(7)
        self.deviations = np.geomspace(3.0, 0.3, DIMENSION)
        mixing = np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))[0]
        self.train = random.normal(size=(COUNT, DIMENSION)) * self.deviations @ mixing + 5.0
        self.samples = []
        for step in STEPS:
            part = step * self.deviations ** 2 / (step * self.deviations ** 2 + 30.0)
            grown = np.sqrt(0.09 + part * (self.deviations ** 2 - 0.09))
            self.samples.append(random.normal(size=(SAMPLES, DIMENSION)) * grown @ mixing + 5.0 + 0.3 / (1 + step))

    def save(self, convert=lambda x: x):
        """Writes train.npy and s_<step>.npy; returns what was written."""
        arrays = [convert(self.train)] + [convert(x) for x in self.samples]
        for name, array in zip(["train"] + [f"s_{step}" for step in STEPS], arrays):
            np.save(self.folder / f"{name}.npy", array)
        return arrays[0], arrays[1:]

    def measure(self, *options, out="m"):
        self.succeed("measure", "--data", "train.npy", "--samples", "s_*.npy", "--out", out, "--quiet",
                     "fit.bootstrap=0", *options)
        return self.folder / out

    def assert_as_numpy(self, arrays, tolerance):
        variance, deviation, chi = expected(*arrays)
        folder = self.measure()
        near = dict(rtol=tolerance, atol=0)
        np.testing.assert_allclose(column(folder / "variance.csv", "variance"), variance.ravel(), **near)
        np.testing.assert_allclose(column(folder / "alignment.csv", "chi"), chi, **near)
        measured = np.sqrt(column(folder / "mean.csv", "deviation")).reshape(deviation.shape)
        off = np.abs(measured - np.sqrt(deviation))
        # Means round by COUNT eps of the values; and a direction is known to eps λ_1 over the distance to its neighbours,
        # by which, times the deviation's length, the others mix in.
        eps, spectrum = np.finfo(float).eps, np.linalg.eigvalsh(np.cov(scaled(arrays[0]), rowvar=False))[::-1]
        gaps = np.minimum(np.append(np.inf, -np.diff(spectrum)), np.append(-np.diff(spectrum), np.inf))
        mixing = 8 * eps * spectrum[0] / gaps * np.sqrt(deviation.sum(axis=1, keepdims=True))
        allowed = tolerance * np.sqrt(deviation) + COUNT * eps * np.abs(scaled(arrays[0])).max() + mixing
        self.assertTrue((off <= allowed).all(), (off / allowed).max())
        errors = variance.ravel() * np.sqrt(2 / (SAMPLES - 1))
        np.testing.assert_allclose(column(folder / "variance.csv", "standard_error"), errors, **near)
        return folder
