"""Grades a folder of submissions with nbgrader, and writes marks and feedback."""

import csv
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder.build import build_release
from autograder.lesson import Lesson
from autograder.nbgrader_course import NbgraderError, autograde, generate_feedback, load_config

FRAME = ("student", "lesson", "total", "out_of", "problem")
"""The columns of marks.csv beside those of the exercises."""


class UnreadableSubmission(Exception):
    """What was handed in can't be graded; the message says why, and what to do."""


class NothingToGrade(Exception):
    """There are no submissions; the message says where they were looked for."""


@dataclass(frozen=True)
class Mark:
    """What one student earned in one lesson."""

    student: str
    points: dict[str, float] | None
    """by exercise; None if the submission could not be graded"""
    out_of: float
    problem: str | None = None
    """why it could not be graded, or its feedback not be written"""

    @property
    def total(self) -> float | None:
        """All points together."""
        return None if self.points is None else sum(self.points.values())


def grade(
    course: Path, lesson: Lesson, class_folder: Path, track: Callable[[list[str]], Iterable[str]] = iter
) -> list[Mark]:
    """Grade everything in `class_folder`/submitted/*/`lesson`, and write the feedback pages and marks.csv.

    Parameters
    ----------
    course : Path
        The course's folder.
    lesson : Lesson
    class_folder : Path
        Where submitted/ lies, and where autograded/, feedback/, gradebook.db and marks.csv are written.
    track : callable, optional
        Gets the list of students and gives them one by one: a place for a progress bar.

    Returns
    -------
    marks : list of Mark
        One for each student, in the order of their names.

    Raises
    ------
    NothingToGrade
        If nobody has submitted this lesson.
    """
    students = submitted(class_folder, lesson.name)
    register(course, lesson, class_folder)
    config = load_config(course, root=class_folder)
    graded, problems = set(), {}
    for student in track(students):
        try:
            refuse_unreadable(class_folder / "submitted" / student / lesson.name, lesson.name)
            autograde(config, lesson.name, student)
            graded.add(student)
            generate_feedback(config, lesson.name, student)
        except (UnreadableSubmission, NbgraderError) as problem:
            problems[student] = str(problem)
    out_of = sum(exercise.points for exercise in lesson.exercises.values())
    database = f"sqlite:///{class_folder.resolve() / 'gradebook.db'}"
    marks = [
        Mark(
            student,
            read_points(database, lesson, student) if student in graded else None,
            out_of,
            problems.get(student),
        )
        for student in students
    ]
    write_marks(marks, lesson, class_folder / "marks.csv")
    return marks


def submitted(class_folder: Path, lesson: str) -> list[str]:
    """The students who handed in a lesson, sorted.

    Raises
    ------
    NothingToGrade
        If there are none.
    """
    folder = class_folder / "submitted"
    students = sorted(path.parent.name for path in folder.glob(f"*/{lesson}") if path.is_dir())
    if not students:
        what = "There is no folder" if not folder.is_dir() else f"No submissions of {lesson} in"
        raise NothingToGrade(
            f"{what} {folder}. Put each notebook where nbgrader expects it: submitted/STUDENT/{lesson}/{lesson}.ipynb"
        )
    return students


def strays(class_folder: Path) -> list[Path]:
    """Notebooks below submitted/ that stand where nobody looks: not in submitted/STUDENT/LESSON/."""
    folder = class_folder / "submitted"
    return sorted(path for path in folder.rglob("*.ipynb") if len(path.relative_to(folder).parts) != 3)


def refuse_unreadable(folder: Path, lesson: str) -> None:
    """Look at a submission before nbgrader does, whose messages are for its authors.

    Raises
    ------
    UnreadableSubmission
        If there is no notebook of the right name, or it is no notebook.
    """
    notebook = folder / f"{lesson}.ipynb"
    if not notebook.is_file():
        others = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        raise UnreadableSubmission(f"{notebook.name} is missing; the folder holds {others}. Rename or ask.")
    try:
        nbformat.read(notebook, as_version=4)
    except Exception as error:  # whatever is wrong with the bytes
        said = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise UnreadableSubmission(
            f"{notebook.name} can't be read as a notebook ({said}). Ask for it again."
        ) from error


def register(course: Path, lesson: Lesson, class_folder: Path) -> None:
    """Enter the lesson in the class's gradebook, as it stands in source/ now; the release stays as it is."""
    config = load_config(course, gradebook=class_folder / "gradebook.db")
    with tempfile.TemporaryDirectory() as unused_release:
        config.CourseDirectory.release_directory = unused_release
        build_release(lesson, config)


def write_marks(marks: list[Mark], lesson: Lesson, path: Path) -> None:
    """Write a line for each student: a column for each exercise, the total, what could be earned, and any problem.

    Lines of other lessons stay; a submission that could not be graded has no marks, which is not the same as 0.
    """
    others = [row for row in _rows(path) if row["lesson"] != lesson.name]
    exercises = dict.fromkeys([*(name for row in others for name in row if name not in FRAME), *lesson.exercises])
    rows = [
        {"student": mark.student, "lesson": lesson.name, **(mark.points or {})}
        | {"total": mark.total, "out_of": mark.out_of, "problem": mark.problem}
        for mark in marks
    ]
    temporary = path.with_suffix(".csv.part")
    # with its byte order mark a spreadsheet takes the file for what it is
    with open(temporary, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, [*FRAME[:2], *exercises, *FRAME[2:]])
        writer.writeheader()
        writer.writerows([*others, *rows])
    temporary.replace(path)


def _rows(path: Path) -> list[dict[str, str]]:
    """The lines that a marks file holds already."""
    if not path.is_file():
        return []
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def read_points(database: str, lesson: Lesson, student: str) -> dict[str, float]:
    """The points of one student by exercise, as nbgrader stored them.

    Parameters
    ----------
    database : str
        The gradebook's address, such as `sqlite:///gradebook.db`.
    lesson : Lesson
    student : str

    Returns
    -------
    points : dict of str to float
    """
    with Gradebook(database) as gradebook:
        grades = gradebook.find_submission(lesson.name, student).notebooks[0].grades
        return {grade.cell.name.removeprefix("check_"): float(grade.score) for grade in grades}
