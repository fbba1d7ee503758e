"""Exam questions: each can be drawn, answered and read, for any choice of its parameters."""

import itertools

import numpy as np
import pytest

from tests.conftest import LESSONS

QUESTIONS = [
    pytest.param(lesson, question, id=f"{lesson.name}-{question['id']}")
    for lesson in LESSONS.values()
    for question in lesson.questions
]


def drawings(question):
    """Every choice of the parameters."""
    parameters = question.get("parameters", {})
    for values in itertools.product(*parameters.values()):
        yield dict(zip(parameters, values, strict=True))


def computed(expression, lesson, drawn):
    return eval(expression, {"np": np, **vars(lesson.reference), **drawn})


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_text_reads_well_for_every_drawing(lesson, question):
    """Every placeholder of the text, the solution and the replies is a parameter."""
    told = [question["text"], question.get("solution", ""), *(wrong["says"] for wrong in question.get("wrong", []))]
    for drawn in drawings(question):
        assert all("{" not in text.format(**drawn) for text in told)


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_a_heading_to_read_again_exists(lesson, question):
    """`read` names a heading of the lesson."""
    headings = [cell.source.splitlines()[0] for cell in lesson.notebook.cells if cell.source.startswith("## ")]
    assert f"## {question['read']}" in headings


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_computed_answers_are_sensible_and_wrong_ones_are_wrong(lesson, question):
    """The answer is finite and positive, and no typical wrong number lies within its tolerance."""
    for drawn in drawings(question) if question["kind"] == "compute" else ():
        answer = computed(question["answer"], lesson, drawn)
        assert np.isfinite(answer) and answer >= 0
        for wrong in question["wrong"]:
            other = computed(wrong["answer"], lesson, drawn)
            assert abs(other - answer) > question["tolerance"] * abs(answer) or (answer == 0 and other == 0), (
                drawn,
                wrong,
            )


@pytest.mark.parametrize("lesson, question", QUESTIONS)
def test_choices_are_distinct_and_explained(lesson, question):
    """No two choices are equal, and each says why it is right or wrong; a derivation has a solution."""
    choices = question.get("choices", [])
    assert len({choice["text"] for choice in choices}) == len(choices)
    assert all(choice["why"] for choice in choices)
    assert {"compute": bool(question.get("wrong")), "derive": bool(question.get("solution"))}.get(
        question["kind"], len(choices) >= 2
    )


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_lesson_asks_eight_questions_or_more_of_several_kinds(lesson):
    """Somebody before an exam finds enough."""
    assert len(lesson.questions) >= 8
    assert len({question["kind"] for question in lesson.questions}) >= 3
