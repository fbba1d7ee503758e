"""A phase for a magnitude, without iteration: phase gradient heap integration, frame by frame.

For a Gaussian window exp(-πt²/γ) the phase φ of an STFT is known from its magnitude M up to a constant, for

    ∂φ/∂ω = -γ ∂(log M)/∂t    and    ∂φ/∂t = (1/γ) ∂(log M)/∂ω + 2πω

(ω in cycles a sample). A Hann window of N samples is nearly a Gaussian one with γ = 0.25645 N². In frames of hop H and
bins of width 1/N, with the phase counted from a frame's first sample (half a window before its middle), the steps are

    from frame m-1 to m:   2πkH/N + (HN/γ) · (log M[m, k+1] - log M[m, k-1]) / 2
    from bin k-1 to k:     -π - (γ/HN) · (log M[m+1, k] - log M[m-1, k]) / 2

and the mean of both ends is taken. Every cell of a frame can be reached from the frame before at its own bin, or at
another one, its anchor, and from there along the bins. A heap of cells, the loudest first, finds the way whose weakest
step is the strongest, so that errors are made where little is heard. Within a frame such ways lead up or down, and two
sweeps over the bins find them, for all frames at once: no heap is needed, and nothing has to be compiled. It comes
within a decibel of the heap that chooses among all frames.

Z. Průša, P. Balazs and P. L. Søndergaard: A noniterative method for reconstruction of phase from STFT magnitude.
IEEE/ACM Trans. Audio, Speech and Language Processing 25(5), 2017.
Z. Průša and P. L. Søndergaard: Real-time spectrogram inversion using phase gradient heap integration. DAFx, 2016.
"""

import numpy as np

from course.engine.transforms import Frames

HANN = 0.25645
"""γ of the Gaussian that a Hann window resembles most, in squared window lengths."""
FAINTEST = 1e-5
"""Of the loudest cell: the gradients of fainter ones count as 0."""
NEVER = -1e9
"""The strength of a step that can't be taken."""


def integrate_phase(magnitude: np.ndarray, frames: Frames, known: dict[int, np.ndarray] | None = None) -> np.ndarray:
    """Guess the phase of an STFT.

    Parameters
    ----------
    magnitude : float32 [n_frames, n_bins]
    frames : Frames
        Of which it is the magnitude.
    known : dict of int to float [n_bins], optional
        The phases of frames that are known, in radians, by their numbers.

    Returns
    -------
    phase : float32 [n_frames, n_bins]
        In radians, the same for the same magnitude.
    """
    if not magnitude.size:
        return np.zeros_like(magnitude)
    level = np.log(np.maximum(magnitude, FAINTEST * (magnitude.max() or 1)))
    along_frames, along_bins = _steps(level, frames)
    anchor = _anchors(level)
    # from the anchor a frame before to the anchor, from there to the cell; full turns are left out
    turns = np.take_along_axis(along_frames - along_bins, anchor, axis=1)
    turns += along_bins
    turns -= np.rint(turns)
    known = known or {}
    for m in range(len(turns)):
        if m in known:
            turns[m] = known[m] / (2 * np.pi)
        elif m:
            turns[m] += turns[m - 1, anchor[m]]
    turns -= np.rint(turns)
    turns *= 2 * np.pi
    return turns


def _steps(level: np.ndarray, frames: Frames) -> tuple[np.ndarray, np.ndarray]:
    """Turns from each cell's predecessor in time to it, and from the lowest bin of its frame to it: as `level`."""
    hops = frames.hop_length / frames.window_length
    slope = hops / HANN / (4 * np.pi)
    along_frames, along_bins = np.zeros_like(level), np.zeros_like(level)
    along_frames[:, 1:-1] = slope * (level[:, 2:] - level[:, :-2])
    along_frames[1:] = (along_frames[1:] + along_frames[:-1]) / 2
    along_frames += hops * np.arange(level.shape[1], dtype=np.float32)
    along_bins[1:-1] = (level[:-2] - level[2:]) / (slope * (4 * np.pi) ** 2)
    along_bins[:, 1:] = (along_bins[:, 1:] + along_bins[:, :-1]) / 2 - 0.5
    along_bins[:, 0] = 0
    return along_frames, np.cumsum(along_bins, axis=1)


def _anchors(level: np.ndarray) -> np.ndarray:
    """The bin where the best way to each cell comes from the frame before: int [n_frames, n_bins].

    A step is as strong as the mean level of its ends. In the first frame all ways come from the loudest cell.
    """
    # bins in rows
    level = np.ascontiguousarray(level.T)
    from_before = np.full_like(level, NEVER)
    from_before[:, 1:] = (level[:, 1:] + level[:, :-1]) / 2
    from_before[level[:, 0].argmax(), 0] = 0
    # ways up, and beside them ways down
    both = np.concatenate([from_before, from_before[::-1]], axis=1)
    along = (level[1:] + level[:-1]) / 2
    strength, anchor = _sweep(both, np.concatenate([along, along[::-1]], axis=1))
    up, down = np.hsplit(strength, 2)
    anchor_up, anchor_down = np.hsplit(anchor, 2)
    return np.where(up >= down[::-1], anchor_up, len(level) - 1 - anchor_down[::-1]).T.copy()


def _sweep(from_before: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best ways that lead upwards: how strong their weakest steps are, and their anchors: [n_bins, n_frames]."""
    strength = from_before.copy()
    upwards = np.empty_like(strength[0])
    for k in range(1, len(strength)):
        np.minimum(strength[k - 1], along[k - 1], out=upwards)
        np.maximum(strength[k], upwards, out=strength[k])
    # a way begins where none from below is stronger
    begins = np.where(strength == from_before, np.arange(len(strength), dtype=np.int32)[:, None], 0)
    return strength, np.maximum.accumulate(begins, axis=0)
