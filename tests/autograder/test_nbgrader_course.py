"""nbgrader, driven from Python: its own words for its authors become one line for an instructor."""

import pytest

from autograder.nbgrader_course import NbgraderError, autograde, load_config
from tests.conftest import COURSE


def test_a_step_that_fails_names_its_cause(tmp_path):
    """One line, not a log."""
    config = load_config(COURSE, root=tmp_path)
    (tmp_path / "submitted" / "anna" / "02_stft").mkdir(parents=True)
    with pytest.raises(NbgraderError) as raised:
        autograde(config, "02_stft", "anna")
    assert str(raised.value).startswith("nbgrader could not grade 02_stft of anna: ")
    assert "No notebooks were matched" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_configuration_of_the_course_is_the_one_in_its_folder(tmp_path):
    """And a class may lie elsewhere."""
    config = load_config(COURSE, root=tmp_path)
    assert config.CourseDirectory.root == str(tmp_path)
    assert "autograder.stubs.StepwiseStubs" in config.GenerateAssignment.preprocessors
    assert load_config(COURSE).CourseDirectory.root == str(COURSE)
