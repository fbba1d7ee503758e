"""Between a signal and its frames: an STFT with frames in rows, in float32, a few frames at a time.

The frames of a block pass from one step to the next while they are still in the processor's cache, which is most of
what makes this faster than a step for all frames and then the next. Adding them up again takes a few additions of
tables, for frames that lie a whole window apart do not overlap, however many there are.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.fft
import scipy.signal
from numpy.lib.stride_tricks import as_strided

BLOCK = 64
"""Frames that are worked on at a time: 64 of 1024 samples take 256 KiB."""


class Frames:
    """How a signal is cut into frames: periodic Hann window, centred, with zeros around the signal.

    Frame m holds X[m, k] = Σ_n x[n + mH - N // 2] w[n] exp(-2πi kn / N), for w[n] = ½ - ½ cos(2πn / N): the transpose
    of what `librosa.stft(x, n_fft=N, hop_length=H)` gives.

    Parameters
    ----------
    window_length : int
        N, in samples, at least 2; the transform is as long.
    hop_length : int
        H, in samples, from one frame to the next.

    Raises
    ------
    ValueError
        If a length is too small.
    """

    def __init__(self, window_length: int = 1024, hop_length: int = 256) -> None:
        if window_length < 2 or hop_length < 1:
            raise ValueError(
                f"window_length {window_length}, hop_length {hop_length}: at least 2 and 1 samples are needed."
            )
        self.window_length, self.hop_length = window_length, hop_length
        self.n_bins = window_length // 2 + 1
        self.margin = window_length // 2
        """Zeros before the first sample, and after the last."""
        self.window = scipy.signal.get_window("hann", window_length).astype(np.float32)
        self._hops_in_window = -(-window_length // hop_length)

    def stft(self, signal: Any) -> np.ndarray:
        """Transform a signal.

        Parameters
        ----------
        signal : float [n_samples]

        Returns
        -------
        spectrum : complex64 [n_frames, n_bins]
            `n_frames` is 1 + n_samples // hop_length (for an odd window 1 + (n_samples - 1) // hop_length).
        """
        samples = np.asarray(signal, dtype=np.float32)
        n_frames = max(0, 1 + (len(samples) + 2 * self.margin - self.window_length) // self.hop_length)
        padded = self.empty_sum(n_frames)
        # samples after the last frame belong to none
        part = padded.reshape(-1)[self.margin :][: len(samples)]
        part[:] = samples[: len(part)]
        spectrum = np.empty((n_frames, self.n_bins), dtype=np.complex64)
        for block in blocks(n_frames):
            spectrum[block] = self.spectra(padded, block)
        return spectrum

    def istft(self, spectrum: np.ndarray, length: int | None = None) -> np.ndarray:
        """Find the signal whose frames are nearest to these (Griffin and Lim, 1984).

        x[n] = Σ_m w[n - mH] y_m[n - mH] / Σ_m w²[n - mH], where y_m is the inverse transform of frame m.

        Parameters
        ----------
        spectrum : complex [n_frames, n_bins]
        length : int, optional
            In samples; by default hop_length * (n_frames - 1), and one more for an odd window.

        Returns
        -------
        signal : float32 [length]
            Zero where no frame reaches.
        """
        n_frames = len(spectrum)
        total = self.empty_sum(n_frames)
        for block in blocks(n_frames):
            self.pile_up(spectrum[block], total, block)
        total *= self.share(n_frames)
        if length is None:
            length = self.length(n_frames)
        signal = np.zeros(length, dtype=np.float32)
        found = total.reshape(-1)[self.margin :][:length]
        signal[: len(found)] = found
        return signal

    def length(self, n_frames: int) -> int:
        """Samples between the middles of the first and the last frame; the part of a signal that is surely known."""
        return max(0, self.hop_length * (n_frames - 1) + self.window_length % 2)

    def spectra(self, padded: np.ndarray, block: slice) -> np.ndarray:
        """The frames of a block, of a signal in a table as `empty_sum` makes them: complex64 [n, n_bins]."""
        first, n = block.start, block.stop - block.start
        step = padded.itemsize
        slices = as_strided(padded[first:], (n, self.window_length), (self.hop_length * step, step), writeable=False)
        return scipy.fft.rfft(slices * self.window, overwrite_x=True)

    def pile_up(self, spectrum: np.ndarray, total: np.ndarray, block: slice) -> None:
        """Add a block's frames, transformed back and windowed, to a table as `empty_sum` makes them."""
        pieces = scipy.fft.irfft(spectrum, self.window_length)
        pieces *= self.window
        self._add(pieces, total, block)

    def empty_sum(self, n_frames: int) -> np.ndarray:
        """Zeros for a padded signal, one hop in each row, wherein one frame begins: float32 [n_rows, hop_length]."""
        n_rows = n_frames + self._hops_in_window - 1 if n_frames else 0
        return np.zeros((n_rows, self.hop_length), dtype=np.float32)

    def share(self, n_frames: int) -> np.ndarray:
        """By what a sum of frames must be multiplied: one by the sum of squared windows: as `empty_sum` is."""
        total = self.empty_sum(n_frames)
        squared = np.broadcast_to(self.window**2, (n_frames, self.window_length))
        self._add(squared, total, slice(0, n_frames))
        reached = total > np.finfo(np.float32).tiny
        return np.divide(1, total, out=total, where=reached)

    def _add(self, pieces: np.ndarray, total: np.ndarray, block: slice) -> None:
        """Overlap-add: the first hop of all frames, then the second, and so on."""
        for i in range(self._hops_in_window):
            part = pieces[:, i * self.hop_length : (i + 1) * self.hop_length]
            total[block.start + i : block.stop + i, : part.shape[1]] += part


def blocks(n_frames: int) -> Iterator[slice]:
    """All frames, a few at a time."""
    return (slice(first, min(first + BLOCK, n_frames)) for first in range(0, n_frames, BLOCK))
