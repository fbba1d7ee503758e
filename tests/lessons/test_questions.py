"""Exam questions: each can be drawn, answered and read, whatever the seed."""

import re

import numpy as np
import pytest

from autograder.questions import make_questions
from course.exam.reply import Mark, is_near, reply
from tests.conftest import LESSONS

SEEDS = range(200)
QUESTIONS = [
    pytest.param(lesson, question, id=f"{lesson.name}-{question.id}")
    for lesson in LESSONS.values()
    for question in make_questions(lesson)
]
CHOOSING = ("choose", "choose several", "read code", "see", "hear")


def drawings(question):
    """One drawing for each choice of the parameters, as seeds give them."""
    return [question.draw(seed) for seed in SEEDS[: len(question.parameters)]]


def told(drawn):
    """All that is ever said with a question."""
    yield from (drawn.text, drawn.solution, *drawn.question.points)
    yield from (wrong.says for wrong in drawn.wrong)
    for choice in drawn.choices:
        yield from (choice.text, choice.why)


def without_code(text):
    """The words alone."""
    return re.sub(r"^    .*$|`[^`]*`", "code", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_text_reads_well_for_every_drawing(lesson, question):
    """Nothing is left to fill in, sentences end, no space too many, no doubled word, no endless number."""
    for drawn in drawings(question):
        for text in told(drawn):
            prose = without_code(text)
            assert not re.search(r"\{\w*\}", prose), text
            assert not re.search(r"\d\.\d{7}|\w {2,}\w| [,;.?!](?:\s|$)", prose), text
            assert not re.search(r"\b(?!code)(\w+) \1\b", prose, re.IGNORECASE), text
        assert re.search(r"[.?!:)”\w]$", without_code(drawn.text).strip())


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_a_heading_to_read_again_exists(lesson, question):
    """`read` names a heading of the lesson."""
    headings = [cell.source.splitlines()[0] for cell in lesson.notebook.cells if cell.source.startswith("## ")]
    assert f"## {question.read}" in headings


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_what_it_takes_is_told(lesson, question):
    """A difficulty from 1 to 3, and minutes that fit into an exam."""
    assert question.difficulty in (1, 2, 3)
    assert 0 < question.minutes <= 15


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_computed_answers_are_right_and_typical_mistakes_are_not(lesson, question):
    """The answer is finite, not negative, and right as it is told; each wrong number is told what it did."""
    for drawn in drawings(question) if question.kind == "compute" else ():
        assert np.isfinite(drawn.answer) and drawn.answer >= 0
        assert reply(drawn, drawn.told_answer).mark is Mark.RIGHT, drawn
        for wrong in drawn.wrong:
            if drawn.answer == wrong.number == 0:
                continue
            assert np.isfinite(wrong.number), drawn
            assert not is_near(wrong.number, drawn.answer, question.tolerance), (drawn, wrong)
            assert reply(drawn, repr(wrong.number)).says in {(each.says,) for each in drawn.wrong}


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_choices_are_distinct_and_explained(lesson, question):
    """No two are equal, each says why, one is right (of several: some are, some are not), and choosing it is right."""
    for drawn in drawings(question) if question.kind in CHOOSING else ():
        assert len({choice.text for choice in drawn.choices}) == len(drawn.choices) >= 2
        assert all(choice.why for choice in drawn.choices)
        right = [place for place, choice in enumerate(drawn.choices) if choice.right]
        assert 0 < len(right) < len(drawn.choices)
        assert len(right) == 1 or question.kind == "choose several"
        assert reply(drawn, right).mark is Mark.RIGHT
        wrong = [place for place in range(len(drawn.choices)) if place not in right][:1]
        assert reply(drawn, wrong).mark is Mark.WRONG


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_what_a_kind_needs_is_there(lesson, question):
    """A derivation has points and a solution, code an exercise that its reference passes, a computation replies."""
    if question.kind == "derive":
        assert question.solution and len(question.points) >= 3
    elif question.kind == "write code":
        source = lesson.sources()["imports"] + "\n" + lesson.exercises[question.exercise].source
        assert reply(question.draw(0), source).mark is Mark.RIGHT
    elif question.kind == "compute":
        assert question.replies and question.solution


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
    questions = make_questions(lesson)
    assert len(questions) >= 8
    assert len({question.id for question in questions}) == len(questions)
    assert len({question.kind for question in questions}) >= 3
