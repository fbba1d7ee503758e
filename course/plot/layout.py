"""Where everything stands: as much room as the texts need, all else for lines and cells. Lengths are in pixels."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import ceil
from textwrap import wrap

from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from course.plot.sheet import Axis, Box, Panel, Sheet
from course.plot.values import to_levels

DPI = 100
FONT = "DejaVu Sans"
FONT_SIZE = 10
"""In points."""
LINE = 17
"""From a line of text to the next."""
DIGIT = 11
"""The height of a number."""
TO_NUMBER = 10
"""From the axes to the number at a tick."""
TO_LABEL = 6
"""From the numbers to the label of their axis."""
TO_TITLE = 6
TO_BAR = 14
BAR_WIDTH = 12
TO_PANEL = 18
TO_LEGEND = 60
"""From the sides of the axes to the words of a legend, both together."""
EDGE = 5
"""Around all texts."""
NARROWEST = 60
"""What a panel keeps, however wide the texts beside it are."""
MOST_BESIDE = 3
"""So many panels stand side by side at the most."""
MOST_TICKS = 9
MOST_LINES = 3
"""Of a title or label; the alt text has the rest."""


def arrange(panels: Sequence[Panel], width: int, height: int) -> Sheet:
    """Set panels side by side, equally wide, with ticks on their axes and room for their texts.

    More than three panels stand in rows of two or three.

    Parameters
    ----------
    panels : sequence of Panel
        Still without boxes and ticks, and with cells in place of pixels.
    width, height : int
        Of a row; titles and labels of more than one line add to the height.

    Returns
    -------
    Sheet
    """
    plot_height = height - EDGE - LINE - TO_TITLE - below_axes() - LINE - EDGE
    panels = [_with_upright_axes(panel, plot_height) for panel in panels]
    beside = len(panels) if len(panels) <= MOST_BESIDE else 2 if len(panels) == 4 else MOST_BESIDE
    rows = [panels[start : start + beside] for start in range(0, len(panels), beside)]
    # equally wide in all rows, though a bar may stand beside one of them only
    plot_width = max(min((width - _beside(row)) // len(row) for row in rows), NARROWEST)
    placed: list[Panel] = []
    right = height_below = 0
    for row in reversed(rows):
        row, row_right, height_below = _placed(row, plot_width, plot_height, height_below)
        placed = row + placed
        right = max(right, row_right)
    return Sheet(max(width, right + EDGE), height_below, tuple(placed))


def _beside(panels: Sequence[Panel]) -> int:
    """The room beside the plots of a row."""
    return 2 * EDGE + TO_PANEL * (len(panels) - 1) + sum(_left_of(panel) + _right_of(panel) for panel in panels)


def _placed(
    panels: Sequence[Panel], plot_width: int, plot_height: int, height_below: int
) -> tuple[list[Panel], int, int]:
    """The panels of a row, each with its box; where they end at the right, and above."""
    panels = [_with_level_texts(panel, plot_width) for panel in panels]
    bottom = height_below + EDGE + LINE * max(_lines(panel.x.label) for panel in panels) + below_axes()
    top = bottom + plot_height + TO_TITLE + LINE * max(_lines(panel.title) for panel in panels) + EDGE
    placed, right = [], EDGE - TO_PANEL
    for panel in panels:
        left = right + TO_PANEL + _left_of(panel)
        box = Box(left, bottom, plot_width, plot_height)
        levels = panel.cells and to_levels(panel.cells, box)
        placed.append(replace(panel, box=box, cells=None, levels=levels))
        right = left + plot_width + _right_of(panel)
    return placed, right, top


def below_axes() -> int:
    """From the axes to the label below them."""
    return TO_NUMBER + DIGIT + TO_LABEL


def beside_axes(axis: Axis) -> int:
    """From the axes, or the bar of colours, to the label beside them."""
    return TO_NUMBER + max(map(text_width, axis.tick_labels), default=0) + TO_LABEL


def _left_of(panel: Panel) -> int:
    return beside_axes(panel.y) + LINE * _lines(panel.y.label)


def _right_of(panel: Panel) -> int:
    """Room for the bar of colours; else for half of a number that stands below the very end of the axis."""
    if panel.scale is None:
        return TO_PANEL
    return TO_BAR + BAR_WIDTH + beside_axes(panel.scale) + LINE * _lines(panel.scale.label)


def _with_upright_axes(panel: Panel, plot_height: int) -> Panel:
    y, scale = (axis and _ticked(axis, plot_height, plot_height // 22) for axis in (panel.y, panel.scale))
    return replace(panel, y=y, scale=scale)


def _with_level_texts(panel: Panel, plot_width: int) -> Panel:
    most = min(plot_width // 50, MOST_TICKS)
    x = _ticked(panel.x, plot_width, most)
    while most > 2 and sum(map(text_width, x.tick_labels)) + DIGIT * len(x.ticks) > plot_width:
        most -= 1
        x = _ticked(panel.x, plot_width, most)
    lines = tuple(replace(line, name=wrapped(line.name, plot_width - TO_LEGEND)) for line in panel.lines)
    return replace(panel, x=x, title=wrapped(panel.title, plot_width), lines=lines)


def _ticked(axis: Axis, length: int, most: int) -> Axis:
    """With at most so many ticks, and with what all their numbers share in the label."""
    locator = MaxNLocator(min(max(most, 2), MOST_TICKS), steps=[1, 2, 5, 10])
    low, high = axis.low - 1e-9 * axis.length, axis.high + 1e-9 * axis.length
    ticks = tuple(float(tick) for tick in locator.tick_values(axis.low, axis.high) if low <= tick <= high)
    formatter = ScalarFormatter()
    formatter.create_dummy_axis()
    formatter.axis.set_view_interval(axis.low, axis.high)
    numbers = tuple(formatter.format_ticks(ticks))
    shared = formatter.get_offset()
    label = f"{axis.label} ({shared if shared[0] in '+−-' else f'× {shared}'})" if shared else axis.label
    return replace(axis, label=wrapped(label, length), ticks=ticks, tick_labels=numbers)


def wrapped(text: str, width: int) -> str:
    """Text in lines that are no wider."""
    characters = max(len(text), MOST_LINES)
    while True:
        lines = wrap(text, characters, max_lines=MOST_LINES, placeholder=" …")
        widest = max(map(text_width, lines), default=0)
        if widest <= width or characters == MOST_LINES:
            return "\n".join(lines)
        characters = max(min(characters - 1, characters * width // widest), MOST_LINES)


def text_width(text: str) -> int:
    """In pixels."""
    return ceil(sum(map(_advance, text)))


@lru_cache(maxsize=4096)
def _advance(character: str) -> float:
    return _font().load_char(ord(character)).linearHoriAdvance / 2**16


@lru_cache(maxsize=1)
def _font() -> FT2Font:
    font = FT2Font(findfont(FONT))
    font.set_size(FONT_SIZE, DPI)
    return font


def _lines(text: str) -> int:
    return text.count("\n") + 1
