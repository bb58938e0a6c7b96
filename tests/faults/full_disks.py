"""A disk that is full from any operation on."""

import random
import subprocess

from jobs import COUNTED, ROUNDS, Jobs, contents
from program import FILE, TIME_LIMIT


class FullDisks(Jobs):
    def setUp(self):
        super().setUp()
        # Shorter: it is not the moment that counts. variance.csv of the run takes several writes.
        self.jobs = {
            "run": ["run", "small.toml", "data.modes=256", "training.points=60"],
            "sweep": ["sweep", "small.toml", "data.modes=8,64", "training.points=5,10"],
            "measure": ["measure", "fit.bootstrap=0", "--data", "train.npy", "--samples", "s_[1-4].npy"],
        }
        self.environment = self.with_shim()

    def operations(self, job):
        trace = self.folder / f"{job}, trace"
        words = self.words(job, f"{job}, traced", "--threads", "1")
        subprocess.run(words, cwd=self.folder, env={**self.environment, "TRACE": str(trace)}, check=True)
        kinds = [line.split(" ", 1)[0] for line in trace.read_text().splitlines()]
        return [kind for kind in kinds if kind in COUNTED]

    def full_at_every_operation(self, job):
        good, _ = self.undisturbed(job)
        kinds = self.operations(job)
        self.assertEqual(set(kinds), set(COUNTED))
        # A sample, in which each kind is; all of them where so many rounds are asked for.
        first = {random.Random(f"{job} {kind}").choice([i for i, k in enumerate(kinds) if k == kind])
                 for kind in COUNTED}
        others = [i for i in range(len(kinds)) if i not in first]
        random.Random(job).shuffle(others)
        for i in sorted([*first, *others[:max(0, ROUNDS - len(first))]]):
            with self.subTest(operation=i + 1, kind=kinds[i], of=len(kinds)):
                self.full_at(job, i + 1, good)
                yield f"exit code 3, the path and the reason: {kinds[i]}"

    def full_at(self, job, at, good):
        out = f"{job}, full {at}"
        done = subprocess.run(self.words(job, out, "--threads", "1"), cwd=self.folder, capture_output=True,
                              env={**self.environment, "FAIL_AT": str(at)}, text=True, timeout=TIME_LIMIT)
        self.assertEqual(done.returncode, FILE, done.stderr)
        self.assert_sentence(done.stderr, f"cannot .*{out}.*No space left on device.*")
        if (self.folder / out).exists():
            self.assert_whole(self.folder / out, good)
            self.assertEqual([n for n in contents(self.folder / out) if n.endswith(".tmp")], [])
            self.assert_same(self.finish(job, out), good)

    def test_a_disk_that_is_full_at_any_operation(self):
        self.every_job("no space from an operation on", self.full_at_every_operation)
