"""A class of twenty for each lesson, all graded by one command."""

import csv
from itertools import cycle, islice

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.demo import Work, hand_in, make_class
from tests.conftest import COURSE, LESSONS

SIZE = 20


def class_of(lesson):
    """The demonstration class, once more from its beginning until it is large enough."""
    works = make_class(lesson)
    more = islice(cycle(works), max(SIZE - len(works), 0))
    return works + [Work(f"{work.student}_{k}", work.answers, work.misconception) for k, work in enumerate(more)]


@pytest.fixture(scope="session")
def marks(tmp_path_factory):
    """The lines of marks.csv by lesson and student."""
    folder = tmp_path_factory.mktemp("classes")
    for lesson in LESSONS.values():
        hand_in(class_of(lesson), lesson, COURSE / "release", folder)
    ran = CliRunner().invoke(app, ["grade", "--course", str(COURSE), "--class", str(folder)])
    assert ran.exit_code == 0, ran.output
    with open(folder / "marks.csv", encoding="utf-8-sig", newline="") as file:
        return {(row["lesson"], row["student"]): row for row in csv.DictReader(file)}


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_class_is_graded_without_a_complaint(lesson, marks):
    """No problem, no remark; full marks for honest work, none for none, and a fault costs its own exercise."""
    full = sum(exercise.points for exercise in lesson.exercises.values())
    for work in class_of(lesson):
        row = marks[lesson.name, work.student]
        assert (row["problem"], row["remarks"], float(row["out_of"])) == ("", "", full), work.student
        lost = {name for name, exercise in lesson.exercises.items() if float(row[name]) < exercise.points}
        if work.misconception:
            assert lost == {work.misconception.exercise}, work.student
        else:
            assert lost == lesson.exercises.keys() - work.answers.keys(), work.student
