"""A campus: 60 students, who they are to Moodle and to Canvas, what each handed in, and what must become of it."""

import csv
import io
import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tests.conftest import COURSE

LESSON, OTHER = "02_stft", "03_mel"
DUE = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
NAMES = [
    "Anna Meyer",
    "Anna Meyer",
    "Jan Novák",
    "Jan Novák",
    "Zoë Müller-Lüdenscheidt",
    "Jürgen Groß",
    "Søren Ångström",
]
NAMES += ["Łukasz Żółć", "李 小龍", "Мария Иванова", "Gerard 't Hooft", "Sinéad O'Connor", "José María de la Cruz"]
NAMES += [
    "Nguyễn Thị Ánh",
    "Ümit Öztürk",
    "Äöü Ähnlich",
    "Bo Li",
    '=HYPERLINK("http://evil.example") Tables',
    "+49 Plus",
]
NAMES += ["@SUM(A1) At", "-1 Minus", "Ida von und zu Berg", "Max Mustermann", "Erika Muster"]
NAMES += [
    f"{first} {last}" for first in ("Ada", "Ben", "Cem", "Dana", "Eva", "Finn") for last in ("Kurz", "Lang", "Rot")
]
NAMES += [f"{first} Schmidt" for first in ("Gul", "Hans", "Ina", "Joe", "Kai", "Lea", "Mia", "Nils", "Olga", "Paul")]
NAMES += [f"{first} Schmidt" for first in ("Quinn", "Rosa", "Sven", "Tim", "Uwe")]
NAMES += ["Vera Weiß", "Xaver Yıldız", "Zeno Zander"]
MISSING, STRANGER = range(50, 54), 59
"""who handed in nothing, and who is not in the roster"""


@dataclass(frozen=True)
class Student:
    """Somebody, and what an LMS calls them."""

    index: int
    name: str

    @property
    def login(self) -> str:
        return f"s{self.index:03d}"

    @property
    def email(self) -> str:
        return f"s{self.index:03d}@campus.example"

    @property
    def participant(self) -> str:
        """Moodle's number for one assignment."""
        return str(70_000 + 7 * self.index)

    @property
    def canvas_id(self) -> str:
        return str(4_000 + self.index)

    @property
    def first_and_last(self) -> tuple[str, str]:
        first, _, last = self.name.partition(" ")
        return first, last

    @property
    def submitted(self) -> datetime:
        """Every fifth is late."""
        late = timedelta(hours=3, minutes=self.index) if self.index % 5 == 0 else timedelta(hours=-self.index - 1)
        return DUE + late


STUDENTS = [Student(index, name) for index, name in enumerate(NAMES)]


@dataclass
class Handed:
    """A file in an LMS' zip file, and what is to become of it."""

    path: str
    content: bytes
    student: Student | None
    becomes: str
    """graded, kept, left or junk"""
    lesson: str = LESSON


@dataclass
class Delivery:
    """A zip file of all submissions."""

    files: list[Handed] = field(default_factory=list)

    def add(self, path: str, content: bytes, student: Student | None, becomes: str, lesson: str = LESSON) -> None:
        self.files.append(Handed(path, content, student, becomes, lesson))

    def write(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in self.files:
                packed.writestr(file.path, file.content)
        return path

    def graded(self) -> dict[tuple[str, str], bytes]:
        """What must stand in submitted/, by student and lesson."""
        return {(file.student.login, file.lesson): file.content for file in self.files if file.becomes == "graded"}


@cache
def released(lesson: str) -> bytes:
    """The notebook that was handed out."""
    return (COURSE / "release" / lesson / f"{lesson}.ipynb").read_bytes()


def notebook(student: Student, attempt: int = 1, lesson: str = LESSON) -> bytes:
    """Somebody's notebook, unlike everybody else's."""
    mark = f'"handed_in_by": "{student.login}, attempt {attempt}", "cells"'
    return released(lesson).replace(b'"cells"', mark.encode(), 1)


def zipped(**files: bytes) -> bytes:
    """A zip file as a student packs it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inside in files.items():
            # with the same date each time
            packed.writestr(zipfile.ZipInfo(name), inside)
    return content.getvalue()


def wrong_files(student: Student) -> dict[int, tuple[str, bytes, str, str]]:
    """By index, who handed in what is no proper notebook: name, content, what becomes of it, the lesson."""
    cut = notebook(student)[: len(notebook(student)) * 2 // 3]
    return {
        40: ("report.pdf", b"%PDF-1.7 nothing", "graded", LESSON),
        41: ("02_stft.py", b"def hann(window_length):\n    return 1\n", "graded", LESSON),
        42: ("homework.docx", zipped(**{"word/document.xml": b"<w/>"}), "graded", LESSON),
        43: ("empty.ipynb", b"", "graded", LESSON),
        44: ("02_stft.ipynb", cut, "graded", LESSON),
        45: ("02_stft.ipynb", notebook(student, lesson=OTHER), "graded", OTHER),
        46: ("whatever I liked to call it.ipynb", notebook(student), "graded", LESSON),
        47: ("Übung 2 (1).ipynb", notebook(student), "graded", LESSON),
    }


def moodle_delivery(attempt: int = 1) -> Delivery:
    """What Moodle packs; the second time some have handed in again."""
    delivery = Delivery()
    for student in STUDENTS:
        if student.index in MISSING:
            continue
        # clean_filename() drops what file systems don't take
        name = "".join(each for each in student.name if each not in '"<>:/\\|?*&$!')
        name = unicodedata.normalize("NFD", name) if student.index % 2 else name
        folder = f"{name}_{student.participant}_assignsubmission_file{'_' * (student.index % 3 == 0)}"
        file, content, becomes, lesson = wrong_files(student).get(
            student.index,
            (f"{LESSON}.ipynb", notebook(student, attempt if student.index < 10 else 1), "graded", LESSON),
        )
        delivery.add(f"{folder}/{file}", content, student, becomes, lesson)
        if student.index == 48:
            delivery.add(f"{folder}/plot.png", b"\x89PNG", student, "kept")
            delivery.add(f"{folder.replace('_file', '_onlinetext')}/onlinetext.html", b"<p>done</p>", student, "kept")
    packed, student = delivery.files.pop(30), STUDENTS[30]
    inside = zipped(**{"02_stft.ipynb": packed.content})
    delivery.add(packed.path.replace(".ipynb", ".zip"), inside, student, "packed")
    delivery.add("../../etc/cron.d/evil_1_assignsubmission_file_/02_stft.ipynb", b"{}", None, "left")
    delivery.add("notes of the teacher.txt", b"buy milk", None, "left")
    delivery.add("__MACOSX/._02_stft.ipynb", b"\0", None, "junk")
    return delivery


def canvas_delivery() -> Delivery:
    """What Canvas packs: all files of everybody side by side."""
    delivery = Delivery()
    for student in STUDENTS:
        if student.index in MISSING:
            continue
        first, last = student.first_and_last
        squeezed = "".join(each for each in f"{last}{first}".lower() if each.isalnum())
        late = "LATE_" if student.submitted > DUE else ""
        prefix, file_id = f"{squeezed}_{late}{student.canvas_id}", 900_000 + 13 * student.index
        file, content, becomes, lesson = wrong_files(student).get(
            student.index, (f"{LESSON}.ipynb", notebook(student), "graded", LESSON)
        )
        if student.index < 10:
            delivery.add(f"{prefix}_{file_id}_{file}", content, student, "kept")
            file, content = f"{LESSON}-{student.index + 1}.ipynb", notebook(student, 2)
            file_id += 5
        delivery.add(f"{prefix}_{file_id}_{file}", content, student, becomes, lesson)
        if student.index == 48:
            delivery.add(f"{prefix}_{file_id + 1}_plot.png", b"\x89PNG", student, "kept")
    delivery.add("syllabus.pdf", b"%PDF", None, "left")
    return delivery


def moodle_worksheet(path: Path) -> Path:
    """An assignment's grading worksheet, as Moodle gives it: the stranger is in none."""
    header = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    header += "Last modified (submission),Last modified (grade),Feedback comments"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        for student in STUDENTS[:STRANGER]:
            handed_in = student.index not in MISSING
            # without zeros before the day, on every system
            when = f"{student.submitted:%A}, {student.submitted.day} {student.submitted:%B %Y, %I:%M %p}"
            status = "Submitted for grading - Not marked" if handed_in else "No submission - Not marked"
            who = f"Participant {student.participant}", student.name, student.email
            writer.writerow([*who, status, "", "15.00", "Yes", when if handed_in else "-", "-", ""])
    return path


def class_roster(path: Path, times: bool = True) -> Path:
    """The university's list: logins, names composed, and when each handed in."""
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["login", "first_name", "last_name", "email", "id", "submitted"])
        for student in STUDENTS[:STRANGER]:
            # some systems write an umlaut as two characters, some as one
            form = "NFD" if student.index % 3 == 0 else "NFC"
            names = [unicodedata.normalize(form, name) for name in student.first_and_last]
            when = student.submitted.isoformat() if times and student.index not in MISSING else ""
            writer.writerow([student.login, *names, student.email, student.canvas_id, when])
    return path


def canvas_gradebook(path: Path, title: str) -> Path:
    """A gradebook as Canvas exports it."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        identity = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        writer.writerow([*identity, "Essay (17)", title, "Final Score"])
        writer.writerow(["    Points Possible", "", "", "", "", "10.00", "15.00", "(read only)"])
        for student in STUDENTS[:STRANGER]:
            first, last = student.first_and_last
            who = f"{last}, {first}", student.canvas_id, f"U{student.index}", student.login
            writer.writerow([*who, "Group 1", "7.00", "", "70.00"])
    return path
