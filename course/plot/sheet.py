"""A picture before it is drawn: boxes, texts, axes, and all that can be seen between them, down to the pixel."""

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Axis:
    """One axis of a panel, or the scale of its colours."""

    label: str
    low: float
    high: float
    ticks: tuple[float, ...] = ()
    tick_labels: tuple[str, ...] = ()

    @property
    def length(self) -> float:
        """From the low end to the high one, in the axis's unit."""
        return self.high - self.low


@dataclass(frozen=True, eq=False)
class Line:
    """A curve, in steps of its panel's axes."""

    name: str
    x: np.ndarray
    """int32 [n_points]"""
    y: np.ndarray
    """int32 [n_points]"""


@dataclass(frozen=True, eq=False)
class Cells:
    """What is to be seen as colours, before it is known how many pixels there are for it."""

    values: np.ndarray
    """real [n_rows, n_columns]"""
    rows: tuple[float, float]
    """from where to where they are to be seen, from the bottom up; the middle of the first row is 0"""
    columns: tuple[float, float]
    """the same, from left to right"""
    scale: Axis
    """from the darkest to the brightest"""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, counted from the left and from the bottom."""

    left: int
    bottom: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.left + self.width

    @property
    def top(self) -> int:
        """Where it ends above."""
        return self.bottom + self.height


@dataclass(frozen=True, eq=False)
class Panel:
    """A pair of axes, with the lines or the cells between them."""

    title: str
    x: Axis
    y: Axis
    scale: Axis | None = None
    """of the bar of colours; None where no bar stands beside the axes"""
    lines: tuple[Line, ...] = ()
    cells: Cells | None = None
    """until the panel has a box"""
    box: Box = Box(0, 0, 0, 0)
    """of the axes, without the texts around them"""
    levels: np.ndarray | None = None
    """of its cells: uint8 [box.height, box.width], a colour for each pixel, from the lowest row up"""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A whole picture."""

    width: int
    """in pixels"""
    height: int
    panels: tuple[Panel, ...]

    def digest(self) -> str:
        """The same for two sheets if they look the same."""
        hasher = hashlib.blake2b(digest_size=16)
        _feed(hasher, self)
        return hasher.hexdigest()


def _feed(hasher: Any, value: Any) -> None:
    """Hash a value with its kind and length, so that no two sheets run into the same bytes."""
    if is_dataclass(value):
        value = tuple(getattr(value, field.name) for field in fields(value))
    if isinstance(value, tuple):
        hasher.update(b"%d items " % len(value))
        for item in value:
            _feed(hasher, item)
    elif isinstance(value, np.ndarray):
        hasher.update(f"{value.dtype} {value.shape} ".encode())
        hasher.update(np.ascontiguousarray(value))
    else:
        hasher.update(f"{value!r} ".encode())
