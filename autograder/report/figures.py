"""What a figure of the report is: a picture, a title that says what to see in it, and the tables behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from autograder.report.drawings import shortened

Cell = str | float | int


@dataclass(frozen=True)
class Table:
    """What stands behind a picture, for who wants the numbers."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


@dataclass(frozen=True)
class Figure:
    """A picture, what to see in it, and the numbers behind it."""

    key: str
    heading: str
    title: str
    """what there is to see, in a sentence"""
    drawing: Markup | None
    alt: str
    tables: tuple[Table, ...] = ()
    legend: dict[str, str] = field(default_factory=dict)
    note: str = ""


def alt(title: str, values: Sequence[tuple[str, Cell]]) -> str:
    """What a picture shows, in words."""
    return f"Bar chart. {title} " + "; ".join(f"{shortened(name)}: {value}" for name, value in values)


def plain(text: str) -> str:
    """A sentence from a lesson without the marks of code."""
    return text.replace("`", "")


def mean(values: Iterable[float]) -> float:
    """Their mean; 0 if there are none."""
    values = list(values)
    return sum(values) / len(values) if values else 0.0
