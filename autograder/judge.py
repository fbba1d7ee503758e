"""Where marks are decided: runs a lesson's hidden tests on what a student's functions answer.

The judge holds the reference, the tests and the hidden inputs; the student's functions are somewhere else, behind
`Answers`: in a sandbox (`autograder.sandbox.process`), or, where stock nbgrader runs a kernel of its own, in that.
"""

import hashlib
import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from autograder.lesson import Exercise, Lesson, LessonError
from autograder.sandbox.inside import wire
from autograder.sandbox.inside.answers import plain
from autograder.sandbox.process import Ended, Killed, TimeUp
from autograder.strangers import harmless_sentence
from autograder.testing import WrongAnswer
from course.check.case import Case
from course.check.examine import asked_to_build
from course.check.library_use import ANOTHER_THREAD, ELSEWHERE
from course.check.verdict import JudgedTest, Outcome, Verdict

NEVER_ENDS = "Your function did not finish in time. Does its loop ever end?"
NOT_CHECKED = "Your function could not be checked to the end. {}"
NOT_RUN = "Not run, for an earlier test did not finish."
RIGHT_FOR_THE_EXAMPLES = "It is right for the examples of its own check, but not in every hidden test."
MOST_SENTENCES, LONGEST_SENTENCE = 8, 1200


class Answers(Protocol):
    """Whoever answers for a student's functions. What comes back is data from a stranger."""

    def call(self, name: str, case: Case, stand_ins: list[str], library_has: tuple) -> dict:
        """The `result` of a call, or a `problem` and its `kind`; with `used`, functions of `library_has` called."""

    def diagnose(self, lesson: str, name: str, stand_ins: list[str]) -> dict:
        """`outcome`, `says` and `misconception` of the student's own check."""


class References:
    """The lesson's solutions; what they gave for a seed's inputs is kept, so that a class costs one run of them."""

    def __init__(self, lesson: Lesson):
        self._lesson = lesson
        self._kept: dict[str, Any] = {}

    def __call__(self, exercise: str) -> Callable:
        """The reference of an exercise, as a hidden test gets it."""
        function = getattr(self._lesson.reference, exercise)

        def reference(*positional: Any, **named: Any) -> Any:
            case = _plain_case(*positional, **named)
            key = f"{exercise} {hashlib.sha256(wire.pack(case.as_data())).hexdigest()}"
            if key not in self._kept:
                self._kept[key] = plain(case.call(function))
            return deepcopy(self._kept[key])

        return reference


class Judge:
    """Judges the exercises of one submission, in their order.

    Parameters
    ----------
    lesson : Lesson
    seed : str
        From it come the hidden inputs.
    answers : Answers
    references : References, optional
        To be shared by all who are judged with this seed.
    """

    def __init__(self, lesson: Lesson, seed: str, answers: Answers, references: References | None = None):
        self.lesson = lesson
        self.seed = seed
        self.answers = answers
        self.references = references or References(lesson)
        self.verdicts: dict[str, Verdict] = {}

    def judge(self, name: str, used_in_source: frozenset[str] = frozenset()) -> Verdict:
        """Run every hidden test of one exercise; each is worth the same share of its points.

        Parameters
        ----------
        name : str
            The exercise.
        used_in_source : frozenset of str
            Functions that it asks to build and that the student's text names.

        Returns
        -------
        verdict : Verdict

        Raises
        ------
        autograder.sandbox.process.Killed
            If the student's process was killed from outside.
        """
        exercise = self.lesson.exercises[name]
        stand_ins = self._not_passed_before(name)
        used = set(used_in_source)
        tests, stopped = self._run_all(exercise, stand_ins, used)
        passed = sum(test.passed for test in tests)
        if used and passed:
            says = (asked_to_build(tuple(sorted(used))),)
            verdict = Verdict(name, Outcome.NOT_YET, 0.0, exercise.points, says, tests=tests)
        elif tests and passed == len(tests):
            verdict = Verdict(name, Outcome.PASSED, exercise.points, exercise.points, tests=tests)
        else:
            # words are wanted only now; a process that is gone, or busy for ever, has none
            diagnosis = _says(exercise, stopped) if stopped else self._diagnose(exercise, stand_ins)
            verdict = _not_passed(diagnosis, tests, passed)
        self.verdicts[name] = verdict
        return verdict

    def _diagnose(self, exercise: Exercise, stand_ins: list[str]) -> Verdict:
        """The words of the student's own check, as far as they can be what it says."""
        try:
            told = self.answers.diagnose(self.lesson.name, exercise.name, stand_ins)
        except TimeUp:
            return _says(exercise, NEVER_ENDS)
        except Ended as ended:
            return _says(exercise, NOT_CHECKED.format(ended))
        outcome = {each.name: each for each in Outcome}.get(_text(told.get("outcome")), Outcome.NOT_YET)
        says = told.get("says") if type(told.get("says")) is list else []
        sentences = tuple(harmless_sentence(_text(each)[:LONGEST_SENTENCE]) for each in says[:MOST_SENTENCES])
        known = {fault.name for fault in exercise.misconceptions}
        misconception = told.get("misconception") if _text(told.get("misconception")) in known else None
        return Verdict(exercise.name, outcome, 0.0, exercise.points, sentences, misconception)

    def _run_all(self, exercise: Exercise, stand_ins: list[str], used: set[str]) -> tuple[tuple[JudgedTest, ...], str]:
        """Every hidden test, until one does not finish, for the next might not either; and what to say if one did."""
        judged: list[JudgedTest] = []
        answer = self._answer(exercise, stand_ins, used)
        stopped = ""
        for test in self.lesson.hidden_tests(exercise.name):
            says = inspect.getdoc(test) or test.__name__
            if stopped:
                judged.append(JudgedTest(says, False, NOT_RUN))
                continue
            try:
                why_not = self._run(test, exercise, answer)
            except TimeUp:
                stopped = why_not = NEVER_ENDS
            except Ended as ended:
                why_not, stopped = str(ended), NOT_CHECKED.format(ended)
            judged.append(JudgedTest(says, not why_not, why_not))
        return tuple(judged), stopped

    def _run(self, test: Callable, exercise: Exercise, answer: Callable) -> str:
        """Why a test is not passed; empty if it is."""
        offers = {
            "answer": answer,
            "reference": self.references(exercise.name),
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
            return str(wrong)
        except (TimeUp, Ended, Killed):
            raise
        except Exception:
            return "The test could not be completed with what your function returned."
        return ""

    def _answer(self, exercise: Exercise, stand_ins: list[str], used: set[str]) -> Callable:
        """The student's function, as a hidden test sees it: plain data in, plain data out."""
        library_has = self.lesson.library_has(exercise.name)
        can_be_used = {*library_has, *ELSEWHERE.values(), ANOTHER_THREAD}

        def answer(*positional: Any, **named: Any) -> Any:
            told = self.answers.call(exercise.name, _plain_case(*positional, **named), stand_ins, library_has)
            names = told.get("used")
            used.update(each for each in (names if type(names) is list else ()) if _text(each) in can_be_used)
            if "result" in told:
                return told["result"]
            raise WrongAnswer(f"Not what is expected: {_text(told.get('kind'))[:100] or 'no result'}.")

        return answer

    def _not_passed_before(self, name: str) -> list[str]:
        """The earlier exercises that failed: one mistake is not to cost its marks twice."""
        names = list(self.lesson.exercises)
        return [
            earlier
            for earlier in names[: names.index(name)]
            if earlier not in self.verdicts or self.verdicts[earlier].outcome is not Outcome.PASSED
        ]

    def _rng(self, *names: str) -> np.random.Generator:
        digest = hashlib.sha256("/".join((self.seed, self.lesson.name, *names)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _plain_case(*positional: Any, **named: Any) -> Case:
    """A call as a hidden test writes it; `probe=` is not for the student's function."""
    return Case.of(*positional, **named).with_each(plain)


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def _says(exercise: Exercise, sentence: str) -> Verdict:
    return Verdict(exercise.name, Outcome.NOT_YET, 0.0, exercise.points, (sentence,))


def _not_passed(diagnosis: Verdict, tests: tuple[JudgedTest, ...], passed: int) -> Verdict:
    """Marks from the hidden tests, words from the diagnosis."""
    if diagnosis.outcome is Outcome.NOT_ATTEMPTED and not passed:
        return diagnosis
    return replace(
        diagnosis,
        outcome=Outcome.NOT_YET,
        points=round(diagnosis.out_of * passed / len(tests), 2) if tests else 0.0,
        says=diagnosis.says or (RIGHT_FOR_THE_EXAMPLES,),
        tests=tests,
    )
