"""Whatever is killed in the middle of a batch: it goes on where it was, and ends with the marks of an undisturbed one.

RESOUND_KILLS says how often; a full run has 50, and a class of forty.
"""

import os
import random
import signal
import sqlite3
import subprocess
import time
from itertools import cycle, islice
from pathlib import Path

import psutil

from autograder.demo import Work, hand_in, make_class
from autograder.gradebook import GradebookWriter
from tests.autograder.conftest import SCRIPTS
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]
KILLS = int(os.environ.get("RESOUND_KILLS", "4"))
CLASS = 40 if KILLS >= 50 else 16
VICTIMS = ("grader", "worker", "warm process", "fork")


def make_submissions(folder: Path) -> None:
    """A class of the fourteen kinds."""
    works = islice(cycle(make_class(LESSON)), CLASS)
    named = [Work(f"{number:02d}_{work.student}", work.answers) for number, work in enumerate(works)]
    hand_in(named, LESSON, COURSE / "release", folder)


def start(folder: Path) -> psutil.Popen:
    return psutil.Popen(
        [SCRIPTS / "autograder", "grade", LESSON.name, "--class", folder, "--workers", "2"],
        cwd=COURSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def records(folder: Path) -> list:
    with GradebookWriter(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        students = [record.student for record in gradebook.marks(LESSON.name)]
        return [record for student in students for record in gradebook.history(student, LESSON.name)]


def points(folder: Path) -> dict:
    return {record.student: record.points for record in records(folder)}


def kind_of(process: psutil.Process) -> str | None:
    """What a descendant of the grader is."""
    words = process.cmdline()
    if "autograder.sandbox.inside.warm" in words:
        forked = (
            "autograder.sandbox.inside.warm" in process.parent().cmdline() and "bwrap" not in process.parent().name()
        )
        return "fork" if forked else "warm process"
    return (
        "worker" if "multiprocessing.spawn" in " ".join(words) and "resource_tracker" not in " ".join(words) else None
    )


def find(grader: psutil.Popen, kind: str, chance: random.Random) -> psutil.Process | None:
    """Somebody of that kind who is at work now."""
    found = []
    for process in grader.children(recursive=True):
        try:
            if kind_of(process) == kind:
                found.append(process)
        except psutil.Error:
            continue
    return grader if kind == "grader" else chance.choice(found) if found else None


def finish_while_killing(folder: Path, kills: int, chance: random.Random) -> list[str]:
    """Grade a class to the end; kill up to `kills` times on the way, and say whom."""
    killed: list[str] = []
    for _ in range(kills + 5):
        grader = start(folder)
        while grader.poll() is None:
            time.sleep(chance.uniform(0.05, 1.2))
            if len(killed) < kills and grader.poll() is None:
                kind = VICTIMS[len(killed) % len(VICTIMS)]
                victim = find(grader, kind, chance)
                if victim is not None:
                    try:
                        victim.send_signal(signal.SIGKILL)
                        killed.append(kind)
                    except psutil.NoSuchProcess:
                        continue
        if grader.wait() == 0:
            return killed
    raise AssertionError(f"the batch does not end: {grader.stdout.read()}")


def test_kill_minus_nine_loses_nothing(tmp_path, graded_class):
    """Grader, worker, warm process, fork: killed in turn at random moments, resumed, each submission graded once."""
    undisturbed = points(graded_class.folder)
    chance = random.Random(20)
    done = 0
    while done < KILLS:
        folder = tmp_path / f"after {done}"
        make_submissions(folder)
        killed = finish_while_killing(folder, KILLS - done, chance)
        assert killed, "nobody was killed: the batch was over too soon"
        done += len(killed)
        print("killed:", ", ".join(killed))
        assert all(earned == undisturbed[student[3:]] for student, earned in points(folder).items())
        assert len(points(folder)) == CLASS
        assert len(records(folder)) == CLASS
        with sqlite3.connect(folder / "gradebook.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not left_over()


def left_over() -> list[psutil.Process]:
    """Warm processes whose grader is gone, a moment after its end."""
    time.sleep(0.5)
    orphans = []
    for process in psutil.process_iter():
        try:
            if kind_of(process) == "warm process" and (process.parent() is None or process.ppid() == 1):
                orphans.append(process)
        except psutil.Error:
            continue
    return orphans
