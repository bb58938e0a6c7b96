"""--force where something is there already: what was there stays until everything new is on the disk."""

import os
import random
import shutil

from jobs import COUNTED, Jobs, comparable, contents
from program import DONE, FILE


class Replacements(Jobs):
    def setUp(self):
        super().setUp()
        self.environment = self.with_shim()
        small = ["data.modes=20", "training.points=20"]
        for out, more in (("a", []), ("b", ["network.init=0.3"])):
            self.succeed("run", "small.toml", *small, *more, "--out", out, "--quiet")
        measured = ["measure", "--data", "train.npy", "--samples"]
        # The command, and what makes it write something else.
        self.replacing = {
            "run": (["run", "small.toml", *small], ["network.init=0.2"]),
            "fit": (["fit", "a"], ["emergence.thresholds=arithmetic"]),
            "compare": (["compare", "a", "b"], ["--confidence", "0.5"]),
            "compare rates": (["compare", "a", "b", "--fit-rate"], ["--confidence", "0.5"]),
            "measure": ([*measured, "s_[1-4].npy"], ["emergence.thresholds=arithmetic"]),
        }

    def twice(self, job, **environment):
        """What was there, and what the job that replaces it leaves: exit code and contents."""
        words, other = self.replacing[job]
        out = self.folder / f"{job}, replaced"
        shutil.rmtree(out, ignore_errors=True)
        self.succeed(*words, "--out", out, "--quiet")
        before = contents(out)
        words = [word for word in words if word != "--fit-rate"]  # then rates.csv is to go
        code = self.run_program(*words, "--out", out, "--quiet", "--force", *other,
                                env={**self.environment, **environment}).code
        return before, code, contents(out)

    def traced(self, job):
        """twice(), and the steps of the second."""
        trace = self.folder / f"{job}, trace"
        trace.unlink(missing_ok=True)
        before, code, after = self.twice(job, TRACE=str(trace))
        self.assertEqual(code, DONE)
        return before, after, trace.read_text().splitlines()

    def test_a_full_disk_leaves_what_was_there(self):
        """Or, once all bytes are on it, no manifest beside files of another run."""
        for job in self.replacing:
            _, new, lines = self.traced(job)
            removed = lines.index(f"remove {self.folder / f'{job}, replaced' / 'manifest.json'}")
            early = sum(line.split(" ", 1)[0] in COUNTED for line in lines[:removed])
            operations = sum(line.split(" ", 1)[0] in COUNTED for line in lines)
            late = random.Random(job).sample(range(early + 1, operations + 1), 2)
            for at in sorted({*(1 + round(i * (early - 1) / 4) for i in range(5)), *late}):
                with self.subTest(job=job, operation=at, of=operations):
                    before, code, after = self.twice(job, FAIL_AT=str(at))
                    self.assertEqual(code, FILE)
                    self.assertEqual([n for n in after if n.endswith(".tmp")], [])
                    mine = ("checkpoints", "measure.toml")  # go with the first new one
                    old = before if at <= early else new if "manifest.json" in after else {}
                    self.assertEqual([n for n in old if not n.startswith(mine) and
                                      comparable(n, old[n]) != comparable(n, after.get(n))], [])

    def assert_order(self, lines, out):
        """All bytes, then the old manifest's end, then the new files, then the manifest: each on the disk before."""
        steps = [line.split(" ", 1) for line in lines]
        manifest = str(out / "manifest.json")
        removed, placed = steps.index(["remove", manifest]), steps.index(["rename", manifest])
        others = [i for i, (what, path) in enumerate(steps)
                  if what in ("remove", "rename") and i not in (removed, placed) and path.startswith(str(out) + "/")
                  and path.endswith(".csv") and "/checkpoints/" not in path]
        self.assertEqual(placed, max([placed, *others]))
        synced = [i for i, step in enumerate(steps) if step == ["sync", str(out)]]
        self.assertTrue([i for i in synced if removed < i < min(others)], lines)
        self.assertTrue([i for i in synced if max(others) < i < placed], lines)
        self.assertTrue([i for i in synced if placed < i], lines)
        files = [i for i, (what, path) in enumerate(steps) if what in ("write", "sync") and path.endswith(".tmp")]
        self.assertLess(max(files), removed)

    def test_a_power_cut_leaves_no_manifest_beside_files_of_another_run(self):
        for job in self.replacing:
            with self.subTest(job=job):
                before, after, lines = self.traced(job)
                self.assertNotEqual(before["manifest.json"], after["manifest.json"])
                self.assertEqual("rates.csv" in before, job == "compare rates")
                self.assertNotIn("rates.csv", after)
                self.assert_order(lines, self.folder / f"{job}, replaced")

    def test_a_pipe_in_the_directory_does_not_stand_for_it(self):
        """Its place needs no sync, but that of the files beside it does."""
        out, trace = self.folder / "piped", self.folder / "trace"
        words = ["run", "small.toml", "--out", out, "--quiet"]
        self.succeed(*words)
        (out / "scenario.toml").unlink()
        os.mkfifo(out / "scenario.toml")
        reader = os.open(out / "scenario.toml", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.succeed(*words, "--force", env={**self.environment, "TRACE": str(trace)})
        self.assertIn(b"modes = 8", os.read(reader, 1 << 16))
        self.assert_order(trace.read_text().splitlines(), out)
