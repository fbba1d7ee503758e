"""The STFT explorer: every control redraws the picture, and the caption tells what was set."""

import re

import numpy as np
import pytest

from course.widgets import stft_explorer
from tests.course.reading import Reader

RATE = 8000
NAMES = {"hann": "Hann", "hamming": "Hamming", "blackman": "Blackman", "boxcar": "rectangular"}


def chirp(seconds=0.6):
    """A tone that rises, with a click: every setting shows it differently."""
    t = np.arange(int(seconds * RATE)) / RATE
    signal = np.sin(2 * np.pi * (300 + 1500 * t) * t)
    signal[2000] += 20
    return signal


@pytest.fixture(scope="module")
def shared():
    return Reader(stft_explorer(chirp(), RATE, window_length=512))


@pytest.fixture
def reader(shared):
    """With 512 samples, a hop of a quarter and a Hann window."""
    return shared.set(length=512, hops=4, window="hann")


def told(reader):
    """The numbers of the caption: window in ms, bins in Hz, hop in ms."""
    return [float(number) for number in re.findall(r"(\d+\.\d+)", reader.caption)]


@pytest.mark.parametrize(
    "change", [{"length": 64}, {"length": 2048}, {"hops": 2}, {"hops": 8}, {"window": "hamming"}, {"window": "boxcar"}]
)
def test_each_control_redraws_the_picture(reader, change):
    """Not only its title changes with the setting; and it is the same again when that is taken back."""
    before, drawing, at_first = reader.picture, reader.drawing, reader.explorer.values
    assert not np.array_equal(reader.set(**change).drawing, drawing)
    assert reader.set(**at_first).picture == before


@pytest.mark.parametrize("length, overlap", [(32, 4), (256, 2), (256, 8), (4096, 4)])
def test_the_caption_tells_time_and_frequency_resolution(reader, length, overlap):
    """How long a window lasts, how far apart bins lie, how often a frame begins."""
    reader.set(length=length, hops=overlap)
    expected = [1000 * length / RATE, RATE / length, 1000 * length / overlap / RATE]
    np.testing.assert_allclose(told(reader), expected, atol=0.0501)
    assert re.search(r"ms</b>; bins lie <b>[\d.]+ Hz</b>.*frame every [\d.]+ ms", reader.caption)


@pytest.mark.parametrize("length, window", [(512, "hann"), (128, "blackman"), (1024, "boxcar")])
def test_the_picture_has_words_for_the_setting(reader, length, window):
    """Whoever cannot see it knows what is drawn."""
    (alt,) = reader.set(length=length, window=window).alts
    assert alt.startswith("Spectrogram") and f"{length} samples" in alt and NAMES[window] in alt
    assert "Hz" in alt and "time in s" in alt


def test_controls_have_names_and_plain_choices(reader):
    """Three controls, no two of one name; windows by their names, hops as parts, lengths as powers of two."""
    controls = reader.explorer.controls
    assert len({control.label for control in controls.values()}) == len(controls) == 3
    assert [controls[name].label.split()[0] for name in ("length", "hops", "window")] == ["Window", "Hop", "Kind"]
    assert dict(zip(controls["window"].values, controls["window"].names, strict=True)) == NAMES
    assert controls["window"].names[:2] == ["Hann", "Hamming"]
    hops = controls["hops"]
    assert all(name.startswith(f"1/{part}") for name, part in zip(hops.names, hops.values, strict=True))
    assert all(np.log2(length) % 1 == 0 for length in controls["length"].values)


def test_every_choice_can_be_drawn(reader):
    """No combination of a control's values is an error, the shortest and longest window included."""
    reader.set(hops=8)
    for length in (32, 4096):
        reader.set(length=length)
        assert reader.picture.startswith(b"\x89PNG") and str(length) in reader.alts[0]
    for window, name in NAMES.items():
        reader.set(window=window)
        assert reader.picture.startswith(b"\x89PNG") and name in reader.alts[0]


def test_it_begins_where_it_is_told_to():
    """The first picture is the one of the given window, as after moving the slider there."""
    begun = Reader(stft_explorer(chirp(), RATE, window_length=2048))
    assert begun.explorer.values["length"] == 2048 and told(begun)[0] == 256.0 and "2048 samples" in begun.alts[0]


def test_the_frequency_axis_can_end_lower(reader):
    """A lower end is another picture of the same setting."""
    zoomed = Reader(stft_explorer(chirp(), RATE, window_length=512, top_hz=1500))
    assert zoomed.picture != reader.picture and zoomed.caption == reader.caption


@pytest.mark.parametrize("signal", [np.zeros(8000), np.ones(8000, np.float32), list(np.linspace(-1, 1, 8000))])
def test_silence_and_lists_are_drawn(signal):
    """Nothing is divided by zero."""
    assert Reader(stft_explorer(signal, RATE)).picture.startswith(b"\x89PNG")


def test_the_signal_is_not_changed():
    """Looking at a sound leaves it as it is."""
    signal = chirp()
    stft_explorer(signal, RATE).set(length=64)
    np.testing.assert_array_equal(signal, chirp())


def test_two_explorers_do_not_move_each_other(reader):
    """A notebook may hold several."""
    before = reader.picture
    stft_explorer(chirp()[::-1].copy(), RATE).set(length=64)
    assert reader.picture == before
    assert reader.explorer.values["length"] == 512
