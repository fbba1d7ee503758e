"""A term's assignment there and back: 60 students, Moodle and Canvas, and every file accounted for."""

import json
import re
import shutil
from collections import Counter
from datetime import UTC

import pytest

from autograder.marks.command import export, pack_feedback
from autograder.marks.moodle import NotAWorksheet
from autograder.marks.table import OtherScale
from autograder.submissions import read_submission
from tests.collect import campus, lms
from tests.collect.conftest import points_of
from tests.conftest import COURSE, LESSONS

LESSON, DUE, STUDENTS = campus.LESSON, campus.DUE, campus.STUDENTS
PARTICIPANTS = {student.participant: student for student in STUDENTS}
USERS = {student.canvas_id: student for student in STUDENTS}
MOST = sum(exercise.points for exercise in LESSONS[LESSON].exercises.values())


@pytest.fixture(params=["from_moodle", "from_canvas"])
def collection(request):
    return request.getfixturevalue(request.param)


def folder_of(collection, student) -> str:
    """How somebody's folder is called; the stranger's as the LMS calls them."""
    if student.index != campus.STRANGER:
        return student.login
    return "Zeno_Zander" if collection.plan.understood.source.name == "Moodle" else "zanderzeno"


def test_everybodys_newest_work_stands_where_it_is_graded(collection):
    """Byte for byte, under the right name and lesson; and nothing else stands there."""
    folder = collection.folder / "submitted"
    standing = {(path.parts[-3], path.parts[-2]): path for path in folder.glob("*/*/*") if path.name != "timestamp.txt"}
    wanted = {}
    for file in collection.delivery.files:
        if file.becomes in ("graded", "packed"):
            wanted[folder_of(collection, file.student), file.lesson] = file
    assert standing.keys() == wanted.keys()
    for key, file in wanted.items():
        content = file.content if file.becomes == "graded" else campus.notebook(file.student)
        assert standing[key].read_bytes() == content, key
        is_notebook = b'"cell_type"' in content
        assert (standing[key].name == f"{file.lesson}.ipynb") == is_notebook


def test_every_file_is_accounted_for(collection):
    """Graded, kept, left by a computer, or named among those that are left out: the sum is that of the zip file."""
    becomes = Counter(file.becomes for file in collection.delivery.files)
    assert collection.plan.understood.files == len(collection.delivery.files)
    total, told = re.search(r"(\d+) files: (.*)\.", collection.said).groups()
    assert int(total) == len(collection.delivery.files) == sum(map(int, re.findall(r"\d+", told)))
    kept = [path for path in (collection.folder / "collected").glob("*/*/*/*") if path.is_file()]
    assert len(kept) == becomes["graded"] + becomes["kept"] + becomes["packed"]
    given = sorted(file.content for file in collection.delivery.files if file.becomes in ("graded", "kept"))
    assert sorted(path.read_bytes() for path in kept if path.parts[-4] != "s030" or not becomes["packed"]) == given
    left = [each.name for each in collection.plan.understood.left]
    assert left == [file.path for file in collection.delivery.files if file.becomes == "left"]
    assert all(name in collection.said for name in left)


def test_who_is_missing_and_who_is_a_stranger_is_said(collection):
    """The roster's four, and who handed in another lesson; whoever is not in it is collected all the same."""
    missing = {person.folder for person in collection.plan.missing[LESSON]}
    assert missing == {f"s{index:03d}" for index in (*campus.MISSING, 45)}
    assert collection.plan.understood.strangers == {folder_of(collection, STUDENTS[campus.STRANGER])}
    assert collection.said.count("Not in the roster.") == 1


def test_times_are_those_of_the_roster(collection):
    """To the minute, as nbgrader writes them; who is not in the roster has none."""
    for student in STUDENTS:
        if student.index in (*campus.MISSING, 45):
            continue
        timestamp = read_submission(collection.folder, folder_of(collection, student), LESSON).timestamp
        if student.index == campus.STRANGER:
            assert timestamp is None
        else:
            assert timestamp == student.submitted.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def test_equal_names_are_told_apart_by_number(collection):
    """Two Anna Meyers, two Jan Nováks: each has their own work."""
    for index in range(4):
        content = (collection.folder / "submitted" / f"s{index:03d}" / LESSON / f"{LESSON}.ipynb").read_bytes()
        assert f"s{index:03d}, attempt".encode() in content


def test_moodle_takes_the_marks_back(from_moodle, marked_gradebook, tmp_path):
    """Each participant's own mark, nothing for who came late, and nothing for who handed in nothing."""
    address = f"sqlite:///{marked_gradebook}"
    for template in (None, from_moodle.rosters[1]):
        to = tmp_path / "worksheet.csv"
        notes = export("moodle", to, COURSE, from_moodle.folder, template=template, db_url=address)
        read = lms.moodle_reads_worksheet(to, set(PARTICIPANTS), MOST)
        in_file = STUDENTS[: campus.STRANGER] if template else STUDENTS
        wanted = [each for each in in_file if each.index not in (*campus.MISSING, 45)]
        assert read.keys() == {student.participant for student in wanted}
        for student in wanted:
            late = student.submitted > DUE and student.index != campus.STRANGER
            points = points_of(folder_of(from_moodle, student))
            assert read[student.participant][0] == (0 if late else sum(points.values()))
            assert f"hann {points['hann']:g}/2" in read[student.participant][1]
            assert ("taken off" in read[student.participant][1]) == (late and sum(points.values()) > 0)
        assert ("Zeno_Zander" in " ".join(notes)) == (template is not None)


def test_marks_are_converted_only_if_one_says_so(from_moodle, marked_gradebook, tmp_path):
    """An assignment worth 100 in Moodle: refused with both numbers, or each mark times 100 / 15."""
    template, to = tmp_path / "template.csv", tmp_path / "worksheet.csv"
    template.write_text(from_moodle.rosters[1].read_text(encoding="utf-8").replace("15.00", "100.00"), encoding="utf-8")
    options = {"template": template, "db_url": f"sqlite:///{marked_gradebook}"}
    with pytest.raises(OtherScale, match=f"worth 100 points, 02_stft {MOST:g}.*--scale"):
        export("moodle", to, COURSE, from_moodle.folder, **options)
    export("moodle", to, COURSE, from_moodle.folder, scale=True, **options)
    read = lms.moodle_reads_worksheet(to, set(PARTICIPANTS), 100)
    student = STUDENTS[1]
    wanted = sum(points_of(student.login).values()) * 100 / MOST
    assert read[student.participant][0] == pytest.approx(wanted, abs=0.005)


def test_another_table_is_no_worksheet(from_moodle, marked_gradebook, tmp_path):
    """It is said where a worksheet is found."""
    with pytest.raises(NotAWorksheet, match="Download grading worksheet"):
        options = {"template": from_moodle.rosters[0], "db_url": f"sqlite:///{marked_gradebook}"}
        export("moodle", tmp_path / "out.csv", COURSE, from_moodle.folder, **options)


def test_canvas_takes_the_marks_back(from_canvas, marked_gradebook, tmp_path):
    """Each user's own mark, under the assignment's own heading, and no other assignment is touched."""
    to = tmp_path / "grades.csv"
    title = f"STFT: {LESSON} (4711)"
    template = campus.canvas_gradebook(tmp_path / "gradebook.csv", title)
    known = {student.canvas_id: student.name for student in STUDENTS}, {s.login: s.canvas_id for s in STUDENTS}
    for options in ({"template": template}, {"heading": title}, {}):
        export("canvas", to, COURSE, from_canvas.folder, db_url=f"sqlite:///{marked_gradebook}", **options)
        read = lms.canvas_reads_gradebook(to, *known, {"17": "Essay", "4711": LESSON})
        for student in STUDENTS[: campus.STRANGER]:
            points = 0 if student.submitted > DUE else sum(points_of(student.login).values())
            handed_in = student.index not in (*campus.MISSING, 45)
            assert read.pop((student.canvas_id, "4711"), None) == (points if handed_in else None)
        assert not read


def test_no_name_becomes_a_formula(from_moodle, marked_gradebook, tmp_path):
    """Four students are called like one; in no table does a cell begin as a formula does."""
    for kind in ("moodle", "canvas", "csv"):
        to = tmp_path / f"{kind}.csv"
        export(kind, to, COURSE, from_moodle.folder, db_url=f"sqlite:///{marked_gradebook}")
        cells = [cell for row in lms.csv.reader(to.read_text(encoding="utf-8-sig").splitlines()) for cell in row]
        assert '\'=HYPERLINK("http://evil.example") Tables' in cells
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "-") and cell != "-"]
        assert "Gerard 't Hooft" in cells


def test_the_plain_table_has_a_column_for_each_exercise(from_moodle, marked_gradebook, tmp_path):
    """In the lesson's order, with penalty and sum; the same sums as nbgrader's own exporter writes."""
    options = {"db_url": f"sqlite:///{marked_gradebook}"}
    export("csv", tmp_path / "plain.csv", COURSE, from_moodle.folder, **options)
    export("nbgrader", tmp_path / "nbgrader.csv", COURSE, from_moodle.folder, **options)
    plain = list(lms.csv.DictReader((tmp_path / "plain.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert list(plain[0])[4:-5] == list(LESSONS[LESSON].exercises)
    theirs = list(lms.csv.DictReader((tmp_path / "nbgrader.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["student"]: float(row["score"]) for row in plain} == {
        row["student_id"]: float(row["score"]) for row in theirs
    }
    for row in plain:
        assert {name: float(row[name]) for name in LESSONS[LESSON].exercises} == points_of(row["student"])


def test_each_student_gets_the_own_feedback_back(collection, tmp_path):
    """Moodle by its folders, Canvas by its numbers: the page of each, and of no other."""
    class_folder = tmp_path / "class"
    shutil.copytree(collection.folder / "collected", class_folder / "collected")
    for student in STUDENTS:
        page = class_folder / "feedback" / folder_of(collection, student) / LESSON / f"{LESSON}.html"
        if student.index not in (*campus.MISSING, 45):
            page.parent.mkdir(parents=True)
            page.write_text(f"<p>for {student.login}</p>", encoding="utf-8")
    (class_folder / "feedback" / "by_hand" / LESSON).mkdir(parents=True)
    (class_folder / "feedback" / "by_hand" / LESSON / f"{LESSON}.html").write_text("not from an LMS")
    notes = pack_feedback(class_folder, LESSON, tmp_path / "feedback.zip")
    assert len(notes) == 1 and "by_hand" in notes[0]
    if collection.plan.understood.source.name == "Moodle":
        taken, who = lms.moodle_takes_feedback(tmp_path / "feedback.zip", set(PARTICIPANTS)), PARTICIPANTS
    else:
        files = {}
        for file in collection.delivery.files:
            numbers = [piece for piece in file.path.split("_") if piece.isdigit()]
            files |= {numbers[1]: numbers[0]} if file.student else {}
        taken, who = lms.canvas_takes_feedback(tmp_path / "feedback.zip", files), USERS
    assert len(taken) == len(STUDENTS) - len(campus.MISSING) - 1
    for number, pages in taken.items():
        ((name, content),) = pages
        assert content.decode() == f"<p>for {who[number].login}</p>"
        assert name.endswith(".html") and ".ipynb" not in name
    if who is USERS:
        # the file that was graded, not the one that it replaced
        assert taken["4000"][0][0] == f"meyeranna_LATE_4000_900005_{LESSON}-1.html"


def test_what_is_kept_beside_can_be_read_by_people(from_moodle):
    """attempts.json says of each attempt who, when, from where, and under which name feedback goes back."""
    kept = json.loads((from_moodle.folder / "collected" / "attempts.json").read_text(encoding="utf-8"))["attempts"]
    assert len(kept) == 56
    anna = next(each for each in kept if each["student"] == "s000")
    assert anna["prefix"] == "Anna Meyer_70000_assignsubmission_file_/"
    assert (anna["name"], anna["email"], anna["source"]) == ("Anna Meyer", "s000@campus.example", "Moodle")
