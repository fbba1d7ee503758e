"""What one has answered, in one file, and what is due by it.

The file is a diary: a first line with its version, then a line for each answer, each written at once to the end. So two
notebooks can write at the same time, and whoever pulls the plug loses the answer just given at the most. What is known
and what is due follows from the diary: by FSRS, the "free spaced repetition scheduler" of J. Ye and others.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import platformdirs
from fsrs import Card, Rating, Scheduler

from course.exam.question import Question

VERSION = 1
SCHEDULER = Scheduler(enable_fuzzing=False)
"""Without chance, so that the diary says all."""
HEADER = {"resound": "exam progress", "version": VERSION}
FAST = 0.5
"""Of the time that a question takes: whoever is right faster than that finds it easy."""


class ProgressError(Exception):
    """The diary can't be used; the message names the file and the way out."""


@dataclass(frozen=True)
class Answer:
    """One line of the diary."""

    at: datetime
    question: str
    """its name"""
    seed: int
    share: float
    """of the points, from 0 to 1"""
    seconds: float

    def rating(self, minutes: float) -> Rating:
        """How well it was known, for the scheduler; `minutes` is what the question takes in an exam."""
        if self.share < 0.5:
            return Rating.Again
        if self.share < 1:
            return Rating.Hard
        return Rating.Easy if self.seconds < FAST * 60 * minutes else Rating.Good


@dataclass(frozen=True)
class Known:
    """How well a question is known by now."""

    question: Question
    answers: tuple[Answer, ...]
    due: datetime | None
    """None for what was never asked"""
    recall: float
    """the chance to know it now, by FSRS; 0 for what was never asked"""


def default_path() -> Path:
    """Where the diary lies unless told otherwise: in the folder for data of this machine's user."""
    return platformdirs.user_data_path("resound", appauthor=False) / "exam_progress.jsonl"


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class Progress:
    """What somebody has answered so far.

    Parameters
    ----------
    questions : iterable of Question
        What there is to ask. Answers to others stay in the diary, and count for nothing.
    path : Path, optional
        The diary; made with the first answer.
    clock : callable, optional
        Gives the time.

    Raises
    ------
    ProgressError
        If the file is none of ours, or of a newer version of the course.
    """

    def __init__(self, questions: Iterable[Question], path: Path | None = None, clock: Callable[[], datetime] = now):
        self.questions = {question.name: question for question in questions}
        self.path = Path(path) if path else default_path()
        self.clock = clock
        self.answers: list[Answer] = []
        self._read_until = 0
        self.refresh()

    def refresh(self) -> None:
        """Read what was added since, by another notebook too."""
        if not self.path.exists() or not self.path.stat().st_size:
            return
        with self.path.open("rb") as file:
            if not self._read_until:
                self._read_header(file.readline())
                self._read_until = file.tell()
            file.seek(self._read_until)
            text = file.read()
        # a line without its end is still being written, or was never finished
        whole = text[: text.rfind(b"\n") + 1]
        self._read_until += len(whole)
        # two that begin the diary at the same time both write a header
        found = [_answer(line) for line in whole.splitlines() if line.strip() and b'"resound"' not in line]
        if None in found:
            self._keep_damaged()
        self.answers += [answer for answer in found if answer]
        self._forget()

    def add(self, question: Question, seed: int, share: float, seconds: float, at: datetime | None = None) -> Answer:
        """Write an answer into the diary.

        Parameters
        ----------
        question : Question
        seed : int
            Of its drawing.
        share : float
            Of the points, from 0 to 1.
        seconds : float
            How long it took.
        at : datetime, optional
            When; by default now.
        """
        answer = Answer(at or self.clock(), question.name, seed, share, round(seconds, 1))
        line = {"at": answer.at.isoformat(), "question": answer.question, "seed": seed, "share": share}
        self._append(json.dumps(line | {"seconds": answer.seconds}))
        self.refresh()
        return answer

    @cached_property
    def known(self) -> dict[str, Known]:
        """How well each question is known, by its name."""
        by_name: dict[str, list[Answer]] = {name: [] for name in self.questions}
        for answer in sorted(self.answers, key=lambda each: each.at):
            by_name.get(answer.question, []).append(answer)
        return {name: self._known(self.questions[name], answers) for name, answers in by_name.items()}

    def due(self) -> list[Question]:
        """What was asked before and is to be asked again by now, the most forgotten first."""
        at = self.clock()
        due = [each for each in self.known.values() if each.due is not None and each.due <= at]
        return [each.question for each in sorted(due, key=lambda each: each.recall)]

    def new(self) -> list[Question]:
        """What was never asked, in the order of the lessons."""
        return [each.question for each in self.known.values() if not each.answers]

    def weak(self) -> list[Question]:
        """What was asked before, the least known first: what went wrong at last, then what is most forgotten."""
        asked = [each for each in self.known.values() if each.answers]
        return [each.question for each in sorted(asked, key=lambda each: (each.answers[-1].share, each.recall))]

    def next_seed(self, question: Question) -> int:
        """A seed with which this question was not asked yet."""
        return len(self.known[question.name].answers) if question.name in self.known else 0

    def _known(self, question: Question, answers: list[Answer]) -> Known:
        if not answers:
            return Known(question, (), None, 0.0)
        card = Card(card_id=0, due=answers[0].at)
        for answer in answers:
            card, _ = SCHEDULER.review_card(card, answer.rating(question.minutes), answer.at)
        recall = SCHEDULER.get_card_retrievability(card, self.clock())
        return Known(question, tuple(answers), card.due, float(recall))

    def _forget(self) -> None:
        """What was worked out before the newest answers."""
        self.__dict__.pop("known", None)

    def _append(self, line: str) -> None:
        """One write to the end of the file, whoever else writes to it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        try:
            begins = "" if os.fstat(file).st_size else json.dumps(HEADER) + "\n"
            ends_well = begins or self._ends_well()
            os.write(file, f"{begins}{'' if ends_well else chr(10)}{line}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)

    def _ends_well(self) -> bool:
        """Whether the last line was written to its end."""
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _read_header(self, line: bytes) -> None:
        try:
            header = json.loads(line)
            version = header["version"] if header["resound"] == HEADER["resound"] else None
        except (ValueError, KeyError, TypeError):
            version = None
        if not isinstance(version, int):
            copy = self._keep_damaged()
            raise ProgressError(
                f"{self.path} is no diary of this course, or its first line is damaged. Nothing was changed; a copy is "
                f"in {copy.name}. Move the file away to begin a new one, or give another path."
            )
        if version > VERSION:
            raise ProgressError(
                f"{self.path} was written by a newer version of the course. Update the course: "
                "pip install -r requirements.txt"
            )

    def _keep_damaged(self) -> Path:
        """Put a copy aside of a file that can't be read in full."""
        copy = self.path.with_name(f"{self.path.stem}.damaged{self.path.suffix}")
        if not copy.exists() or copy.read_bytes() != self.path.read_bytes():
            shutil.copy2(self.path, copy)
        return copy


def _answer(line: bytes) -> Answer | None:
    """A line of the diary; None if it can't be read."""
    try:
        told = json.loads(line)
        share, seconds = float(told["share"]), float(told["seconds"])
        at = datetime.fromisoformat(told["at"])
        return Answer(at.replace(tzinfo=at.tzinfo or UTC), str(told["question"]), int(told["seed"]), share, seconds)
    except (ValueError, KeyError, TypeError):
        return None
