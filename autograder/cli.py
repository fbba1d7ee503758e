"""The command line: autograder build | grade | demo | doctor."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.folders import CourseNotFound, find_course

app = typer.Typer(
    help="Build the course, grade submissions, look after the machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# a table of marks needs room; in a file or a pipe there is no width to respect
console = Console(width=None if sys.stdout.isatty() else 140)

CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The course's folder; by default the one around here.")
]
ClassOption = Annotated[
    Path | None, typer.Option("--class", help="The folder that holds submitted/; by default the course's own.")
]


@app.command()
def build(
    lesson: Annotated[str | None, typer.Argument(help="One lesson, such as 02_stft; all by default.")] = None,
    course: CourseOption = None,
) -> None:
    """Write release/ and assets/checks/ anew from source/."""
    from autograder.build import build as build_lesson
    from autograder.nbgrader_course import load_config

    root = _course(course)
    for each in _lessons(root, lesson):
        with console.status(f"building {each.name} …"), _told_plainly():
            build_lesson(each, load_config(root), root / "assets" / "checks")
        console.print(f"built {each.name}: release/{each.name}/ and assets/checks/{each.name}.npz")


@app.command()
def grade(
    lesson: Annotated[str, typer.Argument(help="The lesson, such as 02_stft.")],
    course: CourseOption = None,
    class_folder: ClassOption = None,
) -> None:
    """Grade every submission of a lesson; write marks.csv and the feedback pages."""
    root = _course(course)
    _grade(root, _lessons(root, lesson)[0], class_folder or root)


@app.command()
def demo(
    lesson: Annotated[str, typer.Argument(help="The lesson to show.")] = "02_stft", course: CourseOption = None
) -> None:
    """The whole road: build the release, make a class, grade it, write its feedback."""
    from autograder.demo import hand_in, make_class

    begun = time.monotonic()
    root = _course(course)
    build(lesson, root)
    (shown,) = _lessons(root, lesson)
    class_folder = root / "demo"
    works = make_class(shown)
    hand_in(works, shown, root / "release", class_folder)
    console.print(f"made a class of {len(works)}, each with another way of doing {lesson}")
    _grade(root, shown, class_folder)
    console.print(f"The demo took {time.monotonic() - begun:.0f} s. Open a feedback page in a browser, for example:")
    example = next(work.student for work in works if work.misconception)
    console.print(f"  {_shown(class_folder / 'feedback' / example / lesson / f'{lesson}.html')}")


@app.command()
def doctor(course: CourseOption = None) -> None:
    """Say what is missing on this machine, and which command brings it."""
    from autograder.doctor import examine_machine

    findings = examine_machine(_course(course))
    for finding in findings:
        mark = "[green]✔[/]" if finding.present else "[red]✘[/]" if finding.required else "[yellow]○[/]"
        console.print(f"{mark} {finding.name}", highlight=False)
        if not finding.present:
            console.print(
                f"    needed for {finding.needed_for}; bring it with: [bold]{finding.remedy}[/]", highlight=False
            )
    if any(finding.required and not finding.present for finding in findings):
        raise typer.Exit(1)
    console.print("This machine can build, teach and grade the course.")


def _grade(course: Path, lesson, class_folder: Path) -> None:
    from autograder.grade import grade as grade_class
    from autograder.grade import strays

    progress = Progress(
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
    )

    def track(students: list[str]):
        task = progress.add_task("", total=len(students))
        for student in students:
            progress.update(task, description=student)
            yield student
            progress.advance(task)

    with _told_plainly(), progress:
        marks = grade_class(course, lesson, class_folder, track)
    console.print(_marks_table(marks, lesson))
    for stray in strays(class_folder):
        console.print(f"not graded, for it is not in submitted/STUDENT/LESSON/: {_shown(stray)}", markup=False)
    console.print(f"marks:    {_shown(class_folder / 'marks.csv')}")
    console.print(f"feedback: {_shown(class_folder / 'feedback')}")
    console.print(
        f"graded notebooks: {_shown(class_folder / 'autograded')}; gradebook: {_shown(class_folder / 'gradebook.db')}"
    )
    if problems := [mark for mark in marks if mark.problem]:
        told = "\n".join(f"  {mark.student}: {mark.problem}" for mark in problems)
        _stop(f"{len(problems)} of {len(marks)} need a look:\n{told}", "done, but")


@contextmanager
def _told_plainly() -> Iterator[None]:
    """End with one message where an instructor or an author can help it; a traceback is for what we did wrong."""
    from autograder.grade import NothingToGrade
    from autograder.lesson import LessonError
    from autograder.nbgrader_course import NbgraderError
    from autograder.stubs import StubError

    try:
        yield
    except (NothingToGrade, LessonError, NbgraderError, StubError) as error:
        _stop(str(error))


def _marks_table(marks, lesson) -> Table:
    table = Table(title=f"{lesson.name}, {len(marks)} submissions", title_justify="left")
    table.add_column("student", overflow="fold")
    for exercise in lesson.exercises.values():
        table.add_column(f"{exercise.name}\n/ {exercise.points:g}", justify="right", overflow="fold")
    table.add_column("total", justify="right", style="bold")
    for mark in marks:
        points = ["–" if mark.points is None else f"{mark.points.get(name, 0):g}" for name in lesson.exercises]
        total = "–" if mark.total is None else f"{mark.total:g}"
        table.add_row(escape(mark.student), *points, f"{total} / {mark.out_of:g}")
    return table


def _course(course: Path | None) -> Path:
    try:
        return find_course(course)
    except CourseNotFound as error:
        _stop(str(error))


def _lessons(course: Path, name: str | None) -> list:
    from autograder.lesson import Lesson, lesson_names

    known = lesson_names(course / "source")
    name = name and name.rstrip("/\\")
    if name is not None and name not in known:
        _stop(f"There is no lesson called {name}. The lessons are: {', '.join(known)}.")
    return [Lesson(course / "source" / each) for each in known if name in (None, each)]


def _shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    return os.path.relpath(path)


def _stop(message: str, how: str = "stopped:") -> None:
    """Say on stderr what is wrong, and end with exit status 1."""
    # as it is: square brackets in a message are code, not colours
    Console(stderr=True, soft_wrap=True).print(f"{how} {message}", highlight=False, markup=False)
    raise typer.Exit(1)
