"""Sounds of questions: one sentence, treated in a way that is to be heard."""

from collections.abc import Callable
from functools import cache

import librosa
import numpy as np

from course import audio

SENTENCE = "voice_slt"


def rounded(bits: int) -> np.ndarray:
    """The sentence, rounded to so many bits: float [n_samples]."""
    step = 2.0 ** (1 - bits)
    return step * np.round(audio.clip(SENTENCE) / step)


def searched(iterations: int) -> np.ndarray:
    """The sentence without its phase, and the phase searched from noise in so many iterations: float [n_samples]."""
    magnitude = np.abs(librosa.stft(audio.clip(SENTENCE), n_fft=1024, hop_length=256))
    return librosa.griffinlim(magnitude, n_iter=iterations, hop_length=256, random_state=0)


def told_by(n_coefficients: int) -> np.ndarray:
    """The sentence as so many MFCCs a frame tell it: float [n_samples]."""
    mel = librosa.feature.melspectrogram(y=audio.clip(SENTENCE), n_fft=1024, hop_length=256, n_mels=40, fmax=8000)
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=n_coefficients)
    smooth = librosa.feature.inverse.mfcc_to_mel(mfcc, n_mels=40)
    return librosa.feature.inverse.mel_to_audio(smooth, n_fft=1024, hop_length=256, fmax=8000, n_iter=32)


RECIPES: dict[str, Callable[[int], np.ndarray]] = {
    name: cache(make) for name, make in {"bits": rounded, "iterations": searched, "coefficients": told_by}.items()
}
"""What a question's `sounds` names: for each value a sound of 22050 Hz."""
