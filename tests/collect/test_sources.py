"""Where submissions come from, and whose they are: folders, loose notebooks, the exchange, rosters, times, lessons."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.collect import canvas, moodle
from autograder.collect.lessons import Lessons
from autograder.collect.loose import BadPattern
from autograder.collect.roster import BadRoster, Person, Roster, read_rosters
from autograder.collect.said import Who
from autograder.collect.sources import UnknownSource
from autograder.collect.times import read_time
from tests.collect import campus
from tests.collect.conftest import collected
from tests.conftest import COURSE, LESSONS

LESSON, OTHER = campus.LESSON, campus.OTHER
ANNA, BEN = campus.STUDENTS[0], campus.STUDENTS[27]


def laid_out(folder: Path, **files: bytes) -> Path:
    """A folder with files, whose names are paths."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def graded(folder: Path) -> dict[str, bytes]:
    """What stands in submitted/, by STUDENT/LESSON."""
    return {"/".join(path.parts[-3:-1]): path.read_bytes() for path in (folder / "submitted").glob("*/*/*.ipynb")}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (f"Anna Meyer_12_assignsubmission_file_/{LESSON}.ipynb", ("12", "Anna Meyer", f"{LESSON}.ipynb")),
        (f"Week 2/Anna Meyer_12_assignsubmission_file/sub/{LESSON}.ipynb", ("12", "Anna Meyer", f"sub/{LESSON}.ipynb")),
        (f"Anna Meyer_12_assignsubmission_file_{LESSON}.ipynb", ("12", "Anna Meyer", f"{LESSON}.ipynb")),
        (f"Participant_12_assignsubmission_file_/{LESSON}.ipynb", ("12", "", f"{LESSON}.ipynb")),
        ("Anna Meyer_12_assignsubmission_onlinetext_/onlinetext.html", ("12", "Anna Meyer", "onlinetext.html")),
        (f"anna/{LESSON}.ipynb", None),
    ],
)
def test_moodles_names_are_read(name, says):
    """With folders as before and since 4.1, without folders, unpacked into a folder, marked blindly, typed."""
    said = moodle.read_name(name)
    assert (said and (said.who.id, said.who.name, said.file)) == says


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (f"meyeranna_12345_67890_{LESSON}-2.ipynb", ("12345", "meyeranna", f"{LESSON}-2.ipynb", False)),
        (f"meyeranna_LATE_12345_67890_{LESSON}.ipynb", ("12345", "meyeranna", f"{LESSON}.ipynb", True)),
        ("müllerzoë_12_345_a_6_7_b.ipynb", ("12", "müllerzoë", "a_6_7_b.ipynb", False)),
        ("LATE_anon_aB3dE_345_x.ipynb", ("aB3dE", "", "x.ipynb", True)),
        ("meyeranna_12345_text.html", ("12345", "meyeranna", "text.html", False)),
        (f"12345_{LESSON}.ipynb", None),
        (f"anna_{LESSON}.ipynb", None),
    ],
)
def test_canvas_names_are_read(name, says):
    """Late or not, anonymous, typed, and with numbers in the student's own name for the file."""
    said = canvas.read_name(name)
    assert (said and (said.who.id, said.who.name, said.file, said.late)) == says


def test_a_folder_for_each_student_is_taken_with_its_times(tmp_path):
    """With and without folders for lessons, named by whatever the roster knows, in any Unicode form."""
    files = {
        f"s000/{LESSON}.ipynb": campus.notebook(ANNA),
        f"Ben Kurz/{LESSON}/{LESSON}.ipynb": campus.notebook(BEN),
        f"Ben Kurz/{LESSON}/timestamp.txt": b"2026-05-01 10:00:00.000000 UTC",
        f"Ben Kurz/{OTHER}/other name.ipynb": campus.notebook(BEN, lesson=OTHER),
        unicodedata.normalize("NFD", f"Zoë Müller-Lüdenscheidt/{LESSON} (1).ipynb"): campus.notebook(ANNA, 2),
        f"anna meyer/{LESSON}.ipynb": campus.notebook(ANNA, 3),
    }
    roster = campus.class_roster(tmp_path / "roster.csv", times=False)
    plan, _ = collected(laid_out(tmp_path / "came", **files), tmp_path / "class", rosters=[roster])
    assert plan.understood.source.name == "folders"
    assert graded(tmp_path / "class") == {
        f"s000/{LESSON}": campus.notebook(ANNA),
        f"s004/{LESSON}": campus.notebook(ANNA, 2),
        f"s027/{LESSON}": campus.notebook(BEN),
        f"s027/{OTHER}": campus.notebook(BEN, lesson=OTHER),
    }
    timestamp = tmp_path / "class" / "submitted" / "s027" / LESSON / "timestamp.txt"
    assert timestamp.read_text() == "2026-05-01 10:00:00.000000 UTC"
    ((left),) = plan.understood.left
    assert left.name == f"anna meyer/{LESSON}.ipynb"
    assert "2 people of this name: s000, s001. Call it by the login" in left.why


def test_loose_notebooks_are_read_by_a_pattern(tmp_path):
    """A second upload counts, the lesson is the notebook's own, and what does not follow the pattern is named."""
    files = {
        f"anna_{LESSON}.ipynb": campus.notebook(ANNA),
        f"anna_{LESSON}-2.ipynb": campus.notebook(ANNA, 2),
        f"ben_{LESSON}.ipynb": campus.notebook(BEN, lesson=OTHER),
        "whose.ipynb": b"{}",
    }
    plan, said = collected(laid_out(tmp_path / "came", **files), tmp_path / "class")
    assert graded(tmp_path / "class") == {
        f"anna/{LESSON}": campus.notebook(ANNA, 2),
        f"ben/{OTHER}": campus.notebook(BEN, lesson=OTHER),
    }
    assert f"Handed in for {LESSON}, but it is of {OTHER}." in said
    assert [each.name for each in plan.understood.left] == ["whose.ipynb"]
    files = {f"{LESSON} by 4711 (Anna Meyer).ipynb": campus.notebook(ANNA)}
    options = {"pattern": "{lesson} by {id} ({name}).ipynb"}
    plan, _ = collected(laid_out(tmp_path / "others", **files), tmp_path / "other_class", **options)
    assert (plan.new[0].student, plan.new[0].lms_id) == ("Anna_Meyer", "4711")


def test_a_pattern_that_says_nothing_is_refused(tmp_path):
    """With what may stand in one."""
    folder = laid_out(tmp_path / "came", x=b"")
    with pytest.raises(BadPattern, match=r"\{who\}.*\{student\}, \{name\}, \{id\}, \{lesson\}"):
        collected(folder, tmp_path, pattern="{who}.ipynb")
    with pytest.raises(BadPattern, match="does not say who"):
        collected(folder, tmp_path, pattern="{lesson}.ipynb")


def test_the_exchange_is_taken_with_the_times_of_its_folders(tmp_path):
    """All attempts of a user whose name holds a plus; the newest counts."""
    folders = [f"a+b+{LESSON}+2026-05-01 {hour}:00:00.000000 UTC+xyz{hour}" for hour in (10, 12, 11)]
    files = {f"course/inbound/{name}/{LESSON}.ipynb": campus.notebook(ANNA, n) for n, name in enumerate(folders)}
    files |= {f"course/inbound/{name}/timestamp.txt": b"-" for name in folders}
    files |= {f"course/outbound/{lesson}/{lesson}.ipynb": campus.released(lesson) for lesson in LESSONS}
    files |= {f"course/feedback/{number}.html": b"<p>" for number in range(9)}
    plan, said = collected(laid_out(tmp_path / "came", **files), tmp_path / "class")
    assert plan.understood.source.name == "exchange"
    assert graded(tmp_path / "class") == {f"a+b/{LESSON}": campus.notebook(ANNA, 1)}
    assert len(plan.new) == 3 and "newest of 3, all kept" in said
    assert not any(attempt.remarks for attempt in plan.new)
    assert f"{len(LESSONS) + 9} that nobody handed in" in said and not plan.understood.left
    timestamp = tmp_path / "class" / "submitted" / "a+b" / LESSON / "timestamp.txt"
    assert timestamp.read_text() == "2026-05-01 12:00:00.000000 UTC"


def test_names_that_say_nothing_are_answered_with_what_is_understood(tmp_path):
    """And a source that does not exist with those that do."""
    folder = laid_out(tmp_path / "came", **{"a.ipynb": b"", "b.ipynb": b""})
    with pytest.raises(UnknownSource, match=r"Moodle's and Canvas' zip files .* --pattern"):
        collected(folder, tmp_path)
    with pytest.raises(UnknownSource, match="There are: exchange, Moodle, Canvas, folders, loose"):
        collected(folder, tmp_path, source="Blackboard")


def test_a_notebook_says_which_lesson_it_is_of():
    """Every released notebook, damaged ones, in UTF-16, without nbgrader's names, a script; others say nothing."""
    lessons = Lessons(COURSE)
    for name in LESSONS:
        whole = campus.released(name)
        assert lessons.of(whole) == lessons.of(whole[: len(whole) // 2]) == name
        assert lessons.of(whole.decode().encode("utf-16")) == name
        assert lessons.of(whole.replace(b"grade_id", b"gone")) == name
        scripts = b"".join(f"def {each}(x): pass\n".encode() for each in LESSONS[name].exercises)
        assert lessons.of(scripts) == name
    assert lessons.of(b'{"cells": []}') is None
    assert lessons.of(b"") is None


def test_a_number_counts_only_if_the_name_agrees():
    """A university's number may be Moodle's number of somebody else."""
    roster = Roster([Person("a1", frozenset({"101"}), name="Anna Meyer"), Person("b2", name="Ben Li")])
    assert roster.find(Who(id="101", name="Meyer, Anna Maria")).person.folder == "a1"
    assert roster.find(Who(id="101", name="meyeranna")).person.folder == "a1"
    assert roster.find(Who(id="101")).person.folder == "a1"
    match = roster.find(Who(id="101", name="Ben Li"))
    assert match.person.folder == "b2" and "101 as the number of Anna Meyer" in match.remark
    assert roster.find(Who(id="101", name="Carla Blum")).person is None


def test_a_name_is_the_same_however_it_is_written():
    """Composed or not, with or without accents, surname first, squeezed by Canvas."""
    roster = Roster(
        [Person("zm", name=unicodedata.normalize("NFD", "Zoë Müller-Groß")), Person("am", name="Anna Meyer")]
    )
    for name in ("Zoë Müller-Groß", "MÜLLER-GROSS, Zoë", "Zoe Muller-Gross", "müllergroßzoë", "zoëmüllergroß"):
        assert roster.find(Who(name=name)).person.folder == "zm", name
        assert roster.find(Who(label=name)).person.folder == "zm", name
    assert roster.find(Who(name="Zoë Müller")).person is None


def test_rosters_are_read_as_they_come(tmp_path):
    """Semicolons and Windows' letters, Moodle's and Canvas' own tables, several about the same people."""
    university = tmp_path / "university.csv"
    university.write_bytes("Anmeldename;Vorname;Nachname;E-Mail-Adresse\nzm;Zoë;Müller;z@x.de\n".encode("cp1252"))
    worksheet = tmp_path / "worksheet.csv"
    worksheet.write_text(
        "Identifier,Full name,ID number,Email address,Last modified (submission)\n"
        'Participant 77,Zoë Müller,,Z@x.de,"Friday, 1 May 2026, 2:05 PM"\n'
        "Participant 78,Neu Dazu,4711,n@x.de,-\n"
    )
    gradebook = campus.canvas_gradebook(tmp_path / "gradebook.csv", "x (1)")
    roster = read_rosters([university, worksheet], ZoneInfo("Europe/Berlin"))
    zoe, new = roster.people
    assert (zoe.folder, zoe.name, "77" in zoe.ids) == ("zm", "Zoë Müller", True)
    assert zoe.submitted == datetime(2026, 5, 1, 12, 5, tzinfo=UTC)
    assert (new.folder, new.submitted) == ("4711", None)
    people = read_rosters([gradebook], UTC).people
    assert len(people) == campus.STRANGER
    assert (people[0].folder, people[0].ids) == ("s000", {"4000", "U0"})


def test_a_roster_that_can_not_be_used_is_answered_with_its_place(tmp_path):
    """No column that says who, two people for one folder, nothing in a line, no file."""
    path = tmp_path / "roster.csv"
    for text, says in {
        "colour,size\nred,7\n": "has no column that says who: its headings are colour, size",
        "login,name\nanna,Anna A\nAnna,Anna B\n": "Two people .* would have the folder anna: Anna A and Anna B",
        "login,submitted\n,2026-05-01 10:00\n": "roster.csv, line 2 does not say who",
        "": "is empty",
    }.items():
        path.write_text(text)
        with pytest.raises(BadRoster, match=says):
            read_rosters([path], UTC)
    with pytest.raises(BadRoster, match="can't be opened: No such file"):
        read_rosters([tmp_path / "none.csv"], UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Friday, 1 May 2026, 2:05 PM", "2026-05-01 12:05"),
        ("Freitag, 1. Mai 2026, 14:05", "2026-05-01 12:05"),
        ("Dienstag, 3. März 2026, 08:00", "2026-03-03 07:00"),
        ("01.05.2026 14:05", "2026-05-01 12:05"),
        ("2026-05-01T14:05:00Z", "2026-05-01 14:05"),
        ("2026-05-01 14:05:00.123456 UTC", "2026-05-01 14:05"),
        ("-", None),
        ("5", None),
        ("yesterday at 7:00", None),
    ],
)
def test_times_are_read_as_they_are_written(text, time):
    """In English and German, with and without a time zone, in summer and winter; what is no time is none."""
    read = read_time(text, ZoneInfo("Europe/Berlin"))
    assert (read and f"{read:%Y-%m-%d %H:%M}") == time
