#!/usr/bin/env python3
"""How far the numbers of builds are apart: every build given runs the cases of portable.json, which a build for any
x86-64 made (make_portable.py), and the largest relative differences are printed by promise.

    cmake --preset debug && cmake --build --preset debug --target eigenflow      (and clang, release, sanitize ...)
    compare_builds.py [--write] build/debug/eigenflow build/clang/eigenflow ...

--write puts the table into docs/reliability.md, a build being called by the folder that holds it. Differences are
rounded up. Exit code 1 where one is beyond what both builds promise.
"""

import json
import math
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
from make_portable import TABLES, tables  # noqa: E402

# ln λ̃ of these cases rises by 0.05 or more a unit of ln τ where it crosses a threshold: an error in ln λ̃ is at most
# 20 times larger in ln τ*.
SLOPE = 0.05
# Each of two builds may be off by the promise.
PROMISES = {"variance.csv": 2.0, "weights.csv": 2.0, "emergence.csv": 2.0 / SLOPE}
DOCS = HERE.parents[1] / "docs" / "reliability.md"
START, END = "<!-- builds -->\n", "<!-- end -->\n"


def worst_difference(ours, theirs):
    """The largest relative difference of two columns of text; infinite where one has a number and the other has none."""
    worst = math.inf if len(ours) != len(theirs) else 0.0
    for a, b in zip(ours, theirs):
        if a == b:
            continue
        apart = abs(float(a) / float(b) - 1.0) if a and b and float(b) else math.inf
        worst = max(worst, math.inf if math.isnan(apart) else apart)
    return worst


def worst_of(program):
    """{promise: {table: worst}} of one build, where a case has the table."""
    worst = {}
    for case in json.loads((HERE / "portable.json").read_text(encoding="utf-8")).values():
        found = tables(program, case["keys"])
        row = worst.setdefault(case["trust"], {})
        for table, columns in case["tables"].items():
            row[table] = max(row.get(table, 0.0), worst_difference(found[table], columns))
    return worst


def number(value):
    """One digit, rounded up."""
    if value == 0.0:
        return "0"
    digits, power = f"{value:.15e}".split("e")
    up = math.ceil(round(float(digits), 10))
    return f"{up}e{int(power)}" if up < 10 else f"1e{int(power) + 1}"


def table_of(found):
    lines = ["| build | promise | variances | weights | emergence times |", "|---|--:|--:|--:|--:|"]
    for program, promises in found.items():
        for trust, row in sorted(promises.items()):
            cells = [number(row[name]) if name in row else "" for name in TABLES]
            lines.append("| " + " | ".join([Path(program).resolve().parent.name, number(trust), *cells]) + " |")
    return "\n".join(lines) + "\n"


def main(words):
    programs = [word for word in words if word != "--write"]
    if not programs or any(word.startswith("-") for word in programs):
        sys.exit(__doc__)
    found = {program: worst_of(program) for program in programs}
    table = table_of(found)
    print(table, end="")
    if "--write" in words:
        text = DOCS.read_text(encoding="utf-8")
        head, rest = text.split(START)
        DOCS.write_text(head + START + table + END + rest.split(END, 1)[1], encoding="utf-8")
    beyond = [f"{program}: {table}: {worst:.1e} is beyond {PROMISES[table] * trust:.1e}" for program in programs
              for trust, row in found[program].items() for table, worst in row.items()
              if not worst <= PROMISES[table] * trust]
    sys.exit("\n".join(beyond) or 0)


if __name__ == "__main__":
    main(sys.argv[1:])
