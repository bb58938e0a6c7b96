"""paper_figures/README.md: figure, claim, scenarios, numbers and the test that makes them again, with thumbnails."""

import os
import re

import numpy

from . import commands, folder

TEST = "paper figures: Numbers"  # of ctest
GALLERY = re.compile(r"(?<=<!-- gallery -->\n).*?(?=<!-- end -->)", re.DOTALL)


def thumbnail(figure):
    return commands.FIGURES / "thumbnails" / f"{figure}.png"


def targets(figure):
    """{path from paper_figures/: what to call it} of the scenarios that the figure runs."""
    made, _ = commands.parse(figure)
    paths = dict.fromkeys((commands.FIGURES / figure / words[1]).resolve() for _, words in made)
    return {os.path.relpath(path, commands.FIGURES): path.name for path in paths}


def scenarios(figure):
    _, used = commands.parse(figure)
    links = [f"[{name}]({path})" for path, name in targets(figure).items()]
    return ", ".join(links + [f"those of {other.split('_')[0]}" for other in used])


def row(figure):
    number = figure.split("_")[0]
    return (f"| [{number}]({figure}/caption.md) | {folder.title(figure)} | {scenarios(figure)} "
            f"| [expected.csv]({figure}/expected.csv), {TEST} | ![{number}](thumbnails/{figure}.png) |")


def page(text):
    """README.md with its table made anew."""
    lines = ["| figure | claim | scenarios | numbers, test | |", "|---|---|---|---|---|",
             *(row(figure) for figure in folder.names())]
    return GALLERY.sub("\n".join(lines) + "\n", text)


def difference(one, other):
    """Part of the pixels in which two pictures differ by over a quarter of the way from black to white; 1 if in size."""
    if one.shape != other.shape:
        return 1.0
    return float((numpy.abs(one[..., :3] - other[..., :3]).max(axis=-1) > 0.25).mean())


def write():
    path = commands.FIGURES / "README.md"
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
