"""What all tests share: where the course lies, and its lessons."""

import os
from pathlib import Path

import pytest

from autograder.lesson import Lesson, lesson_names
from tests.browser.lab import find_chromium

COURSE = Path(__file__).resolve().parents[1]
LESSONS = {name: Lesson(COURSE / "source" / name) for name in lesson_names(COURSE / "source")}

# what Numba compiles: for each process of tests by itself, since two that compile at once can spoil it for a third
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["NUMBA_CACHE_DIR"] = str(COURSE / ".pytest_cache" / "numba" / WORKER)


@pytest.fixture(scope="session")
def course_folder() -> Path:
    """The checkout that is tested."""
    return COURSE


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stays on one processor, so that what its tests share is made once: a file, or a lesson in `test_lessons`."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}{lesson_of(item)}"))


def lesson_of(item: pytest.Item) -> str:
    """The lesson that a test of `test_lessons` is about; of other files' tests, which share more, none."""
    if item.path.stem != "test_lessons":
        return ""
    names = (getattr(value, "name", value) for value in item.callspec.params.values())
    return next(name for name in names if name in LESSONS)


def pytest_report_header() -> str:
    """Say whether the browser tests run, for without Chromium they are left out."""
    chromium = find_chromium()
    return f"browser tests: with {chromium}" if chromium else "browser tests: left out, for there is no Chromium here"
