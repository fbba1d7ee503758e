"""Who grades what, and when: a worker keeps to a lesson, for getting ready for another one takes seconds."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.graded import Graded
from autograder.pipeline import MOST_ATTEMPTS, NotGraded, Order
from autograder.submissions import Submission

if TYPE_CHECKING:
    from autograder.workers import Cluster, Pool

IN_HAND = 2
"""So many orders a worker has: one that it is at, and the next, so that it never waits for us."""
GETTING_READY = 3.0
"""Seconds of work that a lesson must have left for one more worker to join in."""
LOOK_AROUND = 5.0
"""Seconds without a result after which we look whether all workers are still there."""
FIRST_GUESS = 0.3
"""Seconds for a submission of a lesson of which none is graded yet."""


class Turns:
    """Which order comes next.

    Parameters
    ----------
    orders : iterable of Order
    at : dict of int to str, optional
        The lessons that workers are getting ready for already.
    """

    def __init__(self, orders: Iterable[Order], at: dict[int, str] | None = None):
        self._left: dict[str, deque[Order]] = defaultdict(deque)
        for order in orders:
            self._left[order.submission.lesson].append(order)
        self._at = dict(at or {})
        self._took: dict[str, float] = {}

    def next_for(self, worker: int) -> Order | None:
        """An order for a worker; None if there is none, or none worth getting ready for."""
        lesson = self._at.get(worker)
        if not self._left.get(lesson):
            lesson = self._another(worker)
        if lesson is None:
            return None
        self._at[worker] = lesson
        return self._left[lesson].popleft()

    def took(self, lesson: str, seconds: float) -> None:
        """Learn how long a submission of a lesson takes."""
        self._took[lesson] = seconds

    def _another(self, worker: int) -> str | None:
        """A lesson that nobody is at; else one with much left; of these, the one with most."""
        at = Counter(lesson for who, lesson in self._at.items() if who != worker)
        work = {lesson: self._seconds(lesson) for lesson, orders in self._left.items() if orders}
        free = [lesson for lesson in work if not at[lesson]]
        long = [lesson for lesson in work if at[lesson] and work[lesson] / at[lesson] > GETTING_READY]
        return max(free or long, key=work.__getitem__, default=None)

    def _seconds(self, lesson: str) -> float:
        return len(self._left[lesson]) * self._took.get(lesson, FIRST_GUESS)


def grade_all(
    orders: Iterable[Order],
    workers: "Pool | Cluster",
    *,
    at: dict[int, str] | None = None,
    read: Callable[[Order], Order] = lambda order: order,
) -> Iterator[tuple[Submission, Graded | Exception]]:
    """Grade submissions as fast as there are workers, and give each one as it is done.

    Parameters
    ----------
    orders : iterable of Order
    workers : Pool or Cluster
    at : dict of int to str, optional
        The lessons that workers are getting ready for already.
    read : callable, optional
        Gives an order its submission when its turn comes: a class's files never stand in memory all at once.

    Yields
    ------
    submission : Submission
    graded : Graded or Exception
        What came of it, or why nothing did: a `NotGraded`, or a fault of ours.
    """
    turns = Turns(orders, at)
    running: dict[Future, _InHand] = {}
    # what a worker had in hand when it died: done again one at a time, so that nobody dies of his neighbour
    suspects: dict[int, list[Order]] = defaultdict(list)
    deaths: Counter[tuple[str, str]] = Counter()
    while True:
        for worker in range(workers.workers):
            in_hand = [each for each in running.values() if each.worker == worker]
            while given := _give(worker, in_hand, suspects[worker], turns):
                running[workers.submit(worker, read(given.order))] = given
                in_hand.append(given)
        if not running:
            return
        done, broken = _wait(running, workers)
        for future in done:
            was = running.pop(future)
            order, error = was.order, _error(future)
            if not _is_death(error):
                if error is None:
                    turns.took(order.submission.lesson, future.result().seconds)
                yield order.submission, error or future.result()
                continue
            whose = order.submission.student, order.submission.lesson
            deaths[whose] += was.alone
            if deaths[whose] < MOST_ATTEMPTS:
                suspects[was.worker].append(order)
            else:
                yield order.submission, NotGraded(f"The process that graded it died {MOST_ATTEMPTS} times.")
        for worker in broken:
            workers.renew(worker)


@dataclass(frozen=True)
class _InHand:
    """What a worker was given."""

    worker: int
    order: Order
    alone: bool


def _give(worker: int, in_hand: list[_InHand], suspects: list[Order], turns: Turns) -> _InHand | None:
    """What to give to a worker beside what it has; None if it has enough, or there is nothing for it."""
    if len(in_hand) >= IN_HAND or any(each.alone for each in in_hand) or (in_hand and suspects):
        return None
    if suspects:
        return _InHand(worker, suspects.pop(), alone=True)
    order = turns.next_for(worker)
    return order and _InHand(worker, order, alone=False)


def _wait(running: dict[Future, _InHand], workers: "Pool | Cluster") -> tuple[set[Future], set[int]]:
    """Wait until something is done; of a worker that died, until all it had in hand is, one way or another."""
    done: set[Future] = set()
    while not done:
        done, _ = wait(running, LOOK_AROUND, return_when=FIRST_COMPLETED)
        lost = set() if done else workers.lost()
        for future, each in running.items():
            if each.worker in lost:
                future.cancel()
    broken = {running[future].worker for future in done if _is_death(_error(future))}
    done |= wait([future for future, each in running.items() if each.worker in broken]).done
    return done, broken


def _error(future: Future) -> BaseException | None:
    return BrokenProcessPool() if future.cancelled() else future.exception()


def _is_death(error: BaseException | None) -> bool:
    """Whether a process died at its work, here or in a cluster."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"
