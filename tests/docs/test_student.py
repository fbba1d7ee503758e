"""The student's guide: each command in it is run."""

import pytest

from tests.conftest import COURSE
from tests.docs.guide import commands, run

GUIDE = COURSE / "docs" / "student.md"
ASKS = ("python -m course exam", "python -m course exam 02_stft --first weak", "python -m course exam mock")
"""They wait for answers; here nobody gives any."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder in which each command was run, and what became of them."""
    folder = tmp_path_factory.mktemp("student")
    instead = {text: f"{text} < /dev/null" for text in ASKS}
    own = {"PYTHONPATH": str(COURSE), "XDG_DATA_HOME": str(folder / "data")}
    return folder, {each.text: run(each, folder, instead, **own) for each in commands(GUIDE)}


def test_every_command_works(followed):
    """Also those that ask, where nobody answers."""
    _, ran = followed
    assert set(ASKS) < ran.keys()
    assert {text: each.said for text, each in ran.items() if each.status != 0} == {}


def test_what_they_promise_is_there(followed):
    """A question, an exam with a clock, and the files that are named."""
    folder, ran = followed
    assert "lesson 02" in ran[ASKS[1]].said
    assert "50 points" in ran[ASKS[2]].said and "min left" in ran[ASKS[2]].said
    for name in ("exam.html", "solutions.html", "resound.apkg", "resound.xml"):
        assert (folder / name).stat().st_size > 10_000, name
