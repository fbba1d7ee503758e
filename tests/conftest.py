"""What all tests share: where the course lies, and its lessons."""

from pathlib import Path

import pytest

from autograder.lesson import Lesson, lesson_names

COURSE = Path(__file__).resolve().parents[1]
LESSONS = {name: Lesson(COURSE / "source" / name) for name in lesson_names(COURSE / "source")}


@pytest.fixture(scope="session")
def course_folder() -> Path:
    """The checkout that is tested."""
    return COURSE
