"""A picture in a notebook: drawn when it is looked at, and only once for all that look the same."""

import base64
from dataclasses import dataclass
from html import escape

from matplotlib.figure import Figure

from course import memo
from course.plot import draw
from course.plot.sheet import Sheet


@dataclass(frozen=True)
class Picture:
    """What is to be drawn, with the words that stand for it where it can't be seen."""

    alt: str
    sheet: Sheet | None = None
    """None for a note: words only"""

    def _repr_html_(self) -> str:
        if self.sheet is None:
            return f"<p><em>{escape(self.alt)}</em></p>"
        encoded = base64.b64encode(self.png()).decode()
        return (
            f'<img alt="{escape(self.alt)}" style="max-width:100%;height:auto" src="data:image/png;base64,{encoded}">'
        )

    def __repr__(self) -> str:
        return self.alt

    def figure(self) -> Figure:
        """The picture as a new figure of matplotlib, to look into or to change."""
        return draw.figure(self.sheet)

    def png(self) -> bytes:
        """The picture as a PNG file."""
        return memo.once(self.sheet.digest(), lambda: draw.png(self.sheet))
