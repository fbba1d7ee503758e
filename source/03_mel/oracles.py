"""Libraries and closed forms that know nothing of this course, against the reference of lesson 03."""

import warnings

import librosa
import numpy as np
import scipy.integrate

from course import audio

CLIPS = ("welcome", "voice_espeak", "yes_quiet", "chirp", "two_clicks")
SIZES = [(1024, 256, 40), (512, 512, 80), (400, 160, 26), (301, 75, 13)]
BANKS = [(22050, 1024, 80), (22050, 2048, 128), (16000, 400, 26), (8000, 255, 20), (44100, 4096, 64), (48000, 333, 7)]


def signals():
    """Real and synthetic signals, in both precisions."""
    rng = np.random.default_rng(3)
    yield from (audio.clip(name)[:8000] for name in CLIPS)
    yield from (rng.standard_normal(n).astype(kind) for n in (5000, 1201) for kind in (np.float32, np.float64))


def near(actual, expected, tolerance=2e-6):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected)), rtol=0)


def theirs(sample_rate, n_fft, n_mels, **limits):
    """librosa's filter bank, without its warning of empty filters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, norm="slaney", dtype=float, **limits)


def test_mels_are_those_of_librosa(reference):
    """librosa.hz_to_mel on both scales, for arrays of both precisions and for single numbers."""
    for kind in (np.float32, np.float64, int):
        hz = np.linspace(0, 22050, 5001).astype(kind)
        for htk in (False, True):
            near(reference.hz_to_mel(hz, htk=htk), librosa.hz_to_mel(hz, htk=htk), 1e-6)
    for hz in (0, 1, 440, 999.999, 1000, 1000.001, 8000.0):
        assert np.isclose(reference.hz_to_mel(hz), librosa.hz_to_mel(hz), rtol=1e-12)


def test_hertz_are_those_of_librosa(reference):
    """librosa.mel_to_hz on both scales."""
    for kind in (np.float32, np.float64, int):
        near(
            reference.mel_to_hz(np.linspace(0, 60, 601).astype(kind)),
            librosa.mel_to_hz(np.linspace(0, 60, 601).astype(kind)),
        )
        mel = np.linspace(0, 3800, 601).astype(kind)
        near(reference.mel_to_hz(mel, htk=True), librosa.mel_to_hz(mel, htk=True))


def test_there_and_back(reference):
    """Each function undoes the other."""
    hz = np.concatenate([[0.0], np.geomspace(1e-3, 1e5, 3000)])
    for htk in (False, True):
        np.testing.assert_allclose(reference.mel_to_hz(reference.hz_to_mel(hz, htk), htk), hz, rtol=1e-9, atol=1e-9)


def test_known_places(reference):
    """The corners of Slaney's definition, and the zero and the doubling of HTK's."""
    np.testing.assert_allclose(reference.hz_to_mel(np.array([0.0, 200.0, 1000.0, 6400.0])), [0, 3, 15, 42], rtol=1e-12)
    np.testing.assert_allclose(reference.hz_to_mel(np.array([0.0, 6300.0]), True), [0, 2595], rtol=1e-12)


def test_scales_rise(reference):
    """Both rise everywhere; Slaney's rises by its own formula on either side of 1000 Hz."""
    hz = np.linspace(0, 20000, 20001)
    for htk in (False, True):
        assert np.all(np.diff(reference.hz_to_mel(hz, htk)) > 0)
    left, right = np.diff(reference.hz_to_mel(np.array([999.0, 1000.0, 1001.0])))
    assert abs(left / 0.015 - 1) < 1e-9 and abs(right / (27 / np.log(6.4) * np.log(1.001)) - 1) < 1e-9


def test_basis_is_that_of_librosa(reference):
    """librosa.filters.mel with norm="slaney", odd windows and empty filters included."""
    for bank in [*BANKS, (22050, 256, 128)]:
        near(reference.mel_basis(*bank), theirs(*bank), 1e-9)
        low, high = 0.03 * bank[0], 0.4 * bank[0]
        near(reference.mel_basis(*bank, low_hz=low, high_hz=high), theirs(*bank, fmin=low, fmax=high), 1e-9)


def test_areas_are_one(reference):
    """Integrated over frequency, every triangle that has many bins gives 1."""
    basis = reference.mel_basis(16000, 2**17, 30)
    areas = scipy.integrate.trapezoid(basis, dx=16000 / 2**17, axis=1)
    np.testing.assert_allclose(areas, 1, rtol=1e-5)


def test_heights_make_a_flat_roof(reference):
    """Raised to the height 1, triangles sum to 1 from the first peak to the last."""
    basis = reference.mel_basis(22050, 4096, 40)
    corners = librosa.mel_frequencies(42, fmin=0, fmax=11025)
    total = ((corners[2:] - corners[:-2]) / 2) @ basis
    hertz = np.fft.rfftfreq(4096, 1 / 22050)
    inside = (hertz >= corners[1]) & (hertz <= corners[-2])
    np.testing.assert_allclose(total[inside], 1, rtol=1e-9)
    assert np.all(np.sum(basis > 0, axis=0) <= 2)


def test_melspectrogram_is_that_of_librosa(reference):
    """librosa.feature.melspectrogram with its defaults for power, scale and norm."""
    for x in signals():
        for n_fft, hop_length, n_mels in SIZES:
            for sample_rate in (16000, 22050):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)
                    wanted = librosa.feature.melspectrogram(
                        y=x, sr=sample_rate, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels
                    )
                near(reference.get_melspectrogram(x, sample_rate, n_fft, hop_length, n_mels), wanted)


def test_silence_stays_silent(reference):
    """Zeros in, zeros out."""
    assert not np.any(reference.get_melspectrogram(np.zeros(3000), 16000, 512, 128, 20))


def test_log_mel_takes_the_sum_first(reference):
    """A band of a thousand equal bins is 30 dB above one of them."""
    level = reference.log_mel(np.full((1000, 2), 0.25), np.vstack([np.ones(1000), np.eye(1000)[0]]))
    np.testing.assert_allclose(level[0] - level[1], 30, rtol=1e-9)


def test_log_mel_is_that_of_librosa(reference):
    """The decibels of librosa's own mel spectrogram."""
    for x in signals():
        power = np.abs(librosa.stft(x, n_fft=1024)) ** 2
        wanted = librosa.power_to_db(librosa.feature.melspectrogram(S=power, n_mels=40))
        near(reference.log_mel(power, librosa.filters.mel(sr=22050, n_fft=1024, n_mels=40)), wanted)


def test_budget_by_counting(reference):
    """Every multiplication of a recursive FFT, a window, the squares and a product of matrices, counted one by one."""

    def fft_products(n):
        return 0 if n == 1 else 2 * fft_products(n // 2) + n // 2

    for sample_rate, n_fft, hop_length, n_mels, size in [
        (16, 8, 4, 3, 2),
        (16000, 512, 160, 40, 4),
        (100, 64, 30, 9, 1),
    ]:
        bins = len(np.fft.rfft(np.zeros(n_fft)))
        first = n_fft + 4 * fft_products(n_fft) + 2 * bins
        frames = sample_rate / hop_length
        tables = [size * (2 * n_fft + weights) for weights in (n_mels * bins, 2 * bins)]
        multiplications = [frames * (first + weights) for weights in (n_mels * bins, 2 * bins)]
        wanted = [frames * n_mels * size, *multiplications, *tables]
        np.testing.assert_allclose(
            reference.feature_budget(sample_rate, n_fft, hop_length, n_mels, size), wanted, rtol=1e-12
        )


def test_a_sparse_basis_fits_the_budget(reference):
    """No basis has more weights than the budget allows for: two for each bin."""
    for bank in BANKS:
        assert np.count_nonzero(theirs(*bank)) <= 2 * (bank[1] // 2 + 1)
