"""One question after the other: what is due first, then what is new."""

import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from course.exam.progress import Progress
from course.exam.question import Drawn, Question
from course.exam.reply import Mark, Reply, reply

MODES = ("due", "weak", "new")
"""What may come first."""


class Practice:
    """Asks, and writes down what came of it.

    Parameters
    ----------
    progress : Progress
        The diary.
    lessons : collection of str, optional
        Only questions of these, such as "02_stft"; otherwise of all.
    first : str
        "due": what is to be repeated by now; "weak": what is known least; "new": what was never asked. What is new
        follows, or what is due.
    clock : callable, optional
        Gives seconds, for how long an answer takes.
    """

    def __init__(
        self,
        progress: Progress,
        lessons: Collection[str] = (),
        first: str = "due",
        clock: Callable[[], float] = time.monotonic,
    ):
        self.progress = progress
        self._clock = clock
        self.begin(lessons, first)

    def begin(self, lessons: Collection[str] = (), first: str = "due") -> None:
        """Begin a round anew: everything may be asked again.

        Parameters
        ----------
        lessons, first
            As for a practice.
        """
        if first not in MODES:
            raise ValueError(f"`first` is one of {', '.join(MODES)}, not {first!r}.")
        self.lessons = frozenset(lessons)
        self.first = first
        self.drawn: Drawn | None = None
        """what is asked now; None when nothing is left"""
        self.counted = False
        """whether the answer to it is in the diary"""
        self.coming: list[Question] = []
        """what is asked after it, as things stood when it was drawn"""
        self._done: set[str] = set()

    def left(self) -> list[Question]:
        """What is still to be asked in this round, in its order; each question once."""
        self.progress.refresh()
        due, weak, new = self.progress.due(), self.progress.weak(), self.progress.new()
        order = {"due": [*due, *new], "weak": [*weak, *new], "new": [*new, *due]}[self.first]
        return [question for question in _once(order) if self._wanted(question)]

    def next(self) -> Drawn | None:
        """Go on to the next question, with numbers that were not asked before."""
        left = self.left()
        self.coming = left[1:]
        self.drawn = left[0].draw(self.progress.next_seed(left[0])) if left else None
        if left:
            self._done.add(left[0].name)
        self.counted, self._begun = False, self._clock()
        return self.drawn

    def answer(self, given: Any) -> Reply:
        """Judge an answer to what is asked now; the first one that can be read counts.

        Parameters
        ----------
        given : object
            As `course.exam.reply.reply` takes it.
        """
        said = reply(self.drawn, given)
        if said.mark is not Mark.UNREADABLE:
            self._count(said.share)
        return said

    def give_up(self) -> None:
        """Show me: counts as not known."""
        self._count(0.0)

    def _count(self, share: float) -> None:
        """Write down what came of the question, once; if that fails, it can be tried again."""
        if not self.counted:
            self.progress.add(self.drawn.question, self.drawn.seed, share, self._clock() - self._begun)
            self.counted = True

    def _wanted(self, question: Question) -> bool:
        return question.name not in self._done and (not self.lessons or question.lesson in self.lessons)


def _once(questions: Iterable[Question]) -> list[Question]:
    return list({question.name: question for question in questions}.values())
