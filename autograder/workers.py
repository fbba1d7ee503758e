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
        threads = self._client.nthreads()
        # a wish only: what a lost worker had to do is done by another one
        self._executors = [
            self._client.get_executor(pure=False, workers=[address], allow_other_workers=True)
            for address, count in threads.items()
            for _ in range(count)
        ] or [self._client.get_executor(pure=False)]

    @property
    def workers(self) -> int:
        """How many there are."""
        return len(self._executors)

    def submit(self, worker: int, order: Order) -> Future:
        """Give a worker an order."""
        return self._executors[worker].submit(grade_submission, order)

    def warm_up(self, worker: int, order: Order) -> None:
        """Let a worker begin to get ready; nobody waits for it."""
        self._executors[worker].submit(warm_up, order)

    def renew(self, worker: int) -> None:
        """Dask replaces its workers by itself."""

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
