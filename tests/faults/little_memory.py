"""Limits of the address space."""

import resource
import signal
import subprocess
from collections import Counter

import numpy as np

from jobs import ROUNDS, Jobs, contents
from program import DONE, NUMERICS, TIME_LIMIT, USAGE

MEMORY_MEGABYTES = (*range(48, 128, 2 if ROUNDS >= 100 else 8),
                    128, 160, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096)
NOT_LOADED = "not even loaded"
NO_THREADS = "ended by OpenBLAS, which has no memory for its threads while it is loaded"
LESS_MEGABYTES = (128, 256)
REFUSALS = {  # where it is clear beforehand that it is too little
    "run": (NUMERICS, r"out of memory: use fewer modes \(measure: --top\), fewer times, less output.modes or --threads 1"),
    "sweep": (NUMERICS, r"1 of 2 points have no whole result, the first is point 2 \(out of memory: .*\): points.csv "
                        "in .* says why, the others are good"),
    "measure": (USAGE, "wide.npy: all 5000 modes take about 0.8 GB of memory for their covariance; ask for the leading "
                       "ones with --top K .*"),
}


class LittleMemory(Jobs):
    def limited(self, job, out, megabytes, *codes):
        """The process, or what ended it before the program began."""
        size = megabytes << 20

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # which OpenBLAS raises, and a background job ignores

        done = subprocess.run(self.words(job, out, "--threads", "2"), cwd=self.folder, capture_output=True, text=True,
                              preexec_fn=limit, timeout=TIME_LIMIT)
        if "error while loading shared libraries" in done.stderr:
            return NOT_LOADED
        if done.returncode == -signal.SIGINT and "pthread_create failed" in done.stderr:
            return NO_THREADS
        self.assertIn(done.returncode, codes, done.stderr)
        return done

    def with_little(self, job):
        good, _ = self.undisturbed(job)
        done, refused = None, False
        for megabytes in MEMORY_MEGABYTES:
            with self.subTest(megabytes=megabytes):
                out = f"{job}, memory {megabytes}"
                done = self.limited(job, out, megabytes, DONE, NUMERICS)
                if isinstance(done, str):
                    self.assertFalse((self.folder / out).exists())
                    yield done
                    continue
                refused = done.returncode != DONE
                if refused:
                    self.assert_sentence(done.stderr, ".*out of memory.*")
                if (self.folder / out).exists():
                    # What a sweep has of the points that are good; it is another once the rest are there.
                    self.assert_whole(self.folder / out, good, ("points.csv", "emergence.csv", "power_law.csv")
                                      if job == "sweep" and refused else ())
                    if refused:
                        self.assert_same(self.finish(job, out), good)
                yield "exit code 4, one sentence" if refused else "done, the same bytes"
        self.assertEqual(done.returncode, DONE)

    def measure_is_refused(self, job):
        outcomes = Counter(self.with_little(job))
        if job == "measure":  # OpenBLAS wants room; the others are so small that they may find what they need
            self.assertGreater(outcomes["exit code 4, one sentence"], 0)
        return outcomes

    def test_little_memory(self):
        self.every_job("address space of 48 MB to 4 GB", self.measure_is_refused)

    def with_less_than_it_takes(self, job, first_point):
        code, sentence = REFUSALS[job]
        outcomes = Counter()
        for megabytes in LESS_MEGABYTES:
            out = f"{job}, less than {megabytes}"
            done = self.limited(job, out, megabytes, code)
            self.assertNotIsInstance(done, str)
            self.assert_sentence(done.stderr, sentence)
            files = contents(self.folder / out) if (self.folder / out).exists() else {}
            if job == "sweep":  # whose first point is as if it were alone
                self.assert_same({name: files[name] for name in files if "/" in name}, first_point)
                lines = files["points.csv"].decode().splitlines()
                self.assertEqual([line.split(",")[2] for line in lines], ["status", "done", "failed"])
            else:
                self.assertEqual(files, {})
            outcomes[f"exit code {code}, one sentence"] += 1
        return outcomes

    def test_less_than_it_takes(self):
        stream = np.random.default_rng(8)
        for name in ("wide", "w_1", "w_2"):
            np.save(self.folder / f"{name}.npy", stream.normal(size=(3, 5000)).astype("f4"))
        large = ["training.points=1000", "output.modes=1"]  # 8 GB of variances
        self.succeed("run", "small.toml", "data.modes=8", *large, "--out", "first", "--quiet")
        first_point = {f"001_data.modes=8/{name}": content for name, content in contents(self.folder / "first").items()}
        self.jobs = {
            "run": ["run", "small.toml", "data.modes=1000000", *large],
            "sweep": ["sweep", "small.toml", "data.modes=8,1000000", *large],
            "measure": ["measure", "--data", "wide.npy", "--samples", "w_?.npy"],
        }
        self.every_job("address space of 128 and 256 MB, more needed", self.with_less_than_it_takes, first_point)
