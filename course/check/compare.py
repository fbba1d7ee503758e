"""Whether a result is the expected one, and if not, what kind of difference it is, and where."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course.check.case import Axis
from course.check.evidence import TOLERANCE
from course.check.explain import explain_difference
from course.check.places import describe_places, describe_shapes, in_terms_of, place
from course.numbers import as_numbers, describe_value


@dataclass(frozen=True)
class Difference:
    """What is wrong with a result."""

    kind: str
    """in a word or two, without a number: all that may be said of a hidden test"""
    summary: str
    """a sentence for the student"""
    detail: str = ""
    """shapes, places and values"""


def find_difference(
    expected: Any, actual: Any, axes: tuple[Axis, ...] = (), constants: dict[str, float] | None = None
) -> Difference | None:
    """Compare a result with the expected one, up to rounding.

    Parameters
    ----------
    expected : array_like
        The right result: a number or an array.
    actual : object
        Whatever a student's function returned.
    axes : tuple of Axis
        The axes of the result, for saying where it differs.
    constants : dict of str to float, optional
        Numbers that may explain a factor, by name.

    Returns
    -------
    difference : Difference or None
        None if they agree within `TOLERANCE` of the expected peak.
    """
    expected, found = np.asarray(expected), as_numbers(actual)
    if found is None:
        return Difference("not numbers", describe_value(actual))
    if expected.shape != found.shape:
        return _told(
            Difference("another shape", *describe_shapes(expected, found, axes)), expected, found, axes, constants
        )
    if (difference := _not_finite(expected, found, axes) or _wrong_type(expected, found)) is not None:
        return difference
    if is_close(expected, found):
        return None
    return _told(Difference("other values", *_places(expected, found, axes)), expected, found, axes, constants)


def is_close(expected: Any, actual: Any) -> bool:
    """Whether two results are numbers, have the same shape and agree within `TOLERANCE` of the expected peak.

    What is infinite or NaN must be so in both, at the same places.
    """
    expected, found = np.asarray(expected), as_numbers(actual)
    if found is None or expected.shape != found.shape:
        return False
    return not _is_wrong(expected, found).any()


def _is_wrong(expected: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Which values are further from the expected ones than rounding takes them."""
    finite = np.isfinite(expected)
    peak = np.max(np.abs(expected[finite]), initial=0.0) or 1.0
    same = (expected == found) | (np.isnan(expected) & np.isnan(found))
    # "not close" rather than "far": NaN is neither
    return np.where(finite, ~(_distance(expected, found) <= TOLERANCE * peak), ~same)


def _distance(expected: np.ndarray, found: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.abs(found - expected.astype(np.result_type(expected.dtype, np.float64)))


def _told(
    difference: Difference,
    expected: np.ndarray,
    found: np.ndarray,
    axes: tuple[Axis, ...],
    constants: dict[str, float] | None,
) -> Difference:
    """The difference in the words of a relation that explains it, if there is one."""
    explanation = explain_difference(expected, found, constants)
    if explanation is None:
        return difference
    return Difference(explanation.relation, in_terms_of(explanation.says, axes), difference.detail)


def _places(expected: np.ndarray, found: np.ndarray, axes: tuple[Axis, ...]) -> tuple[str, str]:
    return describe_places(expected, found, _is_wrong(expected, found), _distance(expected, found), axes)


def _not_finite(expected: np.ndarray, found: np.ndarray, axes: tuple[Axis, ...]) -> Difference | None:
    bad = ~np.isfinite(found) & np.isfinite(expected)
    if not bad.any():
        return None
    kind = "NaN" if np.isnan(found[bad]).any() else "infinite"
    return Difference(
        "values that are not finite",
        f"Some of your values are {kind}. A division by zero, the logarithm of zero, or the root of a negative number "
        "does that.",
        f"{bad.sum()} of {bad.size} values; the first at {place(np.argwhere(bad)[0], axes)}." if found.ndim else "",
    )


def _wrong_type(expected: np.ndarray, found: np.ndarray) -> Difference | None:
    """Right or nearly right values of a type that will not do."""
    if found.dtype == np.float16 and expected.dtype.kind == "f":
        return Difference(
            "half precision",
            "Your values are in half precision (float16): too coarse for sound. Take float32 or float64.",
        )
    if found.dtype.kind == "c" and expected.dtype.kind != "c" and is_close(expected, found):
        return Difference(
            "complex", "Your values are right, but complex with an imaginary part of zero. Return real numbers."
        )
    return None
