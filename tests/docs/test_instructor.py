"""The instructor's and the campus guide: each command in them is run, one after the other, on a small class."""

import csv
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.demo import fill_in, make_class
from tests import postgresql
from tests.collect import campus
from tests.conftest import COURSE, LESSONS
from tests.docs.guide import commands, run

LESSON = LESSONS["02_stft"]
STUDENTS = {"perfect": campus.STUDENTS[4], "half_done": campus.STUDENTS[5]}
"""Who has whose work; they have names of their own."""
EARNED = {"s004": 15.0, "s005": 8.0}
CAMPUS = commands(COURSE / "docs" / "campus.md")
HUB = next(place for place, command in enumerate(CAMPUS) if "release_assignment" in command.text)
"""Where in the guide the part about JupyterHub begins."""


def small_course(folder: Path) -> Path:
    """A course with one lesson."""
    for part in ("source", "release"):
        shutil.copytree(COURSE / part / LESSON.name, folder / part / LESSON.name)
    shutil.copy(COURSE / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A small course; beside it what Moodle and Canvas give to an instructor."""
    folder = small_course(tmp_path_factory.mktemp("course"))
    delivery = campus.Delivery()
    for work in make_class(LESSON):
        if student := STUDENTS.get(work.student):
            notebook = nbformat.read(folder / "release" / LESSON.name / f"{LESSON.name}.ipynb", as_version=4)
            fill_in(notebook, work.answers)
            name = f"{student.name}_{student.participant}_assignsubmission_file/{LESSON.name}.ipynb"
            delivery.add(name, nbformat.writes(notebook).encode(), student, "graded")
    delivery.write(folder / "moodle.zip")
    campus.class_roster(folder / "participants.csv")
    campus.moodle_worksheet(folder / "worksheet.csv")
    campus.canvas_gradebook(folder / "gradebook.csv", f"{LESSON.name} (4711)")
    return folder


@pytest.fixture(scope="module")
def instructor(course):
    """What became of each command of the instructor's guide; before `--changed` a test gets a name."""
    ran = {}
    for command in commands(COURSE / "docs" / "instructor.md"):
        if command.text == "autograder grade --changed":
            checks = course / "source" / LESSON.name / "checks.py"
            checks.write_text(checks.read_text(encoding="utf-8").replace("Takes ten times", "Takes 10 times"), "utf-8")
        instead = {command.text: f"{command.text} --yes"} if "collect" in command.text else {}
        ran[command.text] = run(command, course, instead, PYTHONPATH=str(COURSE))
    return ran


def test_every_command_of_an_instructor_works(instructor):
    """From a zip file of Moodle's to the one that it takes back."""
    assert len(instructor) >= 10
    assert {text: each.said for text, each in instructor.items() if each.status != 0} == {}


def test_they_do_what_they_promise(course, instructor):
    """Marks, pages, a report, and a file for each who wants one."""
    assert totals(course) == EARNED
    assert "2 of 2 were judged again" in instructor["autograder grade --changed"].said
    for name in ("report.html", "grades.csv", "feedback.zip", "exam.html", "solutions.html"):
        assert (course / name).stat().st_size > 100, name
    assert len(list((course / "feedback").glob(f"*/*/{LESSON.name}.html"))) == 2


@pytest.fixture(scope="module")
def on_campus(course, instructor):
    """What became of the first two parts of the campus guide, with a database and a cluster of our own; the marks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran, marks = {}, {}
    with ExitStack() as stack:
        own = {"PYTHONPATH": str(COURSE)}
        if postgresql.PROGRAMS:
            own |= {"PGHOST": str(stack.enter_context(postgresql.serve())), "PGUSER": "postgres"}
        for command in CAMPUS[:HUB]:
            here = command.text.replace("8786", str(port))
            if here.startswith("dask "):
                stack.enter_context(_running(f"{Path(sys.executable).parent}/{here}"))
                continue
            if not postgresql.PROGRAMS:  # another database has to do; test_gradebook says so
                here = here.replace("postgresql+psycopg:///resound", "sqlite:///another.db").replace("createdb", "echo")
            if "pip install" in here:  # what tests need is installed
                here = f"{sys.executable} -c 'import psycopg, distributed'"
            if "--scheduler" in here:  # all are graded by now
                here += " --force"
            ran[command.text] = run(replace(command, text=here), course, **own)
            marks[command.text] = totals(course)
    return ran, marks


@pytest.fixture(scope="module")
def on_a_hub(tmp_path_factory):
    """What became of its last part: a student fetches and submits, and gets feedback; the student's folder."""
    course, home, exchange = small_course(tmp_path_factory.mktemp("hub")), *map(tmp_path_factory.mktemp, ("me", "all"))
    exchange.chmod(0o777)
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'resound'\nc.Exchange.root = {str(exchange)!r}\n"
    )

    def student(what: str) -> None:
        command = [Path(sys.executable).parent / "nbgrader", what, LESSON.name]
        subprocess.run(command, cwd=home, check=True, capture_output=True)

    ran = {}
    for command in CAMPUS[HUB:]:
        if "autograder collect" in command.text:
            student("fetch_assignment")
            student("submit")
        here = replace(command, text=command.text.replace("/srv/nbgrader/exchange", str(exchange)))
        ran[command.text] = run(here, course, PYTHONPATH=str(COURSE))
    student("fetch_feedback")
    return ran, home


def _running(command: str) -> ExitStack:
    """A program that ends with the tests."""
    stack = ExitStack()
    program = subprocess.Popen(command.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(program.wait)
    stack.callback(program.terminate)
    return stack


def totals(course: Path) -> dict[str, float]:
    """By student, as marks.csv has them."""
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        return {row["student"]: float(row["total"]) for row in csv.DictReader(file)}


def test_every_command_on_a_campus_works(on_campus):
    """A database, and a cluster."""
    ran, _ = on_campus
    assert len(ran) >= 6
    assert {text: each.said for text, each in ran.items() if each.status != 0} == {}


def test_marks_are_the_same_wherever_they_are_made_and_kept(on_campus):
    """PostgreSQL and SQLite, a Dask cluster and this machine's processes."""
    _, marks = on_campus
    (on_postgresql,) = (each for text, each in marks.items() if text.startswith("autograder grade --db"))
    (on_dask,) = (each for text, each in marks.items() if "--scheduler" in text)
    assert on_postgresql == on_dask == EARNED


def test_a_student_of_the_hub_gets_feedback_through_the_exchange(on_a_hub):
    """Each command works, and at the end the page is there."""
    ran, home = on_a_hub
    assert len(ran) >= 5
    assert {text: each.said for text, each in ran.items() if each.status != 0} == {}
    (page,) = home.glob(f"{LESSON.name}/feedback/*/{LESSON.name}.html")
    assert "not attempted yet" in page.read_text(encoding="utf-8")
