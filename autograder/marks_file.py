"""The marks of a class as a table for people and spreadsheets: marks.csv."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.files import whole
from autograder.lesson import Lesson
from autograder.spreadsheet import harmless

FRAME = ("student", "lesson", "total", "out_of", "problem", "remarks")
"""The columns of marks.csv beside those of the exercises."""


@dataclass(frozen=True)
class Mark:
    """What one student earned in one lesson."""

    student: str
    lesson: str
    points: dict[str, float] | None
    """by exercise; None if the submission was not graded"""
    out_of: float
    problem: str | None = None
    """why it could not be read, or was not graded"""
    remarks: tuple[str, ...] = ()
    """what was put right on the way, and which limits were met"""
    outdated: bool = False
    """whether the lesson was changed since, so that the marks might be others"""
    before: dict[str, float] | None = None
    """if the same submission was judged again: what it had, by exercise"""

    @property
    def total(self) -> float | None:
        """All points together."""
        return None if self.points is None else sum(self.points.values())


def write_marks(marks: list[Mark], lessons: Sequence[Lesson], path: Path) -> None:
    """Write a line for each submission: a column for each exercise, the total, what could be earned, and any problem.

    Lines of other lessons stay; a submission that was not graded has no marks, which is not the same as 0.
    """
    names = [lesson.name for lesson in lessons]
    others = [row for row in _rows(path) if row["lesson"] not in names]
    old = (name for row in others for name in row if name not in FRAME)
    exercises = dict.fromkeys([*old, *(name for lesson in lessons for name in lesson.exercises)])
    rows = [
        {"student": mark.student, "lesson": mark.lesson, **(mark.points or {})}
        | {"total": mark.total, "out_of": mark.out_of, "problem": mark.problem, "remarks": " ".join(mark.remarks)}
        for mark in marks
    ]
    # with its byte order mark a spreadsheet takes the file for what it is
    with whole(path) as part, open(part, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, [*FRAME[:2], *exercises, *FRAME[2:]])
        writer.writeheader()
        writer.writerows({name: harmless(value) for name, value in row.items()} for row in [*others, *rows])


def _rows(path: Path) -> list[dict[str, str]]:
    """The lines that a marks file holds already."""
    if not path.is_file():
        return []
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
