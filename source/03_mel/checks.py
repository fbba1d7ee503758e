"""The tests of lesson 03. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import librosa
import numpy as np

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
SCALES = (
    "librosa.hz_to_mel",
    "librosa.mel_to_hz",
    "librosa.mel_frequencies",
    "librosa.filters.mel",
)
SPECTROGRAMS = (
    "librosa.filters.mel",
    "librosa.feature.melspectrogram",
    "librosa.feature.mfcc",
)
BAND = Axis("band")


def voice(n_samples, start=3000):
    """A stretch of a voiced sound."""
    return audio.clip("yes_loud")[start : start + n_samples]


def bin_axis(sample_rate, n_fft):
    return Axis("bin", sample_rate / n_fft, "Hz")


class HzToMel:
    exercise = "hz_to_mel"
    library_has = SCALES

    def visible(self):
        frequencies = np.array([0.0, 100.0, 440.0, 999.0, 1000.0, 2500.0, 6400.0, 11025.0])
        yield Case.of(frequencies, axes=(Axis("value"),))
        yield Case.of(frequencies, htk=True, axes=(Axis("value"),))
        yield Case.of(440)
        yield Case.of(4000.0, htk=True)

    def test_low_frequencies(self, answer, reference, rng):
        """Is straight below 1000 Hz on Slaney's scale."""
        hz = rng.uniform(0, 1000, size=20)
        assert_close(answer(hz), reference(hz))

    def test_high_frequencies(self, answer, reference, rng):
        """Is logarithmic above 1000 Hz on Slaney's scale."""
        hz = rng.uniform(1000, 20000, size=(4, 5))
        assert_close(answer(hz), reference(hz))

    def test_htk(self, answer, reference, rng):
        """Follows HTK's curve if `htk` is true."""
        hz = rng.uniform(0, 20000, size=20)
        assert_close(answer(hz, htk=True), reference(hz, htk=True))

    def test_single_numbers(self, answer, reference, rng):
        """Takes single numbers too, whole ones and 0 included, on both scales."""
        for hz in (0, int(rng.integers(1, 900)), int(rng.integers(1100, 9000)), float(rng.uniform(1, 9000))):
            for htk in (False, True):
                assert_close(answer(hz, htk=htk), reference(hz, htk=htk))


class MelToHz:
    exercise = "mel_to_hz"
    library_has = SCALES

    def visible(self):
        yield Case.of(np.array([0.0, 1.5, 6.6, 14.9, 15.0, 25.0, 42.0, 50.0]), axes=(Axis("value"),))
        yield Case.of(np.array([0.0, 150.0, 550.0, 1000.0, 2146.0, 3000.0]), htk=True, axes=(Axis("value"),))
        yield Case.of(6)
        yield Case.of(1000, htk=True)

    def test_low_mels(self, answer, reference, rng):
        """Is straight below 15 mels on Slaney's scale."""
        mel = rng.uniform(0, 15, size=20)
        assert_close(answer(mel), reference(mel))

    def test_high_mels(self, answer, reference, rng):
        """Grows by equal factors above 15 mels on Slaney's scale."""
        mel = rng.uniform(15, 60, size=(4, 5))
        assert_close(answer(mel), reference(mel))

    def test_htk(self, answer, reference, rng):
        """Inverts HTK's curve if `htk` is true."""
        mel = rng.uniform(0, 3500, size=20)
        assert_close(answer(mel, htk=True), reference(mel, htk=True))

    def test_single_numbers(self, answer, reference, rng):
        """Takes single numbers too, whole ones and 0 included, on both scales."""
        for mel in (0, int(rng.integers(1, 14)), int(rng.integers(16, 50)), float(rng.uniform(1, 50))):
            for htk in (False, True):
                assert_close(answer(mel, htk=htk), reference(mel, htk=htk))


class MelBasis:
    exercise = "mel_basis"
    library_has = SPECTROGRAMS

    def visible(self):
        for sample_rate, n_fft, n_mels, low_hz, high_hz in [
            (8000, 256, 10, 0.0, None),
            (22050, 513, 12, 300.0, 7000.0),
        ]:
            axes = (BAND, bin_axis(sample_rate, n_fft))
            yield Case.of(sample_rate, n_fft, n_mels, low_hz=low_hz, high_hz=high_hz, axes=axes)

    def test_sizes(self, answer, reference, rng):
        """Agrees with the reference for several sample rates, windows and numbers of bands."""
        for sample_rate, n_fft in [(16000, 512), (22050, 1024), (44100, 2048)]:
            n_mels = int(rng.integers(20, 60))
            assert_close(answer(sample_rate, n_fft, n_mels), reference(sample_rate, n_fft, n_mels))

    def test_band_limits(self, answer, reference, rng):
        """Keeps to the lowest and highest frequency that it is told."""
        low_hz, high_hz = float(rng.uniform(100, 600)), float(rng.uniform(3000, 7000))
        limits = {"low_hz": low_hz, "high_hz": high_hz}
        assert_close(answer(16000, 1024, 15, **limits), reference(16000, 1024, 15, **limits))

    def test_odd_windows(self, answer, reference, rng):
        """Handles windows of odd length."""
        n_fft = 2 * int(rng.integers(150, 400)) + 1
        assert_close(answer(16000, n_fft, 13), reference(16000, n_fft, 13))

    def test_narrow_triangles(self, answer, reference, rng):
        """Leaves a filter that falls between two bins at zero, and stays finite."""
        n_mels = int(rng.integers(100, 140))
        assert_close(answer(22050, 256, n_mels), reference(22050, 256, n_mels))


class GetMelspectrogram:
    exercise = "get_melspectrogram"
    library_has = SPECTROGRAMS

    def visible(self):
        for sample_rate, n_fft, hop_length, n_mels in [(22050, 256, 100, 12), (16000, 301, 75, 9)]:
            axes = (BAND, Axis("frame", hop_length / sample_rate, "s"))
            yield Case.of(voice(1500), sample_rate, n_fft, hop_length, n_mels, axes=axes)

    def test_speech(self, answer, reference, rng):
        """Agrees with the reference on a stretch of speech."""
        start = int(rng.integers(10000, 40000))
        x = audio.clip("welcome")[start : start + 6000]
        assert_close(answer(x, SR, 1024, 256, 40), reference(x, SR, 1024, 256, 40))

    def test_sample_rates(self, answer, reference, rng):
        """Places the bands by the sample rate that it is told."""
        x = rng.standard_normal(4000)
        for sample_rate in (8000, 44100):
            assert_close(answer(x, sample_rate, 512, 100, 20), reference(x, sample_rate, 512, 100, 20))

    def test_odd_windows(self, answer, reference, rng):
        """Handles windows of odd length, and hops that are no part of it."""
        x = rng.standard_normal(3000)
        assert_close(answer(x, 16000, 401, 170, 15), reference(x, 16000, 401, 170, 15))

    def test_silence(self, answer, reference, rng):
        """Gives zeros for silence before a sound."""
        x = np.concatenate([np.zeros(2000), rng.standard_normal(500)])
        assert_close(answer(x, 16000, 256, 64, 10), reference(x, 16000, 256, 64, 10))


class LogMel:
    exercise = "log_mel"

    def visible(self):
        power = np.abs(librosa.stft(voice(1500), n_fft=256, hop_length=128)) ** 2
        basis = librosa.filters.mel(sr=SR, n_fft=256, n_mels=12, dtype=float)
        axes = (BAND, Axis("frame", 128 / SR, "s"))
        yield Case.of(power.astype(float), basis, axes=axes)
        yield Case.of(power.astype(float) * 40, basis * 3, axes=axes)
        # one loud bin, and bands that hear next to nothing
        lonely = np.full((129, 3), 1e-8)
        lonely[40, 1] = 5.0
        yield Case.of(lonely, basis, axes=axes)

    def test_noise(self, answer, reference, rng):
        """Agrees with the reference on noise, in any bands."""
        power, basis = rng.exponential(3.0, size=(40, 30)), rng.uniform(0, 1, size=(8, 40))
        assert_close(answer(power, basis), reference(power, basis))

    def test_single_bin(self, answer, reference, rng):
        """Hears a single loud bin in a wide band."""
        power = np.full((60, 5), 1e-6)
        power[int(rng.integers(60)), 2] = float(rng.uniform(1, 100))
        basis = np.full((2, 60), 1 / 60)
        assert_close(answer(power, basis), reference(power, basis))

    def test_loudness(self, answer, reference, rng):
        """Keeps the loudness: a recording turned up stands higher."""
        power, basis = rng.exponential(1.0, size=(40, 10)), rng.uniform(0, 1, size=(8, 40))
        for gain in (0.01, 100.0):
            assert_close(answer(gain * power, basis), reference(gain * power, basis))


class FeatureBudget:
    exercise = "feature_budget"

    def visible(self):
        # numbers so small that they can be followed with a pencil
        yield Case.of(16, 8, 4, 3, 2, axes=(Axis("number"),))
        yield Case.of(100, 16, 40, 5, 4, axes=(Axis("number"),))
        yield Case.of(16000, 512, 160, 40, 4, axes=(Axis("number"),))

    def test_small_numbers(self, answer, reference, rng):
        """Agrees with the reference where every single multiplication shows."""
        for n_fft in (4, 32):
            n_mels = int(rng.integers(2, 9))
            arguments = (48, n_fft, 16, n_mels, 2)
            assert_close(answer(*arguments), reference(*arguments))

    def test_real_devices(self, answer, reference, rng):
        """Agrees with the reference for speech at usual rates and sizes."""
        for sample_rate, n_fft in [(8000, 256), (16000, 512), (48000, 2048)]:
            arguments = (sample_rate, n_fft, n_fft // 4, int(rng.integers(20, 129)), 4)
            assert_close(answer(*arguments), reference(*arguments))

    def test_hops(self, answer, reference, rng):
        """Counts the frames of an endless stream, whatever the hop."""
        for hop_length in (7, 24, 64):
            arguments = (96, 16, hop_length, int(rng.integers(2, 9)), 1)
            assert_close(answer(*arguments), reference(*arguments))
