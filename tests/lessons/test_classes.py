"""A class for each lesson, all graded by one command.

RESOUND_CLASS says how many are in it: a full run has 20, some of them twice; else there are the first, who has it all
right, and the last, who makes a mistake.
"""

import csv
import os
from itertools import cycle, islice

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.demo import Work, hand_in, make_class
from tests.conftest import COURSE, LESSONS

SIZE = int(os.environ.get("RESOUND_CLASS", "2"))


def class_of(lesson):
    """So many of the demonstration class, from its beginning to its end; for a large one all, and again."""
    works = make_class(lesson)
    if len(works) > SIZE:
        return [works[number * (len(works) - 1) // max(SIZE - 1, 1)] for number in range(SIZE)]
    more = islice(cycle(works), SIZE - len(works))
    return works + [Work(f"{work.student}_again", work.answers, work.misconception) for work in more]


@pytest.fixture(scope="session")
def marks(request, tmp_path_factory):
    """The lines of marks.csv by lesson and student, of the lessons that are asked for."""
    folder = tmp_path_factory.mktemp("classes")
    for lesson in (item.callspec.params["lesson"] for item in request.session.items if "marks" in item.fixturenames):
        hand_in(class_of(lesson), lesson, COURSE / "release", folder)
    # another process of tests has the other processor
    ran = CliRunner().invoke(app, ["grade", "--course", str(COURSE), "--class", str(folder), "--workers", "1"])
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
