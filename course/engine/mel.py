"""From mel bands back to a spectrum: a sparse basis, and steps that cannot turn negative.

With the mel basis B (bands by bins), M = BX are the bands of a power spectrogram X, and there are far fewer of them
than bins. The way back looks for a non-negative X with the smallest Kullback–Leibler divergence

    D(M, BX) = Σ M log(M / BX) - M + BX

by the multiplicative updates of Lee and Seung,

    X ← X · Bᵀ(M / BX) / Bᵀ1,

which never increase it. Each bin lies under two filters at most, so that Bᵀ(…) / Bᵀ1 draws a line between neighbouring
bands: what begins smooth stays smooth, and a smooth spectrum is a better guess than the sparse one that exact least
squares find. The start is smooth: Bᵀ M / Bᵀ1.

D. D. Lee and H. S. Seung: Algorithms for non-negative matrix factorization. NIPS 13, 2001.
"""

from functools import cache
from typing import Any

import librosa
import numpy as np
import scipy.sparse

from course.engine.transforms import BLOCK

LOUDEST = 1e30
"""Whatever is more powerful counts as this: no sum of such numbers leaves float32."""
FAINTEST = 1e-20
"""In place of zero where something is divided, for a spectrogram whose loudest band has power 1."""


class MelBasis:
    """Triangular filters on the mel scale (Slaney's, each with the same area), as librosa has them, but sparse.

    Parameters
    ----------
    n_mels : int
        Number of bands.
    sample_rate : int
        In Hz.
    window_length : int
        In samples.
    top_hz : float, optional
        Where the highest band ends, in Hz; by default half the sample rate.
    """

    def __init__(
        self, n_mels: int = 128, sample_rate: int = 22050, window_length: int = 1024, top_hz: float | None = None
    ) -> None:
        dense = librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_mels, fmax=top_hz)
        covered = dense.sum(axis=0)
        lines = np.divide(dense, covered, out=np.zeros_like(dense), where=covered > 0).T
        self.n_mels, self.n_bins = dense.shape
        self._basis = scipy.sparse.csr_array(dense)
        self._lines = scipy.sparse.csr_array(lines)
        """Draws lines between bands: float32 [n_bins, n_mels]; rows of bins that no filter covers are empty."""
        self._nearest = scipy.sparse.csr_array(_filled(lines))

    def of(self, power: np.ndarray) -> np.ndarray:
        """Add up power in bands.

        Parameters
        ----------
        power : float [n_frames, n_bins]

        Returns
        -------
        mel : float32 [n_frames, n_mels]
        """
        return _by_frame(self._basis, power)

    def to_magnitude(self, mel: Any, updates: int = 20) -> np.ndarray:
        """Find magnitudes whose power fits mel bands.

        Parameters
        ----------
        mel : float [n_frames, n_mels]
            Power. What no power can be, negative, infinite or not a number, counts as 0.
        updates : int
            How many steps of Lee and Seung are taken.

        Returns
        -------
        magnitude : float32 [n_frames, n_bins]
            0 in bins that no filter covers. As many times as large for as many times as large a mel, squared.
        """
        wanted = clean(mel)
        loudest = float(wanted.max(initial=0.0))
        magnitude = np.zeros((len(wanted), self.n_bins), dtype=np.float32)
        if not loudest:
            return magnitude
        for first in range(0, len(wanted), BLOCK):
            block = slice(first, first + BLOCK)
            # bins in rows, as the sparse products want them
            power = self._fit(np.ascontiguousarray(wanted[block].T / loudest), updates)
            np.sqrt(power.T, out=magnitude[block])
        magnitude *= np.sqrt(loudest)
        return magnitude

    def spread(self, gain: np.ndarray) -> np.ndarray:
        """Draw what is given for bands over all bins, along straight lines; beyond the outermost bands as there.

        Parameters
        ----------
        gain : float [n_frames, n_mels]

        Returns
        -------
        spread : float32 [n_frames, n_bins]
        """
        return _by_frame(self._nearest, gain)

    def _fit(self, wanted: np.ndarray, updates: int) -> np.ndarray:
        """Power [n_bins, n_frames] that fits bands [n_mels, n_frames]."""
        power = self._lines @ wanted
        for _ in range(updates):
            bands = self._basis @ power
            np.maximum(bands, FAINTEST, out=bands)
            np.divide(wanted, bands, out=bands)
            power *= self._lines @ bands
        return power


def _by_frame(matrix: scipy.sparse.csr_array, table: np.ndarray) -> np.ndarray:
    """A sparse matrix times each row of a table: float32 [n_frames, rows of the matrix]."""
    return np.ascontiguousarray((matrix @ np.asarray(table, dtype=np.float32).T).T)


def _filled(lines: np.ndarray) -> np.ndarray:
    """Let bins that no filter covers follow the nearest one that is covered."""
    covered = np.flatnonzero(lines.any(axis=1))
    nearest = np.abs(np.arange(len(lines))[:, None] - covered).argmin(axis=1)
    return lines[covered[nearest]]


def clean(mel: Any) -> np.ndarray:
    """Mel power in float32; what no power can be, negative, infinite or not a number, is 0."""
    numbers = np.asarray(mel, dtype=np.float64)
    return np.where(np.isfinite(numbers) & (numbers > 0), np.minimum(numbers, LOUDEST), 0.0).astype(np.float32)


@cache
def mel_basis(n_mels: int, sample_rate: int, top_hz: float | None = None) -> MelBasis:
    """The basis for frames of 1024 samples, made once."""
    return MelBasis(n_mels, sample_rate, top_hz=top_hz)


def mel_to_magnitude(mel: Any, sample_rate: int = 22050, updates: int = 20, top_hz: float | None = None) -> np.ndarray:
    """Find magnitudes whose power fits mel bands.

    Parameters
    ----------
    mel : float [n_mels, n_frames]
        Power in bands from 0 Hz up, from frames of 1024 samples. What no power can be, negative, infinite or not a
        number, counts as 0.
    sample_rate : int
        In Hz.
    updates : int
        How many steps of Lee and Seung are taken.
    top_hz : float, optional
        Where the highest band ends, in Hz; by default half the sample rate.

    Returns
    -------
    magnitude : float32 [513, n_frames]
        0 above the highest band.
    """
    bands = np.asarray(mel)
    return mel_basis(len(bands), sample_rate, top_hz).to_magnitude(bands.T, updates).T
