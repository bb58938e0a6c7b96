"""The file `commands` of a figure: which scenarios to run.

    # comment
    one-layer: run scenario.toml network.architecture=one-layer
    by-init: sweep scenario.toml network.init=0,0.1,0.5
    uses fig02_small_start

Each line is words for eigenflow behind the name of the directory that it writes; `uses` names a figure whose runs are
needed as well. Scenarios are relative to the figure's folder.
"""

import concurrent.futures
import hashlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[1]
ROOT = FIGURES.parent
MARK = "made_from.txt"  # in every run directory: what it was made from, so that a second make is quick


class Failed(Exception):
    """A command that did not end with exit code 0; the message says which and what it said."""


def parse(figure):
    """([(name, words of eigenflow)], [other figures whose runs are read])"""
    made, used = [], []
    for line in (FIGURES / figure / "commands").read_text(encoding="utf-8").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] == "uses":
            used.extend(words[1:])
        else:
            made.append((words[0].removesuffix(":"), words[1:]))
    return made, used


def digest(paths):
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def inputs_digest(program):
    """Of the program and of every data file that scenarios read: any change makes everything again."""
    data = [path for folder in ("scenarios/spectra", "scenarios/experiments", "paper_figures/spectra")
            for path in (ROOT / folder).rglob("*.csv")]
    return digest([Path(program), *data])


def run_one(program, inputs, figure, name, words, out):
    command, scenario, *overrides = words
    path = FIGURES / figure / scenario
    wanted = "\n".join([inputs, digest([path]), *words]) + "\n"
    directory = out / figure / name
    mark = directory / MARK
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(directory, ignore_errors=True)
    directory.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([program, command, path, *overrides, "--out", directory, "--threads", "1", "--quiet"],
                          capture_output=True, text=True)
    if done.returncode != 0:
        said = f"eigenflow {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}"
        raise Failed(f"{figure}, {name}: {said}")
    mark.write_text(wanted, encoding="utf-8")


def run_all(figures, program, out):
    """Makes every run of the figures, and of those they use, one command a core; raises Failed at the first failure."""
    if not Path(program).is_file():
        raise Failed(f"{program}: no such program; build it, or name another with --program")
    inputs = inputs_digest(program)
    waiting, jobs = list(figures), {}
    while waiting:
        figure = waiting.pop()
        made, used = parse(figure)
        jobs.update({(figure, name): words for name, words in made})
        waiting.extend(other for other in used if not any(known == other for known, _ in jobs))
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        tasks = [pool.submit(run_one, program, inputs, figure, name, words, Path(out))
                 for (figure, name), words in jobs.items()]
        for task in tasks:
            task.result()
