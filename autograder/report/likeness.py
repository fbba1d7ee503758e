"""The pairs of submissions that are alike, as the report shows them: a picture, and both answers side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.lesson import Lesson
from autograder.report.answers import read_answers
from autograder.report.data import LessonData
from autograder.report.drawings import Bar, Line, Part, bars
from autograder.report.explained import explained_by
from autograder.report.figures import Figure, Table, alt
from autograder.report.names import Names
from autograder.report.similarity import THRESHOLD, Comparison, Pair

SHOWN_BELOW = 5
MOST_SHOWN = 30
"""Pairs that are shown side by side."""
LISTED = 15
MOST_COUNTED = 1000
LEAST = 1.0
"""Evidence of an exercise that is told."""


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
    pairs = comparison.pairs(MOST_COUNTED)

    def beside(pair: Pair, exercise: str) -> Beside:
        marked = comparison.marked(pair, exercise)
        sides = (
            Side(names[student], _lines(names.hide_in_code(answers[student][exercise]), lines))
            for student, lines in zip(pair.students, marked, strict=True)
        )
        return Beside(exercise, pair.by_exercise[exercise], tuple(sides))

    def shown(pair: Pair) -> Shown:
        where = [beside(pair, name) for name, value in pair.by_exercise.items() if value >= LEAST]
        return Shown(_called(pair, names), pair.evidence, where)

    over = [shown(pair) for pair in pairs[:MOST_SHOWN] if pair.evidence >= THRESHOLD]
    return Likeness(_figure(pairs, names, len(data.works) - len(answers)), over)


def alike_in_several(shown: Mapping[str, Sequence[Shown]]) -> Table:
    """Who is over the threshold together in more than one lesson.

    Parameters
    ----------
    shown : mapping of str to sequence of Shown
        The pairs over the threshold, by lesson.

    Returns
    -------
    table : Table
        The largest sum first; without rows if there are none.
    """
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for lesson, pairs in shown.items():
        for pair in pairs:
            found.setdefault(tuple(sorted(pair.names)), {})[lesson] = pair.evidence
    several = {names: where for names, where in found.items() if len(where) > 1}
    rows = [
        (*names, round(sum(where.values()), 1), ", ".join(f"{lesson} {value:.0f}" for lesson, value in where.items()))
        for names, where in sorted(several.items(), key=lambda each: -sum(each[1].values()))
    ]
    return Table("Alike in more than one lesson", ("one", "the other", "evidence", "where"), rows)


def _figure(pairs: list[Pair], names: Names, left_out: int) -> Figure:
    over = sum(pair.evidence >= THRESHOLD for pair in pairs)
    title = "No two submissions are more alike than the lesson and the class explain."
    if over:
        more = f"{over} pairs are" if over > 1 else "One pair is"
        title = f"{more} more alike than the lesson and the class explain: read both answers."
    # below the threshold nobody is named: somebody is always the most alike
    shown = [(pair.evidence, " and ".join(_called(pair, names))) for pair in pairs[: min(over, MOST_SHOWN)]]
    shown += [(pair.evidence, "a pair below the threshold") for pair in pairs[over : over + SHOWN_BELOW]]
    rows = [
        Bar(label, (Part("full" if evidence >= THRESHOLD else "untouched", evidence, f"{evidence:.0f}"),))
        for evidence, label in shown
    ]
    axis, line = (
        "evidence, in tokens that only these two have in common",
        Line(THRESHOLD, f"shown from {THRESHOLD:g} on"),
    )
    listed = [
        (*_called(pair, names), round(pair.evidence, 1), _where(pair), "yes" if pair.evidence >= THRESHOLD else "no")
        for pair in pairs[: max(over, LISTED)]
    ]
    columns = ("one", "the other", "evidence", "where", "over the threshold")
    notes = [f"The first {MOST_SHOWN} are shown below."] if over > MOST_SHOWN else []
    notes += [f"{left_out} submissions were not compared: they are not in autograded/."] if left_out else []
    return Figure(
        "alike",
        "Who is alike",
        title,
        bars(rows, axis, line=line) if rows else None,
        alt(title, [(label, f"{evidence:.0f}") for evidence, label in shown]),
        (Table(f"The {len(listed)} pairs that are most alike", columns, listed),),
        {"full": "over the threshold", "untouched": "below it, as alike as those who work alone"} if over else {},
        note=" ".join(notes),
    )


def _where(pair: Pair) -> str:
    """The exercises in which two are alike."""
    return ", ".join(f"{name} {value:.0f}" for name, value in pair.by_exercise.items() if value >= LEAST)


def _called(pair: Pair, names: Names) -> tuple[str, str]:
    return names[pair.students[0]], names[pair.students[1]]


def _lines(text: str, marked: set[int]) -> list[tuple[str, bool]]:
    return [(line, number in marked) for number, line in enumerate(text.splitlines(), 1)]
