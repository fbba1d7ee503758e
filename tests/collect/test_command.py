"""`autograder collect` and `autograder export` as an instructor types them."""

import shutil

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.collect.command import due_dates
from autograder.collect.roster import Roster
from autograder.marks.moodle import write_import
from autograder.marks.people import people_of
from autograder.marks.read import Marks
from tests.collect import campus, lms
from tests.collect.conftest import collected
from tests.conftest import COURSE

LESSON = campus.LESSON


def said(*arguments) -> tuple[int, str]:
    """The exit status of a command, and what it printed, on one line."""
    ran = CliRunner().invoke(app, [*map(str, arguments), "--course", str(COURSE)])
    return ran.exit_code, " ".join(ran.output.split())


@pytest.fixture
def came(tmp_path):
    """A folder with one student's work."""
    (tmp_path / "came" / "anna").mkdir(parents=True)
    (tmp_path / "came" / "anna" / f"{LESSON}.ipynb").write_bytes(campus.notebook(campus.STUDENTS[0]))
    return tmp_path / "came"


def test_it_shows_asks_and_writes(came, tmp_path):
    """Nothing is written by a dry run, nor where nobody can be asked; --yes writes."""
    options = ("collect", came, "--class", tmp_path / "class")
    code, text = said(*options, "--dry-run")
    assert (code, "1 files: 1 to be graded" in text) == (0, True)
    code, text = said(*options)
    assert (code, "add --yes" in text) == (1, True)
    assert not (tmp_path / "class").exists()
    code, text = said(*options, "--yes")
    assert code == 0 and "Taken for a folder for each student." in text
    assert (tmp_path / "class" / "submitted" / "anna" / LESSON / f"{LESSON}.ipynb").is_file()


def test_what_goes_wrong_is_one_message(came, tmp_path):
    """No such folder, lesson, time zone, export; nothing graded yet."""
    for options, says in {
        (tmp_path / "nowhere",): "There is no",
        (came, "--lesson", "02_sftf"): "The lessons are: 01_sound, 02_stft",
        (came, "--timezone", "Mars/Olympus"): "There is no time zone called Mars/Olympus",
        (came, "--roster", tmp_path / "none.csv"): "can't be opened",
    }.items():
        code, text = said("collect", *options, "--class", tmp_path / "class")
        assert code == 1 and says in text
    code, text = said("export", "blackboard", tmp_path / "x.csv", "--class", tmp_path)
    assert code == 1 and "There are: moodle, canvas, csv, nbgrader." in text
    code, text = said("export", "csv", tmp_path / "x.csv", "--class", tmp_path)
    assert code == 1 and "Run first: autograder grade" in text
    for lesson in (LESSON, campus.OTHER):
        (tmp_path / "two" / "submitted" / "anna" / lesson).mkdir(parents=True)
    code, text = said("feedback", "--zip", tmp_path / "x.zip", "--class", tmp_path / "two")
    assert code == 1 and "Name one lesson of: 02_stft, 03_mel" in text


def test_export_says_what_it_wrote(from_moodle, marked_gradebook, tmp_path):
    """The file, and whom Moodle will not take a mark for."""
    to, address = tmp_path / "out.csv", f"sqlite:///{marked_gradebook}"
    options = ("--template", from_moodle.rosters[1], "--class", from_moodle.folder, "--db", address, "--lesson", LESSON)
    code, text = said("export", "moodle", to, *options)
    assert code == 0 and "has no line for 1: Zeno_Zander" in text
    assert len(lms.moodle_reads_worksheet(to, {student.participant for student in campus.STUDENTS}, 15)) == 54


def test_how_late_somebody_is_is_shown(from_moodle, marked_gradebook, tmp_path):
    """By the due date in the gradebook."""
    (tmp_path / "class").mkdir()
    shutil.copy(marked_gradebook, tmp_path / "class")
    assert due_dates(tmp_path / "class") == {LESSON: campus.DUE}
    path = campus.moodle_delivery().write(tmp_path / "all.zip")
    _, text = collected(path, tmp_path / "class", rosters=from_moodle.rosters, ask=lambda: False)
    (line,) = (line for line in text.splitlines() if "│ s010 " in line)
    assert "3 h 10 min" in line
    assert text.count("3 h ") == len([each for each in campus.STUDENTS if each.submitted > campus.DUE]) - 2


def test_a_table_for_moodles_grade_import_has_a_column_for_each_lesson(from_moodle, tmp_path):
    """By login and e-mail address; who has no mark in one has an empty cell."""
    marks = [
        Marks("s000", LESSON, {"hann": 1.5}, {"hann": 2.0}),
        Marks("s000", campus.OTHER, {"mel_basis": 3.0}, {"mel_basis": 3.0}, penalty=1.0),
        Marks("s001", LESSON, {"hann": 2.0}, {"hann": 2.0}),
    ]
    write_import(tmp_path / "out.csv", marks, people_of(from_moodle.folder, set(), Roster()))
    assert (tmp_path / "out.csv").read_bytes().decode().split("\n")[:3] == [
        f"Username,Full name,Email address,{LESSON},{campus.OTHER}\r",
        "s000,Anna Meyer,s000@campus.example,1.5,2\r",
        "s001,Anna Meyer,s001@campus.example,2,\r",
    ]
