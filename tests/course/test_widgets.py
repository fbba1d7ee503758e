"""The STFT explorer: every control redraws the picture, and the caption tells what was set."""

import base64
import io
import re
from html import unescape

import ipywidgets
import numpy as np
import pytest
from matplotlib.image import imread

from course.widgets import stft_explorer

RATE = 8000


def chirp(seconds=0.6):
    """A tone that rises, with a click: every setting shows it differently."""
    t = np.arange(int(seconds * RATE)) / RATE
    signal = np.sin(2 * np.pi * (300 + 1500 * t) * t)
    signal[2000] += 20
    return signal


class Explorer:
    """The widget as somebody sees it."""

    def __init__(self, *arguments, **named):
        self.widget = stft_explorer(*arguments, **named)
        shown = [each for each in self.widget.children if isinstance(each, ipywidgets.HTML)]
        self.controls = [each for each in self.widget.children if each not in shown]
        self.length, self.hop, self.window = map(self.named, ("Window length", "Hop", "Kind of window"))
        (self.shown,) = shown

    def named(self, description):
        """The control whose description begins so."""
        (control,) = [each for each in self.controls if each.description.startswith(description)]
        return control

    @property
    def caption(self):
        return re.search(r'<div role="status">(.*)</div>', self.shown.value)[1]

    @property
    def png(self):
        return base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', self.shown.value)[1])

    @property
    def drawing(self):
        """The pixels below the title."""
        return imread(io.BytesIO(self.png))[30:]

    @property
    def alt(self):
        return unescape(re.search(r'<img alt="([^"]*)"', self.shown.value)[1])

    @property
    def told(self):
        """The numbers of the caption: window in ms, bins in Hz, hop in ms."""
        return [float(number) for number in re.findall(r"(\d+\.\d+)", self.caption)]


@pytest.fixture(scope="module")
def explorer():
    return Explorer(chirp(), RATE, window_length=512)


@pytest.fixture(autouse=True)
def as_at_first(explorer):
    """Each test finds 512 samples, a hop of a quarter and a Hann window."""
    explorer.length.value, explorer.hop.value, explorer.window.value = 512, 4, "hann"


@pytest.mark.parametrize(
    "control, value",
    [("length", 64), ("length", 2048), ("hop", 2), ("hop", 8), ("window", "hamming"), ("window", "boxcar")],
)
def test_each_control_redraws_the_picture(explorer, control, value):
    """Not only its title changes with the setting; and it is the same again when that is taken back."""
    before, drawing, first = explorer.png, explorer.drawing, getattr(explorer, control).value
    getattr(explorer, control).value = value
    assert not np.array_equal(explorer.drawing, drawing)
    getattr(explorer, control).value = first
    assert explorer.png == before


@pytest.mark.parametrize("length, overlap", [(32, 4), (256, 2), (256, 8), (4096, 4)])
def test_the_caption_tells_time_and_frequency_resolution(explorer, length, overlap):
    """How long a window lasts, how far apart bins lie, how often a frame begins."""
    explorer.length.value, explorer.hop.value = length, overlap
    expected = [1000 * length / RATE, RATE / length, 1000 * length / overlap / RATE]
    np.testing.assert_allclose(explorer.told, expected, atol=0.0501)
    assert re.search(r"ms</b>; bins lie <b>[\d.]+ Hz</b>.*frame every [\d.]+ ms", explorer.caption)


@pytest.mark.parametrize("length, window", [(512, "hann"), (128, "blackman"), (1024, "boxcar")])
def test_the_picture_has_words_for_the_setting(explorer, length, window):
    """Whoever cannot see it knows what is drawn."""
    explorer.length.value, explorer.window.value = length, window
    assert (
        explorer.alt.startswith("Spectrogram")
        and f"{length} samples" in explorer.alt
        and explorer.window.label in explorer.alt
    )
    assert "Hz" in explorer.alt and "time in s" in explorer.alt


def test_controls_have_names_and_plain_choices(explorer):
    """Three controls, no two of one name; windows by their names, hops as parts, lengths as powers of two."""
    assert len({control.description for control in explorer.controls}) == 3
    assert list(explorer.window.options)[:2] == ["Hann", "Hamming"]
    assert all(label.startswith(f"1/{part}") for label, part in explorer.hop.options.items())
    assert all(np.log2(length) % 1 == 0 for length in explorer.length.options)


def test_every_choice_can_be_drawn(explorer):
    """No combination of a control's values is an error, the shortest and longest window included."""
    explorer.hop.value = 8
    for length in (32, 4096):
        explorer.length.value = length
        assert explorer.png.startswith(b"\x89PNG") and str(length) in explorer.alt
    for window in explorer.window.options.values():
        explorer.window.value = window
        assert explorer.png.startswith(b"\x89PNG") and explorer.window.label in explorer.alt


def test_it_begins_where_it_is_told_to():
    """The first picture is the one of the given window, as after moving the slider there."""
    begun = Explorer(chirp(), RATE, window_length=2048)
    assert begun.length.value == 2048 and begun.told[0] == 256.0 and "2048 samples" in begun.alt


def test_the_frequency_axis_can_end_lower(explorer):
    """A lower end is another picture of the same setting."""
    zoomed = Explorer(chirp(), RATE, window_length=512, top_hz=1500)
    assert zoomed.png != explorer.png and zoomed.caption == explorer.caption


@pytest.mark.parametrize("signal", [np.zeros(8000), np.ones(8000, np.float32), list(np.linspace(-1, 1, 8000))])
def test_silence_and_lists_are_drawn(signal):
    """Nothing is divided by zero."""
    assert Explorer(signal, RATE).png.startswith(b"\x89PNG")


def test_the_signal_is_not_changed():
    """Looking at a sound leaves it as it is."""
    signal = chirp()
    Explorer(signal, RATE).length.value = 64
    np.testing.assert_array_equal(signal, chirp())


def test_two_explorers_do_not_move_each_other(explorer):
    """A notebook may hold several."""
    other = Explorer(chirp()[::-1].copy(), RATE)
    before = explorer.png
    other.length.value = 64
    assert explorer.png == before
    assert explorer.length.value == 512
