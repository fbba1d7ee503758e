"""Mel power spectrograms of many utterances, by the course's engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from numbers import Real
from time import monotonic

import numpy as np
from rich.console import Console
from rich.progress import Progress

from course import audio
from course.corpus.utterance import CorpusError, Utterance
from course.engine.mel import MelBasis
from course.engine.transforms import Frames

PATIENCE_SECONDS = 2.0
"""What lasts longer shows how far it is."""

REFRESH_SECONDS = 0.25


@dataclass(frozen=True)
class MelSettings:
    """How a mel spectrogram is made; equal settings give equal ones."""

    n_mels: int
    n_fft: int
    hop_length: int
    fmax: float

    @classmethod
    def checked(cls, n_mels: int, n_fft: int, hop_length: int, fmax: float) -> "MelSettings":
        """Refuse what no mel spectrogram can be made with.

        Raises
        ------
        CorpusError
            If a number is none, or too small or too large.
        """
        highest_hz = audio.SAMPLE_RATE / 2
        for name, value, least in (("n_mels", n_mels, 1), ("n_fft", n_fft, 2), ("hop_length", hop_length, 1)):
            if not _is_number(value) or value != int(value) or value < least:
                raise CorpusError(f"mels: {name} is {value!r}. Give a whole number, {least} or more.")
        if not _is_number(fmax) or not 0 < fmax <= highest_hz:
            raise CorpusError(f"mels: fmax is {fmax!r}. Give a frequency in Hz, up to {highest_hz:g}.")
        return cls(int(n_mels), int(n_fft), int(hop_length), float(fmax))

    def of(self, sound: np.ndarray) -> np.ndarray:
        """Transform a sound: float32 [n_samples] -> float32 [n_mels, n_frames]."""
        frames, basis = _transforms(self)
        spectrum = frames.stft(sound)
        return np.ascontiguousarray(basis.of(spectrum.real**2 + spectrum.imag**2).T)


def _is_number(value: object) -> bool:
    """Is it a finite real number, and not True or False?"""
    return isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(value)


@cache
def _transforms(settings: MelSettings) -> tuple[Frames, MelBasis]:
    """What all sounds share, made once."""
    basis = MelBasis(settings.n_mels, audio.SAMPLE_RATE, settings.n_fft, settings.fmax)
    return Frames(settings.n_fft, settings.hop_length), basis


def mels_of(utterances: list[Utterance], settings: MelSettings, found: dict[Utterance, np.ndarray]) -> None:
    """Transform utterances, one after the other, into `found`: what is done before an interruption is kept."""
    for utterance in _with_progress(utterances):
        found[utterance] = settings.of(utterance.sound())


def _with_progress(utterances: list[Utterance]) -> Iterator[Utterance]:
    """Give the utterances, and show how far it is once that takes long."""
    started = refreshed = monotonic()
    bar = None
    try:
        for done, utterance in enumerate(utterances):
            now = monotonic()
            if bar is None and now - started > PATIENCE_SECONDS:
                bar = _bar()
                bar.start()
                task = bar.add_task("mel spectrograms", total=len(utterances))
            if bar and now - refreshed > REFRESH_SECONDS:
                bar.update(task, completed=done, refresh=True)
                refreshed = now
            yield utterance
    finally:
        if bar:
            bar.stop()


def _bar() -> Progress:
    """A bar in a notebook or a terminal, nothing elsewhere; it vanishes when all is done."""
    console = Console()
    return Progress(
        console=console,
        disable=not (console.is_jupyter or console.is_terminal),
        transient=True,
        # drawn between two utterances, not by a thread of its own, whose output may land under another cell
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
