"""The roster: who takes the course, from a CSV file, and whom a name or a number in an LMS' zip file means.

Columns, in any order and any number, by these headings or by those that Moodle and Canvas give to theirs (so a
grading worksheet, a list of participants or a Canvas gradebook will do as it is):

| column | what it holds |
| --- | --- |
| `folder` | how the student's folder is to be called; by default the login, else the number, the e-mail address |
| `id`, `number` | numbers: the LMS' own, and the university's; both are looked up |
| `login` | the user's name |
| `name`, or `first_name` and `last_name` | in any Unicode form |
| `email` | |
| `submitted` | when the student handed in, for an assignment's own worksheet |

Moodle's headings are those of the grading worksheet (mod/assign/gradingtable.php) and of the grade import, Canvas'
those of its gradebook (lib/gradebook_exporter.rb).
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path

from autograder.collect.names import folder_name, may_be_one, same_words, squeezed, words
from autograder.collect.said import Who
from autograder.collect.times import read_time
from autograder.errors import PlainError
from autograder.spreadsheet import without_apostrophe

HEADINGS = {
    "folder": ("folder",),
    "id": ("id", "identifier"),
    "number": ("number", "id number", "sis user id", "matriculation number", "id-nummer", "matrikelnummer"),
    "login": ("login", "username", "sis login id", "anmeldename", "nutzername"),
    "name": ("name", "full name", "student", "vollständiger name"),
    "first_name": ("first name", "firstname", "vorname"),
    "last_name": ("last name", "lastname", "surname", "nachname"),
    "email": ("email", "e-mail", "email address", "e-mail address", "e-mail-adresse"),
    "submitted": ("submitted", "last modified (submission)", "zuletzt geändert (abgabe)"),
}
COLUMNS = {heading: column for column, headings in HEADINGS.items() for heading in (column, *headings)}
IDENTIFIER = re.compile(r"[^\W\d_]{6,}(?:/in)?\s*(\d+)")
"""Moodle's `Participant 12345`, or `Teilnehmer/in12345`"""


class BadRoster(PlainError):
    """A roster can't be used; the message names the line and the way out."""


@dataclass(frozen=True)
class Person:
    """Somebody who takes the course."""

    folder: str
    """the name of the folder below submitted/"""
    ids: frozenset[str] = frozenset()
    login: str = ""
    name: str = ""
    email: str = ""
    submitted: datetime | None = None
    """in UTC"""

    def with_more(self, new: "Person") -> "Person":
        """All that is known about one person; the folder stays."""
        return replace(
            self,
            ids=self.ids | new.ids,
            login=self.login or new.login,
            name=self.name or new.name,
            email=self.email or new.email,
            submitted=new.submitted or self.submitted,
        )


@dataclass(frozen=True)
class Match:
    """Whom a name or a number means."""

    person: Person | None
    remark: str = ""
    ambiguous: bool = False
    """whether it may mean several"""


class Roster:
    """Everybody who takes the course.

    Parameters
    ----------
    people : sequence of Person
    """

    def __init__(self, people: Sequence[Person] = ()):
        self.people = list(people)
        self._by: dict[str, dict[str, list[Person]]] = {}
        for kind, keys in KEYS.items():
            found = self._by[kind] = defaultdict(list)
            for person in self.people:
                for key in keys(person):
                    found[key].append(person)

    def __bool__(self) -> bool:
        return bool(self.people)

    def find(self, who: Who) -> Match:
        """Whom the names of a source mean: by number, by name, or by whatever it is called.

        A number counts only if the name agrees, for numbers of several kinds may stand in a roster.
        """
        remark = ""
        for person in self._by["id"].get(who.id, ()) if who.id else ():
            if not who.name or not person.name or may_be_one(who.name, person.name):
                return Match(person)
            remark = f"The roster has {who.id} as the number of {person.name}, another name."
        for kind, key in _ways(who):
            found = self._by[kind].get(key, [])
            if len(found) == 1:
                return Match(found[0], remark)
            if found:
                which = ", ".join(person.folder for person in found)
                return Match(None, f"The roster has {len(found)} people of this name: {which}.", ambiguous=True)
        return Match(None, remark)

    def joined(self, other: "Roster") -> "Roster":
        """Both rosters: what the other knows about somebody is added, and so are the others in it."""
        people, added = {person.folder: person for person in self.people}, []
        for new in other.people:
            if known := self._same(new, other):
                people[known.folder] = people[known.folder].with_more(new)
            else:
                added.append(new)
        return Roster([*people.values(), *added])

    def refuse_equal_folders(self) -> None:
        """Raise `BadRoster` if two people would have the same folder."""
        for folder, (first, *others) in self._by["folder"].items():
            if others:
                raise BadRoster(
                    f"Two people in the roster would have the folder {folder}: {first.name or first.email} and "
                    f"{others[0].name or others[0].email}. Give each a name of its own in a column called folder."
                )

    def _same(self, new: Person, other: "Roster") -> Person | None:
        """Who in this roster is somebody of another: by number, login or e-mail address, or by a name that is rare."""
        for kind in ("id", "login", "email", "name"):
            for key in KEYS[kind](new):
                found = self._by[kind].get(key, [])
                alone = kind != "name" or len(other._by["name"][key]) == 1
                if len(found) == 1 and alone and may_be_one(found[0].name or new.name, new.name or found[0].name):
                    return found[0]
        return None


KEYS: dict[str, Callable[[Person], Iterable[str]]] = {
    "id": lambda person: person.ids,
    "login": lambda person: [person.login.casefold()] if person.login else [],
    "folder": lambda person: [person.folder.casefold()],
    "email": lambda person: [person.email.casefold()] if person.email else [],
    "name": lambda person: [same_words(person.name)] if person.name else [],
    "squeezed": lambda person: squeezed(person.name),
}


def _ways(who: Who) -> Iterator[tuple[str, str]]:
    """How somebody may be looked up, the surest way first."""
    if who.label:
        plain = who.label.casefold()
        yield from (("folder", plain), ("login", plain), ("email", plain), ("id", who.label))
        yield "folder", folder_name(plain)
    for name in filter(None, (who.label, who.name)):
        yield "name", same_words(name)
        yield "squeezed", "".join(words(name))


def read_rosters(paths: Sequence[Path], zone: tzinfo) -> Roster:
    """Read one roster or several: what a later one knows about somebody is added.

    Parameters
    ----------
    paths : sequence of Path
        CSV files, separated by commas, semicolons or tabs, in UTF-8 or Windows-1252.
    zone : tzinfo
        Where the times in them were written.

    Raises
    ------
    BadRoster
    """
    roster = Roster()
    for path in paths:
        roster = roster.joined(Roster([*_read(path, zone)]))
        roster.refuse_equal_folders()
    return roster


def _read(path: Path, zone: tzinfo) -> Iterator[Person]:
    header, *lines = read_csv(path)
    columns = [COLUMNS.get(heading.strip().casefold(), "") for heading in header]
    if not set(columns) & {"id", "number", "login", "email", "name", "last_name", "folder"}:
        raise BadRoster(
            f"{path} has no column that says who: its headings are {', '.join(header[:8])}. "
            f"A roster needs at least one of: {', '.join(HEADINGS)}."
        )
    for line, cells in enumerate(lines, 2):
        says: dict[str, list[str]] = defaultdict(list)
        for column, cell in zip(columns, cells, strict=False):
            if column and cell.strip():
                says[column].append(without_apostrophe(cell.strip()))
        if says and not cells[0].strip().startswith("Points Possible"):
            yield _person(says, f"{path}, line {line}", zone)


def _person(says: dict[str, list[str]], where: str, zone: tzinfo) -> Person:
    first = {column: cells[0] for column, cells in says.items()}
    name = first.get("name") or " ".join(filter(None, (first.get("first_name"), first.get("last_name"))))
    ids = [number for cell in says["id"] + says["number"] for number in _numbers(cell)]
    folder = next((first[kind] for kind in ("folder", "login", "number", "email") if kind in first), "")
    folder = folder or (ids[-1] if ids else name)
    if not folder:
        raise BadRoster(
            f"{where} does not say who it is about. Fill in a number, a login, an e-mail address or a name."
        )
    submitted = read_time(first["submitted"], zone) if "submitted" in first else None
    return Person(folder_name(folder), frozenset(ids), first.get("login", ""), name, first.get("email", ""), submitted)


def _numbers(cell: str) -> list[str]:
    found = IDENTIFIER.fullmatch(cell)
    return [cell, found[1]] if found else [cell]


def read_csv(path: Path) -> list[list[str]]:
    """The lines of a CSV file that is not empty, whatever separates its columns, in UTF-8 or Windows-1252.

    Raises
    ------
    BadRoster
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRoster(f"{path} can't be opened: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(line)]
    if not lines:
        raise BadRoster(f"{path} is empty.")
    return lines
