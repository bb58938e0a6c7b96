"""Reading what `eigenflow run` wrote. The columns are documented in docs/csv.md."""

import tomllib

import pandas


class Unusable(Exception):
    """A file of the run directory can't be used; the message says which, why, and what to do."""


def read_table(directory, name, columns):
    """Rows of a CSV file, with doubles exactly as written and `columns` checked to be there. May have no rows."""
    path = directory / name
    remedy = "write the run again with `eigenflow run SCENARIO --out DIR --force`"
    try:
        # pandas' default parser is off in the last digit for some doubles.
        table = pandas.read_csv(path, float_precision="round_trip")
    except FileNotFoundError:
        raise Unusable(f"{path}: no such file; is {directory} a run directory? If so, {remedy}") from None
    except (OSError, UnicodeDecodeError, pandas.errors.ParserError, pandas.errors.EmptyDataError) as error:
        raise Unusable(f"{path}: can't be read as CSV ({str(error).strip()}); {remedy}") from None
    absent = [column for column in columns if column not in table.columns]
    if absent:
        raise Unusable(f"{path}: has no column {', '.join(absent)}; {remedy}")
    return table


def read_variance(directory):
    table = read_table(directory, "variance.csv", ["tau", "mode", "target_variance", "variance"])
    if not ((table["variance"] > 0) & (table["tau"] > 0)).any():
        raise Unusable(f"{directory / 'variance.csv'}: no variance is positive at tau > 0, so there is nothing to draw")
    return table


def read_emergence(directory):
    columns = ["criterion", "target_variance", "initial_variance", "direction", "gray_zone", "status", "tau_star"]
    table = read_table(directory, "emergence.csv", columns)
    if not (table["target_variance"] > 0).any():
        raise Unusable(f"{directory / 'emergence.csv'}: no mode has a positive target, so there is nothing to draw")
    return table


def read_power_law(directory):
    columns = ["criterion", "direction", "estimator", "exponent", "exponent_se", "prefactor", "modes", "note"]
    return read_table(directory, "power_law.csv", columns)


def read_emergence_settings(directory):
    """(gray zone of v0/target, name of the target) of the resolved scenario; the defaults where it does not say."""
    path = directory / "scenario.toml"
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("emergence", {})
    except FileNotFoundError:
        section = {}  # `eigenflow measure` and `fit` need no scenario
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{path}: can't be read as TOML ({error})") from None
    return tuple(section.get("gray_zone", (0.5, 2.0))), section.get("target", "data")
