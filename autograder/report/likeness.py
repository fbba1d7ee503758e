"""The pairs of submissions that are alike, as the report shows them: a picture, and both answers side by side."""

from dataclasses import dataclass
from pathlib import Path

from autograder.lesson import Lesson
from autograder.report.answers import read_answers
from autograder.report.data import LessonData
from autograder.report.drawings import Bar, Line, Part, bars
from autograder.report.explained import explained_by
from autograder.report.figures import Figure, Table
from autograder.report.names import Names
from autograder.report.similarity import THRESHOLD, Comparison, Pair

SHOWN_BARS = 15
MOST_SHOWN = 30
"""Pairs that are shown side by side."""
MOST_LISTED = 50


@dataclass(frozen=True)
class Side:
    """One of two answers: its lines, and which of them are in the other one too."""

    name: str
    lines: list[tuple[str, bool]]


@dataclass(frozen=True)
class Beside:
    """Two answers to one exercise, side by side."""

    exercise: str
    evidence: float
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class Shown:
    """A pair over the threshold."""

    names: tuple[str, str]
    evidence: float
    exercises: list[Beside]


@dataclass(frozen=True)
class Likeness:
    """Who is alike in a lesson."""

    figure: Figure
    pairs: list[Shown]
    """at most MOST_SHOWN, the most alike first"""


def likeness(lesson: Lesson, data: LessonData, class_folder: Path, names: Names) -> Likeness:
    """Compare everybody's answers to a lesson.

    Parameters
    ----------
    lesson : Lesson
    data : LessonData
    class_folder : Path
        Where autograded/ lies.
    names : Names
        How to call each student.

    Returns
    -------
    likeness : Likeness
    """
    answers = read_answers(class_folder, lesson, [work.student for work in data.works])
    comparison = Comparison(answers, explained_by(lesson))
    pairs = comparison.pairs(MOST_LISTED)
    over = [pair for pair in pairs if pair.evidence >= THRESHOLD]

    def beside(pair: Pair, exercise: str) -> Beside:
        marked = comparison.marked(pair, exercise)
        sides = (
            Side(names[student], _lines(names.hide_in_code(answers[student][exercise]), lines))
            for student, lines in zip(pair.students, marked, strict=True)
        )
        return Beside(exercise, pair.by_exercise[exercise], tuple(sides))

    shown_pairs = [
        Shown(
            _called(pair, names),
            pair.evidence,
            [beside(pair, name) for name, value in pair.by_exercise.items() if value >= 1],
        )
        for pair in over[:MOST_SHOWN]
    ]
    return Likeness(_figure(pairs, over, names, len(answers), len(data.works)), shown_pairs)


def _figure(pairs: list[Pair], over: list[Pair], names: Names, compared: int, works: int) -> Figure:
    if over:
        more = f"{len(over)} pairs are" if len(over) > 1 else "One pair is"
        title = f"{more} more alike than the lesson and the class explain: read both answers."
    else:
        title = "No two submissions are more alike than the lesson and the class explain."
    rows = [
        Bar(
            " and ".join(_called(pair, names)),
            (Part("full" if pair in over else "untouched", pair.evidence, f"{pair.evidence:.0f}"),),
        )
        for pair in pairs[: max(SHOWN_BARS, min(len(over), MOST_SHOWN))]
    ]
    told = [
        (
            *_called(pair, names),
            round(pair.evidence, 1),
            ", ".join(f"{name} {value:.0f}" for name, value in pair.by_exercise.items() if value >= 0.5),
        )
        for pair in pairs
    ]
    left_out = works - compared
    note = (
        f"{left_out} of {works} submissions were not compared: their notebooks are not in autograded/."
        if left_out
        else ""
    )
    return Figure(
        "alike",
        "Who is alike",
        title,
        bars(
            rows,
            "evidence, in tokens that only these two have in common",
            line=Line(THRESHOLD, f"shown from {THRESHOLD:g} on"),
        )
        if rows
        else None,
        f"Bar chart. {title} "
        + "; ".join(f"{' and '.join(_called(pair, names))}: {pair.evidence:.0f}" for pair in pairs[:SHOWN_BARS]),
        (Table(f"The {len(pairs)} pairs that are most alike", ("one", "the other", "evidence", "where"), told),),
        {"full": "over the threshold", "untouched": "below it: as alike as people are who never met"} if rows else {},
        note=note,
    )


def _called(pair: Pair, names: Names) -> tuple[str, str]:
    return names[pair.students[0]], names[pair.students[1]]


def _lines(text: str, marked: set[int]) -> list[tuple[str, bool]]:
    return [(line, number in marked) for number, line in enumerate(text.splitlines(), 1)]
