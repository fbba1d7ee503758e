"""Reading whatever a student's function returned as numbers, and saying what it is if that fails."""

from typing import Any

import numpy as np


def as_numbers(value: Any) -> np.ndarray | None:
    """The value as an array of truth values, integers, real or complex numbers; None if it is anything else."""
    if value is None or value is ... or _holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # a student's object may raise whatever it likes
        return None
    return array if array.dtype.kind in "biufc" else None


def _holds_text(value: Any) -> bool:
    """Whether a value is text, or a list with text in it: NumPy would give each item the room of the longest."""
    waiting, seen = [value], set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, str | bytes):
            return True
        if type(each) in (list, tuple) and id(each) not in seen:
            seen.add(id(each))
            waiting += each
    return False


def describe_value(value: Any) -> str:
    """A sentence on what is returned where numbers are expected."""
    if value is None:
        return "Your function returns `None`. Is its last line, `return …`, still there?"
    if value is ...:
        return "Your function still returns `...`: a step is not filled in."
    if isinstance(value, tuple):
        return f"Your function returns a tuple of {len(value)}; it should return one array. Is there a comma too many?"
    if isinstance(value, list):
        return "Your function returns a list that makes no array: its rows are of unequal lengths, or hold no numbers."
    if isinstance(value, np.ndarray):
        return f"Your function returns an array of `{value.dtype}`; it should hold numbers."
    return f"Your function returns {with_article(type(value).__name__)}; it should return numbers."


def with_article(name: str) -> str:
    """The name of a type or an exception as code, with "a" or "an" before it."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} `{name}`"
