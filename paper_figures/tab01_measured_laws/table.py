"""Writes the table of caption.in.md: a template's line for each architecture.   python3 table.py"""

from making.folder import part

laws = part("tab01_measured_laws", "laws")
WEIGHTS = {"one layer": "exponential", "two tied layers": "logistic", "two layers, balanced": "logistic",
           "three layers, balanced": "plateau, then rise", "convolution, 12 × 12 taps": "exponential"}


def line(name):
    weights = WEIGHTS.get(name, "exponential, in filter space")
    cells = (spoken(name), weights, place(name, "exponent of the weights", ".2f"),
             place(name, "least learned", ".2f") + " … " + place(name, "most learned", ".2f"),
             f"{of_law(name, 'exponent')} ({of_law(name, 'ci_low')} … {of_law(name, 'ci_high')})",
             of_law(name, "R2", ".4f"), place(name, "modes within a factor of 2 of the first", "d"),
             place(name, "spread of tau*", ".0f"), place(name, "speed-up", ".2f"))
    return f"| {' | '.join(cells)} |"


def of_law(name, quantity, style=".3f"):
    return f"{{{name}, geometric rising: {quantity}|{style}}}"


def place(name, quantity, style):
    return f"{{{name}: {quantity}|{style}}}"


def spoken(name):
    """Without numbers of its own: those of `… K × K taps` become quantities."""
    if "taps" not in name:
        return name
    width = int(name.split()[1])
    taps = "pixels a side" if width == 12 else f"K = {width}"
    return f"convolution, {{{taps}|d}} × {{{taps}|d}} taps"


def table():
    names = [*laws.ARCHITECTURES.values(), *(f"convolution, {k} × {k} taps" for k in laws.KERNELS)]
    header = ("| architecture | weights | α of weights | learned law λ̃(∞)/λ | α of variance | R² "
              "| within a factor of two of the first | last τ\\* over first | speed-up |")
    return "\n".join([header, "|" + " --- |" * 9, *map(line, names)])


if __name__ == "__main__":
    print(table())
