"""Collects the campus' zip files once, and marks everybody, for all who look at what came of it."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from traitlets.config import Config

from autograder.collect.command import collect
from autograder.collect.plan import Plan
from autograder.database import register
from autograder.gradebook import GradebookWriter
from autograder.graded import Graded
from autograder.submissions import read_submission, submitted
from tests.collect import campus
from tests.conftest import COURSE, LESSONS

ANYWHERE = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})


@dataclass(frozen=True)
class Collection:
    """A class that was collected, what was handed in, and what was said about it."""

    folder: Path
    delivery: campus.Delivery
    plan: Plan
    said: str
    rosters: list[Path]


def collected(path: Path, folder: Path, **options) -> tuple[Plan, str]:
    """Collect, and what was printed."""
    screen = io.StringIO()
    plan = collect(COURSE, path, folder, Console(file=screen, width=250), zone="UTC", **options)
    return plan, screen.getvalue()


@pytest.fixture(scope="session")
def from_moodle(tmp_path_factory) -> Collection:
    """Moodle's zip file, with the university's roster and the assignment's worksheet."""
    folder = tmp_path_factory.mktemp("moodle")
    rosters = [campus.class_roster(folder / "class.csv"), campus.moodle_worksheet(folder / "worksheet.csv")]
    delivery = campus.moodle_delivery()
    plan, said = collected(delivery.write(folder / "all.zip"), folder / "class", rosters=rosters)
    return Collection(folder / "class", delivery, plan, said, rosters)


@pytest.fixture(scope="session")
def from_canvas(tmp_path_factory) -> Collection:
    """Canvas' zip file, with the university's roster."""
    folder = tmp_path_factory.mktemp("canvas")
    rosters = [campus.class_roster(folder / "class.csv")]
    delivery = campus.canvas_delivery()
    plan, said = collected(delivery.write(folder / "submissions.zip"), folder / "class", rosters=rosters)
    return Collection(folder / "class", delivery, plan, said, rosters)


def points_of(login: str) -> dict[str, float]:
    """What somebody is given: somebody else gets something else."""
    exercises = LESSONS[campus.LESSON].exercises.values()
    return {each.name: float(sum(map(ord, login + each.name)) % (int(each.points) + 1)) for each in exercises}


@pytest.fixture(scope="session")
def marked_gradebook(tmp_path_factory, from_moodle) -> Path:
    """nbgrader's gradebook with marks for everybody, and nothing for who came late, as the course's plugin says."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    address = f"sqlite:///{path}"
    register(COURSE, LESSONS[campus.LESSON], address)
    with Gradebook(address) as gradebook:
        gradebook.update_or_create_assignment(campus.LESSON, duedate=campus.DUE.replace(tzinfo=None))
    with GradebookWriter(address, ANYWHERE) as writer:
        for student in submitted(from_moodle.folder, campus.LESSON):
            handed_in = read_submission(from_moodle.folder, student, campus.LESSON)
            graded = Graded(student, campus.LESSON, {}, points_of(student), handed_in.fingerprint, "1")
            writer.record(replace_time(graded, handed_in.timestamp))
    return path


def replace_time(graded: Graded, timestamp: str | None) -> Graded:
    """What the grader hands over for a submission with this timestamp.txt."""
    return Graded(**vars(graded) | {"timestamp": timestamp})
