"""Stock `nbgrader autograde` with the course's configuration: the same salvage, sandbox and judge."""

import json
import shutil

import pytest
from nbgrader.api import Gradebook

from autograder.database import register
from autograder.demo import hand_in, make_class
from tests.autograder.conftest import nbgrader_autograde
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]


def notebook_of(folder, student):
    return folder / "submitted" / student / LESSON.name / f"{LESSON.name}.ipynb"


def cheat(notebook):
    """No answer, but every trick that stock nbgrader falls for."""
    for cell in notebook["cells"]:
        if cell["source"] and "".join(cell["source"]).startswith("check("):
            cell["metadata"]["tags"] = ["skip-execution"]
            cell["metadata"]["nbgrader"]["points"] = 100
    tricks = "import sys\nsys.displayhook = lambda value: None\nsys.displayhook(2.0)\ncheck = lambda answer: 2.0"
    cell = {
        "cell_type": "code",
        "id": "trick",
        "metadata": {},
        "source": tricks,
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(5, cell)


def copy_a_cell(notebook):
    """A student's copied solution cell, at which nbgrader's own steps refuse the whole notebook."""
    (index,) = [i for i, cell in enumerate(notebook["cells"]) if cell.get("id") == "hann"]
    notebook["cells"].insert(index, notebook["cells"][index] | {"id": "hann-copy"})


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What nbgrader said, and the scores that it stored."""
    folder = tmp_path_factory.mktemp("stock")
    (perfect,) = [work for work in make_class(LESSON) if work.student == "perfect"]
    hand_in([perfect], LESSON, COURSE / "release", folder)
    for student in ("copied", "cut off", "portrait", "cheat"):
        shutil.copytree(folder / "submitted" / "perfect", folder / "submitted" / student)
    shutil.copy(COURSE / "release" / LESSON.name / f"{LESSON.name}.ipynb", notebook_of(folder, "cheat"))
    for student, change in (("copied", copy_a_cell), ("cheat", cheat)):
        notebook = json.loads(notebook_of(folder, student).read_text(encoding="utf-8"))
        change(notebook)
        notebook_of(folder, student).write_text(json.dumps(notebook), encoding="utf-8")
    whole = notebook_of(folder, "perfect").read_bytes()
    notebook_of(folder, "cut off").write_bytes(whole[: int(len(whole) * 0.97)])
    notebook_of(folder, "portrait").write_bytes(b"%PDF-1.7 no notebook")
    (notebook_of(folder, "cheat").parent / "numpy.py").write_text("raise SystemExit")
    database = f"sqlite:///{folder / 'gradebook.db'}"
    register(COURSE, LESSON, database)
    ran = nbgrader_autograde(folder)
    with Gradebook(database) as gradebook:
        scores = {each.student.id: each.score for each in gradebook.assignment_submissions(LESSON.name)}
    return folder, ran, scores


def test_nobody_stops_the_batch(graded):
    """Not a PDF, not a copied cell, not half a file."""
    _, ran, scores = graded
    assert ran.returncode == 0, ran.stderr
    assert scores.keys() == {"perfect", "copied", "cut off", "portrait", "cheat"}


def test_who_can_be_read_keeps_the_marks(graded):
    """And who only tricks earns none."""
    assert graded[2] == {"perfect": 15, "copied": 15, "cut off": 15, "portrait": 0, "cheat": 0}


def test_the_reason_stands_at_every_exercise(graded):
    """Of a submission that is no notebook; formgrader and the feedback page show it."""
    folder, _, _ = graded
    autograded = folder / "autograded" / "portrait" / LESSON.name / f"{LESSON.name}.ipynb"
    assert autograded.read_text(encoding="utf-8").count("PDF") >= len(LESSON.exercises)
