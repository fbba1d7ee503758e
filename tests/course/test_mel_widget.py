"""The mel explorers: every control redraws, the captions tell the truth, and the sound follows the bands."""

import warnings

import librosa
import numpy as np
import pytest

from course import audio
from course.widgets import bands_explorer, mel_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader

RATE = 16000


@pytest.fixture
def bank():
    return Reader(mel_explorer(RATE, n_mels=40, n_fft=512))


@pytest.mark.parametrize("change", [{"n_mels": 10}, {"n_fft": 2048}, {"htk": True}, {"norm": None}])
def test_each_control_redraws_both_pictures(bank, change):
    """And they are as before when the change is taken back."""
    before, told = bank.pictures, bank.caption
    (name,) = change
    first = bank.explorer.values[name]
    bank.set(**change)
    assert all(new != old for new, old in zip(bank.pictures, before, strict=True))
    assert bank.set(**{name: first}).pictures == before and bank.caption == told


@pytest.mark.parametrize("n_mels, n_fft, htk", [(5, 128, False), (40, 512, True), (128, 256, False), (128, 4096, True)])
def test_the_caption_tells_what_the_basis_is(bank, n_mels, n_fft, htk):
    """Widths, empty filters, bins under no filter and weights, counted again here."""
    bank.set(n_mels=n_mels, n_fft=n_fft, htk=htk)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        basis = librosa.filters.mel(sr=RATE, n_fft=n_fft, n_mels=n_mels, htk=htk, dtype=float)
    corners = librosa.mel_frequencies(n_mels + 2, fmin=0, fmax=RATE / 2, htk=htk)
    assert f"lowest triangle is {corners[2]:.1f} Hz wide" in bank.words
    assert f"bins lie {RATE / n_fft:.1f} Hz apart" in bank.words
    empty = np.sum(~basis.any(axis=1))
    assert {0: "Every filter has a bin", 1: "1 filter has no bin"}.get(empty, f"{empty} filters have") in bank.words
    assert f"{np.sum(~basis.any(axis=0))} of {basis.shape[1]} bins are under no filter" in bank.words
    assert f"{np.count_nonzero(basis)} of {basis.size} weights" in bank.words


def test_the_first_control_is_a_slider_and_pictures_have_words(bank):
    """Whoever cannot see knows what is drawn."""
    first = next(iter(bank.explorer.controls.values()))
    assert isinstance(first, Slider) and first.label == "Bands"
    assert len(bank.pictures) == 2 and all("Hz" in alt for alt in bank.alts)
    assert "40 bands, window of 512" in bank.alts[0]


def test_no_choice_is_an_error_or_a_warning(bank):
    """The widest and the narrowest filters can be drawn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n_mels in (5, 128):
            for n_fft in (128, 4096):
                for htk in (False, True):
                    assert len(bank.set(n_mels=n_mels, n_fft=n_fft, htk=htk).pictures) == 2


def test_bands_are_seen_told_and_heard():
    """More bands are more numbers a second, and another sound of the same length and about the same level."""
    voice = audio.clip("yes_loud")
    reader = Reader(bands_explorer(voice, n_mels=8))
    few, told = reader.samples, reader.words
    many = reader.set(n_mels=80).samples
    assert "8 bands" in told and "80 bands" in reader.words and "80 bands" in reader.alts[0]
    assert f"{8 * 22050 / 256:.0f} numbers a second" in told
    assert len(few) == len(many) == len(voice) and not np.allclose(few, many, atol=0.01)
    assert abs(20 * np.log10(np.std(many) / np.std(voice))) < 3


def test_noise_follows_the_bands():
    """A tone becomes noise around it, not elsewhere."""
    tone = 0.3 * np.sin(2 * np.pi * 2000 * np.arange(RATE) / RATE)
    power = np.abs(np.fft.rfft(Reader(bands_explorer(tone, RATE, n_mels=40)).samples)) ** 2
    assert np.sum(power[1700:2300]) > 0.95 * np.sum(power)


@pytest.mark.parametrize("signal", [np.zeros(8000), [0.1, -0.1] * 4000])
def test_silence_and_lists_can_be_heard(signal):
    """Nothing is divided by zero, and the signal stays as it is."""
    assert np.all(np.isfinite(Reader(bands_explorer(signal, RATE, n_mels=1)).samples))
