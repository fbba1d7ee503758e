"""Trying out a function that may do anything: raise, return nonsense, spoil its input, never end."""

import ctypes
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.numbers import as_numbers


@dataclass(frozen=True)
class Outcome:
    """What came of a call."""

    value: np.ndarray | None
    """None if the call gave nothing that can be used."""
    told: str = ""
    """What is to be known about it, in sentences; empty if all is well."""


class _TookTooLong(BaseException):
    """Raised in a function that is not waited for any more."""


class Trial:
    """Calls functions, each in a thread of its own, and waits for them a while.

    A thread can't be killed. One that takes too long is asked to stop (which works as soon as it is back in Python),
    its result is dropped whenever it comes, and the same function is not called again before it has ended.

    Parameters
    ----------
    accept : callable
        Takes a function's name and its result; gives the outcome. It raises nothing.
    seconds : float
        How long a function may take.
    """

    def __init__(self, accept: Callable[[str, Any], Outcome], seconds: float) -> None:
        self._accept, self._seconds = accept, seconds
        self._late: dict[str, threading.Thread] = {}

    def call(
        self, name: str, function: Callable[..., Any], array: np.ndarray, arguments: Iterable[Any] = ()
    ) -> Outcome:
        """What a function makes of a copy of an array, or why it makes nothing."""
        if name in self._late and self._late[name].is_alive():
            return Outcome(None, f"{name} still runs from before. Wait for it, or restart the kernel.")
        outcomes: list[Outcome] = []

        def work() -> None:
            try:
                outcomes.append(self._outcome(name, function, array, arguments))
            except BaseException:  # nobody waits any more, and nobody is to see a traceback
                return

        thread = threading.Thread(target=work, name=f"trial of {name}", daemon=True)
        thread.start()
        why = f"{name} takes too long: more than {self._seconds:g} s. It is not waited for."
        try:
            thread.join(self._seconds)
        except KeyboardInterrupt:  # the kernel's, meant for what it waits for; a widget goes on
            why = f"{name} was interrupted."
        if outcomes:
            return outcomes[0]
        self._late[name] = thread
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_TookTooLong))
        return Outcome(None, why)

    def _outcome(self, name: str, function: Callable[..., Any], array: np.ndarray, arguments: Iterable[Any]) -> Outcome:
        given = array.copy()
        try:
            # what is infinite is told, and not printed in a thread
            with np.errstate(all="ignore"):
                result = function(given, *arguments)
        except _TookTooLong:
            raise
        except BaseException as error:
            said = f": {str(error)[:200]}" if str(error) else ""
            return Outcome(None, f"{name} stops with {type(error).__name__}{said}.")
        outcome = self._accept(name, result)
        if np.array_equal(given, array):
            return outcome
        spoilt = f"{name} changes the array that it is given; work on a copy (`.copy()`)."
        return Outcome(outcome.value, f"{outcome.told} {spoilt}".strip())


def accept_table(name: str, result: Any, problem: Callable[[tuple[int, ...]], str]) -> Outcome:
    """A result as a table of finite real numbers, or why it is none.

    Parameters
    ----------
    name : str
        The function's.
    result : anything
        Of the function.
    problem : callable
        Takes the result's shape; says what the function gives and should have given, or nothing if that is right.
    """
    if result is ...:
        return Outcome(None, f"{name} has a step that is still “...”.")
    array = as_numbers(result)
    if array is None:
        return Outcome(None, f"{name} gives no table of numbers.")
    if array.dtype.kind == "c":
        return Outcome(None, f"{name} gives complex numbers, not real ones.")
    if told := problem(array.shape):
        return Outcome(None, f"{name} gives {told}.")
    if not np.isfinite(array).all():
        return Outcome(None, f"{name} gives values that are infinite or no numbers.")
    return Outcome(array)


def shape_in_words(shape: tuple[int, ...]) -> str:
    """Such as 74 × 128."""
    return " × ".join(map(str, shape)) or "a single number"
