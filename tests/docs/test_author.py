"""The author's guide: whoever follows it has a lesson that is complete."""

import re
import shutil

import pytest

from autograder.lint import beside, questions, text
from tests.conftest import COURSE
from tests.docs.guide import commands, run

GUIDE = COURSE / "docs" / "author.md"
LESSON = "11_pitch"
OPENS = f"python -m course {LESSON} --desk try"
"""It opens JupyterLab, which waits for somebody."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy of the course without lessons, in which each command of the guide was run; what became of them."""
    folder = tmp_path_factory.mktemp("course")
    leave_out = shutil.ignore_patterns("__pycache__", "[0-9][0-9]_*", ".ipynb_checkpoints")
    for name in ("autograder", "course", "source", "release", "tests", "assets"):
        shutil.copytree(COURSE / name, folder / name, ignore=leave_out)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(COURSE / name, folder)
    # what Numba compiled for this process of tests need not be compiled again
    (folder / ".pytest_cache").mkdir()
    (folder / ".pytest_cache" / "numba").symlink_to(COURSE / ".pytest_cache" / "numba")
    before = files(folder)
    instead = {OPENS: f"{OPENS} --no-lab"}
    # that a class is graded costs more than all the rest, and is shown for each lesson that there is
    options = "-n0 -q --ignore=tests/lessons/test_classes.py"
    ran = {each.text: run(each, folder, instead, PYTEST_ADDOPTS=options) for each in commands(GUIDE)}
    return folder, ran, files(folder) - before


def files(folder):
    """The files of a course that would be committed."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if not {"__pycache__", ".pytest_cache", "try"} & set(path.parts)}


def test_every_command_works(followed):
    """None of them fails, and none is left out."""
    assert len(followed[1]) >= 5
    assert {text: each.said for text, each in followed[1].items() if each.status != 0} == {}


def test_a_new_lesson_has_nothing_left_to_do(followed):
    """Lint says so, and the lesson's tests were run: notebooks, judge, leaks, questions."""
    _, ran, _ = followed
    assert ran[f"autograder lint {LESSON}"].said == f"{LESSON}: nothing to do\n"
    passed = re.search(r"(\d+) passed", ran[f"python -m pytest tests/lessons -k {LESSON}"].said)
    assert int(passed[1]) > 50


def test_a_new_lesson_touches_one_folder(followed):
    """And what is built from it; the guide says what that is."""
    written = {name for name in followed[2] if not name.startswith((f"source/{LESSON}/", f"release/{LESSON}/"))}
    assert written == {f"assets/checks/{LESSON}.npz", f"assets/questions/{LESSON}.json", "gradebook.db"}


def test_the_title_stands_above_the_lesson(followed):
    """As it was given, with the lesson's number."""
    notebook = (followed[0] / "release" / LESSON / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    assert "# 11 · How high is a voice?" in notebook
    assert "LESSON_" not in notebook


def test_the_guide_says_the_numbers_that_lint_counts_by():
    """A rule that is changed is changed in the guide, too."""
    guide = " ".join(GUIDE.read_text(encoding="utf-8").split())
    for told in (
        f"{text.MOST_CODE} the most",
        f"At least {beside.HIDDEN_TESTS} hidden tests",
        f"{beside.HINTS[0]} or {beside.HINTS[1]} hints, and at least {beside.MISCONCEPTIONS} misconceptions",
        f"at least {beside.REWRITINGS} other honest ways",
        f"at least {questions.QUESTIONS} exam questions of {questions.KINDS} kinds",
    ):
        assert told in guide


def test_the_guide_has_two_pages_at_most():
    """Some five hundred words a page."""
    assert len(GUIDE.read_text(encoding="utf-8").split()) <= 1000


def test_commands_are_read_as_a_shell_reads_them(tmp_path):
    """Only from blocks that are marked as shell; comments and prompts left out, lines put together."""
    guide = tmp_path / "guide.md"
    guide.write_text("# x\n```sh\n$ one --a  # why\n\n# nothing\ntwo \\\n  --b\n```\n```python\nthree\n```\n")
    assert [(each.text, each.line) for each in commands(guide)] == [("one --a", 3), ("two --b", 6)]
