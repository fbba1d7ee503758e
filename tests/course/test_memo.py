"""What is kept so that it is not made again."""

import pytest

from course import memo


def test_what_is_remembered_is_not_made_again():
    """The second time the very same bytes come back, and nothing is called."""
    made = []
    for _ in range(2):
        made.append(memo.once("made once", lambda: bytes([len(made)])))
    assert made[0] is made[1] == b"\0"


@pytest.mark.parametrize("count, size", [(memo.MOST_THINGS + 44, 1), (5, memo.MOST_BYTES // 4 + 1)])
def test_the_memory_for_pictures_is_bounded(count, size):
    """By their number and by their size; the oldest go first."""
    memo.remember({f"{size} {index}": bytes(size) for index in range(count)})
    kept = memo.remembered()
    assert len(kept) <= memo.MOST_THINGS and sum(map(len, kept.values())) <= memo.MOST_BYTES
    most = min(count, memo.MOST_THINGS, memo.MOST_BYTES // size)
    assert list(kept)[-most:] == [f"{size} {index}" for index in range(count - most, count)]


def test_what_is_remembered_cannot_be_changed_from_outside():
    """`drawn` gives a copy."""
    memo.remembered()["forged"] = b""
    assert "forged" not in memo.remembered()
