"""The pseudo-inverse explorer: rank and cure change picture, sound and caption, and the caption tells the truth."""

import librosa
import numpy as np
import pytest

from course.widgets import pinv_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes

RATE = 8000
SIZES = {"n_fft": 256, "n_mels": 24}


def two_tones(seconds=0.5):
    """A low tone and a high one, with a little noise between."""
    t = np.arange(int(seconds * RATE)) / RATE
    noise = np.random.default_rng(4).standard_normal(t.size)
    return 0.4 * np.sin(2 * np.pi * 300 * t) + 0.2 * np.sin(2 * np.pi * 3000 * t) + 0.01 * noise


def read(amplitudes, **named):
    return Reader(pinv_explorer(amplitudes, RATE, **SIZES, **named))


@pytest.fixture
def reader():
    return read(two_tones(), rank=5)


@pytest.mark.parametrize("change", [{"rank": 1}, {"rank": 24}, {"cure": "lose their sign"}])
def test_each_control_changes_picture_sound_and_caption(reader, change):
    """And all three are the same again when that is taken back."""
    assert changes(reader, **change) == [True, True, True]


def test_full_rank_is_the_pseudo_inverse_of_numpy(reader):
    """The caption's figures, negative cells, mel error and spectrum error, are those of NumPy's pseudo-inverse."""
    power = np.abs(librosa.stft(two_tones(), n_fft=256, hop_length=64)) ** 2
    basis = librosa.filters.mel(sr=RATE, n_fft=256, n_mels=24, dtype=np.float64)
    restored = np.linalg.pinv(basis) @ basis @ power
    estimate = np.maximum(restored, 0)
    mel_error = np.linalg.norm(basis @ (estimate - power)) / np.linalg.norm(basis @ power)
    spectrum_error = np.linalg.norm(estimate - power) / np.linalg.norm(power)
    wanted = [100 * np.mean(restored < 0), 100 * mel_error, 100 * spectrum_error]
    np.testing.assert_allclose(reader.set(rank=24).numbers("%"), wanted, atol=0.0501)


def test_a_higher_rank_fits_the_mel_better(reader):
    """From the first singular value to the last the mel error falls."""
    errors = [reader.set(rank=rank).numbers("%")[1] for rank in (1, 10, 24)]
    assert errors[0] > errors[1] > errors[2]


def test_controls_begin_where_they_are_told_to():
    """The slider comes first, ends at the number of bands, and begins at the rank that was given."""
    begun = read(two_tones(), rank=7)
    first = next(iter(begun.explorer.controls.values()))
    assert isinstance(first, Slider) and first.values[-1] == 24
    assert begun.explorer.values["rank"] == 7 and "Rank 7 of 24" in begun.caption


@pytest.mark.parametrize("signal", [np.zeros(4000), np.ones(4000, np.float32), list(np.linspace(-1, 1, 4000))])
def test_silence_and_lists_are_drawn_and_played(signal):
    """Nothing is divided by zero, and nothing is NaN."""
    quiet = read(signal)
    assert "nan" not in quiet.caption and quiet.samples.size and quiet.picture


def test_the_signal_is_not_changed():
    """Looking at a sound leaves it as it is."""
    signal = two_tones()
    read(signal).set(rank=1)
    np.testing.assert_array_equal(signal, two_tones())
