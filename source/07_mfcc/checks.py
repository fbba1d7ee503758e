"""The tests of lesson 07. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import numpy as np

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
COSINES = (
    "scipy.fft.dct",
    "scipy.fft.dctn",
    "scipy.fft.idct",
    "scipy.fft.idctn",
    "scipy.fftpack.dct",
    "scipy.fftpack.dctn",
    "scipy.fftpack.idct",
    "scipy.fftpack.idctn",
)
CEPSTRA = ("librosa.feature.mfcc", "librosa.feature.inverse.mfcc_to_mel", "librosa.feature.inverse.mfcc_to_audio")
SPECTRA = (
    "librosa.stft",
    "librosa.feature.melspectrogram",
    "scipy.signal.stft",
    "scipy.signal.ShortTimeFFT",
    "scipy.signal.spectrogram",
)

COEFFICIENT, BAND, FRAME, BIN = (Axis(name) for name in ("coefficient", "band", "frame", "bin"))


def hilly_mel(rng, n_bands, n_frames):
    """Mel power over six powers of ten, neighbours alike, as in speech."""
    steps = rng.standard_normal((n_bands, n_frames))
    walk = np.cumsum(steps, axis=0) + np.cumsum(rng.standard_normal(n_frames))
    return np.exp(np.clip(walk, -7, 7))


def falling(rng, n_coefficients, n_frames):
    """Coefficients that get smaller, as those of speech do."""
    return rng.standard_normal((n_coefficients, n_frames)) * 8 / (1 + np.arange(n_coefficients))[:, None]


def noisy_tone(rng, n_samples):
    """A tone that rises, in noise: no band is silent."""
    t = np.arange(n_samples) / SR
    return 0.5 * np.sin(2 * np.pi * (300 + 4000 * t) * t) + 0.1 * rng.standard_normal(n_samples)


class DctMatrix:
    exercise = "dct_matrix"
    library_has = (*COSINES, *CEPSTRA)

    def visible(self):
        for n_coefficients, n_bands in [(4, 8), (13, 40), (5, 5), (1, 7)]:
            yield Case.of(n_coefficients, n_bands, axes=(COEFFICIENT, BAND))

    def test_fewer_rows_than_bands(self, answer, reference, rng):
        """Agrees with the reference where there are fewer coefficients than bands."""
        for n_bands in rng.integers(22, 130, size=4):
            n_coefficients = int(rng.integers(2, 20))
            assert_close(answer(n_coefficients, int(n_bands)), reference(n_coefficients, int(n_bands)))

    def test_square(self, answer, reference, rng):
        """Agrees with the reference where it is square, with even and odd numbers of bands."""
        for half in rng.integers(2, 10, size=2):
            for n_bands in (2 * int(half), 2 * int(half) + 1):
                assert_close(answer(n_bands, n_bands), reference(n_bands, n_bands))

    def test_orthonormal(self, answer, rng):
        """Has rows of length 1 at right angles to each other."""
        n_bands = int(rng.integers(30, 90))
        rows = np.asarray(answer(17, n_bands), dtype=float)
        assert_close(rows @ rows.T, np.eye(17))


class GetMfcc:
    exercise = "get_mfcc"
    library_has = (*COSINES, *CEPSTRA)

    def visible(self):
        rng = np.random.default_rng(70)
        axes = (COEFFICIENT, FRAME)
        yield Case.of(hilly_mel(rng, 20, 15), 8, axes=axes)
        yield Case.of(hilly_mel(rng, 11, 6), 11, axes=axes)
        # one silent frame, one faint cell, and one frame a million times as loud
        mel = hilly_mel(rng, 12, 5)
        mel[:, 1], mel[3, 2], mel[:, 4] = 0.0, 3e-12, 1e6 * mel[:, 4]
        # one coefficient only: a forgotten floor gives minus infinity there, and no warning
        yield Case.of(mel, 1, axes=axes)

    def test_spectrograms(self, answer, reference, rng):
        """Agrees with the reference for several numbers of bands and coefficients."""
        for n_bands, n_coefficients in [(40, 13), (80, 20), (23, 22)]:
            mel = hilly_mel(rng, n_bands, int(rng.integers(5, 40)))
            assert_close(answer(mel, n_coefficients), reference(mel, n_coefficients))

    def test_all_coefficients(self, answer, reference, rng):
        """Gives as many coefficients as there are bands, if asked to."""
        mel = hilly_mel(rng, 30, 8)
        assert_close(answer(mel, 30), reference(mel, 30))

    def test_silence(self, answer, reference, rng):
        """Counts powers below 1e-10 as 1e-10, so that silence is finite."""
        mel = hilly_mel(rng, 26, 9)
        mel[:, 2], mel[5, 6], mel[7:, 7] = 0.0, 2e-12, 0.0
        assert_close(answer(mel, 12), reference(mel, 12))

    def test_loudness(self, answer, reference, rng):
        """Keeps the level: neither the loudest cell of a recording nor its range changes what the others mean."""
        for level in (1e-3, 1e7):
            mel = level * hilly_mel(rng, 24, 10)
            mel[:3, 4] *= 1e-5
            assert_close(answer(mel, 10), reference(mel, 10))


class InvertMfcc:
    exercise = "invert_mfcc"
    library_has = (*COSINES, *CEPSTRA)

    def visible(self):
        rng = np.random.default_rng(71)
        axes = (BAND, FRAME)
        yield Case.of(falling(rng, 6, 5), 15, axes=axes)
        yield Case.of(falling(rng, 9, 4), 9, axes=axes)
        yield Case.of(falling(rng, 1, 3), 4, axes=axes)

    def test_truncated(self, answer, reference, rng):
        """Gives all bands from fewer coefficients: those that are missing count as zero."""
        for n_coefficients, n_bands in [(13, 40), (5, 64), (12, 23)]:
            mfcc = falling(rng, n_coefficients, int(rng.integers(3, 20)))
            assert_close(answer(mfcc, n_bands), reference(mfcc, n_bands))

    def test_complete(self, answer, reference, rng):
        """Gives back the mel spectrogram exactly from all its coefficients."""
        n_bands = int(rng.integers(10, 30))
        mfcc = falling(rng, n_bands, 7)
        assert_close(answer(mfcc, n_bands), reference(mfcc, n_bands))


class Lifter:
    exercise = "lifter"
    library_has = CEPSTRA

    def visible(self):
        rng = np.random.default_rng(72)
        axes = (COEFFICIENT, FRAME)
        yield Case.of(falling(rng, 13, 6), 22, axes=axes)
        yield Case.of(falling(rng, 8, 8), 11, axes=axes)
        yield Case.of(falling(rng, 7, 5), 15, inverse=True, axes=axes)

    def test_lifted(self, answer, reference, rng):
        """Agrees with the reference for several numbers of coefficients and values of L."""
        for n_coefficients in (13, 20, 9):
            mfcc, L = falling(rng, n_coefficients, 14), int(rng.integers(n_coefficients, 40))
            assert_close(answer(mfcc, L), reference(mfcc, L))

    def test_taken_back(self, answer, reference, rng):
        """Takes the lifting back with `inverse=True`."""
        for n_coefficients in (13, 6):
            mfcc, L = falling(rng, n_coefficients, 9), int(rng.integers(n_coefficients, 40))
            assert_close(answer(mfcc, L, inverse=True), reference(mfcc, L, inverse=True))


class Deltas:
    exercise = "deltas"
    library_has = (
        "librosa.feature.delta",
        "scipy.signal.savgol_filter",
        "scipy.signal.savgol_coeffs",
        "numpy.polyfit",
        "scipy.stats.linregress",
    )

    def visible(self):
        rng = np.random.default_rng(73)
        axes = (COEFFICIENT, FRAME)
        yield Case.of(falling(rng, 4, 25), axes=axes)
        yield Case.of(falling(rng, 13, 12), width=5, axes=axes)
        yield Case.of(falling(rng, 3, 10), width=3, axes=axes)

    def test_widths(self, answer, reference, rng):
        """Agrees with the reference for several widths, the edges included."""
        for width in (3, 5, 9, 13):
            mfcc = falling(rng, 13, int(rng.integers(20, 60)))
            assert_close(answer(mfcc, width=width), reference(mfcc, width=width))

    def test_default_width(self, answer, reference, rng):
        """Takes nine frames unless told otherwise."""
        mfcc = falling(rng, 6, 30)
        assert_close(answer(mfcc), reference(mfcc))

    def test_few_frames(self, answer, reference, rng):
        """Repeats the first and the last frame even where there are fewer frames than the width."""
        mfcc = 4 + falling(rng, 5, 4)
        assert_close(answer(mfcc, width=9), reference(mfcc, width=9))


class MelCepstralDistortion:
    exercise = "mel_cepstral_distortion"

    def visible(self):
        rng = np.random.default_rng(74)
        for n_coefficients, n_frames in [(13, 20), (5, 5), (2, 7)]:
            yield Case.of(falling(rng, n_coefficients, n_frames), falling(rng, n_coefficients, n_frames))

    def test_two_voices(self, answer, reference, rng):
        """Agrees with the reference on unrelated sequences of several sizes."""
        for n_coefficients, n_frames in [(13, 50), (24, 8), (9, 9)]:
            one, other = (falling(rng, n_coefficients, n_frames) for _ in range(2))
            assert_close(answer(one, other), reference(one, other))

    def test_loudness(self, answer, reference, rng):
        """Does not count the loudness, which is in coefficient 0."""
        one = falling(rng, 13, 30)
        other = one + 0.01 * falling(rng, 13, 30)
        other[0] += rng.uniform(5, 50)
        assert_close(answer(one, other), reference(one, other))

    def test_one_bad_frame(self, answer, reference, rng):
        """Takes the mean over frames of each frame's distance, so that one bad frame counts as one."""
        one = falling(rng, 12, 40)
        other = one + 0.05 * falling(rng, 12, 40)
        other[:, 7] += 20
        assert_close(answer(one, other), reference(one, other))


class EarWeighting:
    exercise = "ear_weighting"
    library_has = ("librosa.perceptual_weighting",)

    def visible(self):
        rng = np.random.default_rng(75)
        for n_bins, n_frames, sample_rate in [(65, 4, SR), (33, 33, 8000)]:
            yield Case.of(rng.uniform(0.1, 10, size=(n_bins, n_frames)), sample_rate, axes=(BIN, FRAME))

    def test_rates(self, answer, reference, rng):
        """Agrees with the reference at several sample rates and lengths."""
        for sample_rate, n_bins in [(8000, 129), (16000, 257), (44100, 513)]:
            power = rng.uniform(0.1, 10, size=(n_bins, 6))
            assert_close(answer(power, sample_rate), reference(power, sample_rate))

    def test_low_tones(self, answer, reference, rng):
        """Weakens low tones by as many decibels as the A curve says."""
        power = rng.uniform(0.1, 10, size=(513, 3))
        power[20:] = 0
        assert_close(answer(power, SR), reference(power, SR))


class LeftOver:
    exercise = "left_over"

    def visible(self):
        for length, window_length, hop_length in [
            (9, 4, 2),
            (20, 8, 3),
            (8, 8, 4),
            (10, 16, 4),
            (37, 10, 10),
            (2, 9, 3),
        ]:
            yield Case.of(np.arange(1.0, length + 1), window_length, hop_length, axes=(Axis("sample"),))

    def test_lengths(self, answer, reference, rng):
        """Keeps what begins with the next frame, for buffers of any length."""
        for window_length, hop_length in [(32, 8), (25, 10), (16, 15)]:
            for length in rng.integers(window_length, 6 * window_length, size=4):
                buffer = rng.standard_normal(int(length))
                assert_close(answer(buffer, window_length, hop_length), reference(buffer, window_length, hop_length))

    def test_short_buffers(self, answer, reference, rng):
        """Keeps everything while no window is full."""
        for length in (0, 1, 40, 63):
            buffer = rng.standard_normal(length)
            assert_close(answer(buffer, 64, 16), reference(buffer, 64, 16))

    def test_exact_fit(self, answer, reference, rng):
        """Handles buffers that whole windows fill to the last sample."""
        for n_hops in (0, 1, 5):
            buffer = rng.standard_normal(40 + 10 * n_hops)
            assert_close(answer(buffer, 40, 10), reference(buffer, 40, 10))

    def test_no_overlap(self, answer, reference, rng):
        """Handles windows that do not overlap."""
        for length in (48, 100):
            buffer = rng.standard_normal(length)
            assert_close(answer(buffer, 24, 24), reference(buffer, 24, 24))


class StreamMfcc:
    exercise = "stream_mfcc"
    library_has = (*SPECTRA, *CEPSTRA, *COSINES)

    def visible(self):
        rng = np.random.default_rng(76)
        small = {"window_length": 512, "hop_length": 128, "n_bands": 12, "n_coefficients": 6}
        axes = (COEFFICIENT, FRAME)
        x = noisy_tone(rng, 1500)
        # numbers in lists: a student's own check keeps its cases as plain data
        yield Case.of([x.tolist()], axes=axes, **small)
        yield Case.of(
            [part.tolist() for part in np.split(x, [1, 300, 300, 700])], sample_rate=16000, axes=axes, **small
        )

    def pushed(self, function, x, cuts, **settings):
        """What a function gives for a sound that arrives cut at these samples."""
        return function(np.split(x, np.sort(cuts)), **settings)

    def test_any_chunks(self, answer, reference, rng):
        """Gives the same whatever chunks the sound arrives in, empty ones and single samples included."""
        x = noisy_tone(rng, 5000)
        settings = {"window_length": 512, "hop_length": 160, "n_bands": 20, "n_coefficients": 13}
        whole = reference([x], **settings)
        for cuts in (rng.integers(0, len(x), size=12), np.array([0, 0, 1, 2, 2, 3, 4999])):
            assert_close(self.pushed(answer, x, cuts, **settings), whole)

    def test_short_chunks(self, answer, reference, rng):
        """Waits patiently where every chunk is much shorter than a window."""
        x = noisy_tone(rng, 1800)
        settings = {"window_length": 600, "hop_length": 200, "n_bands": 16, "n_coefficients": 8}
        assert_close(self.pushed(answer, x, np.arange(90, 1800, 90), **settings), reference([x], **settings))

    def test_settings(self, answer, reference, rng):
        """Follows sample rate, window, hop, bands and coefficients."""
        x = noisy_tone(rng, 4000)
        for sample_rate, window_length, n_bands in [(8000, 256, 15), (16000, 1024, 40)]:
            settings = {"sample_rate": sample_rate, "window_length": window_length, "n_bands": n_bands}
            settings |= {"hop_length": window_length // 4, "n_coefficients": n_bands - 3}
            cuts = rng.integers(0, len(x), size=4)
            assert_close(self.pushed(answer, x, cuts, **settings), reference([x], **settings))

    def test_defaults(self, answer, reference, rng):
        """Takes 1024 samples, a hop of 256, 40 bands and 13 coefficients unless told otherwise."""
        x = noisy_tone(rng, 6000)
        assert_close(answer([x[:2500], x[2500:]]), reference([x]))
