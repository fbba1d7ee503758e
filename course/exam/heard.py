"""Sounds of questions: one sentence, treated in a way that is to be heard."""

from collections.abc import Callable
from functools import cache

import numpy as np

from course import audio
from course.engine import mel_to_sound
from course.engine.cepstrum import cepstrum_to_mel, mel_to_cepstrum
from course.engine.griffin_lim import magnitude_to_signal
from course.engine.mel import mel_basis
from course.engine.transforms import Frames

SENTENCE = "voice_slt"
N_BANDS = 40


def rounded(bits: int) -> np.ndarray:
    """The sentence, rounded to so many bits: float [n_samples]."""
    step = 2.0 ** (1 - bits)
    return step * np.round(audio.clip(SENTENCE) / step)


def searched(iterations: int) -> np.ndarray:
    """The sentence without its phase, and the phase searched from noise in so many iterations: float [n_samples]."""
    frames = Frames()
    magnitude = np.abs(frames.stft(audio.clip(SENTENCE)))
    return magnitude_to_signal(magnitude, frames, iterations, momentum=0.0, start="random")


def told_by(n_coefficients: int) -> np.ndarray:
    """The sentence as so many cepstral coefficients of 40 mel bands tell it: float [n_samples]."""
    mel = mel_basis(N_BANDS, audio.SAMPLE_RATE).of(np.abs(Frames().stft(audio.clip(SENTENCE))) ** 2).T
    return mel_to_sound(cepstrum_to_mel(mel_to_cepstrum(mel, n_coefficients), N_BANDS))


RECIPES: dict[str, Callable[[int], np.ndarray]] = {
    name: cache(make) for name, make in {"bits": rounded, "iterations": searched, "coefficients": told_by}.items()
}
"""What a question's `sounds` names: for each value a sound of 22050 Hz."""
