"""What every lesson must show. A new folder in source/ is tested by existing."""

from functools import cache

import pytest

from autograder.lint import beside, judged, text
from course.check.bank import read_bank
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


@cache
def bench_of(lesson):
    """The lesson, with the checks that were handed out."""
    return judged.Bench(lesson, read_bank(COURSE / "assets" / "checks" / f"{lesson.name}.npz"))


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
    assert list(judged.reference_refused(bench_of(lesson), seed)) == []


@pytest.mark.parametrize("seed", [judged.SEED, "another course"])
@pytest.mark.parametrize("lesson_, fault", FAULTS)
def test_fault_is_caught_by_the_hidden_tests(lesson_, fault, seed):
    """A fault that passes is a hole in the tests."""
    assert list(judged.fault_not_caught(bench_of(lesson_), fault, seed)) == []


def test_every_hidden_test_catches_some_fault(lesson):
    """A hidden test that no fault fails asks for nothing."""
    for exercise in lesson.exercises.values():
        assert list(judged.idle_tests(bench_of(lesson), exercise)) == []


@pytest.mark.parametrize("lesson_, fault", FAULTS)
def test_fault_is_named_to_the_student(lesson_, fault):
    """A student who makes this very mistake is told so; an unmended "find the bug" counts as not attempted."""
    assert list(judged.fault_not_named(bench_of(lesson_), fault)) == []


@pytest.mark.parametrize("lesson_, style", REWRITINGS)
def test_honest_rewriting_is_accepted(lesson_, style):
    """Another honest way of writing passes the student's check, and earns full marks."""
    assert list(judged.rewriting_refused(bench_of(lesson_), style)) == []


@pytest.mark.filterwarnings("ignore:n_fft=")  # librosa on signals shorter than a window
@pytest.mark.parametrize("lesson_, oracle", ORACLES)
def test_reference_agrees_with_an_independent_oracle(lesson_, oracle):
    """Libraries and closed forms that know nothing of this course."""
    oracle(reference=lesson_.reference)


BESIDE = (
    beside.too_little,
    beside.unused_hints,
    beside.wordless_tests,
    beside.unpacked_steps,
    beside.unexplained_bugs,
)


@pytest.mark.parametrize("rule", BESIDE)
def test_every_exercise_has_enough_beside_it(lesson, rule):
    """Misconceptions, hints that can be asked for, honest rewritings, and hidden tests that say what they want."""
    assert list(rule(lesson)) == []


@pytest.mark.parametrize("rule", [text.long_cells, text.without_words, text.too_wide])
def test_the_text_can_be_read(lesson, rule):
    """One idea a cell, words for each picture, nothing wider than half a screen."""
    assert list(rule(lesson)) == []
