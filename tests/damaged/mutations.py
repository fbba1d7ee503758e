"""Submissions as they really arrive: copied, cut, split, renamed, in another encoding, or something else altogether.

Each kind of damage is a function of its own, and states itself what survives: `kept` holds, for each exercise whose
answer can still be read, the student's text to the letter. None knows how anything is repaired.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.conftest import LESSONS
from tests.damaged import in_bytes, in_cells, in_files, in_json
from tests.damaged.draft import Draft, make_draft

KINDS: dict[str, Callable[[Draft, Random], dict[str, bytes]]] = {
    name: damage
    for module in (in_bytes, in_json, in_cells, in_files)
    for name, damage in inspect.getmembers(module, inspect.isfunction)
    if damage.__module__ == module.__name__ and not name.startswith("_")
}
"""they change a draft, with what is kept of it, and write its files"""


@dataclass(frozen=True)
class Mutation:
    """One damaged submission."""

    name: str
    """the kind of damage"""
    lesson: str
    files: dict[str, bytes]
    kept: dict[str, str]
    """the student's answer, for each exercise where it can still be read"""
    lost: frozenset[str]
    """the exercises whose answers can't"""


def mutation(seed: int) -> Mutation:
    """One damaged submission; the same for the same seed.

    Parameters
    ----------
    seed : int
        All kinds come in turn.

    Returns
    -------
    mutation : Mutation
    """
    random = Random(seed)
    name = list(KINDS)[seed % len(KINDS)]
    lesson = list(LESSONS)[seed // len(KINDS) % len(LESSONS)]
    draft = make_draft(lesson, random)
    answered = frozenset(draft.answers)
    files = KINDS[name](draft, random)
    return Mutation(name, lesson, files, draft.answers, answered - draft.answers.keys())
