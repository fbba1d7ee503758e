"""A plane through a latent space: from a point on it to a vector, and from a vector to the nearest point."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course.numbers import as_numbers

Point = tuple[float, float]
N_LATENT = 20
"""How many numbers a latent vector has where nothing given tells."""
CIRCLE_POINTS = 73


@dataclass(frozen=True, eq=False)
class Plane:
    """All `origin + x * directions[0] + y * directions[1]`."""

    origin: np.ndarray
    """float [n]"""
    directions: np.ndarray
    """float [2, n], neither of them a multiple of the other"""

    @classmethod
    def along(cls, origin: np.ndarray, across: int, up: int) -> "Plane":
        """In the directions of two axes."""
        return cls(origin, np.eye(len(origin))[[across, up]])

    def at(self, point: Point) -> np.ndarray:
        """The vector of a point: float [n]."""
        return self.origin + np.asarray(point) @ self.directions

    def nearest(self, vector: np.ndarray) -> Point:
        """The point whose vector is nearest to the given one."""
        x, y = np.linalg.lstsq(self.directions.T, vector - self.origin, rcond=None)[0]
        return float(x), float(y)

    @cached_property
    def circle(self) -> np.ndarray:
        """Where the unit sphere around zero, one standard deviation of the prior, is seen on it: float [n_points, 2].

        An ellipse, unless the directions have one length and are at right angles.
        """
        angles = np.linspace(0, 2 * np.pi, CIRCLE_POINTS)
        lengths = np.linalg.cholesky(self.directions @ self.directions.T)
        round_zero = np.linalg.solve(lengths.T, [np.cos(angles), np.sin(angles)]).T
        return self.nearest(np.zeros_like(self.origin)) + round_zero


def read_plane(origin: Any, directions: Any, places: Mapping[str, Any]) -> Plane:
    """A plane from what was given; along the first two axes where there are no directions.

    Parameters
    ----------
    origin : float [n], `...` or None
    directions : float [2, n], `...` or None
    places : mapping of str to anything
        The first vector among them tells how long a vector is, where nothing else does.

    Raises
    ------
    ValueError
        If they are of other shapes, or no finite numbers, or there are less than two directions in them.
    """
    is_given = [value is not None and value is not ... for value in (origin, directions)]
    rows = _finite("directions", directions, axes=2, shape="[2, n_latent]") if is_given[1] else None
    vectors = [vector for vector in map(as_vector, places.values()) if vector is not None]
    if is_given[0]:
        start = _finite("origin", origin, axes=1, shape="[n_latent]")
    else:
        start = np.zeros(rows.shape[1] if rows is not None else len(vectors[0]) if vectors else N_LATENT)
    if len(start) < 2:
        raise ValueError(f"origin: has {len(start)} numbers; a plane needs two at least.")
    if rows is None:
        return Plane.along(start, 0, 1)
    if rows.shape != (2, len(start)):
        raise ValueError(f"directions: have the shape {list(rows.shape)}, expected is {[2, len(start)]}.")
    if np.linalg.matrix_rank(rows) < 2:
        raise ValueError("directions: both are along one line. A plane needs two that are not multiples of each other.")
    return Plane(start, rows)


def as_vector(value: Any) -> np.ndarray | None:
    """A vector of finite real numbers, float64 [n]; None if it is anything else."""
    array = as_numbers(value)
    is_vector = array is not None and array.dtype.kind != "c" and array.ndim == 1 and np.isfinite(array).all()
    return array.astype(float) if is_vector else None


def _finite(name: str, value: Any, axes: int, shape: str) -> np.ndarray:
    array = as_numbers(value)
    if array is None or array.dtype.kind == "c" or array.ndim != axes or not np.isfinite(array).all():
        raise ValueError(f"{name}: should be finite numbers, float {shape}.")
    return array.astype(float)
