"""What a mock exam has shown stands in the diary: once, and due again where it went wrong."""

from datetime import timedelta

import pytest

from course.exam.into_diary import write_into_diary
from course.exam.mock import Blueprint, Part, draw_exam, mark
from course.exam.progress import Progress
from course.exam.sitting import Sitting
from tests.course.clock import BEGIN, Clock
from tests.course.test_exam_mock import LESSONS, at_the_same_time, first_of, lesson, right

QUESTIONS = lesson(LESSONS[0])


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sitting(tmp_path, clock):
    exam = draw_exam(QUESTIONS, 2, Blueprint((Part(kinds=("compute", "choose several", "derive")),), 20))
    return Sitting.begin(exam, tmp_path / "exam.json", clock)


@pytest.fixture
def progress(tmp_path, clock):
    return Progress(QUESTIONS, tmp_path / "diary.jsonl", clock)


def write(sitting, progress):
    return write_into_diary(sitting, mark(sitting.exam, sitting.given, sitting.covered), progress)


def test_what_went_wrong_is_due_again(sitting, progress, clock):
    """What was right later than that, and what was left empty is as new as before."""
    wrong, good = (first_of(sitting.exam, kind) for kind in ("compute", "choose several"))
    sitting.answer(wrong.drawn, "1e6")
    sitting.answer(good.drawn, right(good))
    clock.after(20)
    assert write(sitting, progress) == 2
    assert {each.question: (each.share, each.seed) for each in progress.answers} == {
        wrong.name: (0, wrong.drawn.seed),
        good.name: (1, good.drawn.seed),
    }
    clock.after(25)
    assert progress.due() == [wrong.drawn.question]
    assert len(progress.new()) == len(QUESTIONS) - 2


def test_each_answer_is_written_once(sitting, progress, tmp_path, clock):
    """However often it is done, and whoever reads the file; a derivation once it is marked; another exam's as well."""
    for item in sitting.exam.items.values():
        sitting.answer(item.drawn, right(item))
    sitting.hand_in()
    count = len(sitting.exam.items) - 1
    assert write(sitting, progress) == count and write(sitting, progress) == 0
    clock.time += timedelta(days=1)
    back = Sitting.come_back(QUESTIONS, sitting.path, clock)
    other = Progress(QUESTIONS, tmp_path / "diary.jsonl", clock)
    assert write(back, other) == 0
    back.cover(back.to_cover[0].drawn, [0, 1])
    assert write(back, other) == 1 and write(sitting, other) == 0
    assert other.answers[-1].share == 0.5 and other.answers[-1].at == BEGIN
    again = Sitting.begin(sitting.exam, tmp_path / "another.json", clock)
    again.answer(item.drawn, right(item))
    again.hand_in()
    assert write(again, other) == (item.drawn.question.kind != "derive")


def test_two_notebooks_at_the_same_moment_write_each_answer_once(sitting, progress, clock):
    """When the time is up in both."""
    for item in sitting.exam.items.values():
        sitting.answer(item.drawn, right(item))
    clock.after(20)
    both = at_the_same_time(lambda _: write(sitting, Progress(QUESTIONS, progress.path, clock)))
    progress.refresh()
    assert sorted(both) == [0, len(sitting.exam.items) - 1] and len(progress.answers) == sum(both)
