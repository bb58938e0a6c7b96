"""paper_figures/README.md: figure, claim, scenarios and test, with thumbnails."""

import os
import re

from . import commands, folder

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
            f"| [expected.csv]({figure}/expected.csv) | ![{number}](thumbnails/{figure}.png) |")


def page(text):
    """README.md with its table made anew."""
    lines = ["| figure | claim | scenarios | tested numbers | |", "|---|---|---|---|---|",
             *(row(figure) for figure in folder.names())]
    return GALLERY.sub("\n".join(lines) + "\n", text)


def write():
    path = commands.FIGURES / "README.md"
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
