#!/usr/bin/env python3
"""Data files that can't be read: what is said, and that nothing is written."""

import os
import struct
import subprocess
import threading

import numpy as np

from program import COMMAND, FILE, NUMERICS, TIME_LIMIT, USAGE, ProgramTest, main


class SpectrumFiles(ProgramTest):
    def assert_spectrum_refused(self, content, *parts):
        self.write("spectrum.csv", content)
        for command in ("run", "check"):
            self.assert_refused([command, "small.toml", "data.source=csv", "data.file=spectrum.csv"], FILE,
                                ["spectrum.csv", *parts])

    def test_variances_that_are_none(self):
        for cell, reason in (("-1", "is negative"), ("nan", "not a finite number"), ("inf", "not a finite number"),
                             ("abc", "is not a number"), ("1e999", "outside the range of a double"), ("0x1p3", "")):
            self.assert_spectrum_refused(f"mode,variance\n1,2\n2,{cell}\n3,1\n", "line 3", '"variance"', cell, reason)
        self.assert_spectrum_refused("mode,variance\n1,2\n2,\n", "line 3", '"variance"', "the cell is empty")

    def test_the_first_bad_row_is_told(self):
        self.assert_spectrum_refused("mode,variance\n1,2\n2,-1\n3,abc\n", "line 3", "-1", "is negative")
        self.assert_spectrum_refused("mode,variance\n1,2\n2,abc\n3,-1\n", "line 3", "abc", "is not a number")

    def test_a_missing_column(self):
        self.assert_spectrum_refused("mode,variances\n1,2\n", 'no column "variance"', "nearest", '"variances"',
                                     "rename a column or add it")
        self.assert_spectrum_refused("mode;variance\n1;2\n", 'no column "variance"', "separate the cells by commas")

    def test_an_empty_table(self):
        self.assert_spectrum_refused("", "is empty", "a header line")

    def test_a_table_with_a_header_only(self):
        self.assert_spectrum_refused("mode,variance\n", "a header but no rows")

    def test_rows_of_another_width(self):
        self.assert_spectrum_refused("mode,variance\n1,2\n2,1,3\n", "line 3", "3 cells", "2 columns")

    def test_frequencies_that_are_no_grid(self):
        header = "mode,variance,frequency_y,frequency_x\n"
        self.assert_spectrum_refused(header + "1,2,0,0.5\n", "line 2", '"frequency_x"', "0.5", "whole number")
        self.assert_spectrum_refused(header + "1,2,0,0\n2,1,5,7\n", "48 points", "2")

    def test_a_table_of_bytes_that_are_no_text(self):
        self.assert_spectrum_refused(b"mode,variance\n1,2\x00\n", "line 2", "NUL byte")

    # The header was read first, and what comes through a pipe comes once: a shell's <(...) was empty, a FIFO hung.
    def test_a_table_may_come_through_a_pipe(self):
        table = "mode,variance\n1,2\n2,0.5\n"
        self.write("spectrum.csv", table)
        words = ["run", "small.toml", "data.source=csv", "--quiet"]
        self.succeed(*words, "data.file=spectrum.csv", "--out", "file")
        os.mkfifo(self.folder / "fifo")
        writer = threading.Thread(target=lambda: (self.folder / "fifo").write_text(table), daemon=True)
        writer.start()
        self.succeed(*words, f"data.file={self.folder / 'fifo'}", "--out", "run")
        writer.join()
        piped = subprocess.run([*COMMAND, *words, "data.file=/dev/stdin", "--out", "piped"], cwd=self.folder,
                               input=table.encode(), capture_output=True, timeout=TIME_LIMIT, check=False)
        self.assertEqual((piped.returncode, piped.stderr), (0, b""))
        whole = (self.folder / "file/variance.csv").read_bytes()
        for out in ("run", "piped"):
            self.assertEqual((self.folder / out / "variance.csv").read_bytes(), whole, out)

    def test_blocks_may_come_through_a_pipe(self):
        blocks = "frequency_y,frequency_x,row,column,re,im\n0,0,1,1,4,0\n0,1,1,1,2,0\n"
        piped = subprocess.run([*COMMAND, "run", "small.toml", "data.source=csv", "data.basis=fourier",
                                "data.shape=[3]", "data.file=/dev/stdin", "--out", "run", "--quiet"], cwd=self.folder,
                               input=blocks.encode(), capture_output=True, timeout=TIME_LIMIT, check=False)
        self.assertEqual((piped.returncode, piped.stderr), (0, b""))

    # 400 MB were taken for a line of 200 MB; the reader's own limit is 16 MiB.
    def test_a_header_of_twenty_megabytes(self):
        self.assert_spectrum_refused("mode,variance," + "x" * 20_000_000 + "\n1,2,3\n", "line 1", "16 MiB")

    def test_a_table_that_is_not_there(self):
        for command in ("run", "check"):
            self.assert_refused([command, "small.toml", "data.source=csv", "data.file=absent.csv"], FILE,
                                ["absent.csv", "No such file"])
            self.assert_refused([command, "small.toml", "data.source=csv", "data.file=."], FILE, [".", "directory"])


def npy(header, values=b""):
    text = header + " " * (117 - len(header)) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + values


class NpyFiles(ProgramTest):
    def setUp(self):
        super().setUp()
        self.vectors = np.random.default_rng(3).normal(size=(20, 6))
        np.save(self.folder / "whole.npy", self.vectors)
        self.whole = (self.folder / "whole.npy").read_bytes()

    def assert_array_refused(self, content, *parts, code=FILE):
        """By `spectrum`, and by `run`, which may have made its directory by then and has to take it back."""
        if isinstance(content, np.ndarray):
            np.save(self.folder / "x.npy", content)
        else:
            self.write("x.npy", content)
        self.assert_refused(["spectrum", "x.npy", "--out", "x.csv"], code, ["x.npy", *parts])
        self.assert_refused(["run", "small.toml", "data.source=images", "data.file=x.npy", "--out", "new/run"], code,
                            ["x.npy", *parts])

    def test_a_truncated_array(self):
        self.assert_array_refused(self.whole[:-8], "promises 960 bytes", "holds 952", "copy it again")
        for length in (1, 7, 9, 40, 127):
            self.assert_array_refused(self.whole[:length], "numpy.save")
        self.assert_array_refused(b"", "is empty")

    def test_an_array_whose_header_promises_more(self):
        for shape, parts in (("(1000, 6)", ["promises 48000 bytes", "holds 960"]),
                             ("(4611686018427387904, 6)", ["2^64 bytes or more"]),
                             ("(2, 9223372036854775807, 2)", ["2^64 bytes or more"]),
                             ("(99999999999999999999999, 6)", ["damaged", "2^64"]),
                             ("(-20, 6)", ["damaged"])):
            header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
            self.assert_array_refused(npy(header, self.vectors.tobytes()), *parts)

    def test_an_array_that_is_not_an_npy_file(self):
        for content in (b"PK\x03\x04 an npz", b"mode,variance\n1,2\n", bytes(256)):
            self.assert_array_refused(content, "not an NPY file", "numpy.save")

    def test_array_shapes_that_are_no_vectors_or_images(self):
        self.assert_array_refused(self.vectors[:, 0], "shape (20,)", "vectors (n, d)")
        self.assert_array_refused(self.vectors.reshape(2, 5, 2, 3, 2), "shape (2, 5, 2, 3, 2)", "channels")
        self.assert_array_refused(self.vectors[:0], "length 0")
        self.assert_array_refused(self.vectors[:1], "at least 2 vectors")

    def test_array_types_that_are_no_real_numbers(self):
        for kind in ("c16", "f2", "U3", "?"):
            self.assert_array_refused(self.vectors.astype(kind), "element type", "u1, i2, i4, i8, f4, f8", "astype")

    def test_numbers_that_are_not_finite(self):
        for kind in ("f4", "f8"):
            for value in (np.nan, np.inf, -np.inf):
                spoilt = self.vectors.astype(kind)
                spoilt[7, 3] = value
                self.assert_array_refused(spoilt, "row 7, column 3", str(value), "not a finite number")

    def test_variances_beyond_the_doubles(self):
        self.assert_array_refused(self.vectors * 1e200, "overflows", "scale the data down", code=NUMERICS)

    def test_an_array_that_is_not_there(self):
        self.assert_refused(["spectrum", "absent.npy", "--out", "x.csv"], FILE, ["absent.npy", "No such file"])
        self.assert_refused(["spectrum", ".", "--out", "x.csv"], FILE, [".", "not a regular file"])

    def test_initial_weights_are_counted_by_the_modes_of_the_basis(self):
        # Three colours: 48 principal components, and 16 Fourier modes of their mean.
        np.save(self.folder / "x.npy", np.random.default_rng(4).normal(size=(30, 4, 4, 3)))
        for basis, modes in (("pca", 48), ("fourier", 16)):
            words = ["small.toml", "data.source=images", "data.file=x.npy", f"data.basis={basis}"]
            right, wrong = (f"network.init={[0.1] * count}" for count in (modes, 64 - modes))
            self.succeed("check", *words, right)
            self.simulate(*words, right, "--force")
            for command in ("check", "run"):
                self.assert_refused([command, *words, wrong], USAGE, [f"{64 - modes} weights", f"{modes} modes"])

    def test_a_fourier_basis_needs_a_grid(self):
        words = ["small.toml", "data.source=images", "data.file=whole.npy", "data.basis=fourier"]
        for command in ("check", "run"):
            self.assert_refused([command, *words], USAGE, ["whole.npy", "data.shape = [N] or [height, width]"])
            self.assert_refused([command, *words, "data.shape=[7]"], USAGE, ["whole.npy", "data.shape", "6 numbers"])
        self.succeed("check", *words, "data.shape=[2,3]")


if __name__ == "__main__":
    main()
