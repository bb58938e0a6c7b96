#!/usr/bin/env python3
"""Writes cifar10_gray_12.csv: CIFAR-10 in gray, reduced to 12 × 12 pixels by an ideal low pass.

Of the 32 × 32 Fourier modes those with frequencies from -5 to 6 remain; a pixel of the small image is a mean over
(32/12)² of the large one, which divides the variance of a mode of unit norm by as much. Patch convolutions of every
width are quick at this size.   low_pass.py [FILE]
"""

import sys
from pathlib import Path

import pandas

ROOT = Path(__file__).resolve().parents[2]
SIZE = 12


def low_pass():
    table = pandas.read_csv(ROOT / "scenarios/spectra/cifar10_gray_fourier.csv", float_precision="round_trip")
    kept = table[table["frequency_y"].between(1 - SIZE // 2, SIZE // 2)
                 & table["frequency_x"].between(1 - SIZE // 2, SIZE // 2)].copy()
    # A real image's spectrum is even; at the frequency 6 the other half, -6, is cut off, so both halves are made even.
    mirrored = kept.assign(frequency_y=-kept["frequency_y"], frequency_x=-kept["frequency_x"])
    for name in ("frequency_y", "frequency_x"):
        mirrored[name] = mirrored[name].where(mirrored[name] > -SIZE // 2, SIZE // 2)
    both = kept.merge(mirrored, on=["frequency_y", "frequency_x"], suffixes=("", "_mirrored"))
    both["variance"] = (both["variance"] + both["variance_mirrored"]) / 2 * (SIZE / 32) ** 2
    both = both.sort_values("variance", ascending=False, kind="stable").reset_index(drop=True)
    both["mode"] = range(1, len(both) + 1)
    return both[["mode", "variance", "frequency_y", "frequency_x"]]


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("cifar10_gray_12.csv")
    low_pass().to_csv(path, index=False, lineterminator="\n")
