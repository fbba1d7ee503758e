"""The shift explorer: what becomes of a tone whose mel spectrogram is shifted by rows."""

from typing import Any

import librosa
import numpy as np

from course import plot
from course.audio import SAMPLE_RATE, play
from course.widgets.explorer import Explorer, Slider

PARTIALS = range(1, 16)
"""Of the tone whose partials a shift moves."""
TONE_HZ = 200.0
WARP = 1.25
"""What a true warp would be, for comparison."""


def shift_explorer(n_mels: int = 128, n_bands: int = 10) -> Explorer:
    """Shift a tone by rows of the mel spectrogram: see by which factor each row moves, and hear what becomes of it.

    Parameters
    ----------
    n_mels : int
        How many bands there are between 0 Hz and half the sample rate.
    n_bands : int
        Where the slider begins: by so many rows up.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.
    """
    band_mel = librosa.hz_to_mel(SAMPLE_RATE / 2) / (n_mels + 1)

    def show(n_bands: int) -> tuple[Any, Any, str]:
        rows = np.arange(5, n_mels - n_bands)
        old, new = (librosa.mel_to_hz((rows + 1 + by) * band_mel) for by in (0, n_bands))
        lines = {"by rows": new / old, f"a warp by {WARP}": np.full(len(rows), WARP)}
        ratio = dict(zip(rows, new / old, strict=True))
        title = f"{n_bands} rows up: times {ratio[20]:.2f} at row 20, times {ratio[rows[-1]]:.2f} at row {rows[-1]}."
        picture = plot.curves(rows, lines, title, "row of the mel spectrogram", "new by old frequency")
        partials = librosa.mel_to_hz(librosa.hz_to_mel(TONE_HZ * np.array(PARTIALS)) + n_bands * band_mel)
        sound = play(_partials_to_sound(partials), f"a tone of {TONE_HZ:.0f} Hz, {n_bands} rows up")
        return picture, sound, _caption(partials)

    return Explorer({"n_bands": Slider("Rows up", range(31), n_bands)}, show)


def _partials_to_sound(hertz: np.ndarray) -> np.ndarray:
    """One second of cosines, each half as loud as the one an octave below it."""
    seconds = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tones = [TONE_HZ / at * np.cos(2 * np.pi * at * seconds) for at in hertz if at < SAMPLE_RATE / 2]
    return 0.1 * np.sum(tones, axis=0) * np.minimum(1, 20 * np.minimum(seconds, seconds[::-1]))


def _caption(partials: np.ndarray) -> str:
    """Where the first partials lie, and where they would be in tune with the first."""
    first = ", ".join(f"{hertz:.0f}" for hertz in partials[:4])
    multiples = ", ".join(f"{partials[0] * k:.0f}" for k in range(2, 5))
    return f"The first four partials lie at <b>{first} Hz</b>. Multiples of the first would lie at {multiples} Hz."
