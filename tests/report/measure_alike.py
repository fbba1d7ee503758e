"""How often independent work is flagged, and how often a copy is found: prints a table.

`python -m tests.report.measure_alike 300 3` for three classes of 300 in each lesson.
"""

import random
import sys

from autograder.report.explained import explained_by
from autograder.report.similarity import THRESHOLD, Comparison, Pair
from tests.conftest import LESSONS
from tests.report.made_class import copied, honest_class

LIMITS = (8, 12, 15, 20, 25)
PLANTED = 10


def planted(answers: dict[str, dict[str, str]], own: dict[str, float], chance: random.Random) -> set[frozenset[str]]:
    """Let ten students hand in what ten others wrote, in disguise; who copied from whom."""
    worth_it = [student for student in answers if own[student] >= THRESHOLD]
    originals = chance.sample(worth_it, PLANTED)
    copiers = chance.sample([student for student in answers if student not in originals], PLANTED)
    for original, copier in zip(originals, copiers, strict=True):
        answers[copier] = copied(answers[original], chance)
    return {frozenset(pair) for pair in zip(originals, copiers, strict=True)}


def found(pairs: list[Pair], copies: set[frozenset[str]]) -> int:
    """How many of the copies are among some pairs."""
    return sum(frozenset(pair.students) in copies for pair in pairs)


def measure(size: int, classes: int) -> None:
    """Print a line for each lesson, and one for all."""
    flagged = dict.fromkeys(LIMITS, 0)
    with_any = dict.fromkeys(LIMITS, 0)
    most = count = top = over = 0
    for name, lesson in LESSONS.items():
        explained = explained_by(lesson)
        for seed in range(classes):
            answers = honest_class(lesson, size, seed)
            comparison = Comparison(answers, explained)
            evidence = [pair.evidence for pair in comparison.pairs(1000)]
            for limit in LIMITS:
                above = sum(value >= limit for value in evidence)
                flagged[limit] += above
                with_any[limit] += above > 0
            most = max(most, *evidence[:1], 0)
            copies = planted(answers, comparison.own(), random.Random(seed))
            pairs = Comparison(answers, explained).pairs(1000)
            top += found(pairs[:15], copies)
            over += found([pair for pair in pairs if pair.evidence >= THRESHOLD], copies)
            count += 1
        print(
            f"{name:20} largest so far {most:5.1f}  found {top} (over the threshold {over}) of {count * PLANTED}",
            flush=True,
        )
    pairs = count * size * (size - 1) // 2
    for limit in LIMITS:
        print(f"{limit:3} tokens: {flagged[limit]} of {pairs:,} honest pairs, in {with_any[limit]} of {count} classes")


if __name__ == "__main__":
    measure(int(sys.argv[1]), int(sys.argv[2]))
