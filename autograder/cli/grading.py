"""What instructors do with what was collected: grade, feedback, report; and demo, all of it at once."""

import shutil
import time
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.authoring import build
from autograder.cli.terminal import (
    ClassOption,
    CourseOption,
    DatabaseOption,
    LessonsArgument,
    WorkersOption,
    console,
    cores,
    course_at,
    handed_in,
    lessons_called,
    progress,
    shown,
    stop,
    tell_written,
    told_plainly,
)


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
    root = course_at(course)
    found = handed_in(root, lessons, class_folder or root)
    then = f"feedback:  autograder feedback {' '.join(lesson.name for lesson in found)} writes the pages"
    _grade(root, found, class_folder or root, workers, scheduler, db, changed, force, unsafe, then)


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
    root = course_at(course)
    names = [lesson.name for lesson in handed_in(root, lessons, class_folder or root)]
    if to_zip and len(names) > 1:
        stop(f"A zip file of feedback is for one assignment. Name one lesson of: {', '.join(names)}")
    for name in names:
        _feedback(root, name, class_folder or root, workers, db)
    if to_zip:
        from autograder.marks.command import pack_feedback

        with told_plainly():
            tell_written(pack_feedback(class_folder or root, names[0], to_zip), to_zip)


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

    root = course_at(course)
    names = [each.name for each in lessons_called(root, lessons)] if lessons else None
    with told_plainly():
        track = progress("reporting", "reading the gradebook …")
        page = write_report(root, names, class_folder or root, db, output, anonymous, track)
    console.print(f"report:    {shown(page)}")


def demo(
    lesson: Annotated[str, typer.Argument(help="The lesson to show.")] = "02_stft", course: CourseOption = None
) -> None:
    """The whole road: build the release, make a class, grade it, write its feedback and the report."""
    from autograder.demo import hand_in, make_class

    begun = time.monotonic()
    root = course_at(course)
    build(lesson, root)
    (chosen,) = lessons_called(root, [lesson])
    class_folder = root / "demo"
    # begun anew each time: a lesson that was edited since would not fit the gradebook of the last class
    shutil.rmtree(class_folder, ignore_errors=True)
    works = make_class(chosen)
    hand_in(works, chosen, root / "release", class_folder)
    console.print(f"made a class of {len(works)}, each with another way of doing {lesson}")
    _grade(root, [chosen], class_folder, force=True)
    _feedback(root, chosen.name, class_folder)
    report(course=root, class_folder=class_folder)
    console.print(f"The demo took {time.monotonic() - begun:.0f} s. Open a feedback page in a browser, for example:")
    example = next(work.student for work in works if work.misconception)
    console.print(f"  {shown(class_folder / 'feedback' / example / lesson / f'{lesson}.html')}")


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
    then: str = "",
) -> None:
    from autograder.grade import grade as grade_class
    from autograder.submissions import strays
    from autograder.tables import changes, marks_table
    from autograder.workers import Cluster, Pool

    if unsafe:
        console.print("[bold red]Without a sandbox:[/] what was handed in runs with your rights, on your files.")
    with told_plainly():
        crew = Cluster(scheduler) if scheduler else Pool(workers or cores())
        track = progress("grading", f"warming up {crew.workers} worker{'s' * (crew.workers > 1)} …")
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
        console.print(f"not graded, for it is not in submitted/STUDENT/LESSON/: {shown(stray)}", markup=False)
    console.print(f"marks:     {shown(class_folder / 'marks.csv')}")
    console.print(f"notebooks: {shown(class_folder / 'autograded')} (for formgrader)")
    if then:
        console.print(then)
    for mark in marks:
        if mark.remarks:
            console.print(f"  {mark.student}, {mark.lesson}: {' '.join(mark.remarks)}", markup=False, highlight=False)
    if problems := [mark for mark in marks if mark.problem]:
        told = "\n".join(f"  {mark.student}, {mark.lesson}: {mark.problem}" for mark in problems)
        stop(f"{len(problems)} of {len(marks)} need a look:\n{told}", "done, but")


def _feedback(course: Path, lesson: str, class_folder: Path, workers: int | None = None, db: str | None = None) -> None:
    from autograder.feedback import write_feedback

    with told_plainly():
        track = progress("writing feedback", "")
        problems = write_feedback(course, lesson, class_folder, workers or cores(), db, track)
    console.print(f"feedback:  {shown(class_folder / 'feedback')}")
    if problems:
        told = "\n".join(f"  {student}: {problem}" for student, problem in problems.items())
        stop(f"{len(problems)} pages could not be written:\n{told}", "done, but")
