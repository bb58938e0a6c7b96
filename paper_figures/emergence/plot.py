#!/usr/bin/env python3
"""Draws why the exponent depends on the criterion, from the CSV of two runs of one_layer.toml; prints the paths.

emergence_curves: three modes of each run with the points that the four criteria take for their emergence.
emergence_laws:   those times against variance for all modes, with the fitted exponents.
"""

import argparse
import sys
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FIGURES / "first_light"))

import run_directory  # noqa: E402

CURVE_COLUMNS = ["tau", "mode", "target_variance", "variance"]
TIME_COLUMNS = ["criterion", "mode", "target_variance", "initial_variance", "status", "tau_star"]


def read_run(directory):
    """variance.csv, emergence.csv and power_law.csv of a run."""
    return (run_directory.read_table(directory, "variance.csv", CURVE_COLUMNS),
            run_directory.read_table(directory, "emergence.csv", TIME_COLUMNS),
            run_directory.read_power_law(directory))


def draw(falling, rising, out):
    """Writes both pictures as PNG; yields their paths."""
    import matplotlib

    matplotlib.use("Agg")
    import curves
    import laws

    matplotlib.style.use(FIGURES / "style.mplstyle")
    runs = read_run(falling), read_run(rising)
    out.mkdir(parents=True, exist_ok=True)
    for name, figure in (("emergence_curves", curves.figure(*runs)), ("emergence_laws", laws.figure(*runs))):
        path = out / f"{name}.png"
        figure.savefig(path, dpi=200, metadata={"Software": None})  # the same CSV gives the same bytes
        yield path


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--falling", type=Path, required=True, metavar="RUN", help="the run with network.init = 1")
    parser.add_argument("--rising", type=Path, required=True, metavar="RUN", help="the run with network.init = 0")
    parser.add_argument("--out", type=Path, default=Path("."), help="where the pictures go (default: here)")
    arguments = parser.parse_args(words)
    try:
        for path in draw(arguments.falling, arguments.rising, arguments.out):
            print(path)
    except (run_directory.Unusable, OSError) as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
