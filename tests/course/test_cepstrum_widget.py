"""The cepstrum explorer: both sliders redraw the picture, and the sound and the caption follow the first."""

import base64
import re
from html import unescape

import ipywidgets
import numpy as np
import pytest

from course.widgets import cepstrum_explorer

RATE = 16000


def vowel(seconds=0.5):
    """Harmonics of 150 Hz with two formants, and a little noise: every coefficient has something to tell."""
    t = np.arange(int(seconds * RATE)) / RATE
    hertz = 150.0 * np.arange(1, 40)
    weight = 1 / (1 + ((hertz - 700) / 150) ** 2) + 0.5 / (1 + ((hertz - 2300) / 200) ** 2)
    return 0.1 * weight @ np.sin(2 * np.pi * hertz[:, None] * t) + 1e-4 * np.random.default_rng(0).standard_normal(
        len(t)
    )


class Explorer:
    """The widget as somebody sees it."""

    def __init__(self, *arguments, **named):
        self.widget = cepstrum_explorer(*arguments, **named)
        self.count, self.frame, self.shown = self.widget.children

    @property
    def caption(self):
        return re.search(r'<div role="status">(.*)</div>', self.shown.value)[1]

    @property
    def png(self):
        return base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', self.shown.value)[1])

    @property
    def sound(self):
        return re.search(r'src="data:audio/wav;base64,([^"]+)"', self.shown.value)[1]

    @property
    def alt(self):
        return unescape(re.search(r'<img alt="([^"]*)"', self.shown.value)[1])

    @property
    def error(self):
        """What the caption says of the RMS error, in dB."""
        return float(re.search(r"([\d.]+) dB", self.caption)[1])


@pytest.fixture(scope="module")
def explorer():
    return Explorer(vowel(), RATE)


@pytest.fixture(autouse=True)
def as_at_first(explorer):
    """Each test finds 13 coefficients and frame 10."""
    explorer.count.value, explorer.frame.value = 13, 10


def test_the_first_slider_changes_picture_sound_and_caption(explorer):
    """And all is the same again when it is moved back."""
    before = explorer.png, explorer.sound, explorer.caption
    explorer.count.value = 5
    assert all(new != old for new, old in zip((explorer.png, explorer.sound, explorer.caption), before, strict=True))
    explorer.count.value = 13
    assert (explorer.png, explorer.sound, explorer.caption) == before


def test_the_second_slider_changes_the_picture_only(explorer):
    """The sound is that of all frames."""
    png, sound = explorer.png, explorer.sound
    explorer.frame.value = 3
    assert explorer.png != png and explorer.sound == sound


def test_the_error_falls_to_nothing(explorer):
    """More coefficients never miss by more, and all of them by nothing."""
    errors = []
    for count in (1, 5, 13, 30, 40):
        explorer.count.value = count
        errors.append(explorer.error)
    assert errors == sorted(errors, reverse=True) and errors[0] > 5 and errors[-1] == 0


def test_the_picture_has_words_for_the_setting(explorer):
    """Whoever cannot see it knows what is drawn."""
    assert "13 kept" in explorer.alt and f"{10 * 256 / RATE:.2f} s" in explorer.alt and "mel band" in explorer.alt


def test_the_sliders_have_names_and_begin_where_they_are_told_to():
    """The frame begins at the loudest one."""
    signal = np.concatenate([np.zeros(4096), vowel()])
    begun = Explorer(signal, RATE, n_coefficients=20)
    assert (begun.count.description, begun.count.value, begun.count.max) == ("Coefficients", 20, 40)
    assert isinstance(begun.count, ipywidgets.IntSlider) and begun.frame.value > 4096 / 256


@pytest.mark.parametrize("signal", [np.zeros(4000), np.ones(4000, np.float32), list(np.linspace(-1, 1, 4000))])
def test_silence_and_lists_are_drawn(signal):
    """Nothing is divided by zero."""
    assert Explorer(signal, RATE).png.startswith(b"\x89PNG")


def test_the_signal_is_not_changed():
    """Listening to a sound leaves it as it is."""
    signal = vowel()
    Explorer(signal, RATE).count.value = 3
    np.testing.assert_array_equal(signal, vowel())
