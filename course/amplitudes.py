"""A sound as an array: what counts as one, how loud it is, at what rate it runs."""

import io
from dataclasses import dataclass
from numbers import Real

import librosa
import numpy as np
import soundfile

SAMPLE_RATE = 22050
"""Samples per second of every clip of the course, and what `load` resamples to."""

HIGHEST_SAMPLE_RATE = 655_350
"""The most that a FLAC file can hold, and more than any sound card runs at."""

FULL_SCALE = 32768
"""Steps of 16 bit from 0 to full scale; the loudest positive sample is one step less."""

LOUDEST_UNCLIPPED = 1 + 0.5 / FULL_SCALE
"""Peaks up to here are full scale but for rounding: x * (1 / peak) may well exceed 1 in its last digit."""


class AudioError(ValueError):
    """A sound, or the request for one, that cannot be used; the message names what, why, and the way out."""


def checked_amplitudes(amplitudes, subject):
    """Refuse what is not one channel of finite real samples.

    Parameters
    ----------
    amplitudes : array_like
        Hopefully float [n_samples].
    subject : str
        What the message calls it: a file or an argument.

    Returns
    -------
    numpy.ndarray
        The same samples, float [n_samples], without a copy where none is needed.

    Raises
    ------
    AudioError
        If they are missing, empty, not floats, not one-dimensional, NaN or infinite.
    """
    if amplitudes is None:
        raise AudioError(f"{subject}: is None, not a sound. Does the function that made it return its result?")
    try:
        array = np.asarray(amplitudes)
    except (TypeError, ValueError):
        raise AudioError(
            f"{subject}: is not an array of numbers. Give one channel of samples, float [n_samples]."
        ) from None
    _require_floats(array, subject)
    _require_one_channel(array, subject)
    _require_finite(array, subject)
    return array


def _require_floats(array, subject):
    """Raise AudioError unless the samples are real floating-point numbers."""
    if array.dtype.kind == "c":
        raise AudioError(f"{subject}: holds complex numbers ({array.dtype}). A sound is real: take its real part.")
    if array.dtype.kind in "iu":
        raise AudioError(
            f"{subject}: holds integers ({array.dtype}), not floats between -1 and 1. "
            "Divide by the largest value of that type (32768 for int16)."
        )
    if array.dtype.kind != "f":
        raise AudioError(
            f"{subject}: holds {array.dtype}, not numbers. Give one channel of samples, float [n_samples]."
        )


def _require_one_channel(array, subject):
    """Raise AudioError unless there is one axis with at least one sample on it."""
    if array.ndim != 1:
        shape = "a single number" if array.ndim == 0 else f"an array of shape {list(array.shape)}"
        raise AudioError(
            f"{subject}: is {shape}, not one channel of samples [n_samples]. "
            "Take one channel or one frame of it, or the mean over the channels."
        )
    if array.size == 0:
        raise AudioError(f"{subject}: holds no samples (0 s). Record again, or choose another sound.")


def _require_finite(array, subject):
    """Raise AudioError that counts the samples that are NaN or infinite, and points at the first."""
    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        first = wrong[0]
        count = "1 sample is" if wrong.size == 1 else f"{wrong.size} samples are"
        raise AudioError(
            f"{subject}: {count} not finite, first {array[first]} at sample {first}. "
            "Look for a division by zero or the root or logarithm of a negative number where it was made."
        )


def checked_rate(sample_rate, subject="sample_rate"):
    """Refuse what is not a whole number of samples per second.

    Parameters
    ----------
    sample_rate : int
        In Hz; a float such as 22050.0 will do.
    subject : str
        The argument's name, for the message.

    Returns
    -------
    int
        The rate in Hz.

    Raises
    ------
    AudioError
        If it is not a whole number between 1 and 655350.
    """
    is_number = isinstance(sample_rate, Real) and not isinstance(sample_rate, bool)
    if not is_number or not 1 <= sample_rate <= HIGHEST_SAMPLE_RATE or sample_rate != int(sample_rate):
        raise AudioError(
            f"{subject}: {sample_rate!r} is no sample rate. "
            f"Give a whole number of Hz between 1 and {HIGHEST_SAMPLE_RATE}, such as {SAMPLE_RATE}."
        )
    return int(sample_rate)


def resample(amplitudes, from_rate, to_rate):
    """Give the same sound at another sample rate (band-limited, soxr's high quality).

    Parameters
    ----------
    amplitudes : array_like of float [n_samples]
    from_rate : int
        The rate of `amplitudes`, in Hz.
    to_rate : int
        The rate that is wanted, in Hz.

    Returns
    -------
    numpy.ndarray
        A new array, float32 [ceil(n_samples * to_rate / from_rate)].

    Raises
    ------
    AudioError
        If the amplitudes are not one channel of finite floats, or a rate is none.
    """
    samples = checked_amplitudes(amplitudes, "amplitudes").astype(np.float32)
    from_rate = checked_rate(from_rate, "from_rate")
    to_rate = checked_rate(to_rate, "to_rate")
    return librosa.resample(samples, orig_sr=from_rate, target_sr=to_rate, res_type="soxr_hq")


@dataclass(frozen=True)
class Level:
    """How loud a sound is. Full scale is an amplitude of 1."""

    peak_dbfs: float
    """The largest amplitude, in dB relative to full scale; -inf for silence."""
    rms_dbfs: float
    """The root mean square, in dB relative to a full-scale square wave; -inf for silence."""
    clipped: int
    """The number of samples at full scale, where a recording has probably lost its peaks."""

    def __str__(self):
        count = {0: "no clipped sample", 1: "1 clipped sample"}.get(self.clipped, f"{self.clipped} clipped samples")
        return f"peak {self.peak_dbfs:z.1f} dBFS, RMS {self.rms_dbfs:z.1f} dBFS, {count}"


def level(amplitudes):
    """Measure how loud a sound is.

    RMS is relative to a full-scale *square* wave (or a constant 1), which has 0 dBFS; a full-scale
    sine has -3 dBFS. The standard AES17 adds 3 dB, so that the sine has 0.

    Parameters
    ----------
    amplitudes : array_like of float [n_samples]

    Returns
    -------
    Level
        Its `clipped` counts the samples with `|x| >= 32767 / 32768`: the loudest positive sample
        of a 16-bit file is one step short of 1.

    Raises
    ------
    AudioError
        If the amplitudes are not one channel of finite floats.
    """
    magnitudes = np.abs(checked_amplitudes(amplitudes, "amplitudes").astype(np.float64))
    peak = magnitudes.max()
    if peak == 0:
        return Level(-np.inf, -np.inf, 0)
    # relative to the peak: the squares of very small samples would vanish
    crest = np.sqrt(np.mean((magnitudes / peak) ** 2))
    peak_dbfs = float(20 * np.log10(peak))
    clipped = int(np.count_nonzero(magnitudes >= (FULL_SCALE - 1) / FULL_SCALE))
    return Level(peak_dbfs, peak_dbfs + float(20 * np.log10(crest)), clipped)


def encode(amplitudes, sample_rate, container):
    """Write samples as the bytes of a 16-bit sound file.

    Parameters
    ----------
    amplitudes : numpy.ndarray of float [n_samples]
        Between -1 and 1; what came from a 16-bit file goes back to the same integers.
    sample_rate : int
        In Hz.
    container : {"WAV", "FLAC"}

    Returns
    -------
    bytes

    Raises
    ------
    soundfile.LibsndfileError
        If the container cannot hold such a sound.
    """
    steps = np.rint(np.asarray(amplitudes, dtype=np.float64) * FULL_SCALE)
    integers = np.clip(steps, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    buffer = io.BytesIO()
    soundfile.write(buffer, integers, sample_rate, format=container, subtype="PCM_16")
    return buffer.getvalue()
