"""The pseudo-inverse explorer: how much of a voice so many singular values of a mel basis bring back."""

from collections.abc import Callable
from typing import Any

import librosa
import numpy as np
import scipy.sparse

from course import audio, plot
from course.engine import Frames
from course.engine.griffin_lim import unit
from course.widgets.explorer import Choice, Explorer, Slider

HOP_PART = 4
"""The hop is this part of a frame."""
RANGE_DB = 70
"""What the pictures show below the loudest cell."""
RANKS = [1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 100, 128]
CURES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "become 0": lambda power: np.maximum(power, 0),
    "lose their sign": np.abs,
}


def pinv_explorer(
    amplitudes: Any, sample_rate: int = audio.SAMPLE_RATE, n_fft: int = 1024, n_mels: int = 80, rank: int = 20
) -> Explorer:
    """Move the rank of a mel basis' pseudo-inverse, and hear and see what it restores, with the original phase.

    Parameters
    ----------
    amplitudes : float [n_samples]
        One to five seconds are comfortable.
    sample_rate : int
        In Hz.
    n_fft : int
        Samples of a frame.
    n_mels : int
        Bands of the mel basis: the highest rank.
    rank : int
        Where the slider begins: how many singular values are kept, from the largest down.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.
    """
    amplitudes = np.asarray(amplitudes, dtype=float)
    hop_length = n_fft // HOP_PART
    frames = Frames(n_fft, hop_length)
    stft = frames.stft(amplitudes).T
    power, phase = np.abs(stft).astype(float) ** 2, unit(np.angle(stft))
    basis = librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, dtype=np.float64)
    left, stretches, right = np.linalg.svd(basis, full_matrices=False)
    sparse = scipy.sparse.csr_array(basis)
    mel = sparse @ power
    shares = left.T @ mel / stretches[:, None]
    loudest = power.max() or 1.0
    original = _levels(power, loudest)

    ranks = sorted({each for each in (*RANKS, rank) if each < n_mels} | {n_mels})
    controls = {
        "rank": Slider("Rank", ranks, rank),
        "cure": Choice("Negative cells", list(CURES), next(iter(CURES))),
    }

    def show(rank: int, cure: str) -> tuple[plot.Picture, audio.Player, str]:
        restored = right[:rank].T @ shares[:rank]
        estimate = CURES[cure](restored)
        title = f"Rank {rank} of {n_mels}."
        panels = {title: (_levels(estimate, loudest), hop_length), "The original.": (original, hop_length)}
        sound = frames.istft((np.sqrt(estimate, dtype=np.float32) * phase).T, len(amplitudes))
        caption = (
            f"{title} Singular values from {stretches[0]:.4f} down to <b>{stretches[rank - 1]:.4f}</b>; "
            f"<b>{np.mean(restored < 0):.1%}</b> of the cells came out negative. "
            f"Mel error <b>{_relative(sparse @ estimate, mel):.1%}</b>, "
            f"spectrum error <b>{_relative(estimate, power):.1%}</b>."
        )
        return plot.spectrograms(panels, sample_rate), audio.play(sound, f"rank {rank}", sample_rate), caption

    return Explorer(controls, show)


def _levels(power: np.ndarray, loudest: float) -> np.ndarray:
    return np.maximum(librosa.power_to_db(power, ref=loudest, top_db=None), -RANGE_DB)


def _relative(actual: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.linalg.norm(actual - wanted) / (np.linalg.norm(wanted) or 1.0))
