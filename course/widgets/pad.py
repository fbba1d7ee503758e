"""The latent pad: Python's half, which decodes the point under the hand, makes its sound, and tells."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import anywidget
import numpy as np
import traitlets

from course.amplitudes import SAMPLE_RATE
from course.player import play
from course.plot.plane import plane_beside_cells
from course.plot.sheet import Axis
from course.widgets.decoding import Decoded, Decoding
from course.widgets.levels import RANGE_DB, colour_steps, palette
from course.widgets.module import module, style
from course.widgets.plane import Plane, Point, as_vector, read_plane

TOP_STEP_DB = 10
"""The brightest colour stands for a multiple of this."""
DIGITS = 3
"""Of a point in words."""
NEAR = 1e-6
"""What is not farther from a place, in parts of the pad, is at it."""


class LatentPad(anywidget.AnyWidget):
    """A plane in a latent space: drag a point over it, and see and hear what a decoder makes of it.

    Nothing is decoded before somebody looks. What the decoder does wrong stands in the caption, and what was seen and
    heard before stays.

    Parameters
    ----------
    decode : callable
        Takes a latent vector, float [n_latent]; gives a mel spectrogram in dB, float [n_mels, n_frames].
    sound_of : callable
        Takes such a mel spectrogram; gives its sound, float [n_samples], 22050 samples a second.
    origin : float [n_latent], optional
        The middle of the pad; zeros by default.
    directions : float [2, n_latent], optional
        Where x and y lead. By default two axes of the latent space, which can be chosen.
    places : mapping of str to float [n_latent], optional
        Vectors by their names: marks on the pad, each at the point of the plane that is nearest to it.
    extent : float
        The pad reaches from -extent to extent, both ways.

    Raises
    ------
    ValueError
        If the origin or the directions are of a wrong shape. `...`, of an unfinished stub, counts as not given; places
        that are no such vectors are left out, and the caption names them.

    Notes
    -----
    Where nothing tells how many numbers a latent vector has, it has 20.
    """

    _esm = module("turns.js", "sound.js", "parts.js", "cells.js", "pad_pictures.js", "pad.js")
    _css = style("parts.css", "pad.css")
    settings = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    """What is shown, for the browser, and the question that it answers: a state, so that it is there at once even if
    the kernel is busy with the cells below."""

    def __init__(
        self,
        decode: Callable[[np.ndarray], Any],
        sound_of: Callable[[np.ndarray], Any],
        origin: Any = None,
        directions: Any = None,
        places: Mapping[str, Any] | None = None,
        extent: float = 3.0,
    ) -> None:
        if not 0 < extent < np.inf:
            raise ValueError(f"extent: {extent!r} is no size. Give a number above 0, such as 3.")
        given = {} if places is ... else dict(places or {})
        self._decoding = Decoding(decode, sound_of)
        self._extent = float(extent)
        plane = read_plane(origin, directions, given)
        n_latent = len(plane.origin)
        self._chosen = (0, 1) if directions is None or directions is ... else None
        vectors = {str(name): as_vector(value) for name, value in given.items()}
        self._places = {name: each for name, each in vectors.items() if each is not None and len(each) == n_latent}
        self._left_out = [name for name in vectors if name not in self._places]
        self._lay(plane)
        self._point: Point = (0.0, 0.0)
        self._decoded: Decoded | None = None
        self._decoded_at = ""
        self._told: str | None = None
        self._top = -np.inf
        latents = n_latent if self._chosen else 0
        super().__init__(settings={"extent": self._extent, "latents": latents, "palette": palette(), "range": RANGE_DB})
        self.on_msg(self._hear)

    @property
    def point(self) -> Point:
        """Where the hand is: x, y."""
        return self._point

    @property
    def z(self) -> np.ndarray:
        """The latent vector of the point: float64 [n_latent]."""
        return self._plane.at(self._point)

    @property
    def square(self) -> Any:
        """The mel spectrogram that is shown, in dB: float64 [n_mels, n_frames]; `...` while there is none."""
        decoded = self._look()
        return ... if decoded is None else decoded.square.copy()

    @property
    def sound(self) -> Any:
        """What is heard, never louder than full scale: float32 [n_samples]; `...` while there is none."""
        decoded = self._look()
        return ... if decoded is None or decoded.sound is ... else decoded.sound.copy()

    @property
    def caption(self) -> str:
        """Where the point is, how loud its sound is, and what went wrong, if anything."""
        self._look()
        return self._told or ""

    def move(self, x: float, y: float) -> None:
        """Move the point; the caption says what became of it.

        Parameters
        ----------
        x, y : float
            Beyond the pad's edge count as on it.

        Raises
        ------
        ValueError
            If they are not numbers.
        """
        self._move((x, y))
        self._tell()

    def choose(self, across: int, up: int) -> None:
        """Choose which two numbers of the latent vector x and y are added to.

        Parameters
        ----------
        across, up : int
            Counted from 0.

        Raises
        ------
        ValueError
            If the pad has directions of its own, or these are not two of its latents.
        """
        self._choose((across, up))
        self._tell()

    def _move(self, point: Any) -> None:
        x, y = map(float, point)
        if np.isnan([x, y]).any():
            raise ValueError(f"x, y: {x:g}, {y:g} is no point. Give two numbers.")
        self._point, self._told = (self._within(x), self._within(y)), None

    def _choose(self, chosen: tuple[int, int]) -> None:
        if self._chosen is None:
            raise ValueError("across, up: this pad has directions of its own. Make one without `directions`.")
        across, up = chosen
        n_latent = len(self._plane.origin)
        if not {across, up} <= set(range(n_latent)) or across == up:
            raise ValueError(f"across, up: {across!r}, {up!r} are not two different numbers from 0 to {n_latent - 1}.")
        self._lay(Plane.along(self._plane.origin, across, up))
        self._chosen, self._told = (across, up), None

    def _lay(self, plane: Plane) -> None:
        """Take another plane, and find the places' points; what is beyond the edge is on it."""
        nearest = {name: plane.nearest(vector) for name, vector in self._places.items()}
        self._marks = {name: (self._within(x), self._within(y)) for name, (x, y) in nearest.items()}
        self._plane = plane

    def _within(self, value: float) -> float:
        return min(max(value, -self._extent), self._extent)

    def _hear(self, _: Any, question: dict[str, Any], buffers: Any) -> None:
        """What a hand asks for; a decoder that has failed here is asked again."""
        if question["chosen"]:
            self._choose(tuple(question["chosen"]))
        self._move(question["point"])
        self._tell(question["number"], question["play"])

    def _tell(self, number: str = "", play: bool = False) -> None:
        decoded, sound = self._look(), self.sound
        square = np.empty((0, 0)) if decoded is None else decoded.square
        self.answer = {
            "number": number,
            "play": play,
            "point": self._point,
            "chosen": self._chosen,
            "names": self._names,
            "circle": self._plane.circle.tolist(),
            "marks": [{"name": name, "point": point} for name, point in self._marks.items()],
            "shape": square.shape,
            "levels": colour_steps(square - self._top),
            "top": self._top if decoded else 0,
            "rate": SAMPLE_RATE,
            "samples": b"" if sound is ... else sound.tobytes(),
            "fits": decoded is not None and np.array_equal(decoded.z, self.z),
            "caption": self.caption,
        }

    def _look(self) -> Decoded | None:
        """What is to be seen and heard; found out when somebody looks."""
        if self._told is None:
            self._told = " ".join(filter(None, [self._try(), self._about_places()]))
        return self._decoded

    def _try(self) -> str:
        """Decode the point, and say what came of it."""
        decoded, told = self._decoding.of(self.z)
        if decoded is None:
            still = f" Still seen and heard: {self._decoded_at}." if self._decoded else ""
            return f"{self._where}: {told}{still}"
        self._decoded, self._decoded_at = decoded, self._where
        self._top = max(self._top, TOP_STEP_DB * float(np.ceil(decoded.square.max() / TOP_STEP_DB)))
        return f"{self._where}; {decoded.level[0].lower()}{decoded.level[1:]} {told}".strip()

    def _about_places(self) -> str:
        """Which place the point is at, how far off the plane it lies, and which ones are not on the pad."""
        size = NEAR * self._extent
        here = [name for name, mark in self._marks.items() if np.allclose(mark, self._point, rtol=0, atol=size)]
        away = {name: float(np.linalg.norm(self._places[name] - self.z)) for name in here}
        told = [f"{name} is {f'{off:.2g} away from' if off > size else 'at'} this point." for name, off in away.items()]
        if self._left_out:
            told.append(f"Left out of the places, not {len(self.z)} finite numbers: {', '.join(self._left_out)}.")
        return " ".join(told)

    @property
    def _names(self) -> tuple[str, str]:
        """Of the two ways."""
        return tuple(f"latent {index}" for index in self._chosen) if self._chosen else ("across", "up")

    @property
    def _where(self) -> str:
        """The point in words."""
        parts = [round(value / self._extent, 2 * DIGITS) * self._extent + 0.0 for value in self._point]
        told = [f"{name} at {part:.{DIGITS}g}" for name, part in zip(self._names, parts, strict=True)]
        return ", ".join(told).replace("-", "−")

    def __repr__(self) -> str:
        return f"LatentPad({self._where})"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self._tell()
        data, metadata = super()._repr_mimebundle_(**options)
        return data | {"text/html": self._as_html()}, metadata

    def _as_html(self) -> str:
        """What stands in its place where no kernel runs."""
        decoded, caption = self._look(), f"<p>{escape(self.caption)}</p>"
        if decoded is None:
            return caption
        axes = [Axis(name, -self._extent, self._extent) for name in self._names]
        shown = np.maximum(decoded.square, self._top - RANGE_DB)
        picture = plane_beside_cells(
            ("The latent plane.", *axes),
            self._point,
            self._plane.circle,
            self._marks,
            (f"Decoded: {self._decoded_at}.", shown, ("frame", "mel band", "level in dB")),
        )
        player = play(self.sound, self._decoded_at, SAMPLE_RATE)
        return f"{picture._repr_html_()}{player._repr_html_()}{caption}"
