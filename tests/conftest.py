"""What all tests share: where the course lies, and its lessons."""

import os
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from autograder.lesson import Lesson, lesson_names
from tests.browser.lab import find_chromium, start_chromium

COURSE = Path(__file__).resolve().parents[1]
LESSONS = {name: Lesson(COURSE / "source" / name) for name in lesson_names(COURSE / "source")}

# each processor has its own process of tests, and what that starts: with two threads they would wait for each other
os.environ["OPENBLAS_NUM_THREADS"] = "1"
threadpool_limits(1)

# what Numba compiles: for each process of tests by itself, since two that compile at once can spoil it for a third
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["NUMBA_CACHE_DIR"] = str(COURSE / ".pytest_cache" / "numba" / WORKER)


@pytest.fixture(scope="session")
def course_folder() -> Path:
    """The checkout that is tested."""
    return COURSE


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a process; there can be no second."""
    with start_chromium() as browser:
        yield browser


LONG = ("lessons", "browser", "autograder", "hostile", "docs", "damaged")
"""The folders whose files take long: they come first, so that no processor waits for another one at the end."""
TOGETHER = {"test_gradebook": "test_grade", "test_killed": "test_grade"}
"""Files that look at the same graded class as another one."""


def pytest_configure(config: pytest.Config) -> None:
    """Build what a fresh clone has not: else one process would do so while another one copies the folder."""
    if not hasattr(config, "workerinput"):
        for lesson in LESSONS.values():
            if not lesson.solved.is_built:
                lesson.solved.build()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first."""
    places = {folder: place for place, folder in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(LONG)))


class Scheduler(LoadScopeScheduling):
    """What stays on one processor, so that what its tests share is made once: a file, or a lesson in `test_lessons`."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0]).stem
        if file != "test_lessons":
            return TOGETHER.get(file, file)
        return next(f"{file} {name}" for name in LESSONS if name in nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduler:
    """The marks of `--dist=loadgroup` would do as well, but xdist 3.8 does not find them with pytest 9.2."""
    return Scheduler(config, log)


def pytest_report_header() -> str:
    """Say whether the browser tests run, for without Chromium they are left out."""
    chromium = find_chromium()
    return f"browser tests: with {chromium}" if chromium else "browser tests: left out, for there is no Chromium here"
