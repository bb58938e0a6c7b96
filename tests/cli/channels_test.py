#!/usr/bin/env python3
"""Colour channels from end to end: blocks against NumPy, runs of them, refusals, and the blocks that are shipped."""

import csv
import unittest

import numpy as np

from program import FILE, SCENARIOS, USAGE, ProgramTest, main

SHIPPED = SCENARIOS / "spectra"

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


def signed(k, n):
    """A frequency in (-n/2, n/2]."""
    return k if 2 * k <= n else k - n


def gray_variances(images):
    """{(k_y, k_x): variance} of the mean over channels."""
    gray = images.mean(axis=3)
    variance = (np.abs(np.fft.fft2(gray - gray.mean(axis=0), norm="ortho")) ** 2).sum(axis=0) / (len(images) - 1)
    height, width = variance.shape
    return {(signed(y, height), signed(x, width)): variance[y, x] for y in range(height) for x in range(width)}


def channel_blocks(images):
    """{(k_y, k_x): C x C block} of unitary Fourier coefficients on the half plane of rfft2."""
    centred = images - images.mean(axis=0)
    half = np.fft.rfft2(centred, axes=(1, 2), norm="ortho")
    blocks = np.einsum("iyxa,iyxb->yxab", half, half.conj()) / (len(images) - 1)
    return {(signed(y, images.shape[1]), x): blocks[y, x] for y in range(blocks.shape[0]) for x in range(blocks.shape[1])}


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
        expected = gray_variances(self.images)
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
        # No grid of 1e18 frequencies is listed to find that they are not there.
        self.assert_refused(["check", "s.toml", "data.file=x.csv", "data.shape=[1000,1000]"], FILE,
                            ["x.csv has 14 blocks", "1000000 frequencies"])
        refused(12, "1000000000,-1000000000,1,1,1,0", "blocks are missing")
        # Gray Fourier modes went by the name of principal components.
        self.assert_refused(["check", "s.toml", "data.channels=1", "data.basis=pca", "network.architecture=one-layer"],
                            FILE, ["x.csv", "blocks of Fourier modes", 'basis = "fourier"'])
        line = [f"0,{k},1,1,{2 - k},0" for k in range(3)]
        self.write("line.csv", "\n".join(["frequency_y,frequency_x,row,column,re,im", *line[:2]]) + "\n")
        self.assert_refused(["check", "s.toml", "data.file=line.csv", "data.channels=1"], FILE,
                            ["line.csv", "write data.shape = [2] or [3]"])
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
        np.testing.assert_allclose(total, sum(float(row["variance"]) for row in read(SHIPPED / "cifar10_pca.csv")), rtol=1e-12)

    def assert_pinned(self, file, count, total, largest, smallest):
        texts = [row["variance"] for row in read(SHIPPED / file)]
        self.assertEqual((len(texts), texts[0], texts[-1]), (count, largest, smallest))
        self.assertEqual(math.fsum(map(float, texts)), total)  # correctly rounded, in any order


if __name__ == "__main__":
    main()
