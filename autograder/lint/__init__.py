"""`autograder lint`: what an author still has to do in a lesson, each with its place and the way out.

The rules stand in the modules of this package, each once; the lessons' tests call the same ones.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.build import make_bank
from autograder.lesson import Lesson, LessonError
from autograder.lint import beside, fresh, judged, questions, solutions, text, untouched
from autograder.lint.finding import Finding
from autograder.lint.reading import of_error, unreadable
from autograder.questions import make_questions
from course.check.bank import Bank, save_bank
from course.exam.question import Question

__all__ = ["Finding", "looks"]

Look = Callable[[], Iterable[Finding]]
"""One piece of work, and what it finds."""


def looks(lesson: Lesson, course: Path, fast: bool = False) -> list[Look]:
    """The pieces of work that lint a lesson: a list, so that a bar can show how far it is.

    Parameters
    ----------
    lesson : Lesson
    course : Path
        The course's folder.
    fast : bool
        Whether to leave out what runs the lesson's code: the judge, the untouched notebook, the check bank's numbers.

    Returns
    -------
    looks : list of callable
        Each gives its findings. Of a lesson that can't be read, one, with the reason.
    """
    if problems := list(unreadable(lesson)):
        return [lambda: problems]
    found = [*_of_text(lesson, course)]
    if fast:
        return found
    try:
        bank = make_bank(lesson)
    except LessonError as error:
        problem = of_error(lesson, error)
        return [*found, lambda: [problem]]
    return [
        *found,
        lambda: _stale_bank(lesson, bank, course),
        lambda: untouched.stops_untouched(lesson, course),
        *_of_judge(judged.Bench(lesson, bank)),
    ]


def _of_text(lesson: Lesson, course: Path) -> Iterator[Look]:
    """What can be seen without running more than the reference."""
    asked = make_questions(lesson)
    yield lambda: (
        *text.long_cells(lesson),
        *text.without_words(lesson),
        *text.too_wide(lesson),
        *beside.too_little(lesson),
        *beside.unused_hints(lesson),
        *beside.wordless_tests(lesson),
        *beside.unpacked_steps(lesson),
        *beside.unexplained_bugs(lesson),
        *solutions.hints_that_solve(lesson),
    )
    yield lambda: _leaks(lesson, course)
    yield lambda: _stale(lesson, asked, course)
    yield lambda: questions.too_few(lesson, asked)
    for question in asked:
        yield lambda question=question: questions.question_findings(lesson, question)


def _of_judge(bench: judged.Bench) -> Iterator[Look]:
    """What takes the judge."""
    yield lambda: judged.reference_refused(bench)
    for exercise in bench.lesson.exercises.values():
        for fault in exercise.misconceptions:
            yield lambda fault=fault: (*judged.fault_not_caught(bench, fault), *judged.fault_not_named(bench, fault))
        yield lambda exercise=exercise: judged.idle_tests(bench, exercise)
    for style in bench.lesson.rewritings():
        yield lambda style=style: judged.rewriting_refused(bench, style)


def _leaks(lesson: Lesson, course: Path) -> Iterator[Finding]:
    texts = solutions.handed_out(course)
    yield from solutions.handed_out_solutions(lesson, texts)
    yield from solutions.handed_out_faults(lesson, texts)
    yield from solutions.handed_out_tests(lesson, texts)


def _stale(lesson: Lesson, asked: list[Question], course: Path) -> Iterator[Finding]:
    """What was built, and is not what it would be now: as far as texts tell."""
    if missing := list(fresh.not_built(lesson, course)):
        yield from missing
        return
    built = fresh.built_from(lesson, course)
    yield from fresh.stale_release(lesson, built.release)
    yield from fresh.stale_words(lesson, built.bank)
    yield from fresh.stale_questions(lesson, asked, built.questions)


def _stale_bank(lesson: Lesson, bank: Bank, course: Path) -> Iterator[Finding]:
    """The check bank in whole, unless its words tell already that it is stale."""
    built = fresh.built_from(lesson, course).bank
    if not built.is_file() or list(fresh.stale_words(lesson, built)):
        return
    with TemporaryDirectory() as folder:
        save_bank(bank, Path(folder) / built.name)
        yield from fresh.stale_numbers(lesson, Path(folder) / built.name, built)
