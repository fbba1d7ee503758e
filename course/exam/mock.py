"""A mock exam: drawn by a blueprint, and marked; `course.exam.sitting` is how one sits it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.exam.question import Drawn, Question
from course.exam.reply import Mark, Reply, reply
from course.exam.text import place_to_read

SMALLEST = 0.5
"""Points are given in steps of this, and no question has fewer."""
FILLED = 0.9
"""Of a task's minutes: what its questions take at the least."""
TRIES = 200
EMPTY = Reply(Mark.WRONG, ("Left empty.",))


class ExamError(Exception):
    """An exam can't be drawn, or not be gone on with; the message says why, and names the way out."""


@dataclass(frozen=True)
class Part:
    """What one task is drawn from."""

    lessons: tuple[str, ...] = ()
    """none: the task's share of all lessons, which are dealt in their order to the tasks in theirs"""
    kinds: tuple[str, ...] = ()
    """one question of each at the least"""
    difficulty: tuple[int, ...] = (1, 2, 3)
    """and no other"""


@dataclass(frozen=True)
class Blueprint:
    """What an exam is to be like."""

    tasks: tuple[Part, ...] = (Part(),) * 5
    minutes: float = 90
    """for all tasks, each takes as long as the others"""
    points: float = 10
    """for each task"""


@dataclass(frozen=True)
class Item:
    """A question in an exam."""

    drawn: Drawn
    points: float

    @property
    def name(self) -> str:
        """The question's, which stands in an exam only once."""
        return self.drawn.question.name


@dataclass(frozen=True)
class Task:
    """Several questions that belong together."""

    items: tuple[Item, ...]

    @property
    def points(self) -> float:
        """To be earned."""
        return sum(item.points for item in self.items)

    @property
    def lessons(self) -> tuple[str, ...]:
        """What it is about."""
        return tuple(sorted({item.drawn.question.lesson for item in self.items}))


@dataclass(frozen=True)
class Exam:
    """An exam as it is handed out."""

    seed: int
    minutes: float
    tasks: tuple[Task, ...]

    @property
    def items(self) -> dict[str, Item]:
        """Its questions, by the number that stands before each, such as "2.3"."""
        return {
            f"{first}.{second}": item
            for first, task in enumerate(self.tasks, 1)
            for second, item in enumerate(task.items, 1)
        }

    @property
    def points(self) -> float:
        """To be earned."""
        return sum(task.points for task in self.tasks)


def draw_exam(questions: Iterable[Question], seed: int, blueprint: Blueprint | None = None) -> Exam:
    """Draw an exam.

    Parameters
    ----------
    questions : iterable of Question
    seed : int
        The same seed draws the same exam of the same questions.
    blueprint : Blueprint, optional
        By default 90 minutes, five tasks of ten points, each from lessons that follow each other.

    Returns
    -------
    exam : Exam
        No question stands in it twice. Points are given by the minutes that a question takes.

    Raises
    ------
    ExamError
        If there are too few questions.
    """
    blueprint = blueprint or Blueprint()
    questions = sorted(questions, key=lambda question: question.name)
    minutes = blueprint.minutes / len(blueprint.tasks)
    pools = [_pool(questions, blueprint.tasks, place) for place in range(len(blueprint.tasks))]
    rng = np.random.default_rng(seed)
    taken: dict[int, list[Question]] = {}
    # a task that has little to choose from chooses first
    for place in sorted(range(len(pools)), key=lambda place: _minutes(pools[place])):
        gone = {question.name for others in taken.values() for question in others}
        pool = [question for question in pools[place] if question.name not in gone]
        most = int(blueprint.points / SMALLEST)
        taken[place] = _choose(pool, blueprint.tasks[place].kinds, minutes, most, rng)
        if not taken[place]:
            raise ExamError(_too_few(place, pool, blueprint.tasks[place], minutes))
    tasks = (_task(taken[place], blueprint.points, rng) for place in range(len(pools)))
    return Exam(seed, blueprint.minutes, tuple(tasks))


def _pool(questions: Sequence[Question], parts: Sequence[Part], place: int) -> list[Question]:
    """What a task may be drawn from."""
    part, lessons = parts[place], sorted({question.lesson for question in questions})
    first, end = place * len(lessons) // len(parts), -(-(place + 1) * len(lessons) // len(parts))
    wanted = part.lessons or lessons[first:end]
    return [each for each in questions if each.lesson in wanted and each.difficulty in part.difficulty]


def _choose(
    pool: Sequence[Question], kinds: Sequence[str], minutes: float, most: int, rng: np.random.Generator
) -> list[Question]:
    """Questions that fill the time; none where there are too few.

    Long ones come more often than short ones, or a task were a long row of little ones; but not as much more often as
    they are longer, or each derivation stood in each exam.
    """
    weights = np.sqrt([question.minutes for question in pool])
    for _ in range(TRIES):
        shuffled = [pool[place] for place in np.argsort(rng.exponential(size=len(pool)) / weights)]
        chosen = _filled(shuffled, kinds, minutes, most)
        if {question.kind for question in chosen} >= set(kinds) and _minutes(chosen) >= FILLED * minutes:
            return chosen
    return []


def _filled(shuffled: Sequence[Question], kinds: Sequence[str], minutes: float, most: int) -> list[Question]:
    """What fits into the time, the wanted kinds first."""
    wanted = {kind: next((each for each in shuffled if each.kind == kind), None) for kind in kinds}
    first = [question for question in wanted.values() if question]
    chosen: list[Question] = []
    for question in {each.name: each for each in (*first, *shuffled)}.values():
        if len(chosen) < most and _minutes(chosen) + question.minutes <= minutes:
            chosen.append(question)
    return chosen


def _too_few(place: int, pool: Sequence[Question], part: Part, minutes: float) -> str:
    lessons = ", ".join(part.lessons or sorted({question.lesson for question in pool})) or "no lesson"
    missing = [kind for kind in part.kinds if kind not in {question.kind for question in pool}]
    enough = " that don't fill it together" if _minutes(pool) >= minutes else ""
    lack = f"none of the kind {missing[0]!r}" if missing else f"questions for {_minutes(pool):g} minutes{enough}"
    return (
        f"There are too few questions for task {place + 1}. It is to take {minutes:g} minutes"
        f"{''.join(f', with one of the kind {kind!r}' for kind in part.kinds)}; from {lessons} there are {lack}. "
        "Give it more lessons, or the exam fewer minutes."
    )


def _task(questions: Sequence[Question], points: float, rng: np.random.Generator) -> Task:
    """From the first lesson to the last, from easy to hard."""
    ordered = sorted(questions, key=lambda each: (each.lesson, each.difficulty, each.minutes))
    shares = share_points([question.minutes for question in ordered], points)
    seeds = rng.integers(2**31, size=len(ordered)).tolist()
    drawn = (question.draw(seed) for question, seed in zip(ordered, seeds, strict=True))
    return Task(tuple(map(Item, drawn, shares)))


def share_points(minutes: Sequence[float], points: float) -> list[float]:
    """Share points among questions by their minutes, in halves, so that nothing is left.

    Parameters
    ----------
    minutes : sequence of float
        At most two for each point.
    points : float
        A multiple of a half.
    """
    exact = np.array(minutes) / sum(minutes) * points / SMALLEST
    steps = np.maximum(np.floor(exact), 1)
    # whoever lacks most gets one more; of those with several, whoever has most beyond its share gives one back
    while steps.sum() < points / SMALLEST:
        steps[np.argmax(exact - steps)] += 1
    while steps.sum() > points / SMALLEST:
        steps[np.argmax(np.where(steps > 1, steps - exact, -np.inf))] -= 1
    return (steps * SMALLEST).tolist()


def _minutes(questions: Iterable[Question]) -> float:
    return sum(question.minutes for question in questions)


@dataclass(frozen=True)
class Marked:
    """A question of an exam that was handed in."""

    item: Item
    reply: Reply

    @property
    def points(self) -> float:
        """Earned, rounded to a hundredth."""
        return round(self.item.points * self.reply.share, 2)


@dataclass(frozen=True)
class Marks:
    """What came of an exam."""

    tasks: tuple[tuple[Marked, ...], ...]

    @property
    def by_task(self) -> tuple[float, ...]:
        """Points earned in each."""
        return tuple(round(sum(marked.points for marked in task), 2) for task in self.tasks)

    @property
    def points(self) -> float:
        """Earned in all."""
        return round(sum(self.by_task), 2)

    @property
    def read_again(self) -> dict[str, float]:
        """Where to read again, such as "lesson 02, Step 3", with the points lost there; the most first."""
        lost: Counter[str] = Counter()
        for marked in (each for task in self.tasks for each in task):
            lost[place_to_read(marked.item.drawn.question)] += marked.item.points - marked.points
        return {place: round(points, 2) for place, points in lost.most_common() if points > 0.005}


def mark(exam: Exam, given: Mapping[str, Any], covered: Mapping[str, Collection[int]]) -> Marks:
    """Mark an exam that was handed in.

    Parameters
    ----------
    exam : Exam
    given : mapping of str to object
        Answers by the question's name, as `course.exam.reply.reply` takes them; what is not there was left empty. Code
        is run.
    covered : mapping of str to collection of int
        Of derivations, by the question's name: places of the points that one's own answer covers.

    Returns
    -------
    marks : Marks
    """
    return Marks(
        tuple(tuple(Marked(item, _replied(item, given, covered)) for item in task.items) for task in exam.tasks)
    )


def _replied(item: Item, given: Mapping[str, Any], covered: Mapping[str, Collection[int]]) -> Reply:
    if item.drawn.question.kind == "derive":
        return reply(item.drawn, covered.get(item.name, ()))
    return reply(item.drawn, given[item.name]) if given.get(item.name) else EMPTY
