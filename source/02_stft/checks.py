"""The tests of lesson 02. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import librosa
import numpy as np

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
STFT = ("librosa.stft", "scipy.signal.stft", "scipy.signal.ShortTimeFFT", "scipy.signal.spectrogram")
WINDOWS = (
    "numpy.hanning",
    "numpy.hamming",
    "librosa.filters.get_window",
    "scipy.signal.get_window",
    "scipy.signal.windows.hann",
    "scipy.signal.windows.hamming",
    "scipy.signal.windows.tukey",
    "scipy.signal.windows.general_cosine",
    "scipy.signal.windows.general_hamming",
)


def frame_axis(hop_length):
    return Axis("frame", hop_length / SR, "s")


def bin_axis(window_length):
    return Axis("bin", SR / window_length, "Hz")


def voice(n_samples):
    """A stretch of a voiced sound, where neighbouring samples differ and edges are loud."""
    return audio.clip("yes_loud")[3000 : 3000 + n_samples]


class SliceIntoFrames:
    exercise = "slice_into_frames"
    library_has = ("librosa.util.frame",)

    def visible(self):
        for n_samples, window_length, hop_length in [(40, 8, 4), (50, 9, 3), (300, 64, 16)]:
            axes = (Axis("sample"), frame_axis(hop_length))
            yield Case.of(voice(n_samples), window_length, hop_length, axes=axes)

    def test_windows_and_hops(self, answer, reference, rng):
        """Agrees with the reference for several windows and hops."""
        x = rng.standard_normal(2000)
        for window_length, hop_length in [(256, 64), (100, 30), (64, 64)]:
            assert_close(answer(x, window_length, hop_length), reference(x, window_length, hop_length))

    def test_odd_windows(self, answer, reference, rng):
        """Handles windows of odd length, and samples left over at the end."""
        x = rng.standard_normal(501)
        for window_length, hop_length in [(31, 7), (63, 20)]:
            assert_close(answer(x, window_length, hop_length), reference(x, window_length, hop_length))

    def test_short_signal(self, answer, reference, rng):
        """Keeps a signal that is shorter than one window."""
        x = rng.standard_normal(20)
        assert_close(answer(x, 64, 16), reference(x, 64, 16))


class Hann:
    exercise = "hann"
    library_has = WINDOWS

    def visible(self):
        for window_length in (8, 9, 512):
            yield Case.of(window_length, axes=(Axis("sample"),))

    def test_even_lengths(self, answer, reference, rng):
        """Agrees with the reference at even lengths."""
        for half in rng.integers(2, 1000, size=5):
            assert_close(answer(2 * int(half)), reference(2 * int(half)))

    def test_odd_lengths(self, answer, reference, rng):
        """Agrees with the reference at odd lengths."""
        for half in rng.integers(1, 1000, size=5):
            assert_close(answer(2 * int(half) + 1), reference(2 * int(half) + 1))


class GetStft:
    exercise = "get_stft"
    library_has = STFT

    def visible(self):
        for n_samples, window_length, hop_length in [(600, 128, 32), (500, 63, 21)]:
            axes = (bin_axis(window_length), frame_axis(hop_length))
            yield Case.of(voice(n_samples), window_length, hop_length, axes=axes)

    def test_windows_and_hops(self, answer, reference, rng):
        """Agrees with the reference for several windows and hops."""
        x = rng.standard_normal(4000)
        for window_length, hop_length in [(512, 128), (256, 100)]:
            assert_close(answer(x, window_length, hop_length), reference(x, window_length, hop_length))

    def test_odd_windows(self, answer, reference, rng):
        """Handles windows of odd length."""
        x = rng.standard_normal(1000)
        assert_close(answer(x, 101, 25), reference(x, 101, 25))

    def test_short_signal(self, answer, reference, rng):
        """Handles a signal that is shorter than one window."""
        x = rng.standard_normal(50)
        assert_close(answer(x, 128, 32), reference(x, 128, 32))


class GetSpectrogram:
    exercise = "get_spectrogram"
    library_has = STFT

    def visible(self):
        for n_samples, window_length, hop_length in [(600, 128, 32), (500, 63, 21)]:
            axes = (bin_axis(window_length), frame_axis(hop_length))
            yield Case.of(voice(n_samples), window_length, hop_length, axes=axes)

    def test_noise(self, answer, reference, rng):
        """Agrees with the reference on noise."""
        x = rng.standard_normal(3000)
        assert_close(answer(x, 256, 64), reference(x, 256, 64))

    def test_sentence(self, answer, reference, rng):
        """Agrees with the reference on a stretch of speech."""
        start = int(rng.integers(10000, 40000))
        x = audio.clip("welcome")[start : start + 6000]
        assert_close(answer(x, 512, 128), reference(x, 512, 128))


class ToDb:
    exercise = "to_db"
    library_has = ("librosa.power_to_db", "librosa.amplitude_to_db")

    def visible(self):
        power = np.abs(librosa.stft(voice(600), n_fft=128, hop_length=32)) ** 2
        axes = (bin_axis(128), frame_axis(32))
        yield Case.of(power, axes=axes)
        yield Case.of(power, ref=float(power.max() / 7), top_db=40.0, axes=axes)
        # silence between two sounds, and a range too wide for the default floor
        yield Case.of(np.array([[1e-3, 0.0, 2.0], [5.0, 1e-12, 0.3]]), top_db=200.0, axes=axes)

    def test_ratio(self, answer, reference, rng):
        """Takes ten times the ten-based logarithm of the ratio of power to `ref`."""
        power = rng.uniform(0.1, 10.0, size=(20, 30))
        assert_close(answer(power, ref=0.37), reference(power, ref=0.37))

    def test_silence(self, answer, reference, rng):
        """Counts powers below 1e-10 as 1e-10, so that silence is finite."""
        power = rng.uniform(0.1, 10.0, size=(8, 9))
        power[2, 3], power[4] = 0.0, 4e-11
        assert_close(answer(power, top_db=300.0), reference(power, top_db=300.0))

    def test_floor(self, answer, reference, rng):
        """Cuts off what lies more than `top_db` below the loudest cell, wherever that lies."""
        for loudest in (1e-3, 1e4):
            power = loudest * 10 ** rng.uniform(-9, 0, size=(12, 15))
            assert_close(answer(power, top_db=35.0), reference(power, top_db=35.0))


class LouderByDb:
    exercise = "louder_by_db"

    def visible(self):
        power = np.abs(librosa.stft(voice(2000), n_fft=256)) ** 2
        yield Case.of(power, power / 100)
        yield Case.of(power / 4, np.roll(power, 3, axis=1) * 9 + 0.01)
        yield Case.of(power * 2, power + 1)

    def test_scaled(self, answer, reference, rng):
        """Tells a recording from the same one turned down."""
        power = rng.uniform(0.01, 10.0, size=(30, 20))
        assert_close(answer(power, power / 50), reference(power, power / 50))

    def test_unrelated(self, answer, reference, rng):
        """Agrees with the reference on two unrelated recordings, whichever is the louder."""
        for level in (0.03, 40.0):
            loud, quiet = rng.exponential(level, size=(30, 20)), rng.exponential(1.0, size=(25, 40))
            assert_close(answer(loud, quiet), reference(loud, quiet))
