"""The file of a mock exam: read, written whole or not at all, put aside where it is damaged."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from course.exam.mock import ExamError
from course.exam.progress import default_path as default_diary

VERSION = 1
OURS = "mock exam"
PARTS = {"resound", "version", "seed", "minutes", "began", "handed_in", "tasks", "given", "covered"}
"""What the file holds."""


class NoExam(ExamError):
    """None was begun, or none can be read."""


class Damaged(NoExam):
    """There is a file, and neither it nor the copy beside it can be read."""


def exam_path(diary: Path | None = None) -> Path:
    """Where an exam lies unless told otherwise: beside the diary.

    Parameters
    ----------
    diary : Path, optional
        By default the one of this machine's user.
    """
    return (diary or default_diary()).with_name("mock_exam.json")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold an exam's file: whoever wants to change it meanwhile, from another notebook too, waits.

    Parameters
    ----------
    path : Path
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("a") as lock:
        # where files can't be held, nobody waits, and whoever writes last has the last word
        with suppress(OSError):
            _hold(lock.fileno())
        yield


def _hold(file: int) -> None:
    """Until it is closed."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX)


def read_exam(path: Path) -> tuple[dict[str, Any], str]:
    """Read the file, or where it is damaged the one before it: that lacks the last answer, and no other.

    Parameters
    ----------
    path : Path

    Returns
    -------
    data : dict
    note : str
        What to tell whoever sits there, if the file was damaged.

    Raises
    ------
    NoExam
        If there is none; `Damaged`, if there is nothing that can be read. Then nothing was changed.
    ExamError
        If it is not ours, or of a newer version of the course.
    """
    if not path.exists() and not _previous(path).exists():
        raise NoExam(f"No exam was begun: there is no {path}.")
    whole = _whole(path)
    data = whole or _whole(_previous(path))
    if data is None:
        raise Damaged(
            f"{path} can't be read as a mock exam, nor the copy beside it. Move it away, or give another path."
        )
    if data["resound"] != OURS:
        raise ExamError(f"{path} is no mock exam of this course. Nothing was changed; give another path.")
    if data["version"] > VERSION:
        raise ExamError(
            f"{path} was written by a newer version of the course. Update the course: pip install -r requirements.txt"
        )
    return data, "" if whole or not path.exists() else _told(put_aside(path))


def _told(aside: Path) -> str:
    return (
        f"The file of this exam was damaged. It was put aside as {aside.name}, and the exam goes on from the copy "
        "before it: please look whether the last answer that you gave is there."
    )


def write_exam(path: Path, data: dict[str, Any]) -> None:
    """Write the file, whole or not at all; as it was before, it stays beside it.

    Parameters
    ----------
    path : Path
    data : dict
        All PARTS but those that say whose file it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump({"resound": OURS, "version": VERSION, **data}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        os.replace(path, _previous(path))
    os.replace(file.name, path)


def forget_previous(path: Path) -> None:
    """Once another exam is begun, the copy of the one before is no way back."""
    _previous(path).unlink(missing_ok=True)


def put_aside(path: Path) -> Path:
    """Give a damaged file, and a copy beside it that can't be read, names of their own; nothing is written over.

    Parameters
    ----------
    path : Path

    Returns
    -------
    aside : Path
        Where the file is now.
    """
    numbers = (f".{number}" if number > 1 else "" for number in range(1, 1_000_000))
    free = (path.with_name(f"{path.stem}.damaged{number}{path.suffix}") for number in numbers)
    aside = next(each for each in free if not each.exists())
    if path.exists():
        os.replace(path, aside)
    previous = _previous(path)
    if previous.exists() and _whole(previous) is None:
        os.replace(previous, aside.with_name(f"{aside.name}.previous"))
    return aside


def _previous(path: Path) -> Path:
    return path.with_name(f"{path.stem}.previous{path.suffix}")


def _whole(path: Path) -> dict[str, Any] | None:
    """What a file holds; None if it is cut off or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return data if data.keys() >= PARTS or data["resound"] != OURS or data["version"] > VERSION else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
