"""The Griffin-Lim explorer: iterations, momentum and start against what is heard, seen and measured."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import librosa
import numpy as np

from course import plot
from course.audio import SAMPLE_RATE
from course.engine import Frames
from course.engine.griffin_lim import turns, unit
from course.player import play
from course.widgets.explorer import Choice, Explorer, Slider

ITERATIONS = [0, 1, 2, 4, 8, 16, 32, 64]
MOMENTA = [0.0, 0.5, 0.99, 1.1, 1.3]


def griffin_lim_explorer(
    amplitudes: Any,
    starts: Mapping[str, Any],
    sample_rate: int = SAMPLE_RATE,
    hop_length: int = 256,
    top_hz: float = 4000.0,
) -> Explorer:
    """Move the iterations, the momentum and the start of Griffin-Lim, and hear and see what it finds.

    The method is that of N. Perraudin, P. Balazs and P. Søndergaard, "A fast Griffin-Lim algorithm", WASPAA 2013.

    Parameters
    ----------
    amplitudes : float [n_samples]
        One or two seconds are comfortable; its phase is not used.
    starts : mapping of str to float [n_bins, n_frames]
        First guesses of the phase, in radians, by their names. The window has `2 * (n_bins - 1)` samples.
    sample_rate : int
        In Hz.
    hop_length : int
        In samples.
    top_hz : float
        Where the frequency axis ends.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sound stand in its place.
    """
    phases = {name: np.asarray(phase) for name, phase in starts.items()}
    search = _Search(np.asarray(amplitudes, np.float32), phases, hop_length)
    controls = {
        "iterations": Slider("Iterations", ITERATIONS, 8),
        "momentum": Slider("Momentum", MOMENTA, 0.99),
        "start": Choice("Start", list(phases), next(iter(phases))),
    }

    def show(iterations: int, momentum: float, start: str) -> tuple[Any, ...]:
        found = search.signal(start, momentum, iterations)
        magnitude = search.magnitude_of(found)
        title = f"After {iterations}, momentum {momentum:g}, {start}"
        loudest = search.wanted.max() or 1.0
        levels = {
            # one floor for both, so that silence has one colour
            name: (np.maximum(librosa.amplitude_to_db(each.T, ref=loudest, top_db=None), -60), hop_length)
            for name, each in {"Asked for": search.wanted, title: magnitude}.items()
        }
        picture = plot.spectrograms(levels, sample_rate, top_hz)
        level = _in_words(search.level(magnitude))
        plain = _in_words(search.level(search.magnitude_of(search.signal(start, 0.0, iterations))))
        caption = f"Spectral convergence <b>{level}</b> after {iterations} (without momentum {plain})."
        return picture, play(found, title, sample_rate), caption

    return Explorer(controls, show)


def griffin_lim_levels(
    amplitudes: Any, start: Any, momentum: float, iterations: int, hop_length: int = 256
) -> np.ndarray:
    """How near Griffin-Lim comes to the magnitudes of a sound, turn by turn.

    Parameters
    ----------
    amplitudes : float [n_samples]
        Its phase is not used.
    start : float [n_bins, n_frames]
        First guess of the phase, in radians.
    momentum : float
    iterations : int
    hop_length : int
        In samples.

    Returns
    -------
    levels : float [iterations + 1]
        Spectral convergence in dB before the first turn, and after each.
    """
    search = _Search(np.asarray(amplitudes, np.float32), {"": np.asarray(start)}, hop_length)
    signals = islice(search.steps("", momentum), iterations + 1)
    return np.array([search.level(search.magnitude_of(signal)) for signal in signals])


class _Search:
    """Griffin-Lim on one magnitude spectrogram; a search goes on where it stood, and its stops are kept."""

    def __init__(self, amplitudes: np.ndarray, starts: Mapping[str, np.ndarray], hop_length: int) -> None:
        n_bins = len(next(iter(starts.values())))
        self._frames = Frames(2 * (n_bins - 1), hop_length)
        self._length = len(amplitudes)
        self._starts = starts
        self._running: dict[tuple[str, float], Iterator[tuple[int, np.ndarray]]] = {}
        self._found: dict[tuple[str, float, int], np.ndarray] = {}
        self.wanted = self.magnitude_of(amplitudes)
        """float32 [n_frames, n_bins]"""

    def signal(self, start: str, momentum: float, iterations: int) -> np.ndarray:
        """What is found after so many of ITERATIONS: float32 [n_samples]."""
        steps = self._running.setdefault((start, momentum), enumerate(self.steps(start, momentum)))
        while (start, momentum, iterations) not in self._found:
            n, signal = next(steps)
            if n in ITERATIONS:
                self._found[start, momentum, n] = signal
        return self._found[start, momentum, iterations]

    def steps(self, start: str, momentum: float) -> Iterator[np.ndarray]:
        """The signal after 0, 1, 2, … iterations; what is left over after the last hop is silent."""
        for found in turns(self.wanted * unit(self._starts[start].T), self.wanted, self._frames, momentum):
            signal = np.zeros(self._length, dtype=np.float32)
            signal[: len(found)] = found[: self._length]
            yield signal

    def magnitude_of(self, signal: np.ndarray) -> np.ndarray:
        """Of a signal's STFT: float32 [n_frames, n_bins]."""
        return np.abs(self._frames.stft(signal))

    def level(self, magnitude: np.ndarray) -> float:
        """Spectral convergence in dB: minus infinity where nothing is off, or nothing was wanted."""
        off, whole = (np.linalg.norm(each) for each in (magnitude - self.wanted, self.wanted))
        return 20 * float(np.log10(off / whole)) if off and whole else -np.inf


def _in_words(level: float) -> str:
    return f"{level:.1f} dB" if np.isfinite(level) else "perfect"
