"""The sampling explorer: every control changes picture, sound and caption; what it says is what was done."""

import base64
import io
import re

import ipywidgets
import numpy as np
import pytest
import soundfile

from course.widgets import sampling_explorer

RATE = 24000


def tone(hz=9000, seconds=0.5, amplitude=0.5):
    """A tone that a rate below twice its frequency can't hold."""
    return amplitude * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)


class Explorer:
    """The widget as somebody sees and hears it."""

    def __init__(self, *arguments):
        self.widget = sampling_explorer(*arguments)
        self.rate, self.bits, self.filter, self.shown = self.widget.children

    @property
    def caption(self):
        return re.search(r'<div role="status">(.*)</div>', self.shown.value)[1]

    @property
    def png(self):
        return re.search(r'src="data:image/png;base64,([^"]+)"', self.shown.value)[1]

    @property
    def sound(self):
        """The samples and the rate that are played."""
        wav = re.search(r'src="data:audio/wav;base64,([^"]+)"', self.shown.value)[1]
        return soundfile.read(io.BytesIO(base64.b64decode(wav)))

    @property
    def loudest_hz(self):
        samples, rate = self.sound
        faded = samples * np.hanning(len(samples))
        return np.argmax(np.abs(np.fft.rfft(faded))) * rate / len(samples)


@pytest.fixture
def explorer():
    return Explorer(tone(), RATE)


@pytest.mark.parametrize("control, value", [("rate", 12000), ("bits", 3)])
def test_sliders_change_picture_sound_and_caption(explorer, control, value):
    """And all of it is the same again when that is taken back."""
    before = explorer.shown.value, explorer.png, explorer.caption
    first = getattr(explorer, control).value
    getattr(explorer, control).value = value
    assert explorer.png != before[1] and explorer.caption != before[2]
    getattr(explorer, control).value = first
    assert explorer.shown.value == before[0]


def test_what_is_too_high_folds(explorer):
    """9000 Hz at 12000 samples a second are heard as 3000 Hz."""
    assert abs(explorer.loudest_hz - 9000) < 5
    explorer.rate.value = 12000
    assert abs(explorer.loudest_hz - 3000) < 5 and explorer.sound[1] == 12000


def test_the_filter_takes_it_away_instead(explorer):
    """With it hardly anything is left of a tone that the rate can't hold."""
    explorer.rate.value = 12000
    folded = np.std(explorer.sound[0])
    explorer.filter.value = True
    assert np.std(explorer.sound[0][500:-500]) < 0.01 * folded


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_bits_make_steps(explorer, bits):
    """No more than 2**bits different amplitudes, and the caption says how many there may be."""
    explorer.bits.value = bits
    assert len(np.unique(explorer.sound[0])) <= 2**bits
    assert f"<b>{2**bits}</b> steps" in explorer.caption


def test_the_caption_tells_the_distance_of_the_rounding_error():
    """Of noise, which fills its steps evenly, at full scale: 20 log10(2**bits) dB."""
    noise = np.random.default_rng(1).uniform(-1, 1, 20000)
    explorer = Explorer(noise, RATE)
    explorer.bits.value = 8
    told = float(re.search(r"<b>([\d.]+) dB</b>", explorer.caption)[1])
    assert abs(told - 20 * np.log10(2**8)) < 0.2


def test_rates_are_whole_and_playable(explorer):
    """From what a browser plays up to the rate itself, which is where the slider begins: each can be shown."""
    assert explorer.rate.options[-1] == explorer.rate.value == RATE and min(explorer.rate.options) >= 3000
    for rate in explorer.rate.options:
        explorer.rate.value = rate
        assert RATE % rate == 0 and f"{rate / 2:g} Hz" in explorer.caption and explorer.sound[1] == rate


def test_controls_have_names_and_begin_with_a_slider(explorer):
    """No two of one name."""
    assert isinstance(explorer.rate, ipywidgets.SelectionSlider)
    assert len({control.description for control in (explorer.rate, explorer.bits, explorer.filter)}) == 3


@pytest.mark.parametrize("signal", [np.zeros(8000), np.ones(8000, np.float32), list(np.linspace(-1, 1, 8000))])
def test_silence_and_lists_are_shown(signal):
    """Nothing is divided by zero, at any number of bits."""
    explorer = Explorer(signal, RATE)
    for bits in (2, 16):
        explorer.bits.value = bits
        assert explorer.png and "nan" not in explorer.caption and "inf" not in explorer.caption


def test_the_signal_is_not_changed():
    """Looking at a sound leaves it as it is."""
    signal = tone()
    Explorer(signal, RATE).bits.value = 2
    np.testing.assert_array_equal(signal, tone())
