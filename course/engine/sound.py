"""From mel bands to sound, in one call."""

import hashlib
from typing import Any

import librosa
import numpy as np

from course import memo
from course.engine.griffin_lim import magnitude_to_signal
from course.engine.mel import clean, mel_to_magnitude

ITERATIONS = 11
"""Of Griffin-Lim: PESQ is then 0.1 below that of three times as many (`benchmarks/engine.py`)."""
STEPS_PER_DB = 20
"""Mel spectrograms that differ by less than such a step sound the same."""


def mel_to_sound(mel: Any, sample_rate: int = 22050, iterations: int = ITERATIONS, top_hz: float | None = None) -> Any:
    """Make a sound whose mel spectrogram comes close to the given one.

    Multiplicative updates that lower the Kullback–Leibler divergence (Lee and Seung, 2001) find a power spectrogram,
    its gradients give a first phase (Průša and Søndergaard, 2016), and fast Griffin-Lim (Perraudin, Balazs and
    Søndergaard, 2013) improves it: the same sound each time.

    Parameters
    ----------
    mel : float [n_mels, n_frames], or `...`
        Power in mel bands from 0 Hz up, from frames of 1024 samples, one every 256. What no power can be, negative,
        infinite or not a number, counts as 0.
    sample_rate : int
        In Hz.
    iterations : int
        Of Griffin-Lim.
    top_hz : float, optional
        Where the highest band ends, in Hz; by default half the sample rate.

    Returns
    -------
    sound : float32 [256 * (n_frames - 1)], or `...`
        `...` for the `...` of an unfinished stub.
    """
    if mel is ...:
        return ...
    wanted = clean(mel)

    def make() -> bytes:
        magnitude = mel_to_magnitude(wanted, sample_rate, top_hz=top_hz)
        return magnitude_to_signal(magnitude.T, iterations=iterations).tobytes()

    sound = memo.once(f"sound of mel {wanted.shape} {sample_rate} {iterations} {top_hz} {_digest(wanted)}", make)
    return np.frombuffer(sound, dtype=np.float32)


def _digest(mel: np.ndarray) -> str:
    """Of levels in steps that nobody hears, so that rounding makes no other sound."""
    steps = np.rint(STEPS_PER_DB * librosa.power_to_db(mel, top_db=None)).astype(np.int32)
    return hashlib.blake2b(steps.tobytes(), digest_size=16).hexdigest()
