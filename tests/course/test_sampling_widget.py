"""The sampling explorer: every control changes picture, sound and caption; what it says is what was done."""

import numpy as np
import pytest

from course.widgets import sampling_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes

RATE = 24000


def tone(hz=9000, seconds=0.5, amplitude=0.5):
    """A tone that a rate below twice its frequency can't hold."""
    return amplitude * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)


def loudest_hz(samples, rate):
    faded = samples * np.hanning(len(samples))
    return np.argmax(np.abs(np.fft.rfft(faded))) * rate / len(samples)


@pytest.fixture
def reader():
    return Reader(sampling_explorer(tone(), RATE))


@pytest.mark.parametrize("change", [{"rate": 12000}, {"bits": 3}])
def test_sliders_change_picture_sound_and_caption(reader, change):
    """And all of it is the same again when that is taken back."""
    assert changes(reader, **change) == [True, True, True]


def test_what_is_too_high_folds(reader):
    """9000 Hz at 12000 samples a second are heard as 3000 Hz."""
    assert abs(loudest_hz(*reader.sound) - 9000) < 5
    samples, rate = reader.set(rate=12000).sound
    assert abs(loudest_hz(samples, rate) - 3000) < 5 and rate == 12000


def test_the_filter_takes_it_away_instead(reader):
    """With it hardly anything is left of a tone that the rate can't hold."""
    folded = np.std(reader.set(rate=12000).samples)
    assert np.std(reader.set(filtered=True).samples[500:-500]) < 0.01 * folded


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_bits_make_steps(reader, bits):
    """No more than 2**bits different amplitudes, and the caption says how many there may be."""
    assert len(np.unique(reader.set(bits=bits).samples)) <= 2**bits
    assert f"<b>{2**bits}</b> steps" in reader.caption


def test_the_caption_tells_the_distance_of_the_rounding_error():
    """Of noise, which fills its steps evenly, at full scale: 20 log10(2**bits) dB."""
    noise = np.random.default_rng(1).uniform(-1, 1, 20000)
    (told,) = Reader(sampling_explorer(noise, RATE)).set(bits=8).numbers("dB")
    assert abs(told - 20 * np.log10(2**8)) < 0.2


def test_rates_are_whole_and_playable(reader):
    """From what a browser plays up to the rate itself, which is where the slider begins: each can be shown."""
    rates = reader.explorer.controls["rate"].values
    assert rates[-1] == reader.explorer.values["rate"] == RATE and min(rates) >= 3000
    for rate in rates:
        reader.set(rate=rate)
        assert RATE % rate == 0 and f"{rate / 2:g} Hz" in reader.caption and reader.sound[1] == rate


def test_controls_have_names_and_begin_with_a_slider(reader):
    """No two of one name."""
    controls = list(reader.explorer.controls.values())
    assert isinstance(controls[0], Slider)
    assert len({control.label for control in controls}) == 3


@pytest.mark.parametrize("signal", [np.zeros(8000), np.ones(8000, np.float32), list(np.linspace(-1, 1, 8000))])
def test_silence_and_lists_are_shown(signal):
    """Nothing is divided by zero, at any number of bits."""
    reader = Reader(sampling_explorer(signal, RATE))
    for bits in (2, 16):
        reader.set(bits=bits)
        assert reader.picture and "nan" not in reader.caption and "inf" not in reader.caption


def test_the_signal_is_not_changed():
    """Looking at a sound leaves it as it is."""
    signal = tone()
    sampling_explorer(signal, RATE).set(bits=2)
    np.testing.assert_array_equal(signal, tone())
