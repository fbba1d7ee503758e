"""source/ -> release/, assets/checks/ and assets/questions/: what students get, the same bytes for the same text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from traitlets.config import Config

from autograder.lesson import Exercise, Lesson, LessonError, Misconception
from autograder.lesson.solved import read_text
from autograder.nbgrader_course import generate_assignment
from autograder.questions import make_questions
from autograder.stubs import step_names, stub
from course.check.attempt import attempt
from course.check.bank import Bank, BankExercise, KnownFault, save_bank, single
from course.check.case import Case
from course.check.cells import digest_of_source
from course.check.compare import is_close
from course.check.library_use import find
from course.exam.bank import write_questions


def build(lesson: Lesson, config: Config, assets: Path) -> None:
    """Build one lesson: its solved notebook, release, entry in the gradebook, check bank and exam questions.

    Parameters
    ----------
    lesson : Lesson
    config : Config
        nbgrader's configuration; it says where the release and the gradebook lie.
    assets : Path
        The folder of all that ships beside the notebooks.

    Raises
    ------
    LessonError
        If the lesson's files contradict each other.
    """
    save_bank(make_bank(lesson), assets / "checks" / f"{lesson.name}.npz")
    write_questions(assets / "questions" / f"{lesson.name}.json", make_questions(lesson))
    build_release(lesson, config)


def build_release(lesson: Lesson, config: Config) -> None:
    """Write the solved notebook and, with nbgrader, the release and the gradebook's entry."""
    lesson.solved.build()
    generate_assignment(config, lesson.name)


def build_text(text: Path, release: Path) -> Path:
    """Write a notebook without exercises as it stands in a text, such as source/exam_preparation.py.

    Parameters
    ----------
    text : Path
    release : Path
        The folder of what is handed out.

    Returns
    -------
    notebook : Path
    """
    path = release / f"{text.stem}.ipynb"
    nbformat.write(read_text(text), path)
    return path


def make_bank(lesson: Lesson) -> Bank:
    """Run the reference and every fault on the visible cases, and keep what came out."""
    exercises = {name: _bank_exercise(lesson, exercise) for name, exercise in lesson.exercises.items()}
    return Bank(lesson.name, lesson.title, exercises)


def _bank_exercise(lesson: Lesson, exercise: Exercise) -> BankExercise:
    cases = tuple(_single_case(case) for case in lesson.visible_cases(exercise.name))
    if not cases or not lesson.hidden_tests(exercise.name):
        raise LessonError(
            f"{lesson.name}/checks.py: the class of {exercise.name} needs a method `visible` that gives at least one "
            "Case, and at least one hidden test, a method `test_…`."
        )
    for name in lesson.library_has(exercise.name):
        try:
            find(name)
        except LookupError as error:
            raise LessonError(f"{lesson.name}/checks.py: library_has of {exercise.name}: {error}.") from error
    function = getattr(lesson.reference, exercise.name)
    expected = _results(function, cases)
    for case, result in zip(cases, expected, strict=True):
        if result is None:
            raise LessonError(
                f"{lesson.name}/checks.py: the reference of {exercise.name} fails on its own visible case "
                f"{case.positional}: {attempt(function, case).problem}"
            )
    faults = tuple(_known_fault(lesson, fault, cases) for fault in exercise.misconceptions)
    _refuse_indistinct(lesson, exercise, expected, faults)
    return BankExercise(
        name=exercise.name,
        points=exercise.points,
        steps=step_names(exercise.source),
        hints=exercise.hints,
        cases=cases,
        expected=expected,
        faults=faults,
        handed_out=digest_of_source(stub(exercise.source)) if any(fault.released for fault in faults) else "",
        library_has=lesson.library_has(exercise.name),
    )


def _known_fault(lesson: Lesson, fault: Misconception, cases: tuple[Case, ...]) -> KnownFault:
    return KnownFault(fault.name, fault.says, _results(lesson.fault(fault), cases), fault.released)


def _results(function: Callable, cases: tuple[Case, ...]) -> tuple[Any, ...]:
    """What a function makes of each case; None where it raises."""
    with np.errstate(all="ignore"):
        attempts = [attempt(function, case) for case in cases]
    return tuple(None if each.problem else single(each.result) for each in attempts)


def _refuse_indistinct(
    lesson: Lesson, exercise: Exercise, expected: tuple[Any, ...], faults: tuple[KnownFault, ...]
) -> None:
    """Every fault must show in the visible cases, and no two may look alike."""
    place = f"{lesson.name}/misconceptions.toml: {exercise.name}"
    known = [("the reference", expected), *((fault.name, fault.results) for fault in faults)]
    for index, (name, results) in enumerate(known):
        if all(result is None for result in results):
            raise LessonError(f"{place}, {name!r} raises in every visible case.")
        for other, others in known[:index]:
            if all(_same(a, b) for a, b in zip(results, others, strict=True)):
                raise LessonError(
                    f"{place}, {name!r} gives the same as {other!r} in every visible case. "
                    "Add a case to checks.py that tells them apart."
                )


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return is_close(other, one)


def _single_case(case: Case) -> Case:
    """The case as a student's check will load it: in single precision."""
    return case.with_each(single)
