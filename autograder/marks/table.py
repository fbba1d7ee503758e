"""What all tables of marks have in common."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.errors import PlainError
from autograder.files import whole
from autograder.marks.read import Marks
from autograder.spreadsheet import harmless


class OtherScale(PlainError):
    """An assignment is worth something else in the LMS; the message says what to do."""


def number(points: float) -> str:
    """Points as every LMS reads them, to two decimals, as Moodle and Canvas keep them."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def scaled(mark: Marks, most: float | None, scale: bool, where: Path) -> float:
    """A mark as the LMS counts it.

    Raises
    ------
    OtherScale
        If the LMS has another maximum, and nobody said to convert.
    """
    if most is None or abs(most - mark.most) < 1e-9:
        return mark.score
    if not scale:
        raise OtherScale(
            f"By {where.name} the assignment is worth {number(most)} points, {mark.lesson} {number(mark.most)}. Set "
            f"its maximum to {number(mark.most)}, or have all marks converted: --scale"
        )
    return mark.score * most / mark.most


def comment(mark: Marks) -> str:
    """What a student reads beside the mark."""
    told = ", ".join(f"{name} {number(mark.points[name])}/{number(most)}" for name, most in mark.out_of.items())
    late = f"; {number(mark.penalty)} taken off, for it came late" if mark.penalty else ""
    unread = f"; {mark.problem}" if mark.problem else ""
    waiting = f"; still to be marked: {', '.join(mark.waiting)}" if mark.waiting else ""
    return f"{told}{late}{unread}{waiting}"


def write_table(to: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> None:
    """Write a CSV file whole or not at all; text that would be a formula in a spreadsheet is marked as text."""
    with whole(to) as part, open(part, "w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([harmless(cell) for cell in row] for row in rows)
