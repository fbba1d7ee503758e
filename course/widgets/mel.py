"""The mel explorers: a filter bank moved by its parameters, and a voice heard through a few bands."""

import warnings
from typing import Any

import librosa
import numpy as np
import scipy.sparse

from course import audio, plot
from course.audio import SAMPLE_RATE
from course.engine import Frames
from course.widgets.explorer import Choice, Explorer, Slider

BANDS = [5, 10, 20, 40, 64, 80, 128]
FEW_BANDS = [1, 2, 4, 8, 12, 20, 40, 80]
WINDOW_LENGTHS = [2**exponent for exponent in range(7, 13)]
SCALES = {"Slaney": False, "HTK": True}
NORMS = {"equal areas": "slaney", "equal heights": None}
ZOOM_HZ = 1000
"""Where the closer look ends: below it triangles are narrow, and bins are few."""
N_FFT, HOP = 1024, 256
"""Of the voice that is heard through bands, in samples."""


def mel_explorer(sample_rate: int = SAMPLE_RATE, n_mels: int = 40, n_fft: int = 1024) -> Explorer:
    """Move the number of bands, the window's length, the scale and the heights, and see the filter bank change.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    n_mels : int
        Where the slider of bands begins: 5, 10, 20, 40, 64, 80 or 128.
    n_fft : int
        Where the slider of the window's length begins, in samples: a power of two from 128 to 4096.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last pictures stand in its place.
    """
    controls = {
        "n_mels": Slider("Bands", BANDS, n_mels),
        "n_fft": Slider("Window length", WINDOW_LENGTHS, n_fft),
        "htk": Choice("Scale", SCALES, False),
        "norm": Choice("Triangles of", NORMS, "slaney"),
    }

    def show(n_mels: int, n_fft: int, htk: bool, norm: str | None) -> tuple[plot.Picture, plot.Picture, str]:
        basis = _basis(sample_rate, n_fft, n_mels, htk, norm)
        hertz = librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)
        title = f"{n_mels} bands, window of {n_fft}: {_unheard(basis)}"
        return (
            _whole(basis, hertz, title, norm),
            _below_1_khz(basis, sample_rate, htk, norm),
            _caption(basis, sample_rate, htk),
        )

    return Explorer(controls, show)


def bands_explorer(amplitudes: Any, sample_rate: int = SAMPLE_RATE, n_mels: int = 8) -> Explorer:
    """Move the number of mel bands, and hear noise that is shaped by what they keep of a voice.

    Parameters
    ----------
    amplitudes : float [n_samples]
        One to ten seconds are comfortable.
    sample_rate : int
        In Hz.
    n_mels : int
        Where the slider begins: 1, 2, 4, 8, 12, 20, 40 or 80.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.

    Notes
    -----
    A noise vocoder, after R. V. Shannon et al., "Speech recognition with primarily temporal cues", Science 270, 1995.
    """
    controls = {"n_mels": Slider("Bands", FEW_BANDS, n_mels)}

    frames = Frames(N_FFT, HOP)
    amplitudes = np.asarray(amplitudes, dtype=np.float32)
    power = np.abs(frames.stft(amplitudes)) ** 2
    noise = frames.stft(np.random.default_rng(0).standard_normal(len(amplitudes)))
    # the window's energy is what white noise of power 1 has in every bin
    noise /= np.linalg.norm(frames.window)

    def show(n_mels: int) -> tuple[plot.Picture, audio.Player, str]:
        bands, weights = _through_bands(power, sample_rate, n_mels)
        sound = frames.istft(noise * np.sqrt(weights), len(amplitudes))
        many = "one band" if n_mels == 1 else f"{n_mels} bands"
        picture = plot.cells(
            {f"All that is left of the voice: {many}": librosa.power_to_db(bands.T, top_db=60)},
            *("time in s", "band", "level in dB"),
            x_step=HOP / sample_rate,
        )
        caption = (
            f"<b>{many}</b>, {sample_rate / HOP:.0f} times a second: "
            f"<b>{n_mels * sample_rate / HOP:.0f} numbers a second</b> instead of {sample_rate} samples."
        )
        return picture, audio.play(sound, f"noise in the shape of {many}", sample_rate), caption

    return Explorer(controls, show)


def _basis(sample_rate: int, n_fft: int, n_mels: int, htk: bool, norm: str | None) -> np.ndarray:
    """librosa's filter bank, without its warning of empty filters: here they are to be seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, htk=htk, norm=norm, dtype=np.float64)


def _whole(basis: np.ndarray, hertz: np.ndarray, title: str, norm: str | None) -> plot.Picture:
    """All triangles in two lines: every second one ends where the next but one begins."""
    lines = {"bands 0, 2, 4, …": basis[0::2].sum(axis=0), "bands 1, 3, 5, …": basis[1::2].sum(axis=0)}
    return plot.curves(hertz, lines, title, "frequency in Hz", _unit(norm))


def _below_1_khz(basis: np.ndarray, sample_rate: int, htk: bool, norm: str | None) -> plot.Picture:
    """The lowest triangles as rows of cells: one that covers no bin is a black row."""
    n_mels, n_bins = basis.shape
    bin_hz = sample_rate / 2 / (n_bins - 1)
    centres = librosa.mel_frequencies(n_mels + 2, fmin=0, fmax=sample_rate / 2, htk=htk)[1:-1]
    rows, columns = max(2, int(np.sum(centres < ZOOM_HZ))), max(2, int(ZOOM_HZ / bin_hz) + 1)
    title = f"The same below {ZOOM_HZ} Hz: a row for each filter, a column for each bin"
    return plot.cells({title: basis[:rows, :columns]}, "frequency in Hz", "band", _unit(norm), x_step=bin_hz)


def _unit(norm: str | None) -> str:
    """What a weight is: a triangle of area 1 over Hz has a height in 1/Hz."""
    return "weight" if norm is None else "weight in 1/Hz"


def _unheard(basis: np.ndarray) -> str:
    empty = int(np.sum(~basis.any(axis=1)))
    return {0: "every filter has a bin", 1: "1 filter has no bin"}.get(empty, f"{empty} filters have no bin")


def _caption(basis: np.ndarray, sample_rate: int, htk: bool) -> str:
    n_mels, n_bins = basis.shape
    corners = librosa.mel_frequencies(n_mels + 2, fmin=0, fmax=sample_rate / 2, htk=htk)
    bin_hz = sample_rate / 2 / (n_bins - 1)
    return (
        f"The lowest triangle is <b>{corners[2] - corners[0]:.1f} Hz</b> wide, the highest "
        f"{corners[-1] - corners[-3]:.0f} Hz; bins lie <b>{bin_hz:.1f} Hz</b> apart. "
        f"<b>{_unheard(basis).capitalize()}</b>; {np.sum(~basis.any(axis=0))} of {n_bins} bins are under no filter; "
        f"{np.count_nonzero(basis)} of {basis.size} weights are not zero."
    )


def _through_bands(power: np.ndarray, sample_rate: int, n_mels: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean power in each band, and in each bin what its bands tell: float32 [n_frames, n_mels] and [.., n_bins]."""
    triangles = scipy.sparse.csr_array(_basis(sample_rate, N_FFT, n_mels, htk=False, norm=None).astype(np.float32))
    bands = power @ (triangles / triangles.sum(axis=1)[:, None]).T
    return bands, bands @ triangles
