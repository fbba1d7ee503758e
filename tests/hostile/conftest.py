"""A grader with secrets around it, and submissions that are after them."""

import os
import time
from collections.abc import Callable, Iterator

import pytest

from autograder.graded import Graded
from autograder.pipeline import Order, _workshop, grade_submission
from tests.hostile.attack import Attack, Result, order_of, solved
from tests.hostile.world import CANARY, World, apart

os.environ["RESOUND_CANARY"] = CANARY
Grade = Callable[[Attack], Result]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What a submission may neither read nor write nor reach."""
    folder = tmp_path_factory.mktemp("class")
    for above in (folder, *folder.parents):
        if above.stat().st_uid == os.geteuid() and above.is_relative_to(tmp_path_factory.getbasetemp().parent):
            above.chmod(0o755)
    world = World.begin(folder)
    yield world
    world.end()


@pytest.fixture(scope="session")
def honest_order() -> Order:
    """The submission of somebody who has done it all."""
    return order_of(Attack("honest", "nothing", answers=solved()).files({}), "honest")


@pytest.fixture(scope="session")
def begun(honest_order: Order) -> None:
    """Somebody honest was graded: what forks need is imported."""
    grade_submission(honest_order)


@pytest.fixture
def warm(begun: None, honest_order: Order) -> int:
    """The warm process's number."""
    return _workshop(honest_order).sandbox.program.pid


def _in_fork(order: Order) -> Graded:
    # a fork is no parent of the warm process, and can't ask whether it lives
    _workshop(order)._environment._sandbox.program.poll = lambda: None
    return grade_submission(order)


@pytest.fixture
def grade(world: World, warm: int) -> Grade:
    """Grade an attack, in a fork of this process: some are after the grader's life."""

    def grade(attack: Attack, **more: object) -> Result:
        order = order_of(attack.files(world.places()), attack.name, limits=attack.limits, **more)
        begun = time.monotonic()
        graded, peak_bytes = apart(lambda: _in_fork(order), attack.within)
        return Result(graded, time.monotonic() - begun, peak_bytes)

    return grade
