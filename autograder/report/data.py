"""What the gradebook knows of a lesson: everybody's marks, how they were judged, and what a regrade changed."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbgrader.api as stored
import sqlalchemy as sql

from autograder.database import (
    ASSIGNMENT,
    CELL,
    GRADE,
    GRADE_CELL,
    LOG,
    NOT_GRADED,
    NOTEBOOK,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    open_database,
)
from autograder.errors import PlainError
from autograder.gradebook import RECORDED, Record

TASK_CELL = stored.TaskCell.__table__


class NoGradebook(PlainError):
    """There is nothing to report on; the message says what to do first."""


@dataclass(frozen=True)
class Work:
    """One student's submission of a lesson, as it counts now."""

    student: str
    marks: dict[str, float | None]
    """by exercise, as nbgrader counts them: what a person gave instead of the judge; None waits for a person"""
    penalty: float
    """what is taken off for coming late"""
    record: Record | None = None
    """what the judge found, unless stock nbgrader graded it"""
    before: Record | None = None
    """what was found before the last regrade of the very same bytes"""

    @property
    def total(self) -> float:
        """All points together, without those that wait for a person."""
        return max(0.0, sum(mark or 0.0 for mark in self.marks.values()) - self.penalty)

    @property
    def waits(self) -> bool:
        """Whether a person has to read something in it."""
        return None in self.marks.values()


@dataclass(frozen=True)
class LessonData:
    """All that the gradebook knows of a lesson."""

    name: str
    out_of: dict[str, float]
    """by exercise, what can be earned"""
    works: list[Work]
    not_graded: dict[str, str] = field(default_factory=dict)
    """by student, why the last try to grade failed"""
    missing: list[str] = field(default_factory=list)
    """who is in the gradebook and has handed in nothing"""

    @property
    def most(self) -> float:
        """What can be earned in the whole lesson."""
        return sum(self.out_of.values())

    @property
    def records(self) -> list[Record]:
        """What the judge found, of everybody whom it has judged."""
        return [work.record for work in self.works if work.record is not None]


class Gradebook:
    """Reads a gradebook for the report."""

    def __init__(self, engine: sql.Engine):
        self._engine = engine

    def lessons(self) -> list[str]:
        """The lessons that anybody has handed in, sorted."""
        handed_in = sql.select(ASSIGNMENT.c.name).join(SUBMISSION).distinct().order_by(ASSIGNMENT.c.name)
        with self._engine.connect() as connection:
            failed = connection.scalars(sql.select(NOT_GRADED.c.lesson).distinct())
            return sorted({*connection.scalars(handed_in), *failed})

    def names(self) -> dict[str, str]:
        """The full name of each student by id, as far as the gradebook has it: else an empty text."""
        with self._engine.connect() as connection:
            failed = connection.scalars(sql.select(NOT_GRADED.c.student).distinct()).all()
            students = connection.execute(sql.select(STUDENT.c.id, STUDENT.c.first_name, STUDENT.c.last_name)).all()
        full = {each.id: " ".join(filter(None, (each.first_name, each.last_name))) for each in students}
        return dict.fromkeys(failed, "") | full

    def lesson(self, name: str) -> LessonData:
        """Everything about one lesson.

        Parameters
        ----------
        name : str

        Returns
        -------
        data : LessonData
        """
        with self._engine.connect() as connection:
            out_of = _out_of(connection, name)
            marks = _marks(connection, name)
            penalties = _penalties(connection, name)
            records = _records(connection, name)
            failures = _failures(connection, name)
            students = set(connection.scalars(sql.select(STUDENT.c.id)))
        works = [
            Work(
                student,
                {exercise: marks[student].get(exercise) for exercise in out_of},
                penalties[student],
                *_newest_and_before(records[student]),
            )
            for student in sorted(marks)
        ]
        newest = {work.student: work.record.graded_at for work in works if work.record is not None}
        not_graded = {
            student: failure.problem
            for student, failure in sorted(failures.items())
            if student not in newest or newest[student] < failure.failed_at
        }
        missing = sorted(students - marks.keys() - not_graded.keys())
        return LessonData(name, out_of, works, not_graded, missing)


@contextmanager
def read_gradebook(db_url: str) -> Iterator[Gradebook]:
    """Open a gradebook that is there.

    Raises
    ------
    NoGradebook, GradebookError
    """
    url = sql.make_url(db_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise NoGradebook(f"There is no gradebook at {url.database}. Run first: autograder grade")
    engine = open_database(db_url)
    try:
        yield Gradebook(engine)
    finally:
        engine.dispose()


def _of_lesson(query: sql.Select, name: str) -> sql.Select:
    return query.where(ASSIGNMENT.c.name == name)


def _exercise(cell: str) -> str:
    return cell.removeprefix("check_")


def _out_of(connection: sql.Connection, name: str) -> dict[str, float]:
    points = sql.func.coalesce(GRADE_CELL.c.max_score, TASK_CELL.c.max_score).label("points")
    cells = (
        sql.select(CELL.c.name, points)
        .join_from(CELL, NOTEBOOK)
        .join(ASSIGNMENT)
        .join(GRADE_CELL, GRADE_CELL.c.id == CELL.c.id, isouter=True)
        .join(TASK_CELL, TASK_CELL.c.id == CELL.c.id, isouter=True)
        .where(points.is_not(None))
        .order_by(CELL.c.name)
    )
    return {_exercise(cell.name): cell.points for cell in connection.execute(_of_lesson(cells, name))}


def _marks(connection: sql.Connection, name: str) -> dict[str, dict[str, float | None]]:
    """By student, by exercise, what nbgrader counts; of who handed in without any mark, nothing."""
    submissions = sql.select(SUBMISSION.c.student_id).join(ASSIGNMENT)
    marks: dict[str, dict[str, float | None]] = {
        student: {} for student in connection.scalars(_of_lesson(submissions, name))
    }
    grades = (
        sql.select(
            SUBMISSION.c.student_id,
            CELL.c.name,
            sql.func.coalesce(GRADE.c.manual_score, GRADE.c.auto_score).label("score"),
            GRADE.c.extra_credit,
        )
        .join_from(GRADE, SUBMITTED, GRADE.c.notebook_id == SUBMITTED.c.id)
        .join(SUBMISSION)
        .join(ASSIGNMENT)
        .join(CELL, CELL.c.id == GRADE.c.cell_id)
    )
    for grade in connection.execute(_of_lesson(grades, name)):
        score = None if grade.score is None else grade.score + (grade.extra_credit or 0.0)
        marks[grade.student_id][_exercise(grade.name)] = score
    return marks


def _penalties(connection: sql.Connection, name: str) -> dict[str, float]:
    late = sql.select(SUBMISSION.c.student_id, SUBMITTED.c.late_submission_penalty).join_from(SUBMITTED, SUBMISSION)
    penalties: dict[str, float] = defaultdict(float)
    for student, penalty in connection.execute(_of_lesson(late.join(ASSIGNMENT), name)):
        penalties[student] += penalty or 0.0
    return penalties


def _records(connection: sql.Connection, name: str) -> dict[str, list[Record]]:
    """By student, every line of the log, oldest first."""
    records: dict[str, list[Record]] = defaultdict(list)
    for row in connection.execute(sql.select(*RECORDED).filter_by(lesson=name).order_by(LOG.c.id)).mappings():
        records[row["student"]].append(Record(**row))
    return records


def _failures(connection: sql.Connection, name: str) -> dict[str, sql.Row]:
    """By student, the last try that failed."""
    tries = sql.select(NOT_GRADED).filter_by(lesson=name).order_by(NOT_GRADED.c.id)
    return {failure.student: failure for failure in connection.execute(tries)}


def _newest_and_before(records: list[Record]) -> tuple[Record | None, Record | None]:
    """The newest record, and the one that it took the place of, of the same bytes.

    Of several regrades, that is the last one by another version of the lesson, if there is one.
    """
    if not records:
        return None, None
    newest = records[-1]
    earlier = [record for record in records[:-1] if record.fingerprint == newest.fingerprint]
    otherwise = [record for record in earlier if record.version != newest.version]
    return newest, next(iter((otherwise or earlier)[-1:]), None)
