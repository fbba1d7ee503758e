"""What was collected: every attempt in collected/, the one that counts in submitted/, and a file that says which.

`collected/STUDENT/LESSON/TIME_DIGEST/` holds the files of one attempt as they came; `collected/attempts.json` says of
each who handed it in, when, and under which name an LMS takes feedback on it back. Nothing in collected/ is ever
removed.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder import files
from autograder.collect.attempts import HERE, Attempt, in_order
from autograder.collect.files import Entry
from autograder.collect.times import as_nbgrader, read_time
from autograder.errors import PlainError
from autograder.submissions import MOST_BYTES, SECRET, TIMESTAMP

INDEX = "attempts.json"
LOCK = ".collecting"


class StoreError(PlainError):
    """What was collected before can't be used; the message names the file and the way out."""


class Collected:
    """What stands in collected/.

    Parameters
    ----------
    attempts : iterable of Attempt, optional
    placed : dict of str to str, optional
        The folder of the attempt that stands in submitted/, by STUDENT/LESSON.
    seal : str, optional
        Of the file that all this was read from.
    """

    def __init__(self, attempts: Iterable[Attempt] = (), placed: dict[str, str] | None = None, seal: str = ""):
        self.placed = placed or {}
        self.seal = seal
        self._all: dict[tuple[str, ...], Attempt] = {}
        self._works: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
        self._numbers: dict[tuple[str, str, str], list[tuple[str, ...]]] = defaultdict(list)
        for attempt in attempts:
            self.add(attempt)

    def __iter__(self) -> Iterator[Attempt]:
        return iter(self._all.values())

    def add(self, attempt: Attempt) -> None:
        """Add an attempt, or what is new about one that is there."""
        if attempt.identity not in self._all:
            self._works[attempt.student, attempt.lesson].append(attempt.identity)
            self._numbers[attempt.source, attempt.lms_id, attempt.lesson].append(attempt.identity)
        self._all[attempt.identity] = attempt

    def same(self, attempt: Attempt) -> Attempt | None:
        """An attempt as it was collected before."""
        return self._all.get(attempt.identity)

    def of(self, student: str, lesson: str) -> list[Attempt]:
        """The attempts of one student at one lesson, the newest last."""
        return in_order([self._all[each] for each in self._works.get((student, lesson), ())])

    def of_number(self, source: str, lms_id: str, lesson: str) -> list[Attempt]:
        """The attempts at one lesson of whom an LMS gave a number."""
        return [self._all[each] for each in self._numbers.get((source, lms_id, lesson), ())] if lms_id else []


def read_collected(class_folder: Path) -> Collected:
    """What was collected into a class so far.

    Raises
    ------
    StoreError
    """
    path = class_folder / "collected" / INDEX
    if not path.exists():
        return Collected()
    try:
        content = path.read_bytes()
        kept = json.loads(content)
        return Collected([Attempt.from_json(each) for each in kept["attempts"]], kept["placed"], _digest(content))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path} can't be read ({type(error).__name__}: {error}). Restore it from a backup, or move the folder "
            "collected/ away and collect everything again: nothing in it is lost by that."
        ) from error


@contextmanager
def alone(class_folder: Path) -> Iterator[None]:
    """One collector at a time."""
    (class_folder / "collected").mkdir(parents=True, exist_ok=True)
    busy = StoreError(f"Another autograder collects into {class_folder} now. Let it finish.")
    with files.alone(class_folder / "collected" / LOCK, busy):
        yield


def keep(class_folder: Path, attempt: Attempt) -> Attempt:
    """Write the files of an attempt to collected/; it is kept there for good."""
    when = f"{attempt.time or attempt.collected:%Y-%m-%d_%H.%M.%S}"
    own = hashlib.sha256("\0".join(attempt.identity).encode()).hexdigest()[:8]
    name = f"{when if attempt.time else f'no_time_{when}'}_{own}"
    folder = Path(attempt.student) / attempt.lesson / name
    (class_folder / "collected" / folder).mkdir(parents=True, exist_ok=True)
    for file, entry in attempt.entries.items():
        _write(class_folder / "collected" / folder / file, entry.read())
    return replace(attempt, folder=folder.as_posix(), entries={})


def write_collected(class_folder: Path, collected: Collected) -> None:
    """Write collected/attempts.json."""
    attempts = sorted(collected, key=lambda each: (each.student, each.lesson, each.folder))
    kept = {"attempts": [each.as_json() for each in attempts], "placed": dict(sorted(collected.placed.items()))}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    _write(class_folder / "collected" / INDEX, text.encode())


def place(class_folder: Path, attempt: Attempt, collected: Collected) -> None:
    """Put an attempt where it is graded; what stands so already is not touched.

    Parameters
    ----------
    class_folder : Path
    attempt : Attempt
        One that is kept; so is whatever stands in submitted/ now.
    collected : Collected
        It learns what was placed.
    """
    folder = class_folder / "submitted" / attempt.student / attempt.lesson
    wanted, standing = _wanted(class_folder, attempt), _standing(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in standing.keys() - wanted.keys():
        (folder / name).unlink()
    for name, content in wanted.items():
        if standing.get(name) != content:
            _write(folder / name, content)
    collected.placed[f"{attempt.student}/{attempt.lesson}"] = attempt.folder


def submitted_folder(class_folder: Path, student: str, lesson: str) -> Path | None:
    """Where an attempt is graded; None if there is a link, which is not followed."""
    folder = class_folder / "submitted" / student / lesson
    return None if folder.is_symlink() or folder.parent.is_symlink() else folder


def found_here(class_folder: Path, student: str, lesson: str, collected: Collected) -> Attempt | None:
    """What stands in submitted/ and was not collected, put there by hand or edited there, as an attempt of its own."""
    folder = submitted_folder(class_folder, student, lesson)
    standing = _standing(folder) if folder else {}
    files = {name: content for name, content in standing.items() if name != TIMESTAMP}
    before = collected.of(student, lesson)
    known = {digest for each in before for digest in each.digests}
    if {_digest(content) for content in files.values()} <= known:
        return None
    placed = next((each for each in before if each.folder == collected.placed.get(f"{student}/{lesson}")), None)
    main = f"{lesson}.ipynb" if f"{lesson}.ipynb" in files else None
    since = max((folder / name).stat().st_mtime for name in files)
    return Attempt(
        student,
        lesson,
        HERE,
        "submitted",
        _digest(repr(sorted((name, _digest(content)) for name, content in files.items())).encode()),
        {name: name for name in files},
        main,
        digests=tuple(sorted(_digest(content) for content in files.values())),
        name=placed.name if placed else "",
        time=read_time(standing.get(TIMESTAMP, b"").decode("utf-8", "replace"), UTC),
        order=placed.order if placed else 0,
        collected=datetime.fromtimestamp(since, UTC),
        remarks=(f"It stood in submitted/, {'changed by hand' if placed else 'put there by hand'}.",),
        entries={name: Entry(name, len(content), partial(bytes, content)) for name, content in files.items()},
    )


def _wanted(class_folder: Path, attempt: Attempt) -> dict[str, bytes]:
    """What is to stand in submitted/: the notebook, or all files if there is none, from which the grader says why."""
    kept = class_folder / "collected" / attempt.folder
    if attempt.main:
        wanted = {f"{attempt.lesson}.ipynb": (kept / attempt.main).read_bytes()}
        wanted |= {name: (kept / name).read_bytes() for name in attempt.files if name == SECRET}
    else:
        wanted = {name: (kept / name).read_bytes() for name in attempt.files}
    return wanted | ({TIMESTAMP: as_nbgrader(attempt.time).encode()} if attempt.time else {})


def _standing(folder: Path) -> dict[str, bytes]:
    """The ordinary files that stand in a folder of submitted/."""
    paths = [path for path in folder.glob("*") if path.is_file() and not path.is_symlink()]
    return {path.name: path.read_bytes() for path in paths if path.stat().st_size <= MOST_BYTES}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with files.whole(path) as part:
        part.write_bytes(content)
