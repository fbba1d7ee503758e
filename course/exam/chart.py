"""What is known by now, lesson by lesson, and how much comes due on which day: a picture with its table."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from html import escape

import numpy as np

from course import plot
from course.exam.progress import Known, Progress
from course.exam.text import lesson_title

DAYS = 14
"""How far the chart looks ahead."""
SOON = timedelta(days=3)
"""What comes due so soon is fading."""
COLOURS = {"known": "#3b5fa8", "fading": "#e3b341", "due": "#c2401c", "never asked": "transparent"}
"""Of the states a question can be in; each part of a bar has its number beside it in the table."""
BAR = "display:flex;height:0.9em;min-width:8em;border:1px solid currentColor"
EXACT = "forced-color-adjust:none;-webkit-print-color-adjust:exact;print-color-adjust:exact"
"""A bar keeps its colours, whatever the system or a printer thinks of them."""
LEFT, RIGHT = "text-align:left;padding:2px 8px", "text-align:right;padding:2px 8px"


def state_of(known: Known, at: datetime) -> str:
    """How well a question is known: "known" is what needs no repeating for three days, "fading" what does."""
    if known.due is None:
        return "never asked"
    if known.due <= at:
        return "due"
    return "fading" if known.due <= at + SOON else "known"


def due_by_day(progress: Progress, days: int = DAYS) -> list[int]:
    """How many questions come due on each of the next days.

    Parameters
    ----------
    progress : Progress
    days : int

    Returns
    -------
    counts : list of int
        The first is of today, by the clock on the wall; what has been due for longer counts to it.
    """
    today = progress.clock().astimezone().date()
    dues = [each.due.astimezone().date() for each in progress.known.values() if each.due is not None]
    counts = Counter(max((due - today).days, 0) for due in dues)
    return [counts[day] for day in range(days)]


def known_chart(progress: Progress) -> "KnownChart":
    """Draw what is known and what is due.

    Parameters
    ----------
    progress : Progress

    Returns
    -------
    KnownChart
        A table with bars, lesson by lesson, and a picture of the next 14 days with its table; shown by a notebook.
    """
    progress.refresh()
    at = progress.clock()
    by_lesson: dict[str, Counter[str]] = {}
    for known in progress.known.values():
        by_lesson.setdefault(known.question.lesson, Counter())[state_of(known, at)] += 1
    return KnownChart(by_lesson, due_by_day(progress))


@dataclass(frozen=True)
class KnownChart:
    """Counts, and how they look."""

    by_lesson: dict[str, Counter[str]]
    """for each lesson how many questions are in which state"""
    by_day: list[int]
    """how many come due today, tomorrow, …"""

    @cached_property
    def total(self) -> Counter[str]:
        """Over all lessons."""
        return sum(self.by_lesson.values(), Counter())

    @property
    def picture(self) -> plot.Picture:
        """The next days; a sentence, where nothing comes due."""
        days = len(self.by_day)
        if not any(self.by_day):
            return plot.Picture(f"Nothing that was asked comes due within {days} days.")
        # a bar for each day, by its outline
        outline = np.repeat(np.arange(days + 1), 2)[1:-1]
        counts = np.repeat(self.by_day, 2)
        title = f"{_questions(sum(self.by_day))} due within {days} days, {self.by_day[0]} of them today."
        return plot.curves(outline, {"": counts}, title, "days from today", "questions that come due")

    def _repr_html_(self) -> str:
        return f'<div style="max-width:60em">{self._lessons()}{self.picture._repr_html_()}{self._days()}</div>'

    def _lessons(self) -> str:
        heads = "".join(f'<th scope="col" style="{RIGHT}">{_swatch(state)} {state}</th>' for state in COLOURS)
        rows = [(lesson_title(lesson), counts) for lesson, counts in self.by_lesson.items()]
        body = "".join(_row(name, counts) for name, counts in [*rows, ("all lessons", self.total)])
        return (
            f'<table style="width:100%;table-layout:auto;border-collapse:collapse"><caption style="{LEFT}">'
            f"What is known by now: <em>fading</em> is what comes due within {SOON.days} days, <em>known</em> what "
            "comes due later.</caption>"
            f'<thead><tr><th scope="col" style="{LEFT}">Lesson</th><td></td>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def _days(self) -> str:
        heads = "".join(f'<th scope="col" style="{RIGHT}">{_day(day)}</th>' for day in range(len(self.by_day)))
        cells = "".join(f'<td style="{RIGHT}">{count}</td>' for count in self.by_day)
        return (
            "<details><summary>The same as a table</summary>"
            '<div style="overflow-x:auto"><table style="table-layout:auto;border-collapse:collapse">'
            f'<thead><tr><th scope="col" style="{LEFT}">Day</th>{heads}</tr></thead>'
            f'<tbody><tr><th scope="row" style="{LEFT}">Come due</th>{cells}</tr></tbody></table></div></details>'
        )

    def __repr__(self) -> str:
        lines = [f"{lesson_title(lesson)}: {_told(counts)}" for lesson, counts in self.by_lesson.items()]
        return "\n".join([*lines, f"all: {_told(self.total)}", f"due by day, from today on: {self.by_day}"])


def _row(name: str, counts: Counter[str]) -> str:
    parts = "".join(
        f'<div style="width:{100 * counts[state] / counts.total():.4g}%;background:{colour};{EXACT}"></div>'
        for state, colour in COLOURS.items()
        if counts[state]
    )
    cells = "".join(f'<td style="{RIGHT}">{counts[state]}</td>' for state in COLOURS)
    bar = f'<td aria-hidden="true" style="width:40%"><div style="{BAR}">{parts}</div></td>'
    return f'<tr><th scope="row" style="{LEFT};white-space:nowrap">{escape(name)}</th>{bar}{cells}</tr>'


def _swatch(state: str) -> str:
    look = f"display:inline-block;width:0.8em;height:0.8em;border:1px solid currentColor;background:{COLOURS[state]}"
    return f'<span aria-hidden="true" style="{look};{EXACT}"></span>'


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[state]} {state}" for state in COLOURS)


def _day(day: int) -> str:
    return "today" if day == 0 else f"+{day}"


def _questions(count: int) -> str:
    return "1 question comes" if count == 1 else f"{count} questions come"
