"""How well a student's result agrees with a library's: for the end of a lesson."""

from typing import Any

import numpy as np

from course.check.compare import find_difference


def agreement(mine: Any, theirs: Any) -> str:
    """Say how far two results are apart.

    Parameters
    ----------
    mine : array_like or Ellipsis
        The student's result; `...` while a stub is not filled in.
    theirs : array_like
        A library's result.

    Returns
    -------
    text : str
        One sentence, with the largest difference relative to the peak of `theirs`.
    """
    if mine is ...:
        return "nothing to compare yet: a step is still `...`"
    if (difference := find_difference(theirs, mine)) is not None:
        return f"not the same: {difference.summary} {difference.detail}".strip()
    largest = np.max(np.abs(np.asarray(mine) - np.asarray(theirs))) / (np.max(np.abs(theirs)) or 1.0)
    return f"the same: the largest difference is {largest:.0e} of the peak"
