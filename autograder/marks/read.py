"""Marks as nbgrader counts them, read from the gradebook: with what people gave by hand, and with late penalties."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbgrader.api as stored
import sqlalchemy as sql

from autograder.collect.lessons import grade_ids
from autograder.database import (
    ASSIGNMENT,
    CELL,
    GRADE,
    GRADE_CELL,
    LOG,
    NOTEBOOK,
    SUBMISSION,
    SUBMITTED,
    open_database,
)
from autograder.errors import PlainError


class NoMarks(PlainError):
    """The gradebook has no marks of a lesson; the message says what to do first."""


@dataclass(frozen=True)
class Marks:
    """What one student has for one lesson."""

    student: str
    lesson: str
    points: dict[str, float]
    """by exercise or question, in the order of the lesson"""
    out_of: dict[str, float]
    """what each is worth"""
    penalty: float = 0.0
    """what is taken off because it came late"""
    waiting: tuple[str, ...] = ()
    """what a person has still to mark"""
    problem: str | None = None
    """why the submission could not be read"""

    @property
    def score(self) -> float:
        """All points together, less the penalty; never less than 0."""
        return max(0.0, sum(self.points.values()) - self.penalty)

    @property
    def most(self) -> float:
        """What could be earned."""
        return sum(self.out_of.values())


def read_marks(course: Path, db_url: str, lessons: Sequence[str] = ()) -> list[Marks]:
    """The marks of everybody who is graded.

    Parameters
    ----------
    course : Path
        The course's folder.
    db_url : str
        The gradebook's address.
    lessons : sequence of str, optional
        Which lessons; all by default.

    Returns
    -------
    marks : list of Marks
        Lesson by lesson, in the order of the students' names.

    Raises
    ------
    NoMarks
        If nobody is graded in one of the lessons.
    GradebookError
    """
    engine = open_database(db_url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(_query(lessons)).all()
            problems = _problems(connection)
    finally:
        engine.dispose()
    found: dict[tuple[str, str], list[sql.Row]] = {}
    for row in rows:
        found.setdefault((row.lesson, row.student), []).append(row)
    if missing := sorted({*lessons} - {lesson for lesson, _ in found}) or ([] if found else ["any lesson"]):
        raise NoMarks(f"The gradebook has no marks of {missing[0]}. Run first: autograder grade")
    order = {lesson: _order(course, lesson) for lesson, _ in found}
    return [
        _marks(lesson, student, sorted(rows, key=lambda row: order[lesson].get(row.cell, len(order[lesson]))), problems)
        for (lesson, student), rows in found.items()
    ]


def _query(lessons: Sequence[str]) -> sql.Select:
    query = (
        sql.select(
            ASSIGNMENT.c.name.label("lesson"),
            SUBMISSION.c.student_id.label("student"),
            CELL.c.name.label("cell"),
            GRADE_CELL.c.max_score,
            stored.Grade.score.label("score"),
            GRADE.c.needs_manual_grade,
            SUBMITTED.c.late_submission_penalty.label("penalty"),
        )
        .select_from(ASSIGNMENT)
        .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
        .join(SUBMITTED, SUBMITTED.c.notebook_id == NOTEBOOK.c.id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .join(GRADE, GRADE.c.notebook_id == SUBMITTED.c.id)
        .join(GRADE_CELL, GRADE_CELL.c.id == GRADE.c.cell_id)
        .join(CELL, CELL.c.id == GRADE_CELL.c.id)
        .order_by(ASSIGNMENT.c.name, SUBMISSION.c.student_id, CELL.c.name)
    )
    return query.where(ASSIGNMENT.c.name.in_(lessons)) if lessons else query


def _order(course: Path, lesson: str) -> dict[str, int]:
    """Where the cells of a lesson stand; a lesson that the course has no longer has none."""
    known = (course / "source" / lesson).is_dir()
    return {cell: place for place, cell in enumerate(grade_ids(course, lesson))} if known else {}


def _problems(connection: sql.Connection) -> dict[tuple[str, str], str | None]:
    """Why the newest submission of each could not be read."""
    newest = sql.select(sql.func.max(LOG.c.id)).group_by(LOG.c.lesson, LOG.c.student)
    found = connection.execute(sql.select(LOG.c.lesson, LOG.c.student, LOG.c.problem).where(LOG.c.id.in_(newest)))
    return {(row.lesson, row.student): row.problem for row in found}


def _marks(lesson: str, student: str, rows: Sequence[sql.Row], problems: dict[tuple[str, str], str | None]) -> Marks:
    return Marks(
        student,
        lesson,
        {_name(row): float(row.score or 0.0) for row in rows},
        {_name(row): float(row.max_score) for row in rows},
        float(rows[0].penalty or 0.0),
        tuple(_name(row) for row in rows if row.needs_manual_grade),
        problems.get((lesson, student)),
    )


def _name(row: sql.Row) -> str:
    return row.cell.removeprefix("check_")
