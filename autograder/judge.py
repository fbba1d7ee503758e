"""Where marks are decided: runs a lesson's hidden tests on a student's function.

Here the judge sits in the student's process. What a test gets in its hands, `answer`, takes and gives plain data only,
so that a judge in a process of its own can serve the very same tests.
"""

import hashlib
import inspect
import io
import os
import secrets
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autograder.folders import CourseNotFound
from autograder.lesson import Exercise, Lesson
from autograder.testing import WrongAnswer
from course.check.attempt import attempt
from course.check.bank import load_bank
from course.check.case import Case
from course.check.examine import examine
from course.check.verdict import JudgedTest, Outcome, Verdict

SEED_FILE = ".course_seed"
PLAIN = (bool, int, float, complex, str, type(None))


class NotData(WrongAnswer):
    """A result that is no plain data."""


def judge(lesson: str, exercise: str, function: Callable) -> Verdict:
    """Judge one exercise of the notebook that is being graded; `course.check` calls it through an entry point.

    Parameters
    ----------
    lesson, exercise : str
        Their names.
    function : callable
        The student's function.

    Returns
    -------
    verdict : Verdict
        With points, and a line for each hidden test.
    """
    return _judge_of(lesson).judge(exercise, function)


@cache
def _judge_of(lesson: str) -> "Judge":
    if "RESOUND_COURSE" not in os.environ:
        raise CourseNotFound(
            "nbgrader grades without the course's nbgrader_config.py: the judge does not know where the lessons lie. "
            "Run it in the course's folder, or set the environment variable RESOUND_COURSE to that folder."
        )
    course = Path(os.environ["RESOUND_COURSE"])
    return Judge(Lesson(course / "source" / lesson), course_seed(course))


def course_seed(course: Path) -> str:
    """The course's secret, made at its first use: hidden inputs differ from course to course."""
    path = Path(course) / SEED_FILE
    if not path.exists():
        complete = path.with_name(f"{SEED_FILE}.{os.getpid()}")
        complete.write_text(secrets.token_hex(16), encoding="ascii")
        # a link is made whole or not at all: of two processes that come at once, one wins, and both read the same
        with suppress(FileExistsError):
            os.link(complete, path)
        complete.unlink()
    return path.read_text(encoding="ascii")


class Judge:
    """Judges the exercises of one lesson, in their order.

    Parameters
    ----------
    lesson : Lesson
    seed : str
        From it come the hidden inputs.
    """

    def __init__(self, lesson: Lesson, seed: str):
        self.lesson = lesson
        self.seed = seed
        self.verdicts: dict[str, Verdict] = {}

    def judge(self, name: str, function: Callable) -> Verdict:
        """Run every hidden test of one exercise; each is worth the same share of its points."""
        exercise = self.lesson.exercises[name]
        with stand_ins(function, self._not_passed_before(name)), silence():
            diagnosis = examine(load_bank(self.lesson.name), load_bank(self.lesson.name).exercises[name], function)
            tests = tuple(self._run(test, exercise, function) for test in hidden_tests(self.lesson, name))
        self.verdicts[name] = verdict = _combine(exercise, diagnosis, tests)
        return verdict

    def _not_passed_before(self, name: str) -> dict[str, Callable]:
        """References of the earlier exercises that failed: one mistake is not to cost its marks twice."""
        names = list(self.lesson.exercises)
        return {
            earlier: getattr(self.lesson.reference, earlier)
            for earlier in names[: names.index(name)]
            if earlier not in self.verdicts or self.verdicts[earlier].outcome is not Outcome.PASSED
        }

    def _run(self, test: Callable, exercise: Exercise, function: Callable) -> JudgedTest:
        says = inspect.getdoc(test) or test.__name__
        offers = {
            "answer": Answer(function),
            "reference": getattr(self.lesson.reference, exercise.name),
            "rng": self._rng(exercise.name, test.__name__),
        }
        try:
            test(**{name: offers[name] for name in inspect.signature(test).parameters})
        except WrongAnswer as wrong:
            return JudgedTest(says, False, str(wrong))
        except Exception:
            return JudgedTest(says, False, "The test could not be completed with what your function returned.")
        return JudgedTest(says, True)

    def _rng(self, *names: str) -> np.random.Generator:
        digest = hashlib.sha256("/".join((self.seed, self.lesson.name, *names)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))


class Answer:
    """A student's function, as a hidden test sees it: plain data in, plain data out."""

    def __init__(self, function: Callable):
        self._function = function

    def __call__(self, *positional: Any, **named: Any) -> Any:
        """Call the function; raise `WrongAnswer` if it raises, or gives something that is no data."""
        attempted = attempt(self._function, Case(positional, named))
        if attempted.problem:
            raise WrongAnswer(f"Not what is expected: {attempted.kind}.")
        return plain(attempted.result)


def plain(value: Any) -> Any:
    """Copy numbers, text, lists, dicts and arrays of numbers; refuse all else.

    Raises
    ------
    NotData
        If the value, or something in it, is no plain data.
    """
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufcU":
        return np.array(value, subok=False)
    if type(value) in PLAIN:
        return value
    if type(value) in (list, tuple):
        return type(value)(plain(each) for each in value)
    if type(value) is dict:
        return {plain(key): plain(each) for key, each in value.items()}
    raise NotData("Your function still returns `...`." if value is ... else f"It returns a `{type(value).__name__}`.")


def hidden_tests(lesson: Lesson, exercise: str) -> list[Callable]:
    """The tests of one exercise, in the order of `checks.py`."""
    tests = lesson.checks[exercise]()
    return [getattr(tests, name) for name in vars(type(tests)) if name.startswith("test_")]


@contextmanager
def stand_ins(function: Callable, references: dict[str, Callable]) -> Iterator[None]:
    """Let `function` call references where it calls exercises that the student has not got right."""
    namespace = getattr(function, "__globals__", {})
    before = {name: namespace[name] for name in references if name in namespace}
    namespace.update({name: references[name] for name in before})
    try:
        yield
    finally:
        namespace.update(before)


@contextmanager
def silence() -> Iterator[None]:
    """Keep prints and warnings of a student's function out of the test cell: they must not cost a mark."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _combine(exercise: Exercise, diagnosis: Verdict, tests: tuple[JudgedTest, ...]) -> Verdict:
    """Marks from the hidden tests, words from the diagnosis."""
    passed = sum(test.passed for test in tests)
    points = round(exercise.points * passed / len(tests), 2)
    if passed == len(tests):
        return Verdict(exercise.name, Outcome.PASSED, points, exercise.points, tests=tests)
    if diagnosis.outcome is Outcome.NOT_ATTEMPTED and not passed:
        return diagnosis
    says = diagnosis.says or ("It is right for the examples of its own check, but not in every hidden test.",)
    return Verdict(exercise.name, Outcome.NOT_YET, points, exercise.points, says, diagnosis.misconception, tests=tests)
