"""Exam questions: each can be drawn, answered and read, whatever the numbers."""

import re
from collections.abc import Iterator
from itertools import chain, islice

import numpy as np

from autograder.lesson import Lesson
from autograder.lint.finding import Finding, at_question
from course.exam.question import Drawn, Question
from course.exam.reply import Mark, is_near, reply

QUESTIONS, KINDS = 8, 3
"""The least that a lesson needs."""
MOST_MINUTES = 15
MOST_NAMED = 10
"""Drawings that clash, by their parameters."""
POINTS = 3
"""The least of a derivation."""
CHOOSING = ("choose", "choose several", "read code", "see", "hear")
UNREADABLE = {
    r"\{\w*\}": "something is left to fill in",
    r"\d\.\d{7}": "a number has too many digits",
    r"\w {2,}\w| [,;.?!](?:\s|$)": "there is a space too many",
    r"(?i)\b(?!code)(\w+) \1\b": "a word stands there twice",
}

Told = tuple[str, str]
"""What is wrong, and the way out."""


def too_few(lesson: Lesson, questions: list[Question]) -> Iterator[Finding]:
    """A lesson whose questions are few, or all alike."""
    kinds = {question.kind for question in questions}
    if len(questions) < QUESTIONS or len(kinds) < KINDS:
        yield Finding(
            lesson.folder / "questions.toml",
            1,
            f"{len(questions)} questions of {len(kinds)} kinds; somebody before an exam needs {QUESTIONS} of {KINDS}.",
            "Add some.",
        )
    for name in sorted({each.id for each in questions if [one.id for one in questions].count(each.id) > 1}):
        yield Finding(*at_question(lesson, name), f"Several questions are called {name!r}.", "Rename all but one.")


def question_findings(lesson: Lesson, question: Question) -> Iterator[Finding]:
    """Whatever is wrong with one question."""
    place = at_question(lesson, question.id)
    for rule in (_read, _takes, _reads_well, _computed, _chosen, _complete):
        for says, way_out in rule(lesson, question):
            yield Finding(*place, f"{question.id}: {says}", way_out)


def drawings(question: Question) -> list[Drawn]:
    """One drawing for each choice of the parameters, as seeds give them."""
    return [question.draw(seed) for seed in range(len(question.parameters))]


def _read(lesson: Lesson, question: Question) -> Iterator[Told]:
    """`read` names a heading of the lesson."""
    texts = [cell["source"] for cell in lesson.cells if cell["cell_type"] == "markdown"]
    headings = re.findall(r"^## (.+)$", "\n".join(texts), re.MULTILINE)
    if question.read not in headings:
        yield f"no heading is called {question.read!r}.", f"The headings are: {', '.join(headings)}."


def _takes(lesson: Lesson, question: Question) -> Iterator[Told]:
    """A difficulty from 1 to 3, and minutes that fit into an exam."""
    if question.difficulty not in (1, 2, 3):
        yield f"a difficulty of {question.difficulty}.", "Take 1, 2 or 3."
    if not 0 < question.minutes <= MOST_MINUTES:
        yield f"{question.minutes} minutes.", f"Take {MOST_MINUTES} at the most, or ask for less."


def _reads_well(lesson: Lesson, question: Question) -> Iterator[Told]:
    """Nothing is left to fill in, sentences end, no space too many, no doubled word, no endless number."""
    for drawn in drawings(question):
        for text in _told(drawn):
            for pattern, problem in UNREADABLE.items():
                if found := re.search(pattern, _without_code(text)):
                    yield f"{problem}: “{found[0]}” in “{text}”", "Mend the text, or its parameters."
                    return
        if not re.search(r"[.?!:)”\w]$", _without_code(drawn.text).strip()):
            yield f"the text has no end: “{drawn.text[-40:]}”", "End it with a sentence."
            return


def _computed(lesson: Lesson, question: Question) -> Iterator[Told]:
    """The answer is finite, not negative, and right as it is told; each wrong number is told what it did."""
    found: list[tuple[Drawn, Told]] = []
    for drawn in drawings(question) if question.kind == "compute" else ():
        numbers = f"with {drawn.parameters}" if drawn.parameters else "as it stands"
        found += [(drawn, problem) for problem in islice(chain(_answered(drawn, numbers), _replied(drawn, numbers)), 1)]
    if found:
        (_, (says, way_out)), *others = found
        named = "; ".join(f"{drawn.parameters}" for drawn, _ in others[:MOST_NAMED])
        more = f" The like with {len(others)} more: {named}{' …' * (len(others) > MOST_NAMED)}." if others else ""
        yield says + more, way_out


def _answered(drawn: Drawn, numbers: str) -> Iterator[Told]:
    """The answer is a number to ask for, and right as it is told."""
    if not np.isfinite(drawn.answer) or drawn.answer < 0:
        yield f"the answer is {drawn.answer} {numbers}.", "Ask for a number that is not negative."
    elif reply(drawn, drawn.told_answer).mark is not Mark.RIGHT:
        yield f"its own answer, “{drawn.told_answer}”, is not right {numbers}.", "Widen the tolerance."


def _replied(drawn: Drawn, numbers: str) -> Iterator[Told]:
    """Each typical wrong number is wrong, and told what it did."""
    for wrong in drawn.wrong:
        if drawn.answer == wrong.number == 0:
            continue
        if not np.isfinite(wrong.number) or is_near(wrong.number, drawn.answer, drawn.question.tolerance):
            way_out = "Leave such parameters out, or that reply."
            yield f"the wrong number {wrong.number:g} is right {numbers} (“{wrong.says}”).", way_out
        elif reply(drawn, repr(wrong.number)).says not in {(each.says,) for each in drawn.wrong}:
            yield f"nobody is told “{wrong.says}” {numbers}.", "Leave such parameters out, or that reply."


def _chosen(lesson: Lesson, question: Question) -> Iterator[Told]:
    """No two are equal, each says why, one is right (of several: some are, some are not), and choosing it is right."""
    for drawn in drawings(question) if question.kind in CHOOSING else ():
        right = [place for place, choice in enumerate(drawn.choices) if choice.right]
        wrong = [place for place in range(len(drawn.choices)) if place not in right][:1]
        if len({choice.text for choice in drawn.choices}) < max(len(drawn.choices), 2):
            yield "two choices are equal, or there is only one.", "Write different ones."
        elif not all(choice.why for choice in drawn.choices):
            yield "a choice does not say why.", "Give each its `why`."
        elif not right or not wrong or (len(right) > 1 and question.kind != "choose several"):
            way_out = "Only `choose several` has more than one, and none has all."
            yield f"{len(right)} of {len(drawn.choices)} choices are right.", way_out
        elif reply(drawn, right).mark is not Mark.RIGHT or reply(drawn, wrong).mark is not Mark.WRONG:
            yield "its own answer is not taken for right, or a wrong one is.", "Mend its choices."
        else:
            continue
        return


def _complete(lesson: Lesson, question: Question) -> Iterator[Told]:
    """A derivation has points and a solution, code an exercise that its reference passes, a computation replies."""
    if question.kind == "derive" and not (question.solution and len(question.points) >= POINTS):
        yield f"a derivation needs a solution and {POINTS} points to mark oneself by.", "Add them."
    elif question.kind == "compute" and not (question.replies and question.solution):
        yield "a computation needs a solution, and replies to typical wrong numbers.", "Add them."
    elif question.kind == "write code" and question.exercise not in lesson.exercises:
        yield f"no exercise is called {question.exercise!r}.", f"They are: {', '.join(lesson.exercises)}."


def _told(drawn: Drawn) -> Iterator[str]:
    """All that is ever said with a question."""
    yield from (drawn.text, drawn.solution, *drawn.question.points)
    yield from (wrong.says for wrong in drawn.wrong)
    for choice in drawn.choices:
        yield from (choice.text, choice.why)


def _without_code(text: str) -> str:
    """The words alone."""
    return re.sub(r"^    .*$|`[^`]*`", "code", text, flags=re.MULTILINE)
