"""Makes figures: runs their scenarios, compares their numbers with expected.csv, draws PDF and PNG.

--record writes what is kept in the repository: expected.csv, caption.md, the thumbnails, the table of README.md.
"""

import argparse
import concurrent.futures
import os
import sys
from pathlib import Path

from . import commands, folder, gallery, quantities

STAGES = ("run", "numbers", "draw")


def stages(text):
    """The stages named in `run,draw`."""
    named = text.split(",")
    for name in named:
        if name not in STAGES:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(STAGES)}")
    return named


def chosen(words):
    """Figures whose names begin with one of the words; all without any."""
    figures = folder.names()
    unknown = [word for word in words if not any(figure.startswith(word) for figure in figures)]
    if unknown:
        raise commands.Failed(f"no figure's name begins with {', '.join(unknown)}; there are {', '.join(figures)}")
    return [figure for figure in figures if not words or any(figure.startswith(word) for word in words)]


def draw_one(figure, out, record):
    return [str(path) for path in folder.draw(figure, out, Path(out) / figure,
                                              gallery.thumbnail(figure) if record else None)]


def make(figures, given):
    """Exit code: 0, or 1 where a number is not the expected one."""
    wrong = 0
    if "run" in given.stages:
        commands.run_all(figures, given.program, given.out)
    if "numbers" in given.stages:
        for figure in figures:
            if given.record:
                folder.record(figure, given.out)
                continue
            expected = quantities.read(commands.FIGURES / figure / "expected.csv")
            for sentence in quantities.differences(folder.numbers(figure, given.out), expected):
                print(f"{figure}: {sentence}", file=sys.stderr)
                wrong = 1
    if "draw" in given.stages:
        with concurrent.futures.ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for paths in pool.map(draw_one, figures, [given.out] * len(figures), [given.record] * len(figures)):
                print("\n".join(paths))
    if given.record:
        gallery.write()
    return wrong


def main():
    words = argparse.ArgumentParser(prog="paper_figures/make.sh", description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("figures", nargs="*", metavar="figNN",
                       help="beginnings of the names of folders; all without any")
    words.add_argument("--program", type=Path, default=commands.ROOT / "build/release/eigenflow")
    words.add_argument("--out", type=Path, default=commands.ROOT / "build/paper_figures",
                       help="where runs and pictures go (default: build/paper_figures)")
    words.add_argument("--stages", type=stages, default=STAGES, help="some of run,numbers,draw, with commas between")
    words.add_argument("--record", action="store_true", help="write the expected numbers instead of comparing")
    given = words.parse_args()
    given.program, given.out = given.program.resolve(), given.out.resolve()
    try:
        return make(chosen(given.figures), given)
    except commands.Failed as error:
        print(f"make.sh: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
