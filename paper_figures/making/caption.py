"""caption.md is made from caption.in.md, in which `{quantity | format}` stands for a number of expected.csv.

So a caption can't show a number that no test compares: neither its title nor its text may have one of its own, in digits
or in words from three on, but for the tags of equations, tables, figures and sources. Formats are Python's; an exponent
e-05 is written ×10⁻⁵, the format w writes a word, and what is not a number becomes a dash.
"""

import math
import re
import textwrap

WIDTH = 120

PLACE = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
NAMES = re.compile(r"\(?T-\d+\)?|arXiv [\d.]+|(?:Figure|Table|Fig\.|eq\.|lesson) \d+|fig\d+\w*|tab\d+\w*|CIFAR-10"
                   r"|`[^`]*`|[A-Za-z_]\w*\d+\w*|\d-D|L2|W2|σ0|v0|x0|\[[^\]]*\]\([^)]*\)"
                   r"|[Tt]hree (?:tied |balanced )?layers|1/η|1/\(η data²\)")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
IN_WORDS = re.compile(rf"\b(?:{'|'.join(WORDS[3:])}|dozen|\w+teen|twenty|thirty|hundred|thousand|million)s?\b",
                      re.IGNORECASE)
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Unfilled(Exception):
    """A template that can't be filled in; the message says where."""


def written(value, style):
    if math.isnan(value):
        return "–"
    if style == "w":
        return WORDS[int(value)]
    text = format(int(value) if style.endswith("d") else value, style)
    if float(text.rstrip("%")) == 0:
        text = text.lstrip("-")
    found = re.fullmatch(r"(-?[\d.]+)e([+-])0*(\d+)", text)
    if not found:
        return text.replace("-", "−").replace("%", " %")
    digits, sign, power = found.groups()
    power = ("-" if sign == "-" else "") + power
    factor = "" if digits == "1" else digits.replace("-", "−") + "×"
    return f"{factor}10{power.translate(SUPERSCRIPT)}"


def fill(template, values):
    """The caption; `values`: {quantity: value}."""
    def number(place):
        name, style = place.group(1).strip(), place.group(2).strip()
        if name not in values:
            raise Unfilled(f"no quantity is called \"{name}\"")
        return written(values[name], style)
    return "\n\n".join(wrapped(part) for part in PLACE.sub(number, template).strip().split("\n\n")) + "\n"


def wrapped(paragraph):
    """A paragraph of at most WIDTH columns; tables and headings stay as they are."""
    if paragraph.startswith(("|", "#")):
        return paragraph
    return textwrap.fill(" ".join(paragraph.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def own_numbers(template):
    """Numbers that the template has by itself, where it should name a quantity."""
    text = NAMES.sub("", PLACE.sub("", template))
    return re.findall(r"\d[\d.,]*", text) + IN_WORDS.findall(text)
