"""A term's submissions on more machines than one has: python -m benchmarks.scale [STUDENTS]

What a submission of three lessons takes is measured on a few; the grader's own way of handing out work then runs on a
clock that is not real. First for a class that is small enough to be graded here as well, so that the prediction can be
held against what it took; then for a thousand students, with more and more workers.
"""

import heapq
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.grade import write_autograded
from autograder.gradebook import GradebookWriter
from autograder.lesson import Lesson
from autograder.pipeline import Order
from autograder.submissions import Submission, read_submission
from autograder.turns import IN_HAND, Turns, grade_all
from autograder.versions import version_of
from autograder.workers import Pool
from benchmarks.grading import COURSE, SCRIPTS, make_submissions, run

LESSONS = ("02_stft", "04_pseudo_inverse", "07_mfcc")
SAMPLE = 28
"""Submissions of each lesson that are measured."""
HERE = 2
"""Workers that the measurement and the real run have."""
STUDENTS = 100
MANY_STUDENTS = 1000
WORKERS = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Service:
    """How long things take, in seconds of the clock on the wall."""

    submissions: dict[str, list[float]]
    """by lesson, one for each that was measured"""
    starting: dict[str, float]
    """until a new worker is ready for its first lesson"""
    getting_ready: dict[str, float]
    """until a worker that comes from another lesson is ready"""
    storing: float
    """one submission's marks and notebook, by the one process that writes"""
    command: float
    """of the command when there is nothing to grade"""


def main() -> None:
    """Print what was measured, what follows from it, and what is true; then one line of JSON."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS
    lessons = [Lesson(COURSE / "source" / name) for name in LESSONS]
    with tempfile.TemporaryDirectory() as folder:
        service = measure(lessons, Path(folder) / "sample")
        for name, seconds in service.submissions.items():
            ready = f"{service.starting[name]:4.1f} s until a new worker is ready, {service.getting_ready[name]:4.1f} s"
            print(f"{name:18} {statistics.mean(seconds):5.2f} s a submission, {ready} from another lesson")
        print(f"to store one {service.storing * 1000:.0f} ms; the command itself {service.command:.1f} s\n")
        predicted = simulate(service, students, HERE)
        took, peak_bytes = real_run(lessons, students, Path(folder) / "class")
    n = students * len(LESSONS)
    print(f"{n} submissions, {HERE} workers: predicted {predicted:.1f} s, took {took:.1f} s")
    print(f"peak of memory, all processes together: {peak_bytes / (1 << 20):.0f} MiB\n")
    many = MANY_STUDENTS * len(LESSONS)
    figures = {workers: simulate(service, MANY_STUDENTS, workers) for workers in WORKERS}
    for workers, seconds in figures.items():
        print(f"{many} submissions, {workers:3} workers: {seconds / 60:5.1f} min, {many / seconds:5.1f} a second")
    print(f"\nprocessors: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}")
    summary = {"predicted_s": predicted, "measured_s": took, "peak_mib": peak_bytes / (1 << 20)}
    print(json.dumps({name: round(value, 1) for name, value in summary.items()}))


def simulate(service: Service, students: int, workers: int, seed: int = 0) -> float:
    """The seconds that a class takes: the grader's own turns, on a clock of their own.

    Each worker has up to two submissions in hand; whoever writes stores one after the other, and hands out the next.
    """
    random_ = random.Random(seed)
    orders = [_order(lesson, student) for lesson in LESSONS for student in range(students)]
    at = {worker: LESSONS[worker % len(LESSONS)] for worker in range(workers)}
    turns = Turns(orders, at)
    free = {worker: service.starting[lesson] for worker, lesson in at.items()}
    ready_for = dict(at)
    in_hand: dict[int, int] = dict.fromkeys(range(workers), 0)
    done: list[tuple[float, int, str, float]] = []
    writer = service.command

    def give(worker: int, now: float) -> None:
        while in_hand[worker] < IN_HAND and (order := turns.next_for(worker)):
            lesson = order.submission.lesson
            begins = max(free[worker], now)
            if ready_for[worker] != lesson:
                begins += service.getting_ready[lesson]
                ready_for[worker] = lesson
            seconds = random_.choice(service.submissions[lesson])
            free[worker] = begins + seconds
            in_hand[worker] += 1
            heapq.heappush(done, (free[worker], worker, lesson, seconds))

    for worker in range(workers):
        give(worker, 0.0)
    while done:
        finished, worker, lesson, seconds = heapq.heappop(done)
        writer = max(writer, finished) + service.storing
        turns.took(lesson, seconds)
        in_hand[worker] -= 1
        give(worker, writer)
    return writer


def measure(lessons: list[Lesson], place: Path) -> Service:
    """Grade a few of each lesson with as many workers as the real run has."""
    submissions, starting, getting_ready, storing = {}, {}, {}, []
    for lesson in lessons:
        make_submissions(lesson, SAMPLE, place)
    with GradebookWriter(f"sqlite:///{place / 'gradebook.db'}") as gradebook:
        for lesson, other in zip(lessons, lessons[1:] + lessons[:1], strict=True):
            crew = Pool(HERE)
            orders, next_orders = _real_orders(lesson, place), _real_orders(other, place)
            cold = _all_workers(crew, orders)
            graded = [each for _, each in grade_all(orders, crew, at=dict.fromkeys(range(HERE), lesson.name))]
            submissions[lesson.name] = [each.seconds for each in graded]
            starting[lesson.name] = cold - statistics.mean(submissions[lesson.name])
            getting_ready[other.name] = _all_workers(crew, next_orders)
            crew.close()
            begun = time.perf_counter()
            for each in graded:
                write_autograded(place, each)
                gradebook.record(each)
            storing.append((time.perf_counter() - begun) / len(graded))
    for name, seconds in submissions.items():
        getting_ready[name] -= statistics.mean(seconds)
    grade_here(lessons, place)
    begun = time.perf_counter()
    grade_here(lessons, place)
    return Service(submissions, starting, getting_ready, statistics.mean(storing), time.perf_counter() - begun)


def _all_workers(crew: Pool, orders: deque[Order]) -> float:
    """The seconds until every worker has done one submission of a lesson that is new to it."""
    begun = time.perf_counter()
    for future in [crew.submit(worker, orders.popleft()) for worker in range(HERE)]:
        future.result()
    return time.perf_counter() - begun


def real_run(lessons: list[Lesson], students: int, place: Path) -> tuple[float, int]:
    """Grade a whole class: seconds, and the most memory that all processes had together."""
    for lesson in lessons:
        make_submissions(lesson, students, place)
    peak, over = [0], threading.Event()
    watching = threading.Thread(target=_watch, args=(peak, over))
    watching.start()
    begun = time.perf_counter()
    grade_here(lessons, place)
    took = time.perf_counter() - begun
    over.set()
    watching.join()
    graded = len(list((place / "autograded").glob("*/*/*.ipynb")))
    assert graded == students * len(lessons), f"{graded} graded"
    shutil.rmtree(place)
    return took, peak[0]


def grade_here(lessons: list[Lesson], place: Path) -> None:
    """As an instructor does."""
    names = [lesson.name for lesson in lessons]
    run([SCRIPTS / "autograder", "grade", *names, "--class", place, "--workers", HERE], COURSE)


def _watch(peak: list[int], over: threading.Event) -> None:
    """Add up, twice a second, what this process's descendants hold; a page that several share counts once."""
    while not over.wait(0.5):
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total)


def _order(lesson: str, student: int) -> Order:
    return Order(COURSE, Submission(f"{student}", lesson, {}, None, ()), "", "")


def _real_orders(lesson: Lesson, place: Path) -> deque[Order]:
    version = version_of(lesson)
    students = sorted(path.parent.name for path in (place / "submitted").glob(f"*/{lesson.name}"))
    submissions = (read_submission(place, student, lesson.name) for student in students)
    return deque(Order(COURSE, submission, version, "a seed") for submission in submissions)


if __name__ == "__main__":
    main()
