"""The cepstrum explorer: how many coefficients of each frame are kept, and what can still be seen and heard."""

from typing import Any

import ipywidgets
import librosa
import numpy as np
import scipy.fft

from course import audio, plot
from course.audio import SAMPLE_RATE
from course.plot.layout import arrange
from course.plot.sheet import Axis, Cells, Panel
from course.plot.values import axis_of_colours, axis_of_lines, to_line
from course.widgets.explorer import LOOK, Explorer

WINDOW_LENGTH, HOP_LENGTH = 1024, 256
N_BANDS = 40
TOP_HZ = 8000
"""Where the highest band ends, if the sample rate allows: the course's voices reach no further."""
ITERATIONS = 16
"""Of Griffin-Lim: what a hand on a slider has the patience for."""
WIDTH, HEIGHT = 960, 280
"""Of the picture, in pixels."""


def cepstrum_explorer(amplitudes: Any, sample_rate: int = SAMPLE_RATE, n_coefficients: int = 13) -> ipywidgets.Widget:
    """Move how many cepstral coefficients are kept, and see and hear the mel spectrogram that they still tell.

    Parameters
    ----------
    amplitudes : float [n_samples]
        One to five seconds are comfortable.
    sample_rate : int
        In Hz.
    n_coefficients : int
        Where the slider begins: from 1 to 40.

    Returns
    -------
    explorer : ipywidgets.Widget
        Where no kernel runs, its last picture and sound stand in its place.
    """
    basis = librosa.filters.mel(sr=sample_rate, n_fft=WINDOW_LENGTH, n_mels=N_BANDS, fmax=min(TOP_HZ, sample_rate / 2))
    inverse = np.linalg.pinv(basis)
    stft = librosa.stft(np.asarray(amplitudes, dtype=np.float32), n_fft=WINDOW_LENGTH, hop_length=HOP_LENGTH)
    decibels = librosa.power_to_db(basis @ np.abs(stft) ** 2, top_db=None)
    coefficients = scipy.fft.dct(decibels, axis=0, norm="ortho")
    loudest = int(np.argmax(np.sum(decibels, axis=0)))
    controls = {
        "count": ipywidgets.IntSlider(value=n_coefficients, min=1, max=N_BANDS, description="Coefficients", **LOOK),
        "frame": ipywidgets.IntSlider(
            value=loudest, min=0, max=decibels.shape[1] - 1, description="Frame on the left", **LOOK
        ),
    }

    def show(count: int, frame: int) -> tuple[plot.Picture, audio.Player, str]:
        kept = np.where(np.arange(N_BANDS)[:, None] < count, coefficients, 0)
        smooth = scipy.fft.idct(kept, axis=0, norm="ortho")
        seconds = HOP_LENGTH / sample_rate
        picture = _picture(decibels, smooth, count, frame, seconds)
        sound = _sound(librosa.db_to_power(smooth), inverse)
        return (
            picture,
            audio.play(sound, f"{count} of {N_BANDS} coefficients", sample_rate),
            _caption(smooth - decibels, count, frame * seconds, 1 / seconds),
        )

    return Explorer(controls, show)


def _picture(decibels: np.ndarray, smooth: np.ndarray, count: int, frame: int, seconds: float) -> plot.Picture:
    """One frame's spectrum, as it is and smoothed; beside it the mel spectrograms."""
    band = np.arange(N_BANDS)
    x, y = axis_of_lines("mel band", [band], margin=0), axis_of_lines("level in dB", [decibels[:, frame], smooth], 0.05)
    lines = {f"all {N_BANDS}": decibels[:, frame], f"{count} kept": smooth[:, frame]}
    drawn = tuple(to_line(name, band, values, x, y) for name, values in lines.items())
    titles = f"The frame at {frame * seconds:.2f} s", f"All {N_BANDS} coefficients", f"{count} kept"
    colours = axis_of_colours("level in dB", [decibels])
    panels = [Panel(titles[0], x, y, lines=drawn)]
    rows, columns = (-0.5, N_BANDS - 0.5), (-0.5, decibels.shape[1] - 0.5)
    for title, values in zip(titles[1:], (decibels, smooth), strict=True):
        time, bands = Axis("time in s", *(seconds * end for end in columns)), Axis("mel band", *rows)
        scale = colours if values is smooth else None
        panels.append(Panel(title, time, bands, scale, cells=Cells(values, rows, columns, colours)))
    alt = (
        f"{titles[0]}: level in dB over mel band, {' and '.join(lines)}. "
        f"Beside it mel spectrograms, level in dB, mel band over time in s: {titles[1]}; {titles[2]}."
    )
    return plot.Picture(alt, arrange(panels, WIDTH, HEIGHT))


def _sound(mel: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Pseudo-inverse and Griffin-Lim, the same for the same mel spectrogram."""
    magnitude = np.sqrt(np.maximum(inverse @ mel, 0)).astype(np.float32)
    return librosa.griffinlim(magnitude, n_iter=ITERATIONS, hop_length=HOP_LENGTH, random_state=0)


def _caption(difference: np.ndarray, count: int, seconds: float, frames_per_second: float) -> str:
    error = np.sqrt(np.mean(difference**2))
    return (
        f"<b>{count} of {N_BANDS}</b> coefficients miss the mel spectrogram by <b>{error:.1f} dB</b> (RMS); "
        f"they are {count * frames_per_second:.0f} numbers a second. The frame on the left stands at {seconds:.2f} s."
    )
