"""The STFT explorer: window, hop and kind of window against time and frequency resolution."""

from typing import Any

import librosa
import numpy as np

from course import plot
from course.audio import SAMPLE_RATE
from course.widgets.explorer import Choice, Explorer, Slider

WINDOW_LENGTHS = [2**exponent for exponent in range(5, 13)]
HOPS = {"1/8 of the window": 8, "1/4 of the window": 4, "1/2 of the window": 2}
WINDOWS = {"Hann": "hann", "Hamming": "hamming", "Blackman": "blackman", "rectangular": "boxcar"}


def stft_explorer(
    amplitudes: Any, sample_rate: int = SAMPLE_RATE, window_length: int = 512, top_hz: float | None = None
) -> Explorer:
    """Move the window's length, the hop and the kind of window, and see the spectrogram change.

    Parameters
    ----------
    amplitudes : float [n_samples]
        One to ten seconds are comfortable.
    sample_rate : int
        In Hz.
    window_length : int
        Where the slider begins: a power of two from 32 to 4096.
    top_hz : float, optional
        Where the frequency axis ends; half the sample rate by default.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture stands in its place.
    """
    controls = {
        "length": Slider("Window length", WINDOW_LENGTHS, window_length),
        "hops": Slider("Hop", HOPS, 4),
        "window": Choice("Kind of window", WINDOWS, "hann"),
    }
    names = {window: name for name, window in WINDOWS.items()}

    def show(length: int, hops: int, window: str) -> tuple[plot.Picture, str]:
        title = f"{length} samples, {names[window]} window"
        hop_length = length // hops
        picture = _picture(amplitudes, sample_rate, length, hop_length, window, title, top_hz)
        return picture, _caption(sample_rate, length, hop_length)

    return Explorer(controls, show)


def _picture(
    amplitudes: Any,
    sample_rate: int,
    window_length: int,
    hop_length: int,
    window: str,
    title: str,
    top_hz: float | None,
) -> plot.Picture:
    stft = librosa.stft(np.asarray(amplitudes), n_fft=window_length, hop_length=hop_length, window=window)
    decibels = librosa.power_to_db(np.abs(stft) ** 2)
    return plot.spectrograms({title: (decibels, hop_length)}, sample_rate, top_hz)


def _caption(sample_rate: int, window_length: int, hop_length: int) -> str:
    return (
        f"A window lasts <b>{1000 * window_length / sample_rate:.1f} ms</b>; bins lie "
        f"<b>{sample_rate / window_length:.1f} Hz</b> apart; "
        f"a new frame every {1000 * hop_length / sample_rate:.1f} ms."
    )
