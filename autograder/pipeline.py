"""Submissions in, marks out: on the processes of this machine, or on a Dask cluster."""

import ctypes
import hashlib
import importlib.metadata
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from autograder.graded import Graded
from autograder.marking import Marking, mark, shown
from autograder.salvage import Unreadable, salvage
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Killed
from autograder.sandbox.sandbox import SandboxLost
from autograder.submissions import Submission
from autograder.workshop import Workshop, exercise_of, workshop_for
from course.check.verdict import Outcome, Verdict

MOST_ATTEMPTS = 3
"""So often a submission is begun whose processes somebody outside kills."""
PR_SET_PDEATHSIG = 1


class NotGraded(Exception):
    """A submission that could not be graded for a reason that is not its own; the message says which."""


@dataclass(frozen=True)
class Order:
    """All that grading one submission depends on."""

    course: Path
    submission: Submission
    version: str
    seed: str
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False
    """without a sandbox"""


def grade_submission(order: Order) -> Graded:
    """Grade one submission: a pure function of its order, wherever it runs.

    Parameters
    ----------
    order : Order

    Returns
    -------
    graded : Graded

    Raises
    ------
    NotGraded
        If its processes were killed from outside, again and again.
    NoSandbox
        If the machine can't sandbox.
    """
    begun = time.monotonic(), time.process_time()
    submission = order.submission
    workshop = _workshop(order)
    remarks, problem = list(submission.remarks), None
    try:
        salvaged = salvage(submission.files, workshop.released)
        cells, marking = _mark(workshop, salvaged.cells, order.limits)
        remarks += [*salvaged.remarks, *marking.remarks()]
        verdicts, cpu_seconds = marking.verdicts, marking.usage.cpu_seconds
    except Unreadable as reason:
        problem = str(reason)
        cells, verdicts, cpu_seconds = unread_notebook(order, problem), {}, 0.0
    return Graded(
        student=submission.student,
        lesson=submission.lesson,
        notebook=workshop.released | {"cells": cells},
        points={name: verdicts[name].points if name in verdicts else 0.0 for name in workshop.lesson.exercises},
        fingerprint=submission.fingerprint,
        version=order.version,
        problem=problem,
        remarks=tuple(remarks),
        timestamp=submission.timestamp,
        verdicts={name: _told(verdict) for name, verdict in verdicts.items()},
        seconds=time.monotonic() - begun[0],
        cpu_seconds=time.process_time() - begun[1] + cpu_seconds,
    )


def warm_up(order: Order) -> None:
    """Get this process ready for orders of the same kind: the lesson, its references, a warm sandbox."""
    workshop = _workshop(order)
    _ = workshop.sandbox, workshop.lesson.checks, workshop.lesson.reference


def mark_notebook(order: Order, cells: list[dict]) -> list[dict]:
    """The salvaged cells of an order's notebook, run and judged."""
    return _mark(_workshop(order), cells, order.limits)[0]


def unread_notebook(order: Order, problem: str) -> list[dict]:
    """The released cells, with the reason why a submission could not be read at every exercise."""
    workshop = _workshop(order)
    cells = deepcopy(workshop.released["cells"])
    for cell in cells:
        if (name := exercise_of(cell)) is not None:
            out_of = workshop.lesson.exercises[name].points
            cell["outputs"] = shown(Verdict(name, Outcome.NOT_ATTEMPTED, 0.0, out_of, (problem,)))
    return cells


def _mark(workshop: Workshop, cells: list[dict], limits: Limits) -> tuple[list[dict], Marking]:
    """Run and judge copies of the cells; begin again where somebody outside killed a process."""
    for _ in range(MOST_ATTEMPTS):
        running = deepcopy(cells)
        try:
            return running, mark(workshop, running, limits)
        except (Killed, SandboxLost) as error:
            killed = error
    raise NotGraded(f"Its processes were killed from outside {MOST_ATTEMPTS} times ({killed}). Grade it again.")


def _told(verdict: Verdict) -> dict:
    """A verdict for reports."""
    return {
        "outcome": verdict.outcome.name.lower(),
        "points": verdict.points,
        "misconception": verdict.misconception,
        "says": list(verdict.says),
        "tests": [{"says": test.says, "passed": test.passed} for test in verdict.tests],
    }


def _workshop(order: Order) -> Workshop:
    return workshop_for(order.course, order.submission.lesson, order.version, order.seed, order.unsafe)


def version_of(course: Path, lesson: str) -> str:
    """A fingerprint of what decides over marks beside the submission: the lesson's folder, this program's release."""
    digest = hashlib.sha256(importlib.metadata.version("resound-course").encode())
    for path in sorted((course / "source" / lesson).iterdir()):
        if path.suffix in (".py", ".toml"):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass
class Pool:
    """Processes of this machine; whoever dies is replaced."""

    workers: int
    executor: Executor | None = field(default=None, init=False)

    def submit(self, order: Order) -> Future:
        """Give an order to whoever is free."""
        return self._start().submit(grade_submission, order)

    def warm_up(self, order: Order) -> None:
        """Let every process begin to get ready for orders like this one; nobody waits for it."""
        for _ in range(self.workers):
            self._start().submit(warm_up, order)

    def _start(self) -> Executor:
        if self.executor is None:
            context = multiprocessing.get_context("spawn")
            self.executor = ProcessPoolExecutor(self.workers, context, _die_with_parent, (os.getpid(),))
        return self.executor

    def renew(self) -> None:
        """After a death: the rest go with it, and a new pool takes over."""
        self.close()

    def close(self) -> None:
        """End all processes, at once: what they are at is either graded already, or not wanted any more."""
        if self.executor is not None:
            for process in multiprocessing.active_children():
                process.kill()
            self.executor.shutdown(cancel_futures=True)
            self.executor = None


@dataclass
class Cluster:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, such as tcp://10.0.0.1:8786. Each worker needs this package and the course's folder.
    """

    address: str

    def __post_init__(self) -> None:
        from distributed import Client

        self._client = Client(self.address)
        self.workers = max(sum(self._client.nthreads().values()), 1)
        self._executor = self._client.get_executor(pure=False)

    def submit(self, order: Order) -> Future:
        """Give an order to whoever is free."""
        return self._executor.submit(grade_submission, order)

    def warm_up(self, order: Order) -> None:
        """Let every worker begin to get ready; nobody waits for it."""
        for _ in range(self.workers):
            self._executor.submit(warm_up, order)

    def renew(self) -> None:
        """Dask replaces its workers by itself."""

    def close(self) -> None:
        """Say good-bye to the cluster; it goes on without us."""
        self._client.close()


def grade_all(orders: Iterable[Order], workers: Pool | Cluster) -> Iterator[tuple[Submission, Graded | Exception]]:
    """Grade submissions as fast as there are workers, and give each one as it is done.

    Parameters
    ----------
    orders : iterable of Order
        Taken as they are needed: never many more than there are workers.
    workers : Pool or Cluster

    Yields
    ------
    submission : Submission
    graded : Graded or Exception
        What came of it, or why nothing did: a `NotGraded`, or a fault of ours.
    """
    waiting = iter(orders)
    running: dict[Future, Order] = {}
    # whoever was at work when a process died: done again one at a time, so that nobody dies of his neighbour
    suspects: list[Order] = []
    deaths: Counter[tuple[str, str]] = Counter()
    while True:
        room = 1 if suspects else 2 * workers.workers
        while len(running) < room and (order := suspects.pop() if suspects else next(waiting, None)):
            running[workers.submit(order)] = order
            if suspects:
                break
        if not running:
            return
        alone = len(running) == 1
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        broken = False
        for future in done:
            order = running.pop(future)
            error = BrokenProcessPool() if future.cancelled() else future.exception()
            if not _is_death(error):
                yield order.submission, error or future.result()
                continue
            broken = True
            whose = order.submission.student, order.submission.lesson
            deaths[whose] += alone
            if deaths[whose] < MOST_ATTEMPTS:
                suspects.append(order)
            else:
                yield order.submission, NotGraded(f"The process that graded it died {MOST_ATTEMPTS} times.")
        if broken:
            workers.renew()


def _is_death(error: BaseException | None) -> bool:
    """Whether a process died at its work, here or in a cluster."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


def _die_with_parent(parent: int) -> None:
    """Whoever works here is to vanish when the grader does, however that ends."""
    if hasattr(ctypes.CDLL(None), "prctl"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    # Ctrl-C is the grader's business
    signal.signal(signal.SIGINT, signal.SIG_IGN)
