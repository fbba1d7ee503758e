"""What the judge and a student's own check say of the reference, its faults and its honest rewritings."""

import inspect
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO

from autograder.judge import Judge
from autograder.lesson import Exercise, Lesson, Misconception
from autograder.lint.finding import Finding, at_checks, at_exercise, at_fault, at_rewriting
from autograder.stock import InProcess
from course.check.bank import Bank
from course.check.examine import examine
from course.check.verdict import Outcome, Verdict

SEED = "a course"


class Bench:
    """A lesson on trial.

    Parameters
    ----------
    lesson : Lesson
    bank : Bank
        What its students' own checks know.
    """

    def __init__(self, lesson: Lesson, bank: Bank):
        self.lesson = lesson
        self.bank = bank
        self.verdict_on = cache(self._verdict_on)

    def judge(self, functions: dict[str, Callable], seed: str = SEED) -> Judge:
        """A judge of somebody who wrote these functions."""
        return Judge(self.lesson, seed, InProcess(self.lesson, functions, self.bank))

    def own_check(self, name: str, function: Callable) -> Verdict:
        """What a student reads."""
        return examine(self.bank, self.bank.exercises[name], function)

    def _verdict_on(self, fault: Misconception, seed: str) -> Verdict:
        """What the judge says of somebody who made one mistake; found out once."""
        with _quiet():
            return self.judge({fault.exercise: self.lesson.fault(fault)}, seed).judge(fault.exercise)


def reference_refused(bench: Bench, seed: str = SEED) -> Iterator[Finding]:
    """Exercises whose own reference does not pass every hidden test."""
    lesson = bench.lesson
    judge = bench.judge(vars(lesson.reference), seed)
    for name, exercise in lesson.exercises.items():
        with _quiet():
            verdict = judge.judge(name)
        if (verdict.points, verdict.outcome) != (exercise.points, Outcome.PASSED):
            says = f"The reference of `{name}` fails its own hidden tests: {_failed(verdict)}"
            yield Finding(*at_exercise(lesson, name), says, "Mend the reference, or the tests in checks.py.")


def fault_not_caught(bench: Bench, fault: Misconception, seed: str = SEED) -> Iterator[Finding]:
    """A fault that passes is a hole in the tests."""
    verdict = bench.verdict_on(fault, seed)
    if verdict.points >= verdict.out_of or verdict.outcome is Outcome.PASSED:
        yield Finding(
            *at_fault(bench.lesson, fault.exercise, fault.name),
            f"No hidden test of `{fault.exercise}` catches {fault.name!r}: whoever makes it gets full marks.",
            "Add a hidden test to checks.py that it fails.",
        )


def idle_tests(bench: Bench, exercise: Exercise) -> Iterator[Finding]:
    """A hidden test that no fault fails asks for nothing."""
    caught = set()
    for fault in exercise.misconceptions:
        caught |= {test.says for test in bench.verdict_on(fault, SEED).tests if not test.passed}
    for test in bench.lesson.hidden_tests(exercise.name):
        if inspect.getdoc(test) not in caught:
            yield Finding(
                at_checks(bench.lesson, exercise.name)[0],
                test.__code__.co_firstlineno,
                f"No misconception of `{exercise.name}` fails {test.__name__}: it may ask for nothing.",
                "Add the mistake that it is meant for to misconceptions.toml, or leave it out.",
            )


def fault_not_named(bench: Bench, fault: Misconception) -> Iterator[Finding]:
    """A student who makes this very mistake is told so; an unmended "find the bug" counts as not attempted."""
    place = at_fault(bench.lesson, fault.exercise, fault.name)
    with _quiet():
        verdict = bench.own_check(fault.exercise, bench.lesson.fault(fault))
    if fault.released:
        if verdict.outcome is not Outcome.NOT_ATTEMPTED:
            says = f"What {fault.exercise!r} hands out as a bug counts as an answer: {verdict.outcome.word}."
            yield Finding(*place, says, "Let `with` be what stands behind `# released as:`.")
    elif verdict.outcome is not Outcome.NOT_YET:
        says = f"The check says “{verdict.outcome.word}” to {fault.name!r} of `{fault.exercise}`."
        yield Finding(*place, says, "Add a visible case to checks.py on which it is wrong.")
    elif verdict.misconception != fault.name or fault.says not in verdict.says:
        told = f"{verdict.misconception!r}" if verdict.misconception else f"“{' '.join(verdict.says)}”"
        says = f"Whoever makes {fault.name!r} in `{fault.exercise}` is told {told} instead."
        yield Finding(*place, says, "Add a visible case to checks.py that tells them apart, or join the two.")


def rewriting_refused(bench: Bench, style: str) -> Iterator[Finding]:
    """Another honest way of writing passes the student's check, and earns full marks."""
    lesson, writings = bench.lesson, bench.lesson.rewritings()[style]
    functions = lesson.run_exercises(writings)
    judge = bench.judge(functions)
    for name in writings:
        place = at_rewriting(lesson, style, name)
        with _quiet():
            own, verdict = bench.own_check(name, functions[name]), judge.judge(name)
        way_out = "Let the tests allow for it, or mend it if it is wrong."
        if own.outcome is not Outcome.PASSED:
            yield Finding(*place, f"The check refuses `{name}` in the style {style!r}: {' '.join(own.says)}", way_out)
        if verdict.points != verdict.out_of:
            says = f"The hidden tests refuse `{name}` in the style {style!r}: {_failed(verdict)}"
            yield Finding(*place, says, way_out)


def _failed(verdict: Verdict) -> str:
    failed = [f"“{test.says}” ({test.why_not})" for test in verdict.tests if not test.passed]
    return "; ".join(failed) or " ".join(verdict.says)


@contextmanager
def _quiet() -> Iterator[None]:
    """Prints and warnings are part of how students write."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")
        yield
