"""One submission: runs its cells and answers calls of its functions, as whoever grades asks for them."""

import os
import random
import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.sandbox.inside import wire
from autograder.sandbox.inside.alike import alike
from autograder.sandbox.inside.answers import answer_call, answer_diagnosis, plain
from autograder.sandbox.inside.outputs import Outputs
from autograder.sandbox.inside.shell import NotebookShell
from course import memo
from course.check.bank import load_bank
from course.check.case import Case
from course.check.library_names import names_used


class Student:
    """Answers the requests that arrive on a channel, one after the other.

    Parameters
    ----------
    channel : socket
    shell : NotebookShell
        Nothing of anybody's has run in it.
    limits : dict
        As `Limits.as_dict` gives them.
    """

    def __init__(self, channel: socket.socket, shell: NotebookShell, limits: dict):
        self.channel = channel
        self.pid = os.getpid()
        self.shell = shell
        shell.listen(Outputs(limits["output_bytes"], limits["endless_output_bytes"]))
        self.requests = {"run": self.run, "call": self.call, "diagnose": self.diagnose}
        self.requests |= {"made": self.made, "read": self.read, "alike": self.alike, "take over": self.take_over}

    def serve(self) -> None:
        """Answer until the other end hangs up. Only the work itself can be interrupted, never a message."""
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # a fork is to draw other random numbers than its neighbours
        random.seed()
        np.random.seed()
        wire.send(self.channel, {"number": 0})
        while True:
            request = wire.receive(self.channel)
            try:
                with _interruptible():
                    answer = self.requests[request["do"]](**request["with"])
            except KeyboardInterrupt:
                answer = {"interrupted": True}
            if os.getpid() != self.pid:
                self._wait_for_the_end()
            try:
                wire.send(self.channel, answer | {"number": request["number"]})
            except (wire.TooLarge, TypeError):
                wire.send(self.channel, {"kind": "too large", "number": request["number"]})

    def _wait_for_the_end(self) -> None:
        """Stay, in a copy that a cell has made of this process: it is counted with the others, and answers nobody."""
        hung_up = select.poll()
        hung_up.register(self.channel, 0)
        hung_up.poll()
        os._exit(0)

    def run(self, source: str) -> dict:
        """Run a cell, and say whether it has left processes behind."""
        return self.shell.run(source) | {"alone": not _has_children()}

    def call(self, name: str, case: dict, stand_ins: list, library_has: list) -> dict:
        """Call the function of an exercise."""
        namespace, stand_in = self.shell.user_ns, self._asking(stand_ins)
        return answer_call(namespace.get(name), namespace, Case.from_data(case), stand_in, tuple(library_has))

    def diagnose(self, lesson: str, name: str, stand_ins: list) -> dict:
        """Say what the student's own check says of an exercise."""
        namespace = self.shell.user_ns
        return answer_diagnosis(namespace.get(name), namespace, load_bank(lesson), name, self._asking(stand_ins))

    def made(self) -> dict:
        """Hand over the pictures and sounds made so far."""
        return {"made": memo.remembered()}

    def read(self, cells: list, checks: list) -> dict:
        """Read a notebook's code for what its answers hang on; its text may be anything, so it is read in here.

        Each check is the name of an exercise, how many cells stand before it, and what it asks to build.
        """
        return {
            "used": [sorted(names_used(cells[:count], name, tuple(library_has))) for name, count, library_has in checks]
        }

    def alike(self, cells: list, ours: list) -> dict:
        """Say which cells show the same in every submission; read in here like all that is a stranger's text."""
        return {"alike": alike(cells, ours, self.shell.kept)}

    def take_over(self, source: str) -> dict:
        """Take over such a cell from the warm process."""
        self.shell.take_over(source)
        return {}

    def _asking(self, names: list) -> dict[str, Callable]:
        return {name: self._stand_in(name) for name in names}

    def _stand_in(self, name: str) -> Callable:
        """A function that asks whoever grades for what the reference gives."""

        def stand_in(*positional: Any, **named: Any) -> Any:
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            question = {"ask": name, "positional": plain(list(positional)), "named": plain(named)}
            wire.send(self.channel, question)
            answer = wire.receive(self.channel)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            if "result" in answer:
                return answer["result"]
            raise ValueError(answer.get("problem", "no result"))

        stand_in.__name__ = stand_in.__qualname__ = name
        return stand_in


def _has_children() -> bool:
    """Whether a process lives, or is not yet buried, that this one has started."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGINT through; one that was meant for earlier work is forgotten."""
    while signal.sigtimedwait([signal.SIGINT], 0):
        pass
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
