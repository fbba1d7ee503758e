"""From a student's numbers to what an eye can tell apart: ends of axes, steps along them, levels of colour.

All are whole numbers or rounded ones. So rounding noise makes no other picture, and a later change of an array none
either.
"""

import math
from collections.abc import Iterable

import numpy as np

from course.plot.sheet import Axis, Box, Cells, Line

STEPS = 2**20
"""From one end of an axis to the other: a thousand for each pixel."""
GAP = np.iinfo(np.int32).min
"""The step of what is no finite number."""
LEVELS = 255
"""How many colours a cell can have."""
NO_LEVEL = LEVELS
"""What is no number, or lies beyond the last cell."""
MOST_POINTS = 4000
"""How many points of a line are drawn: more than a screen has."""

LARGEST = 1e280
"""Larger values count as infinite, and smaller distances than its inverse as none: matplotlib has no axes for them."""
HAIR = 1e-6
"""Lifts round values, such as half the range, off the edge between two levels of colour."""


def finite_range(arrays: Iterable[np.ndarray]) -> tuple[float, float]:
    """Lowest and highest finite value, to a millionth of their distance; one value twice if only rounding parts them.

    A forgotten floor leaves -inf behind, which is to spoil no scale.
    """
    ends = [end for array in arrays for end in _finite_ends(array)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 0.0)
    if high - low <= max(1e-9 * max(abs(low), abs(high)), 1 / LARGEST):
        return (float(f"{low:.8g}"),) * 2
    digits = 6 - round(math.log10(high - low))
    # adding zero turns -0.0 into 0.0
    return round(low, digits) + 0.0, round(high, digits) + 0.0


def _finite_ends(array: np.ndarray) -> tuple[float, ...]:
    low, high = float(array.min()), float(array.max())
    if low > -LARGEST and high < LARGEST:
        return low, high
    finite = array[np.abs(array) < LARGEST]
    return (float(finite.min()), float(finite.max())) if finite.size else ()


def axis_of_lines(label: str, arrays: Iterable[np.ndarray], margin: float) -> Axis:
    """An axis that is longer than its values by a margin at both ends, in parts of their range."""
    low, high = finite_range(arrays)
    around = 0.05 * abs(low or 1) if low == high else 0.0
    margin = margin * (high - low) + around
    return Axis(label, low - margin, high + margin)


def axis_of_colours(label: str, arrays: Iterable[np.ndarray]) -> Axis:
    """A scale from the darkest to the brightest; where all values are equal, they are the darkest."""
    low, high = finite_range(arrays)
    return Axis(label, low, high if high > low else low + max(1.0, 1e-3 * abs(low)))


def to_line(name: str, x: np.ndarray, y: np.ndarray, x_axis: Axis, y_axis: Axis) -> Line:
    """A curve in steps; of the many points above one place on a screen, first, lowest, highest and last are kept."""
    x_steps, y_parts = _steps(_parts(x, x_axis)), _parts(y, y_axis)
    if len(x_steps) > MOST_POINTS and x_steps[0] > GAP and np.all(np.diff(x_steps) >= 0):
        places = MOST_POINTS // 4
        place = np.clip(x_steps.astype(np.int64) * places // STEPS, 0, places - 1)
        first = np.flatnonzero(np.diff(place, prepend=-1))
        last = np.append(first[1:], len(place)) - 1
        lowest, highest = np.fmin.reduceat(y_parts, first), np.fmax.reduceat(y_parts, first)
        x_steps = np.stack([x_steps[first], x_steps[first], x_steps[last], x_steps[last]], axis=1).ravel()
        y_parts = np.stack([y_parts[first], lowest, highest, y_parts[last]], axis=1).ravel()
    return Line(name, x_steps, _steps(y_parts))


def from_steps(steps: np.ndarray, low: float, high: float) -> np.ndarray:
    """Where steps lie from one end to the other; NaN for gaps."""
    return np.where(steps == GAP, np.nan, low + steps / STEPS * (high - low))


def to_levels(cells: Cells, box: Box) -> np.ndarray:
    """The colour of each pixel, that of the cell on which its centre falls: uint8 [box.height, box.width].

    What is infinite has the colour at the end of the scale.
    """
    row, column = _under_pixels(*cells.rows, box.height), _under_pixels(*cells.columns, box.width)
    last_row, last_column = (length - 1 for length in cells.values.shape)
    seen = cells.values[np.ix_(np.clip(row, 0, last_row), np.clip(column, 0, last_column))]
    parts = _parts(seen, cells.scale)
    nothing = np.isnan(parts)
    nothing |= ((row < 0) | (row > last_row))[:, None] | ((column < 0) | (column > last_column))
    parts[nothing] = 0
    levels = np.clip(parts * LEVELS + HAIR, 0, LEVELS - 1).astype(np.uint8)
    levels[nothing] = NO_LEVEL
    return levels


def _under_pixels(first: float, last: float, count: int) -> np.ndarray:
    """Which cell stands at the centre of each pixel."""
    return np.rint(first + (np.arange(count) + 0.5) / count * (last - first)).astype(int)


def _parts(values: np.ndarray, axis: Axis) -> np.ndarray:
    """Where on an axis values stand: 0 is its low end, 1 its high end."""
    # what overflows or is no number is seen to by those who ask
    with np.errstate(all="ignore"):
        return (values.astype(float) - axis.low) / axis.length


def _steps(parts: np.ndarray) -> np.ndarray:
    # an axis reaches beyond its finite values: what is far outside is one of those that count as infinite
    drawn = np.abs(parts) <= 2
    return np.where(drawn, np.rint(np.where(drawn, parts, 0) * STEPS), GAP).astype(np.int32)
