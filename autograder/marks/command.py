"""`autograder export`, and the zip file of `autograder feedback`."""

from collections.abc import Sequence
from pathlib import Path

from dateutil.tz import tzlocal

from autograder.collect.roster import Roster, read_rosters
from autograder.errors import PlainError
from autograder.grade import default_gradebook
from autograder.marks.canvas import write_gradebook
from autograder.marks.moodle import write_import, write_worksheet
from autograder.marks.parcel import write_parcel
from autograder.marks.people import people_of
from autograder.marks.plain import write_csv, write_with_nbgrader
from autograder.marks.read import read_marks

KINDS = ("moodle", "canvas", "csv", "nbgrader")


class UnknownKind(PlainError):
    """There is no such export, or it has no such option; the message says which there are."""


def export(
    kind: str,
    to: Path,
    course: Path,
    class_folder: Path,
    *,
    lessons: Sequence[str] = (),
    rosters: Sequence[Path] = (),
    template: Path | None = None,
    heading: str | None = None,
    scale: bool = False,
    db_url: str | None = None,
) -> list[str]:
    """Write marks as somebody else takes them.

    Parameters
    ----------
    kind : str
        `moodle`: the grading worksheet, if it is one lesson, else a table for the course's grade import; `canvas`: a
        gradebook; `csv`: a column for each exercise; `nbgrader`: what `nbgrader export` writes.
    to : Path
        The file.
    course, class_folder : Path
    lessons : sequence of str, optional
        Which lessons; all that are graded by default.
    rosters : sequence of Path, optional
        CSV files that say who takes the course, beside what was collected.
    template : Path, optional
        The worksheet or gradebook as the LMS gave it, to be filled in.
    heading : str, optional
        How the lesson's assignment is called in Canvas.
    scale : bool, optional
        Whether marks are converted where the LMS has another maximum.
    db_url : str, optional
        The gradebook's address; by default `gradebook.db` in `class_folder`.

    Returns
    -------
    notes : list of str
        What to know about the file.

    Raises
    ------
    PlainError
        If there are no marks, or an option does not fit.
    """
    if kind not in KINDS:
        raise UnknownKind(f"There is no export called {kind}. There are: {', '.join(KINDS)}.")
    db_url = db_url or default_gradebook(class_folder)
    marks = read_marks(course, db_url, lessons)
    people = people_of(class_folder, {mark.student for mark in marks}, read_rosters(rosters, tzlocal()))
    graded = {mark.lesson for mark in marks}
    notes: list[str] = []
    if kind == "csv":
        write_csv(to, marks, people)
    elif kind == "nbgrader":
        write_with_nbgrader(to, course, db_url, lessons)
    elif kind == "canvas":
        notes = write_gradebook(to, marks, people, template, scale, heading)
    elif len(graded) == 1:
        notes = write_worksheet(to, marks, people, template, scale)
    elif template is not None:
        raise UnknownKind(f"A grading worksheet is of one assignment. Name its lesson: --lesson {min(graded)}")
    else:
        notes = write_import(to, marks, people)
    waiting = [f"{mark.student} ({', '.join(mark.waiting)})" for mark in marks if mark.waiting]
    if waiting:
        notes.append(f"A person has still to mark something of {len(waiting)}: {'; '.join(waiting)}")
    return notes


def pack_feedback(class_folder: Path, lesson: str, to: Path) -> list[str]:
    """Pack the feedback pages on a lesson for the LMS that it was collected from.

    Returns
    -------
    notes : list of str
        Whose page is not in it, and why.

    Raises
    ------
    NoParcel
    """
    return write_parcel(class_folder, lesson, people_of(class_folder, set(), Roster()), to)
