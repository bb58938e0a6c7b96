"""Reading what the runs of a figure wrote: CSV tables and resolved scenarios. Columns: docs/csv.md."""

import functools
import tomllib
from pathlib import Path

import pandas


class Run:
    """One run directory: `run["variance"]` is variance.csv."""

    def __init__(self, directory):
        self.directory = Path(directory)

    @functools.cache
    def __getitem__(self, table):
        path = self.directory / f"{table}.csv"
        # pandas' default parser is off in the last digit for some doubles.
        return pandas.read_csv(path, float_precision="round_trip")

    @functools.cached_property
    def scenario(self):
        return tomllib.loads((self.directory / "scenario.toml").read_text(encoding="utf-8"))

    def setting(self, key):
        """Value of a dotted key, as the run resolved it."""
        section, name = key.split(".")
        return self.scenario[section][name]

    def curve(self, mode, column="variance", table="variance"):
        """(τ, values) of one mode at τ > 0."""
        rows = self[table]
        rows = rows[(rows["mode"] == mode) & (rows["tau"] > 0)]
        return rows["tau"].to_numpy(), rows[column].to_numpy()

    def emergence(self, criterion, status="emerged", direction=None):
        """Rows of emergence.csv under one criterion; of every status or direction where that is None."""
        rows = self["emergence"]
        rows = rows[rows["criterion"] == criterion]
        if status is not None:
            rows = rows[rows["status"] == status]
        return rows if direction is None else rows[rows["direction"] == direction]

    def law(self, criterion, direction, estimator="ols"):
        """The row of power_law.csv, or None where nothing was fitted or too few modes emerged to have an exponent."""
        rows = self["power_law"]
        rows = rows[(rows["criterion"] == criterion) & (rows["direction"] == direction)
                    & (rows["estimator"] == estimator)]
        return None if rows.empty or rows["exponent"].isna().all() else rows.iloc[0]


class Runs:
    """All runs of a figure, by name: `runs["one-layer"]`. Sweeps are `runs.points("by-init")`."""

    def __init__(self, root, figure):
        self.root, self.figure = Path(root), figure

    @functools.cache
    def __getitem__(self, name):
        return Run(self.root / self.figure / name)

    @functools.cache
    def points(self, name):
        """[(values of the swept keys, run)] in the order of the sweep."""
        directory = self.root / self.figure / name
        table = pandas.read_csv(directory / "points.csv", float_precision="round_trip")
        keys = [column for column in table.columns if "." in column]
        done = table[table["directory"].notna()]
        values = done[keys].itertuples(index=False, name=None)
        return [(value, Run(directory / folder)) for value, folder in zip(values, done["directory"])]

    def of(self, figure):
        """The runs of another figure, which the `commands` of this one must name."""
        return Runs(self.root, figure)
