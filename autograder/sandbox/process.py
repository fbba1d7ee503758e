"""One submission's process from outside: run its cells, call its functions, with every limit held."""

import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.sandbox.inside import wire
from autograder.sandbox.limits import Limits
from course.check.case import Case

GRACE_SECONDS = 1.0
"""How long an interrupted process has to answer."""
START_SECONDS = 30.0
BROKEN: dict[str, Callable[[Limits], str]] = {
    "memory": lambda limits: f"It used more than {limits.memory_bytes >> 20} MB of memory.",
    "processes": lambda limits: f"It started more than {limits.processes} processes.",
    "disk": lambda limits: f"It wrote more than {limits.disk_bytes >> 20} MB.",
    "cpu": lambda limits: f"It used more than {limits.cpu_seconds} s of processor time.",
    "time": lambda limits: "The time for the whole notebook was up.",
}
"""What a student is told of each limit that ends a process."""


Ask = Callable[[str, list, dict], dict]


class Ended(Exception):
    """The student's process is gone; the message says to the student why."""

    def __init__(self, why: str, limit: str = ""):
        super().__init__(why)
        self.limit = limit
        """which limit was broken, in a word; empty if none was"""


class Killed(Exception):
    """The process was killed from outside, which is no fault of its student: to be done again."""


class TimeUp(Exception):
    """A request was interrupted for it took too long; the process goes on."""


@dataclass
class Usage:
    """What a submission has used."""

    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class StudentProcess:
    """A fork of the warm process.

    Parameters
    ----------
    orders, questions : socket
        Channels to its warden and to itself.
    limits : Limits
    ask : callable, optional
        Answers in place of a function of the student's: gets its name, positional and named arguments, and gives
        {"result": …} or {"problem": why not}.
    """

    def __init__(self, orders: socket.socket, questions: socket.socket, limits: Limits, ask: Ask | None = None):
        self._orders = orders
        self._questions = questions
        self._limits = limits
        self._ask = ask
        self._number = 0
        self._deadline = time.monotonic() + limits.notebook_seconds
        self.usage = Usage()
        self.alive = True
        self._answer(START_SECONDS, [])

    def run(self, source: str) -> dict:
        """Run a cell.

        Returns
        -------
        ran : dict
            `outputs`, `execution_count`, `failed`, `limit`, and `interrupted` if it took too long, as the sandbox gives
            them: not to be trusted.

        Raises
        ------
        Ended, Killed
        """
        ran = self._request("run", self._limits.cell_seconds, {"source": source})
        if ran.get("alone") is not True:
            self._be_within_limits()
        return ran

    def call(self, name: str, case: Case, stand_ins: list[str], library_has: tuple) -> dict:
        """Call the function of an exercise; whoever `ask` is answers for `stand_ins`.

        Returns
        -------
        answer : dict
            As `answers.answer_call` gives it: not to be trusted.

        Raises
        ------
        Ended, Killed, TimeUp
        """
        what = {"name": name, "case": case.as_data(), "stand_ins": stand_ins, "library_has": list(library_has)}
        return self._timely("call", what, stand_ins)

    def diagnose(self, lesson: str, name: str, stand_ins: list[str]) -> dict:
        """What the student's own check says; not to be trusted."""
        return self._timely("diagnose", {"lesson": lesson, "name": name, "stand_ins": stand_ins}, stand_ins)

    def be_alone(self) -> None:
        """End all that it has started, so that nobody helps it from now on."""
        with contextlib.suppress(wire.Closed, OSError):
            wire.send(self._orders, {"do": "alone"})

    def _be_within_limits(self) -> None:
        """Have the warden look now: what a cell has started is its own fault, and not the next one's."""
        with contextlib.suppress(wire.Closed, OSError):
            wire.send(self._orders, {"do": "look"})
        words = self._words()
        if "within" not in words:
            raise self._why_ended(words)

    def made(self) -> dict[str, bytes]:
        """The pictures and sounds it made; to be asked only where our own code ran alone."""
        return self._request("made", self._limits.call_seconds, {})["made"]

    def read(self, cells: list[str], checks: list) -> list:
        """What the answers of a notebook hang on, by its text; to be asked where nothing of a student's was run.

        Parameters
        ----------
        cells : list of str
            The code.
        checks : list of (str, int, list of str)
            For each exercise its name, how many cells stand before its check, and what it asks to build.

        Returns
        -------
        used : list of list of str
            For each check, what is named.
        """
        return self._timely("read", {"cells": cells, "checks": checks}, [])["used"]

    def alike(self, cells: list[str], ours: list[bool]) -> list[bool]:
        """Which cells show the same in every submission; to be asked where nothing of a student's was run.

        Parameters
        ----------
        cells : list of str
            The code.
        ours : list of bool
            Which of them are as they were released, and no place for an answer.
        """
        return self._timely("alike", {"cells": cells, "ours": ours}, [])["alike"]

    def take_over(self, source: str) -> None:
        """Take over such a cell from the warm process, in place of running it.

        Raises
        ------
        Ended, Killed
        """
        self._request("take over", self._limits.cell_seconds, {"source": source})

    def close(self) -> None:
        """End it, with everything it started."""
        self._end()

    def __enter__(self) -> "StudentProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _timely(self, do: str, what: dict, stand_ins: list[str]) -> dict:
        answer = self._request(do, self._limits.call_seconds, what, stand_ins)
        if answer.get("interrupted") is True:
            raise TimeUp
        return answer

    def _request(self, do: str, seconds: float, what: dict, stand_ins: Sequence[str] = ()) -> dict:
        self._number += 1
        try:
            wire.send(self._questions, {"do": do, "number": self._number, "with": what})
        except (wire.Closed, OSError):
            raise self._why_ended() from None
        return self._answer(seconds, stand_ins)

    def _answer(self, seconds: float, stand_ins: Sequence[str]) -> dict:
        """The answer to the newest request; interrupt it when it takes too long, then end it."""
        deadline = min(time.monotonic() + seconds, self._deadline)
        try:
            try:
                return self._next_answer(deadline, stand_ins)
            except wire.TooLate:
                wire.send(self._orders, {"do": "interrupt"})
                answer = self._next_answer(time.monotonic() + GRACE_SECONDS, stand_ins)
                return answer | {"interrupted": True}
        except wire.TooLate:
            words = self._end()
            if words.get("ended") in BROKEN:
                raise self._why_ended(words) from None
            if time.monotonic() >= self._deadline:
                raise self._why_ended({"ended": "time"}) from None
            raise Ended(f"It took longer than {seconds:g} s, and did not stop when told to.", "time") from None
        except wire.Malformed:
            self.close()
            raise Ended("Its process talked nonsense to the grader, and was ended.", "protocol") from None
        except (wire.Closed, OSError):
            raise self._why_ended() from None

    def _next_answer(self, deadline: float, stand_ins: Sequence[str]) -> dict:
        while True:
            answer = wire.receive(self._questions, deadline)
            if time.monotonic() > deadline:
                raise wire.TooLate
            if self._number == 0 and "fault" in answer:
                self.close()
                raise Killed(f"the sandbox could not be made ready: {answer['fault']}")
            if "ask" in answer:
                wire.send(self._questions, self._asked(answer, stand_ins))
            elif type(number := answer.get("number")) is int and number == self._number:
                return answer
            # anything else answers an older request, which was given up

    def _asked(self, question: dict, stand_ins: Sequence[str]) -> dict:
        """What a stand-in gives, or why it gives nothing."""
        name, positional, named = (question.get(key) for key in ("ask", "positional", "named"))
        if type(name) is not str or name not in stand_ins or type(positional) is not list or type(named) is not dict:
            return {"problem": "there is no such function"}
        try:
            return self._ask(name, positional, named) if self._ask else {"problem": "nobody answers"}
        except wire.TooLarge:
            return {"problem": "that is too large"}

    def _why_ended(self, words: dict | None = None) -> Exception:
        """The end as the warden tells it."""
        words = self._words() if words is None else words
        self._hang_up()
        why = words.get("ended", "signal 9")
        if why in BROKEN:
            return Ended(f"{BROKEN[why](self._limits)} Its process was ended.", why)
        if why == "exit":
            return Ended("It ended its own process.")
        if why == "signal 9" or why.startswith("fault"):
            return Killed(why)
        return Ended(f"Its process crashed ({why}).")

    def _end(self) -> dict:
        """End it, and give the warden's last words."""
        words = {}
        with contextlib.suppress(wire.Closed, OSError):
            wire.send(self._orders, {"do": "end"})
            words = self._words()
        self._hang_up()
        return words

    def _hang_up(self) -> None:
        self.alive = False
        self._orders.close()
        self._questions.close()

    def _words(self) -> dict:
        """What the warden says; empty if it is gone."""
        try:
            words = wire.receive(self._orders, time.monotonic() + START_SECONDS)
        except (wire.Closed, wire.TooLate, wire.Malformed, OSError):
            return {}
        self.usage.cpu_seconds += words.get("cpu_seconds", 0.0)
        self.usage.peak_bytes = max(self.usage.peak_bytes, words.get("peak_bytes", 0))
        return words
