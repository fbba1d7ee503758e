"""A class made of a lesson's own material: to see the whole road without a single student.

Everybody's work is derived from the lesson's folder: the reference, its honest rewritings, its misconceptions.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.lesson import Lesson, Misconception
from autograder.stubs import without_marks


@dataclass(frozen=True)
class Work:
    """What one invented student handed in."""

    student: str
    answers: dict[str, str] = field(default_factory=dict)
    """source code by exercise; the others stay untouched"""
    misconception: Misconception | None = None
    """the one fault in it, if there is one"""


def make_class(lesson: Lesson) -> list[Work]:
    """Invent a class: perfect, each honest rewriting, one fault for each exercise, half done, untouched.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    works : list of Work
    """
    perfect = {name: exercise.source for name, exercise in lesson.exercises.items()}
    half = dict(list(perfect.items())[: len(perfect) // 2])
    works = [Work("perfect", perfect), Work("half_done", half), Work("untouched")]
    works += [Work(f"writes_{_slug(style)}", perfect | answers) for style, answers in lesson.rewritings().items()]
    for exercise in lesson.exercises.values():
        fault = next(each for each in exercise.misconceptions if not each.released)
        faulty = perfect | {exercise.name: exercise.faulty_source(fault)}
        works.append(Work(f"{_slug(fault.name)}_in_{exercise.name}", faulty, fault))
    return works


def hand_in(works: list[Work], lesson: Lesson, release: Path, class_folder: Path) -> None:
    """Write everybody's notebook to `class_folder`/submitted, as a student would have saved it; none else is left."""
    for old in (class_folder / "submitted").glob(f"*/{lesson.name}"):
        shutil.rmtree(old)
    for work in works:
        notebook = nbformat.read(release / lesson.name / f"{lesson.name}.ipynb", as_version=4)
        fill_in(notebook, work.answers)
        folder = class_folder / "submitted" / work.student / lesson.name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{lesson.name}.ipynb")


def fill_in(notebook: NotebookNode, answers: dict[str, str]) -> None:
    """Put answers into the solution cells of a released notebook."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = without_marks(answers[name])


def _slug(text: str) -> str:
    return text.replace(" ", "_")
