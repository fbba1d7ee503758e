"""Whatever was handed in -> a notebook that can be run, or a plain reason why not.

Of the files that came, the one counts that is named as it should be; else the one with the most answers.
"""

import io
import re
import zipfile
from dataclasses import dataclass

from autograder.graft import Grafted, graft
from autograder.recover import Unreadable, recover
from autograder.submissions import MOST_BYTES, may_hold_notebook, shown

MOST_FILES = 100
"""of a zip file, and of those that are looked into"""
CHECKPOINTS = ".ipynb_checkpoints/"
ZIP = b"PK\x03\x04"
ZIP_ENTRY = b"PK\x01\x02"
KINDS = {
    b"%PDF": "a PDF",
    ZIP: "a zip file without a notebook of this lesson in it",
    b"\x1f\x8b": "a packed file (gzip)",
    b"7z\xbc\xaf": "a packed file (7-Zip)",
    b"Rar!": "a packed file (RAR)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"version https://git-lfs": "a placeholder of Git LFS",
    b"<": "a web page (HTML)",
}
"""what files are that begin so"""


@dataclass(frozen=True)
class Salvaged:
    """A student's work, ready to run."""

    cells: list[dict]
    """of nbformat 4.5, as plain dicts: every released cell once, and the student's own"""
    remarks: tuple[str, ...]
    """what was put right, in plain words"""


@dataclass(frozen=True)
class Attempt:
    """What came of one file."""

    name: str
    grafted: Grafted
    remarks: tuple[str, ...]


class NoNotebook(Exception):
    """A file holds nothing of the lesson; the message says what it is."""


def salvage(files: dict[str, bytes], released: dict) -> Salvaged:
    """Make a notebook that can be run of what a student handed in.

    Parameters
    ----------
    files : dict of str to bytes
        What lies in the student's folder, by name.
    released : dict
        The lesson's notebook as it was handed out, as JSON holds it.

    Returns
    -------
    salvaged : Salvaged

    Raises
    ------
    Unreadable
        If no file holds anything of the lesson's exercises; the message says what it is, and the way out.
    """
    right = f"{_lesson(released)}.ipynb"
    remarks: list[str] = []
    try:
        if right not in files:
            raise NoNotebook(f"{right} is missing")
        taken = _attempt(right, files[right], released)
    except NoNotebook as problem:
        files = _unpacked(files, remarks)
        taken = _best(files, released, right, str(problem))
        remarks.insert(0, f"{problem}; {shown(taken.name)} was taken.")
    others = sorted(shown(name) for name in files.keys() - {taken.name, right} if CHECKPOINTS not in name)
    if others:
        remarks.append(f"Beside it, and not used: {_some(others)}.")
    return Salvaged(taken.grafted.cells, (*remarks, *taken.remarks, *taken.grafted.remarks))


def _lesson(released: dict) -> str:
    """The lesson's name, which the notebook itself says: `begin("02_stft")`."""
    sources = ("".join(cell["source"]) for cell in released["cells"])
    return next(found[1] for source in sources if (found := re.fullmatch(r"begin\([\"'](\w+)[\"']\)", source.strip())))


def _attempt(name: str, content: bytes, released: dict) -> Attempt:
    """Make what can be made of one file."""
    recovered = recover(content)
    if not recovered.cells:
        raise NoNotebook(f"{shown(name)} {_what_it_is(name, content)}")
    grafted = graft(recovered.cells, released)
    if not grafted.recognised:
        raise NoNotebook(f"{shown(name)} holds none of the exercises of {_lesson(released)}")
    return Attempt(name, grafted, recovered.remarks)


def _best(files: dict[str, bytes], released: dict, right: str, problem: str) -> Attempt:
    """The best of the files that are not named as they should be."""
    names = sorted(files.keys() - {right}, key=lambda name: (not _is_notebook(name), name))
    problems = [problem] if right in files else []
    best = None
    for name in names[:MOST_FILES]:
        try:
            attempt = _attempt(name, files[name], released)
        except NoNotebook as reason:
            problems.append(str(reason))
        else:
            best = max(best or attempt, attempt, key=_promise)
    if best is None:
        told = _some(problems or ["Nothing was handed in"])
        raise Unreadable(f"{told}. Ask for {right} itself: File > Download in JupyterLab.")
    return best


def _promise(attempt: Attempt) -> tuple:
    """How much would be lost without it."""
    return _is_notebook(attempt.name), attempt.grafted.answered, attempt.grafted.found


def _is_notebook(name: str) -> bool:
    """Whether a file is named like a notebook; those that JupyterLab keeps for itself don't count."""
    return ".ipynb" in name.lower() and CHECKPOINTS not in name


def _some(texts: list[str]) -> str:
    """The first of several texts."""
    return ", ".join(texts[:5]) + (f" and {len(texts) - 5} more" if len(texts) > 5 else "")


def _what_it_is(name: str, content: bytes) -> str:
    """Why a file is no notebook."""
    text = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content.strip():
        return "is empty"
    for begins, kind in KINDS.items():
        if text.startswith(begins):
            return f"is {kind}, not a notebook"
    if name.endswith(".py"):
        return "is a Python script, not a notebook"
    return "can't be read as a notebook: not one cell in it is whole"


def _unpacked(files: dict[str, bytes], remarks: list[str]) -> dict[str, bytes]:
    """The files, and in place of a zip file those in it."""
    offered, left = {}, MOST_BYTES
    for name, content in files.items():
        if content.startswith(ZIP):
            inside = _unzipped(name, content, left, remarks)
            left -= sum(map(len, inside.values()))
            offered |= inside
        if not content.startswith(ZIP) or not inside:
            offered[name] = content
    return offered


def _unzipped(name: str, content: bytes, most: int, remarks: list[str]) -> dict[str, bytes]:
    """What a zip file holds, in at most so many bytes."""
    inside = {}
    # counted before zipfile makes an object for each
    if content.count(ZIP_ENTRY) > MOST_FILES:
        remarks.append(f"{shown(name)} holds more than {MOST_FILES} files, and was left out.")
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for entry in packed.infolist():
                # other ways to pack may ask for gigabytes of memory
                usual = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                if entry.is_dir() or not usual or not may_hold_notebook(entry.filename):
                    continue
                with packed.open(entry) as file:
                    unpacked = file.read(most)
                    if file.read(1):
                        remarks.append(
                            f"{shown(name)} unpacks to more than {MOST_BYTES / 1e6:,.0f} MB; the rest is left."
                        )
                inside[f"{name}: {entry.filename}"] = unpacked
                most -= len(unpacked)
    except Exception as error:  # a stranger's zip file breaks zipfile in more ways than are documented
        remarks.append(f"{shown(name)} could not be unpacked wholly: {shown(str(error))}.")
    return inside
