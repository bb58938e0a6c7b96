#!/usr/bin/env python3
"""Sweeps: every combination in one command, failing points among them, and any end of the process in the middle."""

import csv
import io
import os
import random
import resource
import signal
import subprocess
import time

from program import COMMAND, DONE, FILE, NUMERICS, RUN_FILES, TIME_LIMIT, USAGE, ProgramTest, contents, main

STOPPED = 75
COLLECTED = ("emergence.csv", "points.csv", "power_law.csv")

# 2 architectures, 5 inits, 3 criteria: 30 points.
GRID = ("network.architecture=one-layer,symmetric-two-layer", "network.init=0.01,0.05,0.1,0.5,0.9",
        "emergence.thresholds=geometric,harmonic,arithmetic")
LARGER = ("data.modes=64", "training.points=20")  # 30 points in about half a second


def rows(text):
    return list(csv.reader(io.StringIO(text.decode(), newline="")))


class SweepTest(ProgramTest):
    def sweep(self, *words, out="sweep", code=DONE, **options):
        """The collected tables; `code` is what the program has to end with."""
        outcome = self.run_program("sweep", "small.toml", *words, "--out", out, "--quiet", **options)
        self.assertEqual(outcome.code, code, outcome.err)
        return self.collected(out)

    def collected(self, out="sweep"):
        return {name: (self.folder / out / name).read_bytes() for name in COLLECTED
                if (self.folder / out / name).exists()}

    def points(self, out="sweep"):
        return list(csv.DictReader(io.StringIO(self.collected(out)["points.csv"].decode(), newline="")))

    def finished(self, out="sweep"):
        return sorted(path.parent.name for path in (self.folder / out).glob("*/manifest.json"))

    def start(self, *words, out="sweep"):
        process = subprocess.Popen([*COMMAND, "sweep", "small.toml", *map(str, words), "--out", out, "--quiet"],
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def assert_finished_points_are_whole(self, out, good):
        """Every directory with a manifest has the files of an undisturbed sweep."""
        for name in self.finished(out):
            files, expected = contents(self.folder / out / name), contents(self.folder / good / name)
            self.assertEqual(tuple(files), RUN_FILES)
            self.assert_same_but_manifest(files, expected)


class Grids(SweepTest):
    def test_architectures_by_inits_by_criteria_in_one_command(self):
        tables = self.sweep(*GRID)
        keys = ["network.architecture", "network.init", "emergence.thresholds"]
        combinations = [[a, q, c] for a in ("one-layer", "symmetric-two-layer")
                        for q in ("0.01", "0.05", "0.1", "0.5", "0.9") for c in ("geometric", "harmonic", "arithmetic")]
        self.assertEqual([[point[key] for key in keys] for point in self.points()], combinations)
        self.assertEqual([point["point"] for point in self.points()], [str(p) for p in range(1, 31)])
        self.assertEqual({(point["status"], point["reason"]) for point in self.points()}, {("done", "")})
        emergence = rows(tables["emergence.csv"])
        self.assertEqual(emergence[0][:4], [*keys, "criterion"])
        self.assertEqual([row[:3] for row in emergence[1:]], [c for c in combinations for _ in range(8)])
        self.assertTrue(all(row[2] == row[3] for row in emergence[1:]))
        self.assertEqual(rows(tables["power_law.csv"])[0][:3], keys)

    def test_a_point_is_the_run_of_its_overrides(self):
        tables = self.sweep("data.modes=3,5", "network.init=0.1,[0.1,0.2,0.3]", "data.largest=4", code=NUMERICS)
        (point,) = [p for p in self.points() if p["network.init"] != "0.1" and p["data.modes"] == "3"]
        run = self.simulate("small.toml", "data.modes=3", "network.init=[0.1,0.2,0.3]", "data.largest=4")
        self.assert_same_but_manifest(contents(self.folder / "sweep" / point["directory"]), run)
        for table in ("emergence.csv", "power_law.csv"):
            header, *records = run[table].splitlines(keepends=True)
            lines = tables[table].splitlines(keepends=True)
            self.assertEqual(lines[0], b"data.modes,network.init," + header)
            lead = b'3,"[0.1, 0.2, 0.3]",'
            self.assertEqual([line for line in lines if line.startswith(lead)], [lead + record for record in records])

    def test_threads_change_no_byte(self):
        one = self.sweep(*GRID, "fit.bootstrap=20", "--threads", 1)
        for threads in (2, 4):
            self.assertEqual(self.sweep(*GRID, "fit.bootstrap=20", "--threads", threads, out=f"of {threads}"), one)
        self.assert_finished_points_are_whole("two", "sweep")
        # More threads than points: the points get several each.
        few = self.sweep("network.init=0.1,0.2", "fit.bootstrap=20", "--threads", 1, out="few")
        self.assertEqual(self.sweep("network.init=0.1,0.2", "fit.bootstrap=20", "--threads", 5, out="more"), few)

    def test_sweeps_go_under_the_name_of_the_scenario(self):
        outcome = self.succeed("sweep", "small.toml", "network.init=0.1,0.2", "name=mine")
        self.assertIn("2 points, 2 of them computed", outcome.err)
        self.assertEqual(len(self.finished("runs/mine-sweep")), 2)


class Failures(SweepTest):
    def test_a_combination_without_meaning_is_a_row_with_its_reason(self):
        self.sweep("objective.path=ve,flow", "objective.target=noise,velocity", "sampling.noise=0.9", code=NUMERICS)
        self.assertEqual([point["status"] for point in self.points()], ["done", "failed", "done", "done"])
        failed = self.points()[1]
        self.assertIn('objective.target=velocity: has no meaning on path "ve"', failed["reason"])
        self.assertEqual(failed["directory"], "")
        self.assertEqual(len(self.finished()), 3)
        emergence = rows(self.collected()["emergence.csv"])
        self.assertNotIn(["ve", "velocity"], [row[:2] for row in emergence])

    def test_data_that_are_missing_are_tried_again_by_resume(self):
        self.write("a.csv", "mode,variance\n1,2\n2,1\n")
        arguments = ("data.source=csv", "data.file=a.csv,b.csv")
        outcome = self.run_program("sweep", "small.toml", *arguments, "--out", "sweep")
        self.assertEqual(outcome.code, NUMERICS, outcome.err)
        for part in ("1 of 2 points have no whole result", "point 2", "b.csv: No such file", "points.csv"):
            self.assertIn(part, outcome.err.splitlines()[-1])
        self.assertIn("b.csv", self.points()[1]["reason"])
        self.write("b.csv", "mode,variance\n1,3\n")
        resumed = self.sweep(*arguments, "--resume")
        self.assertEqual(resumed, self.sweep(*arguments, out="fresh"))

    def test_failed_modes_make_a_point_partial_also_when_found_finished(self):
        arguments = ("network.init=0.1,100", "--resume")
        first = self.sweep(*arguments, code=NUMERICS)
        partial = self.points()[1]
        self.assertEqual([p["status"] for p in self.points()], ["done", "partial"])
        self.assertRegex(partial["reason"], r"^\d+ modes could not be computed, the first is mode \d+ \(.+\)$")
        self.assertEqual(tuple(contents(self.folder / "sweep" / partial["directory"])), RUN_FILES)
        self.assertEqual(self.sweep(*arguments, code=NUMERICS), first)

    def test_what_cannot_be_right_is_refused_before_anything_runs(self):
        self.assert_refused(["sweep", "small.toml", "network.init=0.1,abc", "data.modes=8,0", "objective.pth=a,b"],
                            USAGE, ["network.init=abc: must be"], ["data.modes=0: must be"],
                            ["objective.pth=a: unknown key: did you mean objective.path?"])
        self.assert_refused(["sweep", "small.toml", "network.init=0.1"], USAGE, ["nothing is swept"])
        self.assert_refused(["sweep", "small.toml", "objective.target=velocity,v"], USAGE,
                            ["objective.target=velocity: has no"], ["objective.target=v: has no"])
        self.assert_refused(["sweep", "absent.toml", "network.init=0.1,1"], FILE, ["absent.toml"])
        self.assert_refused(["sweep", "small.toml", "network.init=0.1,1", "--resume", "--force"], USAGE,
                            ["--resume", "--force", "give one"])
        self.assert_refused(["sweep", "small.toml", "network.init=0.1,1", "--out", "small.toml"], FILE, ["is a file"])

    # A named pipe hung at the second point.
    def test_a_pipe_is_no_place_for_the_data_of_a_sweep(self):
        os.mkfifo(self.folder / "fifo")
        for words in (("data.source=csv", "data.file=fifo"), ("training.times=fifo",)):
            self.assert_refused(["sweep", "small.toml", "network.init=0.1,1", *words], USAGE,
                                [words[-1].partition("=")[0], "fifo", "a pipe can be read once", "write it to a file"])


class Directories(SweepTest):
    TWO = ("network.init=0.1,0.2",)

    def test_an_earlier_sweep_is_not_touched_unasked(self):
        self.sweep(*self.TWO)
        self.assert_refused(["sweep", "small.toml", *self.TWO, "--out", "sweep"], FILE,
                            ["already holds a sweep", "--resume", "--out DIR", "--force"])
        self.assert_refused(["sweep", "small.toml", "network.init=0.1,0.3", "--out", "sweep", "--resume"], FILE,
                            ["other keys or values", "sweep.toml"])
        self.assert_refused(["sweep", "small.toml", *self.TWO, "data.largest=3", "--out", "sweep", "--resume"], FILE,
                            ["001_network.init=0.1", "there data.largest = 10.0, here 3.0", "--force"])
        self.assert_refused(["run", "small.toml", "--out", "sweep"], FILE, ["already holds a run"])

    def test_a_run_is_no_place_for_a_sweep(self):
        self.simulate("small.toml")
        for words in ([], ["--resume"], ["--force"]):
            self.assert_refused(["sweep", "small.toml", *self.TWO, "--out", "run", *words], FILE,
                                ["run holds a run", "--out DIR"])

    def test_resume_computes_only_what_is_missing(self):
        good = self.sweep(*self.TWO)
        kept, missing = self.finished()
        before = (self.folder / "sweep" / kept / "manifest.json").stat().st_mtime_ns
        (self.folder / "sweep" / missing / "manifest.json").unlink()
        self.write(f"sweep/{missing}/.eigenflow-2000000000-3.tmp", "of a process that is no more")
        (self.folder / "sweep" / "points.csv").unlink()
        outcome = self.succeed("sweep", "small.toml", *self.TWO, "--out", "sweep", "--resume")
        self.assertIn("2 points, 1 of them computed", outcome.err)
        self.assertEqual(self.collected(), good)
        self.assertEqual((self.folder / "sweep" / kept / "manifest.json").stat().st_mtime_ns, before)
        self.assertEqual(tuple(contents(self.folder / "sweep" / missing)), RUN_FILES)

    # An emptied variance.csv beside a manifest stayed empty, with exit code 0.
    def test_points_with_a_file_of_another_size_are_computed_again(self):
        good = self.sweep(*self.TWO)
        first, second = (self.folder / "sweep" / folder for folder in self.finished())
        whole = (contents(first), contents(second))
        (first / "variance.csv").write_bytes(b"")
        table = second / "emergence.csv"
        table.write_bytes(table.read_bytes().rpartition(b"\nharmonic")[0] + b"\n")
        outcome = self.succeed("sweep", "small.toml", *self.TWO, "--out", "sweep", "--resume")
        self.assertIn("2 points, 2 of them computed", outcome.err)
        self.assertEqual(self.collected(), good)
        self.assert_same_but_manifest(contents(first), whole[0])
        self.assert_same_but_manifest(contents(second), whole[1])
        (first / "weights.csv").unlink()
        outcome = self.succeed("sweep", "small.toml", *self.TWO, "--out", "sweep", "--resume")
        self.assertIn("2 points, 1 of them computed", outcome.err)

    def test_points_of_another_version_are_computed_again(self):
        good = self.sweep(*self.TWO)
        manifest = self.folder / "sweep" / self.finished()[0] / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"version": "', '"version": "0.'))
        outcome = self.succeed("sweep", "small.toml", *self.TWO, "--out", "sweep", "--resume")
        self.assertIn("2 points, 1 of them computed", outcome.err)
        self.assertEqual(self.collected(), good)

    def test_force_computes_everything_again(self):
        self.sweep(*self.TWO)
        self.assertEqual(self.sweep("network.init=0.3,0.2", "--force"), self.sweep("network.init=0.3,0.2", out="fresh"))
        outcome = self.succeed("sweep", "small.toml", "network.init=0.3,0.2", "--out", "sweep", "--force")
        self.assertIn("2 of them computed", outcome.err)

    def test_a_disk_that_is_full_ends_a_sweep_that_may_be_resumed(self):
        arguments = ("data.modes=8,400", "training.points=2")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))  # noqa: E731
        outcome = self.run_program("sweep", "small.toml", *arguments, "--out", "sweep", "--threads", 1,
                                   preexec_fn=limit)
        self.assert_sentences(outcome, FILE, ["cannot write sweep/002_", "File too large"])
        self.assertEqual((self.collected(), self.finished()), ({}, ["001_data.modes=8"]))
        self.assertEqual(self.sweep(*arguments, "--resume"), self.sweep(*arguments, out="fresh"))


class Interruptions(SweepTest):
    def test_killed_twenty_times_and_resumed_the_tables_are_those_of_an_undisturbed_sweep(self):
        began = time.monotonic()
        good = self.sweep(*GRID, *LARGER, out="good")
        whole = time.monotonic() - began
        began = time.monotonic()
        self.succeed("--version")
        start = time.monotonic() - began  # a second under valgrind
        moments = random.Random(4)
        kills = lost = 0
        reached = set()
        while kills < 20:
            before = set(self.finished())
            process = self.start(*GRID, *LARGER, "--resume", "--threads", 2)
            try:
                process.wait(moments.uniform(0, 2 * start + (whole - start) / 4))
            except subprocess.TimeoutExpired:
                process.kill()
            if process.wait() == DONE:  # it was quicker: its tables count, and the next one starts anew
                self.assertEqual(self.collected(), good)
                for path in sorted((self.folder / "sweep").rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
                continue
            self.assertEqual(process.returncode, -signal.SIGKILL)
            kills += 1
            reached.add(len(self.finished()))
            self.assertLessEqual(before, set(self.finished()))  # what is finished stays so
            self.assert_finished_points_are_whole("sweep", "good")
            begun = {path.name for path in (self.folder / "sweep").glob("*_*") if path.is_dir()}
            lost = max(lost, len(begun - set(self.finished())))
        self.assertLessEqual(lost, 2)  # of each thread the point in flight
        self.assertGreater(len(reached - {0, 30}), 3)  # the kills were spread over the sweep
        self.assertEqual(self.sweep(*GRID, *LARGER, "--resume"), good)
        self.assertEqual([name for name in contents(self.folder / "sweep") if name.endswith(".tmp")], [])

    def interrupted(self, number):
        """A sweep that got the signal after its first point; under a heavy load it may be done before, so try again."""
        for attempt in range(10):
            out = f"{number.name} {attempt}"
            process = self.start(*GRID, *LARGER, "--threads", 1, out=out)
            while not self.finished(out) and process.poll() is None:
                time.sleep(0.002)
            process.send_signal(number)
            _, err = process.communicate(timeout=TIME_LIMIT)
            if process.returncode != DONE:
                return out, process.returncode, err.decode()
        self.fail("the sweep was done before the signal, ten times")

    def test_a_signal_stops_a_sweep_that_resume_goes_on_with(self):
        good = self.sweep(*GRID, *LARGER, out="good")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                out, code, err = self.interrupted(number)
                self.assertEqual(code, STOPPED, err)
                self.assertRegex(err, rf"\Aeigenflow: stopped by {number.name}: \d+ of 30 points are finished in "
                                      rf"{out}; go on with the same command and --resume\n\Z")
                self.assertEqual(self.collected(out), {})
                self.assertEqual([name for name in contents(self.folder / out) if name.endswith(".tmp")], [])
                self.assert_finished_points_are_whole(out, "good")
                self.assertEqual(self.sweep(*GRID, *LARGER, "--resume", out=out), good)

    def test_a_signal_stops_a_run_and_leaves_nothing_half_written(self):
        # The ODE route takes minutes for these modes: it is computing when the signal comes.
        process = subprocess.Popen([*COMMAND, "run", "small.toml", "training.solver=ode", "data.modes=256",
                                    "training.points=100", "--out", "deep/run"], cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        while not (self.folder / "deep" / "run").exists() and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIME_LIMIT)
        self.assertEqual((process.returncode, out), (STOPPED, b""), err)
        self.assertEqual(err.decode(), "eigenflow: stopped by SIGTERM: deep/run holds no complete run; run it again\n")
        self.assertEqual(set(contents(self.folder)), {"small.toml"})

    def test_a_signal_that_is_ignored_stays_ignored(self):
        ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731
        process = subprocess.Popen([*COMMAND, "sweep", "small.toml", *GRID, *LARGER, "--out", "sweep", "--quiet"],
                                   cwd=self.folder, preexec_fn=ignore)
        self.addCleanup(process.kill)
        while not self.finished() and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(TIME_LIMIT), DONE)


if __name__ == "__main__":
    main()
