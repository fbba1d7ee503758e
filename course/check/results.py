"""Looking at results in a notebook: what they are, and how well they agree with a library's."""

from typing import Any

import numpy as np

from course.check.compare import find_difference
from course.check.show import Card
from course.numbers import as_numbers, describe_value

NOTHING_YET = Card.note("Nothing yet: a step above is still `...`.")


def describe(result: Any) -> Card:
    """Say what a result is: its type, its shape and the range of its values.

    Parameters
    ----------
    result : array_like or Ellipsis
        `...` while a stub is not filled in.

    Returns
    -------
    card : Card
        For example "float64 [1024, 44], from -0.7 to 0.7"; of complex numbers the range of the magnitudes.
    """
    if result is ...:
        return NOTHING_YET
    array = as_numbers(result)
    if array is None:
        return Card.problem(describe_value(result))
    shape = f" [{', '.join(map(str, array.shape))}]" if array.ndim else ""
    values = np.abs(array) if array.dtype.kind == "c" else array
    which = "magnitudes " if array.dtype.kind == "c" else ""
    reach = f", {which}from {values.min():.4g} to {values.max():.4g}" if array.size else ", empty"
    return Card.note(f"{array.dtype}{shape}{reach}.")


def agreement(mine: Any, theirs: Any) -> Card:
    """Say how far two results are apart.

    Parameters
    ----------
    mine : array_like or Ellipsis
        The student's result; `...` while a stub is not filled in.
    theirs : array_like
        A library's result.

    Returns
    -------
    card : Card
        The largest difference relative to the peak of `theirs`, or what differs.
    """
    if mine is ... or theirs is ...:
        return NOTHING_YET
    if as_numbers(theirs) is None:
        return Card.problem(f"There is nothing to compare with: {type(theirs).__name__} is no array of numbers.")
    if (difference := find_difference(theirs, mine)) is not None:
        return Card.problem(f"Not the same. {difference.summary} {difference.detail}".strip())
    mine, theirs = np.asarray(mine), np.asarray(theirs)
    if np.array_equal(mine, theirs, equal_nan=True):
        return Card.note("Exactly the same.")
    finite = np.isfinite(theirs)
    largest = np.max(np.abs(mine[finite] - theirs[finite])) / (np.max(np.abs(theirs[finite])) or 1.0)
    return Card.note(f"The same: the largest difference is {largest:.0e} of the peak.")
