"""A picture in a notebook: drawn when it is looked at, and only once for all that look the same."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from matplotlib.figure import Figure

from course.plot import draw
from course.plot.sheet import Sheet

MOST_PICTURES = 256
MOST_BYTES = 64 * 2**20
_memo: dict[str, bytes] = {}
"""PNG files by the digests of their sheets, the oldest first."""


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
        digest = self.sheet.digest()
        png = _memo.get(digest)
        if png is None:
            png = draw.png(self.sheet)
            remember({digest: png})
        return png


def drawn() -> dict[str, bytes]:
    """The PNG files of the last pictures that were drawn, by digests of what is seen on them.

    Returns
    -------
    dict of str to bytes
        The oldest first; for `remember` in another process of the same installation.
    """
    return dict(_memo)


def remember(pictures: Mapping[str, bytes]) -> None:
    """Take over pictures that another process has drawn, so that they are not drawn again.

    Of more than 256 pictures, or 64 MB, the oldest are forgotten.

    Parameters
    ----------
    pictures : mapping of str to bytes
        What `drawn` gave there. They are shown as they are: take them from processes you trust only.
    """
    for digest, png in pictures.items():
        _memo.pop(digest, None)
        _memo[digest] = png
    while len(_memo) > MOST_PICTURES or sum(map(len, _memo.values())) > MOST_BYTES:
        del _memo[next(iter(_memo))]
