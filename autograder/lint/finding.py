"""What lint finds, and where in the lesson's files."""

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.lesson import Lesson


@dataclass(frozen=True, order=True)
class Finding:
    """Something that an author has to do."""

    path: Path
    line: int
    """counted from 1"""
    says: str
    """what is wrong"""
    way_out: str
    """what to do about it"""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.says} {self.way_out}"


def line_of(path: Path, *wanted: str) -> int:
    """Where a text stands in a file.

    Parameters
    ----------
    path : Path
    wanted : str
        Pieces that stand one after another, each in its own line or in that of the one before; the line of the last
        one that is found is given.

    Returns
    -------
    line : int
        Counted from 1, which is also given where nothing is found.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    at = 0
    for piece in wanted:
        at = next((index for index in range(at, len(lines)) if piece in lines[index]), at)
    return at + 1


def text_of(lesson: Lesson) -> Path:
    """The notebook as text."""
    return lesson.folder / f"{lesson.name}.py"


def at_exercise(lesson: Lesson, name: str) -> tuple[Path, int]:
    """The solution cell of an exercise."""
    return text_of(lesson), line_of(text_of(lesson), f'"grade_id": "{name}"')


def at_cell(lesson: Lesson, index: int) -> tuple[Path, int]:
    """A cell of the notebook, by its place among all of them."""
    begins = [number for number, line in enumerate(_lines(text_of(lesson)), 1) if re.match(r"# %%(\s|$)", line)] or [1]
    return text_of(lesson), begins[min(index, len(begins) - 1)]


def at_hints(lesson: Lesson, name: str) -> tuple[Path, int]:
    """The hints of an exercise."""
    path = lesson.folder / "misconceptions.toml"
    return path, line_of(path, "[hints]", f"{name} = [")


def at_fault(lesson: Lesson, exercise: str, name: str) -> tuple[Path, int]:
    """A misconception's entry."""
    path = lesson.folder / "misconceptions.toml"
    return path, line_of(path, f'exercise = "{exercise}"', f'name = "{name}"')


def at_checks(lesson: Lesson, exercise: str) -> tuple[Path, int]:
    """The class that tests an exercise."""
    path = lesson.folder / "checks.py"
    return path, line_of(path, f'exercise = "{exercise}"')


def at_rewriting(lesson: Lesson, style: str, name: str) -> tuple[Path, int]:
    """One exercise as somebody else would write it."""
    path = lesson.folder / "rewritings.py"
    return path, line_of(path, f"# # {style}", f"def {name}(")


def at_question(lesson: Lesson, name: str) -> tuple[Path, int]:
    """An exam question."""
    path = lesson.folder / "questions.toml"
    return path, line_of(path, f'id = "{name}"')


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
