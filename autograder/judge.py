"""Where marks are decided: runs a lesson's hidden tests on a student's function.

Here the judge sits in the student's process. What a test gets in its hands, `answer`, takes and gives plain data only,
so that a judge in a process of its own can serve the very same tests.
"""

import hashlib
import inspect
import logging
import os
import secrets
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from IPython.utils.capture import capture_output

from autograder.folders import CourseNotFound
from autograder.lesson import Exercise, Lesson, LessonError
from autograder.testing import WrongAnswer
from course.check.attempt import Interrupted, attempt
from course.check.bank import load_bank
from course.check.case import Case
from course.check.examine import examine
from course.check.verdict import JudgedTest, Outcome, Verdict
from course.numbers import as_numbers

SEED_FILE = ".course_seed"
SEED_LENGTH = 32
PLAIN = (bool, int, float, complex, str, type(None))
NEVER_ENDS = "Your function did not finish in time. Does its loop ever end?"


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
    """The course's secret, made at its first use: hidden inputs differ from course to course.

    Parameters
    ----------
    course : Path
        The course's folder, which keeps it in a file that git ignores.

    Returns
    -------
    seed : str
        Hexadecimal digits.
    """
    path = Path(course) / SEED_FILE
    with suppress(FileExistsError), open(path, "x", encoding="ascii") as file:
        file.write(secrets.token_hex(SEED_LENGTH // 2))
    # of two processes that come at once, the second may find a file that the first has not filled yet
    while len(seed := path.read_text(encoding="ascii")) < SEED_LENGTH:
        time.sleep(0.01)
    return seed


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
        exercise, bank = self.lesson.exercises[name], load_bank(self.lesson.name)
        with stand_ins(function, self._not_passed_before(name)), silence():
            try:
                diagnosis = examine(bank, bank.exercises[name], function)
                tests = self._run_all(exercise, function)
            except Interrupted:
                diagnosis = Verdict(name, Outcome.NOT_YET, 0.0, exercise.points, (NEVER_ENDS,))
                tests = ()
        self.verdicts[name] = verdict = _combine(exercise, diagnosis, tests)
        return verdict

    def _run_all(self, exercise: Exercise, function: Callable) -> tuple[JudgedTest, ...]:
        """Every hidden test, until one is interrupted: the next might never end either."""
        judged: list[JudgedTest] = []
        interrupted = False
        for test in self.lesson.hidden_tests(exercise.name):
            says = inspect.getdoc(test) or test.__name__
            if interrupted:
                judged.append(JudgedTest(says, False, "Not run, for an earlier test did not finish."))
                continue
            try:
                judged.append(self._run(test, says, exercise, function))
            except Interrupted:
                interrupted = True
                judged.append(JudgedTest(says, False, NEVER_ENDS))
        return tuple(judged)

    def _not_passed_before(self, name: str) -> dict[str, Callable]:
        """References of the earlier exercises that failed: one mistake is not to cost its marks twice."""
        names = list(self.lesson.exercises)
        return {
            earlier: getattr(self.lesson.reference, earlier)
            for earlier in names[: names.index(name)]
            if earlier not in self.verdicts or self.verdicts[earlier].outcome is not Outcome.PASSED
        }

    def _run(self, test: Callable, says: str, exercise: Exercise, function: Callable) -> JudgedTest:
        offers = {
            "answer": Answer(function),
            "reference": getattr(self.lesson.reference, exercise.name),
            "rng": self._rng(exercise.name, test.__name__),
        }
        wanted = inspect.signature(test).parameters.keys()
        if unknown := wanted - offers.keys():
            raise LessonError(
                f"{self.lesson.name}/checks.py: {test.__name__} asks for {', '.join(sorted(unknown))}. "
                f"A hidden test can have {', '.join(offers)}."
            )
        try:
            test(**{name: offers[name] for name in wanted})
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

    Parameters
    ----------
    value : object
        What a student's function returned.

    Returns
    -------
    value : bool, int, float, complex, str, None, list, tuple, dict or ndarray
        Plain data, of exactly these types.

    Raises
    ------
    NotData
        If the value, or something in it, is no plain data.
    """
    if type(value) in PLAIN:
        return value
    if type(value) in (list, tuple):
        return type(value)(plain(each) for each in value)
    if type(value) is dict:
        return {plain(key): plain(each) for key, each in value.items()}
    if (array := as_numbers(value)) is not None:
        return np.array(array, subok=False)
    raise NotData("Not what is expected: not numbers.")


@contextmanager
def stand_ins(function: Callable, references: dict[str, Callable]) -> Iterator[None]:
    """Let `function` call references where it calls exercises that the student has not got right."""
    namespace = getattr(function, "__globals__", {})
    before = {name: namespace[name] for name in references if name in namespace}
    namespace.update(references)
    try:
        yield
    finally:
        for name in references.keys() - before.keys():
            del namespace[name]
        namespace.update(before)


@contextmanager
def silence() -> Iterator[None]:
    """Keep what a student's function prints, warns, logs, displays or draws out of the test cell.

    On stderr it would cost a mark; displayed it would show hidden inputs.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    drawn = set(pyplot.get_fignums()) if pyplot else set()
    with warnings.catch_warnings(), capture_output():
        warnings.simplefilter("ignore")
        disabled = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(disabled)
            pyplot = sys.modules.get("matplotlib.pyplot")
            for number in set(pyplot.get_fignums()) - drawn if pyplot else ():
                pyplot.close(number)


def _combine(exercise: Exercise, diagnosis: Verdict, tests: tuple[JudgedTest, ...]) -> Verdict:
    """Marks from the hidden tests, words from the diagnosis."""
    passed = sum(test.passed for test in tests)
    points = round(exercise.points * passed / len(tests), 2) if tests else 0.0
    if tests and passed == len(tests):
        return Verdict(exercise.name, Outcome.PASSED, points, exercise.points, tests=tests)
    if diagnosis.outcome is Outcome.NOT_ATTEMPTED and not passed:
        return diagnosis
    says = diagnosis.says or ("It is right for the examples of its own check, but not in every hidden test.",)
    return Verdict(exercise.name, Outcome.NOT_YET, points, exercise.points, says, diagnosis.misconception, tests=tests)
