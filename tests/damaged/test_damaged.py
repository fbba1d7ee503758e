"""Damaged submissions: whoever's answers can be read keeps them, and nobody loses one without a word."""

import os
from collections import Counter

import pytest

from autograder.salvage import Salvaged, Unreadable, salvage
from autograder.submissions import read_submission
from tests.damaged.mutations import KINDS, Mutation, mutation, released

EACH = 24
"""mutations of a kind"""


def hand_in(damaged: Mutation, folder) -> None:
    """Put the files where a student's lie."""
    for name, content in damaged.files.items():
        path = folder / "submitted" / "anna" / damaged.lesson / name
        os.makedirs(path.parent, exist_ok=True)
        path.write_bytes(content)


def by_grade_id(cells: list[dict]) -> dict[str, str]:
    """The text of each cell that nbgrader knows."""
    return {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in cells}


def is_sound(salvaged: Salvaged, lesson: str) -> bool:
    """Every released cell once and in order, ids that are unique, types that exist, text that can be stored."""
    ids = [cell["id"] for cell in salvaged.cells]
    skeleton = [cell["id"] for cell in released(lesson)["cells"]]
    locked = {
        cell["id"]: "".join(cell["source"])
        for cell in released(lesson)["cells"]
        if cell["metadata"].get("nbgrader", {}).get("locked")
    }
    by_id = {cell["id"]: cell for cell in salvaged.cells}
    return (
        len(set(ids)) == len(ids)
        and [each for each in ids if each in set(skeleton)] == skeleton
        and all(by_id[each]["source"] == source for each, source in locked.items())
        and all(by_id[cell["id"]]["metadata"] == cell["metadata"] for cell in released(lesson)["cells"])
        and all(cell["metadata"] == {} for cell in salvaged.cells if cell["id"] not in set(skeleton))
        and {cell["cell_type"] for cell in salvaged.cells} <= {"code", "markdown", "raw"}
        and all("\0" not in cell["source"].encode().decode() for cell in salvaged.cells)
    )


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
        assert is_sound(salvaged, damaged.lesson), number


def test_there_are_a_thousand_and_they_differ():
    """Every kind has as many, and few come twice."""
    seen = Counter(tuple(sorted(mutation(seed).files.items())) for seed in range(EACH * len(KINDS)))
    assert seen.total() >= 1000
    assert len(seen) > 0.9 * seen.total()
