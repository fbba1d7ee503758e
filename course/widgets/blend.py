"""The blend explorer: from one point of a latent space to another, and what a decoder makes of the way."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import librosa
import numpy as np

from course import audio, plot
from course.engine import mel_to_sound
from course.widgets.explorer import Choice, Explorer, Slider

STEPS = 20
"""From one end to the other."""
HOP_SECONDS = 256 / audio.SAMPLE_RATE


def blend_explorer(places: Mapping[str, Any], decode: Callable[[np.ndarray], Any]) -> Explorer:
    """Walk from one place to another in a straight line, and see and hear what a decoder makes of each step.

    Parameters
    ----------
    places : mapping of str to float [n_latent]
        Two or more points of a latent space by their names; the first two are the ends at first.
    decode : callable
        Takes latents, float32 [1, n_latent]; gives levels in dB, float [n_mels, n_frames], from frames of 1024 samples,
        one every 256.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.

    Raises
    ------
    ValueError
        If there are fewer than two places.
    """
    if len(places) < 2:
        raise ValueError(f"places: {len(places)} of them. Give two or more, so that there is a way between.")
    points = {name: np.asarray(point, dtype=np.float32) for name, point in places.items()}
    first, second, *_ = points
    shares = {f"{step / STEPS:.0%}": step / STEPS for step in range(STEPS + 1)}
    controls = {
        "share": Slider("How far on the way", shares, 0.5),
        "start": Choice("From", list(points), first),
        "end": Choice("To", list(points), second),
    }

    @lru_cache(maxsize=256)
    def decoded(share: float, start: str, end: str) -> np.ndarray:
        return np.asarray(decode(((1 - share) * points[start] + share * points[end])[None]), dtype=float)

    def show(share: float, start: str, end: str) -> tuple[plot.Picture, audio.Player, str]:
        square = decoded(share, start, end)
        ends = {start: decoded(0.0, start, end), f"{share:.0%} of the way": square, end: decoded(1.0, start, end)}
        if start == end:
            del ends[end]
        picture = plot.cells(ends, "time in s", "mel band", "level in dB", x_step=HOP_SECONDS)
        player = audio.play(mel_to_sound(librosa.db_to_power(square)), f"{share:.0%} from {start} to {end}")
        return picture, player, _caption(square, decoded(0.0, start, end), decoded(1.0, start, end), start, end)

    return Explorer(controls, show)


def _caption(square: np.ndarray, at_start: np.ndarray, at_end: np.ndarray, start: str, end: str) -> str:
    """How far the picture in the middle is from both ends."""
    from_start, from_end = (np.sqrt(np.mean((square - other) ** 2)) for other in (at_start, at_end))
    return f"<b>{from_start:.1f} dB</b> from {escape(start)}, <b>{from_end:.1f} dB</b> from {escape(end)} (RMS)."
