"""Marks for Moodle: an assignment's grading worksheet, or a table for the course's grade import.

The worksheet ("Download grading worksheet") comes back by its columns Identifier, Grade and Last modified (grade), and
by nothing else; a line whose grade is empty changes nothing, and one that is older than what Moodle has is passed over
(mod/assign/feedback/offline/importgradeslib.php). Its headings are in the language of whoever downloads it. The grade
import takes any CSV table and asks which column says who and which is which mark (docs.moodle.org, "Grade import"); by
e-mail address, login or number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collect import moodle
from autograder.collect.roster import COLUMNS, read_csv
from autograder.collect.said import Who
from autograder.errors import PlainError
from autograder.marks.people import People
from autograder.marks.read import Marks
from autograder.marks.table import comment, number, scaled, write_table

WORKSHEET = (
    "Identifier",
    "Full name",
    "Email address",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
)
GRADE = ("grade", "bewertung")
MOST = ("maximum grade", "bestwertung")
COMMENTS = ("feedback comments", "feedback als kommentar")
NEVER = "-"
"""what Moodle writes for a time that there is none"""


class NotAWorksheet(PlainError):
    """A file is no grading worksheet; the message says where to get one."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of a worksheet stand."""

    who: int
    grade: int
    most: int | None
    comments: int | None


def write_worksheet(
    to: Path, marks: Sequence[Marks], people: People, template: Path | None = None, scale: bool = False
) -> list[str]:
    """Write the grading worksheet of one assignment.

    Parameters
    ----------
    to : Path
    marks : sequence of Marks
        Of one lesson.
    people : People
    template : Path, optional
        The worksheet as Moodle gave it, which is filled in; without, one is made of the numbers that were collected.
    scale : bool, optional
        Whether marks are converted where the assignment has another maximum.

    Returns
    -------
    notes : list of str
        What the worksheet is for; whom Moodle will not take a mark for, and why.

    Raises
    ------
    NotAWorksheet, OtherScale
    """
    if template is not None:
        return _fill_in(to, template, marks, people, scale)
    rows, nameless = [], []
    for mark in marks:
        person, identifier = people.person(mark.student), people.lms_id(mark.student, mark.lesson, moodle.NAME)
        if not identifier:
            nameless.append(mark.student)
            continue
        told = number(mark.score), number(mark.most), NEVER, comment(mark)
        rows.append([f"Participant {identifier}", person.name, person.email, *told])
    write_table(to, [WORKSHEET, *rows])
    most = number(max((mark.most for mark in marks), default=0))
    english = f"For a Moodle in English, and an assignment worth {most}; else give the worksheet itself: --template"
    return [english, *_without(nameless, "Not in it, for no number of Moodle's is known for")]


def _fill_in(to: Path, template: Path, marks: Sequence[Marks], people: People, scale: bool) -> list[str]:
    header, *rows = read_csv(template)
    at = _columns(header, template)
    by_identifier = {people.lms_id(mark.student, mark.lesson, moodle.NAME): mark for mark in marks}
    by_student = {mark.student: mark for mark in marks}
    entered = set()
    for row in rows:
        row += [""] * (len(header) - len(row))
        identifier = re.sub(r"^\D+", "", row[at.who])
        mark = by_identifier.get(identifier) if identifier else None
        mark = mark or by_student.get(people.named(_ways(header, row)) or "")
        if mark is None:
            row[at.grade] = ""
            continue
        entered.add(mark.student)
        row[at.grade] = number(scaled(mark, _most(row, at), scale, template))
        if at.comments is not None:
            row[at.comments] = comment(mark)
    write_table(to, [header, *rows])
    return _without(sorted(by_student.keys() - entered), f"{template.name} has no line for")


def _ways(header: list[str], row: list[str]) -> list[Who]:
    """How a line of a worksheet names somebody."""
    cells = {COLUMNS.get(name.strip().casefold()): cell.strip() for name, cell in zip(header, row, strict=False)}
    labels = (cells.get(kind, "") for kind in ("login", "number", "email", "name"))
    return [Who(label=label) for label in labels if label]


def _columns(header: list[str], template: Path) -> Columns:
    plain = [name.strip().casefold() for name in header]

    def find(names: Sequence[str]) -> int | None:
        return next((place for place, name in enumerate(plain) if name in names), None)

    who, grade = find(("identifier", "id")), find(GRADE)
    if who is None or grade is None:
        raise NotAWorksheet(
            f"{template} is no grading worksheet: it has no column Identifier, or none called Grade. In Moodle, switch "
            "on Offline grading worksheet in the assignment's settings (Feedback types), and choose Download grading "
            "worksheet among its submissions."
        )
    return Columns(who, grade, find(MOST), find(COMMENTS))


def _most(row: list[str], at: Columns) -> float | None:
    """What an assignment is worth in Moodle; None if the worksheet does not say."""
    text = row[at.most].replace(",", ".") if at.most is not None else ""
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def write_import(to: Path, marks: Sequence[Marks], people: People) -> list[str]:
    """Write a table for the course's grade import: a line for each student, a column for each lesson.

    Parameters
    ----------
    to : Path
    marks : sequence of Marks
    people : People

    Returns
    -------
    notes : list of str
        None: Moodle asks which column says who.
    """
    lessons = list(dict.fromkeys(mark.lesson for mark in marks))
    by_student: dict[str, dict[str, Marks]] = {}
    for mark in marks:
        by_student.setdefault(mark.student, {})[mark.lesson] = mark
    rows = []
    for student, mine in sorted(by_student.items()):
        person = people.person(student)
        scores = [number(mine[lesson].score) if lesson in mine else "" for lesson in lessons]
        rows.append([person.login or student, person.name, person.email, *scores])
    write_table(to, [["Username", "Full name", "Email address", *lessons], *rows])
    return []


def _without(students: Sequence[str], why: str) -> list[str]:
    return [f"{why} {len(students)}: {', '.join(students)}"] if students else []
