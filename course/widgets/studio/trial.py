"""Trying out a function that may do anything: raise, return nonsense, spoil its input, never end."""

import ctypes
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.numbers import as_numbers

SECONDS = 3.0
"""How long a function may take."""
LOUDEST = 1e12
"""More power than this in a cell counts as this much, so that no sum overflows."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call."""

    mel: np.ndarray | None
    """float32 [n_mels, n_frames]; None if the call gave none."""
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
    most_frames : int
        How long a result may be.
    """

    def __init__(self, most_frames: int) -> None:
        self._most_frames = most_frames
        self._late: dict[str, threading.Thread] = {}

    def call(self, name: str, function: Callable[..., Any], mel: np.ndarray, arguments: Iterable[Any]) -> Outcome:
        """What a function makes of a copy of a mel spectrogram, or why it makes nothing."""
        if name in self._late and self._late[name].is_alive():
            return Outcome(None, f"{name} still runs from before. Wait for it, or restart the kernel.")
        outcomes: list[Outcome] = []

        def work() -> None:
            try:
                outcomes.append(self._outcome(name, function, mel, arguments))
            except BaseException:  # nobody waits any more, and nobody is to see a traceback
                return

        thread = threading.Thread(target=work, name=f"edit {name}", daemon=True)
        thread.start()
        thread.join(SECONDS)
        if not outcomes:
            self._late[name] = thread
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_TookTooLong))
            return Outcome(None, f"{name} takes too long: more than {SECONDS:g} s. It is not waited for.")
        return outcomes[0]

    def _outcome(self, name: str, function: Callable[..., Any], mel: np.ndarray, arguments: Iterable[Any]) -> Outcome:
        given = mel.copy()
        try:
            # what is infinite is told, and not printed in a thread
            with np.errstate(all="ignore"):
                result = function(given, *arguments)
        except _TookTooLong:
            raise
        except BaseException as error:
            said = f": {str(error)[:200]}" if str(error) else ""
            return Outcome(None, f"{name} stops with {type(error).__name__}{said}.")
        outcome = self.accept(name, result, len(mel))
        if np.array_equal(given, mel):
            return outcome
        spoilt = f"{name} changes the table that it is given; work on a copy (mel.copy())."
        return Outcome(outcome.mel, f"{outcome.told} {spoilt}".strip())

    def accept(self, name: str, result: Any, n_mels: int) -> Outcome:
        """A result as a mel spectrogram, or why it is none."""
        if result is ...:
            return Outcome(None, f"{name} has a step that is still “...”.")
        array = as_numbers(result)
        if array is None:
            return Outcome(None, f"{name} gives no table of numbers.")
        if array.dtype.kind == "c":
            return Outcome(None, f"{name} gives complex numbers; power is real.")
        if array.ndim != 2 or len(array) != n_mels or array.shape[1] == 0:
            shape = " × ".join(map(str, array.shape)) or "a single number"
            return Outcome(None, f"{name} gives {shape}, not {n_mels} bands × some frames.")
        if array.shape[1] > self._most_frames:
            return Outcome(None, f"{name} gives {array.shape[1]} frames; at most {self._most_frames} can be played.")
        if not np.isfinite(array).all():
            return Outcome(None, f"{name} gives values that are infinite or no numbers.")
        below = np.count_nonzero(array < 0)
        told = f"{name} gives {below} cells below zero, which count as silence." if below else ""
        return Outcome(np.clip(array, 0, LOUDEST).astype(np.float32), told)
