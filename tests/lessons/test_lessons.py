"""What every lesson must show. A new folder in source/ is tested by existing."""

import inspect
from functools import cache

import pytest

from autograder.judge import Judge
from autograder.stock import InProcess
from course.check.bank import read_bank
from course.check.examine import examine
from course.check.verdict import Outcome
from tests.conftest import COURSE, LESSONS

FAULTS = [
    pytest.param(lesson, fault, id=f"{lesson.name}-{exercise.name}-{fault.name}")
    for lesson in LESSONS.values()
    for exercise in lesson.exercises.values()
    for fault in exercise.misconceptions
]
REWRITINGS = [
    pytest.param(lesson, style, id=f"{lesson.name}-{style}")
    for lesson in LESSONS.values()
    for style in lesson.rewritings()
]
ORACLES = [
    pytest.param(lesson, oracle, id=f"{lesson.name}-{name}")
    for lesson in LESSONS.values()
    for name, oracle in vars(lesson.module("oracles")).items()
    if name.startswith("test_")
]


def bank_of(lesson):
    return read_bank(COURSE / "assets" / "checks" / f"{lesson.name}.npz")


def looked_at(lesson, name, function):
    bank = bank_of(lesson)
    return examine(bank, bank.exercises[name], function)


def test_untouched_release_runs_without_a_complaint(untouched):
    """Nothing is red before the first answer."""
    assert untouched.complaints == []


def test_untouched_release_says_not_attempted(lesson, untouched):
    """Each check of an untouched notebook says so."""
    for name in lesson.exercises:
        assert Outcome.NOT_ATTEMPTED.word in untouched.text_after(f"check({name})")


def test_solved_notebook_runs_without_a_complaint(solved):
    """The reference never warns and never stops."""
    assert solved.complaints == []


def test_solved_notebook_passes_its_own_checks(lesson, solved):
    """A student with the right answers reads "passed" everywhere."""
    for name in lesson.exercises:
        assert Outcome.PASSED.word in solved.text_after(f"check({name})")


@pytest.mark.parametrize("seed", ["one course", "another course", "a third"])
def test_reference_earns_full_marks_from_the_judge(lesson, seed):
    """Whatever the hidden inputs, the reference passes every hidden test."""
    judge = Judge(lesson, seed, InProcess(lesson, vars(lesson.reference)))
    for exercise in lesson.exercises.values():
        verdict = judge.judge(exercise.name)
        assert (verdict.points, verdict.outcome) == (exercise.points, Outcome.PASSED), verdict.tests


@pytest.mark.parametrize("seed", ["a course", "another course"])
@pytest.mark.parametrize("lesson_, fault", FAULTS)
def test_fault_is_caught_by_the_hidden_tests(lesson_, fault, seed):
    """A fault that passes is a hole in the tests."""
    verdict = verdict_on(lesson_, fault, seed)
    assert verdict.points < verdict.out_of
    assert verdict.outcome is not Outcome.PASSED


@cache
def verdict_on(lesson, fault, seed):
    """What the judge says of somebody who made one mistake."""
    functions = {fault.exercise: lesson.fault(fault)}
    return Judge(lesson, seed, InProcess(lesson, functions)).judge(fault.exercise)


def test_every_hidden_test_catches_some_fault(lesson):
    """A hidden test that no fault fails asks for nothing."""
    for exercise in lesson.exercises.values():
        caught = set()
        for fault in exercise.misconceptions:
            caught |= {test.says for test in verdict_on(lesson, fault, "a course").tests if not test.passed}
        assert caught == {inspect.getdoc(test) for test in lesson.hidden_tests(exercise.name)}, exercise.name


@pytest.mark.filterwarnings("ignore:divide by zero")  # the logarithm of silence is one of the faults
@pytest.mark.parametrize("lesson_, fault", FAULTS)
def test_fault_is_named_to_the_student(lesson_, fault):
    """A student who makes this very mistake is told so; an unmended "find the bug" counts as not attempted."""
    verdict = looked_at(lesson_, fault.exercise, lesson_.fault(fault))
    if fault.released:
        assert verdict.outcome is Outcome.NOT_ATTEMPTED
    else:
        assert (verdict.outcome, verdict.misconception) == (Outcome.NOT_YET, fault.name)
        assert fault.says in verdict.says


@pytest.mark.filterwarnings("ignore")  # a student's own warnings are part of the test
@pytest.mark.parametrize("lesson_, style", REWRITINGS)
def test_honest_rewriting_is_accepted(lesson_, style):
    """Another honest way of writing passes the student's check, and earns full marks."""
    functions = lesson_.run_exercises(lesson_.rewritings()[style])
    judge = Judge(lesson_, "a course", InProcess(lesson_, functions))
    for name in lesson_.rewritings()[style]:
        assert looked_at(lesson_, name, functions[name]).outcome is Outcome.PASSED
        verdict = judge.judge(name)
        assert verdict.points == verdict.out_of, (name, verdict.tests)


@pytest.mark.filterwarnings("ignore:n_fft=")  # librosa on signals shorter than a window
@pytest.mark.parametrize("lesson_, oracle", ORACLES)
def test_reference_agrees_with_an_independent_oracle(lesson_, oracle):
    """Libraries and closed forms that know nothing of this course."""
    oracle(reference=lesson_.reference)


def test_every_exercise_has_enough_beside_it(lesson):
    """At least three misconceptions, two or three hints, four honest rewritings and two hidden tests."""
    rewritings = lesson.rewritings().values()
    for name, exercise in lesson.exercises.items():
        assert len(exercise.misconceptions) >= 3, name
        assert len(exercise.hints) in (2, 3), name
        assert sum(name in style for style in rewritings) >= 4, name
        assert len(lesson.hidden_tests(name)) >= 2, name


def test_every_hidden_test_says_what_it_wants(lesson):
    """Its docstring is one sentence that a student can read."""
    for name in lesson.exercises:
        for test in lesson.hidden_tests(name):
            says = inspect.getdoc(test) or ""
            assert says.endswith(".") and "\n" not in says, test
