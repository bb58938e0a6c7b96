#!/usr/bin/env python3
"""Draws a run directory of `eigenflow run`, from its CSV alone; prints the path of every picture.

variance_trajectories: variance of generated samples along modes log-spaced in number, with their targets.
emergence_times:       emergence time against variance with the fitted power laws, a panel for each criterion.
"""

import argparse
import sys
from pathlib import Path

import run_directory
from power_law_table import power_law_table


def draw(directory, out, modes):
    """Writes both pictures as PDF and PNG; yields their paths."""
    variance = run_directory.read_variance(directory)
    emergence = run_directory.read_emergence(directory)
    gray_zone, target = run_directory.read_emergence_settings(directory)
    power_law = run_directory.read_power_law(directory)

    import matplotlib  # here, because the table does without

    matplotlib.use("Agg")
    import emergence_times
    import variance_trajectories

    matplotlib.style.use(Path(__file__).resolve().parent.parent / "style.mplstyle")
    figures = {
        "variance_trajectories": variance_trajectories.figure(variance, modes),
        "emergence_times": emergence_times.figure(emergence, power_law, gray_zone, target, variance["tau"].max()),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        for suffix, dated in (("pdf", "CreationDate"), ("png", "Software")):
            path = out / f"{name}.{suffix}"
            figure.savefig(path, metadata={dated: None})  # the same CSV gives the same bytes
            yield path


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, metavar="RUN", help="a run directory")
    parser.add_argument("--out", type=Path, help="where the pictures go (default: RUN/figures)")
    parser.add_argument("--modes", type=int, default=8, help="how many trajectories to draw (default: 8)")
    parser.add_argument("--table", action="store_true", help="print the fitted exponents, and draw nothing")
    arguments = parser.parse_args(words)
    if arguments.modes < 1:
        parser.error(f"--modes {arguments.modes}: must be 1 or more")
    try:
        if arguments.table:
            _, target = run_directory.read_emergence_settings(arguments.directory)
            print(power_law_table(run_directory.read_power_law(arguments.directory), target))
        else:
            for path in draw(arguments.directory, arguments.out or arguments.directory / "figures", arguments.modes):
                print(path)
    except (run_directory.Unusable, OSError) as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # a terminal without ±
    sys.exit(main())
