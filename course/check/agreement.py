"""How well a student's result agrees with a library's: for the end of a lesson."""

from typing import Any

import numpy as np

from course.check.compare import find_difference
from course.check.show import Card


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
        return Card.note("Nothing to compare yet: a step is still `...`.")
    if (difference := find_difference(theirs, mine)) is not None:
        return Card.problem(f"Not the same. {difference.summary} {difference.detail}".strip())
    mine, theirs = np.asarray(mine), np.asarray(theirs)
    if np.array_equal(mine, theirs):
        return Card.note("Exactly the same.")
    largest = np.max(np.abs(mine - theirs)) / (np.max(np.abs(theirs)) or 1.0)
    return Card.note(f"The same: the largest difference is {largest:.0e} of the peak.")
