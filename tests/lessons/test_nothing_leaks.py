"""What students get holds no solution, no hidden test, and no source of a fault."""

import ast
import re
from textwrap import dedent

import numpy as np
import pytest

from autograder.stubs import BEGIN, END, RELEASED_AS, stub
from tests.conftest import COURSE, LESSONS

FOLDERS = ("release", "course", "assets")


def squeezed(text):
    """Without white space, quotation marks and comments, so that a reformatted leak is a leak."""
    return re.sub(r"[\s\"'\\]", "", text)


@pytest.fixture(scope="module")
def handed_out():
    """Everything in release/, course/ and assets/ that holds text, squeezed, by path."""
    texts = {}
    for path in (path for folder in FOLDERS for path in (COURSE / folder).rglob("*") if path.is_file()):
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as bank:
                texts[path] = squeezed(bank["index"].tobytes().decode())
        elif path.suffix in (".py", ".ipynb", ".md", ".toml", ".js", ".css", ".json", ".txt"):
            # in a notebook's JSON a line ends with \n", between two lines stands a comma
            texts[path] = squeezed(path.read_text(encoding="utf-8").replace('\\n",', "").replace("\\n", ""))
    return texts


def statements(source):
    """The assignments of a function, one by one; not those as short as `ref = 1.0`, which stand anywhere."""
    function = ast.parse(dedent(source)).body[0]
    found = {ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Assign)}
    return {statement for statement in found if len(statement) >= 12}


def leaks(handed_out, statement):
    return [str(path.relative_to(COURSE)) for path, text in handed_out.items() if squeezed(statement) in text]


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_step_of_a_solution(lesson, handed_out):
    """No assignment of a reference, nor its right-hand side where that is telling."""
    given = squeezed("".join(stub(exercise.source) for exercise in lesson.exercises.values()))
    for exercise in lesson.exercises.values():
        for statement in statements(exercise.source) - statements(stub(exercise.source)):
            assert leaks(handed_out, statement) == []
            right = statement.partition(" = ")[2]
            if len(right) >= 25 and squeezed(right) not in given:
                assert leaks(handed_out, right) == [], right


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_source_of_a_fault(lesson, handed_out):
    """No faulty assignment, but for the one that "find the bug" hands out."""
    for exercise in lesson.exercises.values():
        for fault in exercise.misconceptions:
            if not fault.released:
                for statement in statements(exercise.faulty_source(fault)) - statements(exercise.source):
                    assert leaks(handed_out, statement) == []


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_hidden_test(lesson, handed_out):
    """No name of a hidden test, and no telling line of checks.py."""
    source = (lesson.folder / "checks.py").read_text(encoding="utf-8")
    for name in re.findall(r"def (test_\w+)", source):
        assert leaks(handed_out, f"{name}(") == []
    for line in source.splitlines():
        if len(squeezed(line)) >= 40 and not line.startswith(("import", "from")):
            assert leaks(handed_out, line) == [], line


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
    planted = {COURSE / "x": squeezed('"frames = padded[\n   indices\n]",'), **handed_out}
    assert leaks(planted, "frames = padded[indices]") == ["x"]
