"""Where a result differs from the expected one: its shape, its first and its worst place."""

import numpy as np

from course.check.case import Axis


def describe_shapes(expected: np.ndarray, found: np.ndarray, axes: tuple[Axis, ...]) -> tuple[str, str]:
    """A sentence on two shapes that differ, and both shapes."""
    detail = f"Your result is {_shape(found)}, expected is {_shape(expected)}."
    if expected.ndim != found.ndim:
        return f"Your result has {_axes(found.ndim)}; it should have {_axes(expected.ndim)}.", detail
    if found.shape == expected.shape[::-1]:
        return "Rows and columns of your result have changed places.", detail
    axis = next(i for i in range(expected.ndim) if expected.shape[i] != found.shape[i])
    name = axes[axis].name if axis < len(axes) else "element"
    missing = expected.shape[axis] - found.shape[axis]
    words = f"{abs(missing)} {name}{'s' if abs(missing) > 1 else ''} too {'few' if missing > 0 else 'many'}"
    return f"Your result has {words} along axis {axis}.", detail


def describe_places(
    expected: np.ndarray, found: np.ndarray, wrong: np.ndarray, distance: np.ndarray, axes: tuple[Axis, ...]
) -> tuple[str, str]:
    """A sentence on how many values are wrong, and one on where that begins and where it is worst."""
    if not expected.ndim:
        return "Your number differs from the expected one.", f"Yours is {_number(found)}."
    share = wrong.mean()
    summary = f"The shape is right; {max(share, 0.01):.0%} of the values differ."
    if share > 0.9:
        summary = "The shape is right, but nearly all values differ."
    first = np.argwhere(wrong)[0]
    worst = np.array(np.unravel_index(np.argmax(distance), distance.shape))
    values = f"yours is {_number(found[tuple(worst)])}, expected is {_number(expected[tuple(worst)])}"
    if tuple(first) == tuple(worst):
        return summary, f"The first difference, and the largest, is at {place(first, axes)}: {values}."
    return summary, f"The first difference is at {place(first, axes)}, the largest at {place(worst, axes)}: {values}."


def in_terms_of(says: str, axes: tuple[Axis, ...]) -> str:
    """A sentence on rows and columns in the terms of the lesson: "frames (axis 1)" for "columns (axis 1)"."""
    for index, (word, axis) in enumerate(zip(("row", "column"), axes, strict=False)):
        says = says.replace(f"{word}s (axis {index})", f"{axis.name}s (axis {index})")
        says = says.replace(f"{word} (axis {index})", f"{axis.name} (axis {index})")
    return says


def place(index: np.ndarray, axes: tuple[Axis, ...]) -> str:
    """An index in the terms of the lesson, for example "bin 17 (183 Hz), frame 0 (0 s)"."""
    known = [axes[i].place(int(k)) if i < len(axes) else f"index {int(k)}" for i, k in enumerate(index)]
    return ", ".join(known)


def _axes(count: int) -> str:
    return {0: "no axis (it is a single number)", 1: "one axis"}.get(count, f"{count} axes")


def _shape(array: np.ndarray) -> str:
    return f"an array [{', '.join(map(str, array.shape))}]" if array.ndim else "a single number"


def _number(value: np.ndarray) -> str:
    return f"{value[()]:.6g}"
