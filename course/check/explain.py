"""Explain how a wrong answer follows from the right one.

A student's values are often the expected ones, transformed: doubled, squared, in decibels, one frame late.
`explain_difference` tries the relations of `course.check.relations` in their order and tells the first that holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from course.check.evidence import agrees, peak
from course.check.relations import RELATIONS
from course.numbers import as_numbers

TOO_CLOSE = 1e-4
"""A difference below this share of the peak cannot tell one relation from another."""


@dataclass(frozen=True)
class Explanation:
    """The relation between the expected values and a student's."""

    relation: str
    """A stable name for machines, such as "constant factor"."""
    says: str
    """One or two sentences for the student."""


def explain_difference(expected, actual, constants: Mapping[str, float] | None = None) -> Explanation | None:
    """Name the simple transformation that turns the expected values into the student's.

    Parameters
    ----------
    expected, actual : array_like, real or complex, 0-d, 1-D or 2-D
        The right values and the student's. Neither is changed.
    constants : mapping of str to float, optional
        Numbers of the exercise by their names, such as ``{"window_length": 512}``. A factor is told by them.

    Returns
    -------
    Explanation or None
        The first relation that holds; None where the values are equal, are not finite numbers, or are not related.
    """
    expected, actual = _comparable(expected), _comparable(actual)
    if expected is None or actual is None:
        return None
    with np.errstate(all="ignore"):
        if peak(expected) == 0 or agrees(actual, expected, share=TOO_CLOSE):
            return None
        found = ((name, relation(expected, actual, constants or {})) for name, relation in RELATIONS)
        return next((Explanation(name, says) for name, says in found if says), None)


def _comparable(values) -> np.ndarray | None:
    """Give values as float64 or complex128 of at most two axes; None if they are empty, not finite or not numbers."""
    array = as_numbers(values)
    # truth values are left out: among so few possible values, relations hold by chance
    if array is None or array.dtype.kind == "b" or array.ndim > 2 or array.size == 0:
        return None
    with np.errstate(all="ignore"):
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
        return array if np.isfinite(peak(array)) else None
