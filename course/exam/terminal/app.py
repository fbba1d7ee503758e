"""`python -m course exam`: practise; `… mock`: a mock exam; `… export`: for Anki and Moodle."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.core import TyperGroup

from course.exam.bank import questions
from course.exam.exam_file import NoExam, exam_path
from course.exam.mock import ExamError, draw_exam
from course.exam.page import exam_page, on_paper, solution_page
from course.exam.practice import MODES, Practice
from course.exam.progress import Progress, ProgressError
from course.exam.question import Question
from course.exam.sitting import Sitting
from course.exam.terminal.ask import Leave, say
from course.exam.terminal.mock import sit
from course.exam.terminal.practise import practise

DIARY = "The diary of your answers; by default one for this user."
First = Enum("First", {mode: mode for mode in MODES})


class PractiseUnlessTold(TyperGroup):
    """`exam 02_stft` is `exam practise 02_stft`."""

    def parse_args(self, context: typer.Context, arguments: list[str]) -> list[str]:
        """Put the command in front where none is."""
        named = arguments and arguments[0] in (*self.commands, "--help")
        return super().parse_args(context, arguments if named else ["practise", *arguments])


app = typer.Typer(
    cls=PractiseUnlessTold,
    help="Prepare for an exam. Without a command: practise.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
export = typer.Typer(help="Questions for Anki or Moodle.", no_args_is_help=True)
app.add_typer(export, name="export")


@app.command("practise")
def practise_lessons(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons, such as 02_stft or 02; all by default.")] = None,
    first: Annotated[First, typer.Option(help="What comes first.")] = First.due,
    file: Annotated[Path | None, typer.Option(help=DIARY)] = None,
) -> None:
    """One question after the other, each with a reply and its solution."""
    with _told_plainly():
        there = _questions()
        practise(Practice(Progress(there, file), _lessons(there, lessons or []), first.value))


@app.command()
def mock(
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same number draws the same exam; any by default.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Where the exam is kept; by default beside the diary.")] = None,
    diary: Annotated[Path | None, typer.Option(help=DIARY)] = None,
    new: Annotated[bool, typer.Option("--new", help="Begin another one, whatever became of the last.")] = False,
    page: Annotated[Path | None, typer.Option(help="Only write the exam there, as a page to print.")] = None,
    solutions: Annotated[Path | None, typer.Option(help="Only write its solutions there, for whoever marks.")] = None,
) -> None:
    """A mock exam of 90 minutes, here or on paper. The same command goes on with one that was left."""
    with _told_plainly():
        if page or solutions:
            _write_pages(seed, page, solutions)
        else:
            progress = Progress(_questions(), diary)
            sit(_begun(seed, file or exam_path(progress.path), new), progress)


@export.command()
def anki(path: Annotated[Path, typer.Argument(metavar="FILE", help="Such as resound.apkg.")]) -> None:
    """A deck that shows other numbers each day. Importing a newer one keeps what Anki knows."""
    from course.exam.export.anki import write_anki

    with _told_plainly():
        say(f"{write_anki(_questions(), path)} notes are in {path}.")


@export.command()
def moodle(path: Annotated[Path, typer.Argument(metavar="FILE", help="Such as resound.xml.")]) -> None:
    """A bank of questions in Moodle's XML format, with variants of each that has parameters."""
    from course.exam.export.moodle import write_moodle

    with _told_plainly():
        say(f"{write_moodle(_questions(), path)} questions are in {path}.")


def main(arguments: list[str]) -> None:
    """Run the command; what a terminal can't show, or nobody can read, stops nothing.

    Parameters
    ----------
    arguments : list of str
        What stands behind `python -m course exam`.
    """
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(errors="replace")
    app(arguments, prog_name="python -m course exam")


def _questions() -> tuple[Question, ...]:
    there = questions()
    if not there:
        raise ExamError("There are no questions: run `autograder build`, or start from a complete checkout.")
    return there


def _lessons(there: tuple[Question, ...], names: list[str]) -> list[str]:
    """Lessons by their name or their number."""
    known = sorted({question.lesson for question in there})
    found = {name: [each for each in known if name.rstrip("/") in (each, each.partition("_")[0])] for name in names}
    if unknown := [name for name, lessons in found.items() if not lessons]:
        raise ExamError(f"There is no lesson called {unknown[0]}. The lessons are: {', '.join(known)}.")
    return [lesson for lessons in found.values() for lesson in lessons]


def _seed(seed: int | None) -> int:
    return secrets.randbelow(10_000) if seed is None else seed


def _begun(seed: int | None, file: Path, new: bool) -> Sitting:
    """The exam that was left, or another one."""
    there = _questions()
    if not new:
        try:
            sitting = Sitting.come_back(there, file)
        except NoExam:
            new = True
    if new:
        return Sitting.begin(draw_exam(there, _seed(seed)), file)
    if seed not in (None, sitting.exam.seed):
        raise ExamError(
            f"Mock exam {sitting.exam.seed} is still in {sitting.path}. Go on with it without --seed, or begin "
            f"{seed} with --new."
        )
    return sitting


def _write_pages(seed: int | None, page: Path | None, solutions: Path | None) -> None:
    exam = draw_exam(on_paper(_questions()), _seed(seed))
    for path, made, what in ((page, exam_page, "Mock exam"), (solutions, solution_page, "Solutions of mock exam")):
        if path:
            path.write_text(made(exam), encoding="utf-8")
            say(f"{what} {exam.seed}: {path}. Print it from a browser.")


@contextmanager
def _told_plainly() -> Iterator[None]:
    """End with one sentence where whoever sits there can help it."""
    try:
        yield
    except (ExamError, ProgressError, OSError) as error:
        plain = f"{error.filename}: {error.strerror}." if isinstance(error, OSError) else error
        Console(stderr=True, soft_wrap=True).print(f"stopped: {plain}", highlight=False, markup=False)
        raise typer.Exit(1) from None
    except (Leave, KeyboardInterrupt):
        say("\nLeft. What was answered is kept.")
