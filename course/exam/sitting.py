"""Sitting a mock exam: the clock, leaving and coming back, handing in. All of it is in one file."""

import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from course.exam.mock import Exam, ExamError, Item, Task
from course.exam.progress import default_path as default_diary
from course.exam.progress import now
from course.exam.question import Drawn, Question
from course.exam.reply import Mark, reply

VERSION = 1
OURS = "mock exam"
PARTS = {"resound", "version", "seed", "minutes", "began", "handed_in", "tasks", "given", "covered"}
"""What the file holds."""


class TimeIsUp(ExamError):
    """Answers are no longer taken."""


class NoExam(ExamError):
    """None was begun, or none can be read."""


def default_path() -> Path:
    """Where an exam lies unless told otherwise: beside the diary."""
    return default_diary().with_name("mock_exam.json")


class Sitting:
    """An exam under way, or handed in; `begin` and `come_back` give one.

    Parameters
    ----------
    exam : Exam
    began : datetime
    path : Path
    clock : callable
        Gives the time.
    """

    def __init__(self, exam: Exam, began: datetime, path: Path, clock: Callable[[], datetime]):
        self.exam = exam
        self.began = began
        self.path = path
        self.clock = clock
        self.given: dict[str, Any] = {}
        """answers, by the question's name"""
        self.covered: dict[str, list[int]] = {}
        """of derivations: which points of the model answer one's own covers"""
        self._handed_in: datetime | None = None

    @classmethod
    def begin(cls, exam: Exam, path: Path | None = None, clock: Callable[[], datetime] = now) -> "Sitting":
        """Start the clock; an exam that was in the file before is gone.

        Parameters
        ----------
        exam : Exam
        path : Path, optional
        clock : callable, optional
            Gives the time.

        Raises
        ------
        ExamError
            If the file is no mock exam that can be read: it is left as it is.
        """
        sitting = cls(exam, clock(), Path(path) if path else default_path(), clock)
        if sitting.path.exists():
            _read(sitting.path)
        sitting._write()
        _previous(sitting.path).unlink(missing_ok=True)
        return sitting

    @classmethod
    def come_back(
        cls, questions: Iterable[Question], path: Path | None = None, clock: Callable[[], datetime] = now
    ) -> "Sitting":
        """Go on with an exam; the clock went on meanwhile.

        Parameters
        ----------
        questions : iterable of Question
            With those of the exam.
        path : Path, optional
        clock : callable, optional
            Gives the time.

        Raises
        ------
        NoExam
            If none was begun, or neither the file nor the one before it can be read.
        ExamError
            If the file is not ours, or its questions are no longer there.
        """
        path = Path(path) if path else default_path()
        data = _read(path)
        known = {question.name: question for question in questions}
        exam = Exam(data["seed"], data["minutes"], tuple(_task(task, known) for task in data["tasks"]))
        sitting = cls(exam, datetime.fromisoformat(data["began"]), path, clock)
        sitting._take(data)
        return sitting

    @property
    def ends(self) -> datetime:
        """When the time is up."""
        return self.began + timedelta(minutes=self.exam.minutes)

    @property
    def handed_in(self) -> datetime | None:
        """When it was handed in; when the time is up, it is. None while it is under way."""
        return self._handed_in or (self.ends if self.clock() >= self.ends else None)

    @property
    def left(self) -> timedelta:
        """The time that is left."""
        return timedelta(0) if self.handed_in else self.ends - self.clock()

    @property
    def open(self) -> list[str]:
        """The numbers of the questions that have no answer yet."""
        return [number for number, item in self.exam.items.items() if not self.given.get(item.name)]

    @property
    def to_cover(self) -> list[Item]:
        """The derivations that one has still to mark, once the exam is handed in."""
        items = self.exam.items.values() if self.handed_in else ()
        return [each for each in items if each.drawn.question.kind == "derive" and each.name not in self.covered]

    def answer(self, drawn: Drawn, given: Any) -> str:
        """Write an answer down, in place of an earlier one to the same question.

        Parameters
        ----------
        drawn : Drawn
            Of this exam.
        given : str or sequence of int
            As `course.exam.reply.reply` takes it; of a derivation its text. Nothing takes an answer back.

        Returns
        -------
        request : str
            What is to be mended where it can't be read, and nothing otherwise: whether it is right, marking says.

        Raises
        ------
        TimeIsUp
            If the exam is handed in.
        """
        self._refresh()
        if self.handed_in:
            raise TimeIsUp(f"The exam was handed in at {self.handed_in.astimezone():%H:%M}: no answer counts any more.")
        self.given[drawn.question.name] = given if isinstance(given, str) else list(given)
        self._write()
        if not given or drawn.question.kind == "derive":
            return ""
        said = reply(drawn, given)
        return " ".join(said.says) if said.mark is Mark.UNREADABLE else ""

    def hand_in(self) -> None:
        """End the exam as it stands."""
        self._refresh()
        self._handed_in = self.handed_in or self.clock()
        self._write()

    def cover(self, drawn: Drawn, places: Collection[int]) -> None:
        """Say which points of the model answer one's own derivation covers.

        Parameters
        ----------
        drawn : Drawn
            Of the kind "derive".
        places : collection of int

        Raises
        ------
        ExamError
            If the exam is under way: nobody sees a model answer before.
        """
        self._refresh()
        if not self.handed_in:
            raise ExamError("Hand the exam in first: a derivation is marked by its model answer.")
        self.covered[drawn.question.name] = sorted(places)
        self._write()

    def _refresh(self) -> None:
        """Take over what another window has written meanwhile."""
        try:
            data = _read(self.path)
        except NoExam:
            return
        if datetime.fromisoformat(data["began"]) != self.began:
            raise ExamError(f"Another exam was begun in {self.path}. Go on with that one, or give each its own file.")
        self._take(data)

    def _take(self, data: dict[str, Any]) -> None:
        self.given, self.covered = dict(data["given"]), dict(data["covered"])
        self._handed_in = datetime.fromisoformat(data["handed_in"]) if data["handed_in"] else None

    def _write(self) -> None:
        """Whole or not at all; the file as it was before stays beside it."""
        tasks = [[[item.name, item.drawn.seed, item.points] for item in task.items] for task in self.exam.tasks]
        data = {
            "resound": OURS,
            "version": VERSION,
            "seed": self.exam.seed,
            "minutes": self.exam.minutes,
            "began": self.began.isoformat(),
            "handed_in": self._handed_in.isoformat() if self._handed_in else None,
            "tasks": tasks,
            "given": self.given,
            "covered": self.covered,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False, encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        if self.path.exists():
            os.replace(self.path, _previous(self.path))
        os.replace(file.name, self.path)


def _previous(path: Path) -> Path:
    return path.with_name(f"{path.stem}.previous{path.suffix}")


def _task(items: list[list[Any]], known: dict[str, Question]) -> Task:
    if missing := [name for name, _, _ in items if name not in known]:
        raise ExamError(f"The course has no question {missing[0]} any more, which this exam asks. Begin another exam.")
    return Task(tuple(Item(known[name].draw(seed), points) for name, seed, points in items))


def _read(path: Path) -> dict[str, Any]:
    """The file, or where it is damaged the one before it: that lacks the last answer, and no other."""
    if not path.exists() and not _previous(path).exists():
        raise NoExam(f"No exam was begun: there is no {path}.")
    data = _whole(path) or _whole(_previous(path))
    if data is None:
        raise NoExam(
            f"{path} can't be read as a mock exam, nor the copy beside it. Move it away, or give another path."
        )
    if path.exists() and _whole(path) is None:
        # so that it does not take the place of the good one
        os.replace(path, path.with_name(f"{path.stem}.damaged{path.suffix}"))
    if data["resound"] != OURS:
        raise ExamError(f"{path} is no mock exam of this course. Nothing was changed; give another path.")
    if data["version"] > VERSION:
        raise ExamError(
            f"{path} was written by a newer version of the course. Update the course: pip install -r requirements.txt"
        )
    return data


def _whole(path: Path) -> dict[str, Any] | None:
    """What a file holds; None if it is cut off or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return data if data.keys() >= PARTS or data["resound"] != OURS or data["version"] > VERSION else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
