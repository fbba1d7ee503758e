"""How far a result is from the expected one: what kind of difference, and where."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course.check.case import Axis
from course.check.explain import Explanation, explain_difference

TOLERANCE = 1e-5
"""Largest difference that counts as equal, relative to the peak: wide enough for float32, too narrow for float16."""


NOT_NUMBERS, WRONG_SHAPE, OTHER_VALUES = "not numbers", "another shape", "other values"


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
    expected = np.asarray(expected)
    if (difference := _not_numbers(actual)) is not None:
        return difference
    actual = np.asarray(actual)
    if expected.shape == actual.shape:
        if (difference := _not_finite(expected, actual, axes)) is not None:
            return difference
        if is_close(expected, actual):
            return _needlessly_complex(expected, actual)
    explanation = explain_difference(expected, actual, constants)
    if expected.shape != actual.shape:
        shape = _describe_shapes(expected, actual, axes)
        return _explained(shape, explanation)
    return _explained(_describe_places(expected, actual, axes), explanation)


def _explained(difference: Difference, explanation: Explanation | None) -> Difference:
    """The difference in the words of a relation that explains it, if there is one."""
    if explanation is None:
        return difference
    return Difference(explanation.relation, explanation.says, difference.detail)


def is_close(expected: Any, actual: Any) -> bool:
    """Whether two results are numbers, have the same shape and agree within `TOLERANCE` of the expected peak."""
    if _not_numbers(actual) is not None:
        return False
    expected, actual = np.asarray(expected), np.asarray(actual)
    if expected.shape != actual.shape:
        return False
    if expected.size == 0:
        return True
    # ten-bit mantissas pass a look at their values when these happen to be short; say no by type
    if actual.dtype == np.float16 and expected.dtype.kind == "f":
        return False
    expected = expected.astype(np.result_type(expected.dtype, np.float64))
    peak = np.max(np.abs(expected)) or 1.0
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(actual - expected) <= TOLERANCE * peak))


def _not_numbers(actual: Any) -> Difference | None:
    """None, Ellipsis, text, ragged lists: what can't be compared at all."""
    if actual is None:
        return Difference(NOT_NUMBERS, "Your function returns `None`. Is its last line, `return …`, still there?")
    if actual is ...:
        return Difference(NOT_NUMBERS, "Your function still returns `...`: a step is not filled in.")
    try:
        array = np.asarray(actual)
    except ValueError:
        return Difference(NOT_NUMBERS, "Your function returns lists of unequal lengths; it should return one array.")
    if array.dtype.kind not in "biufc":
        return Difference(NOT_NUMBERS, f"Your function returns {_kind_of(actual)}; it should return numbers.")
    return None


def _kind_of(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} `{name}`"


def _not_finite(expected: np.ndarray, actual: np.ndarray, axes: tuple[Axis, ...]) -> Difference | None:
    bad = ~np.isfinite(actual)
    if not bad.any() or not np.isfinite(expected).all():
        return None
    kind = "NaN" if np.isnan(actual).any() else "infinite"
    first = _place(np.argwhere(bad)[0], axes)
    return Difference(
        "values that are not finite",
        f"Some of your values are {kind}. A division by zero, the logarithm of zero, or the root of a negative number "
        "does that.",
        f"{bad.sum()} of {bad.size} values; the first at {first}." if actual.ndim else "",
    )


def _needlessly_complex(expected: np.ndarray, actual: np.ndarray) -> Difference | None:
    if actual.dtype.kind == "c" and expected.dtype.kind != "c":
        return Difference(
            "complex", "Your values are right, but complex with an imaginary part of zero. Return real numbers."
        )
    return None


def _describe_shapes(expected: np.ndarray, actual: np.ndarray, axes: tuple[Axis, ...]) -> Difference:
    detail = f"Your result has the shape {_shape(actual)}, expected is {_shape(expected)}."
    if expected.ndim != actual.ndim:
        return Difference(
            WRONG_SHAPE, f"Your result has {_axes(actual.ndim)}; it should have {_axes(expected.ndim)}.", detail
        )
    if actual.shape == expected.shape[::-1]:
        return Difference(WRONG_SHAPE, "Rows and columns of your result have changed places.", detail)
    axis = next(i for i in range(expected.ndim) if expected.shape[i] != actual.shape[i])
    name = axes[axis].name if axis < len(axes) else "element"
    missing = expected.shape[axis] - actual.shape[axis]
    words = f"{abs(missing)} {name}{'s' if abs(missing) > 1 else ''} too {'few' if missing > 0 else 'many'}"
    return Difference(WRONG_SHAPE, f"Your result has {words} along axis {axis}.", detail)


def _axes(count: int) -> str:
    return {0: "no axis (it is a single number)", 1: "one axis"}.get(count, f"{count} axes")


def _shape(array: np.ndarray) -> str:
    return f"[{', '.join(map(str, array.shape))}]" if array.ndim else "of a single number"


def _describe_places(expected: np.ndarray, actual: np.ndarray, axes: tuple[Axis, ...]) -> Difference:
    """Where the difference begins, and where it is worst."""
    distance = np.abs(actual - expected.astype(np.result_type(expected.dtype, np.float64)))
    wrong = distance > TOLERANCE * (np.max(np.abs(expected)) or 1.0)
    if expected.ndim == 0 or not wrong.any():
        return Difference(OTHER_VALUES, "Your number differs from the expected one.", f"Yours: {_number(actual)}.")
    first, worst = np.argwhere(wrong)[0], np.array(np.unravel_index(np.argmax(distance), distance.shape))
    share = wrong.mean()
    summary = (
        "The shape is right, but nearly all values differ."
        if share > 0.9
        else f"The shape is right; {max(share, 0.01):.0%} of the values differ."
    )
    detail = f"The first difference is at {_place(first, axes)}"
    if tuple(first) == tuple(worst):
        return Difference(
            OTHER_VALUES, summary, f"{detail}, and it is the largest, too: {_pair(expected, actual, worst)}."
        )
    return Difference(
        OTHER_VALUES, summary, f"{detail}; the largest at {_place(worst, axes)}: {_pair(expected, actual, worst)}."
    )


def _pair(expected: np.ndarray, actual: np.ndarray, index: np.ndarray) -> str:
    return f"yours is {_number(actual[tuple(index)])}, expected is {_number(expected[tuple(index)])}"


def _number(value: Any) -> str:
    return f"{value:.4g}"


def _place(index: np.ndarray, axes: tuple[Axis, ...]) -> str:
    known = [axes[i].place(int(k)) if i < len(axes) else f"index {int(k)}" for i, k in enumerate(index)]
    return ", ".join(known)
