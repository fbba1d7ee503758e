"""Exam questions: each can be drawn, answered and read, whatever the seed."""

import pytest

from autograder.lint import questions
from autograder.lint.questions import drawings
from autograder.questions import make_questions
from course.exam.reply import Mark, reply
from tests.conftest import LESSONS

SEEDS = range(200)
QUESTIONS = [
    pytest.param(lesson, question, id=f"{lesson.name}-{question.id}")
    for lesson in LESSONS.values()
    for question in make_questions(lesson)
]


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_each_can_be_drawn_answered_and_read(lesson, question):
    """Texts that read well, a heading to read again, answers that are right, and typical mistakes that are not."""
    assert list(questions.question_findings(lesson, question)) == []


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_code_is_right_if_it_is_the_references(lesson, question):
    """An exercise that its own reference passes."""
    if question.kind == "write code":
        # what the lesson's imports compile at their first time is not the answer's time
        exec(lesson.sources()["imports"], {})
        source = lesson.sources()["imports"] + "\n" + lesson.exercises[question.exercise].source
        assert reply(question.draw(0), source).mark is Mark.RIGHT


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_what_is_seen_or_heard_is_there(lesson, question):
    """A picture with words, or a named player for each letter; another one for another answer."""
    if question.kind == "see":
        figures = {drawn.parameters["right"]: drawn.figure() for drawn in drawings(question)}
        assert all('alt="' in figure for figure in figures.values()) and len(set(figures.values())) == len(figures)
    elif question.kind == "hear":
        drawn = question.draw(0)
        assert drawn.figure().count("<audio") == len(drawn.choices)


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_two_hundred_seeds_are_drawn_without_an_error(lesson, question):
    """And none is drawn twice before all were."""
    drawn = [question.draw(seed) for seed in SEEDS]
    assert all(each.text for each in drawn)
    assert len({each.index for each in drawn}) == min(len(question.parameters), len(SEEDS))


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_lesson_asks_eight_questions_or_more_of_several_kinds(lesson):
    """Somebody before an exam finds enough."""
    assert list(questions.too_few(lesson, make_questions(lesson))) == []
