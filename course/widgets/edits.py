"""Edits of a box of a mel spectrogram.

Each asks where the new cells of the box come from, and leaves all others as they were. It works on power, of 0 for
silence, and never changes the table that it is given.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import librosa
import numpy as np

from course.amplitudes import SAMPLE_RATE


class Box(NamedTuple):
    """A part of a mel spectrogram."""

    start: int
    """the first frame"""
    stop: int
    """the frame after the last"""
    first: int
    """the lowest band"""
    last: int
    """the highest band, included"""

    @property
    def cells(self) -> tuple[slice, slice]:
        """What picks the box out of a table [n_mels, n_frames]."""
        return slice(self.first, self.last + 1), slice(self.start, self.stop)

    @classmethod
    def within(cls, shape: tuple[int, ...], start: int, stop: int, first: int, last: int) -> "Box":
        """The part of a box that lies in a table of a shape, of at least one cell."""
        n_bands, n_frames = shape
        start, first = min(max(start, 0), n_frames - 1), min(max(first, 0), n_bands - 1)
        return cls(start, min(max(stop, start + 1), n_frames), first, min(max(last, first), n_bands - 1))


def mute(mel: np.ndarray, box: Any) -> np.ndarray:
    """Silence in the box: float [n_mels, n_frames]."""
    return _with(mel, box, lambda part: 0 * part)


def gain(mel: np.ndarray, box: Any, gain_db: float) -> np.ndarray:
    """The box louder or fainter by so many dB: float [n_mels, n_frames]."""
    return _with(mel, box, lambda part: part * 10 ** (gain_db / 10))


def reverse(mel: np.ndarray, box: Any) -> np.ndarray:
    """The frames of the box in reverse order: float [n_mels, n_frames]."""
    return _with(mel, box, lambda part: part[:, ::-1])


def mirror(mel: np.ndarray, box: Any) -> np.ndarray:
    """The bands of the box upside down: float [n_mels, n_frames]."""
    return _with(mel, box, lambda part: part[::-1])


def shift(mel: np.ndarray, box: Any, n_bands: int) -> np.ndarray:
    """The rows of the box moved up inside it, freed rows silent: float [n_mels, n_frames]."""
    return _with(mel, box, lambda part: _read(part, np.arange(len(part)) - n_bands))


def stretch(mel: np.ndarray, start: int, stop: int, factor: float) -> np.ndarray:
    """The frames start to stop - 1, in all bands, factor times as long: float [n_mels, another n_frames]."""
    _check_factor(factor)
    part = mel[:, start:stop]
    places = np.linspace(0, part.shape[1] - 1, max(round(factor * part.shape[1]), 1))
    stretched = _read(part.T, places).T.astype(mel.dtype)
    return np.concatenate([mel[:, :start], stretched, mel[:, stop:]], axis=1)


def warp(mel: np.ndarray, box: Any, factor: float, sample_rate: int = SAMPLE_RATE) -> np.ndarray:
    """All frequencies of the box times factor, inside the box: float [n_mels, n_frames]."""
    _check_factor(factor)
    _, _, first, last = box
    hertz = librosa.mel_frequencies(len(mel) + 2, fmin=0, fmax=sample_rate / 2)[first + 1 : last + 2]
    known, wanted = librosa.hz_to_mel(hertz), librosa.hz_to_mel(hertz / factor)
    # between bands, counted from the lowest of the box; what lies beyond them is nowhere
    places = np.interp(wanted, known, np.arange(len(known)), left=-1, right=len(known))
    return _with(mel, box, lambda part: _read(part, places))


EDITS: dict[str, Callable[..., np.ndarray]] = {
    each.__name__: each for each in (mute, gain, reverse, mirror, shift, stretch, warp)
}
"""By their names."""


def _with(mel: np.ndarray, box: Any, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A copy in which the box holds what the change makes of it."""
    edited, cells = mel.copy(), Box(*box).cells
    edited[cells] = change(mel[cells])
    return edited


def _read(table: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Rows read at places on and between them, along straight lines; silence where there are none."""
    last = len(table) - 1
    below = np.clip(np.floor(places).astype(int), 0, last)
    above = np.minimum(below + 1, last)
    part = (places - below)[:, None]
    there = ((places >= 0) & (places <= last))[:, None]
    return np.where(there, (1 - part) * table[below] + part * table[above], 0)


def _check_factor(factor: float) -> None:
    if not factor > 0:
        raise ValueError(f"factor: {factor} is not above 0")
