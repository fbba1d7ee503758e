"""Who grades: processes of this machine, or the workers of a Dask cluster."""

import ctypes
import multiprocessing
import os
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field

from autograder.pipeline import Order, grade_submission, warm_up

PR_SET_PDEATHSIG = 1


@dataclass
class Pool:
    """Processes of this machine; whoever dies is replaced.

    Each has an executor of its own, so that it can keep to the lesson it is warm for, and dies alone.

    Parameters
    ----------
    workers : int
        How many.
    """

    workers: int
    executors: dict[int, Executor] = field(default_factory=dict, init=False)

    def submit(self, worker: int, order: Order) -> Future:
        """Give a worker an order."""
        return self._executor(worker).submit(grade_submission, order)

    def warm_up(self, worker: int, order: Order) -> None:
        """Let a worker begin to get ready for orders like this one; nobody waits for it."""
        self._executor(worker).submit(warm_up, order)

    def _executor(self, worker: int) -> Executor:
        if worker not in self.executors:
            context = multiprocessing.get_context("spawn")
            self.executors[worker] = ProcessPoolExecutor(1, context, _die_with_parent, (os.getpid(),))
        return self.executors[worker]

    def lost(self) -> set[int]:
        """None: the death of a process is noticed at once."""
        return set()

    def renew(self, worker: int) -> None:
        """After its death: another one takes its place."""
        self.executors.pop(worker).shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End all processes, at once: what they are at is either graded already, or not wanted any more."""
        for process in multiprocessing.active_children():
            process.kill()
        for executor in self.executors.values():
            executor.shutdown(cancel_futures=True)
        self.executors.clear()


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
        self._places = [place for place, threads in self._client.nthreads().items() for _ in range(threads)]

    @property
    def workers(self) -> int:
        """How many there are: one at least, for a cluster may be about to grow."""
        return max(len(self._places), 1)

    def submit(self, worker: int, order: Order) -> Future:
        """Give a worker an order."""
        return self._executor(worker).submit(grade_submission, order)

    def warm_up(self, worker: int, order: Order) -> None:
        """Let a worker begin to get ready; nobody waits for it."""
        self._executor(worker).submit(warm_up, order)

    def _executor(self, worker: int) -> Executor:
        """Whatever is given to it, this worker does: for another one had to get ready first."""
        return self._client.get_executor(pure=False, workers=self._places[worker : worker + 1] or None)

    def lost(self) -> set[int]:
        """Those that are not there any more: nobody does what they had in hand."""
        alive = self._client.nthreads()
        return {worker for worker, place in enumerate(self._places) if place not in alive}

    def renew(self, worker: int) -> None:
        """Let another one do a lost worker's part: Dask's substitute for it, or else one that is at work."""
        alive = list(self._client.nthreads())
        if alive and self._places and self._places[worker] not in alive:
            self._places[worker] = next((place for place in alive if place not in self._places), alive[0])

    def close(self) -> None:
        """Say good-bye to the cluster; it goes on without us."""
        self._client.close()


def _die_with_parent(parent: int) -> None:
    """Whoever works here is to vanish when the grader does, however that ends."""
    if hasattr(ctypes.CDLL(None), "prctl"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    # Ctrl-C is the grader's business
    signal.signal(signal.SIGINT, signal.SIG_IGN)
