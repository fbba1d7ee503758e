"""Files that somebody else may be at."""

import pytest

from autograder.errors import PlainError
from autograder.files import alone, whole


def test_one_at_a_time(tmp_path):
    """Whoever comes second is refused with the message given; afterwards it is free again."""
    with (
        alone(tmp_path / "lock", PlainError("first")),
        pytest.raises(PlainError, match="somebody is at it"),
        alone(tmp_path / "lock", PlainError("somebody is at it")),
    ):
        pytest.fail("two at a time")
    with alone(tmp_path / "lock", PlainError("still held")):
        pass


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    """Until the end, and if it comes to no end, the old one stands."""
    path = tmp_path / "marks.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole(path) as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    with whole(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and not part.exists()
