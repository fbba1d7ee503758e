"""The one writer of nbgrader's database: marks, comments and flags as nbgrader stores them, and a log beside them.

A submission is one transaction: all of it is stored, or nothing. SQLite keeps its rollback journal. A write-ahead log
would leave the last marks in a second file, which whoever copies gradebook.db forgets, and it fails on network drives;
what it saves, waiting readers, is nothing against the time that grading takes.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbgrader.api as stored
import sqlalchemy as sql
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbformat import from_dict
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, is_solution, parse_utc
from sqlalchemy.exc import DBAPIError
from traitlets.config import Config

from autograder import stubs
from autograder.build import build_release
from autograder.graded import Graded
from autograder.lesson import Lesson
from autograder.nbgrader_course import NbgraderError, load_config

PATIENCE = 60
"""seconds that SQLite waits while another program writes"""

TAKE_TURNS = {
    # at once, not at the first write: of two that read before they write, SQLite would refuse one
    "sqlite": "BEGIN IMMEDIATE",
    # any number does that stays the same
    "postgresql": "SELECT pg_advisory_xact_lock(7374)",
}
"""how a transaction waits until it is the only one of ours"""

NAME_LENGTH = 128
"""letters that nbgrader has room for in the name of a student or a lesson"""

# nbgrader's models cost a query for each of their many sums; their tables do not
ASSIGNMENT, NOTEBOOK, STUDENT = (each.__table__ for each in (stored.Assignment, stored.Notebook, stored.Student))
CELL, GRADE_CELL, SOURCE = (each.__table__ for each in (stored.BaseCell, stored.GradeCell, stored.SourceCell))
SUBMISSION, SUBMITTED = (each.__table__ for each in (stored.SubmittedAssignment, stored.SubmittedNotebook))
GRADE, COMMENT = (each.__table__ for each in (stored.Grade, stored.Comment))

OURS = sql.MetaData()
LOG = sql.Table(
    "resound_log",
    OURS,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("student", sql.String(NAME_LENGTH), nullable=False),
    sql.Column("lesson", sql.String(NAME_LENGTH), nullable=False),
    sql.Column("fingerprint", sql.Text, nullable=False),
    sql.Column("version", sql.Text, nullable=False),
    sql.Column("graded_at", sql.DateTime, nullable=False),
    sql.Column("points", sql.JSON, nullable=False),
    sql.Column("total", sql.Float, nullable=False),
    sql.Column("problem", sql.Text),
    sql.Column("remarks", sql.JSON, nullable=False),
    sql.Column("verdicts", sql.JSON, nullable=False),
    sql.Column("seconds", sql.Float, nullable=False),
    sql.Column("cpu_seconds", sql.Float, nullable=False),
    sql.Index("resound_log_of_a_student", "lesson", "student", "id"),
)
REGISTERED = sql.Table(
    "resound_registered",
    OURS,
    sql.Column("lesson", sql.String(NAME_LENGTH), primary_key=True),
    sql.Column("seal", sql.String(64), nullable=False),
)


class GradebookError(Exception):
    """Nothing was stored; the message says why, and the way out."""


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

    def is_graded(self, student: str, lesson: str, fingerprint: str, version: str) -> bool:
        """Whether a student's newest marks come from these bytes and this version, and nobody removed them since."""
        submission = (
            sql.select(SUBMISSION.c.id)
            .join(ASSIGNMENT)
            .where(SUBMISSION.c.student_id == student, ASSIGNMENT.c.name == lesson)
        )
        newest = (
            sql.select(LOG.c.fingerprint, LOG.c.version, submission.exists())
            .filter_by(student=student, lesson=lesson)
            .order_by(LOG.c.id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            return connection.execute(newest).first() == (fingerprint, version, True)

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
            cells, unchanged = _find_cells(connection, lesson.notebook), _unchanged(graded.notebook)
            _get_or_create(connection, STUDENT, id=graded.student)
            submission = _get_or_create(
                connection, SUBMISSION, student_id=graded.student, assignment_id=lesson.assignment
            )
            submitted = _get_or_create(
                connection, SUBMITTED, assignment_id=submission.id, notebook_id=lesson.notebook
            ).id
            _fill(connection, GRADE.c.auto_score, submitted, _scores(cells, graded, unchanged))
            by_hand = sql.or_(GRADE.c.manual_score.is_not(None), GRADE.c.auto_score.is_(None))
            _set(connection, GRADE, GRADE.c.notebook_id == submitted, needs_manual_grade=by_hand)
            _fill(connection, COMMENT.c.auto_comment, submitted, _comments(cells, unchanged))
            # as with nbgrader, a time that is not known again stays as it was
            handed_in = handed_in or submission.timestamp
            _set(connection, SUBMISSION, SUBMISSION.c.id == submission.id, timestamp=handed_in)
            penalty = self._penalty(connection, submitted, graded.student, _lateness(handed_in, lesson, submission))
            _set(connection, SUBMITTED, SUBMITTED.c.id == submitted, late_submission_penalty=penalty)
            connection.execute(sql.insert(LOG).values(_log_line(graded, remarks)))

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


def register(course: Path, lesson: Lesson, db_url: str) -> None:
    """Enter a lesson in the gradebook as it stands in source/ now, unless it stands there so; the release stays.

    Parameters
    ----------
    course : Path
        The course's folder.
    lesson : Lesson
    db_url : str
        The database's address.

    Raises
    ------
    GradebookError
        If the lesson has other cells than those that nbgrader keeps marks for.
    """
    engine = open_database(db_url)
    try:
        with engine.connect() as connection:
            sealed = connection.scalar(sql.select(REGISTERED.c.seal).filter_by(lesson=lesson.name))
            if sealed == _seal(connection, course, lesson):
                return
            known = _registered_cells(connection, lesson.name)
        _generate_assignment(course, lesson, db_url, set(known))
        with transaction(engine) as connection:
            connection.execute(sql.delete(REGISTERED).filter_by(lesson=lesson.name))
            seal = _seal(connection, course, lesson)
            connection.execute(sql.insert(REGISTERED).values(lesson=lesson.name, seal=seal))
    finally:
        engine.dispose()


def open_database(db_url: str) -> sql.Engine:
    """Connect to a database, and make nbgrader's tables and ours where they are missing.

    Raises
    ------
    GradebookError
        If there is no database at that address, or no driver for it.
    """
    url = sql.make_url(db_url)
    on_sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = sql.create_engine(url, connect_args={"timeout": PATIENCE} if on_sqlite else {})
        if on_sqlite:
            sql.event.listen(engine, "connect", _leave_transactions_to_us)
        with engine.connect() as connection:
            complete = set(OURS.tables) <= set(sql.inspect(connection).get_table_names())
    except (DBAPIError, ModuleNotFoundError) as error:
        raise GradebookError(
            f"The gradebook {_shown(url)} can't be opened: {_cause(error)}. Is its address right? That of PostgreSQL "
            "begins with postgresql+psycopg://, and needs `pip install 'psycopg[binary]'`."
        ) from error
    if not complete:
        with transaction(engine) as connection:
            _make_tables(connection)
    return engine


@contextmanager
def transaction(engine: sql.Engine) -> Iterator[sql.Connection]:
    """Whatever is executed within is stored at the end; if anything is raised, nothing of it.

    Raises
    ------
    GradebookError
        If the database refuses.
    """
    try:
        with engine.begin() as connection:
            if engine.dialect.name in TAKE_TURNS:
                connection.exec_driver_sql(TAKE_TURNS[engine.dialect.name])
            yield connection
    except DBAPIError as error:
        raise GradebookError(
            f"The gradebook {_shown(engine.url)} can't be written: {_cause(error)}. Does another program write to it, "
            "is its disk full? What was stored before stays; run the command again."
        ) from error


def _leave_transactions_to_us(connection: Any, _: object) -> None:
    """Keep Python's sqlite3 from beginning transactions by itself: later than we do, and not around new tables."""
    connection.isolation_level = None


def _make_tables(connection: sql.Connection) -> None:
    """Make what is missing; nbgrader's own get the mark by which `nbgrader db upgrade` knows their version."""
    if not sql.inspect(connection).has_table(ASSIGNMENT.name):
        stored.Base.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "heads")
    OURS.create_all(connection)


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


def _scores(cells: list[sql.Row], graded: Graded, unchanged: set[str]) -> dict[str, float | None]:
    """What each graded cell earned, by its id; None where a person must read it."""
    answers = {cell.name for cell in cells if cell.type == "SolutionCell"}
    judged = {cell.id: cell for cell in cells if cell.cell_type == "code" and cell.name not in answers}
    _refuse_other_exercises(graded, {_exercise(cell): cell.max_score for cell in judged.values()})

    def score(cell: sql.Row) -> float | None:
        if cell.id in judged:
            return graded.points[_exercise(cell)]
        return 0.0 if graded.problem is not None or cell.name in unchanged else None

    return {cell.id: score(cell) for cell in cells if cell.type != "SolutionCell"}


def _comments(cells: list[sql.Row], unchanged: set[str]) -> dict[str, str | None]:
    """What nbgrader says about each answer, by the cell's id."""
    return {cell.id: "No response." if cell.name in unchanged else None for cell in cells if cell.type != "GradeCell"}


def _unchanged(notebook: Mapping[str, Any]) -> set[str]:
    """The names of the cells whose answer stands as it was handed out."""
    cells = [
        from_dict({**cell, "source": "".join(cell["source"]), "outputs": []})
        for cell in notebook.get("cells", ())
        if "nbgrader" in cell["metadata"]
    ]
    return {
        cell.metadata.nbgrader.grade_id
        for cell in cells
        if is_solution(cell) and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    }


def _exercise(cell: sql.Row) -> str:
    return cell.name.removeprefix("check_")


def _refuse_other_exercises(graded: Graded, out_of: Mapping[str, float]) -> None:
    """Marks for what the gradebook does not know, or none for what it does, would be lost without a word."""
    if graded.points.keys() != out_of.keys():
        raise GradebookError(
            f"{graded.lesson} was judged on {', '.join(graded.points)}; the gradebook has {', '.join(out_of)}. "
            "Register the lesson again."
        )
    for exercise, points in graded.points.items():
        if not 0 <= points <= out_of[exercise]:
            raise GradebookError(
                f"{graded.lesson}: {exercise} was judged with {points} points, of {out_of[exercise]} in the gradebook. "
                "Register the lesson again."
            )


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
    # file names and messages in it may hold what no database stores
    problem = graded.problem and graded.problem.replace("\0", "").encode(errors="backslashreplace").decode()
    return {name: getattr(graded, name) for name in LOG.c.keys() & vars(graded).keys()} | {
        "graded_at": datetime.now(UTC).replace(tzinfo=None),
        "total": sum(graded.points.values()),
        "problem": problem,
        "remarks": remarks,
    }


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


def _registered_cells(connection: sql.Connection, lesson: str) -> dict[str, str]:
    """The checksum of each cell of a lesson that nbgrader keeps, by name: of its text, its points and its flags."""
    cells = sql.select(SOURCE.c.name, SOURCE.c.checksum).select_from(SOURCE.join(NOTEBOOK).join(ASSIGNMENT))
    return {cell.name: cell.checksum for cell in connection.execute(cells.where(ASSIGNMENT.c.name == lesson))}


def _seal(connection: sql.Connection, course: Path, lesson: Lesson) -> str:
    """A fingerprint of what a lesson's cells are made from, and of the cells that stand in the database."""
    made_from = (lesson.folder / f"{lesson.name}.py", course / "nbgrader_config.py", Path(stubs.__file__))
    seal = hashlib.sha256(b"\0".join(path.read_bytes() for path in made_from))
    seal.update(repr(sorted(_registered_cells(connection, lesson.name).items())).encode())
    return seal.hexdigest()


def _generate_assignment(course: Path, lesson: Lesson, db_url: str, known: set[str]) -> None:
    """Let nbgrader enter the lesson's cells; its release lands where nobody looks."""
    config = load_config(course)
    config.CourseDirectory.db_url = db_url
    try:
        with tempfile.TemporaryDirectory() as unused_release:
            config.CourseDirectory.release_directory = unused_release
            build_release(lesson, config)
    except NbgraderError as error:
        if "Cannot add or remove cells" not in str(error):
            raise
        cells = {cell["metadata"]["nbgrader"]["grade_id"] for cell in lesson.cells if "nbgrader" in cell["metadata"]}
        changes = [f"{name} is new" for name in sorted(cells - known)] + [f"{name} is gone" for name in known - cells]
        remove = f"nbgrader db assignment remove {lesson.name} --force --db={_shown(sql.make_url(db_url))}"
        raise GradebookError(
            f"{lesson.name} has other cells than when it was first graded ({', '.join(changes)}), and nbgrader keeps "
            f"marks only under the cells it knows. Either put them back, or begin the lesson's marks anew: `{remove}`, "
            "and grade again. Points that were given by hand are lost then; the log of all marks is not."
        ) from error


def _shown(url: sql.URL) -> str:
    """A database's address without its password."""
    return url.render_as_string()


def _cause(error: Exception) -> str:
    """The last line of what a driver says, without SQLAlchemy's additions."""
    return str(getattr(error, "orig", error)).strip().splitlines()[-1]
