"""paper_figures/README.md: figure, claim, scenarios and test, with thumbnails."""

import re

from . import commands, folder

GALLERY = re.compile(r"(?<=<!-- gallery -->\n).*?(?=<!-- end -->)", re.DOTALL)


def thumbnail(figure):
    return commands.FIGURES / "thumbnails" / f"{figure}.png"


def scenarios(figure):
    """Links to the scenarios that the figure runs."""
    made, used = commands.parse(figure)
    paths = dict.fromkeys(words[1] for _, words in made)
    links = [f"[{path.removeprefix('../')}]({path.removeprefix('../') if path.startswith('../') else f'{figure}/{path}'})"
             if not path.startswith("../../") else f"[{path.removeprefix('../../')}]({path.removeprefix('../')})"
             for path in paths]
    return ", ".join(links + [f"runs of {other}" for other in used])


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
