"""One question after the other."""

from datetime import UTC, datetime, timedelta

import pytest

from course.exam.practice import Practice
from course.exam.progress import Progress
from course.exam.question import Choice, Question
from course.exam.reply import Mark

CHOICES = (Choice("yes", "It is.", True), Choice("no", "It is not.", False))
QUESTIONS = [
    Question(lesson, name, "choose", 1, 2, name, "Step 1", choices=CHOICES)
    for lesson, names in {"01_sound": "ab", "02_stft": "cd"}.items()
    for name in names
]


@pytest.fixture
def progress(tmp_path):
    times = iter(datetime(2026, 11, 2, tzinfo=UTC) + timedelta(minutes=n) for n in range(10_000))
    return Progress(QUESTIONS, tmp_path / "diary.jsonl", lambda: next(times))


def answer(practice, text):
    return practice.answer([place for place, choice in enumerate(practice.drawn.choices) if choice.text == text])


def names(questions):
    return "".join(question.id for question in questions)


def test_new_questions_come_in_the_order_of_the_lessons(progress):
    """Each once a round, until none is left."""
    practice = Practice(progress)
    asked = []
    while practice.next():
        asked.append(practice.drawn.question)
        answer(practice, "yes")
    assert names(asked) == "abcd"
    assert practice.drawn is None


def test_what_is_due_comes_first(progress):
    """And the weakest, if that is wanted."""
    practice = Practice(progress)
    for text in ("yes", "no"):
        practice.next()
        answer(practice, text)
    for _ in range(20):
        progress.clock()
    assert names(Practice(progress).left())[:2] in ("ba", "bc")
    assert names(Practice(progress, first="weak").left()).startswith("ba")
    assert names(Practice(progress, first="new").left()).startswith("cd")
    assert names(Practice(progress, ["01_sound"], "weak").left()) == "ba"


def test_the_first_readable_answer_counts(progress):
    """To try again teaches, and changes nothing in the diary."""
    practice = Practice(progress)
    practice.next()
    assert practice.answer([]).mark is Mark.UNREADABLE
    assert progress.answers == []
    answer(practice, "no")
    answer(practice, "yes")
    practice.give_up()
    assert [each.share for each in progress.answers] == [0.0]


def test_who_gives_up_did_not_know(progress):
    """It comes again soon."""
    practice = Practice(progress)
    practice.next()
    practice.give_up()
    assert [each.share for each in progress.answers] == [0.0]


def test_a_mode_that_is_none_is_told(progress):
    """With those that are."""
    with pytest.raises(ValueError, match="due, weak, new"):
        Practice(progress, first="all")
