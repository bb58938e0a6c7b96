"""One figure's folder: its parts, loaded under names of their own, and what is made from them."""

import importlib.util
import io
import sys
from pathlib import Path

from . import caption, commands, quantities
from .run_tables import Runs

FIGURES = commands.FIGURES


def names():
    """Every figure, in order."""
    return sorted(path.parent.name for path in FIGURES.glob("*/commands"))


def part(figure, name):
    """The module `name`.py of a figure's folder."""
    module_name = f"{figure}_{name}"
    if module_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(module_name, FIGURES / figure / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[module_name] = module
    return sys.modules[module_name]


def numbers(figure, out):
    """Quantities of the figure, from the runs in `out`."""
    return list(part(figure, "quantities").quantities(Runs(out, figure)))


def captioned(figure):
    """caption.md as it follows from caption.in.md and expected.csv."""
    folder = FIGURES / figure
    values = {q.name: q.value for q in quantities.read(folder / "expected.csv")}
    return caption.fill((folder / "caption.in.md").read_text(encoding="utf-8"), values)


def record(figure, out):
    """Writes expected.csv, caption.md, and the figure's own tables if it has any."""
    folder = FIGURES / figure
    quantities.write(folder / "expected.csv", numbers(figure, out))
    (folder / "caption.md").write_text(captioned(figure), encoding="utf-8")


def title(figure):
    """The claim: first line of the caption."""
    return (FIGURES / figure / "caption.md").read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def settle(drawing):
    """Lays the drawing out, and leaves it so: each drawing, at its own resolution, would move the panels a little."""
    for _ in range(3):
        drawing.canvas.draw()
    drawing.set_layout_engine("none")


def shrink(drawing, path, factor=4):
    """The printed picture, a factor smaller: drawn at few dots an inch its text would be too large for its places."""
    import matplotlib.image

    with io.BytesIO() as printed:
        drawing.savefig(printed, format="png")
        printed.seek(0)
        pixels = matplotlib.image.imread(printed)
    height, width = (size // factor * factor for size in pixels.shape[:2])
    blocks = pixels[:height, :width, :3].reshape(height // factor, factor, width // factor, factor, 3)
    matplotlib.image.imsave(path, blocks.mean(axis=(1, 3)), metadata={"Software": None})


def draw(figure, out, pictures, thumbnail=None, suffixes=("pdf", "png")):
    """Draws the figure; yields the paths written. The same CSV gives the same bytes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot

    matplotlib.style.use(FIGURES / "style.mplstyle")
    drawing = part(figure, "plot").draw(Runs(out, figure))
    settle(drawing)
    Path(pictures).mkdir(parents=True, exist_ok=True)
    for suffix in suffixes:
        path = Path(pictures) / f"{figure}.{suffix}"
        drawing.savefig(path, metadata={"CreationDate" if suffix == "pdf" else "Software": None})
        yield path
    if thumbnail:
        thumbnail.parent.mkdir(parents=True, exist_ok=True)
        shrink(drawing, thumbnail)
        yield thumbnail
    pyplot.close(drawing)
