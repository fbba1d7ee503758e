"""What all commands share: options, messages, progress, and where the course is."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.errors import PlainError
from autograder.folders import find_course

# a table of marks needs room; in a file or a pipe there is no width to respect
console = Console(width=None if sys.stdout.isatty() else 140)

LessonsArgument = Annotated[
    list[str] | None, typer.Argument(help="Lessons, such as 02_stft; by default all that anybody has handed in.")
]
CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The course's folder; by default the one around here.")
]
ClassOption = Annotated[
    Path | None, typer.Option("--class", help="The folder that holds submitted/; by default the course's own.")
]

RosterOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--roster", help="A CSV file of who takes the course, or what Moodle or Canvas gave; may be repeated."
    ),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, help="How many processes; by default one for each processor.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--db", help="The gradebook's address, as nbgrader takes it; by default gradebook.db in the class."),
]


def course_at(course: Path | None) -> Path:
    try:
        return find_course(course)
    except PlainError as error:
        stop(str(error))


def lessons_called(course: Path, names: Sequence[str] | None) -> list:
    from autograder.lesson import Lesson, lesson_names

    known = lesson_names(course / "source")
    names = [name.rstrip("/\\") for name in names or known]
    if unknown := [name for name in names if name not in known]:
        stop(f"There is no lesson called {unknown[0]}. The lessons are: {', '.join(known)}.")
    return [Lesson(course / "source" / name) for name in known if name in names]


def handed_in(course: Path, names: Sequence[str] | None, class_folder: Path) -> list:
    """The lessons that are named; else all that somebody has handed in."""
    from autograder.lesson import lesson_names
    from autograder.submissions import lessons_submitted

    if not names:
        with told_plainly():
            names = lessons_submitted(class_folder, lesson_names(course / "source"))
    return lessons_called(course, names)


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    return os.path.relpath(path)


def stop(message: str, how: str = "stopped:") -> None:
    """Say on stderr what is wrong, and end with exit status 1."""
    # as it is: square brackets in a message are code, not colours
    Console(stderr=True, soft_wrap=True).print(f"{how} {message}", highlight=False, markup=False)
    raise typer.Exit(1)


@contextmanager
def told_plainly() -> Iterator[None]:
    """End with one message where an instructor or an author can help it; a traceback is for what we did wrong."""
    from autograder.sandbox.bubblewrap import NoSandbox

    try:
        yield
    except NoSandbox as error:
        stop(f"{error}\nWithout one nothing is graded, unless you insist: --unsafe-no-sandbox")
    except PlainError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("what is graded is kept; run the same command again to go on.", "interrupted:")


def progress(what: str, at_first: str) -> Callable[[Iterator, int], Iterator]:
    """A progress bar whose remaining time is counted from the first result on: warming up is no measure."""

    def track(results: Iterator, total: int) -> Iterator:
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        columns += (TextColumn("{task.description}"),)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task(at_first, total=total)
            for count, result in enumerate(results):
                if count == 0:
                    progress.reset(task, total=total, description="")
                progress.advance(task)
                yield result

    return track


def cores() -> int:
    """How many processors we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def tell_written(notes: Sequence[str], written: Path) -> None:
    console.print(f"written:   {shown(written)}", markup=False)
    for note in notes:
        console.print(f"  {note}", markup=False, highlight=False)
