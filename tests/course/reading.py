"""Explorers as somebody meets them who has no kernel: pictures, sounds and a caption in the notebook's file."""

import base64
import io
import re
from html import unescape
from typing import Any

import numpy as np
import soundfile
from matplotlib.image import imread

from course.widgets.explorer import Explorer


class Reader:
    """Somebody who moves an explorer's controls and reads what it shows."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer

    def set(self, **values: Any) -> "Reader":
        """Move controls, by their names."""
        self.explorer.set(**values)
        return self

    @property
    def html(self) -> str:
        """All of it, as the notebook's file has it."""
        data, _ = self.explorer._repr_mimebundle_()
        return data["text/html"]

    @property
    def pictures(self) -> list[bytes]:
        """Each as a PNG."""
        return list(map(base64.b64decode, re.findall(r'src="data:image/png;base64,([^"]+)"', self.html)))

    @property
    def picture(self) -> bytes:
        """The only picture."""
        (picture,) = self.pictures
        return picture

    @property
    def drawing(self) -> np.ndarray:
        """The picture's pixels, without those of its title."""
        return imread(io.BytesIO(self.picture))[30:]

    @property
    def alts(self) -> list[str]:
        """The words that stand for the pictures."""
        return list(map(unescape, re.findall(r'<img alt="([^"]*)"', self.html)))

    @property
    def sound(self) -> tuple[np.ndarray, int]:
        """The only sound: its samples, and how many of them a second has."""
        (wav,) = re.findall(r'src="data:audio/wav;base64,([^"]+)"', self.html)
        return soundfile.read(io.BytesIO(base64.b64decode(wav)))

    @property
    def samples(self) -> np.ndarray:
        """The only sound's samples."""
        return self.sound[0]

    @property
    def caption(self) -> str:
        """With its markup."""
        return re.search(r'<div role="status">(.*)</div>', self.html, re.DOTALL)[1]

    @property
    def words(self) -> str:
        """The caption without its markup."""
        return unescape(re.sub("<[^>]+>", "", self.caption))

    def numbers(self, unit: str) -> list[float]:
        """What the caption says in a unit."""
        return [float(number) for number in re.findall(rf"(-?[\d.]+) ?{re.escape(unit)}", self.words)]

    @property
    def all(self) -> tuple[list[bytes], list[bytes], str]:
        """Pictures, sounds and caption: the same only if nothing has changed."""
        sounds = re.findall(r'src="data:audio/wav;base64,([^"]+)"', self.html)
        return self.pictures, sounds, self.caption


def changes(reader: Reader, **values: Any) -> list[bool]:
    """Move controls, and back: did pictures, sounds and caption change, each? Moved back they are as before."""
    before, html, at_first = reader.all, reader.html, {name: reader.explorer.values[name] for name in values}
    after = reader.set(**values).all
    assert reader.set(**at_first).html == html
    return [now != then for now, then in zip(after, before, strict=True)]
