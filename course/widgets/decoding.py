"""From a latent vector to a mel spectrogram and a sound, by functions that may do anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.amplitudes import SAMPLE_RATE, AudioError, checked_amplitudes
from course.numbers import as_numbers
from course.widgets.levels import loudness, within_full_scale
from course.widgets.trial import Outcome, Trial, accept_table, shape_in_words

SECONDS = 10.0
"""How long each function may take: a network's first call takes much longer than all others."""
LONGEST = 10
"""Seconds of sound."""
MOST_CELLS = 2**18
LOUDEST_DB = 200
"""No level in decibels is higher."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a latent vector was made into."""

    z: np.ndarray
    """float64 [n_latent]"""
    square: np.ndarray
    """float64 [n_mels, n_frames], in dB"""
    sound: Any
    """Never louder than full scale, float32 [n_samples]; `...` if there is none."""
    level: str
    """How loud it is, in words."""


class Decoding:
    """A decoder, and the way from what it gives to a sound.

    Parameters
    ----------
    decode : callable
        Takes a latent vector, float [n_latent]; gives a mel spectrogram in dB, float [n_mels, n_frames].
    sound_of : callable
        Takes such a mel spectrogram; gives its sound, float [n_samples].
    """

    def __init__(self, decode: Callable[[np.ndarray], Any], sound_of: Callable[[np.ndarray], Any]) -> None:
        self._decode, self._sound_of = decode, sound_of
        self._decoding, self._sounding = Trial(_accept_square, SECONDS), Trial(_accept_sound, SECONDS)

    def of(self, z: np.ndarray) -> tuple[Decoded | None, str]:
        """What becomes of a latent vector, if anything does, and what is to be known about it, in sentences."""
        seen = self._decoding.call("decode", self._decode, z)
        if seen.value is None:
            return None, seen.told
        heard = self._sounding.call("sound_of", self._sound_of, seen.value)
        if heard.value is None:
            sound, level = ..., "no sound."
        else:
            sound, level = within_full_scale(heard.value), loudness(float(np.abs(heard.value).max()))
        return Decoded(z, seen.value, sound, level), f"{seen.told} {heard.told}".strip()


def _accept_square(name: str, result: Any) -> Outcome:
    outcome = accept_table(name, result, _square_problem)
    if outcome.value is None:
        return outcome
    square = outcome.value.astype(float)
    if (loudest := square.max()) > LOUDEST_DB:
        return Outcome(None, f"{name} gives levels up to {loudest:.2g}. Are these decibels?")
    return Outcome(square)


def _square_problem(shape: tuple[int, ...]) -> str:
    if len(shape) != 2 or 0 in shape:
        return f"{shape_in_words(shape)}, not mel bands × frames"
    return f"{shape_in_words(shape)}: too much to be shown" if np.prod(shape) > MOST_CELLS else ""


def _accept_sound(name: str, result: Any) -> Outcome:
    if result is ...:
        return Outcome(None, f"{name} has a step that is still “...”.")
    if result is not None and as_numbers(result) is None:
        return Outcome(None, f"{name} gives no sound.")
    try:
        sound = checked_amplitudes(result, name)
    except AudioError as error:
        return Outcome(None, str(error))
    if sound.size > LONGEST * SAMPLE_RATE:
        return Outcome(None, f"{name} gives {sound.size / SAMPLE_RATE:.0f} s; at most {LONGEST} s can be played.")
    return Outcome(sound.astype(float))
