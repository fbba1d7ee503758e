"""A question, and how it is drawn: with numbers of its own for every seed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

KINDS = ("compute", "choose", "choose several", "derive", "read code", "write code", "see", "hear")
DIGITS = 4
"""How many significant digits an answer is told with."""


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    text: str
    why: str
    """what to say of it, right or wrong"""
    right: bool


@dataclass(frozen=True)
class WrongNumber:
    """A number that one gets by a typical mistake."""

    number: float
    says: str


@dataclass(frozen=True)
class Question:
    """An entry of a lesson's `questions.toml`, as it ships: with numbers in place of expressions.

    Attributes stand in the order of the file.
    """

    lesson: str
    id: str
    kind: str
    difficulty: int
    """1 to 3"""
    minutes: float
    """what it takes in an exam"""
    text: str
    read: str
    """the heading of the lesson to read again"""
    solution: str = ""
    choices: tuple[Choice, ...] = ()
    points: tuple[str, ...] = ()
    """of a derivation: what a good answer says, to mark oneself by"""
    exercise: str = ""
    """of "write code" and "see": the exercise of the lesson that it is about"""
    sounds: str = ""
    """of "hear": what is heard, a name of `course.exam.heard`"""
    unit: str = ""
    tolerance: float = 0.01
    """relative; 0 for what is counted"""
    parameters: tuple[dict[str, Any], ...] = ({},)
    """every drawing that there is; where one says what is `right`, that choice is"""
    answers: tuple[float, ...] = ()
    """for each drawing"""
    wrong: tuple[tuple[float, ...], ...] = ()
    """for each typical mistake and each drawing"""
    replies: tuple[str, ...] = ()
    """to each typical mistake"""

    @property
    def name(self) -> str:
        """Unique over all lessons."""
        return f"{self.lesson}/{self.id}"

    def draw(self, seed: int) -> "Drawn":
        """The question with numbers, its choices in some order.

        Parameters
        ----------
        seed : int
            The same seed draws the same; seeds that follow each other draw different numbers as long as there are any.
        """
        drawings = np.random.default_rng(len(self.parameters)).permutation(len(self.parameters))
        places = np.arange(len(self.choices))
        # A, B and C stay where they are
        order = places if self.kind == "hear" else np.random.default_rng(seed).permutation(places)
        return Drawn(self, seed, int(drawings[seed % len(drawings)]), tuple(order.tolist()))


@dataclass(frozen=True)
class Drawn:
    """A question as it is asked once."""

    question: Question
    seed: int
    index: int
    """which of its drawings"""
    order: tuple[int, ...] = ()
    """of its choices"""

    @property
    def parameters(self) -> dict[str, Any]:
        """The numbers in it."""
        return self.question.parameters[self.index]

    @property
    def text(self) -> str:
        """What is asked."""
        return self.filled(self.question.text)

    @property
    def solution(self) -> str:
        """The way to the answer."""
        return self.filled(self.question.solution)

    @property
    def answer(self) -> float:
        """The number that is asked for, in the question's unit."""
        return self.question.answers[self.index]

    @property
    def told_answer(self) -> str:
        """The same as one would write it."""
        return f"{told(self.answer)} {self.question.unit}".rstrip()

    @cached_property
    def wrong(self) -> tuple[WrongNumber, ...]:
        """Numbers that typical mistakes give."""
        numbers = (each[self.index] for each in self.question.wrong)
        replies = map(self.filled, self.question.replies)
        return tuple(WrongNumber(number, says) for number, says in zip(numbers, replies, strict=True))

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The choices in their order."""
        given = (self.question.choices[place] for place in self.order)
        right = self.parameters.get("right")
        return tuple(
            Choice(self.filled(each.text), self.filled(each.why), each.text == right if right else each.right)
            for each in given
        )

    def figure(self) -> str:
        """What is to be seen or heard with it, as HTML; empty for most questions."""
        if self.question.kind not in ("see", "hear"):
            return ""
        from course.exam.figures import figure_of  # nobody else waits for pictures and sounds

        return figure_of(self)

    def filled(self, text: str) -> str:
        """A text of the question's, with the numbers of this drawing."""
        return text.format(**self.parameters).strip("\n") if self.parameters else text.strip("\n")


def told(number: float) -> str:
    """A number with four significant digits, thousands set apart.

    Parameters
    ----------
    number : float
    """
    if number == 0 or not np.isfinite(number):
        return f"{number:g}"
    if abs(number) >= 1e9 or abs(number) < 1e-4:
        return f"{number:.{DIGITS}g}"
    decimals = max(DIGITS - 1 - int(np.floor(np.log10(abs(number)))), 0)
    text = f"{number:,.{decimals}f}".replace(",", "\u202f")
    return text.rstrip("0").rstrip(".") if "." in text else text
