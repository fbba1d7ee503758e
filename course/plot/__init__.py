"""Every picture of the course: axes with units, a title that says what to see, one colour map, alt text.

A picture of something that a stub has not computed yet (`...`) is a note that says so, never an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from course.audio import SAMPLE_RATE
from course.numbers import as_numbers
from course.plot.draw import COLOUR_MAP, LINE_COLOURS, LINE_STYLES
from course.plot.gallery import gallery
from course.plot.layout import arrange
from course.plot.picture import Picture
from course.plot.sheet import Axis, Cells, Panel
from course.plot.values import MOST_POINTS, axis_of_colours, axis_of_lines, to_line

__all__ = [
    "COLOUR_MAP",
    "LINE_COLOURS",
    "LINE_STYLES",
    "MOST_POINTS",
    "NOTHING_YET",
    "Picture",
    "cells",
    "curves",
    "curves_beside",
    "difference",
    "gallery",
    "spectrogram",
    "spectrograms",
    "waveform",
]

NOTHING_YET = Picture("Nothing to draw yet: a step above is still `...`.")
WIDTH, WIDTH_OF_SEVERAL = 760, 960
"""In pixels, of a picture with one panel, or with panels side by side."""
MARGIN = 0.05
"""What an axis is longer than a line, at each end."""


def waveform(
    amplitudes: Any, title: str, sample_rate: int = SAMPLE_RATE, start: float = 0.0, end: float | None = None
) -> Picture:
    """Draw amplitude over time.

    Parameters
    ----------
    amplitudes : float [n_samples]
    title : str
        What to see.
    sample_rate : int
        In Hz.
    start, end : float
        The stretch to draw, in seconds; the whole signal by default.

    Returns
    -------
    Picture
    """
    if (note := _cannot_draw({"amplitudes": amplitudes}, axes=1)) is not None:
        return note
    stretch = slice(int(start * sample_rate), None if end is None else int(end * sample_rate))
    seconds = np.arange(len(amplitudes))[stretch] / sample_rate
    return curves(seconds, {"": np.asarray(amplitudes)[stretch]}, title, "time in s", "amplitude (1 = full scale)")


def curves(x: Any, lines: Mapping[str, Any], title: str, x_label: str, y_label: str) -> Picture:
    """Draw one or several lines over a common axis.

    Parameters
    ----------
    x : float [n]
    lines : mapping of str to float [n]
        The lines by their names; an empty name gets no legend.
    title, x_label, y_label : str
        What to see; what the axes are, with their units.

    Returns
    -------
    Picture
    """
    there = {name: y for name, y in lines.items() if y is not ...}
    if not there:
        return NOTHING_YET
    if (note := _cannot_draw({x_label: x, **there}, axes=1, shape=np.shape(x))) is not None:
        return note
    x, there = np.asarray(x), {name: np.asarray(y) for name, y in there.items()}
    x_axis, y_axis = axis_of_lines(x_label, [x], margin=0), axis_of_lines(y_label, there.values(), MARGIN)
    drawn_lines = tuple(to_line(name, x, y, x_axis, y_axis) for name, y in there.items())
    names = ", ".join(filter(None, there))
    alt = f"{title} Line chart of {y_label} over {x_label}{': ' + names if names else ''}."
    return Picture(alt, arrange([Panel(title, x_axis, y_axis, lines=drawn_lines)], WIDTH, height=260))


def curves_beside(panels: Mapping[str, tuple[Any, Any]], x_label: str, y_label: str) -> Picture:
    """Draw one line in each of several panels, all on the same axes; four panels stand two by two.

    Parameters
    ----------
    panels : mapping of str to (float [n], float [n])
        For each title the places and the values.
    x_label, y_label : str
        What the axes are, with their units.

    Returns
    -------
    Picture
    """
    for title, (x, y) in panels.items():
        if (note := _cannot_draw({x_label: x, title: y}, axes=1, shape=np.shape(x))) is not None:
            return note
    arrays = {title: (np.asarray(x), np.asarray(y)) for title, (x, y) in panels.items()}
    x_axis = axis_of_lines(x_label, [x for x, _ in arrays.values()], margin=0)
    y_axis = axis_of_lines(y_label, [y for _, y in arrays.values()], MARGIN)
    wanted = [
        Panel(title, x_axis, y_axis, lines=(to_line("", x, y, x_axis, y_axis),)) for title, (x, y) in arrays.items()
    ]
    alt = f"Line charts of {y_label} over {x_label}: {_beside(panels)}."
    return Picture(alt, arrange(wanted, _width(wanted), height=240))


def cells(
    panels: Mapping[str, Any], x_label: str, y_label: str, scale: str, x_step: float = 1.0, y_step: float = 1.0
) -> Picture:
    """Draw tables of numbers side by side in one scale of colours: a matrix, a mel spectrogram, coefficients over time.

    Parameters
    ----------
    panels : mapping of str to float [n_rows, n_columns]
        The tables by their titles. Row 0 stands at the bottom.
    x_label, y_label, scale : str
        What columns, rows and colours stand for, with their units.
    x_step, y_step : float
        From one column, and one row, to the next, in those units.

    Returns
    -------
    Picture
    """
    if (note := _cannot_draw(panels, axes=2)) is not None:
        return note
    arrays = {title: np.asarray(values) for title, values in panels.items()}
    colours = axis_of_colours(scale, arrays.values())
    wanted = [_table(title, values, (x_label, x_step), (y_label, y_step), colours) for title, values in arrays.items()]
    # one bar for all, beside the last
    wanted[-1] = replace(wanted[-1], scale=colours)
    alt = f"Table of {scale}, {y_label} over {x_label}: {_beside(panels)}."
    return Picture(alt, arrange(wanted, _width(wanted), height=300))


def spectrogram(
    cells: Any, title: str, hop_length: int, sample_rate: int = SAMPLE_RATE, scale: str = "level in dB"
) -> Picture:
    """Draw one spectrogram.

    Parameters
    ----------
    cells : float [window_length // 2 + 1, n_frames]
    title : str
        What to see.
    hop_length : int
        Samples from one frame to the next.
    sample_rate : int
        In Hz.
    scale : str
        What the colours stand for, with its unit.

    Returns
    -------
    Picture
    """
    return spectrograms({title: (cells, hop_length)}, sample_rate, scale=scale)


def spectrograms(
    panels: Mapping[str, tuple[Any, int]],
    sample_rate: int = SAMPLE_RATE,
    top_hz: float | None = None,
    scale: str = "level in dB",
) -> Picture:
    """Draw spectrograms side by side in one scale of colours.

    Parameters
    ----------
    panels : mapping of str to (float [n_bins, n_frames], int)
        For each title its cells and the hop length in samples.
    sample_rate : int
        In Hz.
    top_hz : float, optional
        Where the frequency axis ends; half the sample rate by default.
    scale : str
        What the colours stand for, with its unit.

    Returns
    -------
    Picture
    """
    if (note := _cannot_draw({title: cells for title, (cells, _) in panels.items()}, axes=2)) is not None:
        return note
    arrays = {title: np.asarray(cells) for title, (cells, _) in panels.items()}
    colours = axis_of_colours(scale, arrays.values())
    hertz = Axis("frequency in Hz", 0.0, float(top_hz or sample_rate / 2))
    wanted = [
        _over_time(title, values, float(panels[title][1] / sample_rate), sample_rate, hertz, colours)
        for title, values in arrays.items()
    ]
    # one bar for all, beside the last
    wanted[-1] = replace(wanted[-1], scale=colours)
    alt = f"Spectrogram, {scale}, frequency in Hz over time in s: {_beside(panels)}."
    return Picture(alt, arrange(wanted, _width(wanted), height=320))


def _over_time(
    title: str, values: np.ndarray, frame_seconds: float, sample_rate: int, hertz: Axis, colours: Axis
) -> Panel:
    """Cells centred on their bin's frequency and their frame's time."""
    n_bins, n_frames = values.shape
    bin_hz = sample_rate / 2 / max(n_bins - 1, 1)
    seconds = Axis("time in s", -0.5 * frame_seconds, (n_frames - 0.5) * frame_seconds)
    cells = Cells(values, (hertz.low / bin_hz, hertz.high / bin_hz), (-0.5, n_frames - 0.5), colours)
    return Panel(title, seconds, hertz, cells=cells)


def difference(expected: Any, actual: Any, axis_names: tuple[str, ...] = ()) -> Picture | None:
    """Draw expected | yours | difference.

    Parameters
    ----------
    expected, actual : array_like
        With one or two axes; of complex values the magnitude is drawn.
    axis_names : tuple of str
        What the axes are, such as `("bin", "frame")`.

    Returns
    -------
    Picture or None
        None where there is nothing to see: single numbers, more than two axes, no numbers at all.
    """
    panels = {"expected": _drawable(expected), "yours": _drawable(actual)}
    if any(values is None for values in panels.values()):
        return None
    both = list(panels.values())
    names = axis_names or ("index",) * both[0].ndim
    unit = "|value|" if np.iscomplexobj(expected) else "value"
    wanted = [_over_index(name, values, names, unit, both) for name, values in panels.items()]
    if both[0].shape == both[1].shape:
        # the difference of infinities is no number, and nothing is drawn there
        with np.errstate(all="ignore"):
            apart = np.abs(both[1] - both[0])
        wanted.append(_over_index("difference", apart, names, unit, [apart]))
    alt = f"Side by side over {' and '.join(names)}: {', '.join(panel.title for panel in wanted)}."
    return Picture(alt, arrange(wanted, _width(wanted), height=240))


def _over_index(
    title: str, values: np.ndarray, names: tuple[str, ...], unit: str, in_scale_with: list[np.ndarray]
) -> Panel:
    """A line over its index, or cells over both of theirs."""
    if values.ndim == 1:
        index = np.arange(len(values))
        x_axis, y_axis = axis_of_lines(names[0], [index], MARGIN), axis_of_lines(unit, in_scale_with, MARGIN)
        return Panel(title, x_axis, y_axis, lines=(to_line("", index, values, x_axis, y_axis),))
    colours = axis_of_colours(unit, in_scale_with)
    return replace(_table(title, values, (names[-1], 1.0), (names[0], 1.0), colours), scale=colours)


def _table(title: str, values: np.ndarray, x: tuple[str, float], y: tuple[str, float], colours: Axis) -> Panel:
    """Cells over their columns and rows: for each axis its label, and how far it is from one to the next."""
    rows, columns = ((-0.5, length - 0.5) for length in values.shape)
    x_axis, y_axis = (Axis(label, low * step, high * step) for (label, step), (low, high) in ((x, columns), (y, rows)))
    return Panel(title, x_axis, y_axis, cells=Cells(values, rows, columns, colours))


def _beside(titles: Iterable[str]) -> str:
    """The titles of several panels as one sentence, whose end is still to come."""
    return "; beside it: ".join(title.rstrip(".") for title in titles)


def _width(panels: list[Panel]) -> int:
    return WIDTH if len(panels) == 1 else WIDTH_OF_SEVERAL


def _drawable(values: Any) -> np.ndarray | None:
    """Real values with one or two axes; the magnitude of complex ones; None for all else."""
    array = as_numbers(values)
    if array is None or array.ndim not in (1, 2) or array.size < 2:
        return None
    return np.abs(array) if array.dtype.kind == "c" else array.astype(float)


def _cannot_draw(arrays: Mapping[str, Any], axes: int, shape: tuple[int, ...] | None = None) -> Picture | None:
    """A note in place of a picture, if something is missing or of a kind or shape that can't be drawn."""
    if any(values is ... for values in arrays.values()):
        return NOTHING_YET
    for name, values in arrays.items():
        array = as_numbers(values)
        if array is None or array.dtype.kind == "c":
            return Picture(f"Nothing to draw: {name!r} should hold real numbers.")
        if array.ndim != axes or not array.size or (shape is not None and array.shape != shape):
            wanted = list(shape) if shape is not None else f"{axes} {'axis' if axes == 1 else 'axes'}"
            return Picture(f"Nothing to draw: {name!r} has the shape {list(array.shape)}, expected is {wanted}.")
    return None
