"""The command line: autograder build | collect | grade | feedback | report | export | demo | doctor."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.errors import PlainError
from autograder.folders import find_course

app = typer.Typer(
    help="Build the course, grade submissions, look after the machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
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


@app.command()
def build(
    lesson: Annotated[str | None, typer.Argument(help="One lesson, such as 02_stft; all by default.")] = None,
    course: CourseOption = None,
) -> None:
    """Write release/, assets/checks/ and assets/questions/ anew from source/."""
    from autograder.build import build as build_lesson
    from autograder.build import build_text
    from autograder.nbgrader_course import load_config

    root = _course(course)
    for each in _lessons(root, [lesson] if lesson else None):
        with console.status(f"building {each.name} …"), _told_plainly():
            build_lesson(each, load_config(root), root / "assets")
        console.print(f"built {each.name}: release/{each.name}/, its checks and questions in assets/")
    for text in [] if lesson else sorted((root / "source").glob("*.py")):
        console.print(f"built {build_text(text, root / 'release').relative_to(root)}")


@app.command()
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

    root = _course(course)
    options = {"lesson": lesson, "pattern": pattern, "source": source, "zone": timezone, "db_url": db}
    with _told_plainly():
        plan = collect_from(
            root, path, class_folder or root, console, rosters=roster or (), **options, ask=_asked(dry_run, yes)
        )
    if plan.problems:
        _stop(f"{len(plan.problems)} could not be written; they are named above.", "done, but")


def _asked(dry_run: bool, yes: bool) -> Callable[[], bool]:
    """What decides whether to write: an option, or who sits before the terminal."""
    if dry_run or yes:
        return lambda: yes and not dry_run
    if not sys.stdin.isatty():
        return lambda: _stop("nothing was written, for nobody can be asked here: add --yes.")
    return lambda: typer.confirm("Write this?")


@app.command()
def new(
    lesson: Annotated[str, typer.Argument(help="Its name: two digits and what it is about, such as 11_pitch.")],
    title: Annotated[
        str | None, typer.Option(help="What students read above it; by default what the name says.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Make a new lesson: a folder in source/ with one small exercise, which builds and passes as it is."""
    from autograder.new import make_lesson

    with _told_plainly():
        files = make_lesson(_course(course) / "source", lesson, title)
    for file in files:
        console.print(f"wrote {_shown(file)}", highlight=False)
    console.print(f"next: autograder build {lesson}, then autograder lint {lesson}", highlight=False)


@app.command()
def lint(
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Lessons, such as 02_stft; by default all of them.")
    ] = None,
    course: CourseOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out what runs the judge, and takes a while.")] = False,
) -> None:
    """Tell an author what is still to do in a lesson: each with file, line and the way out."""
    root = _course(course)
    to_do = 0
    for lesson in _lessons(root, lessons):
        with console.status(f"reading {lesson.name} …"):
            from autograder.lint import looks

            work = looks(lesson, root, fast)
        track = _progress(f"looking at {lesson.name}", "")
        findings = sorted({each for found in track((list(look()) for look in work), len(work)) for each in found})
        for each in findings:
            told = f"{_shown(each.path)}:{each.line}: {each.says} {each.way_out}"
            console.print(told.rstrip(), markup=False, highlight=False, soft_wrap=True)
        console.print(f"{lesson.name}: {len(findings) or 'nothing'} to do", highlight=False)
        to_do += len(findings)
    if to_do:
        raise typer.Exit(1)


@app.command()
def grade(
    lessons: LessonsArgument = None,
    course: CourseOption = None,
    class_folder: ClassOption = None,
    workers: WorkersOption = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, such as tcp://10.0.0.1:8786: its workers do the work.")
    ] = None,
    db: DatabaseOption = None,
    changed: Annotated[
        bool,
        typer.Option("--changed", help="Judge again what a change of the lesson may touch, and show before and after."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Grade everything again; the log keeps old marks.")] = False,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe-no-sandbox", help="Grade without a sandbox: students' code may do whatever you may."),
    ] = False,
) -> None:
    """Grade every submission that is not graded yet, in a sandbox; write marks.csv."""
    root = _course(course)
    found = _handed_in(root, lessons, class_folder or root)
    _grade(root, found, class_folder or root, workers, scheduler, db, changed, force, unsafe)


@app.command()
def feedback(
    lessons: LessonsArgument = None,
    course: CourseOption = None,
    class_folder: ClassOption = None,
    workers: WorkersOption = None,
    db: DatabaseOption = None,
    to_zip: Annotated[
        Path | None,
        typer.Option("--zip", help="Also pack the pages of one lesson, for the LMS that it was collected from."),
    ] = None,
) -> None:
    """Write a feedback page for every submission that is graded."""
    root = _course(course)
    names = [lesson.name for lesson in _handed_in(root, lessons, class_folder or root)]
    if to_zip and len(names) > 1:
        _stop(f"A zip file of feedback is for one assignment. Name one lesson of: {', '.join(names)}")
    for name in names:
        _feedback(root, name, class_folder or root, workers, db)
    if to_zip:
        from autograder.marks.command import pack_feedback

        with _told_plainly():
            _tell(pack_feedback(class_folder or root, names[0], to_zip), to_zip)


@app.command()
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

    root = _course(course)
    options = {"template": template, "heading": heading, "scale": scale, "db_url": db}
    with _told_plainly():
        lessons = [each.name for each in _lessons(root, lesson)] if lesson else ()
        _tell(export_marks(kind, to, root, class_folder or root, lessons=lessons, rosters=roster or (), **options), to)


def _tell(notes: Sequence[str], written: Path) -> None:
    console.print(f"written:   {_shown(written)}", markup=False)
    for note in notes:
        console.print(f"  {note}", markup=False, highlight=False)


@app.command()
def report(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons; by default all in the gradebook.")] = None,
    course: CourseOption = None,
    class_folder: ClassOption = None,
    db: DatabaseOption = None,
    output: Annotated[Path | None, typer.Option(help="The page; by default report.html in the class.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Numbers in place of names.")] = False,
) -> None:
    """Write one page about the class: marks, misconceptions, hardest tests, who could not be graded, who is alike."""
    from autograder.report.page import write_report

    root = _course(course)
    names = [each.name for each in _lessons(root, lessons)] if lessons else None
    with _told_plainly():
        track = _progress("reporting", "reading the gradebook …")
        page = write_report(root, names, class_folder or root, db, output, anonymous, track)
    console.print(f"report:    {_shown(page)}")


@app.command()
def demo(
    lesson: Annotated[str, typer.Argument(help="The lesson to show.")] = "02_stft", course: CourseOption = None
) -> None:
    """The whole road: build the release, make a class, grade it, write its feedback."""
    from autograder.demo import hand_in, make_class

    begun = time.monotonic()
    root = _course(course)
    build(lesson, root)
    (shown,) = _lessons(root, [lesson])
    class_folder = root / "demo"
    # begun anew each time: a lesson that was edited since would not fit the gradebook of the last class
    shutil.rmtree(class_folder, ignore_errors=True)
    works = make_class(shown)
    hand_in(works, shown, root / "release", class_folder)
    console.print(f"made a class of {len(works)}, each with another way of doing {lesson}")
    _grade(root, [shown], class_folder, force=True)
    _feedback(root, shown.name, class_folder)
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
    able = all(finding.present for finding in findings if finding.name.startswith("sandbox"))
    console.print(f"This machine can build and teach the course{', and grade it safely' if able else ''}.")
    if not able:
        console.print("Without a sandbox it grades only if told to: autograder grade --unsafe-no-sandbox")


def _grade(
    course: Path,
    lessons: list,
    class_folder: Path,
    workers: int | None = None,
    scheduler: str | None = None,
    db: str | None = None,
    changed: bool = False,
    force: bool = False,
    unsafe: bool = False,
) -> None:
    from autograder.grade import grade as grade_class
    from autograder.submissions import strays
    from autograder.tables import changes, marks_table
    from autograder.workers import Cluster, Pool

    if unsafe:
        console.print("[bold red]Without a sandbox:[/] what was handed in runs with your rights, on your files.")
    with _told_plainly():
        crew = Cluster(scheduler) if scheduler else Pool(workers or _cores())
        track = _progress("grading", f"warming up {crew.workers} worker{'s' * (crew.workers > 1)} …")
        marks = grade_class(
            *(course, lessons, class_folder, crew),
            **{"db_url": db, "changed": changed, "force": force, "unsafe": unsafe, "track": track},
        )
    for lesson in lessons:
        of_lesson = [mark for mark in marks if mark.lesson == lesson.name]
        console.print(marks_table(of_lesson, lesson))
        for line in changes(of_lesson, lesson):
            console.print(line)
    for stray in strays(class_folder):
        console.print(f"not graded, for it is not in submitted/STUDENT/LESSON/: {_shown(stray)}", markup=False)
    console.print(f"marks:     {_shown(class_folder / 'marks.csv')}")
    console.print(f"notebooks: {_shown(class_folder / 'autograded')} (for formgrader)")
    console.print(f"feedback:  autograder feedback {' '.join(lesson.name for lesson in lessons)} writes the pages")
    for mark in marks:
        if mark.remarks:
            console.print(f"  {mark.student}, {mark.lesson}: {' '.join(mark.remarks)}", markup=False, highlight=False)
    if problems := [mark for mark in marks if mark.problem]:
        told = "\n".join(f"  {mark.student}, {mark.lesson}: {mark.problem}" for mark in problems)
        _stop(f"{len(problems)} of {len(marks)} need a look:\n{told}", "done, but")


def _feedback(course: Path, lesson: str, class_folder: Path, workers: int | None = None, db: str | None = None) -> None:
    from autograder.feedback import write_feedback

    with _told_plainly():
        track = _progress("writing feedback", "")
        problems = write_feedback(course, lesson, class_folder, workers or _cores(), db, track)
    console.print(f"feedback:  {_shown(class_folder / 'feedback')}")
    if problems:
        told = "\n".join(f"  {student}: {problem}" for student, problem in problems.items())
        _stop(f"{len(problems)} pages could not be written:\n{told}", "done, but")


def _progress(what: str, at_first: str) -> Callable[[Iterator, int], Iterator]:
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


def _cores() -> int:
    """How many processors we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _told_plainly() -> Iterator[None]:
    """End with one message where an instructor or an author can help it; a traceback is for what we did wrong."""
    from autograder.sandbox.bubblewrap import NoSandbox

    try:
        yield
    except NoSandbox as error:
        _stop(f"{error}\nWithout one nothing is graded, unless you insist: --unsafe-no-sandbox")
    except PlainError as error:
        _stop(str(error))
    except KeyboardInterrupt:
        _stop("what is graded is kept; run the same command again to go on.", "interrupted:")


def _course(course: Path | None) -> Path:
    try:
        return find_course(course)
    except PlainError as error:
        _stop(str(error))


def _lessons(course: Path, names: Sequence[str] | None) -> list:
    from autograder.lesson import Lesson, lesson_names

    known = lesson_names(course / "source")
    names = [name.rstrip("/\\") for name in names or known]
    if unknown := [name for name in names if name not in known]:
        _stop(f"There is no lesson called {unknown[0]}. The lessons are: {', '.join(known)}.")
    return [Lesson(course / "source" / name) for name in known if name in names]


def _handed_in(course: Path, names: Sequence[str] | None, class_folder: Path) -> list:
    """The lessons that are named; else all that somebody has handed in."""
    from autograder.lesson import lesson_names
    from autograder.submissions import lessons_submitted

    if not names:
        with _told_plainly():
            names = lessons_submitted(class_folder, lesson_names(course / "source"))
    return _lessons(course, names)


def _shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    return os.path.relpath(path)


def _stop(message: str, how: str = "stopped:") -> None:
    """Say on stderr what is wrong, and end with exit status 1."""
    # as it is: square brackets in a message are code, not colours
    Console(stderr=True, soft_wrap=True).print(f"{how} {message}", highlight=False, markup=False)
    raise typer.Exit(1)
