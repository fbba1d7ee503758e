"""What is released is what stands in source/, to the byte."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from autograder.build import build, build_text, make_bank
from autograder.lesson import Lesson, LessonError
from autograder.lint import fresh
from autograder.nbgrader_course import load_config
from course.check.bank import read_bank, save_bank
from course.exam.bank import read_questions
from tests.conftest import COURSE, LESSONS


def build_apart(lesson, folder):
    """Build a lesson into a folder of its own; gives the release and the bank."""
    config = load_config(COURSE, gradebook=folder / "gradebook.db")
    config.CourseDirectory.release_directory = str(folder / "release")
    build(lesson, config, folder)
    return folder / "release" / lesson.name / f"{lesson.name}.ipynb", folder / "checks" / f"{lesson.name}.npz"


@pytest.fixture(scope="module", params=LESSONS)
def built(request, tmp_path_factory):
    lesson = LESSONS[request.param]
    return lesson, *build_apart(lesson, tmp_path_factory.mktemp("first"))


def test_committed_release_is_fresh(built):
    """Fails when source/ was changed and `autograder build` was forgotten."""
    lesson, release, _ = built
    committed = fresh.built_from(lesson, COURSE).release
    assert list(fresh.stale_release(lesson, committed)) == []
    assert committed.read_bytes() == release.read_bytes(), "release/ is stale: run `autograder build` and commit"


def test_committed_bank_is_fresh(built):
    """The same words, and the same numbers up to what differs between processors."""
    lesson, _, bank = built
    assert list(fresh.stale_numbers(lesson, bank, fresh.built_from(lesson, COURSE).bank)) == []


@pytest.mark.parametrize("text", sorted((COURSE / "source").glob("*.py")), ids=lambda text: text.stem)
def test_committed_text_is_fresh(text, tmp_path):
    """A notebook without exercises is what stands in its text."""
    built = build_text(text, tmp_path)
    assert built.read_bytes() == (COURSE / "release" / built.name).read_bytes(), "run `autograder build` and commit"


def test_committed_questions_are_fresh(built):
    """The same words, and the same numbers up to what differs between processors."""
    lesson, _, bank = built
    questions = read_questions(bank.parents[1] / "questions" / f"{lesson.name}.json")
    assert list(fresh.stale_questions(lesson, questions, fresh.built_from(lesson, COURSE).questions)) == []


def test_a_second_build_gives_the_same_bytes(tmp_path):
    """Release and bank alike."""
    builds = [build_apart(Lesson(COURSE / "source" / "02_stft"), tmp_path / name) for name in ("first", "second")]
    first, second = ([path.read_bytes() for path in build] for build in builds)
    assert first == second


def test_stock_nbgrader_builds_the_same_release(tmp_path):
    """`nbgrader generate_assignment` in the course's folder, as an instructor knows it."""
    lesson = LESSONS["02_stft"]
    release = COURSE / "release" / lesson.name / f"{lesson.name}.ipynb"
    nbgrader = Path(sysconfig.get_path("scripts")) / "nbgrader"
    subprocess.run(
        [
            *(nbgrader, "generate_assignment", lesson.name, "--force"),
            f"--CourseDirectory.release_directory={tmp_path / 'release'}",
            f"--CourseDirectory.db_url=sqlite:///{tmp_path / 'gradebook.db'}",
        ],
        cwd=COURSE,
        env={"PATH": f"{nbgrader.parent}:/usr/bin:/bin", "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    made = tmp_path / "release" / lesson.name
    assert [path.name for path in made.iterdir()] == [release.name]
    assert (made / release.name).read_bytes() == release.read_bytes()


def test_bank_holds_no_python_objects(built):
    """A bank loads without pickle, so it can't carry code."""
    with np.load(built[2], allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "biufc" for name in stored.files)


def test_bank_survives_being_stored(built, tmp_path):
    """What is read is what was written."""
    bank = read_bank(built[2])
    save_bank(bank, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == built[2].read_bytes()


@pytest.mark.parametrize(
    ("with_", "message"),
    [
        ("np.fft.rfft(faded, axis=0) + 0", "gives the same as 'the reference'"),
        ("np.fft.fft(faded, axis=0) + 0", "gives the same as 'two-sided spectrum'"),
        ("np.fft.rfft(faded, axis=9)", "raises in every visible case"),
    ],
)
def test_a_fault_that_cannot_be_recognised_is_refused(tmp_path, with_, message):
    """The author is told before a student is told nonsense."""
    folder = shutil.copytree(COURSE / "source" / "02_stft", tmp_path / "02_stft")
    with open(folder / "misconceptions.toml", "a", encoding="utf-8") as file:
        file.write(
            '[[misconception]]\nexercise = "get_stft"\nname = "new"\nsays = "No."\n'
            f'replace = "np.fft.rfft(faded, axis=0)"\nwith = "{with_}"\n'
        )
    with pytest.raises(LessonError, match=message):
        make_bank(Lesson(folder))
