#!/usr/bin/env python3
"""CITATION.cff is what the Citation File Format 1.2.0 asks for, and of this version.

    citation_test.py VERSION
"""

import datetime
import re
import sys
import unittest
from pathlib import Path

try:
    import yaml
except ImportError:
    yaml = None

VERSION = sys.argv.pop(1)
# Of the schema of 1.2.0: what may stand on the first level, and what has to; of these, a reference's.
KEYS = {"abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords",
        "license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact",
        "repository-code", "title", "type", "url", "version"}
REQUIRED = {"cff-version", "message", "title", "authors"}
REQUIRED_OF_REFERENCE = {"type", "title", "authors"}
IDENTIFIERS = {"doi", "url", "swh", "other"}


TEXT = (Path(__file__).resolve().parents[2] / "CITATION.cff").read_text(encoding="utf-8")


class FirstLevel(unittest.TestCase):
    """What can be told without a reader of YAML."""

    def test_keys(self):
        keys = re.findall(r"^([a-z-]+):", TEXT, re.MULTILINE)
        self.assertEqual(len(keys), len(set(keys)))
        self.assertLessEqual(REQUIRED, set(keys))
        self.assertLessEqual(set(keys), KEYS)

    def test_versions(self):
        for line in ("cff-version: 1.2.0", f"version: {VERSION}", "license: MIT", "type: software"):
            self.assertIn(line, TEXT.splitlines())

    def test_every_reference_has_a_year(self):
        for reference in TEXT.partition("\nreferences:\n")[2].split("\n  - ")[1:]:
            self.assertRegex(reference, r"\n    year: \d{4}\n")


@unittest.skipIf(yaml is None, "no PyYAML: apt-get install python3-yaml")
class Citation(unittest.TestCase):
    def setUp(self):
        self.citation = yaml.safe_load(TEXT)

    def assert_authors(self, authors):
        """Persons by their names, or an entity by its name."""
        self.assertTrue(authors)
        for author in authors:
            person = {"family-names", "given-names"} <= set(author)
            self.assertTrue(person or "name" in author, author)

    def test_message_title_authors_and_keywords(self):
        self.assertEqual(self.citation["version"], VERSION)  # as text, which 0.1 would not be
        self.assert_authors(self.citation["authors"])
        for text in (self.citation["message"], self.citation["title"], *self.citation["keywords"]):
            self.assertTrue(isinstance(text, str) and text)

    def test_references_have_authors_a_year_and_where_to_find_them(self):
        for reference in self.citation["references"]:
            self.assertLessEqual(REQUIRED_OF_REFERENCE, set(reference))
            self.assert_authors(reference["authors"])
            self.assertTrue(2000 <= reference["year"] <= datetime.date.today().year, reference["title"])
            for identifier in reference["identifiers"]:
                self.assertIn(identifier["type"], IDENTIFIERS)
                arxiv = re.fullmatch(r"arXiv:(\d\d)(\d\d)\.\d{4,5}", identifier["value"])
                self.assertTrue(arxiv, identifier["value"])
                self.assertEqual(reference["year"], 2000 + int(arxiv.group(1)), reference["title"])


if __name__ == "__main__":
    unittest.main()
