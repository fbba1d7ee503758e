"""Marks for people, and for programs that nobody has thought of: a plain table, and nbgrader's own exporter."""

from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp

from autograder.marks.people import People
from autograder.marks.read import Marks
from autograder.marks.table import number, write_table
from autograder.nbgrader_course import load_config

BEFORE = ("student", "name", "email", "lesson")
AFTER = ("late_penalty", "score", "out_of", "waiting", "problem")


def write_csv(to: Path, marks: Sequence[Marks], people: People) -> None:
    """Write a line for each student and lesson, a column for each exercise.

    Parameters
    ----------
    to : Path
    marks : sequence of Marks
    people : People
    """
    exercises = list(dict.fromkeys(name for mark in marks for name in mark.out_of))
    rows = []
    for mark in marks:
        person = people.person(mark.student)
        points = [number(mark.points[name]) if name in mark.points else "" for name in exercises]
        told = number(mark.penalty), number(mark.score), number(mark.most), " ".join(mark.waiting), mark.problem or ""
        rows.append([mark.student, person.name, person.email, mark.lesson, *points, *told])
    # with its byte order mark a spreadsheet takes the file for what it is
    write_table(to, [[*BEFORE, *exercises, *AFTER], *rows], "utf-8-sig")


def write_with_nbgrader(to: Path, course: Path, db_url: str, lessons: Sequence[str]) -> None:
    """Let nbgrader export the marks, by the exporter that the course's nbgrader_config.py names, or its own CSV.

    Parameters
    ----------
    to : Path
    course : Path
        The course's folder.
    db_url : str
        The gradebook's address.
    lessons : sequence of str
        Which lessons; all if there are none.
    """
    application = ExportApp(config=load_config(course))
    application.log.setLevel("WARNING")
    application.init_plugin()
    exporter = application.plugin_inst
    exporter.to, exporter.assignment = str(to), list(lessons)
    with Gradebook(db_url) as gradebook:
        exporter.export(gradebook)
