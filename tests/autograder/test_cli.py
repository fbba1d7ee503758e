"""The command line: what it says when all is well, and when it isn't."""

import re

import pytest

from autograder.doctor import examine_machine
from autograder.folders import CourseNotFound, find_course
from tests.autograder.conftest import autograder
from tests.conftest import COURSE


def test_a_course_is_found_from_any_folder_inside():
    """As git finds its repository."""
    assert find_course(COURSE / "source" / "02_stft") == COURSE


def test_outside_a_course_the_way_in_is_told(tmp_path):
    """Where it looked, and what to do."""
    with pytest.raises(CourseNotFound, match="--course"):
        find_course(tmp_path)
    ran = autograder("build", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "No course found" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_lesson_is_answered_with_the_known_ones():
    """A typo costs one line."""
    ran = autograder("grade", "02_sftf")
    assert ran.returncode == 1
    assert "The lessons are: 01_sound, 02_stft" in ran.stderr


def test_no_submissions_says_where_they_belong(tmp_path):
    """The path that nbgrader expects."""
    ran = autograder("grade", "02_stft", "--class", tmp_path)
    assert ran.returncode == 1
    assert re.sub(r"\s+", "", "submitted/STUDENT/02_stft/02_stft.ipynb") in re.sub(r"\s+", "", ran.stderr)


def test_doctor_finds_this_machine_fit():
    """All that the course needs is here, or these tests would not run."""
    ran = autograder("doctor")
    assert ran.returncode == 0, ran.stdout
    assert "can build and teach the course, and grade it safely" in ran.stdout


def test_doctor_names_what_is_missing_and_what_brings_it(tmp_path):
    """A package that is not there, one that is too old, a release that was not built; not what others need."""
    elsewhere = "not-for-us>=1; python_version < '3'\n"
    (tmp_path / "requirements.txt").write_text(f"# a note\nnumpy>=99\nno-such-package>=1\n-e .\n{elsewhere}")
    lesson = tmp_path / "source" / "11_topic"
    lesson.mkdir(parents=True)
    (lesson / "11_topic.py").touch()
    missing = {finding.name: finding.remedy for finding in examine_machine(tmp_path) if not finding.present}
    assert missing["release of 11_topic"] == "autograder build 11_topic"
    assert missing["no-such-package>=1 (here: missing)"] == "pip install -r requirements.txt"
    assert any(name.startswith("numpy>=99 (here: 2.") for name in missing)
    assert not any("not-for-us" in name for name in missing)


def test_doctor_says_what_a_missing_program_is_needed_for(monkeypatch, tmp_path):
    """Without chromium or the synthesisers the course still works."""
    monkeypatch.setenv("PATH", str(tmp_path))
    programs = {finding.name: finding for finding in examine_machine(COURSE) if not finding.required}
    assert not any(finding.present for finding in programs.values())
    assert "apt install chromium" in programs["chromium"].remedy
