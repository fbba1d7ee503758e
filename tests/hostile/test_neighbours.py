"""Whoever is graded at the same time, in forks of the same warm process, notices nothing."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from autograder.pipeline import Order, grade_submission
from autograder.turns import grade_all
from tests.hostile.attack import order_of
from tests.hostile.catalogue import files, marks, messages, processes, resources
from tests.hostile.world import World, nothing_left

LOUD = (
    "a fork bomb",
    "a thread bomb",
    "kills whoever it can name",
    "programs that only compute",
    "memory of many children",
    "many files",
    "prints without an end",
    "a loop that goes on when it is interrupted",
    "leaves something",
    "questions without an end",
)
BY_NAME = {attack.name: attack for family in (processes, resources, messages, files) for attack in family.ATTACKS}
IN_TIME = 60.0
"""seconds, on a machine that does much else"""


@pytest.mark.parametrize("name", LOUD)
def test_neighbour(name: str, world: World, warm: int, honest_order: Order) -> None:
    """A neighbour has full marks, no remark, and is ready in time, while an attack runs beside it."""
    attack = BY_NAME[name]
    hostile = order_of(attack.files(world.places()), attack.name, limits=attack.limits)
    with nothing_left(warm), ThreadPoolExecutor(1) as beside:
        attacking = beside.submit(grade_submission, hostile)
        rounds = 0
        while rounds < 2 or not attacking.done():
            graded = grade_submission(honest_order)
            assert sum(graded.points.values()) == 15
            assert not graded.remarks
            assert graded.seconds < IN_TIME
            rounds += 1
        assert sum(attacking.result().points.values()) == 0


class Threads:
    """Workers of a batch: threads of this process, which share one warm process."""

    workers = 3

    def __init__(self) -> None:
        self.executor = ThreadPoolExecutor(self.workers)
        self.submit = lambda worker, order: self.executor.submit(grade_submission, order)

    def lost(self) -> set[int]:
        """None: threads don't die."""
        return set()


def test_batch(world: World, warm: int, honest_order: Order) -> None:
    """A batch of attackers and honest students ends in time: each comes out once, the honest with all their marks."""
    attacks = [BY_NAME[name] for name in LOUD]
    orders = [order_of(each.files(world.places()), each.name, limits=each.limits) for each in attacks]
    students = [f"honest {number}" for number in range(len(orders))]
    orders += [replace(honest_order, submission=replace(honest_order.submission, student=each)) for each in students]
    begun = time.monotonic()
    with nothing_left(warm):
        graded = {submission.student: one for submission, one in grade_all(orders, Threads())}
    assert graded.keys() == {order.submission.student for order in orders}
    assert all(sum(graded[each].points.values()) == 15 for each in students)
    assert all(sum(graded[each.name].points.values()) == 0 for each in attacks)
    assert time.monotonic() - begun < 2 * IN_TIME
    assert threading.active_count() < 50


def test_marks_do_not_hang_on_the_company(world: World, warm: int, honest_order: Order) -> None:
    """The same submission, graded alone and after attacks that patched everything, gets the same verdicts."""
    alone = grade_submission(honest_order)
    for attack in marks.ATTACKS:
        if attack.name.startswith("patched"):
            grade_submission(order_of(attack.files(world.places()), attack.name, limits=attack.limits))
    assert grade_submission(honest_order).verdicts == alone.verdicts
