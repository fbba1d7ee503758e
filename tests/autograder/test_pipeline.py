"""Submissions in, marks out: wherever the work is done."""

import dataclasses
import os
import signal

import pytest
from distributed import LocalCluster

from autograder.demo import hand_in, make_class
from autograder.graded import Graded
from autograder.pipeline import Order, grade_submission
from autograder.sandbox.limits import Limits
from autograder.submissions import Submission, read_submission
from autograder.turns import grade_all
from autograder.versions import version_of
from autograder.workers import Cluster, Pool
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]
STUDENTS = ("perfect", "half_done", "untouched")


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    """Three submissions."""
    folder = tmp_path_factory.mktemp("three")
    hand_in([work for work in make_class(LESSON) if work.student in STUDENTS], LESSON, COURSE / "release", folder)
    version = version_of(LESSON)
    return [Order(COURSE, read_submission(folder, each, LESSON.name), version, "a seed") for each in STUDENTS]


@pytest.fixture(scope="module")
def cluster():
    """A Dask cluster of two workers."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def grade(orders, workers):
    try:
        return {submission.student: graded for submission, graded in grade_all(orders, workers)}
    finally:
        workers.close()


def totals(graded):
    return {student: sum(each.points.values()) for student, each in graded.items()}


def test_the_pool_and_the_cluster_give_the_same(orders, cluster):
    """A process pool, and a Dask cluster of two workers."""
    deserved = {"perfect": 15.0, "half_done": 8.0, "untouched": 0.0}
    assert totals(grade(orders, Pool(2))) == deserved
    assert totals(grade(orders, Cluster(cluster.scheduler_address))) == deserved


def test_a_lost_worker_of_a_cluster_loses_nothing(orders, cluster):
    """What it had in hand is graded by another one."""
    crew = Cluster(cluster.scheduler_address)
    many = [dataclasses.replace(orders[0], submission=_as(orders[0], f"{number}")) for number in range(12)]
    graded, results = {}, grade_all(many, crew)
    for submission, each in results:
        if not graded:
            next(iter(cluster.workers.values())).process.process.kill()
        graded[submission.student] = each
    crew.close()
    assert totals(graded) == {f"{number}": 15.0 for number in range(12)}


def _as(order, student):
    return dataclasses.replace(order.submission, student=student)


def test_grading_is_a_pure_function(orders):
    """The same order gives the same marks, verdicts and notebook, times apart."""
    one, other = (dataclasses.replace(grade_submission(orders[1]), seconds=0, cpu_seconds=0) for _ in range(2))
    assert one == other
    assert one.points == {
        name: (exercise.points if index < 3 else 0) for index, (name, exercise) in enumerate(LESSON.exercises.items())
    }


def test_what_cannot_be_read_gets_nothing_and_a_reason(orders):
    """At every exercise, and for the report."""
    submission = Submission("portrait", LESSON.name, {f"{LESSON.name}.ipynb": b"%PDF-1.7"}, None, ())
    graded = grade_submission(dataclasses.replace(orders[0], submission=submission))
    assert "PDF" in graded.problem and set(graded.points.values()) == {0.0}
    assert str(graded.notebook).count(graded.problem) >= len(LESSON.exercises)


def test_limits_that_were_met_are_remarked(orders):
    """The report says whose notebook met which."""
    limits = Limits(cell_seconds=0.001, call_seconds=5.0)
    graded = grade_submission(dataclasses.replace(orders[0], limits=limits))
    assert "It met the limit on time." in graded.remarks


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DeadlyPool(Pool):
    """One submission ends the process that grades it."""

    def submit(self, worker, order):
        future = super().submit(worker, order)
        if order.submission.student != "half_done":
            return future
        future.cancel()
        return self.executors[worker].submit(die)


def test_whoever_kills_the_workers_fails_alone(orders, monkeypatch):
    """Neighbours of a submission that ends its worker are graded; it is reported after a few tries."""
    monkeypatch.setattr("autograder.turns.MOST_ATTEMPTS", 2)
    graded = grade(orders, DeadlyPool(2))
    assert {name for name, each in graded.items() if isinstance(each, Graded)} == {"perfect", "untouched"}
    assert "died 2 times" in str(graded["half_done"])
