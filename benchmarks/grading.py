"""Grading: stock `nbgrader autograde` with checks in the student's process, against ours with sandbox and judge.

The same 40 submissions of all lessons without networks, in turn in one run: python -m benchmarks.grading
"""

import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle, islice, product
from pathlib import Path
from statistics import median

from autograder.database import register
from autograder.demo import Work, hand_in, make_class
from autograder.lesson import Lesson, lesson_names
from autograder.sandbox.inside.alike import heavy_libraries

COURSE = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sysconfig.get_path("scripts"))
FEW, MANY = 10, 40
TIMES = 5
"""So often each of our commands is measured, in turn; medians count. Stock takes minutes, and once will do."""
STOCK = """
import os
c = get_config()
os.environ["RESOUND_COURSE"] = {course!r}
c.CourseDirectory.course_id = "resound"
c.CourseDirectory.ignore = ["*.py", "*.toml", "*.seal", ".ipynb_checkpoints", "__pycache__"]
c.Execute.timeout = 60
c.Execute.extra_arguments = ["--log-level=ERROR"]
"""
"""nbgrader's own steps, its kernels, and the same hidden tests in them."""


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    """of the whole machine: nothing hides in a grandchild"""


def main() -> None:
    """Print a table, then one line of JSON."""
    graders = {
        "ours, 1 worker": lambda lessons, place: grade_ours(lessons, place, "--workers", "1"),
        "ours, 2 workers": lambda lessons, place: grade_ours(lessons, place, "--workers", "2"),
        "ours, Dask": grade_with_dask,
    }
    measured: dict[tuple[str, int], list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for grader in [{"stock nbgrader": grade_stock}, *[graders] * TIMES]:
            for (name, grade), count in product(grader.items(), (FEW, MANY)):
                cost = measure(grade, count, Path(folder) / f"{name} {count}")
                measured.setdefault((name, count), []).append(cost)
                told = f"{cost.seconds:6.1f} s, {cost.cpu_seconds:6.1f} s CPU"
                print(f"{name:16} {count:3} submissions: {told}", flush=True)
    report(measured)


def report(measured: dict[tuple[str, int], list[Cost]]) -> None:
    """Ratios, from slopes: what one submission more costs, start-up apart."""
    slope = {name: slope_of(measured, name, "seconds") for name, _ in measured}
    stock, ours = (
        median(cost.seconds for cost in measured[name, MANY]) for name in ("stock nbgrader", "ours, 2 workers")
    )
    figures = {
        "throughput_ratio": slope["stock nbgrader"] / slope["ours, 2 workers"],
        "command_ratio": stock / ours,
        "cpu_per_submission_s": slope_of(measured, "ours, 2 workers", "cpu_seconds"),
        "two_workers_ratio": slope["ours, 1 worker"] / slope["ours, 2 workers"],
        "dask_ratio": slope["ours, 2 workers"] / slope["ours, Dask"],
    }
    print()
    for name, seconds in slope.items():
        print(f"{name:16} {seconds:6.3f} s for each submission more")
    print(f"\nprocessors: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}")
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


def slope_of(measured: dict[tuple[str, int], list[Cost]], name: str, figure: str) -> float:
    """The median over the rounds: a round is over in minutes, so that the machine's moods are the same in it."""
    rounds = zip(measured[name, FEW], measured[name, MANY], strict=True)
    return median((getattr(many, figure) - getattr(few, figure)) / (MANY - FEW) for few, many in rounds)


def measure(grade, count: int, place: Path) -> Cost:
    """Grade `count` submissions, shared out among the lessons."""
    lessons = signal_lessons()
    for index, lesson in enumerate(lessons):
        make_submissions(lesson, len(range(index, count, len(lessons))), place)
    begun, busy = time.monotonic(), busy_seconds()
    grade(lessons, place)
    cost = Cost(time.monotonic() - begun, busy_seconds() - busy)
    graded = len(list((place / "autograded").glob("*/*/*.ipynb")))
    assert graded == count, f"{graded} of {count} graded"
    shutil.rmtree(place)
    return cost


def signal_lessons() -> list[Lesson]:
    """The lessons whose imports bring no network library."""
    lessons = (Lesson(COURSE / "source" / name) for name in lesson_names(COURSE / "source"))
    return [lesson for lesson in lessons if not heavy_libraries(lesson.sources()["imports"])]


def make_submissions(lesson: Lesson, count: int, place: Path) -> None:
    """The demonstration class in any order, the same for all graders, again and again."""
    works = make_class(lesson)
    random.Random(lesson.name).shuffle(works)
    works = [
        Work(f"{number:03d}_{work.student}", work.answers) for number, work in enumerate(islice(cycle(works), count))
    ]
    hand_in(works, lesson, COURSE / "release", place)
    register(COURSE, lesson, f"sqlite:///{place / 'gradebook.db'}")


def grade_stock(lessons: list[Lesson], place: Path) -> None:
    """An `nbgrader autograde` for each lesson: it takes one at a time."""
    (place / "nbgrader_config.py").write_text(STOCK.format(course=str(COURSE)), encoding="utf-8")
    for lesson in lessons:
        run([SCRIPTS / "nbgrader", "autograde", lesson.name], place)


def grade_ours(lessons: list[Lesson], place: Path, *more: str) -> None:
    """One `autograder grade` for all."""
    run([SCRIPTS / "autograder", "grade", *(lesson.name for lesson in lessons), "--class", place, *more], COURSE)


def grade_with_dask(lessons: list[Lesson], place: Path) -> None:
    """The same on a local Dask cluster of two workers with a thread each; the cluster's own start is not counted."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        grade_ours(lessons, place, "--scheduler", cluster.scheduler_address)


def run(command: list, folder: Path) -> None:
    """Run a command as an instructor does; show what it said if it fails."""
    environment = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"{command}\n{ran.stdout}\n{ran.stderr}")


def busy_seconds() -> float:
    """Processor time that this machine has spent so far, idle time apart."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
