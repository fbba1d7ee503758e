"""From a sheet to matplotlib's figure, and to a PNG.

Texts, lines and images are matplotlib's, but not its axes: a sheet knows where everything stands, and axes would find
that out once more, in twice the time.
"""

import io
from functools import lru_cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, IdentityTransform
from PIL import Image

from course.plot.layout import (
    BAR_WIDTH,
    DPI,
    LINE,
    TO_BAR,
    TO_LEGEND,
    TO_NUMBER,
    TO_TITLE,
    below_axes,
    beside_axes,
    text_width,
)
from course.plot.sheet import Axis, Box, Panel, Sheet
from course.plot.values import LEVELS, from_steps

COLOUR_MAP = "magma"
"""Lightness grows evenly from black to white: it survives grey print and colour blindness."""
LINE_COLOURS = ("#3b5fa8", "#d9730d", "#2f9e62", "#8a4fa3")
LINE_STYLES = ("-", "--", "-.", ":")
TICK = 5
"""How long the mark at a number is, in pixels."""
PIXELS = IdentityTransform()
PEN_UP = (np.nan, np.nan)


def png(sheet: Sheet) -> bytes:
    """The sheet as a PNG file, whatever style a notebook has set for its own pictures."""
    with matplotlib.rc_context(_own_style()):
        drawing = _drawn(sheet, _Print(sheet))
        pixels = drawing.pixels()
    # nothing shines through; level 3 takes half the time of the usual 6, for a twentieth more bytes
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", compress_level=3)
    return buffer.getvalue()


def figure(sheet: Sheet) -> Figure:
    """The sheet as a figure, unknown to pyplot."""
    return _drawn(sheet, _Drawing(sheet)).figure


def _drawn(sheet: Sheet, drawing: "_Drawing") -> "_Drawing":
    for panel in sheet.panels:
        drawing.panel(panel)
    drawing.finish()
    return drawing


@lru_cache(maxsize=1)
def _own_style() -> dict[str, Any]:
    groups = ("agg.", "figure.", "font.", "image.", "legend.", "lines.", "path.", "text.")
    return {name: value for name, value in matplotlib.rcParamsDefault.items() if name.startswith(groups)}


@lru_cache(maxsize=1)
def _colours() -> np.ndarray:
    """For each level its colour, and white for none: uint8 [LEVELS + 1, 4]."""
    colours = matplotlib.colormaps[COLOUR_MAP].resampled(LEVELS)(np.arange(LEVELS), bytes=True)
    return np.concatenate([colours, np.full((1, 4), 255, np.uint8)])


class _Drawing:
    """A figure that is being drawn, in pixels from its lower left corner."""

    def __init__(self, sheet: Sheet) -> None:
        self.figure = Figure(figsize=(sheet.width / DPI, sheet.height / DPI), dpi=DPI)
        self.strokes: list[tuple[float, float]] = []

    def panel(self, panel: Panel) -> None:
        """Axes with their numbers and texts, and what stands between them."""
        box = panel.box
        self._text(box.left, box.top + TO_TITLE, panel.title, va="bottom")
        if panel.levels is not None:
            self._levels(panel.levels, box)
        self._stroke((box.left, box.top), (box.left, box.bottom), (box.right, box.bottom))
        self._level_axis(panel.x, box)
        self._upright_axis(panel.y, box, outwards=-1)
        if panel.lines:
            self._lines(panel)
        if panel.scale is not None:
            self._bar(panel.scale, Box(box.right + TO_BAR, box.bottom, BAR_WIDTH, box.height))

    def finish(self) -> None:
        """Draw all strokes as one line: many cost as much as one."""
        x, y = zip(*self.strokes, strict=True)
        self.figure.add_artist(Line2D(x, y, transform=PIXELS, color="black", linewidth=0.8))

    def _text(self, x: float, y: float, text: str, **look: Any) -> None:
        self.figure.text(x, y, text, transform=PIXELS, parse_math=False, **look)

    def _stroke(self, *points: tuple[float, float]) -> None:
        self.strokes += [*points, PEN_UP]

    def _levels(self, levels: np.ndarray, box: Box) -> None:
        self.figure.figimage(_colours()[levels], box.left, box.bottom, origin="lower")

    def _level_axis(self, axis: Axis, box: Box) -> None:
        for tick, number in zip(axis.ticks, axis.tick_labels, strict=True):
            x = box.left + (tick - axis.low) / axis.length * box.width
            self._stroke((x, box.bottom), (x, box.bottom - TICK))
            self._text(x, box.bottom - TO_NUMBER, number, ha="center", va="top")
        self._text(box.left + box.width / 2, box.bottom - below_axes(), axis.label, ha="center", va="top")

    def _upright_axis(self, axis: Axis, box: Box, outwards: int) -> None:
        """At the left side of a box if outwards is -1, at its right side if it is 1."""
        side, near, far = (box.left, "right", "bottom") if outwards < 0 else (box.right, "left", "top")
        for tick, number in zip(axis.ticks, axis.tick_labels, strict=True):
            y = box.bottom + (tick - axis.low) / axis.length * box.height
            self._stroke((side, y), (side + outwards * TICK, y))
            self._text(side + outwards * TO_NUMBER, y, number, ha=near, va="center_baseline")
        upright = {"rotation": "vertical", "rotation_mode": "anchor", "ha": "center", "va": far}
        self._text(side + outwards * beside_axes(axis), box.bottom + box.height / 2, axis.label, **upright)

    def _bar(self, scale: Axis, box: Box) -> None:
        """All colours, one above the other."""
        rising = np.arange(box.height) * LEVELS // box.height
        self._levels(np.repeat(rising[:, None], box.width, axis=1), box)
        corners = [(box.left, box.bottom), (box.right, box.bottom), (box.right, box.top), (box.left, box.top)]
        self._stroke(*corners, corners[0])
        self._upright_axis(scale, box, outwards=1)

    def _lines(self, panel: Panel) -> None:
        box = panel.box
        lines = []
        for index, line in enumerate(panel.lines):
            x, y = from_steps(line.x, box.left, box.right), from_steps(line.y, box.bottom, box.top)
            look = {
                "color": LINE_COLOURS[index % len(LINE_COLOURS)],
                "linestyle": LINE_STYLES[index % len(LINE_STYLES)],
            }
            lines.append(Line2D(x, y, transform=PIXELS, label=line.name, linewidth=1.4, **look))
            self.figure.add_artist(lines[-1])
        if named := [line for line in lines if line.get_label()]:
            self._legend(named, box)

    def _legend(self, lines: list[Line2D], box: Box) -> None:
        names = "\n".join(line.get_label() for line in lines)
        size = TO_LEGEND + max(map(text_width, names.split("\n"))), LINE * (names.count("\n") + 2)
        inside = Bbox.from_bounds(box.left, box.bottom, box.width, box.height)
        place = {"loc": _emptiest_corner(lines, box, size), "bbox_to_anchor": inside, "bbox_transform": PIXELS}
        for text in self.figure.legend(handles=lines, frameon=False, **place).get_texts():
            text.set_parse_math(False)


class _Print(_Drawing):
    """A drawing for one look at its pixels: matplotlib sets each text once and draws lines; the rest is pasted."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._patches: list[tuple[int, int, np.ndarray]] = []

    def _text(self, x: float, y: float, text: str, **look: Any) -> None:
        left, bottom, patch = _set_text(text, tuple(look.items()))
        self._patches.append((round(x) + left, round(y) + bottom, patch))

    def _levels(self, levels: np.ndarray, box: Box) -> None:
        self._patches.append((box.left, box.bottom, _colours()[levels, :3]))

    def pixels(self) -> np.ndarray:
        """From the top down: uint8 [height, width, 3]."""
        pixels = _pixels(self.figure)
        for left, bottom, patch in self._patches:
            # what sticks out is cut off; of what lies upon each other the darker is seen
            patch = patch[max(-bottom, 0) :, max(-left, 0) :]
            place = pixels[max(bottom, 0) :, max(left, 0) :][: len(patch), : patch.shape[1]]
            np.minimum(place, patch[: len(place), : place.shape[1]], out=place)
        return pixels[::-1]


@lru_cache(maxsize=2048)
def _set_text(text: str, look: tuple[tuple[str, Any], ...]) -> tuple[int, int, np.ndarray]:
    """The pixels of a text, and where they lie beside its place: left, bottom, uint8 [height, width, 1]."""
    lines = text.split("\n")
    x, y = max(map(text_width, lines)) + LINE, LINE * (len(lines) + 1)
    if ("rotation", "vertical") in look:
        x, y = y, x
    paper = Figure(figsize=(2 * x / DPI, 2 * y / DPI), dpi=DPI)
    paper.text(x, y, text, transform=PIXELS, parse_math=False, **dict(look))
    grey = _pixels(paper)[:, :, :1]
    rows, columns = (np.flatnonzero((grey < 255).any(axis=(axis, 2))) for axis in (1, 0))
    if not rows.size:
        return 0, 0, grey[:0, :0]
    inked = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return int(columns[0]) - x, int(rows[0]) - y, inked.copy()


def _pixels(figure: Figure) -> np.ndarray:
    """From the bottom up: uint8 [height, width, 3]."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[::-1, :, :3]


def _emptiest_corner(lines: list[Line2D], box: Box, size: tuple[float, float]) -> str:
    """The first of the corners through which the shortest pieces of lines run."""
    x, y = np.concatenate([_densely(*line.get_data()) for line in lines], axis=1)
    columns = {"right": x > box.right - size[0], "left": x < box.left + size[0]}
    rows = {"upper": y > box.top - size[1], "lower": y < box.bottom + size[1]}
    covered = {f"{row} {column}": np.sum(rows[row] & columns[column]) for row in rows for column in columns}
    return min(covered, key=covered.get)


def _densely(x: np.ndarray, y: np.ndarray, count: int = 1000) -> np.ndarray:
    """A line with points between its points: float [2, count]."""
    known = np.arange(len(x))
    wanted = np.linspace(0, len(x) - 1, count)
    return np.stack([np.interp(wanted, known, x), np.interp(wanted, known, y)])
