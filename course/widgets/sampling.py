"""The sampling explorer: fewer samples a second, fewer bits, with and without a filter, seen and heard."""

from typing import Any

import librosa
import numpy as np

from course import audio, plot
from course.audio import SAMPLE_RATE
from course.widgets.explorer import Choice, Explorer, Slider

LARGEST_STEP = 8
"""At most every eighth sample is kept."""
LOWEST_RATE = 3000
"""In Hz; browsers play nothing below."""
MOST_BITS = 16
WINDOW_SECONDS = 0.046
FILTERS = {"none: just leave samples out": False, "low-pass first, then leave samples out": True}


def sampling_explorer(amplitudes: Any, sample_rate: int = SAMPLE_RATE) -> Explorer:
    """Keep fewer samples a second, with fewer bits each: see what folds, hear what rounding adds.

    Parameters
    ----------
    amplitudes : float [n_samples]
        One to five seconds are comfortable; full scale is 1.
    sample_rate : int
        In Hz. The slider goes down from here, to each rate that keeps one of every k samples and is a whole number.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.
    """
    original = np.asarray(amplitudes)
    controls = {
        "rate": Slider("Samples a second", _rates(sample_rate), sample_rate),
        "bits": Slider("Bits a sample", range(2, MOST_BITS + 1), MOST_BITS),
        "filtered": Choice("Filter", FILTERS, False),
    }

    def show(rate: int, bits: int, filtered: bool) -> tuple[plot.Picture, audio.Player, str]:
        kept = audio.resample(original, sample_rate, rate) if filtered else original[:: sample_rate // rate]
        rounded = _rounded(kept, bits)
        title = f"{rate} samples a second, {bits} bits each"
        return (
            _picture(rounded, rate, title, sample_rate / 2),
            audio.play(rounded, title, rate),
            _caption(rate, bits, kept, rounded),
        )

    return Explorer(controls, show)


def _rates(sample_rate: int) -> list[int]:
    """Whole numbers of Hz from the lowest to the rate itself, each a whole part of it."""
    rates = [sample_rate // step for step in range(LARGEST_STEP, 0, -1) if sample_rate % step == 0]
    return [rate for rate in rates if rate >= LOWEST_RATE] or [sample_rate]


def _rounded(amplitudes: np.ndarray, bits: int) -> np.ndarray:
    """Every amplitude moved to the nearest of the 2**bits steps from -1 up to, but not including, 1."""
    steps = 2 ** (bits - 1)
    return np.clip(np.round(amplitudes * steps), -steps, steps - 1) / steps


def _picture(amplitudes: np.ndarray, rate: int, title: str, top_hz: float) -> plot.Picture:
    window_length = round(WINDOW_SECONDS * rate)
    hop_length = window_length // 4
    stft = librosa.stft(amplitudes, n_fft=window_length, hop_length=hop_length)
    decibels = librosa.power_to_db(np.abs(stft) ** 2)
    return plot.spectrograms({title: (decibels, hop_length)}, rate, top_hz)


def _caption(rate: int, bits: int, kept: np.ndarray, rounded: np.ndarray) -> str:
    return (
        f"<b>{rate}</b> samples a second hold frequencies up to <b>{rate / 2:g} Hz</b>; <b>{bits}</b> bits make "
        f"<b>{2**bits}</b> steps{_distance(kept, rounded)}."
    )


def _distance(kept: np.ndarray, rounded: np.ndarray) -> str:
    """How far the rounding error lies below the sound."""
    signal, error = np.mean(np.square(kept, dtype=float)), np.mean(np.square(rounded - kept, dtype=float))
    # the course's own clips have 16 bits: what is left in that grid is not rounded any more
    if error == 0 or signal == 0:
        return ", and no sample had to be rounded" if error == 0 else ""
    return f", and the rounding error lies <b>{10 * np.log10(signal / error):.1f} dB</b> below the sound"
