"""Frames: equal to librosa's and scipy's, and back again without loss, for every shape that may come."""

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from course import audio
from course.engine import Frames

SHAPES = [(1024, 256), (1024, 300), (512, 512), (512, 128), (101, 25), (101, 50), (63, 20), (64, 70), (2, 1), (3, 1)]
LENGTHS = [1, 2, 31, 100, 1023, 1024, 5000, 70001]
NEAR = 1e-5
"""Of the largest value."""


def noise(n):
    return np.random.default_rng(n).standard_normal(n).astype(np.float32)


def assert_near(actual, expected, near=NEAR):
    assert actual.shape == expected.shape
    assert np.abs(actual - expected).max(initial=0) <= near * np.abs(expected).max(initial=0)


@pytest.mark.parametrize("window_length, hop_length", SHAPES)
@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.filterwarnings("ignore:n_fft=.* is too large")
def test_the_same_frames_as_librosa(window_length, hop_length, n):
    """For even and odd windows, hops that don't divide them, signals shorter than a window, one sample."""
    signal = noise(n)
    spectrum = Frames(window_length, hop_length).stft(signal)
    assert spectrum.dtype == np.complex64
    assert_near(spectrum, librosa.stft(signal, n_fft=window_length, hop_length=hop_length).T)


@pytest.mark.parametrize("window_length, hop_length", [(1024, 256), (512, 200), (64, 13)])
def test_the_same_frames_as_scipy(window_length, hop_length):
    """Its ShortTimeFFT, with the same window, has them as well."""
    signal = noise(5000)
    window = scipy.signal.get_window("hann", window_length)
    transform = scipy.signal.ShortTimeFFT(window, hop_length, fs=1, phase_shift=None)
    theirs = transform.stft(signal, p0=0, p1=1 + len(signal) // hop_length).T
    assert_near(Frames(window_length, hop_length).stft(signal), theirs)


@pytest.mark.parametrize("window_length, hop_length", [shape for shape in SHAPES if 2 * shape[1] <= shape[0]])
@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("more", [None, 0, -1, 300])
@pytest.mark.filterwarnings("ignore:n_fft=.* is too large")
def test_the_same_signal_as_librosa(window_length, hop_length, n, more):
    """Of frames that are no signal's, for any length; at the very end, where windows are nearly 0, both only round."""
    frames, length = Frames(window_length, hop_length), None if more is None else max(1, n + more)
    spectrum = frames.stft(noise(n)) * np.exp(1j * noise(len(frames.stft(noise(n))))[:, None])
    spectrum[:, 0] = spectrum[:, 0].real
    if window_length % 2 == 0:
        spectrum[:, -1] = spectrum[:, -1].real
    expected = librosa.istft(spectrum.T, n_fft=window_length, hop_length=hop_length, length=length)
    actual = frames.istft(spectrum, length)
    assert actual.dtype == np.float32 and actual.shape == expected.shape
    certain = frames.length(len(spectrum))
    assert_near(actual[:certain], expected[:certain])


@given(st.integers(2, 200), st.integers(1, 100), st.integers(0, 3000))
@settings(max_examples=200, deadline=None)
def test_back_again_without_loss(window_length, hop_length, n):
    """Any signal, wherever two frames overlap; what lies behind the last frame's middle is left out."""
    hop_length = min(hop_length, window_length // 2)
    frames, signal = Frames(window_length, hop_length), noise(n)
    spectrum = frames.stft(signal)
    assert spectrum.shape[1] == window_length // 2 + 1
    known = signal[: frames.length(len(spectrum))]
    np.testing.assert_allclose(frames.istft(spectrum), known, atol=2e-5)


@given(st.integers(0, 40), st.integers(0, 5000))
@settings(max_examples=30, deadline=None)
def test_a_length_is_kept(n_frames, length):
    """Whatever it is: cut off, or filled up with zeros."""
    frames = Frames()
    signal = frames.istft(np.zeros((n_frames, frames.n_bins), np.complex64), length)
    assert signal.shape == (length,) and not signal.any()


def test_silence_and_nothing():
    """Silence gives zeros, nothing gives one frame of zeros, as librosa has it."""
    frames = Frames()
    assert frames.stft(np.zeros(0)).shape == (1, 513)
    assert not frames.stft(np.zeros(3000)).any()
    assert not frames.istft(frames.stft(np.zeros(3000))).any()


def test_inputs_stay_as_they_are():
    """Neither signal nor spectrum is changed; lists and other floats are taken."""
    frames, signal = Frames(), audio.clip("yes_loud")
    before = signal.copy()
    spectrum = frames.stft(signal)
    kept = spectrum.copy()
    frames.istft(spectrum)
    np.testing.assert_array_equal(signal, before)
    np.testing.assert_array_equal(spectrum, kept)
    np.testing.assert_array_equal(frames.stft(signal.astype(float).tolist()), spectrum)


@pytest.mark.parametrize("window_length, hop_length", [(1, 1), (0, 1), (1024, 0), (1024, -256)])
def test_lengths_that_cannot_be(window_length, hop_length):
    """Are told."""
    with pytest.raises(ValueError, match=f"window_length {window_length}, hop_length {hop_length}"):
        Frames(window_length, hop_length)
