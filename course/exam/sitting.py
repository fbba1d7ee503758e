"""Sitting a mock exam: the clock, leaving and coming back, handing in. All of it is in one file."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from course.exam.exam_file import Damaged, NoExam, alone, exam_path, forget_previous, put_aside, read_exam, write_exam
from course.exam.mock import Exam, ExamError, Item, Task
from course.exam.progress import now
from course.exam.question import Drawn, Question
from course.exam.reply import request


class TimeIsUp(ExamError):
    """Answers are no longer taken."""


class AnotherExam(ExamError):
    """Another window has begun one in the same file."""


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
        self.note = ""
        """what to tell whoever sits there, where the file was damaged"""
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
        sitting = cls(exam, clock(), Path(path) if path else exam_path(), clock)
        with alone(sitting.path):
            if sitting.path.exists():
                read_exam(sitting.path)
            sitting._write()
            forget_previous(sitting.path)
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
        path = Path(path) if path else exam_path()
        data, note = read_exam(path)
        known = {question.name: question for question in questions}
        exam = Exam(data["seed"], data["minutes"], tuple(_task(task, known) for task in data["tasks"]))
        sitting = cls(exam, datetime.fromisoformat(data["began"]), path, clock)
        sitting._take(data)
        sitting.note = note
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
            What is to be mended where it can't be read, and nothing otherwise: whether it is right, marking says. No
            code is run.

        Raises
        ------
        TimeIsUp
            If the exam is handed in.
        """
        with self._held():
            if self.handed_in:
                at = self.handed_in.astimezone()
                raise TimeIsUp(f"The exam was handed in at {at:%H:%M}: no answer counts any more.")
            self.given[drawn.question.name] = given if isinstance(given, str) else list(given)
        return request(drawn, given) if given else ""

    def hand_in(self) -> None:
        """End the exam as it stands."""
        with self._held():
            self._handed_in = self.handed_in or self.clock()

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
        with self._held():
            if not self.handed_in:
                raise ExamError("Hand the exam in first: a derivation is marked by its model answer.")
            self.covered[drawn.question.name] = sorted(places)

    def refresh(self) -> None:
        """Take over what another window has written meanwhile.

        Raises
        ------
        AnotherExam
            If that has begun one in this file.
        """
        try:
            data, note = read_exam(self.path)
        except Damaged:
            # all that was in it is known here
            self.note = f"The file of this exam was damaged. It was put aside as {put_aside(self.path).name}."
            return
        except NoExam:
            return
        if datetime.fromisoformat(data["began"]) != self.began:
            raise AnotherExam(f"Another exam was begun in {self.path}. Go on with that one, or give each its own file.")
        self._take(data)
        self.note = note or self.note

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Change what is in the file by now, while nobody else does."""
        with alone(self.path):
            self.refresh()
            before = dict(self.given), dict(self.covered), self._handed_in
            try:
                yield
                self._write()
            except OSError:
                # what does not stand in the file was not answered
                self.given, self.covered, self._handed_in = before
                raise

    def _take(self, data: dict[str, Any]) -> None:
        self.given, self.covered = dict(data["given"]), dict(data["covered"])
        self._handed_in = datetime.fromisoformat(data["handed_in"]) if data["handed_in"] else None

    def _write(self) -> None:
        tasks = [[[item.name, item.drawn.seed, item.points] for item in task.items] for task in self.exam.tasks]
        data = {
            "seed": self.exam.seed,
            "minutes": self.exam.minutes,
            "began": self.began.isoformat(),
            "handed_in": self._handed_in.isoformat() if self._handed_in else None,
            "tasks": tasks,
            "given": self.given,
            "covered": self.covered,
        }
        write_exam(self.path, data)


def _task(items: list[list[Any]], known: dict[str, Question]) -> Task:
    if missing := [name for name, _, _ in items if name not in known]:
        raise ExamError(f"The course has no question {missing[0]} any more, which this exam asks. Begin another exam.")
    return Task(tuple(Item(known[name].draw(seed), points) for name, seed, points in items))
