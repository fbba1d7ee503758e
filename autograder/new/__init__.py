"""`autograder new`: a lesson's folder with one small, complete exercise, to be replaced piece by piece."""

import re
from pathlib import Path

from autograder.errors import PlainError

TEMPLATE = Path(__file__).parent / "template"
NOTEBOOK = "lesson.py"
"""The template's file that gets the lesson's name."""
NAME = re.compile(r"(?P<number>\d\d)_(?P<topic>[a-z][a-z0-9]*(_[a-z0-9]+)*)")


class CannotMake(PlainError):
    """A lesson of that name can't be made; the message says why, and which name would do."""


def make_lesson(source: Path, name: str, title: str | None = None) -> list[Path]:
    """Write a new lesson's folder, which builds and passes all tests as it is.

    Parameters
    ----------
    source : Path
        The course's folder of lessons.
    name : str
        The lesson's name: two digits, then what it is about, such as "11_pitch".
    title : str, optional
        What the students read above it; by default what the name says.

    Returns
    -------
    files : list of Path
        What was written, the notebook's text first.

    Raises
    ------
    CannotMake
        If the name is not one of a lesson, or is taken; nothing is written then.
    """
    parts = NAME.fullmatch(name)
    if parts is None:
        raise CannotMake(
            f"A lesson can't be called {name!r}. Take two digits, an underscore, and what it is about, in small "
            "letters without accents, with underscores between words: 11_pitch, 12_noise_gate."
        )
    folder = source / name
    if taken := sorted(path.name for path in source.glob(f"{parts['number']}_*")):
        free = 1 + max(int(path.name[:2]) for path in source.glob("[0-9][0-9]_*"))
        raise CannotMake(
            f"source/{taken[0]} exists already, and each lesson has a number of its own. "
            f"Take another one, such as {free:02}_{parts['topic']}."
        )
    title = " ".join(title.split()) if title else parts["topic"].replace("_", " ").capitalize()
    filled = {"LESSON_NAME": name, "LESSON_NUMBER": parts["number"], "LESSON_TITLE": title}
    folder.mkdir()
    templates = sorted((path for path in TEMPLATE.iterdir() if path.is_file()), key=lambda path: path.name != NOTEBOOK)
    return [_fill(each, folder, filled) for each in templates]


def _fill(template: Path, folder: Path, filled: dict[str, str]) -> Path:
    """One file of the template, with the names in it."""
    text = template.read_text(encoding="utf-8")
    for word, value in filled.items():
        text = text.replace(word, value)
    written = folder / (f"{folder.name}.py" if template.name == NOTEBOOK else template.name)
    written.write_text(text, encoding="utf-8")
    return written
