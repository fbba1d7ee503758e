"""What the inversion networks hear and are measured on: log-mel spectrograms of many voices, and what cepstra tell.

    log_mel = ln max(M, 1e-10),    80 bands up to 8 kHz

A network that is to invert voices it never heard wants more of them than a corpus has. Whoever plays a recording faster
or slower hears a smaller or a larger speaker; whoever turns it up or down, a nearer or a farther one.
"""

from collections.abc import Callable, Sequence

import numpy as np
import scipy.fft

from course import audio
from course.corpus import Corpus
from course.corpus.mels import MelSettings

N_BANDS = 80
CONTEXT = 2
"""Neighbours of a frame, on either side, that the networks that ship look at."""
TOP_HZ = 8000
SHIPPED = (13, 20, 40)
"""Of how many coefficients the networks that ship make a log-mel spectrum: `networks.load("inverter_13")`, …"""
FAINTEST = 1e-10
"""The least power that has a logarithm."""
SPEEDS = (0.8, 0.9, 1.0, 1.1, 1.2)
MOST_DB = 12
"""By how much a recording is turned up or down, at the most."""


def log_mels(words: Corpus, n_mels: int = N_BANDS, fmax: float = TOP_HZ) -> list[np.ndarray]:
    """Take the natural logarithm of every utterance's mel power.

    Parameters
    ----------
    words : Corpus
    n_mels : int
        Number of bands.
    fmax : float
        Where the highest band ends, in Hz.

    Returns
    -------
    list of numpy.ndarray
        float32 [n_mels, n_frames] each; powers below 1e-10 count as 1e-10.
    """
    return [_logarithm(mel) for mel in words.mels(n_mels=n_mels, fmax=fmax)]


def varied_log_mels(
    words: Corpus, seed: int, speeds: Sequence[float] = SPEEDS, n_mels: int = N_BANDS, fmax: float = TOP_HZ
) -> list[np.ndarray]:
    """The same of every utterance played at another speed and another level, both drawn at random.

    Parameters
    ----------
    words : Corpus
    seed : int
        Of the random numbers.
    speeds : sequence of float
        From which one is drawn: 1.1 is a tenth faster, and sounds higher.
    n_mels : int
        Number of bands.
    fmax : float
        Where the highest band ends, in Hz.

    Returns
    -------
    list of numpy.ndarray
        float32 [n_mels, n_frames] each, of as many frames as it then has.
    """
    rng = np.random.default_rng(seed)
    settings = MelSettings.checked(n_mels, 1024, 256, fmax)
    played = rng.choice(speeds, size=len(words))
    gains = 10 ** (rng.uniform(-MOST_DB, MOST_DB, size=len(words)) / 20)
    return [
        _logarithm(settings.of(_played(words.sound(i), speed) * np.float32(gain)))
        for i, (speed, gain) in enumerate(zip(played, gains, strict=True))
    ]


def _played(sound: np.ndarray, speed: float) -> np.ndarray:
    """A recording as a machine plays it that runs faster: shorter and higher."""
    return audio.resample(sound, round(audio.SAMPLE_RATE * speed), audio.SAMPLE_RATE)


def _logarithm(mel: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(mel, FAINTEST))


def invert(network: Callable, mfcc: np.ndarray) -> np.ndarray:
    """Ask a network that ships for the log-mel spectrogram behind truncated cepstra.

    Parameters
    ----------
    network : keras.Model
        From windows of five frames, oldest first, to the log-mel spectrum of the middle one.
    mfcc : float [n_coefficients, n_frames]
        Natural logarithm, orthonormal cosines.

    Returns
    -------
    log_mel : float32 [n_bands, n_frames]
    """
    frames = np.arange(mfcc.shape[1])[:, None] + np.arange(-CONTEXT, CONTEXT + 1)
    beside = mfcc.T[np.clip(frames, 0, mfcc.shape[1] - 1)]
    return np.asarray(network(np.asarray(beside.reshape(len(beside), -1), np.float32), training=False)).T


def smooth(mfcc: np.ndarray, n_mels: int = N_BANDS) -> np.ndarray:
    """Take truncated cepstra back by the inverse DCT alone: what was dropped counts as zero.

    Parameters
    ----------
    mfcc : float [n_coefficients, n_frames]
    n_mels : int
        Number of bands.

    Returns
    -------
    log_mel : float [n_mels, n_frames]
    """
    return scipy.fft.idct(mfcc, n=n_mels, axis=0, norm="ortho")


def distance_db(log_target: np.ndarray, log_estimate: np.ndarray) -> float:
    """Log-spectral distance: the RMS over the bands, in dB, and of that the mean over the frames.

    Parameters
    ----------
    log_target, log_estimate : float [n_mels, n_frames]
        Natural logarithm of mel power.

    Returns
    -------
    distance : float
    """
    apart = 10 / np.log(10) * (np.asarray(log_estimate) - log_target)
    return float(np.mean(np.sqrt(np.mean(apart**2, axis=0))))
