"""A gradebook to report on: 100 submissions of lesson 02, written by what grading writes with."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.database import register
from autograder.demo import fill_in
from autograder.grade import default_gradebook, write_autograded
from autograder.gradebook import GradebookWriter
from autograder.graded import Graded
from autograder.lesson import Exercise
from autograder.regrade import told
from autograder.report.explained import explained_by
from autograder.report.page import write_report
from autograder.report.similarity import Comparison
from autograder.sandbox.limits import MET
from course.check.verdict import JudgedTest, Outcome, Verdict
from tests.browser.lab import find_chromium
from tests.conftest import COURSE, LESSONS
from tests.report.made_class import honest_class
from tests.report.measure_alike import planted

LESSON = LESSONS["02_stft"]
RELEASED = nbformat.read(COURSE / "release" / LESSON.name / f"{LESSON.name}.ipynb", as_version=4)
SIZE = 100
HOSTILE = "<script>document.title = 'taken over'</script>"


@dataclass(frozen=True)
class Class:
    """A class's folder, its page, and who copied from whom."""

    folder: Path
    page: Path
    copies: set[frozenset[str]]

    @property
    def db_url(self) -> str:
        return default_gradebook(self.folder)


@pytest.fixture(scope="session")
def class_of_100(tmp_path_factory) -> Class:
    """Ten of them copied; some were graded again, some met a limit, one is no notebook, two could not be graded."""
    folder = tmp_path_factory.mktemp("class")
    db_url = default_gradebook(folder)
    chance = random.Random(2)
    answers = honest_class(LESSON, SIZE, 1)
    copies = planted(answers, Comparison(answers, explained_by(LESSON)).own(), chance)
    answers["student_013"]["hann"] = f"def hann(n):\n    return '{HOSTILE}'  # student_013"
    register(COURSE, LESSON, db_url)
    with GradebookWriter(db_url) as gradebook:
        for student, sources in answers.items():
            for graded in _gradings(student, sources, chance):
                gradebook.record(graded)
            write_autograded(folder, graded)
        gradebook.record_failure("student_007", LESSON.name, "The processes of student_007 were killed from outside.")
        gradebook.record_failure("not_yet", LESSON.name, f"No space left {HOSTILE}")
    with Gradebook(db_url) as gradebook:
        gradebook.add_student("never_came", first_name="Ada", last_name=HOSTILE)
        gradebook.update_or_create_student("student_001", first_name="Jörg", last_name="Müller")
        gradebook.find_grade("check_hann", LESSON.name, LESSON.name, "student_002").manual_score = 0.5
        gradebook.db.commit()
    return Class(folder, write_report(COURSE, None, folder), copies)


def _gradings(student: str, sources: dict[str, str], chance: random.Random) -> list[Graded]:
    """What a student's work was graded with: once, or again after the lesson had changed."""
    notebook = nbformat.from_dict(RELEASED)
    if student == "student_000":
        zero = dict.fromkeys(LESSON.exercises, 0.0)
        return [Graded(student, LESSON.name, notebook, zero, student, "2", problem="This file is not a notebook.")]
    fill_in(notebook, sources)
    verdicts = {name: _verdict(exercise, chance) for name, exercise in LESSON.exercises.items()}
    graded = Graded(
        student,
        LESSON.name,
        notebook,
        {name: verdict.points for name, verdict in verdicts.items()},
        fingerprint=student,
        version="2",
        verdicts={name: told(verdict, "2") for name, verdict in verdicts.items()},
        remarks=(MET.format("time"),) if chance.random() < 0.03 else (),
        seconds=round(chance.lognormvariate(-0.5, 0.8), 3),
        cpu_seconds=0.3,
    )
    if chance.random() > 0.2:
        return [graded]
    return [replace(graded, version="1", points=graded.points | {"hann": chance.choice([0.0, 2.0])}), graded]


def _verdict(exercise: Exercise, chance: random.Random) -> Verdict:
    """Right, one of the known faults, wrong in a way of one's own, or not attempted."""
    says = [test.__doc__ for test in LESSON.hidden_tests(exercise.name)]
    name, points = exercise.name, exercise.points
    how = chance.choices(["right", "fault", "own fault", "untouched"], [70, 17, 6, 7])[0]
    if how == "right":
        tests = tuple(JudgedTest(each, True) for each in says)
        return Verdict(name, Outcome.PASSED, points, points, tests=tests)
    if how == "untouched":
        return Verdict(name, Outcome.NOT_ATTEMPTED, 0.0, points)
    passed = [chance.random() < 0.3 for _ in says[1:]] + [False]
    tests = tuple(JudgedTest(each, right) for each, right in zip(says, passed, strict=True))
    earned = round(points * sum(passed) / len(passed), 2)
    if how == "own fault":
        return Verdict(name, Outcome.NOT_YET, earned, points, (f"It is twice as large. {HOSTILE}",), tests=tests)
    fault = exercise.misconceptions[int(len(exercise.misconceptions) * chance.random() ** 2)]
    return Verdict(name, Outcome.NOT_YET, earned, points, (fault.says,), fault.name, tests=tests)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium, what looks at the page is left out, and the header says so."""
    if find_chromium() is None:
        items[:] = [item for item in items if "chromium" not in getattr(item, "fixturenames", ())]
