"""What authors do: build, new, lint."""

from typing import Annotated

import typer

from autograder.cli.terminal import CourseOption, console, course_at, lessons_called, progress, shown, told_plainly


def build(
    lesson: Annotated[str | None, typer.Argument(help="One lesson, such as 02_stft; all by default.")] = None,
    course: CourseOption = None,
) -> None:
    """Write release/, assets/checks/ and assets/questions/ anew from source/."""
    from autograder.build import build as build_lesson
    from autograder.build import build_text
    from autograder.nbgrader_course import load_config

    root = course_at(course)
    for each in lessons_called(root, [lesson] if lesson else None):
        with console.status(f"building {each.name} …"), told_plainly():
            build_lesson(each, load_config(root), root / "assets")
        console.print(f"built {each.name}: release/{each.name}/, its checks and questions in assets/")
    for text in [] if lesson else sorted((root / "source").glob("*.py")):
        console.print(f"built {build_text(text, root / 'release').relative_to(root)}")


def new(
    lesson: Annotated[str, typer.Argument(help="Its name: two digits and what it is about, such as 11_pitch.")],
    title: Annotated[
        str | None, typer.Option(help="What students read above it; by default what the name says.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Make a new lesson: a folder in source/ with one small exercise, which builds and passes as it is."""
    from autograder.new import make_lesson

    with told_plainly():
        files = make_lesson(course_at(course) / "source", lesson, title)
    for file in files:
        console.print(f"wrote {shown(file)}", highlight=False)
    console.print(f"next: autograder build {lesson}, then autograder lint {lesson}", highlight=False)


def lint(
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Lessons, such as 02_stft; by default all of them.")
    ] = None,
    course: CourseOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out what runs the judge, and takes a while.")] = False,
) -> None:
    """Tell an author what is still to do in a lesson: each with file, line and the way out."""
    root = course_at(course)
    to_do = 0
    for lesson in lessons_called(root, lessons):
        with console.status(f"reading {lesson.name} …"):
            from autograder.lint import looks

            work = looks(lesson, root, fast)
        track = progress(f"looking at {lesson.name}", "")
        findings = sorted({each for found in track((list(look()) for look in work), len(work)) for each in found})
        for each in findings:
            told = f"{shown(each.path)}:{each.line}: {each.says} {each.way_out}"
            console.print(told.rstrip(), markup=False, highlight=False, soft_wrap=True)
        console.print(f"{lesson.name}: {len(findings) or 'nothing'} to do", highlight=False)
        to_do += len(findings)
    if to_do:
        raise typer.Exit(1)
