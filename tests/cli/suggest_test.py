#!/usr/bin/env python3
"""eigenflow suggest: the command; its numbers are held against runs in tests/scenario."""

import csv
import io

from program import FILE, USAGE, ProgramTest, main

COLUMNS = ["quantity", "condition", "value", "unit", "equation", "meaning"]


class Suggest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("s.csv", "mode,variance\n1,4\n2,1\n3,0.25\n4,0.01\n")

    def test_a_table_with_an_equation_on_every_line(self):
        text = self.succeed("suggest", "s.csv", "--share", "1").out
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(list(rows[0]), COLUMNS)
        for row in rows:
            self.assertTrue(row["value"] and row["equation"] and row["meaning"], row)
        self.succeed("suggest", "s.csv", "--share", "1", "--out", "t.csv")
        self.assertEqual((self.folder / "t.csv").read_text(), text)

    def test_two_tables_in_one_file(self):
        with open(self.folder / "both.csv", "wb") as both:
            for _ in range(2):
                self.succeed("suggest", "s.csv", stdout=both)
        once = self.succeed("suggest", "s.csv").out
        self.assertEqual((self.folder / "both.csv").read_text(), once + once)

    def test_refusals(self):
        self.assert_refused(["suggest", "absent.csv"], FILE, ["absent.csv"])
        for option, value in (("--tolerance", "1"), ("--bias", "0"), ("--share", "1.5"), ("--init", "0"),
                              ("--rate", "-1")):
            self.assert_refused(["suggest", "s.csv", option, value], USAGE, [option, value])
        self.write("zero.csv", "mode,variance\n1,0\n")
        self.assert_refused(["suggest", "zero.csv"], USAGE, ["no variance"])


if __name__ == "__main__":
    main()
