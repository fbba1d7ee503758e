"""Which lesson a file is of: by what stands in it rather than by its name."""

import json
import re
from collections import Counter
from pathlib import Path

from autograder.errors import PlainError
from autograder.lesson import Lesson, lesson_names

GRADE_ID = re.compile(rb'\\?"grade_id\\?"\s*:\s*\\?"(\w+)')
BEGIN = re.compile(rb"begin\(\\?[\"'](\w+)\\?[\"']\)")
DEFINED = re.compile(rb"\bdef (\w+)\(")
CELL_TYPE = re.compile(rb'"cell_type"\s*:')


class UnknownLesson(PlainError):
    """A lesson was named that the course does not have; the message says which it has."""


class Lessons:
    """The lessons of a course, as far as one needs to know to tell their notebooks apart.

    Parameters
    ----------
    course : Path
        The course's folder.
    """

    def __init__(self, course: Path):
        self.names: list[str] = lesson_names(course / "source")
        cells = {name: {*grade_ids(course, name)} for name in self.names}
        shared = Counter(cell for ids in cells.values() for cell in ids)
        self._own = {cell: name for name, ids in cells.items() for cell in ids if shared[cell] == 1}

    def named(self, lesson: str | None) -> str | None:
        """A lesson's name as somebody typed it.

        Raises
        ------
        UnknownLesson
        """
        if lesson is not None and lesson not in self.names:
            raise UnknownLesson(f"There is no lesson called {lesson}. The lessons are: {', '.join(self.names)}.")
        return lesson

    def of(self, content: bytes) -> str | None:
        """The lesson that a file is of, by nbgrader's names of its cells, or else by its code; None if it says nothing.

        Also damaged files say it, and scripts.
        """
        # of UTF-16 and UTF-32 the letters remain
        content = content.replace(b"\0", b"") if b"\0" in content[:100] else content
        for pattern, means in ((GRADE_ID, self._own.get), (BEGIN, self._called), (DEFINED, self._own.get)):
            votes = Counter(filter(None, (means(found.decode()) for found in set(pattern.findall(content)))))
            if votes:
                return max(votes, key=lambda name: (votes[name], name))
        return None

    def by_name(self, file: str) -> str | None:
        """The lesson that a file's name speaks of."""
        return next((name for name in self.names if name.casefold() in file.casefold()), None)

    def _called(self, name: str) -> str | None:
        return name if name in self.names else None


def is_notebook(content: bytes) -> bool:
    """Whether a file is a notebook, perhaps a damaged one."""
    return CELL_TYPE.search(content.replace(b"\0", b"") if b"\0" in content[:100] else content) is not None


def grade_ids(course: Path, name: str) -> list[str]:
    """The names that nbgrader has for the cells of a lesson: from its release, or where there is none its source."""
    released = course / "release" / name / f"{name}.ipynb"
    if released.is_file():
        cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
    else:
        cells = Lesson(course / "source" / name).cells
    return [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if "nbgrader" in cell["metadata"]]
