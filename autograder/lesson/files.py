"""The files of a lesson's folder."""

import tomllib
from pathlib import Path

from autograder.errors import PlainError


class LessonError(PlainError):
    """A lesson's folder is not as it must be; the message names the file, the place and the way out."""


def file_of(folder: Path, name: str) -> Path:
    """The path of one of a lesson's files.

    Raises
    ------
    LessonError
        If it is not there.
    """
    path = folder / name
    if not path.is_file():
        raise LessonError(f"{folder.name}: the file {name} is missing from {folder}.")
    return path


def read_toml(folder: Path, name: str) -> dict:
    """What one of a lesson's TOML files holds.

    Raises
    ------
    LessonError
        If it is not there, or not TOML.
    """
    try:
        return tomllib.loads(file_of(folder, name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{folder.name}/{name}: not valid TOML: {error}.") from error
