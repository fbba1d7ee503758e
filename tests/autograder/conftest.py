"""Grades the demonstration class once, for all who look at what came of it."""

import os
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.demo import Work, hand_in, make_class
from tests.conftest import COURSE, LESSONS

SCRIPTS = Path(sysconfig.get_path("scripts"))


@dataclass(frozen=True)
class GradedClass:
    """A folder with submissions, marks and feedback, and who is in it."""

    folder: Path
    works: list[Work]
    said: str
    """what the command printed"""


def autograder(*arguments, folder=COURSE):
    """Run the command line as an instructor does: without an activated environment."""
    command = [SCRIPTS / "autograder", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def nbgrader_autograde(folder):
    """Run stock `nbgrader autograde` in the course's folder, on the submissions of another."""
    return subprocess.run(
        [SCRIPTS / "nbgrader", "autograde", LESSONS["02_stft"].name, f"--CourseDirectory.root={folder}"],
        cwd=COURSE,
        env=os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def graded_class(tmp_path_factory) -> GradedClass:
    lesson = LESSONS["02_stft"]
    folder = tmp_path_factory.mktemp("class")
    works = make_class(lesson)
    hand_in(works, lesson, COURSE / "release", folder)
    said = ""
    for command in ("grade", "feedback"):
        ran = autograder(command, lesson.name, "--class", folder, "--workers", "1")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        said += ran.stdout
    return GradedClass(folder, works, said)
