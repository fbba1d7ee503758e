"""Every picture of the course: axes with units, a title that says what to see, one colour map, alt text.

A picture of something that a stub has not computed yet (`...`) is a note that says so, never an error.
"""

import base64
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.audio import SAMPLE_RATE
from course.numbers import as_numbers

COLOUR_MAP = "magma"
"""Lightness grows evenly from black to white: it survives grey print and colour blindness."""
LINE_COLOURS = ("#3b5fa8", "#d9730d", "#2f9e62", "#8a4fa3")
LINE_STYLES = ("-", "--", "-.", ":")


@dataclass(frozen=True)
class Picture:
    """A figure with the words that stand for it where it can't be seen."""

    alt: str
    figure: Figure | None = None

    def _repr_html_(self) -> str:
        if self.figure is None:
            return f"<p><em>{escape(self.alt)}</em></p>"
        encoded = base64.b64encode(self.png()).decode()
        return (
            f'<img alt="{escape(self.alt)}" style="max-width:100%;height:auto" src="data:image/png;base64,{encoded}">'
        )

    def __repr__(self) -> str:
        return self.alt

    def png(self) -> bytes:
        """The figure as a PNG file."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
        return buffer.getvalue()


NOTHING_YET = Picture("Nothing to draw yet: a step above is still `...`.")
MOST_POINTS = 4000
"""How many values along an axis are drawn in `difference`: more than a screen has."""


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
    drawn = {name: y for name, y in lines.items() if y is not ...}
    if not drawn:
        return NOTHING_YET
    if (note := _cannot_draw({x_label: x, **drawn}, axes=1, shape=np.shape(x))) is not None:
        return note
    figure, (axes,) = _figure(1, height=2.6)
    for index, (name, y) in enumerate(drawn.items()):
        style = LINE_STYLES[index % len(LINE_STYLES)]
        axes.plot(x, y, label=name, color=LINE_COLOURS[index % len(LINE_COLOURS)], linestyle=style, linewidth=1.4)
    if any(drawn):
        axes.legend(frameon=False)
    axes.margins(x=0)
    _label(axes, title, x_label, y_label)
    names = ", ".join(filter(None, drawn))
    return Picture(f"{title} Line chart of {y_label} over {x_label}{': ' + names if names else ''}.", figure)


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
    low, high = _finite_range(cells for cells, _ in panels.values())
    figure, all_axes = _figure(len(panels), height=3.2)
    for axes, (title, (cells, hop_length)) in zip(all_axes, panels.items(), strict=True):
        image = _draw_cells(axes, np.asarray(cells), hop_length, sample_rate, low, high)
        _label(axes, title, "time in s", "frequency in Hz")
        axes.set_ylim(0, top_hz or sample_rate / 2)
    figure.colorbar(image, ax=all_axes, label=scale)
    return Picture(f"Spectrogram, {scale}, frequency in Hz over time in s: {'; beside it: '.join(panels)}.", figure)


def _finite_range(arrays: Iterable[Any]) -> tuple[float, float]:
    """Lowest and highest value; a forgotten floor leaves -inf behind, which is to spoil no scale."""
    values = np.concatenate([np.ravel(array) for array in arrays])
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _draw_cells(axes: Axes, cells: np.ndarray, hop_length: int, sample_rate: int, low: float, high: float) -> Any:
    """Draw cells centred on their bin's frequency and their frame's time."""
    n_bins, n_frames = cells.shape
    bin_hz, frame_seconds = sample_rate / 2 / max(n_bins - 1, 1), hop_length / sample_rate
    extent = (-frame_seconds / 2, (n_frames - 0.5) * frame_seconds, -bin_hz / 2, (n_bins - 0.5) * bin_hz)
    return axes.imshow(
        cells,
        origin="lower",
        aspect="auto",
        extent=extent,
        vmin=low,
        vmax=high if high > low else low + 1,
        cmap=COLOUR_MAP,
        interpolation="nearest",
    )


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
    if panels["expected"].shape == panels["yours"].shape:
        panels["difference"] = np.abs(panels["yours"] - panels["expected"])
    names = axis_names or ("index",) * panels["expected"].ndim
    unit = "|value|" if np.iscomplexobj(expected) else "value"
    low, high = _finite_range(values for name, values in panels.items() if name != "difference")
    figure, all_axes = _figure(len(panels), height=2.4)
    for axes, (name, values) in zip(all_axes, panels.items(), strict=True):
        shared = {"vmin": low, "vmax": high} if name != "difference" and low < high else {}
        if values.ndim == 1:
            axes.plot(values, color=LINE_COLOURS[0], linewidth=1.2)
            axes.set_ylim(*_with_margin(low, high) if shared else (None, None))
            _label(axes, name, names[0], unit)
        else:
            image = axes.imshow(
                values, origin="lower", aspect="auto", cmap=COLOUR_MAP, interpolation="nearest", **shared
            )
            figure.colorbar(image, ax=axes, label=unit)
            _label(axes, name, names[-1], names[0])
    return Picture(f"Side by side over {' and '.join(names)}: {', '.join(panels)}.", figure)


def _with_margin(low: float, high: float) -> tuple[float, float]:
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _drawable(values: Any) -> np.ndarray | None:
    """Real values with one or two axes, thinned out; the magnitude of complex ones; None for all else."""
    array = as_numbers(values)
    if array is None or array.ndim not in (1, 2) or array.size < 2:
        return None
    thinned = array[tuple(slice(None, None, -(-length // MOST_POINTS)) for length in array.shape)]
    return np.abs(thinned) if thinned.dtype.kind == "c" else thinned.astype(float)


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


def _figure(columns: int, height: float) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(7.6 if columns == 1 else 9.6, height), layout="constrained")
    return figure, list(figure.subplots(1, columns, squeeze=False)[0])


def _label(axes: Axes, title: str, x_label: str, y_label: str) -> None:
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.spines[["top", "right"]].set_visible(False)
