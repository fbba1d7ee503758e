"""The kinds of pictures in a report, as SVG: bars, bars in parts, a histogram.

Each is drawn with classes, whose colours and patterns the page's style has: light, dark, on paper. Patterns and labels
say what colours say, so that nothing is lost in grey.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 560
ROW, BAR = 42, 17
"""Heights: of a row, with the label above its bar, and of the bar."""
LABEL = 62
"""Characters for which a row has room."""
PLOT = 190
"""Height of a histogram."""
LEFT, RIGHT, AXIS = 46, 60, 44
LETTER = 7.2
"""Width of a digit, about."""


@dataclass(frozen=True)
class Part:
    """A part of a bar."""

    kind: str
    """a class of the style, which gives it its pattern"""
    value: float
    told: str
    """what stands in it or behind it"""


@dataclass(frozen=True)
class Bar:
    """A bar of one part or of several, in their order."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Line:
    """A line across a picture, with what it says."""

    at: float
    label: str


def bars(rows: Sequence[Bar], axis: str, most: float | None = None, line: Line | None = None) -> Markup:
    """Horizontal bars, each below its label; what a part tells stands in it, or after the last one.

    Parameters
    ----------
    rows : sequence of Bar
    axis : str
        What is counted, with its unit.
    most : float, optional
        Where the axis ends; by default behind the longest bar.
    line : Line, optional
        A limit, to be drawn across.

    Returns
    -------
    picture : Markup
        A whole svg element, without the words for those who don't see it.
    """
    longest = max((sum(part.value for part in row.parts) for row in rows), default=0)
    marks = ticks(most or max(longest, line.at if line else 0) or 1)
    scale = (WIDTH - RIGHT) / (most or marks[-1])
    top = 34 if line else 4
    bottom = top + ROW * len(rows)
    drawn = [_x_ticks([mark for mark in marks if mark * scale <= WIDTH], scale, top, bottom), _axis(axis, 0, bottom)]
    if line:
        # behind the labels, so that they can be read
        drawn.append(_line(line, scale * line.at, top - 24, bottom))
    drawn += [_bar(row, top + ROW * place, scale) for place, row in enumerate(rows)]
    return _picture(bottom + AXIS, drawn)


def histogram(
    edges: Sequence[float], counts: Sequence[int], axis: str, of_what: str, line: Line | None = None, kind: str = "full"
) -> Markup:
    """Upright bars between edges, which are drawn equally far apart, whatever their distance.

    Parameters
    ----------
    edges : sequence of float
        One more than there are bars.
    counts : sequence of int
    axis : str
        What is measured, with its unit.
    of_what : str
        What is counted.
    line : Line, optional
        A value to be marked, in the unit of the edges.
    kind : str, optional
        A class of the style.

    Returns
    -------
    picture : Markup
    """
    top, bottom = 62, 62 + PLOT
    step = (WIDTH - LEFT - 12) / len(counts)
    marks = ticks(max(counts, default=1) or 1)
    rise = PLOT / marks[-1]
    drawn = [_tag("text", of_what, x=0, y=14, class_="axis"), _axis(axis, LEFT, bottom)]
    for mark in marks:
        y = bottom - mark * rise
        drawn.append(_tag("line", "", x1=LEFT, x2=WIDTH - 12, y1=y, y2=y, class_="grid"))
        drawn.append(_tag("text", f"{mark:g}", x=LEFT - 8, y=y + 5, class_="end"))
    heights = [(LEFT + place * step, count * rise, count) for place, count in enumerate(counts)]
    for x, height, _ in heights:
        drawn.append(_tag("rect", "", x=x + 1, y=bottom - height, width=step - 2, height=height, class_=kind))
    if line:
        drawn.append(_line(line, LEFT + step * _place(line.at, edges), top - 28, bottom))
    for x, height, count in heights:
        if count:
            drawn.append(_tag("text", f"{count}", x=x + step / 2, y=bottom - height - 5, class_="middle halo"))
    every = math.ceil(len(edges) * 4 * LETTER / (WIDTH - LEFT))
    for place, edge in enumerate(edges):
        if place % every == 0:
            drawn.append(_tag("text", f"{edge:g}", x=LEFT + place * step, y=bottom + 18, class_="middle"))
    return _picture(bottom + AXIS, drawn)


def ticks(most: float) -> list[float]:
    """Round numbers from 0 to `most` or a little more, about five of them; whole ones, as long as they can be."""
    steps = (1, 2, 5, 10)
    power = 10.0 ** math.floor(math.log10(most / 5)) if most > 5 else 1.0
    step = next(power * each for each in steps if power * each * 6 >= most)
    return [round(step * count, 10) for count in range(math.ceil(round(most / step, 10)) + 1)]


def swatch(kind: str) -> Markup:
    """A small piece of a pattern, for a legend."""
    box = _tag("rect", "", x=0.5, y=0.5, width=21, height=13, class_=kind)
    return Markup('<svg class="swatch" viewBox="0 0 22 14" width="22" height="14" aria-hidden="true">{}</svg>').format(
        box
    )


def _bar(row: Bar, y: float, scale: float) -> Markup:
    drawn = [_tag("text", shortened(row.label), x=0, y=y + 16, class_="halo")]
    x = 0.0
    for part in row.parts:
        width = part.value * scale
        if width > 0:
            drawn.append(_tag("rect", "", x=x, y=y + 21, width=max(width, 1.5), height=BAR, class_=part.kind))
        fits = width > len(part.told) * LETTER + 6
        if part.value and fits and len(row.parts) > 1:
            style = "middle on-full" if part.kind == "full" else "middle halo"
            drawn.append(_tag("text", part.told, x=x + width / 2, y=y + 35, class_=style))
        x += width
    if len(row.parts) == 1:
        drawn.append(_tag("text", row.parts[0].told, x=x + 6, y=y + 35, class_="halo"))
    return Markup("").join(drawn)


def _x_ticks(marks: Iterable[float], scale: float, top: float, bottom: float) -> Markup:
    drawn = []
    for mark in marks:
        x = mark * scale
        drawn.append(_tag("line", "", x1=x, x2=x, y1=top, y2=bottom, class_="grid"))
        drawn.append(_tag("text", f"{mark:g}", x=x, y=bottom + 18, class_="middle" if mark else ""))
    return Markup("").join(drawn)


def _axis(title: str, x: float, bottom: float) -> Markup:
    return _tag("text", title, x=x, y=bottom + 37, class_="axis")


def _line(line: Line, x: float, top: float, bottom: float) -> Markup:
    side = "end" if x > WIDTH / 2 else ""
    rule = _tag("line", "", x1=x, x2=x, y1=top, y2=bottom, class_="limit")
    return rule + _tag("text", line.label, x=x - 6 if side else x + 6, y=top + 4, class_=f"{side} halo")


def _place(value: float, edges: Sequence[float]) -> float:
    """Where a value lies, counted in bars."""
    value = min(max(value, edges[0]), edges[-1])
    at = next(place for place in range(len(edges) - 1) if value <= edges[place + 1])
    return at + (value - edges[at]) / (edges[at + 1] - edges[at])


def shortened(text: str, most: int = LABEL) -> str:
    """A text that fits into a row."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _picture(height: float, drawn: Iterable[Markup]) -> Markup:
    return Markup('<svg viewBox="-10 0 {} {:g}" aria-hidden="true">{}</svg>').format(
        WIDTH + 10, height, Markup("").join(drawn)
    )


def _tag(name: str, text: str, **attributes: object) -> Markup:
    """An element; text and values are escaped."""
    told = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_"), f"{value:.4g}" if isinstance(value, float) else value)
        for key, value in attributes.items()
        if value != ""
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), told, text)
