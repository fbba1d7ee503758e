"""The pseudo-inverse explorer: rank and cure change picture, sound and caption, and the caption tells the truth."""

import re

import ipywidgets
import librosa
import numpy as np
import pytest

from course.widgets import pinv_explorer

RATE = 8000
SIZES = {"n_fft": 256, "n_mels": 24}


def two_tones(seconds=0.5):
    """A low tone and a high one, with a little noise between."""
    t = np.arange(int(seconds * RATE)) / RATE
    noise = np.random.default_rng(4).standard_normal(t.size)
    return 0.4 * np.sin(2 * np.pi * 300 * t) + 0.2 * np.sin(2 * np.pi * 3000 * t) + 0.01 * noise


class Explorer:
    """The widget as somebody sees it."""

    def __init__(self, amplitudes, **named):
        self.widget = pinv_explorer(amplitudes, RATE, **SIZES, **named)
        self.rank, self.cure, self.shown = self.widget.children

    @property
    def picture(self):
        return re.search(r'<img[^>]*src="([^"]+)"', self.shown.value)[1]

    @property
    def sound(self):
        return re.search(r'<audio[^>]*src="([^"]+)"', self.shown.value)[1]

    @property
    def caption(self):
        return re.search(r'<div role="status">(.*)</div>', self.shown.value)[1]

    @property
    def told(self):
        """The percentages of the caption: negative cells, mel error, spectrum error."""
        return [float(number) for number in re.findall(r"([\d.]+)%", self.caption)]


@pytest.fixture
def explorer():
    return Explorer(two_tones(), rank=5)


@pytest.mark.parametrize("control, value", [("rank", 1), ("rank", 24), ("cure", "lose their sign")])
def test_each_control_changes_picture_sound_and_caption(explorer, control, value):
    """And all three are the same again when that is taken back."""
    before, first = (explorer.picture, explorer.sound, explorer.caption), getattr(explorer, control).value
    getattr(explorer, control).value = value
    assert all(new != old for new, old in zip((explorer.picture, explorer.sound), before[:2], strict=True))
    assert explorer.caption != before[2]
    getattr(explorer, control).value = first
    assert (explorer.picture, explorer.sound, explorer.caption) == before


def test_full_rank_is_the_pseudo_inverse_of_numpy(explorer):
    """The caption's figures are those that NumPy's pseudo-inverse gives."""
    explorer.rank.value = 24
    power = np.abs(librosa.stft(two_tones(), n_fft=256, hop_length=64)) ** 2
    basis = librosa.filters.mel(sr=RATE, n_fft=256, n_mels=24, dtype=np.float64)
    restored = np.linalg.pinv(basis) @ basis @ power
    estimate = np.maximum(restored, 0)
    mel_error = np.linalg.norm(basis @ (estimate - power)) / np.linalg.norm(basis @ power)
    spectrum_error = np.linalg.norm(estimate - power) / np.linalg.norm(power)
    wanted = [100 * np.mean(restored < 0), 100 * mel_error, 100 * spectrum_error]
    np.testing.assert_allclose(explorer.told, wanted, atol=0.0501)


def test_a_higher_rank_fits_the_mel_better(explorer):
    """From the first singular value to the last the mel error falls."""
    errors = []
    for rank in (1, 10, 24):
        explorer.rank.value = rank
        errors.append(explorer.told[1])
    assert errors[0] > errors[1] > errors[2]


def test_controls_begin_where_they_are_told_to():
    """The slider comes first, ends at the number of bands, and begins at the rank that was given."""
    begun = Explorer(two_tones(), rank=7)
    assert isinstance(begun.rank, ipywidgets.SelectionSlider)
    assert begun.rank.value == 7 and begun.rank.options[-1] == 24 and "Rank 7 of 24" in begun.caption


@pytest.mark.parametrize("signal", [np.zeros(4000), np.ones(4000, np.float32), list(np.linspace(-1, 1, 4000))])
def test_silence_and_lists_are_drawn_and_played(signal):
    """Nothing is divided by zero, and nothing is NaN."""
    quiet = Explorer(signal)
    assert "nan" not in quiet.caption and quiet.sound and quiet.picture


def test_the_signal_is_not_changed():
    """Looking at a sound leaves it as it is."""
    signal = two_tones()
    Explorer(signal).rank.value = 1
    np.testing.assert_array_equal(signal, two_tones())
