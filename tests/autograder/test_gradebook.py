"""The one writer of nbgrader's database, held against nbgrader itself, on SQLite and on a real PostgreSQL server."""

import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
import sqlalchemy as sql
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Base, Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import determine_grade, is_grade, is_solution
from traitlets.config import Config

from autograder.build import build_release
from autograder.database import GradebookError, register
from autograder.gradebook import GradebookWriter
from autograder.graded import Graded
from autograder.lesson import Lesson
from autograder.nbgrader_course import load_config
from autograder.report.data import read_gradebook
from tests import postgresql
from tests.autograder.conftest import SCRIPTS
from tests.conftest import COURSE, LESSONS

# nbgrader reads a submission's cells before it has stored the submission, as it means to
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

SMALL = "99_small"
FULL = {"energy": 2.0, "power": 3.0}
DUE = "2030-01-01 12:00:00 UTC"
TOO_LATE = "2030-01-01 13:00:00 UTC"


def header(grade_id: str, kind: str = "", **what: object) -> str:
    """The line of a lesson's text before one of nbgrader's cells."""
    flags = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return f"# %%{kind} nbgrader={json.dumps(flags | {'grade_id': grade_id} | what)}"


TEXT = f"""\
# %% [markdown]
# # Small
{header("begin", locked=True)}
import math
{header("energy", solution=True)}
def energy(x):
    ### BEGIN SOLUTION
    # the sum of squares
    total = sum(value * value for value in x)
    ### END SOLUTION
    return total
{header("check_energy", grade=True, locked=True, points=2)}
check(energy)
{header("power", solution=True)}
def power(x):
    ### BEGIN SOLUTION
    # the mean of squares
    mean = energy(x) / len(x)
    ### END SOLUTION
    return mean
{header("check_power", grade=True, locked=True, points=3)}
check(power)
{header("explain", " [markdown]", grade=True, solution=True, points=4)}
# Why are squares summed?
{header("project", " [markdown]", locked=True, task=True, points=5)}
# Measure a sound of your own.
"""


if postgresql.PROGRAMS is None:
    warnings.warn("gradebook tests on PostgreSQL: left out, for there is no PostgreSQL server here", stacklevel=1)


@pytest.fixture(scope="module")
def postgresql_server() -> Iterator[str]:
    """A server for these tests alone; gives the end of its address."""
    with postgresql.serve() as folder:
        yield f"?host={folder}"


@pytest.fixture(params=["sqlite", "postgresql"] if postgresql.PROGRAMS else ["sqlite"])
def db_url(request, tmp_path) -> Iterator[str]:
    """The address of a database that nobody has written to."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gradebook.db'}"
        return
    place = request.getfixturevalue("postgresql_server")
    server = sql.create_engine(f"postgresql+psycopg://postgres@/postgres{place}", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE course")
        yield f"postgresql+psycopg://postgres@/course{place}"
        connection.exec_driver_sql("DROP DATABASE course WITH (FORCE)")
    server.dispose()


@dataclass(frozen=True)
class Small:
    """A course with one lesson that has all kinds of cells, and its release."""

    course: Path
    lesson: Lesson
    released: NotebookNode

    def text(self) -> Path:
        return self.lesson.folder / f"{SMALL}.py"


@pytest.fixture(scope="module")
def small_course(tmp_path_factory) -> Path:
    """The folder of a course with the small lesson, built."""
    course = tmp_path_factory.mktemp("course")
    folder = course / "source" / SMALL
    folder.mkdir(parents=True)
    shutil.copy(COURSE / "nbgrader_config.py", course)
    (folder / f"{SMALL}.py").write_text(TEXT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        # nbgrader_config.py sets it to where it lies
        environment.setenv("RESOUND_COURSE", str(COURSE))
        build_release(Lesson(folder), load_config(course))
    return course


@pytest.fixture
def small(small_course, tmp_path, monkeypatch) -> Small:
    monkeypatch.setenv("RESOUND_COURSE", str(COURSE))
    course = tmp_path / "course"
    shutil.copytree(small_course, course)
    released = nbformat.read(course / "release" / SMALL / f"{SMALL}.ipynb", as_version=4)
    return Small(course, Lesson(course / "source" / SMALL), released)


@pytest.fixture
def writer(small, db_url) -> Iterator[GradebookWriter]:
    """A writer into a gradebook in which the small lesson is registered."""
    register(small.course, small.lesson, db_url)
    with GradebookWriter(db_url) as writer:
        yield writer


def executed(released: NotebookNode, answers: dict[str, str], points: dict[str, float]) -> NotebookNode:
    """A notebook with answers in some cells, and what the judge left in its test cells."""
    notebook = nbformat.from_dict(released)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = answers.get(name, cell.source)
        if name.startswith("check_"):
            earned = points.get(name.removeprefix("check_"), 0.0)
            cell.outputs = [new_output("execute_result", {"text/plain": repr(earned)})]
    return notebook


def graded(notebook: NotebookNode, student: str = "anna", lesson: str = SMALL, **others) -> Graded:
    """What the judge hands over for an executed notebook: the marks that nbgrader reads from its outputs."""
    judged = [cell for cell in notebook.cells if is_grade(cell) and not is_solution(cell)]
    points = {
        cell.metadata.nbgrader.grade_id.removeprefix("check_"): float(determine_grade(cell)[0]) for cell in judged
    }
    return replace(Graded(student, lesson, notebook, points, "bytes", "1"), **others)


def stock(db_url: str, one: Graded, config: Config | None = None) -> None:
    """Store an executed notebook as stock nbgrader does: with its own steps, one after the other."""
    with Gradebook(db_url, "resound") as gradebook:
        gradebook.update_or_create_student(one.student)
        known = {"timestamp": one.timestamp} if one.timestamp else {}
        gradebook.update_or_create_submission(one.lesson, one.student, **known)
    place = {"notebook": one.lesson, "assignment": one.lesson, "student": one.student, "db_url": db_url}
    for step in (SaveAutoGrades, AssignLatePenalties):
        step(config=config).preprocess(one.notebook, {"nbgrader": place})


def contents(db_url: str) -> dict[str, list[str]]:
    """All that nbgrader's tables say: each row's values, with what it refers to in place of random ids."""
    engine = sql.create_engine(db_url)
    said: dict[tuple[str, str], str] = {}
    tables = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            tables[table.name] = []
            for row in connection.execute(sql.select(table)).mappings():
                values = {}
                for column in table.columns:
                    if column.foreign_keys:
                        (key,) = column.foreign_keys
                        values[column.name] = said[key.column.table.name, row[column.name]]
                    elif not (column.primary_key and column.type.length == 32):
                        values[column.name] = row[column.name]
                said[table.name, row.get("id")] = repr(values)
                tables[table.name].append(repr(values))
    engine.dispose()
    return {name: sorted(rows) for name, rows in tables.items()}


def small_class(released: NotebookNode) -> list[Graded]:
    """Who answered everything, something, nothing, and who answered in words only."""
    everything = {
        "energy": "def energy(x): ...",
        "power": "def power(x): ...",
        "explain": "So that signs do not cancel.",
    }
    works = {
        "anna": executed(released, everything, FULL),
        "björn": executed(released, {"energy": everything["energy"]}, {"energy": 1.0}),
        "carla": executed(released, {}, {}),
        "dörte": executed(released, {"explain": everything["explain"]}, {}),
    }
    failed = works["dörte"].cells[4]
    failed.outputs = [new_output("error", ename="NameError", evalue="energy", traceback=[])]
    return [graded(notebook, student) for student, notebook in works.items()]


def beside(tmp_path: Path) -> str:
    """The address of a second gradebook, for stock nbgrader."""
    return f"sqlite:///{tmp_path / 'stock.db'}"


def enter(db_url: str, student: str, **values) -> None:
    """Enter by hand, as formgrader does, into the grades of a student."""
    with Gradebook(db_url) as gradebook:
        for cell in ("check_energy", "explain"):
            grade = gradebook.find_grade(cell, SMALL, SMALL, student)
            grade.needs_manual_grade = False
            for name, value in values.items():
                setattr(grade, name, value)
        gradebook.find_comment("energy", SMALL, SMALL, student).manual_comment = "Well done."
        gradebook.db.commit()


def test_tables_hold_what_stock_nbgrader_puts_there(small, writer, db_url, tmp_path):
    """Field by field, for every kind of cell: marks, comments, flags, maximal scores; also when graded again."""
    theirs = beside(tmp_path)
    register(small.course, small.lesson, theirs)
    works = small_class(small.released)
    for one in works:
        writer.record(one)
        stock(theirs, one)
    assert contents(db_url) == contents(theirs)
    assert len(contents(db_url)["grade"]) == 4 * 4
    # a second time, each with the work of another
    for one, other in zip(works, reversed(works), strict=True):
        swapped = replace(one, notebook=other.notebook, points=other.points)
        writer.record(swapped)
        stock(theirs, swapped)
    assert contents(db_url) == contents(theirs)


def test_a_real_class_gets_what_stock_nbgrader_gives(graded_class, db_url, tmp_path):
    """The notebooks of the demonstration class, as they were executed."""
    theirs, lesson = beside(tmp_path), LESSONS["02_stft"]
    for address in (db_url, theirs):
        register(COURSE, lesson, address)
    with GradebookWriter(db_url) as writer:
        for path in sorted((graded_class.folder / "autograded").glob("*/*/*.ipynb")):
            one = graded(nbformat.read(path, as_version=4), path.parts[-3], lesson.name)
            writer.record(one)
            stock(theirs, one)
    assert contents(db_url) == contents(theirs)
    assert len(contents(db_url)["submitted_notebook"]) == len(graded_class.works)


def test_formgrader_reads_scores_and_flags(small, writer, db_url):
    """Through nbgrader's own interface: what was judged, and that words and the task wait for a person."""
    writer.record(small_class(small.released)[0])
    with Gradebook(db_url) as gradebook:
        submission = gradebook.find_submission(SMALL, "anna")
        assert (submission.score, submission.max_score) == (5.0, 14.0)
        waiting = {grade.name for grade in submission.notebooks[0].grades if grade.needs_manual_grade}
        assert waiting == {"explain", "project"}


def test_a_second_record_replaces_marks_and_grows_the_log(small, writer, db_url):
    """One submission in nbgrader's tables, two lines in the log, and the newest counts."""
    one = small_class(small.released)[0]
    writer.record(replace(one, points={"energy": 1.0, "power": 0.0}, verdicts={"power": {"outcome": "not yet"}}))
    writer.record(replace(one, fingerprint="other bytes", remarks=("a second cell",), seconds=0.5, cpu_seconds=0.25))
    first, second = writer.history("anna", SMALL)
    assert (first.total, first.points, first.verdicts) == (
        1.0,
        {"energy": 1.0, "power": 0.0},
        {"power": {"outcome": "not yet"}},
    )
    assert (second.total, second.fingerprint, second.remarks) == (5.0, "other bytes", ["a second cell"])
    assert (second.seconds, second.cpu_seconds) == (0.5, 0.25)
    assert first.graded_at <= second.graded_at
    assert writer.marks(SMALL) == [second]
    with Gradebook(db_url) as gradebook:
        assert [submission.score for submission in gradebook.assignment_submissions(SMALL)] == [5.0]


def test_marks_are_those_of_one_lesson_by_student(small, writer):
    """Sorted by their names, one line each."""
    for one in reversed(small_class(small.released)):
        writer.record(one)
    assert [(mark.student, mark.total) for mark in writer.marks(SMALL)] == [
        ("anna", 5.0),
        ("björn", 1.0),
        ("carla", 0.0),
        ("dörte", 0.0),
    ]
    assert writer.marks("02_stft") == writer.history("nobody", SMALL) == []


def test_the_newest_record_is_told(small, writer):
    """Of this student, in this lesson; none before the first."""
    one = small_class(small.released)[0]
    assert writer.newest("anna", SMALL) is None
    writer.record(one)
    assert (writer.newest("anna", SMALL).fingerprint, writer.newest("anna", SMALL).version) == ("bytes", "1")
    writer.record(replace(one, version="2"))
    assert writer.newest("anna", SMALL).version == "2"
    assert writer.newest("björn", SMALL) is None and writer.newest("anna", "99_other") is None


def test_who_was_removed_from_nbgrader_is_not_graded(small, writer, db_url):
    """So that grading again brings the marks back; the log remembers both times."""
    one = small_class(small.released)[0]
    writer.record(one)
    with Gradebook(db_url) as gradebook:
        gradebook.remove_student("anna")
    assert writer.newest("anna", SMALL) is None
    writer.record(one)
    assert writer.newest("anna", SMALL) is not None
    assert len(writer.history("anna", SMALL)) == 2


def test_what_a_person_entered_stays_and_is_flagged(small, writer, db_url, tmp_path):
    """Scores, extra credit and comments survive a new grading, exactly as with stock nbgrader."""
    theirs = beside(tmp_path)
    register(small.course, small.lesson, theirs)
    one = small_class(small.released)[0]
    for address, store in ((db_url, writer.record), (theirs, lambda one: stock(theirs, one))):
        store(one)
        enter(address, "anna", manual_score=1.5, extra_credit=0.5)
        store(replace(one, points={"energy": 0.0, "power": 3.0}, notebook=executed(one.notebook, {}, {"power": 3.0})))
    assert contents(db_url) == contents(theirs)
    with Gradebook(db_url) as gradebook:
        grade = gradebook.find_grade("check_energy", SMALL, SMALL, "anna")
        assert (grade.auto_score, grade.score, grade.needs_manual_grade) == (0.0, 2.0, True)
        assert gradebook.find_comment("energy", SMALL, SMALL, "anna").comment == "Well done."


def test_a_task_that_a_person_marked_is_flagged_when_graded_again(small, writer, db_url):
    """Its answer may stand anywhere in the new notebook."""
    one = small_class(small.released)[0]
    writer.record(one)
    with Gradebook(db_url) as gradebook:
        grade = gradebook.find_grade("project", SMALL, SMALL, "anna")
        grade.manual_score, grade.needs_manual_grade = 4.0, False
        gradebook.db.commit()
    writer.record(one)
    with Gradebook(db_url) as gradebook:
        grade = gradebook.find_grade("project", SMALL, SMALL, "anna")
        assert (grade.score, grade.needs_manual_grade) == (4.0, True)


def test_what_could_not_be_read_has_zero_points_and_a_reason(small, writer, db_url):
    """Nobody need look at it by hand, and letters that no database stores do not lose the reason."""
    problem = "The folder holds x\udcff.ipynb\0."
    writer.record(Graded("anna", SMALL, {}, dict.fromkeys(FULL, 0.0), "bytes", "1", problem=problem))
    (record,) = writer.marks(SMALL)
    assert (record.total, record.problem) == (0.0, "The folder holds x\\udcff.ipynb.")
    with Gradebook(db_url) as gradebook:
        grades = gradebook.find_submission(SMALL, "anna").notebooks[0].grades
        assert {(grade.auto_score, grade.needs_manual_grade) for grade in grades} == {(0.0, False)}
        assert gradebook.find_comment("energy", SMALL, SMALL, "anna").comment is None


class TenPercent(LateSubmissionPlugin):
    """A penalty as a course may write it."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"björn": -1.0, "carla": 100.0}.get(student_id, 0.1 * score)


ZERO = {"LateSubmissionPlugin": {"penalty_method": "zero"}}
OWN = {"AssignLatePenalties": {"plugin_class": TenPercent}}


@pytest.mark.parametrize("settings", [{}, ZERO, OWN], ids=["none", "zero", "own"])
def test_late_penalties_are_those_of_nbgrader(small, writer, db_url, tmp_path, settings):
    """By its own setting or the course's plugin; an extension counts, and a later grading in time takes it back."""
    theirs, config = beside(tmp_path), Config(settings)
    register(small.course, small.lesson, theirs)
    works = [replace(one, timestamp=TOO_LATE) for one in small_class(small.released)]
    works += [replace(works[0], student="ernst", timestamp=DUE), replace(works[0], student="fritz", timestamp=None)]
    with GradebookWriter(db_url, config) as writer:
        for address, store in ((db_url, writer.record), (theirs, lambda one: stock(theirs, one, config))):
            with Gradebook(address) as gradebook:
                gradebook.update_or_create_assignment(SMALL, duedate=DUE)
            for one in works:
                store(one)
            with Gradebook(address) as gradebook:
                gradebook.grant_extension(SMALL, "dörte", hours=2)
            for one in (works[0], works[3], replace(works[1], timestamp=None), replace(works[2], timestamp=DUE)):
                store(one)
        assert contents(db_url) == contents(theirs)
    with Gradebook(db_url) as gradebook:
        penalty = gradebook.find_submission(SMALL, "anna").late_submission_penalty
    assert (
        penalty
        == {"none": 0.0, "zero": 5.0, "own": 0.5}["none" if not settings else "zero" if settings is ZERO else "own"]
    )


def test_why_a_try_failed_is_kept_and_marks_stay(small, writer, db_url):
    """Whatever the message holds; marks of before count until they are replaced, and then the failure is past."""
    writer.record(graded(small.released, points=FULL))
    writer.record_failure("anna", SMALL, "No space left for x\udcff.ipynb\0.")
    assert [record.points for record in writer.marks(SMALL)] == [FULL]
    with read_gradebook(db_url) as gradebook:
        assert gradebook.lesson(SMALL).not_graded == {"anna": "No space left for x\\udcff.ipynb."}
        writer.record(graded(small.released, points=FULL))
        assert gradebook.lesson(SMALL).not_graded == {}
        assert gradebook.lesson(SMALL).out_of == {"energy": 2, "power": 3, "explain": 4, "project": 5}


@pytest.mark.parametrize("text", ["yesterday, I think", "\udcff\0", "9" * 400, "2030-01-01 12:00:00 +99999999999999"])
def test_a_time_that_is_none_costs_no_marks(small, writer, db_url, text):
    """It is remarked, and the submission counts as one without a time."""
    writer.record(replace(small_class(small.released)[0], timestamp=text))
    (record,) = writer.marks(SMALL)
    assert record.total == 5.0
    assert "timestamp.txt holds no time" in record.remarks[0]
    with Gradebook(db_url) as gradebook:
        assert gradebook.find_submission(SMALL, "anna").timestamp is None


def test_a_failure_in_the_middle_leaves_nothing(small, writer, db_url):
    """Neither a student nor a grade, when the last statement of all fails."""
    before = contents(db_url)
    with pytest.raises((TypeError, sql.exc.StatementError), match="not JSON serializable"):
        writer.record(replace(small_class(small.released)[0], verdicts={"energy": object()}))
    assert contents(db_url) == before
    assert writer.history("anna", SMALL) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lesson": "03_mel"}, "03_mel is not in the gradebook: register the lesson"),
        ({"points": {"energy": 2.0}}, "was judged on energy; the gradebook has energy, power"),
        (
            {"points": FULL | {"loudness": 1.0}},
            "was judged on energy, power, loudness; the gradebook has energy, power",
        ),
        ({"points": {"energy": 2.5, "power": 3.0}}, "energy was judged with 2.5 points, of 2.0"),
        ({"points": {"energy": float("nan"), "power": 3.0}}, "energy was judged with nan points"),
        ({"student": "x" * 129}, "can't be a student's name"),
        ({"student": "j\udcf6rg"}, "can't be a student's name"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_way_out(small, writer, db_url, changes, says):
    """No mark is lost without a word, and none is invented."""
    before = contents(db_url)
    with pytest.raises(GradebookError, match=says):
        writer.record(replace(small_class(small.released)[0], **changes))
    assert contents(db_url) == before


def test_an_address_without_a_database_is_named():
    """With the reason of the driver, and without the password."""
    with pytest.raises(GradebookError, match="unable to open database file"):
        GradebookWriter("sqlite:////nowhere/gradebook.db")
    with pytest.raises(GradebookError, match=r"postgresql\+psycopg://me:\*\*\*@.*can't be opened"):
        GradebookWriter("postgresql+psycopg://me:secret@/course?host=/nowhere")


def test_a_registered_lesson_is_registered_again_only_when_it_changed(small, db_url):
    """In its text, or in the gradebook."""

    def registers() -> bool:
        small.lesson.solved.path.unlink()
        lesson = Lesson(small.lesson.folder)
        register(small.course, lesson, db_url)
        return lesson.solved.path.is_file()

    assert registers()
    assert not registers()
    small.text().write_text(TEXT.replace('"points": 3', '"points": 6'), encoding="utf-8")
    small.lesson.solved.path.touch()
    assert registers()
    with Gradebook(db_url) as gradebook:
        assert gradebook.find_assignment(SMALL).max_score == 17.0
        gradebook.remove_assignment(SMALL)
    assert registers()
    with Gradebook(db_url) as gradebook:
        assert gradebook.find_assignment(SMALL).max_score == 17.0


def test_other_cells_than_those_already_graded_are_refused_with_the_way_out(small, writer, db_url):
    """The message names the cells and a command; that command works, and the log outlives it."""
    one = small_class(small.released)[0]
    writer.record(one)
    small.text().write_text(TEXT.replace("check_power", "check_loudness"), encoding="utf-8")
    lesson = Lesson(small.lesson.folder)
    with pytest.raises(GradebookError, match="check_loudness is new, check_power is gone") as refused:
        register(small.course, lesson, db_url)
    command = str(refused.value).split("`")[1].split()
    subprocess.run([SCRIPTS / command[0], *command[1:]], cwd=small.course, check=True, capture_output=True)
    register(small.course, lesson, db_url)
    assert writer.newest("anna", SMALL) is None
    writer.record(replace(one, points={"energy": 2.0, "loudness": 3.0}))
    assert [record.points for record in writer.history("anna", SMALL)] == [FULL, {"energy": 2.0, "loudness": 3.0}]


def test_nbgrader_can_upgrade_the_database(writer, db_url):
    """Its tables bear the newest version from the start; ours are none of its business."""
    environment = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    before = contents(db_url)
    command = [SCRIPTS / "nbgrader", "db", "upgrade", f"--db={db_url}"]
    ran = subprocess.run(command, cwd=COURSE, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "Running upgrade" not in ran.stderr
    assert contents(db_url) == before


def test_a_gradebook_of_nbgrader_gets_our_tables_beside_its_own(small, db_url, monkeypatch):
    """One that was there before, with a student in it."""
    # nbgrader starts `alembic` by its bare name
    monkeypatch.setenv("PATH", str(SCRIPTS), prepend=os.pathsep)
    with Gradebook(db_url, "resound") as gradebook:
        gradebook.add_student("anna", first_name="Anna")
    register(small.course, small.lesson, db_url)
    with GradebookWriter(db_url) as writer:
        writer.record(small_class(small.released)[0])
    with Gradebook(db_url, "resound") as gradebook:
        assert gradebook.find_student("anna").first_name == "Anna"
        assert gradebook.find_student("anna").score == 5.0


def test_one_file_holds_everything(small, tmp_path):
    """gradebook.db can be copied alone, even while the writer still has it open."""
    folder = tmp_path / "class"
    folder.mkdir()
    address = f"sqlite:///{folder / 'gradebook.db'}"
    register(small.course, small.lesson, address)
    with GradebookWriter(address) as writer:
        writer.record(small_class(small.released)[0])
        shutil.copy(folder / "gradebook.db", tmp_path / "copy.db")
        assert [path.name for path in folder.iterdir()] == ["gradebook.db"]
    with GradebookWriter(f"sqlite:///{tmp_path / 'copy.db'}") as copy:
        assert [mark.total for mark in copy.marks(SMALL)] == [5.0]


def test_waits_while_another_program_writes(small, tmp_path):
    """SQLite lets one write at a time; formgrader's turn ends."""
    path = tmp_path / "gradebook.db"
    register(small.course, small.lesson, f"sqlite:///{path}")
    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
        GradebookWriter(f"sqlite:///{path}") as writer,
    ):
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.5, other.execute, ["COMMIT"])
        release.start()
        writer.record(small_class(small.released)[0])
        release.join()
        assert len(writer.marks(SMALL)) == 1


def keep_recording(db_url: str, one: Graded, seed: int, times: int, started: object) -> None:
    """Record random marks of random students; what a process does that is then killed."""
    rng = random.Random(seed)
    with GradebookWriter(db_url) as writer:
        for _ in range(times):
            points = {name: rng.randrange(8) / 8 * most for name, most in FULL.items()}
            writer.record(replace(one, student=f"student {rng.randrange(50)}", points=points))
            started.set()


def start_recording(db_url: str, one: Graded, seed: int, times: int):
    fork = multiprocessing.get_context("fork")
    started = fork.Event()
    process = fork.Process(target=keep_recording, args=(db_url, one, seed, times, started))
    process.start()
    return process, started


def assert_whole(db_url: str) -> int:
    """Everybody in the log has exactly the newest marks, and nobody else has any; gives the log's length."""
    with GradebookWriter(db_url) as writer, Gradebook(db_url) as gradebook:
        newest = {mark.student: mark.points for mark in writer.marks(SMALL)}
        assert {student.id for student in gradebook.students} == newest.keys()
        for submission in gradebook.assignment_submissions(SMALL):
            (notebook,) = submission.notebooks
            scores = {grade.name.removeprefix("check_"): grade.auto_score for grade in notebook.grades}
            assert scores == newest.pop(submission.student.id) | {"explain": None, "project": None}
            assert len(notebook.comments) == 4
        assert not newest
        return sum(len(writer.history(student.id, SMALL)) for student in gradebook.students)


def test_killed_at_any_moment_each_record_is_whole_or_absent(small, db_url):
    """Thirty processes in turn, each killed while it writes; the database is sound after each."""
    register(small.course, small.lesson, db_url)
    one = small_class(small.released)[0]
    rng = random.Random(7)
    for seed in range(30):
        process, started = start_recording(db_url, one, seed, 10**6)
        assert started.wait(60)
        time.sleep(rng.uniform(0, 0.03))
        process.kill()
        process.join()
        assert process.exitcode == -9
        if db_url.startswith("sqlite"):
            with closing(sqlite3.connect(db_url.removeprefix("sqlite:///"))) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        # each had stored at least one before it was killed
        assert assert_whole(db_url) > seed


def test_two_writers_take_turns(small, db_url):
    """Two commands at once on one class: neither fails, and no line of the log is lost."""
    register(small.course, small.lesson, db_url)
    one = small_class(small.released)[0]
    processes = [start_recording(db_url, one, seed, 100)[0] for seed in (1, 1)]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert assert_whole(db_url) == 200
