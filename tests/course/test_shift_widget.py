"""The shift explorer: what is moved is seen, heard and told."""

import re

import librosa
import numpy as np
import pytest

from course import audio
from course.widgets import shift_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes


@pytest.fixture
def reader():
    return Reader(shift_explorer())


def test_a_shift_is_seen_heard_and_told(reader):
    """One step of the slider changes picture, sound and caption; back again they are as before."""
    assert reader.explorer.values == {"n_bands": 10}
    assert changes(reader, n_bands=9) == [True, True, True]


@pytest.mark.parametrize("n_bands", [0, 10, 30])
def test_the_caption_tells_where_partials_lie(reader, n_bands):
    """Below 1000 Hz each row adds as many hertz as bands lie apart."""
    caption = reader.set(n_bands=n_bands).caption
    told = [float(number) for number in re.search(r"<b>([\d, ]+) Hz</b>", caption)[1].split(",")]
    step = librosa.mel_frequencies(130, fmin=0, fmax=audio.SAMPLE_RATE / 2)[1]
    below = [k for k in range(4) if 200 * (k + 1) + n_bands * step <= 1000]
    np.testing.assert_allclose(np.array(told)[below], [200 * (k + 1) + n_bands * step for k in below], atol=0.51)


def test_its_control_is_a_slider(reader):
    """The keyboard moves it."""
    (rows,) = reader.explorer.controls.values()
    assert isinstance(rows, Slider) and rows.label == "Rows up"
