"""questions.toml -> assets/questions/: every drawing with its numbers, so that no solution need go with it."""

import itertools
import zlib
from typing import Any

import numpy as np

from autograder.lesson import Lesson, LessonError, Misconception
from course.exam.question import KINDS, Choice, Question
from course.exam.units import read

MOST_DRAWINGS = 200
COMMON = {"id", "kind", "difficulty", "minutes", "text", "read"}
"""What each entry has."""
OWN = {
    "compute": {"parameters", "answer", "unit", "tolerance", "solution", "wrong"},
    "choose": {"choices"},
    "choose several": {"choices"},
    "read code": {"choices"},
    "derive": {"solution", "points"},
    "write code": {"exercise"},
    "see": {"exercise", "faults", "case"},
    "hear": {"sounds", "values", "says"},
}
"""What an entry of each kind has beside that."""
PLAIN = ("solution", "exercise", "sounds", "unit", "tolerance")
"""What is taken over as it is."""
LETTERS = "ABCDE"
DIGITS = 10
"""The last bits of a number differ between processors."""


def make_questions(lesson: Lesson) -> list[Question]:
    """Work out every question of a lesson.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    questions : list of Question

    Raises
    ------
    LessonError
        If an entry lacks something, or has what nobody reads.
    """
    return [make_question(lesson, entry) for entry in lesson.questions]


def make_question(lesson: Lesson, entry: dict[str, Any]) -> Question:
    """Work out one entry of `questions.toml`."""
    _refuse_other_keys(lesson, entry)
    known = {name: entry[name] for name in (*COMMON, *PLAIN) if name in entry}
    drawings = {"see": _seen, "hear": _heard}.get(entry["kind"], _drawings)(lesson, entry)
    wrong = entry.get("wrong", [])
    question = Question(
        lesson.name,
        **known,
        choices=_choices(lesson, entry),
        points=tuple(entry.get("points", ())),
        parameters=tuple(drawings),
        answers=tuple(_computed(lesson, entry, entry["answer"], each) for each in drawings)
        if "answer" in entry
        else (),
        wrong=tuple(tuple(_computed(lesson, entry, one["answer"], each) for each in drawings) for one in wrong),
        replies=tuple(one["says"] for one in wrong),
    )
    _refuse_unfilled(lesson, question)
    return question


def _refuse_other_keys(lesson: Lesson, entry: dict[str, Any]) -> None:
    place = f"{lesson.name}/questions.toml: {entry.get('id', 'an entry without id')}"
    if entry.get("kind") not in KINDS:
        raise LessonError(f"{place} is of the kind {entry.get('kind')!r}. The kinds are: {', '.join(KINDS)}.")
    wanted = COMMON | OWN[entry["kind"]]
    if missing := wanted - entry.keys() - {"unit", "parameters"}:
        raise LessonError(f"{place} lacks {', '.join(sorted(missing))}.")
    if read(f"1 {entry.get('unit', '')}", entry.get("unit", "")).problem:
        raise LessonError(
            f"{place}: no answer is read with the unit {entry['unit']!r}. Take one such as dB, Hz or ms; of what is "
            "counted, leave it empty and say in the text what is counted."
        )
    if unknown := entry.keys() - wanted - {"solution", "parameters"}:
        raise LessonError(f"{place}: nobody reads {', '.join(sorted(unknown))} in a question of its kind.")


def _refuse_unfilled(lesson: Lesson, question: Question) -> None:
    """Braces in a question with parameters hold the name of one; those of a formula are doubled."""
    drawn = question.draw(0)
    parts = (part for choice in question.choices for part in (choice.text, choice.why))
    for text in (question.text, question.solution, *question.replies, *parts):
        try:
            drawn.filled(text)
        except (LookupError, ValueError, AttributeError) as error:
            piece = f"{{{error.args[0]}}} is no parameter" if isinstance(error, KeyError) else f"{error}"
            raise LessonError(
                f"{lesson.name}/questions.toml: {question.id}: {piece}, in “{text.strip()}”. Where a question has "
                "parameters, write the braces of a formula twice: $e^{{-x}}$."
            ) from error


def _drawings(lesson: Lesson, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Every choice of the parameters; of very many, some."""
    parameters = entry.get("parameters", {})
    every = [dict(zip(parameters, values, strict=True)) for values in itertools.product(*parameters.values())]
    if len(every) <= MOST_DRAWINGS:
        return every
    rng = np.random.default_rng(zlib.crc32(f"{lesson.name}/{entry['id']}".encode()))
    return [every[place] for place in sorted(rng.choice(len(every), MOST_DRAWINGS, replace=False))]


def _computed(lesson: Lesson, entry: dict[str, Any], expression: str, drawn: dict[str, Any]) -> float:
    """A number of one drawing, by the lesson's own reference."""
    try:
        number = float(eval(expression, {"np": np, **vars(lesson.reference), **drawn}))
    except Exception as error:
        raise LessonError(
            f"{lesson.name}/questions.toml: {entry['id']}: `{expression}` can't be worked out for {drawn}: "
            f"{type(error).__name__}: {error}."
        ) from error
    return float(f"{number:.{DIGITS}g}")


def _seen(lesson: Lesson, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """One drawing for each fault whose picture may be shown."""
    faults = [_fault(lesson, entry, name) for name in entry["faults"]]
    count = len(lesson.visible_cases(entry["exercise"]))
    if entry["case"] not in range(count):
        raise LessonError(
            f"{lesson.name}/questions.toml: {entry['id']} asks for case {entry['case']!r} of {entry['exercise']}. Its "
            f"visible cases in checks.py are counted from 0 to {count - 1}."
        )
    return [{"right": fault.name, "case": entry["case"]} for fault in faults]


def _heard(lesson: Lesson, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The sounds behind the letters in every order, asked for each of them."""
    from course.exam.heard import RECIPES  # most lessons have none

    if entry["sounds"] not in RECIPES:
        raise LessonError(
            f"{lesson.name}/questions.toml: {entry['id']}: there are no sounds called {entry['sounds']!r}. There are: "
            f"{', '.join(RECIPES)}; others are made in course/exam/heard.py."
        )
    orders = itertools.permutations(entry["values"])
    return [
        dict(zip(LETTERS, order, strict=False)) | {"asked": asked, "right": LETTERS[order.index(asked)]}
        for order in orders
        for asked in order
    ]


def _fault(lesson: Lesson, entry: dict[str, Any], name: str) -> Misconception:
    exercise = lesson.exercises.get(entry["exercise"])
    faults = {fault.name: fault for fault in exercise.misconceptions} if exercise else {}
    if name not in faults:
        raise LessonError(
            f"{lesson.name}/questions.toml: {entry['id']} asks for the fault {name!r} of {entry['exercise']}. "
            f"Its faults are: {', '.join(faults) or 'none, for there is no such exercise'}."
        )
    return faults[name]


def _choices(lesson: Lesson, entry: dict[str, Any]) -> tuple[Choice, ...]:
    """The choices; where none says whether it is right, the first one is."""
    if entry["kind"] == "see":
        told = {name: _literal(_fault(lesson, entry, name).says) for name in entry["faults"]}
        return tuple(Choice(name, f"Whoever makes this fault is told: “{says}”", False) for name, says in told.items())
    if entry["kind"] == "hear":
        letters = LETTERS[: len(entry["values"])]
        return tuple(Choice(each, entry["says"].replace("{value}", f"{{{each}}}"), False) for each in letters)
    given = entry.get("choices", [])
    return tuple(
        Choice(each["text"], each["why"], each.get("right", place == 0 and not any("right" in one for one in given)))
        for place, each in enumerate(given)
    )


def _literal(text: str) -> str:
    """A text that has nothing to be filled in."""
    return text.replace("{", "{{").replace("}", "}}")
