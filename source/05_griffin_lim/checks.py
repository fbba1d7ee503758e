"""The tests of lesson 05. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import librosa
import numpy as np
import scipy.signal

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
ISTFT = ("librosa.istft", "scipy.signal.istft", "scipy.signal.ShortTimeFFT")
GRIFFIN_LIM = ("librosa.griffinlim", "librosa.feature.inverse.mel_to_audio", "librosa.feature.inverse.mfcc_to_audio")
SAMPLES = (Axis("sample", 1 / SR, "s"),)


def voice(n_samples):
    """A stretch of a voiced sound, where neighbouring samples differ."""
    return audio.clip("yes_loud")[3000 : 3000 + n_samples].astype(float)


def table_of(signal, window_length, hop_length):
    """Its STFT."""
    return librosa.stft(signal, n_fft=window_length, hop_length=hop_length)


def hann(window_length):
    """The periodic window."""
    return scipy.signal.get_window("hann", window_length)


def complex_noise(rng, shape):
    """A table that is the STFT of no signal."""
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def random_phase(rng, shape):
    """Angles all round the circle."""
    return 2 * np.pi * rng.random(shape)


def faded_speech(rng, n_samples):
    """A stretch of a sentence, faded at both ends, with hiss, so that no part of its spectrum is empty."""
    start = int(rng.integers(8000, 20000))
    x = audio.clip("welcome")[start : start + n_samples].astype(float) + 0.3 * rng.standard_normal(n_samples)
    return x * np.hanning(n_samples)


def steadiest(draw, answer, rng, draws=10):
    """Of several drawn inputs the one on which rounding matters least: a phase near zero hangs on the last digit.

    `draw` gives the positional arguments, the first of them the magnitudes or the STFT.
    """
    candidates = []
    for _ in range(draws):
        table, *others = draw()
        exact = answer(table, *others)
        nearly = [table * (1 + 1e-6 * rng.standard_normal(table.shape)) for _ in range(3)]
        apart = max(np.max(np.abs(answer(each, *others) - exact)) for each in nearly) / np.max(np.abs(exact))
        candidates.append((apart, len(candidates), (table, *others)))
    return min(candidates)[2]


class OverlapAdd:
    exercise = "overlap_add"
    library_has = ISTFT

    def visible(self):
        for window_length, n_frames, hop_length in [(8, 5, 4), (9, 4, 2), (64, 6, 16)]:
            frames = voice(window_length * n_frames).reshape(window_length, n_frames) + 0.1
            yield Case.of(frames, hop_length, axes=SAMPLES)

    def test_windows_and_hops(self, answer, reference, rng):
        """Agrees with the reference for several windows and hops."""
        for window_length, n_frames, hop_length in [(256, 20, 64), (100, 9, 30), (31, 12, 7)]:
            frames = rng.standard_normal((window_length, n_frames))
            assert_close(answer(frames, hop_length), reference(frames, hop_length))

    def test_gaps(self, answer, reference, rng):
        """Leaves zeros where no frame lies, and keeps frames that only touch as they are."""
        for hop_length in (16, 21):
            frames = rng.standard_normal((16, 7))
            assert_close(answer(frames, hop_length), reference(frames, hop_length))

    def test_single_frame(self, answer, reference, rng):
        """Gives a single frame back."""
        frames = rng.standard_normal((20, 1)) + 3
        assert_close(answer(frames, 5), reference(frames, 5))


class GetIstft:
    exercise = "get_istft"
    library_has = (*ISTFT, "librosa.filters.window_sumsquare")

    def visible(self):
        rng = np.random.default_rng(0)
        yield Case.of(table_of(voice(600), 128, 32), 128, 32, 600, axes=SAMPLES)
        yield Case.of(table_of(voice(500), 63, 21), 63, 21, 500, axes=SAMPLES)
        # the STFT of no signal; frames that only touch, and a length beyond their end
        yield Case.of(complex_noise(rng, (17, 9)) / 10, 32, 16, 128, axes=SAMPLES)
        yield Case.of(complex_noise(rng, (9, 5)) / 10, 16, 16, 90, axes=SAMPLES)

    def test_there_and_back(self, answer, reference, rng):
        """Gives a signal back from its STFT, for several windows and hops."""
        x = rng.standard_normal(2048)
        for window_length, hop_length in [(256, 64), (128, 64), (200, 64)]:
            table = table_of(x, window_length, hop_length)
            assert_close(
                answer(table, window_length, hop_length, 2048), reference(table, window_length, hop_length, 2048)
            )

    def test_odd_windows(self, answer, reference, rng):
        """Handles windows of odd length."""
        table = table_of(rng.standard_normal(1000), 101, 25)
        assert_close(answer(table, 101, 25, 1000), reference(table, 101, 25, 1000))

    def test_nearest_signal(self, answer, reference, rng):
        """Agrees with the reference on a table that is the STFT of no signal."""
        table = complex_noise(rng, (65, 12))
        for hop_length in (32, 64):
            length = hop_length * 11
            assert_close(answer(table, 128, hop_length, length), reference(table, 128, hop_length, length))

    def test_zero_sums_and_long_signals(self, answer, reference, rng):
        """Divides nowhere by zero, and fills with zeros up to the length asked for."""
        table = complex_noise(rng, (9, 6))
        for hop_length, length in [(16, 120), (20, 140), (8, 30)]:
            assert_close(answer(table, 16, hop_length, length), reference(table, 16, hop_length, length))


class IsNola:
    exercise = "is_nola"
    library_has = ("scipy.signal.check_NOLA", "scipy.signal.check_COLA")

    def visible(self):
        yield Case.of(hann(16), 8)
        yield Case.of(hann(16), 16)
        # a window with two signs, one that is nearly zero at its edges, one that is zero for a whole hop
        yield Case.of(np.array([1.0, 1.0, -1.0, -1.0]), 2)
        yield Case.of(np.array([1e-6, 1.0, 1.0, 1e-6]), 4)
        yield Case.of(np.array([0.0, 0.0, 1.0, 1.0]), 2)
        # pieces that are left over, and a hop longer than the window
        yield Case.of(hann(16), 5)
        yield Case.of(np.ones(4), 6)

    def test_overlaps(self, answer, reference, rng):
        """Accepts windows that overlap, also by uneven parts, whether or not their sum is constant."""
        for window_length, hop_length in [(64, 32), (65, 20), (100, 37)]:
            window = hann(window_length) * rng.uniform(0.5, 2)
            assert_close(answer(window, hop_length), reference(window, hop_length))

    def test_zeros(self, answer, reference, rng):
        """Refuses a window that leaves a single place uncovered."""
        hole = int(rng.integers(1, 10))
        window = rng.uniform(0.5, 1, 40)
        window[hole::10] = 0
        assert_close(answer(window, 10), reference(window, 10))
        assert_close(answer(window, 8), reference(window, 8))

    def test_one_piece_enough(self, answer, reference, rng):
        """Accepts a window of which one piece is zero where another is not."""
        window = rng.uniform(0.5, 1, 24)
        window[6:12] = 0
        assert_close(answer(window, 6), reference(window, 6))

    def test_signs(self, answer, reference, rng):
        """Squares the window before it sums, so that signs do not cancel."""
        half = rng.uniform(0.5, 1, 12)
        window = np.concatenate([half, -half])
        assert_close(answer(window, 12), reference(window, 12))

    def test_nearly_zero(self, answer, reference, rng):
        """Counts a sum of squares below 1e-10 as zero."""
        window = rng.uniform(0.5, 1, 20)
        window[3] = 3e-6
        assert_close(answer(window, 20), reference(window, 20))

    def test_gaps(self, answer, reference, rng):
        """Refuses a hop longer than the window."""
        window = rng.uniform(0.5, 1, 16)
        for hop_length in (17, 40):
            assert_close(answer(window, hop_length), reference(window, hop_length))


class SpectralConvergenceDb:
    exercise = "spectral_convergence_db"

    def visible(self):
        rng = np.random.default_rng(3)
        magnitude = np.abs(table_of(voice(600), 128, 32))
        estimate = table_of(voice(600) + 0.05 * rng.standard_normal(600), 128, 32)
        yield Case.of(estimate, magnitude)
        yield Case.of(np.abs(estimate) / 3, magnitude)
        yield Case.of(magnitude, magnitude)

    def test_complex_estimates(self, answer, reference, rng):
        """Takes the magnitudes of a complex STFT, whatever its phase."""
        magnitude = rng.uniform(0.1, 2, (30, 20))
        estimate = magnitude * rng.uniform(0.8, 1.3, (30, 20)) * np.exp(1j * random_phase(rng, (30, 20)))
        assert_close(answer(estimate, magnitude), reference(estimate, magnitude))

    def test_magnitudes(self, answer, reference, rng):
        """Agrees with the reference on magnitudes, near and far, loud and quiet."""
        for scale in (1e-3, 50.0):
            magnitude = scale * rng.exponential(1.0, (25, 33))
            for error in (0.01, 2.0):
                estimate = np.abs(magnitude + error * scale * rng.standard_normal(magnitude.shape))
                assert_close(answer(estimate, magnitude), reference(estimate, magnitude))

    def test_perfect(self, answer, reference, rng):
        """Calls a perfect estimate -200 dB."""
        magnitude = rng.uniform(0.1, 2, (12, 8))
        assert_close(answer(magnitude, magnitude), reference(magnitude, magnitude))


class GriffinLim:
    exercise = "griffin_lim"
    library_has = GRIFFIN_LIM

    def visible(self):
        rng = np.random.default_rng(1)
        x = faded_speech(rng, 320)
        magnitude = np.abs(table_of(x, 64, 16))
        phase = random_phase(rng, magnitude.shape)
        yield Case.of(magnitude, phase, 16, 0, axes=SAMPLES)
        yield Case.of(magnitude, phase, 16, 3, axes=SAMPLES)
        yield Case.of(magnitude, phase, 16, 3, momentum=0.4, axes=SAMPLES)
        # silence between two sounds
        magnitude = magnitude.copy()
        magnitude[:, 6:16] = 0
        yield Case.of(magnitude, phase, 16, 2, axes=SAMPLES)

    def test_start(self, answer, reference, rng):
        """Without an iteration, inverts the magnitudes with the phase that was given."""
        magnitude = rng.exponential(1.0, (33, 14))
        phase = random_phase(rng, magnitude.shape)
        assert_close(answer(magnitude, phase, 16, 0), reference(magnitude, phase, 16, 0))

    def test_momenta(self, answer, reference, rng):
        """Agrees with the reference on a stretch of speech, for several momenta."""
        for momentum in (0.0, 0.6, 0.99):
            arguments = steadiest(lambda m=momentum: (*self._speech(rng), 32, 3, m), reference, rng)
            assert_close(answer(*arguments), reference(*arguments))

    def test_default_momentum(self, answer, reference, rng):
        """Takes a momentum of 0.99 unless told otherwise, and other hops, too."""
        arguments = steadiest(lambda: (*self._speech(rng, 25), 25, 2), reference, rng)
        assert_close(answer(*arguments), reference(*arguments))

    def test_silence(self, answer, reference, rng):
        """Handles silence between two sounds, and nothing but silence."""

        def draw():
            magnitude, phase = self._speech(rng)
            magnitude[:, 4:15] = 0
            return magnitude, phase, 32, 2

        arguments = steadiest(draw, reference, rng)
        assert_close(answer(*arguments), reference(*arguments))
        phase = random_phase(rng, (33, 9))
        assert_close(answer(np.zeros((33, 9)), phase, 16, 2), reference(np.zeros((33, 9)), phase, 16, 2))

    def _speech(self, rng, hop_length=32):
        """Magnitudes of a stretch of a sentence, and a random phase."""
        magnitude = np.abs(table_of(faded_speech(rng, 640), 128, hop_length))
        return magnitude, random_phase(rng, magnitude.shape)


class Restore:
    exercise = "restore"

    def visible(self):
        for n_samples, n_iterations in [(640, 1), (600, 2)]:
            yield Case.of(table_of(voice(n_samples), 128, 32), 32, n_iterations, axes=SAMPLES)

    def test_speech(self, answer, reference, rng):
        """Agrees with the reference on a stretch of speech."""
        arguments = steadiest(lambda: (table_of(faded_speech(rng, 800), 128, 32), 32, 1), reference, rng)
        assert_close(answer(*arguments), reference(*arguments))

    def test_phase_is_not_used(self, answer, reference, rng):
        """Gives the same for every phase of the same magnitudes."""
        magnitude = rng.uniform(0.5, 2, (33, 12))
        for _ in range(2):
            stft = magnitude * np.exp(1j * random_phase(rng, magnitude.shape))
            assert_close(answer(stft, 16, 1), reference(stft, 16, 1))


class Rtisi:
    exercise = "rtisi"
    library_has = GRIFFIN_LIM

    def visible(self):
        rng = np.random.default_rng(2)
        for n_samples, hop_length, n_iterations, look_ahead in [(192, 16, 2, 0), (192, 16, 2, 1), (96, 8, 1, 2)]:
            arguments = (self._speech(rng, n_samples, hop_length), hop_length, n_iterations, look_ahead)
            yield Case.of(*arguments, axes=SAMPLES)

    def test_no_look_ahead(self, answer, reference, rng):
        """Agrees with the reference without look-ahead."""
        arguments = steadiest(lambda: (self._speech(rng, 128, 16), 16, 2, 0), reference, rng)
        assert_close(answer(*arguments), reference(*arguments))

    def test_look_ahead(self, answer, reference, rng):
        """Agrees with the reference with one and more frames of look-ahead."""
        for hop_length, look_ahead in [(16, 1), (8, 3)]:
            arguments = steadiest(
                lambda h=hop_length, k=look_ahead: (self._speech(rng, 8 * h + 32, h), h, 2, k), reference, rng
            )
            assert_close(answer(*arguments), reference(*arguments))

    def test_wide_hops(self, answer, reference, rng):
        """Divides by the window-square sum where it is not constant."""
        arguments = steadiest(lambda: (self._speech(rng, 144, 24), 24, 1, 1), reference, rng)
        assert_close(answer(*arguments), reference(*arguments))

    def _speech(self, rng, n_samples, hop_length):
        """Magnitudes of a stretch of a sentence, with a window of 64."""
        return np.abs(table_of(faded_speech(rng, n_samples), 64, hop_length))
