"""What the command line shows of a class's marks."""

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from autograder.lesson import Lesson
from autograder.marks_file import Mark


def marks_table(marks: Sequence[Mark], lesson: Lesson) -> Table:
    """A line for each submission of a lesson, a column for each exercise."""
    count = f"{len(marks)} submission{'' if len(marks) == 1 else 's'}"
    table = Table(title=f"{lesson.name}, {count}", title_justify="left")
    table.add_column("student", overflow="fold")
    for exercise in lesson.exercises.values():
        table.add_column(f"{exercise.name}\n/ {exercise.points:g}", justify="right", overflow="fold")
    table.add_column("total", justify="right", style="bold")
    for mark in marks:
        points = ["–" if mark.points is None else f"{mark.points.get(name, 0):g}" for name in lesson.exercises]
        total = "–" if mark.total is None else f"{mark.total:g}"
        table.add_row(escape(mark.student), *points, f"{total} / {mark.out_of:g}")
    return table


def changes(marks: Sequence[Mark], lesson: Lesson) -> Iterator[str | Table]:
    """What judging again has changed; and how many marks are from before a change of the lesson."""
    again = [mark for mark in marks if mark.before is not None and mark.points is not None]
    moved = [mark for mark in again if mark.points != mark.before]
    if again:
        yield f"{len(again)} of {len(marks)} were judged again; the marks of {len(moved) or 'none'} have changed."
    if moved:
        yield _before_and_after(moved, lesson)
    if outdated := sum(mark.outdated for mark in marks):
        yield (
            f"[bold]{lesson.name} was changed since {outdated} of {len(marks)} were graded:[/] "
            f"autograder grade {lesson.name} --changed judges again what the change may touch."
        )


def _before_and_after(moved: Sequence[Mark], lesson: Lesson) -> Table:
    table = Table(title=f"{lesson.name}, before → after", title_justify="left")
    table.add_column("student", overflow="fold")
    names = [name for name in lesson.exercises if any(_pair(mark, name)[0] != _pair(mark, name)[1] for mark in moved)]
    for name in (*names, "total"):
        table.add_column(name, justify="right", overflow="fold")
    for mark in moved:
        pairs = [*(_pair(mark, name) for name in names), (sum(mark.before.values()), mark.total)]
        cells = [f"{before:g}" if before == after else f"{before:g} → {after:g}" for before, after in pairs]
        table.add_row(escape(mark.student), *cells)
    return table


def _pair(mark: Mark, exercise: str) -> tuple[float, float]:
    return mark.before.get(exercise, 0.0), mark.points.get(exercise, 0.0)
