"""Marks for Canvas: a gradebook as Canvas imports it.

Canvas wants `Student, ID`, then if there are any `SIS User ID, SIS Login ID, Integration ID, Root Account`, then
`Section`, and after it a column for each assignment, called `Title (id)`; then a line `    Points Possible`, then one
for each student, found by ID, else by the SIS ids, else by name (lib/gradebook_importer.rb, lib/gradebook_exporter.rb).
Columns and lines that are left out stay as they are.
"""

from collections.abc import Sequence
from pathlib import Path

from autograder.collect import canvas
from autograder.collect.roster import COLUMNS, read_csv
from autograder.collect.said import Who
from autograder.errors import PlainError
from autograder.marks.people import People
from autograder.marks.read import Marks
from autograder.marks.table import number, scaled, write_table

IDENTITY = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "    Points Possible"


class NotAGradebook(PlainError):
    """A file is no gradebook of Canvas', or lacks an assignment; the message says what to do."""


def write_gradebook(
    to: Path,
    marks: Sequence[Marks],
    people: People,
    template: Path | None = None,
    scale: bool = False,
    heading: str | None = None,
) -> list[str]:
    """Write marks as Canvas imports them.

    Parameters
    ----------
    to : Path
    marks : sequence of Marks
    people : People
    template : Path, optional
        The gradebook as Canvas exported it: who is in it, and how its assignments are called.
    scale : bool, optional
        Whether marks are converted where an assignment has another maximum.
    heading : str, optional
        How the assignment of a single lesson is called in Canvas, such as `Homework 2 (4711)`; by default it is the one
        in the template that has the lesson's name in its own, or called like the lesson.

    Returns
    -------
    notes : list of str
        Whom Canvas will not take a mark for, and why.

    Raises
    ------
    NotAGradebook, OtherScale
    """
    lessons = {mark.lesson: mark.most for mark in marks}
    if heading and len(lessons) > 1:
        raise NotAGradebook("One heading was given for several lessons. Name one lesson: --lesson.")
    by_student: dict[str, dict[str, Marks]] = {}
    for mark in marks:
        by_student.setdefault(mark.student, {})[mark.lesson] = mark
    if template is not None:
        return _from_template(to, template, by_student, lessons, people, scale, heading)
    rows, nameless = [], []
    for student, mine in sorted(by_student.items()):
        person = people.person(student)
        number_of = next(filter(None, (people.lms_id(student, lesson, canvas.NAME) for lesson in lessons)), "")
        if not number_of and not person.login:
            # Canvas would take a name that it does not know for a new student
            nameless.append(student)
            continue
        scores = [number(mine[lesson].score) if lesson in mine else "" for lesson in lessons]
        rows.append([person.name or student, number_of, "", person.login, "", *scores])
    possible = [POSSIBLE, "", "", "", "", *map(number, lessons.values())]
    write_table(to, [[*IDENTITY, *([heading] if heading else lessons)], possible, *rows])
    why = "Not in it, for neither Canvas' number nor a login is known"
    return [f"{why}: {', '.join(nameless)}"] if nameless else []


def _from_template(
    to: Path,
    template: Path,
    by_student: dict[str, dict[str, Marks]],
    lessons: dict[str, float],
    people: People,
    scale: bool,
    heading: str | None,
) -> list[str]:
    header, *lines = read_csv(template)
    if "Section" not in header or not {"Student", "LastName"} & {header[0]}:
        raise NotAGradebook(
            f"{template} is no gradebook of Canvas': it has no columns Student and Section. In Canvas, choose Grades, "
            "Export, Export Entire Gradebook."
        )
    identity = header.index("Section") + 1
    at = {lesson: _column(header, identity, lesson, heading, template) for lesson in lessons}
    rows, entered = [], set()
    worth: list[str] = [""] * len(header)
    for line in lines:
        line += [""] * (len(header) - len(line))
        if line[0].strip() == POSSIBLE.strip():
            worth = line
            rows.append([*line[:identity], *(line[place] for place in at.values())])
            continue
        student = people.named(_ways(header, line, identity))
        mine = by_student.get(student or "", {})
        if not mine:
            continue
        entered.add(student)
        scores = [
            number(scaled(mine[lesson], _points(worth[place]), scale, template)) if lesson in mine else line[place]
            for lesson, place in at.items()
        ]
        rows.append([*line[:identity], *scores])
    write_table(to, [[*header[:identity], *(header[place] for place in at.values())], *rows])
    missing = sorted(by_student.keys() - entered)
    return [f"{template.name} has no line for {', '.join(missing)}"] if missing else []


def _ways(header: list[str], line: list[str], identity: int) -> list[Who]:
    """How a line of a gradebook names somebody."""
    cells = {COLUMNS.get(name.casefold()): cell for name, cell in zip(header[:identity], line, strict=False)}
    name = cells.get("name") or " ".join(filter(None, (cells.get("first_name"), cells.get("last_name"))))
    ways = [Who(id=cells.get("id", ""), name=name)] if cells.get("id") else []
    return ways + [Who(label=cells[kind]) for kind in ("login", "number") if cells.get(kind)] + [Who(name=name)]


def _column(header: list[str], identity: int, lesson: str, heading: str | None, template: Path) -> int:
    """Which column of a gradebook is a lesson's."""
    names = header[identity:]
    found = [name for name in names if (name == heading if heading else lesson.casefold() in name.casefold())]
    if len(found) != 1:
        wanted = f"called {heading}" if heading else f"with {lesson} in its name"
        raise NotAGradebook(
            f"{template} has {len(found) or 'no'} assignment{'s' * (len(found) > 1)} {wanted}. Say which is meant by "
            f"its whole heading (--heading), one of: {'; '.join(names[:12])}"
        )
    return header.index(found[0], identity)


def _points(text: str) -> float | None:
    """What an assignment is worth; None if the gradebook does not say."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
