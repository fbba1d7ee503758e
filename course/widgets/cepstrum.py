"""The cepstrum explorer: how many coefficients of each frame are kept, and what can still be seen and heard."""

from functools import lru_cache
from typing import Any

import librosa
import numpy as np

from course import audio, plot
from course.audio import SAMPLE_RATE
from course.engine import Frames, MelBasis, cepstrum_to_mel, magnitude_to_signal, mel_to_cepstrum
from course.plot.layout import arrange
from course.plot.sheet import Axis, Cells, Panel
from course.plot.values import axis_of_colours, axis_of_lines, to_line
from course.widgets.explorer import Explorer, Slider

FRAMES = Frames(window_length=1024, hop_length=256)
N_BANDS = 40
TOP_HZ = 8000
"""Where the highest band ends, if the sample rate allows: the course's voices reach no further."""
ITERATIONS = 16
"""Of Griffin-Lim: what a hand on a slider has the patience for."""
WIDTH, HEIGHT = 960, 280
"""Of the picture, in pixels."""


def cepstrum_explorer(amplitudes: Any, sample_rate: int = SAMPLE_RATE, n_coefficients: int = 13) -> Explorer:
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
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.
    """
    basis = MelBasis(N_BANDS, sample_rate, FRAMES.window_length, min(TOP_HZ, sample_rate / 2))
    mel = basis.of(np.abs(FRAMES.stft(np.asarray(amplitudes, dtype=np.float32))) ** 2).T
    decibels, coefficients = librosa.power_to_db(mel, top_db=None), mel_to_cepstrum(mel)
    loudest = int(np.argmax(np.sum(decibels, axis=0)))
    controls = {
        "count": Slider("Coefficients", range(1, N_BANDS + 1), n_coefficients),
        "frame": Slider("Frame on the left", range(decibels.shape[1]), loudest),
    }

    # the second slider changes no sound
    @lru_cache(maxsize=8)
    def smoothed(count: int) -> tuple[np.ndarray, audio.Player]:
        kept = cepstrum_to_mel(coefficients[:count], N_BANDS)
        sound = magnitude_to_signal(basis.to_magnitude(kept.T), FRAMES, ITERATIONS, start="random")
        label = f"{count} of {N_BANDS} coefficients"
        return librosa.power_to_db(kept, top_db=None), audio.play(sound, label, sample_rate)

    def show(count: int, frame: int) -> tuple[plot.Picture, audio.Player, str]:
        smooth, player = smoothed(count)
        seconds = FRAMES.hop_length / sample_rate
        picture = _picture(decibels, smooth, count, frame, seconds)
        return picture, player, _caption(smooth - decibels, count, frame * seconds, 1 / seconds)

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


def _caption(difference: np.ndarray, count: int, seconds: float, frames_per_second: float) -> str:
    error = np.sqrt(np.mean(difference**2))
    return (
        f"<b>{count} of {N_BANDS}</b> coefficients miss the mel spectrogram by <b>{error:.1f} dB</b> (RMS); "
        f"they are {count * frames_per_second:.0f} numbers a second. The frame on the left stands at {seconds:.2f} s."
    )
