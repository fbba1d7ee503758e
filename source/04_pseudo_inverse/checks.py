"""The tests of lesson 04. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import librosa
import numpy as np

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
BIN_AND_FRAME = (Axis("bin", SR / 128, "Hz"), Axis("frame", 32 / SR, "s"))
PSEUDO_INVERSES = (
    "numpy.linalg.pinv",
    "numpy.linalg.lstsq",
    "scipy.linalg.pinv",
    "scipy.linalg.pinvh",
    "scipy.linalg.lstsq",
    "scipy.optimize.lsq_linear",
    "scipy.sparse.linalg.lsqr",
    "scipy.sparse.linalg.lsmr",
)
SPECTRA_FROM_MELS = ("librosa.feature.inverse.mel_to_stft", "librosa.feature.inverse.mel_to_audio")
SOLVERS = ("scipy.optimize.nnls", "scipy.optimize.lsq_linear", "librosa.util.nnls")


def stretching_by(singular_values, n_rows, n_columns, rng):
    """A matrix with those singular values, between turns drawn at random: float [n_rows, n_columns]."""
    left, right = (np.linalg.qr(rng.standard_normal((n, n)))[0] for n in (n_rows, n_columns))
    k = len(singular_values)
    return left[:, :k] @ np.diag(singular_values) @ right[:, :k].T


def small_basis(n_mels=9):
    """Mel bands over the 65 bins of a frame of 128 samples: float64 [n_mels, 65]."""
    return librosa.filters.mel(sr=SR, n_fft=128, n_mels=n_mels, dtype=np.float64)


def voice_power(start=3000, n_samples=600):
    """Power of a stretch of a voiced sound: float64 [65, n_frames]."""
    voice = audio.clip("yes_loud")[start : start + n_samples].astype(float)
    return np.abs(librosa.stft(voice, n_fft=128, hop_length=32)) ** 2


class PinvFromSvd:
    exercise = "pinv_from_svd"
    library_has = PSEUDO_INVERSES

    def visible(self):
        rng = np.random.default_rng(41)
        axes = (Axis("row"), Axis("column"))
        yield Case.of(stretching_by([3.0, 2.0, 0.5], 3, 5, rng), axes=axes)
        yield Case.of(stretching_by([4.0, 3.0, 2.0, 0.7], 6, 4, rng), axes=axes)
        # with this limit the two largest singular values count; measured against 1, three would
        yield Case.of(stretching_by([30.0, 8.0, 0.4, 0.02], 5, 6, rng), rcond=0.05, axes=axes)

    def test_wide_and_tall(self, answer, reference, rng):
        """Inverts wide, tall and square matrices of full rank."""
        for n_rows, n_columns in [(4, 9), (9, 4), (6, 6), (1, 5)]:
            matrix = stretching_by(rng.uniform(1, 4, min(n_rows, n_columns)), n_rows, n_columns, rng)
            assert_close(answer(matrix), reference(matrix))

    def test_lost_directions(self, answer, reference, rng):
        """Leaves out directions whose singular value is zero up to rounding, in a matrix of zeros, too."""
        matrix = stretching_by(rng.uniform(1, 3, 3), 6, 8, rng)
        matrix[4] = matrix[1] + matrix[2]
        matrix[5] = 0.0
        rank_two = np.outer(rng.standard_normal(5), rng.standard_normal(4)) + np.outer(np.ones(5), np.arange(4.0))
        for each in (matrix, rank_two, np.zeros((3, 4))):
            assert_close(answer(each), reference(each))

    def test_limit_is_relative(self, answer, reference, rng):
        """Compares singular values with `rcond` times the largest, whatever the scale of the matrix."""
        for scale in (1e-13, 1.0, 1e6):
            matrix = scale * stretching_by([5.0, 2.0, 0.3, 0.01], 5, 7, rng)
            assert_close(answer(matrix, rcond=0.02), reference(matrix, rcond=0.02))
            assert_close(answer(matrix), reference(matrix))


class InvMelSpectrogram:
    exercise = "inv_mel_spectrogram"
    library_has = SPECTRA_FROM_MELS

    def visible(self):
        basis = small_basis()
        yield Case.of(basis @ voice_power(), basis, axes=BIN_AND_FRAME)
        yield Case.of(small_basis(14) @ voice_power(9000, 300), small_basis(14), axes=BIN_AND_FRAME)

    def test_voices(self, answer, reference, rng):
        """Agrees with the reference on stretches of a voice."""
        for n_mels in (6, 12):
            basis = small_basis(n_mels)
            mel = basis @ voice_power(int(rng.integers(2000, 9000)))
            assert_close(answer(mel, basis), reference(mel, basis))

    def test_any_basis(self, answer, reference, rng):
        """Works for any basis, where a row may be all zeros and another stand there twice."""
        basis = np.abs(stretching_by([3.0, 2.0, 1.0, 0.8], 5, 12, rng))
        basis[3] = basis[0]
        basis[4] = 0.0
        mel = basis @ rng.exponential(5.0, size=(12, 4))
        assert_close(answer(mel, basis), reference(mel, basis))

    def test_one_frame(self, answer, reference, rng):
        """Keeps the frames as they are: a single one, and silent ones."""
        basis = small_basis()
        mel = basis @ rng.exponential(1.0, size=(65, 1)) ** 3
        for frames in (mel, np.hstack([np.zeros((9, 2)), mel])):
            assert_close(answer(frames, basis), reference(frames, basis))


class MagnitudeOf:
    exercise = "magnitude_of"

    def visible(self):
        basis = small_basis()
        yield Case.of(np.linalg.pinv(basis) @ basis @ voice_power(), axes=BIN_AND_FRAME)
        yield Case.of(np.array([[4.0, -1.0, 0.0], [-9.0, 2.25, 16.0]]), axes=BIN_AND_FRAME)

    def test_negative_cells(self, answer, reference, rng):
        """Takes the root where there is one, and 0 where the power is negative."""
        power = rng.standard_normal((20, 15)) * 3
        assert_close(answer(power), reference(power))

    def test_from_a_pseudo_inverse(self, answer, reference, rng):
        """Agrees with the reference on what a pseudo-inverse makes of a voice."""
        basis = small_basis(int(rng.integers(6, 15)))
        power = np.linalg.pinv(basis) @ basis @ voice_power(int(rng.integers(2000, 9000)))
        # a cell below zero in any case
        power[-1, 0] = -np.max(power)
        assert_close(answer(power), reference(power))


class NullSpaceEnergy:
    exercise = "null_space_energy"

    def visible(self):
        basis = small_basis()
        magnitude = np.sqrt(voice_power())
        yield Case.of(magnitude, basis, axes=(Axis("frame", 32 / SR, "s"),))
        # a silent frame in the middle
        pause = magnitude[:, :5].copy()
        pause[:, 2] = 0.0
        yield Case.of(pause, small_basis(14), axes=(Axis("frame", 32 / SR, "s"),))

    def test_voices(self, answer, reference, rng):
        """Agrees with the reference on stretches of a voice, loud and quiet."""
        for n_mels, level in [(6, 1.0), (12, 0.001)]:
            magnitude = level * np.sqrt(voice_power(int(rng.integers(2000, 9000))))
            assert_close(answer(magnitude, small_basis(n_mels)), reference(magnitude, small_basis(n_mels)))

    def test_silent_frames(self, answer, reference, rng):
        """Gives 0 for a silent frame."""
        spectrogram = rng.exponential(1.0, size=(65, 6))
        spectrogram[:, [0, 4]] = 0.0
        assert_close(answer(spectrogram, small_basis()), reference(spectrogram, small_basis()))

    def test_seen_and_unseen(self, answer, reference, rng):
        """Tells frames that the basis sees whole, half and not at all, whatever its rank and scale."""
        basis = 50 * stretching_by([1.0, 0.5, 0.2], 4, 10, rng)
        right = np.linalg.svd(basis)[2]
        rows, null = right[:3].T, right[3:].T
        seen, hidden = rows @ rng.standard_normal(3), null @ rng.standard_normal(7)
        frames = np.stack([seen, hidden, seen / np.linalg.norm(seen) + hidden / np.linalg.norm(hidden)], axis=1)
        assert_close(answer(frames, basis), reference(frames, basis))


class NnlsStep:
    exercise = "nnls_step"
    library_has = SOLVERS

    def visible(self):
        rng = np.random.default_rng(44)
        basis = small_basis()
        step = float(1 / np.linalg.norm(basis, 2) ** 2)
        power = voice_power()
        # too much in some bands, too little in others, so that some bins fall below zero
        estimate = power[:, ::-1] * rng.uniform(0, 2, power.shape)
        yield Case.of(estimate, basis @ power, basis, step, axes=BIN_AND_FRAME)
        yield Case.of(estimate[:, :4], basis @ power[:, :4], basis, 0.3 * step, axes=BIN_AND_FRAME)

    def test_one_step(self, answer, reference, rng):
        """Agrees with the reference for any basis, estimate and step."""
        for step in (0.01, 0.05):
            basis, estimate = rng.uniform(size=(6, 20)), rng.exponential(1.0, size=(20, 7))
            mel = basis @ rng.exponential(1.0, size=(20, 7))
            assert_close(answer(estimate, mel, basis, step), reference(estimate, mel, basis, step))

    def test_from_silence(self, answer, reference, rng):
        """Leaves silence towards the wanted mel."""
        basis, mel = rng.uniform(size=(5, 12)), rng.exponential(1.0, size=(5, 3))
        assert_close(answer(np.zeros((12, 3)), mel, basis, 0.02), reference(np.zeros((12, 3)), mel, basis, 0.02))

    def test_towards_silence(self, answer, reference, rng):
        """Stops at the fence where a step would lead below zero."""
        basis, estimate = rng.uniform(size=(5, 12)), rng.exponential(1.0, size=(12, 3))
        mel = 0.1 * basis @ rng.exponential(1.0, size=(12, 3))
        assert_close(answer(estimate, mel, basis, 0.2), reference(estimate, mel, basis, 0.2))
