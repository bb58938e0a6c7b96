"""The output directory vanishes, or may not be written: before the command begins, or any more."""

import ctypes
import os
import random
import shutil
import subprocess
import time
from collections import Counter

from jobs import ROUNDS, Jobs, comparable, contents
from program import DONE, FILE, TIME_LIMIT, UNPRIVILEGED

REMOUNT, READ_ONLY = 32, 1  # of mount(2)
REFUSED = "exit code 3, the path and the reason"


def remount(place, read_only):
    """False where a file there is open for writing."""
    flags = REMOUNT | (READ_ONLY if read_only else 0)
    return ctypes.CDLL(None).mount(None, str(place).encode(), None, flags, None) == 0


class Places(Jobs):
    def in_mid_flight(self, job, happens, check, prefix=(), going_on=None):
        """Lets `happens(directory)` be tried at a random moment after the directory is there, until it returns true;
        check(directory, good, code, stderr) says what is to be counted, or nothing where it came too late."""
        good, whole = self.undisturbed(job)
        moments = random.Random(job)
        outcomes = Counter()
        for turn in range(10 * ROUNDS):
            if outcomes.total() == ROUNDS:
                break
            directory = self.folder / "place" / f"{job} {turn}"
            directory.parent.mkdir(exist_ok=True)
            process = subprocess.Popen([*prefix, *self.words(job, directory)], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            while process.poll() is None and not directory.exists():
                time.sleep(0.001)
            moment = time.monotonic() + moments.uniform(0, whole)
            while process.poll() is None and (time.monotonic() < moment or not happens(directory)):
                time.sleep(0.001)
            said = process.communicate(timeout=TIME_LIMIT)[1]
            if outcome := check(directory, good, process.returncode, said):
                outcomes[outcome] += 1
                self.assert_same(self.finish(job, directory, going_on), good)
            else:  # the undisturbed one may have met a busy machine
                whole *= 0.8
            shutil.rmtree(directory)
        self.assertEqual(outcomes.total(), ROUNDS)
        return outcomes


class Vanished(Places):
    def moved(self, job):
        elsewhere = self.folder / "elsewhere"

        def vanish(directory):
            directory.rename(elsewhere)
            return True

        def check(directory, good, code, said):
            moved = contents(elsewhere) if elsewhere.exists() else None
            shutil.rmtree(elsewhere, ignore_errors=True)
            if code == DONE:
                self.assert_same(contents(directory) if moved is None else moved, good)
                directory.mkdir(exist_ok=True)
                return None
            self.assertEqual(code, FILE, said)
            self.assert_sentence(said, f".*{directory}.*(No such file or directory|can't be read).*")
            if not directory.exists():
                return REFUSED
            # Points of a sweep that were still to come, each with all its files.
            self.assert_whole(directory, good)
            self.assertEqual([n for n in contents(directory) if n.endswith(".tmp")], [])
            return f"{REFUSED}; later points are there"

        return self.in_mid_flight(job, vanish, check)

    def removed(self, job):
        def remove(directory):
            shutil.rmtree(directory, ignore_errors=True)  # stops where a new file is in a directory that was emptied
            return True

        def check(directory, good, code, said):
            directory.mkdir(exist_ok=True)
            # Files that were put in place after it was emptied; it may have lost others once they were in place.
            self.assert_whole(directory, good)
            self.assertEqual([n for n in contents(directory) if n.endswith(".tmp")], [])
            if code == DONE:
                self.assertEqual(said, "")
                files = contents(directory)
                same = set(files) == set(good) and all(comparable(n, files[n]) == comparable(n, good[n]) for n in good)
                return None if same else "done; files that were in place are removed"
            self.assertEqual(code, FILE, said)
            self.assert_sentence(said, f".*{directory}.*")
            return REFUSED

        # What was going on may have lost its beginning.
        return self.in_mid_flight(job, remove, check, going_on="--force")

    def test_the_directory_vanishes_in_mid_flight(self):
        self.every_job("output directory moved away", self.moved)

    def test_the_directory_is_removed_file_by_file_in_mid_flight(self):
        self.every_job("output directory removed, file by file", self.removed)


class ReadOnly(Places):
    def refused(self, reason, restore):
        def check(directory, good, code, said):
            restore(directory)
            if code == DONE:
                self.assert_same(contents(directory), good)
                return None
            self.assertEqual(code, FILE, said)
            self.assert_sentence(said, f"cannot .*{directory}.*{reason}.*")
            self.assert_whole(directory, good)
            return REFUSED
        return check

    def test_a_place_that_may_not_be_written(self):
        sealed = self.folder / "sealed"
        sealed.mkdir()
        sealed.chmod(0o555)
        self.addCleanup(sealed.chmod, 0o755)
        for job, words in self.jobs.items():
            for out in ("sealed", "sealed/below"):
                with self.subTest(job=job, out=out):
                    outcome = self.run_without_privilege(*words, "--out", out, "--quiet")
                    self.assert_sentences(outcome, FILE, [out, "Permission denied"])
                    self.assertEqual(contents(sealed), {})

    def test_permission_that_goes_in_mid_flight(self):
        prefix = UNPRIVILEGED if os.geteuid() == 0 else ()

        def change(directory, mode):
            """Of all directories, the outermost first. A run takes away what it made and could not use."""
            for place in (directory, *directory.rglob("*")):
                if place.is_dir():
                    place.chmod(mode)
            return True

        check = self.refused("Permission denied", lambda directory: change(directory, 0o755))
        self.every_job("output directory write-protected", self.in_mid_flight,
                       lambda directory: change(directory, 0o555), check, prefix)

    def test_a_file_system_that_becomes_read_only(self):
        place = self.folder / "place"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "tmpfs", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
            self.skipTest("only root can mount a file system")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(place)], check=True)
        check = self.refused("Read-only file system", lambda _: self.assertTrue(remount(place, False)))
        self.every_job("file system remounted read-only", self.in_mid_flight, lambda _: remount(place, True), check)
