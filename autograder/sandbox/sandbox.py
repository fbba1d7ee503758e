"""The warm process from outside: start it, fork it for a submission, end it."""

import contextlib
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field

from autograder.sandbox import bubblewrap, kept
from autograder.sandbox.bubblewrap import NoSandbox
from autograder.sandbox.inside import wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Ask, Killed, StudentProcess

WARM_UP_SECONDS = 300


class SandboxLost(Exception):
    """The warm process is gone; a new one has to be started."""


@dataclass(frozen=True)
class Sandbox:
    """A warm process. Several submissions may run at the same time, each in a fork of its own."""

    program: subprocess.Popen
    control: socket.socket
    lock: threading.Lock
    things: set[str] = field(default_factory=set)
    """the digests of those that it was given"""

    @classmethod
    def start(cls, unsafe: bool = False) -> "Sandbox":
        """Start a process that submissions can be forks of; `warm_up` makes them quick.

        Parameters
        ----------
        unsafe : bool
            Whether to do without bubblewrap and namespaces: then nothing keeps students' code from anything.

        Returns
        -------
        sandbox : Sandbox

        Raises
        ------
        NoSandbox
            If this machine can't; the message says what to do.
        """
        ours, theirs = socket.socketpair()
        command = bubblewrap.bare_command if unsafe else bubblewrap.command
        program = subprocess.Popen(
            command(theirs.fileno()),
            env=bubblewrap.environment(unsafe),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        theirs.close()
        sandbox = cls(program, ours, threading.Lock())
        try:
            sandbox._ask({"compiled": kept.load_compiled()})
            sandbox.open(Limits()).close()
        except (Killed, SandboxLost) as error:
            sandbox.close()
            raise NoSandbox(_way_out(str(error))) from error
        except NoSandbox:
            sandbox.close()
            raise
        return sandbox

    def warm_up(
        self, cells: list[str], ours: list[bool], library_has: list[str], earlier: bytes
    ) -> tuple[dict[str, list[dict]], bytes]:
        """Pay once for what all forks need.

        Parameters
        ----------
        cells : list of str
            The code of a released notebook, which is run for its imports and first calls.
        ours : list of bool
            Which of the cells are no place for an answer.
        library_has : list of str
            The library's functions that are watched for.
        earlier : bytes
            What an earlier warm process has learnt of the cells; empty if there was none.

        Returns
        -------
        shown : dict of str to list of dict
            Of the cells that are alike in every submission: what they show, by their code.
        learnt : bytes
            What the next warm process need not work out; empty if that is nothing new.

        Raises
        ------
        NoSandbox
            If a cell fails in it; the message says which.
        """
        order = {"cells": cells, "ours": ours, "library_has": library_has, "earlier": earlier}
        answer = self._ask({"do": "warm up", **order})
        if answer["compiled"]:
            kept.store(kept.compiled(), answer["compiled"])
        return answer["shown"], answer["learnt"]

    def open(self, limits: Limits, ask: Ask | None = None) -> StudentProcess:
        """Fork the warm process for one submission.

        Parameters
        ----------
        limits : Limits
        ask : callable, optional
            Who answers for the submission's stand-ins.

        Raises
        ------
        SandboxLost
        """
        (orders, their_orders), (questions, their_questions) = socket.socketpair(), socket.socketpair()
        with self.lock, their_orders, their_questions:
            try:
                wire.send(self.control, {"do": "fork", "limits": limits.as_dict()})
                socket.send_fds(self.control, [b"2"], [their_orders.fileno(), their_questions.fileno()])
            except (wire.Closed, OSError) as error:
                raise SandboxLost from error
        return StudentProcess(orders, questions, limits, ask)

    def remember(self, things: dict[str, bytes]) -> None:
        """Give the warm process pictures and sounds that need not be made again."""
        with self.lock:
            wire.send(self.control, {"do": "remember", "things": things})
        self.things.update(things)

    def close(self) -> None:
        """End the warm process and all that runs in its forks."""
        self.control.close()
        self.program.kill()
        self.program.wait()
        self.program.stderr.close()

    def _ask(self, order: dict) -> dict:
        """Have it do something, and wait until it is done."""
        try:
            with self.lock:
                wire.send(self.control, order)
                answer = wire.receive(self.control, time.monotonic() + WARM_UP_SECONDS)
        except (wire.Closed, wire.TooLate, OSError):
            answer = {"fault": self._said()}
        if "ready" not in answer:
            raise NoSandbox(_way_out(answer.get("fault", "")))
        return answer

    def _said(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.program.wait(5)
        self.program.kill()
        return self.program.stderr.read()


def _way_out(fault: str) -> str:
    """What an instructor can do about a sandbox that does not start."""
    fault = fault.strip() or "it gave no reason"
    remedy = "`autograder doctor` looks closer."
    if "namespace" in fault or "uid map" in fault or "Operation not permitted" in fault:
        remedy = (
            "User namespaces seem to be switched off. Debian, Ubuntu: sysctl -w kernel.unprivileged_userns_clone=1 and "
            "kernel.apparmor_restrict_unprivileged_userns=0; everywhere: user.max_user_namespaces above 0; in Docker: "
            "start the container with --security-opt seccomp=unconfined --cap-add SYS_ADMIN."
        )
    return f"The sandbox does not start: {fault}\n{remedy}"
