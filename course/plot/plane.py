"""A plane with a point, a circle and places on it, and beside it a table of levels."""

from collections.abc import Mapping

import numpy as np

from course.plot.layout import arrange
from course.plot.picture import Picture
from course.plot.sheet import Axis, Cells, Panel
from course.plot.values import axis_of_colours, to_line

WIDTH, HEIGHT = 960, 460
"""In pixels: two panels that are nearly square."""
MARK = 0.025
"""From the middle of a place to its corners, in parts of the plane."""
GAP = np.full((1, 2), np.nan)


def plane_beside_cells(
    plane: tuple[str, Axis, Axis],
    point: tuple[float, float],
    circle: np.ndarray,
    places: Mapping[str, tuple[float, float]],
    table: tuple[str, np.ndarray, tuple[str, str, str]],
) -> Picture:
    """Draw where a point lies, and what belongs to it.

    Parameters
    ----------
    plane : (str, Axis, Axis)
        The title and the axes of the left panel.
    point : (float, float)
        Drawn as crossing lines.
    circle : float [n, 2]
        A closed line.
    places : mapping of str to (float, float)
        Drawn as diamonds; the alt text has their names.
    table : (str, float [n_rows, n_columns], (str, str, str))
        The title and the cells of the right panel; what columns, rows and colours stand for, with their units.

    Returns
    -------
    Picture
    """
    title, x_axis, y_axis = plane
    (x, y), size = point, MARK * np.array([x_axis.length, y_axis.length])
    lines = {
        "the point": np.array([(x, y_axis.low), (x, y_axis.high), GAP[0], (x_axis.low, y), (x_axis.high, y)]),
        "the prior: one standard deviation": _inside(circle, x_axis, y_axis),
    }
    if places:
        corners = size * np.array([(-1, 0), (0, 1), (1, 0), (0, -1), (-1, 0)])
        lines["places"] = np.concatenate([np.concatenate([place + corners, GAP]) for place in places.values()])
    drawn = tuple(to_line(name, *points.T, x_axis, y_axis) for name, points in lines.items())
    table_title, cells, (x_label, y_label, scale) = table
    rows, columns = ((-0.5, length - 0.5) for length in cells.shape)
    colours = axis_of_colours(scale, [cells])
    panels = [
        Panel(title, x_axis, y_axis, lines=drawn),
        Panel(
            table_title,
            Axis(x_label, *columns),
            Axis(y_label, *rows),
            colours,
            cells=Cells(cells, rows, columns, colours),
        ),
    ]
    named = "".join(f"; {name} at {across:.2g}, {up:.2g}" for name, (across, up) in places.items())
    alt = (
        f"{title} {y_axis.label} over {x_axis.label}: the point at {x:.2g}, {y:.2g}{named}. "
        f"Beside it: {table_title} Table of {scale}, {y_label} over {x_label}."
    )
    return Picture(alt, arrange(panels, WIDTH, HEIGHT))


def _inside(points: np.ndarray, x_axis: Axis, y_axis: Axis) -> np.ndarray:
    """A line without what lies beyond its axes."""
    low, high = np.array([(axis.low, axis.high) for axis in (x_axis, y_axis)]).T
    return np.where(((points >= low) & (points <= high)).all(axis=1, keepdims=True), points, np.nan)
