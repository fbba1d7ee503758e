"""Mel bands and cepstra: the sparse basis is librosa's, every update brings it nearer, nothing breaks it."""

from itertools import pairwise

import librosa
import numpy as np
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course import audio
from course.engine import Frames, MelBasis, cepstrum_to_mel, mel_to_cepstrum, mel_to_magnitude

BASES = [(128, 22050, 1024, None), (40, 16000, 512, 8000), (128, 22050, 1024, 8000), (200, 22050, 512, None)]
powers = st.sampled_from([0.0, 1e-30, 1e-12, 1e-3, 1.0, 7.5, 1e4, 1e20])


def voice_power(name="voice_slt"):
    return np.abs(Frames().stft(audio.clip(name))) ** 2


def dense(n_mels, sample_rate, window_length, top_hz):
    return librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_mels, fmax=top_hz)


def divergence(mel, found):
    """Kullback-Leibler's, for what is greater than 0 where `mel` is."""
    mel, found = mel.astype(float), found.astype(float)
    some = mel > 0
    return (mel[some] * np.log(mel[some] / found[some])).sum() - mel.sum() + found.sum()


@pytest.mark.parametrize("settings_", BASES)
@pytest.mark.filterwarnings("ignore:Empty filters")
def test_the_basis_is_librosas(settings_):
    """Its products equal those of the dense one, and librosa's own mel spectrogram."""
    n_mels, sample_rate, window_length, top_hz = settings_
    power = np.random.default_rng(0).random((70, window_length // 2 + 1), dtype=np.float32)
    mel = MelBasis(*settings_).of(power)
    assert mel.dtype == np.float32
    np.testing.assert_allclose(mel, power @ dense(*settings_).T, rtol=1e-5)
    theirs = librosa.feature.melspectrogram(S=power.T, sr=sample_rate, n_mels=n_mels, fmax=top_hz).T
    np.testing.assert_allclose(mel, theirs, rtol=1e-5)


@pytest.mark.parametrize("name", ["voice_slt", "voice_espeak"])
def test_no_update_leads_away(name):
    """The divergence falls with each of thirty updates, by the dense basis."""
    basis, mel = dense(128, 22050, 1024, None), MelBasis().of(voice_power(name)[50:90])
    found = [MelBasis().to_magnitude(mel, updates) ** 2 @ basis.T for updates in range(31)]
    levels = [divergence(mel, each) for each in found[1:]]
    assert all(later <= former * (1 + 1e-4) for former, later in pairwise(levels))
    assert levels[-1] < 0.1 * levels[0]


def test_updates_are_those_of_lee_and_seung():
    """Three of them, written down as the formula has them, with the dense basis, frame by frame."""
    basis = dense(128, 22050, 1024, None).astype(float)
    mel = MelBasis().of(voice_power()[60:64])
    covered = basis.sum(axis=0)
    some = covered > 0
    for row, actual in zip(mel.astype(float), MelBasis().to_magnitude(mel, 3) ** 2, strict=True):
        power = np.zeros(513)
        power[some] = (basis.T @ row)[some] / covered[some]
        for _ in range(3):
            power[some] *= (basis.T @ (row / (basis @ power)))[some] / covered[some]
        np.testing.assert_allclose(actual, power, rtol=1e-3, atol=1e-6 * power.max())


def test_nearer_than_least_squares_and_than_a_cut_pseudoinverse():
    """In the spectrum of a voice, by more than a tenth."""
    power = voice_power()[:120]
    mel, magnitude = MelBasis().of(power), np.sqrt(power)
    peers = [
        librosa.feature.inverse.mel_to_stft(mel.T.copy(), sr=22050, n_fft=1024).T,
        np.sqrt(np.maximum(mel @ np.linalg.pinv(dense(128, 22050, 1024, None)).T, 0)),
    ]
    ours, *theirs = (np.linalg.norm(each - magnitude) for each in (MelBasis().to_magnitude(mel), *peers))
    assert ours < 0.9 * min(theirs)


@given(arrays(np.float64, (5, 128), elements=powers), st.floats(-9, 9))
@settings(max_examples=50, deadline=None)
def test_any_power_can_be_fitted(mel, decades):
    """Magnitudes are finite and not negative, and they follow the scale; a frame of silence stays silent."""
    basis = MelBasis()
    magnitude = basis.to_magnitude(mel)
    assert magnitude.shape == (5, 513) and magnitude.dtype == np.float32
    assert np.isfinite(magnitude).all() and (magnitude >= 0).all()
    assert not magnitude[mel.max(axis=1) == 0].any()
    louder = basis.to_magnitude(mel * 10.0**decades)
    np.testing.assert_allclose(louder, magnitude * 10 ** (decades / 2), rtol=1e-3, atol=1e-6 * louder.max())


@pytest.mark.parametrize("wrong", [np.nan, -1.0, np.inf, -np.inf])
def test_what_no_power_can_be_counts_as_nothing(wrong):
    """The rest is found as if 0 stood there."""
    mel = MelBasis().of(voice_power()[50:80])
    spoiled, silent = mel.copy(), mel.copy()
    spoiled[3:9, 20:50], silent[3:9, 20:50] = wrong, 0
    np.testing.assert_array_equal(MelBasis().to_magnitude(spoiled), MelBasis().to_magnitude(silent))
    assert not MelBasis().to_magnitude(np.full((4, 128), wrong)).any()


def test_gains_are_drawn_along_lines():
    """A constant stays one, also in bins that no filter covers; between two bands it lies between their gains."""
    basis = MelBasis(40, top_hz=8000)
    np.testing.assert_allclose(basis.spread(np.full((3, 40), 0.25)), 0.25, rtol=1e-6)
    gain = np.arange(40.0)[None]
    spread = basis.spread(gain)[0]
    assert (np.diff(spread) >= -1e-5).all() and spread[0] == 0 and spread[-1] == 39


def test_bands_by_frames_as_the_lessons_have_them():
    """`mel_to_magnitude` is the same, on its side; one frame, none, and integers will do."""
    mel = MelBasis().of(voice_power()[:40])
    np.testing.assert_array_equal(mel_to_magnitude(mel.T), MelBasis().to_magnitude(mel).T)
    assert mel_to_magnitude(np.ones((40, 1), int), 16000).shape == (513, 1)
    assert mel_to_magnitude(np.zeros((128, 0))).shape == (513, 0)


def test_cepstra_are_librosas():
    """With the natural logarithm, above a floor of 1e-10."""
    mel = MelBasis().of(voice_power()).T
    theirs = librosa.feature.mfcc(S=np.log(np.maximum(mel, 1e-10)), n_mfcc=20)
    np.testing.assert_allclose(mel_to_cepstrum(mel, 20), theirs, atol=1e-4)


def test_all_coefficients_lead_back():
    """To the mel bands that they came from; the first few to smooth ones, whose coefficients they are."""
    mel = MelBasis(40).of(voice_power()).T.astype(float)
    audible = np.maximum(mel, 1e-10)
    np.testing.assert_allclose(cepstrum_to_mel(mel_to_cepstrum(mel), 40), audible, rtol=1e-9)
    smooth = cepstrum_to_mel(mel_to_cepstrum(mel, 13), 40)
    assert smooth.shape == mel.shape
    again = scipy.fft.dct(np.log(smooth), axis=0, norm="ortho")
    np.testing.assert_allclose(again[:13], mel_to_cepstrum(mel, 13), atol=1e-9)
    np.testing.assert_allclose(again[13:], 0, atol=1e-9)


def test_more_coefficients_than_bands():
    """Are told."""
    with pytest.raises(ValueError, match="41 coefficients"):
        cepstrum_to_mel(np.zeros((41, 5)), 40)
