"""Damaged submissions: whoever's answers can be read keeps them, and nobody loses one without a word."""

import os
from collections import Counter

import pytest

from autograder.salvage import Unreadable, salvage
from autograder.submissions import read_submission
from tests.damaged.draft import released
from tests.damaged.mutations import KINDS, Mutation, mutation
from tests.damaged.soundness import as_file, by_grade_id, is_sound

EACH = 20
"""mutations of a kind"""


def hand_in(damaged: Mutation, folder) -> None:
    """Put the files where a student's lie."""
    for name, content in damaged.files.items():
        path = folder / "submitted" / "anna" / damaged.lesson / name
        os.makedirs(path.parent, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_that_can_be_read_are_kept(kind, tmp_path):
    """To the letter; and an answer that can't be read is missed aloud, never in silence."""
    for number in range(EACH):
        damaged = mutation(list(KINDS).index(kind) + number * len(KINDS))
        assert damaged.name == kind
        folder = tmp_path / str(number)
        hand_in(damaged, folder)
        submission = read_submission(folder, "anna", damaged.lesson)
        try:
            salvaged = salvage(submission.files, released(damaged.lesson))
        except Unreadable as reason:
            assert not damaged.kept, (number, reason)
            continue
        held, stubs = by_grade_id(salvaged.cells), by_grade_id(released(damaged.lesson)["cells"])
        assert {name: held[name] for name in damaged.kept} == damaged.kept, (number, salvaged.remarks)
        # a letter that became another is nobody's to notice; an answer that became a stub is
        assert salvaged.remarks or not any(held[name] == stubs[name] for name in damaged.lost), number
        assert is_sound(salvaged, released(damaged.lesson)), number
        assert salvage(as_file(salvaged, damaged.lesson), released(damaged.lesson)).cells == salvaged.cells, number


def test_there_are_a_thousand_and_they_differ():
    """Every kind has as many, and few come twice."""
    seen = Counter(tuple(sorted(mutation(seed).files.items())) for seed in range(EACH * len(KINDS)))
    assert seen.total() >= 1000
    assert len(seen) > 0.9 * seen.total()
