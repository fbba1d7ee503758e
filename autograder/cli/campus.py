"""What comes from an LMS, and goes back to it: collect, export."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.terminal import (
    ClassOption,
    CourseOption,
    DatabaseOption,
    RosterOption,
    console,
    course_at,
    lessons_called,
    stop,
    tell_written,
    told_plainly,
)


def collect(
    path: Annotated[Path, typer.Argument(help="A folder or a zip file, as an LMS gives it, or nbgrader's exchange.")],
    roster: RosterOption = None,
    lesson: Annotated[
        str | None, typer.Option("--lesson", help="What all were asked for, where a file does not say it itself.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="Of the names of loose notebooks, such as {student}_{lesson}.ipynb.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Moodle, Canvas, folders, loose or exchange, if the names mislead.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Of the times in rosters, such as Europe/Berlin; by default this machine's.")
    ] = None,
    course: CourseOption = None,
    class_folder: ClassOption = None,
    db: DatabaseOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Put what students handed in where it is graded: shows what it understood before it writes."""
    from autograder.collect.command import collect as collect_from

    root = course_at(course)
    options = {"lesson": lesson, "pattern": pattern, "source": source, "zone": timezone, "db_url": db}
    with told_plainly():
        plan = collect_from(
            root, path, class_folder or root, console, rosters=roster or (), **options, ask=_asked(dry_run, yes)
        )
    if plan.problems:
        stop(f"{len(plan.problems)} could not be written; they are named above.", "done, but")


def _asked(dry_run: bool, yes: bool) -> Callable[[], bool]:
    """What decides whether to write: an option, or who sits before the terminal."""
    if dry_run or yes:
        return lambda: yes and not dry_run
    if not sys.stdin.isatty():
        return lambda: stop("nothing was written, for nobody can be asked here: add --yes.")
    return lambda: typer.confirm("Write this?")


def export(
    kind: Annotated[str, typer.Argument(help="moodle, canvas, csv or nbgrader.")],
    to: Annotated[Path, typer.Argument(help="The file to write.")],
    lesson: Annotated[
        list[str] | None, typer.Option("--lesson", help="A lesson; by default all that are graded.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Moodle's grading worksheet or Canvas' gradebook, to be filled in.")
    ] = None,
    heading: Annotated[
        str | None, typer.Option(help="How the assignment is called in Canvas: 'Homework 2 (4711)'.")
    ] = None,
    scale: Annotated[bool, typer.Option("--scale", help="Convert marks to the maximum in the template.")] = False,
    roster: RosterOption = None,
    course: CourseOption = None,
    class_folder: ClassOption = None,
    db: DatabaseOption = None,
) -> None:
    """Write the marks as Moodle, Canvas, a spreadsheet or nbgrader's exporter has them."""
    from autograder.marks.command import export as export_marks

    root = course_at(course)
    options = {"template": template, "heading": heading, "scale": scale, "db_url": db}
    with told_plainly():
        lessons = [each.name for each in lessons_called(root, lesson)] if lesson else ()
        tell_written(
            export_marks(kind, to, root, class_folder or root, lessons=lessons, rosters=roster or (), **options), to
        )
