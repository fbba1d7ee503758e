"""Several kinds of things in one picture: lines and tables, each with a scale of its own."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from course.plot.layout import arrange
from course.plot.picture import Picture
from course.plot.sheet import Axis, Cells, Panel
from course.plot.values import axis_of_colours, axis_of_lines, to_line

WIDTH, HEIGHT = 960, 190
"""In pixels, of a row of three."""


def gallery(panels: Mapping[str, Any]) -> Picture:
    """Draw lines and tables beside and below each other, as they come: for their looks, not for their numbers.

    Parameters
    ----------
    panels : mapping of str to float [n] or float [n_rows, n_columns]
        By their titles. Row 0 of a table stands at the bottom; each has a scale of its own.

    Returns
    -------
    Picture
        A note in its place if one of them is still `...`.
    """
    if any(values is ... for values in panels.values()):
        return Picture("Nothing to draw yet: a step above is still `...`.")
    wanted = [_panel(title, np.asarray(values)) for title, values in panels.items()]
    return Picture(f"In rows of three: {'; '.join(panels)}.", arrange(wanted, WIDTH, HEIGHT))


def _panel(title: str, values: np.ndarray) -> Panel:
    """A line over its index, or cells over both of theirs."""
    if values.ndim == 1:
        index = np.arange(len(values))
        x, y = axis_of_lines("sample", [index], margin=0), axis_of_lines("amplitude", [values], margin=0.05)
        return Panel(title, x, y, lines=(to_line("", index, values, x, y),))
    rows, columns = ((-0.5, length - 0.5) for length in values.shape)
    cells = Cells(values, rows, columns, axis_of_colours("", [values]))
    return Panel(title, Axis("frame", *columns), Axis("row", *rows), cells=cells)
