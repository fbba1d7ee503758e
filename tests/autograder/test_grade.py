"""A class, from its notebooks to its marks and feedback."""

import csv
import html
import shutil
import subprocess
from dataclasses import dataclass, field
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.demo import hand_in, make_class
from autograder.grade import grade
from autograder.gradebook import GradebookWriter
from autograder.marks_file import Mark, write_marks
from autograder.workers import Pool
from tests.autograder.conftest import SCRIPTS, autograder, nbgrader_autograde
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]
FULL = 15.0

# What each submission deserves: the points of the exercises are 3, 2, 3, 2, 3 and 2.
DESERVED = {
    "perfect": FULL,
    # the first three of six exercises: 3 + 2 + 3
    "half_done": 8.0,
    "untouched": 0.0,
    # honest ways of writing lose nothing, whatever they print or warn
    "writes_loops": FULL,
    "writes_float32": FULL,
    "writes_library_primitives": FULL,
    "writes_matrices": FULL,
    "writes_chatty": FULL,
    # a fault costs its own exercise, never those that build on it
    "no_centring_in_slice_into_frames": FULL - 3,
    "symmetric_window_in_hann": FULL - 2,
    "no_window_in_get_stft": FULL - 3,
    "magnitude_for_power_in_get_spectrogram": FULL - 2,
    # the ratio and the floor for silence are right, top_db is not: two of three tests
    "no_floor_below_the_loudest_in_to_db": FULL - 1,
    "the_wrong_way_round_in_louder_by_db": FULL - 2,
}


def marks_in(folder):
    with open(folder / "marks.csv", encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def feedback_of(graded_class, student):
    page = graded_class.folder / "feedback" / student / LESSON.name / f"{LESSON.name}.html"
    return page.read_text(encoding="utf-8")


def test_everybody_gets_what_they_deserve(graded_class):
    """marks.csv holds a line for each submission, with the marks stated above."""
    marks = {student: float(row["total"]) for student, row in marks_in(graded_class.folder).items()}
    assert marks == DESERVED


def test_marks_file_has_a_column_for_each_exercise(graded_class):
    """So that a spreadsheet can go on from there."""
    row = marks_in(graded_class.folder)["half_done"]
    assert [float(row[name]) for name in LESSON.exercises] == [3, 2, 3, 0, 0, 0]
    assert (row["out_of"], row["problem"]) == ("15.0", "")


def test_the_table_shows_the_same_marks(graded_class):
    """What is printed is what is stored."""
    for student, total in DESERVED.items():
        (line,) = [line for line in graded_class.said.splitlines() if f" {student} " in line]
        assert f"{total:g} / 15" in line


def test_stock_nbgrader_gives_the_same_marks(graded_class, tmp_path):
    """`nbgrader autograde` in the course's folder, on some of the same submissions; it knows all our options."""
    some = ("half_done", "untouched", "writes_float32", "no_window_in_get_stft", "no_floor_below_the_loudest_in_to_db")
    for student in some:
        shutil.copytree(graded_class.folder / "submitted" / student, tmp_path / "submitted" / student)
    shutil.copy(graded_class.folder / "gradebook.db", tmp_path)
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for student in some:
            gradebook.remove_student(student)
    ran = nbgrader_autograde(tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "not recognized" not in ran.stderr
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        scores = {student: gradebook.find_submission(LESSON.name, student).score for student in some}
    assert scores == {student: DESERVED[student] for student in some}


def test_nbgraders_own_gradebook_holds_the_marks(graded_class):
    """Formgrader shows what marks.csv says."""
    with Gradebook(f"sqlite:///{graded_class.folder / 'gradebook.db'}") as gradebook:
        assert {each.student.id: each.score for each in gradebook.assignment_submissions(LESSON.name)} == DESERVED


def test_feedback_says_what_check_says(graded_class):
    """Each student with a fault reads what the misconception has to say."""
    for work in graded_class.works:
        if work.misconception:
            told = html.unescape(feedback_of(graded_class, work.student))
            assert work.misconception.says.split("`")[0] in told
            assert "not yet right" in told


def test_feedback_lists_the_hidden_tests_by_their_docstrings(graded_class):
    """Passed and failed ones; and says "not attempted yet" of what is untouched."""
    page = feedback_of(graded_class, "no_floor_below_the_loudest_in_to_db")
    assert "Counts powers below 1e-10 as 1e-10, so that silence is finite." in page
    assert "2 of 3 hidden tests, 2 of 3 points" in page
    assert feedback_of(graded_class, "untouched").count("not attempted yet") >= 6


def test_feedback_shows_the_last_picture_of_a_widget(graded_class):
    """No kernel runs behind the page."""
    page = feedback_of(graded_class, "perfect")
    assert page.count("A window lasts") == 2
    assert "widget-view" not in page


def test_feedback_shows_no_source_of_a_test(graded_class):
    """Neither the hidden tests' code nor the grader's traceback."""
    page = html.unescape(feedback_of(graded_class, "no_window_in_get_stft"))
    assert "assert_close" not in page
    assert "Traceback (most recent call last)" not in page
    assert "standard_normal" not in page


def test_what_is_graded_is_not_graded_again(graded_class, tmp_path):
    """The same bytes, the same lesson: nothing to do; one new submission: one; --force: all, and the log keeps both."""
    folder = tmp_path / "class"
    shutil.copytree(graded_class.folder, folder)
    perfect = folder / "submitted" / "perfect" / LESSON.name / f"{LESSON.name}.ipynb"
    shutil.copy(folder / "submitted" / "untouched" / LESSON.name / perfect.name, perfect)
    few = ("perfect", "half_done", "untouched", "writes_loops")
    for student in DESERVED.keys() - set(few[:3]):
        shutil.rmtree(folder / "submitted" / student)

    def times_graded():
        with GradebookWriter(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
            return {student: len(gradebook.history(student, LESSON.name)) for student in few}

    assert autograder("grade", LESSON.name, "--class", folder).returncode == 0
    assert times_graded() == dict.fromkeys(few, 1) | {"perfect": 2}
    assert float(marks_in(folder)["perfect"]["total"]) == 0
    assert autograder("grade", LESSON.name, "--class", folder, "--force").returncode == 0
    assert times_graded() == dict.fromkeys(few, 2) | {"perfect": 3, "writes_loops": 1}


@dataclass
class NotedPool(Pool):
    """Knows for whom it got ready."""

    ready: list[str] = field(default_factory=list, init=False)

    def warm_up(self, worker, order):
        self.ready.append(order.submission.student)
        super().warm_up(worker, order)


def test_nobody_gets_ready_for_nothing(graded_class, tmp_path):
    """Where all is graded, no process is started; for a notebook that was saved again, one of two."""
    folder = tmp_path / "class"
    shutil.copytree(graded_class.folder, folder)
    idle, one = NotedPool(2), NotedPool(2)
    before = grade(COURSE, [LESSON], folder, idle)
    (folder / "submitted" / "perfect" / LESSON.name / f"{LESSON.name}.ipynb").touch()
    assert grade(COURSE, [LESSON], folder, one) == before
    assert (idle.ready, one.ready) == ([], ["perfect"])


def test_a_broken_notebook_is_reported_and_stops_nobody(tmp_path):
    """Its student gets 0 and is named with a reason, the others are graded, and the exit status tells."""
    hand_in([], LESSON, COURSE / "release", tmp_path)
    for student in ("jörg müller", "portrait", "renamed", "nothing"):
        folder = tmp_path / "submitted" / student / LESSON.name
        folder.mkdir(parents=True)
        if student != "nothing":
            shutil.copy(COURSE / "release" / LESSON.name / f"{LESSON.name}.ipynb", folder)
    submitted = tmp_path / "submitted"
    (submitted / "portrait" / LESSON.name / f"{LESSON.name}.ipynb").write_bytes(b"%PDF-1.7 no notebook")
    (submitted / "renamed" / LESSON.name / f"{LESSON.name}.ipynb").rename(
        submitted / "renamed" / LESSON.name / "x.ipynb"
    )
    ran = autograder("grade", LESSON.name, "--class", tmp_path)
    assert ran.returncode == 1
    assert "done, but 2 of 4 need a look" in ran.stderr
    marks = marks_in(tmp_path)
    assert (marks["jörg müller"]["problem"], marks["jörg müller"]["total"]) == ("", "0.0")
    assert "PDF" in marks["portrait"]["problem"] and marks["portrait"]["total"] == "0.0"
    assert marks["renamed"]["problem"] == "" and "x.ipynb" in marks["renamed"]["remarks"]
    assert marks["nothing"]["problem"] and marks["nothing"]["total"] == "0.0"


def test_marks_of_other_lessons_stay(tmp_path):
    """marks.csv grows over the term; a lesson that is graded again takes its own place."""
    path = tmp_path / "marks.csv"
    other = SimpleNamespace(name="99_demo", exercises={"energy": None})
    write_marks([Mark("jörg", other.name, {"energy": 2.0}, 2.0)], [other], path)
    lost = Mark("lost", LESSON.name, None, FULL, "no notebook")
    write_marks([Mark("jörg", LESSON.name, {"hann": 1.0}, FULL), lost], [LESSON], path)
    write_marks([Mark("jörg", LESSON.name, {"hann": 2.0}, FULL)], [LESSON], path)
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]
    assert rows == [
        {"student": "jörg", "lesson": "99_demo", "energy": "2.0", "total": "2.0", "out_of": "2.0"},
        {"student": "jörg", "lesson": "02_stft", "hann": "2.0", "total": "2.0", "out_of": "15.0"},
    ]


def test_a_deleted_check_is_put_back(tmp_path):
    """Who deletes a locked cell is graded all the same."""
    (perfect,) = [work for work in make_class(LESSON) if work.student == "perfect"]
    hand_in([perfect], LESSON, COURSE / "release", tmp_path)
    path = tmp_path / "submitted" / "perfect" / LESSON.name / f"{LESSON.name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.source != "check(get_stft)"]
    nbformat.write(notebook, path)
    assert autograder("grade", LESSON.name, "--class", tmp_path).returncode == 0
    assert float(marks_in(tmp_path)["perfect"]["total"]) == FULL


def test_submissions_are_as_a_student_saves_them(graded_class):
    """Answers stand in the released cells, whose metadata is untouched."""
    released = nbformat.read(COURSE / "release" / LESSON.name / f"{LESSON.name}.ipynb", as_version=4)
    path = graded_class.folder / "submitted" / "perfect" / LESSON.name / f"{LESSON.name}.ipynb"
    perfect = nbformat.read(path, as_version=4)
    assert [cell.metadata for cell in perfect.cells] == [cell.metadata for cell in released.cells]


@pytest.mark.parametrize("name", ["autograded", "feedback"])
def test_everybody_has_a_page(graded_class, name):
    """A graded notebook and a feedback page for each submission."""
    assert {path.name for path in (graded_class.folder / name).iterdir()} == set(DESERVED)


@pytest.mark.parametrize(("student", "says"), [("perfect", "Success!"), ("half_done", "FAILED ON 3 CELL(S)")])
def test_validate_button_tells_the_truth(graded_class, student, says):
    """`nbgrader validate`, JupyterLab's "Validate", is no hidden judge: it counts the checks that don't pass."""
    notebook = graded_class.folder / "submitted" / student / LESSON.name / f"{LESSON.name}.ipynb"
    ran = subprocess.run(
        [SCRIPTS / "nbgrader", "validate", notebook], cwd=graded_class.folder, capture_output=True, text=True
    )
    assert says in ran.stdout
