"""The cepstrum explorer: both sliders redraw the picture, and the sound and the caption follow the first."""

import numpy as np
import pytest

from course.widgets import cepstrum_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes

RATE = 16000


def vowel(seconds=0.5):
    """Harmonics of 150 Hz with two formants, and a little noise: every coefficient has something to tell."""
    t = np.arange(int(seconds * RATE)) / RATE
    hertz = 150.0 * np.arange(1, 40)
    weight = 1 / (1 + ((hertz - 700) / 150) ** 2) + 0.5 / (1 + ((hertz - 2300) / 200) ** 2)
    return 0.1 * weight @ np.sin(2 * np.pi * hertz[:, None] * t) + 1e-4 * np.random.default_rng(0).standard_normal(
        len(t)
    )


@pytest.fixture(scope="module")
def shared():
    return Reader(cepstrum_explorer(vowel(), RATE))


@pytest.fixture
def reader(shared):
    """With 13 coefficients and frame 10."""
    return shared.set(count=13, frame=10)


def test_the_first_slider_changes_picture_sound_and_caption(reader):
    """And all is the same again when it is moved back."""
    assert changes(reader, count=5) == [True, True, True]


def test_the_second_slider_changes_the_picture_only(reader):
    """The sound is that of all frames."""
    picture, sound, _ = changes(reader, frame=3)
    assert picture and not sound


def test_the_error_falls_to_nothing(reader):
    """More coefficients never miss by more, and all of them by nothing."""
    errors = [reader.set(count=count).numbers("dB")[0] for count in (1, 5, 13, 30, 40)]
    assert errors == sorted(errors, reverse=True) and errors[0] > 5 and errors[-1] == 0


def test_the_picture_has_words_for_the_setting(reader):
    """Whoever cannot see it knows what is drawn."""
    (alt,) = reader.alts
    assert "13 kept" in alt and f"{10 * 256 / RATE:.2f} s" in alt and "mel band" in alt


def test_the_sliders_have_names_and_begin_where_they_are_told_to():
    """The frame begins at the loudest one."""
    signal = np.concatenate([np.zeros(4096), vowel()])
    explorer = cepstrum_explorer(signal, RATE, n_coefficients=20)
    count = explorer.controls["count"]
    assert isinstance(count, Slider)
    assert (count.label, explorer.values["count"], count.values[-1]) == ("Coefficients", 20, 40)
    assert explorer.values["frame"] > 4096 / 256


@pytest.mark.parametrize("signal", [np.zeros(4000), np.ones(4000, np.float32), list(np.linspace(-1, 1, 4000))])
def test_silence_and_lists_are_drawn(signal):
    """Nothing is divided by zero."""
    assert Reader(cepstrum_explorer(signal, RATE)).picture.startswith(b"\x89PNG")


def test_the_signal_is_not_changed():
    """Listening to a sound leaves it as it is."""
    signal = vowel()
    cepstrum_explorer(signal, RATE).set(count=3)
    np.testing.assert_array_equal(signal, vowel())
