"""docs/theory_vs_experiment.md, held against its tables, what ships, and the program.  study_test.py PROGRAM"""

import csv
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS, EXPERIMENTS, STUDY = ROOT / "docs", ROOT / "scenarios/experiments", ROOT / "paper_figures/theory_vs_experiment"
CLOSEST = ("one-layer", "edm", "edm")
THRESHOLDS = ("geometric", "harmonic", "arithmetic")
PROGRAM = ""

sys.dont_write_bytecode = True
sys.path.insert(0, str(STUDY))
import make  # noqa: E402


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def theory_of(row):
    return row["architecture"], row["preconditioning"], row["weighting"]


def law_of(row):
    return row["criterion"], row["direction"]


def p_text(p):
    return f"p = {float(p):.0e}".replace("e-0", "e-")


def sentences():
    """What the text says in words and numbers, from the tables."""
    exponents = rows(DOCS / "tables/experiment_exponents.csv")
    by = {(*theory_of(row), *law_of(row)): row for row in exponents}
    fits = {theory_of(row): row for row in rows(DOCS / "tables/experiment_fits.csv")}
    directions = {row["criterion"]: row for row in rows(DOCS / "tables/experiment_directions.csv")
                  if theory_of(row) == CLOSEST}
    variants = {(row["variant"], *law_of(row)): row for row in rows(DOCS / "tables/experiment_sensitivity.csv")}
    arithmetic = by[*CLOSEST, "arithmetic", "rising"]
    told = [f"it has {float(arithmetic['exponent']):.2f} for rising modes, and the network "
            f"{float(arithmetic['measured_exponent']):.2f} ({p_text(arithmetic['paired_p_value'])})"]
    tests = [row for row in exponents if row["paired_p_value"]]
    told.append(f"for all {len(tests)} tests behind the table")
    significant = [law for law in exponents if theory_of(law) == CLOSEST and float(law["paired_p_value"]) < 0.05]
    assert len(significant) == 1, significant
    fit = fits[CLOSEST]
    told.append(f"Its learning rate is {float(fit['learning_rate']):.1f} ± {float(fit['learning_rate_se']):.1f}")
    rates = (f"{float(directions[c]['rate']):.2f} ± {float(directions[c]['rate_se']):.2f} ({c})"
             for c in ("harmonic", "geometric", "arithmetic"))
    told.append("it is {}, {} and {} times the pooled one".format(*rates))
    assert {f"{float(directions[c]['direction_ratio']):.1f}" for c in ("geometric", "harmonic")} == {"1.6"}
    told.append("1.6 times too early beside its rising ones")
    tied = [by[a, "edm", "edm", "geometric", "rising"] for a in ("symmetric-two-layer", "deep")]
    told.append("(geometric {} and {}, measured {})".format(*(f"{float(row['exponent']):.2f}" for row in tied),
                                                            f"{float(tied[0]['measured_exponent']):.2f}"))
    other = {c: [float(by[a, "edm", "edm-lognormal", c, "rising"]["exponent"])
                 for a in ("symmetric-two-layer", "deep")] for c in ("geometric", "arithmetic")}
    told.append("too small ({:.2f} and {:.2f}), the arithmetic ones have the wrong sign (−{:.2f} and −{:.2f})".format(
        *other["geometric"], *(-value for value in other["arithmetic"])))
    taken = by["one-layer", "edm", "edm-lognormal", "geometric", "rising"]
    told.append(f"the geometric exponent drops to {float(taken['exponent']):.2f}")
    shared = {law: variants["one weight for all noise levels", law, "rising"] for law in THRESHOLDS}
    told.append("may well share a rate (p = {:.1g} geometric, {:.1g} harmonic, {:.1g} arithmetic), but its ".format(
        *(float(shared[law]["direction_p"]) for law in THRESHOLDS)) + "geometric rising exponent is "
                f"{float(shared['geometric']['exponent']):.2f}, and "
                f"{shared['arithmetic']['paired_modes']} of the {arithmetic['measured_modes']} modes")
    wide, own = (variants[name, "arithmetic", "rising"] for name in ("gray zone 0.33 to 3", "every mode from its own start"))
    told.append(f"at p = {float(wide['paired_p_value']):.2f} with the wider gray zone, which leaves {wide['paired_modes']} modes")
    told.append(f"and at {p_text(own['paired_p_value'])} where every mode starts from its own measured variance")
    told.append(f"five modes are left, which can't tell (p = {float(shared['arithmetic']['paired_p_value']):.1g})")
    own_geometric = variants["every mode from its own start", "geometric", "rising"]
    told.append(f"with those starts the geometric exponent is off at p = {float(own_geometric['paired_p_value']):.3f}, on "
                "the border, and with the wide gray zone the harmonic one at p = "
                f"{float(variants['gray zone 0.33 to 3', 'harmonic', 'rising']['paired_p_value']):.2f}")
    geometric = [float(v["measured_exponent"]) for k, v in variants.items() if k[1:] == ("geometric", "rising")]
    told.append(f"moves between {min(geometric):.2f} and {max(geometric):.2f}")
    # Student's t of 18 - 2 degrees of freedom at 5 % is 2.12.
    told.append("significant at 5 % is {:.2f} (arithmetic), {:.2f} (geometric) or {:.2f} (harmonic), 2.12".format(
        *(2.12 * float(by[*CLOSEST, c, "rising"]["paired_difference_se"]) for c in ("arithmetic", "geometric", "harmonic"))))
    falling, late = by[*CLOSEST, "geometric", "falling"], by[*CLOSEST, "arithmetic", "falling"]
    apart = float(falling["paired_difference"]) / float(falling["paired_difference_se"])
    told.append(f"{float(falling['exponent']):.2f} and {float(falling['measured_exponent']):.2f} are {apart:.1f} standard "
                f"errors apart, and the arithmetic exponent (interval −{-float(late['measured_ci_low']):.2f} to "
                f"{float(late['measured_ci_high']):.2f})")
    end = rows(DOCS / "tables/experiment_sampler.csv")[0]
    told.append(f"generates {float(end['limit_ratio_mode_1']):.2f} times λ in mode 1 and "
                f"{float(end['limit_ratio_mode_64']):.2f} times in mode 64")
    told.append(f"the mean of z² is {float(end['mean_z2']):.2f} ± {float(end['mean_z2_se']):.2f} against that limit, and "
                f"{float(end['mean_z2_of_data']):.1f} against")
    return told + experiment_sentences()


def experiment_sentences():
    """From the measured files that ship."""
    folder = EXPERIMENTS / "mlp_gaussian64"
    emerged = [row for row in rows(folder / "emergence.csv") if row["status"] == "emerged"]
    errors = sorted(float(row["tau_star_se"]) / float(row["tau_star"]) for row in emerged)
    median = (errors[len(errors) // 2] + errors[(len(errors) - 1) // 2]) / 2
    variance = rows(folder / "variance.csv")
    start = [float(row["variance"]) for row in variance if float(row["tau"]) == 0]
    shared = [float(row["previous_correlation"]) for row in variance if row["previous_correlation"]]
    last = [float(row["first_correlation"]) for row in variance[-64:]]
    times = [float(row["tau_star"]) for row in emerged]
    geometric = [float(row["tau_star"]) for row in emerged if row["criterion"] == "geometric"]
    r2 = {law_of(row): float(row["r_squared"]) for row in rows(folder / "power_law.csv")}
    return [f"is {100 * median:.1f} % in the median over {len(errors)} times",
            f"adjacent variances correlate by {sum(shared) / len(shared):.3f}, those of the first and the last by "
            f"{sum(last) / len(last):.2f}",
            f"variances of {min(start):.2f} to {max(start):.2f} (mean {sum(start) / len(start):.2f})",
            f"a factor of {max(geometric) / min(geometric):.0f} (geometric) to {max(times) / min(times):.0f} (all criteria)",
            f"(R² = {r2['geometric', 'rising']:.2f}, 7 modes: {r2['geometric', 'falling']:.2f})"]


class Study(unittest.TestCase):
    def test_the_words_of_the_page_are_true_of_the_tables(self):
        """The page said "throughout" of what one variant contradicts, and "too large" of exponents that are too small."""
        page = " ".join((DOCS / "theory_vs_experiment.md").read_text(encoding="utf-8").split())
        exponents = [row for row in rows(DOCS / "tables/experiment_exponents.csv") if row["paired_p_value"]]
        sign = {(*theory_of(row), *law_of(row)): (float(row["paired_difference"]) > 0) if float(row["paired_p_value"]) < 0.05
                else None for row in exponents}  # True: the theory's exponent is too small
        self.assertIn("all exponents that can be compared are significantly too small", page)
        self.assertEqual({sign[key] for key in sign if key[1] == "none"}, {True})
        self.assertIn("every rising exponent is significantly off. With weighting `edm` all are too large", page)
        tied = {key[2:4]: [] for key in sign}
        for key in sign:
            if key[0] != "one-layer" and key[1] == "edm" and key[4] == "rising":
                tied[key[2:4]].append(sign[key])
        for criterion in THRESHOLDS:
            self.assertEqual(tied["edm", criterion], [False, False])
            self.assertEqual(tied["edm-lognormal", criterion], [criterion != "harmonic"] * 2)
        variants = {(row["variant"], *law_of(row)): row for row in rows(DOCS / "tables/experiment_sensitivity.csv")}
        arithmetic = [row for key, row in variants.items() if key[1:] == ("arithmetic", "rising")]
        self.assertIn("holds in every variant that leaves more than five modes to compare", page)
        for row in arithmetic:
            self.assertEqual(float(row["paired_p_value"]) < 0.05, int(row["paired_modes"]) > 5, row["variant"])
        paces = {name: [float(variants[name, c, "rising"]["direction_p"]) for c in THRESHOLDS]
                 for name in dict.fromkeys(key[0] for key in variants)}
        for name in ("nothing", "smoothing over 2 checkpoints", "every mode from its own start"):
            self.assertLessEqual(max(paces[name]), 0.006)
        self.assertIn("(p ≤ 0.006)", page)
        wide = paces["gray zone 0.33 to 3"]
        self.assertEqual([f"{p:.1g}" for p in wide], ["0.1", "0.2", "0.01"])
        self.assertGreater(min(paces["one weight for all noise levels"]), 0.05)

    def test_tables_of_the_study_are_those_shipped(self):
        printed = subprocess.run([sys.executable, STUDY / "markdown_tables.py"], check=True, capture_output=True,
                                 text=True).stdout
        page = (DOCS / "theory_vs_experiment.md").read_text(encoding="utf-8")
        for table in printed.strip().split("\n\n"):
            self.assertIn(table, page)

    def test_the_closest_theory_is_what_the_tables_say(self):
        """scenarios/experiments/one_layer_edm.toml, run and compared with what ships: every cell of its exponents, paired
        columns included, and of its directions, to their four digits."""
        with tempfile.TemporaryDirectory() as folder:
            run, compared = Path(folder) / "run", Path(folder) / "compared"
            subprocess.run([PROGRAM, "run", EXPERIMENTS / "one_layer_edm.toml", "--out", run, "--quiet"], check=True)
            subprocess.run([PROGRAM, "compare", run, EXPERIMENTS / "mlp_gaussian64", "--fit-rate", "--out", compared,
                            "--quiet"], check=True)
            found = make.law_rows(compared), make.direction_rows(compared)
        for cells, name in zip(found, ("experiment_exponents", "experiment_directions")):
            told = [list(row.values())[3:] for row in rows(DOCS / f"tables/{name}.csv") if theory_of(row) == CLOSEST]
            self.assertEqual([[str(cell) for cell in row] for row in cells], told)

    def test_the_measured_columns_are_those_of_the_laws_that_ship(self):
        laws = {law_of(row): row for row in rows(EXPERIMENTS / "mlp_gaussian64/power_law.csv")}
        for row in rows(DOCS / "tables/experiment_exponents.csv"):
            law = laws[law_of(row)]
            self.assertEqual(row["measured_modes"], law["modes"])
            for name in ("exponent", "exponent_se", "ci_low", "ci_high"):
                self.assertEqual(row["measured_" + name], f"{float(law[name]):.4g}")

    def test_what_ships_has_the_columns_of_this_program(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PROGRAM, "fit", EXPERIMENTS / "mlp_gaussian64", "--out", folder + "/f", "--quiet"], check=True)
            for name in ("power_law.csv", "emergence.csv"):
                header = (Path(folder) / "f" / name).read_text().split("\n")[0]
                self.assertEqual((EXPERIMENTS / "mlp_gaussian64" / name).read_text().split("\n")[0], header)

    def test_the_numbers_of_the_page_are_those_of_the_tables(self):
        page = " ".join((DOCS / "theory_vs_experiment.md").read_text(encoding="utf-8").split())
        for sentence in sentences():
            with self.subTest(sentence):
                self.assertIn(sentence, page)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
