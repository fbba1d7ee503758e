"""Libraries and closed forms that know nothing of this course, against the reference of lesson 07."""

import librosa
import numpy as np
import scipy.fft
import scipy.signal

from course import audio

CLIPS = ("welcome", "voice_espeak", "yes_quiet", "chirp")
NEPER = 10 / np.log(10)
"""One step of the natural logarithm of a power, in dB."""


def near(actual, expected, tolerance=1e-10):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected)), rtol=0)


def mels():
    """Mel power of real and synthetic sounds, in both precisions, with silence in some."""
    rng = np.random.default_rng(7)
    yield from (librosa.feature.melspectrogram(y=audio.clip(name)[:20000], n_mels=40) for name in CLIPS)
    for n_bands, n_frames, kind in [(40, 30, np.float64), (23, 7, np.float32), (64, 1, np.float64), (5, 9, np.float32)]:
        yield rng.exponential(1.0, size=(n_bands, n_frames)).astype(kind)
    yield np.zeros((20, 3))


def test_cosines_are_those_of_scipy(reference):
    """scipy.fft.dct of the unit vectors, for all shapes."""
    for n_bands in (1, 2, 5, 8, 40, 81, 128):
        theirs = scipy.fft.dct(np.eye(n_bands), axis=0, norm="ortho")
        for n_coefficients in {1, (n_bands + 1) // 2, n_bands}:
            near(reference.dct_matrix(n_coefficients, n_bands), theirs[:n_coefficients], 1e-13)


def test_rows_are_orthonormal(reference):
    """The matrix times its transpose is the identity; square, the other way round too."""
    for n_bands in (3, 40, 77):
        for n_coefficients in (1, n_bands // 2, n_bands):
            rows = reference.dct_matrix(n_coefficients, n_bands)
            np.testing.assert_allclose(rows @ rows.T, np.eye(n_coefficients), atol=1e-13)
        np.testing.assert_allclose(rows.T @ rows, np.eye(n_bands), atol=1e-13)


def test_a_cosine_has_one_coefficient(reference):
    """A log-mel column that is one of the cosines gives its own number, and nothing else."""
    for k in (0, 1, 7):
        log_mel = np.cos(np.pi * k * (np.arange(40) + 0.5) / 40)[:, None]
        mfcc = reference.get_mfcc(np.exp(log_mel), 40)[:, 0]
        expected = np.zeros(40)
        expected[k] = np.sqrt(40 if k == 0 else 20)
        np.testing.assert_allclose(mfcc, expected, atol=1e-12)


def test_coefficients_are_those_of_librosa(reference):
    """librosa.feature.mfcc of the natural logarithm, and of decibels less the factor between them."""
    for mel in mels():
        for n_coefficients in (1, len(mel) // 2, len(mel)):
            mine = reference.get_mfcc(mel, n_coefficients)
            theirs = librosa.feature.mfcc(S=np.log(np.maximum(mel, 1e-10)), n_mfcc=n_coefficients)
            near(mine, theirs, 2e-6)
            in_db = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=n_coefficients)
            near(NEPER * mine, in_db, 2e-6)


def test_loudness_moves_the_first_coefficient_only(reference):
    """Ten decibels are the root of n_bands times ln 10."""
    mel = np.random.default_rng(8).exponential(1.0, size=(30, 12))
    moved = reference.get_mfcc(10 * mel, 30) - reference.get_mfcc(mel, 30)
    np.testing.assert_allclose(moved[0], np.sqrt(30) * np.log(10), rtol=1e-12)
    np.testing.assert_allclose(moved[1:], 0, atol=1e-12)


def test_the_way_back_is_that_of_librosa(reference):
    """librosa.feature.inverse.mfcc_to_mel, which takes decibels; and all coefficients give back all bands."""
    for mel in mels():
        for n_coefficients in (1, len(mel) // 2, len(mel)):
            in_db = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=n_coefficients)
            theirs = librosa.feature.inverse.mfcc_to_mel(in_db.astype(float), n_mels=len(mel))
            near(reference.invert_mfcc(in_db.astype(float) / NEPER, len(mel)), theirs)
        near(reference.invert_mfcc(reference.get_mfcc(mel.astype(float), len(mel)), len(mel)), np.maximum(mel, 1e-10))


def test_truncation_is_the_best_fit(reference):
    """No other sum of the first cosines comes nearer to the log-mel spectrum: numpy.linalg.lstsq finds the same."""
    log_mel = np.random.default_rng(9).standard_normal((40, 6))
    cosines = np.cos(np.pi * np.outer(np.arange(40) + 0.5, np.arange(13)) / 40)
    best = cosines @ np.linalg.lstsq(cosines, log_mel, rcond=None)[0]
    near(np.log(reference.invert_mfcc(reference.get_mfcc(np.exp(log_mel), 13), 40)), best)


def test_lifting_is_that_of_librosa(reference):
    """librosa.feature.mfcc with a lifter, and mfcc_to_mel, which takes it back."""
    for n_coefficients, L in [(13, 22), (20, 22), (5, 40), (1, 3)]:
        S = np.random.default_rng(L).standard_normal((40, 9))
        plain = librosa.feature.mfcc(S=S, n_mfcc=n_coefficients)
        lifted = librosa.feature.mfcc(S=S, n_mfcc=n_coefficients, lifter=L)
        near(reference.lifter(plain, L), lifted)
        near(reference.lifter(lifted, L, inverse=True), plain)
        theirs = librosa.feature.inverse.mfcc_to_mel(NEPER * lifted, n_mels=40, lifter=L)
        near(reference.invert_mfcc(reference.lifter(lifted, L, inverse=True), 40), theirs)


def test_deltas_are_those_of_librosa(reference):
    """librosa.feature.delta with repeated edges, down to fewer frames than the width."""
    rng = np.random.default_rng(10)
    for n_frames in (40, 9, 3, 1):
        for width in (3, 5, 9, 15):
            mfcc = rng.standard_normal((13, n_frames))
            theirs = librosa.feature.delta(mfcc, width=width, mode="nearest")
            np.testing.assert_allclose(reference.deltas(mfcc, width), theirs, atol=1e-12)
    np.testing.assert_allclose(reference.deltas(mfcc), librosa.feature.delta(mfcc, mode="nearest"), atol=1e-12)


def test_deltas_are_slopes_of_fitted_lines(reference):
    """numpy.polyfit through the frames around one."""
    mfcc = np.random.default_rng(11).standard_normal((4, 30))
    for width in (3, 7, 11):
        half = width // 2
        for t in range(half, 30 - half):
            slopes = np.polyfit(np.arange(width), mfcc[:, t - half : t + half + 1].T, 1)[0]
            np.testing.assert_allclose(reference.deltas(mfcc, width)[:, t], slopes, atol=1e-12)


def test_distortion_is_the_distance_of_smoothed_spectra(reference):
    """By Parseval: RMS in dB over the bands, less the mean, times the root of twice the number of bands."""
    rng = np.random.default_rng(12)
    one, other = (rng.exponential(1.0, size=(40, 25)) for _ in range(2))
    spectra = [scipy.fft.dct(NEPER * np.log(mel), axis=0, norm="ortho") for mel in (one, other)]
    smooth = [scipy.fft.idct(np.where(np.arange(40)[:, None] < 13, c, 0), axis=0, norm="ortho") for c in spectra]
    apart = smooth[0] - smooth[1]
    rms = np.sqrt(np.mean((apart - apart.mean(axis=0)) ** 2, axis=0))
    mine = reference.mel_cepstral_distortion(reference.get_mfcc(one, 13), reference.get_mfcc(other, 13))
    np.testing.assert_allclose(mine, np.sqrt(80) * rms.mean(), rtol=1e-12)


def test_distortion_by_hand(reference):
    """One frame, a difference of 3 and 4: the root of 2 times 5, in dB; loudness is not counted."""
    one = np.array([[100.0], [3.0], [4.0]])
    np.testing.assert_allclose(reference.mel_cepstral_distortion(one, np.zeros((3, 1))), NEPER * 5 * np.sqrt(2))
    assert reference.mel_cepstral_distortion(one, one) == 0


def test_the_ear_is_that_of_librosa(reference):
    """librosa.perceptual_weighting gives the same levels; at 1 kHz nothing changes."""
    power = np.random.default_rng(13).uniform(0.1, 10, size=(513, 7))
    for sample_rate in (8000, 22050, 44100):
        hz = np.maximum(librosa.fft_frequencies(sr=sample_rate, n_fft=1024), 1)
        theirs = librosa.perceptual_weighting(power, hz, top_db=None)
        np.testing.assert_allclose(10 * np.log10(reference.ear_weighting(power, sample_rate)), theirs, atol=1e-4)
    at_1_khz = reference.ear_weighting(np.ones((9, 1)), 16000)[1, 0]
    np.testing.assert_allclose(10 * np.log10(at_1_khz), 0, atol=0.01)


def test_no_sample_is_lost_or_used_twice(reference):
    """Frames cut as samples arrive, one by one, are those of librosa.util.frame."""
    x = np.arange(1.0, 90.0)
    for window_length, hop_length in [(8, 2), (9, 4), (5, 5), (64, 3)]:
        kept, frames = np.zeros(0), []
        for sample in x:
            buffer = np.append(kept, sample)
            kept = reference.left_over(buffer, window_length, hop_length)
            assert len(kept) < window_length
            if len(buffer) == window_length:
                frames.append(buffer)
        theirs = librosa.util.frame(x, frame_length=window_length, hop_length=hop_length)
        np.testing.assert_array_equal(np.array(frames).T, theirs)


def test_the_stream_is_librosa_with_the_whole_recording(reference):
    """librosa.stft, weights, mel and mfcc at once, against chunks of many lengths."""
    rng = np.random.default_rng(14)
    for name in ("voice_rms", "yes_loud"):
        x = audio.clip(name)[2000:12000].astype(float) + 1e-3 * rng.standard_normal(
            10000 if name == "voice_rms" else 9884
        )
        power = np.abs(librosa.stft(x, n_fft=1024, hop_length=256)) ** 2
        hz = np.maximum(librosa.fft_frequencies(n_fft=1024), 1)
        mel = librosa.feature.melspectrogram(S=power * librosa.db_to_power(librosa.A_weighting(hz))[:, None], n_mels=40)
        theirs = librosa.feature.mfcc(S=np.log(np.maximum(mel, 1e-10)), n_mfcc=13)
        for cuts in ([], rng.integers(0, len(x), size=30), np.arange(0, len(x), 512), [0, 0, 1, len(x)]):
            near(reference.stream_mfcc(np.split(x, np.sort(np.array(cuts, dtype=int)))), theirs, 1e-6)


def test_a_stream_of_nothing_is_one_silent_frame(reference):
    """The floor in every band: only coefficient 0 differs from zero."""
    for chunks in ([], [np.zeros(0)], [np.zeros(0)] * 3):
        mfcc = reference.stream_mfcc(chunks)
        assert mfcc.shape == (13, 1)
        np.testing.assert_allclose(mfcc[:, 0], [np.sqrt(40) * np.log(1e-10), *np.zeros(12)], atol=1e-10)
