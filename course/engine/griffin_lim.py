"""From magnitudes to a signal: fast Griffin-Lim.

Griffin and Lim go back and forth: a spectrum C with the wanted magnitude M, the signal x whose STFT is nearest to it,
the phase of that STFT. Perraudin, Balazs and Søndergaard let every step go further by a share α of the last one,

    x_i = ISTFT(C_i),    C_{i+1} = M · phase(STFT(x_i) + α (STFT(x_i) - STFT(x_{i-1}))).

The STFT is linear, so the same step is taken here by the signals, x_i + α (x_i - x_{i-1}). No second spectrum is kept,
and each block of frames passes through the whole turn while it is in the processor's cache.

D. W. Griffin and J. S. Lim: Signal estimation from modified short-time Fourier transform. IEEE Trans. ASSP 32(2), 1984.
N. Perraudin, P. Balazs and P. L. Søndergaard: A fast Griffin-Lim algorithm. IEEE WASPAA, 2013.
"""

from collections.abc import Iterator
from itertools import count, islice

import numpy as np

from course.engine.phase import integrate_phase
from course.engine.transforms import Frames, blocks

FRAMES = Frames()
"""1024 samples, one frame every 256."""
FAINTEST = 1e-20
"""What is fainter has no phase."""


def magnitude_to_signal(
    magnitude: np.ndarray,
    frames: Frames = FRAMES,
    iterations: int = 32,
    momentum: float = 0.99,
    start: str | np.ndarray = "heap",
) -> np.ndarray:
    """Find a signal whose STFT has nearly these magnitudes.

    Parameters
    ----------
    magnitude : float [n_frames, n_bins]
        0 or more.
    frames : Frames
        How the signal is to be cut into frames.
    iterations : int
    momentum : float
        α above; 0 is the method of Griffin and Lim.
    start : {"heap", "random"} or float [n_frames, n_bins]
        The first phase: integrated from the gradients of the magnitude (`integrate_phase`); random, by a fixed seed;
        or given, in radians.

    Returns
    -------
    signal : float32 [hop_length * (n_frames - 1)]
        One sample more for an odd window.

    Raises
    ------
    ValueError
        If `magnitude` is no such table, or `start` is unknown.
    """
    wanted = np.ascontiguousarray(magnitude, dtype=np.float32)
    if wanted.ndim != 2 or wanted.shape[1] != frames.n_bins:
        raise ValueError(f"magnitude {wanted.shape}: frames in rows, with {frames.n_bins} bins each, are needed.")
    spectrum = wanted * unit(_first_phase(wanted, frames, start))
    return approach(spectrum, wanted, frames, iterations, momentum)


def _first_phase(magnitude: np.ndarray, frames: Frames, start: str | np.ndarray) -> np.ndarray:
    if not isinstance(start, str):
        return np.asarray(start, dtype=np.float32)
    if start == "heap":
        return integrate_phase(magnitude, frames)
    if start == "random":
        return 2 * np.pi * np.random.default_rng(0).random(magnitude.shape, dtype=np.float32)
    raise ValueError(f'start {start!r}: give "heap", "random", or phases in radians.')


def unit(phase: np.ndarray) -> np.ndarray:
    """Complex numbers of absolute value 1: complex64."""
    numbers = np.empty(phase.shape, dtype=np.complex64)
    np.cos(phase, out=numbers.real)
    np.sin(phase, out=numbers.imag)
    return numbers


def approach(
    spectrum: np.ndarray,
    magnitude: np.ndarray,
    frames: Frames,
    iterations: int,
    momentum: float,
    searched: np.ndarray | None = None,
) -> np.ndarray:
    """Improve a spectrum, in place, and give its signal: that of the last of `turns`, which see."""
    return next(islice(turns(spectrum, magnitude, frames, momentum, searched), iterations, None)).copy()


def turns(
    spectrum: np.ndarray,
    magnitude: np.ndarray,
    frames: Frames,
    momentum: float,
    searched: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """Improve a spectrum, in place, turn by turn, without end.

    Parameters
    ----------
    spectrum : complex64 [n_frames, n_bins]
        The first guess.
    magnitude : float32 [n_frames, n_bins]
    frames : Frames
    momentum : float
    searched : bool [n_frames], optional
        Frames that are searched for; the others are held as they are. By default all are searched.

    Yields
    ------
    signal : float32 [hop_length * (n_frames - 1)]
        Of the first guess, then after each turn; valid until the next one.
    """
    n_frames = len(spectrum)
    inside = slice(frames.margin, frames.margin + frames.length(n_frames))
    # zero where the signal has not begun or has ended, so that what is found there is left out
    share = frames.share(n_frames)
    share.reshape(-1)[: inside.start] = 0
    share.reshape(-1)[inside.stop :] = 0
    now, before, ahead = (frames.empty_sum(n_frames) for _ in range(3))
    for turn in count():
        now[:] = 0
        for block in blocks(n_frames):
            if turn:
                found = frames.spectra(ahead, block)
                set_magnitude(found, magnitude[block])
                if searched is None:
                    spectrum[block] = found
                else:
                    spectrum[block][searched[block]] = found[searched[block]]
            frames.pile_up(spectrum[block], now, block)
        now *= share
        yield now.reshape(-1)[inside]
        # the first step has none before it
        np.subtract(now, before if turn else now, out=ahead)
        ahead *= momentum
        ahead += now
        now, before = before, now


def set_magnitude(spectrum: np.ndarray, magnitude: np.ndarray) -> None:
    """Give a spectrum other magnitudes, in place; what is 0 stays 0."""
    scale = np.maximum(np.abs(spectrum), FAINTEST)
    np.divide(magnitude, scale, out=scale)
    spectrum *= scale
