"""Moodle and Canvas as far as they read files back: written from their sources, which each docstring names."""

import csv
import re
import zipfile
from pathlib import Path


class Rejected(Exception):
    """The LMS does not take the file."""


def moodle_reads_worksheet(path: Path, participants: set[str], most: float) -> dict[str, tuple[float, str]]:
    """Grades and comments by participant; mod/assign/feedback/offline/importgradeslib.php.

    Three columns must be there by their exact names; an identifier's number begins behind "Participant "; an empty
    grade changes nothing, and one above the maximum is refused.
    """
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    for column in ("Identifier", "Grade", "Last modified (grade)"):
        if column not in header:
            raise Rejected(f"no column {column}")
    found = {}
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        identifier = cells["Identifier"][len("Participant ") :]
        if identifier not in participants or cells["Grade"] == "":
            continue
        grade = float(cells["Grade"])
        if not 0 <= grade <= most:
            raise Rejected(f"{identifier} has {grade} of {most}")
        found[identifier] = grade, cells["Feedback comments"]
    return found


def canvas_reads_gradebook(
    path: Path, users: dict[str, str], logins: dict[str, str], assignments: dict[str, str]
) -> dict[tuple[str, str], float]:
    """Scores by user and assignment; lib/gradebook_importer.rb.

    The first two headings are Student and ID, the SIS columns may follow, and Section ends them. An assignment is found
    by the number in brackets, else by its title; a student by ID, else by login, else by name. A new one is an error.
    """
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    if len(header) <= 3 or "Student" not in header[0] or "ID" not in header[1]:
        raise Rejected("invalid header row")
    columns = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        columns, login_at = 4, 2
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        columns, login_at = 5, 3
    else:
        login_at = None
    if "Section" not in header[columns - 1]:
        raise Rejected("invalid header row")
    found = {}
    for row in rows:
        if "Points Possible" in row[0]:
            continue
        user = row[1] if row[1] in users else logins.get(row[login_at] if login_at else "")
        user = user or next((each for each, name in users.items() if name == row[0]), None)
        if user is None:
            raise Rejected(f"{row[0]} would be a new student")
        for title, cell in zip(header[columns:], row[columns:], strict=True):
            number = re.fullmatch(r".*\((\d+)\)", title)
            assignment = (
                number[1] if number else next((each for each, name in assignments.items() if name == title), "")
            )
            if assignment not in assignments:
                raise Rejected(f"{title} would be a new assignment")
            if cell.strip():
                found[user, assignment] = float(cell)
    return found


def moodle_takes_feedback(path: Path, participants: set[str]) -> dict[str, list[tuple[str, bytes]]]:
    """Files by participant; `is_valid_filename_for_import` in mod/assign/feedback/file/importziplib.php.

    The first part of a path with four pieces between underscores decides: a number that takes part, a kind of plugin
    and a plugin; the rest is the file's name.
    """
    found: dict[str, list[tuple[str, bytes]]] = {}
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            parts = name.split("/")
            if parts[-1].startswith((".", "~")):
                raise Rejected(f"{name} is hidden")
            while parts:
                pieces = parts.pop(0).split("_", 4)
                if len(pieces) < 4 or pieces[1] not in participants:
                    continue
                if (pieces[2], pieces[3]) not in {("assignsubmission", "file"), ("assignsubmission", "onlinetext")}:
                    continue
                rest = "/".join([*pieces[4:], *parts])
                found.setdefault(pieces[1], []).append((rest, packed.read(name)))
                break
            else:
                raise Rejected(f"{name} is nobody's")
    return found


def canvas_takes_feedback(path: Path, files: dict[str, str]) -> dict[str, list[tuple[str, bytes]]]:
    """Files by user; `infer_comment_context_from_filename` in app/models/assignment.rb.

    Of the pieces between underscores the first two that are numbers are the user and a file that this user handed in.
    """
    found: dict[str, list[tuple[str, bytes]]] = {}
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            base = name.rpartition("/")[2]
            numbers = [piece for piece in base.split("_") if re.fullmatch(r"\d+", piece)][:2]
            if len(numbers) < 2 or base.startswith("._") or files.get(numbers[1]) != numbers[0]:
                raise Rejected(f"{name} is nobody's")
            found.setdefault(numbers[0], []).append((base, packed.read(name)))
    return found
