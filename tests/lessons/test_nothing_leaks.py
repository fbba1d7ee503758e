"""What students get holds no solution, no hidden test, and no source of a fault."""

from pathlib import Path

import pytest

from autograder.lint import solutions
from autograder.lint.solutions import leaks, squeezed
from autograder.stubs import BEGIN, END, RELEASED_AS
from tests.conftest import COURSE, LESSONS


@pytest.fixture(scope="module")
def handed_out():
    return solutions.handed_out(COURSE)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_step_of_a_solution(lesson, handed_out):
    """No assignment of a reference, nor its right-hand side where that is telling; hints least of all."""
    assert list(solutions.handed_out_solutions(lesson, handed_out)) == []
    assert list(solutions.hints_that_solve(lesson)) == []


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_source_of_a_fault(lesson, handed_out):
    """No faulty assignment, but for the one that "find the bug" hands out."""
    assert list(solutions.handed_out_faults(lesson, handed_out)) == []


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_hidden_test(lesson, handed_out):
    """No name of a hidden test, and no telling line of checks.py."""
    assert list(solutions.handed_out_tests(lesson, handed_out)) == []


def test_no_mark_of_a_solution(handed_out):
    """Neither the marks around solutions nor the note on what is released."""
    for mark in (BEGIN, END, RELEASED_AS):
        assert leaks(handed_out, mark) == []


def test_release_holds_notebooks_only():
    """One for each lesson and each text beside them; nothing else of source/ gets there."""
    found = sorted(path.relative_to(COURSE / "release") for path in (COURSE / "release").rglob("*") if path.is_file())
    texts = [f"{text.stem}.ipynb" for text in (COURSE / "source").glob("*.py")]
    assert [str(path) for path in found if ".ipynb_checkpoints" not in path.parts] == sorted(
        [*texts, *(f"{name}/{name}.ipynb" for name in LESSONS)]
    )


def test_a_planted_leak_is_found(handed_out):
    """The search notices a solution in a notebook's JSON, in a module, and reformatted."""
    planted = {Path("x"): squeezed('"frames = padded[\n   indices\n]",'), **handed_out}
    assert leaks(planted, "frames = padded[indices]") == ["x"]
