"""What students handed in: found and read, however hostile the folder.

No link is followed, nothing but ordinary files is opened, and what is read has a bound. What is left out is said.
"""

import hashlib
import mimetypes
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.errors import PlainError

MOST_BYTES = 512_000_000
MOST_FILES = 200
MOST_ENTRIES = 10_000
"""files and folders that are looked at"""
MOST_REMARKS = 20
DEEPEST = 8
"""folders within folders"""
TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
"""By which nbgrader's exchange gives feedback back to whoever handed in."""
_TYPES = mimetypes.MimeTypes()


class NothingToGrade(PlainError):
    """There are no submissions; the message says where they were looked for."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one lesson."""

    student: str
    lesson: str
    files: dict[str, bytes]
    """every file that may hold a notebook, by its name relative to the student's folder"""
    timestamp: str | None
    """when it was handed in, as nbgrader writes it down; None if nobody did"""
    remarks: tuple[str, ...]
    """what was left out, in plain words"""

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal submissions: hexadecimal digits."""
        digest = hashlib.sha256()
        parts = [part for name in sorted(self.files) for part in (os.fsencode(name), self.files[name])]
        for part in (*parts, *([] if self.timestamp is None else [self.timestamp.encode()])):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return digest.hexdigest()


def submitted(class_folder: Path, lesson: str) -> list[str]:
    """The students who handed in a lesson, sorted.

    Parameters
    ----------
    class_folder : Path
        Where submitted/ lies.
    lesson : str

    Returns
    -------
    students : list of str

    Raises
    ------
    NothingToGrade
        If there are none.
    """
    folder = class_folder / "submitted"
    students = sorted(path.name for path in folder.glob("*") if os.path.lexists(path / lesson))
    if not students:
        what = "There is no folder" if not folder.is_dir() else f"No submissions of {lesson} in"
        raise NothingToGrade(
            f"{what} {folder}. Put each notebook where nbgrader expects it: submitted/STUDENT/{lesson}/{lesson}.ipynb"
        )
    return students


def lessons_submitted(class_folder: Path, lessons: Sequence[str]) -> list[str]:
    """Which of some lessons anybody has handed in.

    Raises
    ------
    NothingToGrade
        If there are none.
    """
    folder = class_folder / "submitted"
    found = [name for name in lessons if any(os.path.lexists(student / name) for student in folder.glob("*"))]
    if not found:
        raise NothingToGrade(
            f"No submission of any lesson stands in {folder}. Put each notebook where nbgrader expects it: "
            f"submitted/STUDENT/LESSON/LESSON.ipynb, for example submitted/anna/{lessons[0]}/{lessons[0]}.ipynb"
        )
    return found


def strays(class_folder: Path) -> list[Path]:
    """Notebooks below submitted/ that stand where nobody looks: not in submitted/STUDENT/LESSON/."""
    folder = class_folder / "submitted"
    return sorted(path for pattern in ("*.ipynb", "*/*.ipynb") for path in folder.glob(pattern) if not path.is_dir())


def read_submission(class_folder: Path, student: str, lesson: str) -> Submission:
    """Read what a student handed in for a lesson; it never raises, whatever lies there.

    Parameters
    ----------
    class_folder : Path
        Where submitted/ lies.
    student, lesson : str
        The names of the folders.

    Returns
    -------
    submission : Submission
    """
    remarks: list[str] = []
    folder = class_folder / "submitted" / student / lesson
    files: dict[str, bytes] = {}
    timestamp = None
    left = MOST_BYTES
    found = list(dict.fromkeys(_ordinary_files(folder, remarks)))
    # if not all can be read, then those that should be there, and those that are called notebooks
    found.sort(key=lambda name: (name != f"{lesson}.ipynb", ".ipynb" not in name.lower(), name.count("/"), name))
    for name in found:
        if name == TIMESTAMP:
            content, _ = _read(folder / name, 1000, remarks)
            timestamp = content.decode("utf-8", "replace").strip()
        elif not may_hold_notebook(name):
            continue
        elif len(files) == MOST_FILES:
            remarks.append(f"There are more than {MOST_FILES} files; the others were left out.")
            break
        else:
            content, size = _read(folder / name, left, remarks)
            if size > len(content):
                remarks.append(
                    f"{shown(name)} has {size / 1e6:,.0f} MB; only {len(content) / 1e6:,.0f} of them were read, "
                    f"for at most {MOST_BYTES / 1e6:,.0f} MB are read of a submission."
                )
            files[name] = content
            left -= len(content)
    if len(remarks) > MOST_REMARKS:
        remarks[MOST_REMARKS:] = [f"{len(remarks) - MOST_REMARKS:,} other files were left out as well."]
    return Submission(student, lesson, files, timestamp, tuple(remarks))


def may_hold_notebook(name: str) -> bool:
    """Whether a file may hold a notebook, by its name: sounds, pictures and films do not."""
    kind, _ = _TYPES.guess_type(f"file:{name}")
    return (kind or "").partition("/")[0] not in ("audio", "image", "video")


def shown(name: str) -> str:
    """A file's name as it can be printed: on one line, short, and without tricks of writing direction."""
    plain = "".join(character if character.isprintable() else "?" for character in name)
    return plain if len(plain) <= 100 else f"{plain[:50]}…{plain[-49:]}"


def _ordinary_files(folder: Path, remarks: list[str]) -> Iterator[str]:
    """The names of all ordinary files below a folder, relative to it; those that matter most come again."""
    if folder.parent.is_symlink() or folder.is_symlink():
        remarks.append("The submission's folder is a link, which is not followed.")
        return
    for name in (f"{folder.name}.ipynb", TIMESTAMP):
        # among a hundred thousand others it might not be reached
        if (folder / name).is_file() and not (folder / name).is_symlink():
            yield name
    folders, seen = [("", 1)], 0
    while folders:
        inside, depth = folders.pop()
        try:
            with os.scandir(folder / inside) as entries:
                for entry in entries:
                    name = f"{inside}{entry.name}"
                    seen += 1
                    if seen > MOST_ENTRIES:
                        remarks.append(f"There are more than {MOST_ENTRIES:,} files; the others were left out.")
                        return
                    if entry.is_file(follow_symlinks=False):
                        yield name
                    elif not entry.is_dir(follow_symlinks=False):
                        what = "a link" if entry.is_symlink() else "no ordinary file"
                        remarks.append(f"{shown(name)} is {what}, and was left out.")
                    elif depth == DEEPEST:
                        remarks.append(f"{shown(name)} lies too deep in folders, and was left out.")
                    else:
                        folders.append((f"{name}/", depth + 1))
        except OSError as error:
            remarks.append(f"{shown(inside or folder.name)} could not be opened: {error.strerror}.")


def _read(path: Path, most: int, remarks: list[str]) -> tuple[bytes, int]:
    """The first bytes of a file, and how many it has."""
    try:
        # what was an ordinary file a moment ago may be a link now, or a pipe that waits for a writer for ever
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode):
                return file.read(min(most, status.st_size)), status.st_size
            remarks.append(f"{shown(path.name)} is no ordinary file, and was left out.")
    except OSError as error:
        remarks.append(f"{shown(path.name)} could not be opened: {error.strerror}.")
    return b"", 0
