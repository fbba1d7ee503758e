"""The one writer of nbgrader's database: marks, comments and flags as nbgrader stores them, and a log beside them.

A submission is one transaction: all of it is stored, or nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import nbgrader.api as stored
import sqlalchemy as sql
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from traitlets.config import Config

from autograder.database import (
    ASSIGNMENT,
    CELL,
    COMMENT,
    GRADE,
    GRADE_CELL,
    LOG,
    NAME_LENGTH,
    NOT_GRADED,
    NOTEBOOK,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    GradebookError,
    open_database,
    transaction,
)
from autograder.graded import Graded
from autograder.scores import comments, scores, untouched_cells


@dataclass(frozen=True)
class Record:
    """A line of the log: one grading of one submission. Lines are added, never changed."""

    student: str
    lesson: str
    fingerprint: str
    """of the submission's bytes"""
    version: str
    """of the lesson, its checks and the judge"""
    graded_at: datetime
    """in UTC, without a time zone, as nbgrader keeps its times"""
    points: dict[str, float]
    """by exercise, as judged: before what a person changes, and before a late penalty"""
    total: float
    problem: str | None
    remarks: list[str]
    verdicts: dict[str, dict]
    seconds: float
    cpu_seconds: float


RECORDED = [LOG.c[field.name] for field in fields(Record)]


class GradebookWriter:
    """Writes marks into nbgrader's database; a context manager.

    Parameters
    ----------
    db_url : str
        The database's address, such as `sqlite:////home/me/gradebook.db` or `postgresql+psycopg://me@host/course`.
        A database that is still empty gets its tables.
    config : Config, optional
        nbgrader's configuration; it may name what decides on late penalties (`c.AssignLatePenalties.plugin_class`,
        `c.LateSubmissionPlugin.penalty_method`). By default there are none.

    Raises
    ------
    GradebookError
        If the database can't be opened.
    """

    def __init__(self, db_url: str, config: Config | None = None):
        penalties = AssignLatePenalties(config=config)
        penalties.init_plugin()
        self._late_penalty = penalties.plugin_inst.late_submission_penalty
        self._engine = open_database(db_url)

    def __enter__(self) -> "GradebookWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        self._engine.dispose()

    def newest(self, student: str, lesson: str) -> Record | None:
        """The newest record of a student in a lesson, unless somebody removed the marks from nbgrader since."""
        submission = (
            sql.select(SUBMISSION.c.id)
            .join(ASSIGNMENT)
            .where(SUBMISSION.c.student_id == student, ASSIGNMENT.c.name == lesson)
        )
        records = sql.select(*RECORDED).filter_by(student=student, lesson=lesson).where(submission.exists())
        return next(iter(self._read(records.order_by(LOG.c.id.desc()).limit(1))), None)

    def record(self, graded: Graded) -> None:
        """Store what came of a submission, in one transaction.

        nbgrader's tables get what its own autograding puts there: the student, the submission, a grade or a comment
        for each of the lesson's cells, the late penalty. What a person entered stays, and is flagged for another look.
        The log gets one line more.

        Raises
        ------
        GradebookError
            If the lesson is not registered, or with other exercises; or if the database refuses.
        """
        _refuse_unstorable(graded.student)
        handed_in, remarks = _read_timestamp(graded)
        with transaction(self._engine) as connection:
            lesson = _find_lesson(connection, graded.lesson)
            cells, untouched = _find_cells(connection, lesson.notebook), untouched_cells(graded.notebook)
            _get_or_create(connection, STUDENT, id=graded.student)
            submission = _get_or_create(
                connection, SUBMISSION, student_id=graded.student, assignment_id=lesson.assignment
            )
            submitted = _get_or_create(
                connection, SUBMITTED, assignment_id=submission.id, notebook_id=lesson.notebook
            ).id
            _fill(connection, GRADE.c.auto_score, submitted, scores(cells, graded, untouched))
            by_hand = sql.or_(GRADE.c.manual_score.is_not(None), GRADE.c.auto_score.is_(None))
            _set(connection, GRADE, GRADE.c.notebook_id == submitted, needs_manual_grade=by_hand)
            _fill(connection, COMMENT.c.auto_comment, submitted, comments(cells, untouched))
            # as with nbgrader, a time that is not known again stays as it was
            handed_in = handed_in or submission.timestamp
            _set(connection, SUBMISSION, SUBMISSION.c.id == submission.id, timestamp=handed_in)
            penalty = self._penalty(connection, submitted, graded.student, _lateness(handed_in, lesson, submission))
            _set(connection, SUBMITTED, SUBMITTED.c.id == submitted, late_submission_penalty=penalty)
            connection.execute(sql.insert(LOG).values(_log_line(graded, remarks)))

    def record_failure(self, student: str, lesson: str, problem: str) -> None:
        """Remember why a submission could not be graded, for a reason that is not its own; its marks stay as they are.

        Raises
        ------
        GradebookError
            If the database refuses.
        """
        _refuse_unstorable(student)
        failure = {"student": student, "lesson": lesson, "failed_at": _now(), "problem": _storable(problem)}
        with transaction(self._engine) as connection:
            connection.execute(sql.insert(NOT_GRADED).values(failure))

    def marks(self, lesson: str) -> list[Record]:
        """The newest record of each student, in the order of their names."""
        newest = sql.select(sql.func.max(LOG.c.id)).filter_by(lesson=lesson).group_by(LOG.c.student)
        return self._read(sql.select(*RECORDED).where(LOG.c.id.in_(newest)).order_by(LOG.c.student))

    def history(self, student: str, lesson: str) -> list[Record]:
        """Every record of a student in a lesson, oldest first."""
        return self._read(sql.select(*RECORDED).filter_by(student=student, lesson=lesson).order_by(LOG.c.id))

    def _read(self, query: sql.Select) -> list[Record]:
        with self._engine.connect() as connection:
            return [Record(**row) for row in connection.execute(query).mappings()]

    def _penalty(self, connection: sql.Connection, submitted: str, student: str, lateness: float) -> float | None:
        """What the course's plugin takes off a submission that came late: at least nothing, at most its score."""
        if lateness <= 0:
            return None
        score = connection.scalar(
            sql.select(sql.func.coalesce(sql.func.sum(stored.Grade.score), 0.0)).where(GRADE.c.notebook_id == submitted)
        )
        penalty = self._late_penalty(student, score, lateness)
        return None if penalty is None else min(max(penalty, 0.0), score)


def _find_lesson(connection: sql.Connection, lesson: str) -> sql.Row:
    """The ids of a lesson's assignment and notebook, and its due date."""
    found = connection.execute(
        sql.select(ASSIGNMENT.c.id.label("assignment"), ASSIGNMENT.c.duedate, NOTEBOOK.c.id.label("notebook"))
        .join_from(ASSIGNMENT, NOTEBOOK)
        .where(ASSIGNMENT.c.name == lesson, NOTEBOOK.c.name == lesson)
    ).first()
    if found is None:
        raise GradebookError(f"{lesson} is not in the gradebook: register the lesson before you store marks.")
    return found


def _find_cells(connection: sql.Connection, notebook: str) -> list[sql.Row]:
    """A notebook's cells that have grades (GradeCell), comments (SolutionCell), or both (TaskCell).

    A cell in which a student answers and a person grades is there twice, as the first and as the second.
    """
    return connection.execute(
        sql.select(CELL.c.id, CELL.c.name, CELL.c.type, GRADE_CELL.c.cell_type, GRADE_CELL.c.max_score)
        .join_from(CELL, GRADE_CELL, CELL.c.id == GRADE_CELL.c.id, isouter=True)
        .where(CELL.c.notebook_id == notebook)
    ).all()


def _refuse_unstorable(student: str) -> None:
    if len(student) > NAME_LENGTH or student.encode(errors="ignore").decode() != student:
        raise GradebookError(
            f"{student!r} can't be a student's name in the gradebook: it takes up to {NAME_LENGTH} letters, in UTF-8. "
            "Rename the folder."
        )


def _read_timestamp(graded: Graded) -> tuple[datetime | None, tuple[str, ...]]:
    """When it was handed in, in UTC, and what there is to remark; a text that is no time must not cost the marks."""
    text = (graded.timestamp or "").strip()
    try:
        return parse_utc(text) if text else None, graded.remarks
    except (ValueError, OverflowError, TypeError):
        remark = f"timestamp.txt holds no time ({text[:40]!r}): nobody counts whether this came late."
        return None, (*graded.remarks, remark)


def _lateness(handed_in: datetime | None, lesson: sql.Row, submission: sql.Row) -> float:
    """Seconds after the due date, or after the student's own; 0 if it came in time."""
    if handed_in is None or lesson.duedate is None:
        return 0.0
    return max(0.0, (handed_in - lesson.duedate - (submission.extension or timedelta())).total_seconds())


def _log_line(graded: Graded, remarks: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(graded, name) for name in LOG.c.keys() & vars(graded).keys()} | {
        "graded_at": _now(),
        "total": sum(graded.points.values()),
        "problem": graded.problem and _storable(graded.problem),
        "remarks": remarks,
    }


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _storable(message: str) -> str:
    """A message without what no database stores: file names in it may hold anything."""
    return message.replace("\0", "").encode(errors="backslashreplace").decode()


def _get_or_create(connection: sql.Connection, table: sql.Table, **key: str) -> sql.Row:
    """The row with that key, made if it is not there."""
    query = sql.select(table).filter_by(**key)
    row = connection.execute(query).first()
    if row is None:
        connection.execute(sql.insert(table).values(key))
        row = connection.execute(query).one()
    return row


def _fill(connection: sql.Connection, column: sql.Column, submitted: str, values: Mapping[str, Any]) -> None:
    """Write one column for each cell (by id) of a submitted notebook, in rows that are made if they are not there."""
    table = column.table
    mine = table.c.notebook_id == submitted
    missing = values.keys() - connection.scalars(sql.select(table.c.cell_id).where(mine))
    if missing:
        connection.execute(
            sql.insert(table), [{"cell_id": cell, "notebook_id": submitted} for cell in values if cell in missing]
        )
    if values:
        connection.execute(
            sql.update(table)
            .where(mine, table.c.cell_id == sql.bindparam("cell"))
            .values({column: sql.bindparam("value")}),
            [{"cell": cell, "value": value} for cell, value in values.items()],
        )


def _set(connection: sql.Connection, table: sql.Table, which: sql.ColumnElement[bool], **values: Any) -> None:
    connection.execute(sql.update(table).where(which).values(values))
