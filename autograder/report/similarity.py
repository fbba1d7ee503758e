"""Pairs of submissions whose answers are alike beyond what the lesson and the rest of the class explain.

The answers are cut into pieces of five tokens, as MOSS does (Schleimer, Wilkerson and Aiken, "Winnowing: Local
Algorithms for Document Fingerprinting", SIGMOD 2003), but statement by statement, so that their order is of no matter,
and all pieces are kept, for a class is small. A piece that stands in the lesson's own material, or in many
submissions, tells nothing; one that two have and nobody else tells most.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from autograder.report.tokens import K, Statement, statements

Piece = tuple[str, ...]

MANY = 10, 0.05
"""What so many submissions have, or this share of them, is nobody's own: the larger number counts."""

LARGE = 300
"""A class in which a piece that only two have counts in full."""
THRESHOLD = 20.0
"""Tokens of evidence from which on a pair is shown."""
MEASURED = (
    "Among 290 made classes of 30, 100 and 300 who all wrote alone (1.7 million pairs), 2 pairs reached the threshold; "
    "of copies that were renamed, reordered and reformatted, 91 % did."
)
"""By `python -m tests.report.measure_alike 30 20`, `100 6` and `300 3`: over all lessons, 2,900 copies."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two submissions, and how much alike they are beyond what can be expected."""

    students: tuple[str, str]
    by_exercise: dict[str, float]
    """where they are alike; the largest first"""

    @property
    def evidence(self) -> float:
        """All exercises together."""
        return sum(self.by_exercise.values())


class Comparison:
    """A class's answers to one lesson, compared with each other.

    Evidence is counted in tokens: those that both have in pieces that are rare, weighted by how rare they are, times
    the share that they are of everything rare in the shorter answer. So a long answer of somebody's own doesn't
    resemble another one by a line or two, and a short one does not by being short.

    Parameters
    ----------
    answers : mapping of str to mapping of str to str
        By student, by exercise: what they wrote.
    known : iterable of str
        What explains likeness: the release, the reference and other ways of writing it, faults, hints.
    """

    def __init__(self, answers: Mapping[str, Mapping[str, str]], known: Iterable[str]):
        self.students = list(answers)
        self.many = max(MANY[0], MANY[1] * len(self.students))
        self._known = {piece for text in known for piece in _pieces(statements(text))}
        self._answers = answers
        exercises = dict.fromkeys(name for each in answers.values() for name in each)
        self._weights: dict[str, dict[Piece, float]] = {}
        self._own = np.zeros(len(self.students))
        self._evidence = {name: self._compare(name) for name in exercises}

    def pairs(self, most: int) -> list[Pair]:
        """Those with the most evidence, the largest first.

        Parameters
        ----------
        most : int
            How many at most.

        Returns
        -------
        pairs : list of Pair
        """
        if not self._evidence:
            return []
        total = scipy.sparse.triu(sum(self._evidence.values()), k=1).tocoo()
        largest = np.argsort(-total.data, kind="stable")[:most]
        return [self._pair(int(total.row[at]), int(total.col[at])) for at in largest if total.data[at] > 0]

    def own(self) -> dict[str, float]:
        """How many tokens each submission has that are rare in the class."""
        return dict(zip(self.students, self._own.tolist(), strict=True))

    def marked(self, pair: Pair, exercise: str) -> tuple[set[int], set[int]]:
        """The lines of both answers (counted from 1) in which most of what is rare is in the other one as well."""
        ours = [statements(self._answers[student].get(exercise, "")) for student in pair.students]
        first, second = ours
        return self._lines_of(first, _pieces(second), exercise), self._lines_of(second, _pieces(first), exercise)

    def _lines_of(self, written: list[Statement], others: set[Piece], exercise: str) -> set[int]:
        weights = self._weights[exercise]
        lines: set[int] = set()
        for statement in written:
            rare = {piece: weights[piece] for piece in statement.pieces if weights.get(piece)}
            if rare and sum(rare[piece] for piece in rare.keys() & others) > sum(rare.values()) / 2:
                lines |= set(range(statement.first_line, statement.last_line + 1))
        return lines

    def _pair(self, first: int, second: int) -> Pair:
        each = {name: float(evidence[first, second]) for name, evidence in self._evidence.items()}
        largest = sorted((name for name in each if each[name] > 0), key=lambda name: -each[name])
        return Pair((self.students[first], self.students[second]), {name: each[name] for name in largest})

    def _compare(self, exercise: str) -> scipy.sparse.csr_matrix:
        """The evidence in one exercise, students by students."""
        pieces = [_pieces(statements(self._answers[student].get(exercise, ""))) for student in self.students]
        weights = self._weights[exercise] = self._weigh(Counter(piece for own in pieces for piece in own))
        columns = {piece: column for column, piece in enumerate(weights)}
        entries = [
            (row, columns[piece], weights[piece]) for row, own in enumerate(pieces) for piece in own & weights.keys()
        ]
        rows, places, values = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(pieces), max(len(columns), 1))
        has = scipy.sparse.csr_matrix((np.sqrt(values), (rows, places)), shape)
        shared = (has @ has.T).tocoo()
        own = shared.tocsr().diagonal()
        self._own += own
        share = shared.data / np.minimum(own[shared.row], own[shared.col])
        return scipy.sparse.csr_matrix((shared.data * share, (shared.row, shared.col)), shared.shape)

    def _weigh(self, counts: Counter[Piece]) -> dict[Piece, float]:
        """What each rare piece is worth: one token, where two of a large class have it; pieces overlap."""
        only_two = math.log(self.many / 2)
        # that two of thirty have the same is no such surprise
        surprise = min(1.0, math.log(max(len(self.students), 2) / 2) / math.log(LARGE / 2))
        return {
            piece: surprise * min(1.0, math.log(self.many / count) / only_two) * len(piece) / K
            for piece, count in counts.items()
            if surprise and count < self.many and piece not in self._known
        }


def _pieces(written: list[Statement]) -> set[Piece]:
    return {piece for statement in written for piece in statement.pieces}
