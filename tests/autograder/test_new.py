"""`autograder new`: a folder that is a lesson at once, or a reason why not. tests/docs/test_author.py builds one."""

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.lesson import Lesson, lesson_names
from autograder.new import TEMPLATE, CannotMake, make_lesson
from tests.conftest import COURSE
from tests.lessons.test_classes import SIZE, class_of


@pytest.fixture
def source(tmp_path):
    """A folder of lessons with one in it."""
    (tmp_path / "source" / "02_stft").mkdir(parents=True)
    return tmp_path / "source"


def test_the_names_are_filled_in(source):
    """The lesson's name, its number and its title; nothing is left of the template's own words."""
    files = make_lesson(source, "11_noise_gate")
    assert lesson_names(source) == ["11_noise_gate"]
    assert files[0] == source / "11_noise_gate" / "11_noise_gate.py"
    assert sorted(path.name for path in files[1:]) == sorted(
        path.name for path in TEMPLATE.iterdir() if path.is_file() and path.name != "lesson.py"
    )
    assert not any("LESSON_" in path.read_text(encoding="utf-8") for path in files)
    lesson = Lesson(files[0].parent)
    assert lesson.title == "11 · Noise gate"
    assert 'begin("11_noise_gate")' in [cell["source"] for cell in lesson.cells]


@pytest.mark.parametrize(
    "name", ["pitch", "11-pitch", "1_pitch", "11_Pitch", "11_", "11_größe", "11_a__b", "../11_pitch", "11_pitch.py", ""]
)
def test_a_malformed_name_is_refused(source, name):
    """With an example of a good one, and nothing is written."""
    with pytest.raises(CannotMake, match="two digits, an underscore"):
        make_lesson(source, name)
    assert [path.name for path in source.iterdir()] == ["02_stft"]


@pytest.mark.parametrize("name", ["02_stft", "02_pitch"])
def test_a_number_that_is_taken_is_refused(source, name):
    """The lesson that has it is named, and a number that is free."""
    with pytest.raises(CannotMake, match=f"source/02_stft exists already.*03_{name[3:]}"):
        make_lesson(source, name)
    assert list((source / "02_stft").iterdir()) == []


def test_the_command_tells_what_it_wrote_and_what_is_next(source):
    """Or ends with one plain message."""
    (source.parent / "nbgrader_config.py").touch()
    command = ["new", "12_pitch", "--title", "How high?", "--course", str(source.parent)]
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0
    assert "12_pitch.py" in told.output and "autograder build 12_pitch" in told.output
    assert Lesson(source / "12_pitch").title == "12 · How high?"
    again = CliRunner().invoke(app, command)
    assert (again.exit_code, "13_pitch" in again.stderr) == (1, True)


def test_a_class_can_be_made_of_a_lesson_with_one_exercise(source):
    """Nobody in it has the name of another."""
    make_lesson(source, "11_topic")
    students = [work.student for work in class_of(Lesson(source / "11_topic"))]
    assert len(students) == len(set(students)) == SIZE


def test_the_template_is_packed_with_the_program():
    """It lies inside the package, all of which goes into the wheel."""
    assert TEMPLATE.is_relative_to(COURSE / "autograder")
    assert not [path for path in TEMPLATE.iterdir() if path.suffix not in (".py", ".toml") and path.is_file()]
