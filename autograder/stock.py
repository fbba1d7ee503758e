"""Judging inside the kernel that stock nbgrader runs, without a sandbox: `course.check` finds it by an entry point.

Honest students get the same marks here. It protects nobody: the course's nbgrader_config.py and `autograder grade`
judge from outside the student's process.
"""

import os
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from autograder.folders import CourseNotFound
from autograder.judge import Judge
from autograder.lesson import Lesson
from autograder.sandbox.inside.answers import answer_call, answer_diagnosis
from autograder.sandbox.process import TimeUp
from course.check.attempt import Interrupted
from course.check.bank import Bank, load_bank
from course.check.case import Case
from course.check.verdict import Verdict


def judge(lesson: str, exercise: str, function: Callable) -> Verdict:
    """Judge one exercise of the notebook that is being graded.

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
    judge = _judge_of(lesson)
    judge.answers.functions[exercise] = function
    return judge.judge(exercise)


@cache
def _judge_of(lesson: str) -> Judge:
    if "RESOUND_COURSE" not in os.environ:
        raise CourseNotFound(
            "nbgrader grades without the course's nbgrader_config.py: the judge does not know where the lessons lie. "
            "Run it in the course's folder, or set the environment variable RESOUND_COURSE to that folder."
        )
    folder = Lesson(Path(os.environ["RESOUND_COURSE"]) / "source" / lesson)
    return Judge(folder, secrets.token_hex(16), InProcess(folder, {}))


class InProcess:
    """Calls a student's functions right here.

    Parameters
    ----------
    lesson : Lesson
        Its references stand in for what the student has not got right.
    functions : dict of str to callable
        The student's, by the names of the exercises.
    bank : Bank, optional
        What their own checks know; by default what was built.
    """

    def __init__(self, lesson: Lesson, functions: dict[str, Callable], bank: Bank | None = None):
        self.lesson = lesson
        self.functions = functions
        self.bank = bank

    def call(self, name: str, case: Case, stand_ins: list[str], library_has: tuple) -> dict:
        """Call the function of an exercise."""
        return self._timely(answer_call, name, stand_ins, case, library_has=library_has)

    def diagnose(self, lesson: str, name: str, stand_ins: list[str]) -> dict:
        """Say what the student's own check says of it."""
        return self._timely(answer_diagnosis, name, stand_ins, self.bank or load_bank(lesson), name)

    def _timely(self, answer: Callable, name: str, stand_ins: list[str], *what: object, **more: object) -> dict:
        function = self.functions[name]
        references = {each: getattr(self.lesson.reference, each) for each in stand_ins}
        try:
            return answer(function, getattr(function, "__globals__", {}), *what, stand_ins=references, **more)
        except Interrupted as interrupted:
            raise TimeUp from interrupted
