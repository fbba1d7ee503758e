"""A lesson's folder is read as it is, or refused with a way out."""

import re
import shutil

import pytest

from autograder.lesson import Lesson, LessonError, lesson_names
from tests.conftest import COURSE


@pytest.fixture
def copy(tmp_path):
    """Lesson 02 in a folder of its own, free to be spoilt."""
    folder = shutil.copytree(
        COURSE / "source" / "02_stft", tmp_path / "02_stft", ignore=shutil.ignore_patterns("*.ipynb")
    )
    return Lesson(folder)


def spoil(lesson, name, old, new):
    path = lesson.folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_exercises_stand_in_the_order_of_the_notebook(copy):
    """With the points of their graded cells."""
    points = {name: exercise.points for name, exercise in copy.exercises.items()}
    assert points == {
        "slice_into_frames": 3, "hann": 2, "get_stft": 3, "get_spectrogram": 2, "to_db": 3, "louder_by_db": 2,
    }  # fmt: skip


def test_cell_ids_are_unique_and_the_same_every_time(copy):
    """They depend on the text alone."""
    ids = [cell.id for cell in copy.solved.notebook.cells]
    assert len(set(ids)) == len(ids)
    assert ids == [cell.id for cell in Lesson(copy.folder).solved.notebook.cells]


def test_built_notebook_gives_the_same_exercises_as_the_text(copy):
    """The judge reads what was built; nobody can tell the difference."""
    from_text = copy.exercises
    copy.solved.build()
    from_built = Lesson(copy.folder)
    assert type(from_built.cells[0]) is dict
    assert from_built.exercises == from_text


@pytest.mark.parametrize("name", ["02_stft.py", "02_stft.ipynb"])
def test_what_was_changed_after_the_build_is_noticed(copy, name):
    """The text decides: whoever edits the built notebook, or forgets to build, changes nobody's reference."""
    copy.solved.build()
    spoil(copy, name, "# 02 · Time", "# Changed · Time")
    assert type(Lesson(copy.folder).cells[0]) is not dict
    assert Lesson(copy.folder).title.startswith("Changed" if name.endswith(".py") else "02")


def test_a_fault_changes_one_exercise_only(copy):
    """The other exercises stay right, and so does the reference."""
    fault = copy.exercises["hann"].misconceptions[0]
    assert copy.fault(fault)(8)[-1] == pytest.approx(0)
    assert copy.reference.hann(8)[-1] != pytest.approx(0)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("misconceptions.toml", 'replace = "axis=0"', 'replace = "axis=7"', "stands 0 times"),
        ("misconceptions.toml", 'replace = "axis=0"', 'replace = "f"', "exactly once"),
        ("misconceptions.toml", 'exercise = "to_db"', 'exercise = "to_bel"', "no exercise is called to_bel"),
        ("misconceptions.toml", "[hints]", "[hints", "not valid TOML"),
        ("misconceptions.toml", "[[misconception]]", "[[misconceptions]]", "nobody reads misconceptions"),
        ("misconceptions.toml", "hann = [", 'hann = "one"\nspare = [', "the hints of hann must be a list"),
        ("misconceptions.toml", 'replace = "axis=0"', 'replaces = "axis=0"', "It needs exercise, name, replace"),
        ("misconceptions.toml", 'says = "You transform', 'say = "You transform', "It needs exercise, name, replace"),
        ("02_stft.py", "check(hann)", "check(han)", "the graded cell `check(han)` needs the grade_id `check_han`"),
        ("02_stft.py", '"grade_id": "hann"', '"grade_id": "han"', "no graded cell `check(han)`"),
        ("02_stft.py", '"points": 2, ', "", "needs the grade_id `check_hann` and its points"),
        ("02_stft.py", "check_hann", "test_hann", "needs the grade_id `check_hann`"),
        ("02_stft.py", "# # 02", "# 02", "no heading"),
        ("checks.py", 'exercise = "hann"', 'exercise = "hamming"', "no class tests hann"),
    ],
)
def test_a_contradiction_is_refused_with_file_and_way_out(copy, name, old, new, message):
    """The author reads which file, what is wrong, and what to do."""
    spoil(copy, name, old, new)
    with pytest.raises(LessonError, match=f"(?s)02_stft.*{re.escape(message)}"):
        _ = copy.title, copy.exercises, copy.checks


def test_a_missing_file_is_named(copy):
    """Not a traceback of the file system."""
    (copy.folder / "questions.toml").unlink()
    with pytest.raises(LessonError, match=r"questions\.toml is missing"):
        _ = copy.questions


def test_only_folders_with_a_notebook_of_their_name_are_lessons(tmp_path):
    """Drafts and caches are not."""
    for name in ("03_mel/03_mel.py", "drafts/notes.py", "__pycache__/x.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert lesson_names(tmp_path) == ["03_mel"]
