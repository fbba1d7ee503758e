"""nbgrader's database: its tables and ours, how it is opened, and how a lesson is entered in it.

SQLite keeps its rollback journal. A write-ahead log would leave the last marks in a second file, which whoever copies
gradebook.db forgets, and it fails on network drives; what it saves, waiting readers, is nothing against the time that
grading takes.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbgrader.api as stored
import sqlalchemy as sql
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy.exc import DBAPIError

from autograder import stubs
from autograder.build import build_release
from autograder.errors import PlainError
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
NOT_GRADED = sql.Table(
    "resound_not_graded",
    OURS,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("student", sql.String(NAME_LENGTH), nullable=False),
    sql.Column("lesson", sql.String(NAME_LENGTH), nullable=False),
    sql.Column("failed_at", sql.DateTime, nullable=False),
    sql.Column("problem", sql.Text, nullable=False),
)
REGISTERED = sql.Table(
    "resound_registered",
    OURS,
    sql.Column("lesson", sql.String(NAME_LENGTH), primary_key=True),
    sql.Column("seal", sql.String(64), nullable=False),
)


class GradebookError(PlainError):
    """Nothing was stored; the message says why, and the way out."""


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
