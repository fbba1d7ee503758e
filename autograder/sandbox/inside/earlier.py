"""What the long cells of ours came to in an earlier warm process: they need not be run for each one.

It goes from warm process to warm process, before any student's code has run, and is read nowhere else.
"""

import importlib
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.sandbox.inside import compiled

LONG = 0.05
"""Seconds of processor time from which on a cell is not run again."""
MOST = 16 << 20
"""Bytes that are handed on for a lesson, at most."""
SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})


@dataclass
class Earlier:
    """What is known of a lesson's long cells, and what they had loaded by the way.

    Parameters
    ----------
    outcomes : dict
        By a cell's code: the names it defines with their values, and what it shows.
    modules : list of str
        All that was imported: much of a library is, only when it is first used.
    signatures : list
        What Numba had compiled, as `compiled.signatures` gives it.
    """

    outcomes: dict[str, tuple[dict[str, Any], list[dict]]] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    signatures: list = field(default_factory=list)
    _has_learnt: bool = False

    @classmethod
    def read(cls, content: bytes) -> "Earlier":
        """What an earlier warm process wrote; if that can't be read, nothing is known."""
        try:
            earlier = cls(*pickle.loads(content))
        except Exception:  # whatever a damaged file makes of it
            return cls()
        for module in earlier.modules:
            # some are parts of others that cannot be asked for by name
            with suppress(Exception):
                importlib.import_module(module)
        compiled.load(earlier.signatures)
        return earlier

    def learn(self, source: str, values: dict[str, Any], shown: list[dict], seconds: float) -> None:
        """Note what a cell came to, if it took long and defined nothing but data."""
        if seconds >= LONG and _is_data(values):
            self.outcomes[source] = (values, shown)
            self._has_learnt = True

    def write(self) -> bytes:
        """For the next warm process; nothing if nothing is new, or it is too much."""
        if not self._has_learnt:
            return b""
        content = pickle.dumps((self.outcomes, sorted(sys.modules), compiled.signatures()))
        return content if len(content) <= MOST else b""


def _is_data(value: Any) -> bool:
    """Whether it is made of numbers, texts and arrays alone: then its copy is as good as itself."""
    if type(value) is dict:
        return all(_is_data(each) for pair in value.items() for each in pair)
    if type(value) in (list, tuple, set):
        return all(map(_is_data, value))
    if type(value) is np.ndarray:
        return not value.dtype.hasobject
    return type(value) in SCALARS or isinstance(value, np.generic)
