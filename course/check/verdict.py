"""What a check found: three outcomes, and what is said about them."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from course.check.case import Axis


class Outcome(Enum):
    """The three outcomes of a check, each with its word, icon and colour."""

    NOT_ATTEMPTED = ("not attempted yet", "○", "#7c8aa0")
    PASSED = ("passed", "✔", "#2f9e62")
    NOT_YET = ("not yet right", "✎", "#d9730d")

    def __init__(self, word: str, icon: str, colour: str):
        self.word = word
        self.icon = icon
        self.colour = colour


@dataclass(frozen=True)
class Mismatch:
    """An expected result beside the actual one, for a picture."""

    expected: Any
    actual: Any
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class JudgedTest:
    """One hidden test, as a student reads of it."""

    says: str
    """the test's docstring"""
    passed: bool
    why_not: str = ""
    """in the student's terms, without hidden inputs or expected values"""


@dataclass(frozen=True)
class Verdict:
    """The outcome of checking one exercise."""

    exercise: str
    outcome: Outcome
    points: float
    """earned"""
    out_of: float
    """to be earned"""
    says: tuple[str, ...] = ()
    """sentences for the student; `names` stand in backticks"""
    misconception: str | None = None
    """the name of the misconception that was recognised"""
    mismatch: Mismatch | None = None
    tests: tuple[JudgedTest, ...] = ()
    """the hidden tests, where a judge ran them"""
