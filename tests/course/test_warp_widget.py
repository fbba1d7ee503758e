"""The shift explorer and the warp panel: what is moved is seen, heard and told, whatever a student's function does."""

import re
from html import unescape

import ipywidgets
import librosa
import numpy as np
import pytest

from course import audio
from course.widgets import mel_to_magnitude, mel_to_sound, shift_explorer, warp_panel


def voice_mel():
    return librosa.feature.melspectrogram(y=audio.clip("no_loud"), n_fft=1024, hop_length=256)


def up(mel, n_bands):
    """As a student might write it."""
    return np.roll(mel, n_bands, axis=0)


def part(mel, start, stop):
    return mel[:, start:stop]


def unfinished(mel, factor):
    return ...


def raises(mel):
    raise ValueError("no <b>way</b>")


def spoils(mel):
    mel[:] = 0
    return mel


def strange(mel):
    return "a sound"


def infinite(mel):
    return mel / 0.0


EDITS = {each.__name__: each for each in (up, part, unfinished, raises, spoils, strange, infinite)}


class Panel:
    """The widget as somebody sees it."""

    def __init__(self, widget):
        self.widget = widget
        *self.controls, self.shown = widget.children

    def named(self, description):
        (control,) = [each for each in self.controls if getattr(each, "description", "") == description]
        return control

    def press(self, description):
        (row,) = [each for each in self.controls if isinstance(each, ipywidgets.HBox)]
        (button,) = [each for each in row.children if each.description == description]
        assert not button.disabled
        button.click()

    @property
    def caption(self):
        return unescape(re.search(r'<div role="status">(.*)</div>', self.shown.value, re.DOTALL)[1])

    @property
    def picture(self):
        return re.search(r'src="data:image/png;base64,([^"]+)"', self.shown.value)[1]

    @property
    def sounds(self):
        return re.findall(r'src="data:audio/wav;base64,([^"]+)"', self.shown.value)


@pytest.fixture
def panel():
    return Panel(warp_panel(voice_mel(), EDITS))


@pytest.fixture
def explorer():
    return Panel(shift_explorer())


def test_a_shift_is_seen_heard_and_told(explorer):
    """One step of the slider changes picture, sound and caption; back again they are as before."""
    before = explorer.picture, explorer.sounds, explorer.caption
    explorer.named("Rows up").value = 9
    after = explorer.picture, explorer.sounds, explorer.caption
    assert all(now != then for now, then in zip(after, before, strict=True))
    explorer.named("Rows up").value = 10
    assert (explorer.picture, explorer.sounds, explorer.caption) == before


@pytest.mark.parametrize("n_bands", [0, 10, 30])
def test_the_caption_tells_where_partials_lie(explorer, n_bands):
    """Below 1000 Hz each row adds as many hertz as bands lie apart."""
    explorer.named("Rows up").value = n_bands
    told = [float(number) for number in re.search(r"<b>([\d, ]+) Hz</b>", explorer.caption)[1].split(",")]
    step = librosa.mel_frequencies(130, fmin=0, fmax=audio.SAMPLE_RATE / 2)[1]
    below = [k for k in range(4) if 200 * (k + 1) + n_bands * step <= 1000]
    np.testing.assert_allclose(np.array(told)[below], [200 * (k + 1) + n_bands * step for k in below], atol=0.51)


def test_first_controls_are_sliders(panel, explorer):
    """The keyboard moves them."""
    sliders = ipywidgets.SelectionSlider, ipywidgets.IntSlider
    assert isinstance(panel.controls[0], sliders) and isinstance(explorer.controls[0], sliders)


def test_an_edit_is_heard_beside_the_original(panel):
    """Two sounds and the call that made the second."""
    assert len(panel.sounds) == 2 and panel.sounds[0] != panel.sounds[1]
    assert "up(mel, 10)" in panel.caption
    before = panel.sounds
    panel.named("n_bands").value = -4
    assert "up(mel, -4)" in panel.caption
    assert panel.sounds[0] == before[0] and panel.sounds[1] != before[1]


def test_only_controls_that_the_edit_has_can_be_moved(panel):
    """Its parameters' names say which."""
    panel.named("Edit").value = "part"
    free = [each.description for each in panel.controls if getattr(each, "disabled", True) is False]
    assert free == ["Edit", "start, stop"]


@pytest.mark.parametrize(
    "edit, told",
    [
        ("unfinished", "unfinished has a step that is still “...”."),
        ("raises", "raises stops with ValueError: no <b>way</b>."),
        ("strange", "strange gives no mel spectrogram"),
        ("infinite", "infinite gives values that are infinite"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_whatever_a_function_does_is_told_in_a_sentence(panel, edit, told):
    """The original stays to be seen and heard, markup is shown as it is, and there is nothing to keep."""
    panel.named("Edit").value = edit
    assert panel.caption.startswith(told)
    assert "<b>" not in panel.shown.value
    assert len(panel.sounds) == 1
    with pytest.raises(AssertionError):
        panel.press("Keep this edit")


def test_keep_and_undo(panel):
    """What is kept is a list of steps that can be sent; undo takes the last one back."""
    first = panel.sounds
    panel.press("Keep this edit")
    panel.named("Edit").value = "part"
    panel.named("start, stop").value = (5, 30)
    panel.press("Keep this edit")
    assert panel.widget.steps == [["up", 10], ["part", 5, 30]]
    assert panel.named("start, stop").max == 25
    panel.press("Undo")
    assert panel.widget.steps == [["up", 10]] and panel.sounds == first
    panel.press("Undo")
    assert panel.widget.steps == [] and panel.sounds[0] == panel.sounds[1]


def test_a_function_that_spoils_its_input_spoils_nothing():
    """It is given a copy."""
    mel = voice_mel()
    panel = Panel(warp_panel(mel, EDITS))
    before = panel.sounds
    panel.named("Edit").value = "spoils"
    panel.named("Edit").value = "up"
    assert panel.sounds == before
    np.testing.assert_array_equal(mel, voice_mel())


def test_without_a_kernel_picture_and_sound_stand_in_its_place(panel):
    """The notebook's file holds them as HTML."""
    assert panel.widget._repr_mimebundle_()["text/html"] == panel.shown.value


def test_magnitudes_fit_the_mel_bands():
    """Through the basis they give what was asked for, within a hundredth of all power; silence gives silence."""
    mel = voice_mel()
    basis = librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=1024)
    assert np.linalg.norm(basis @ mel_to_magnitude(mel) ** 2 - mel) < 0.01 * np.linalg.norm(mel)
    assert not mel_to_magnitude(np.zeros((128, 9))).any()


def test_sound_of_a_mel_spectrogram():
    """As long as its frames say, the same each time; what no power can be is silence, a stub's `...` stays one."""
    mel = voice_mel()
    sound = mel_to_sound(mel)
    assert sound.shape == (256 * (mel.shape[1] - 1),) and np.isfinite(sound).all()
    np.testing.assert_array_equal(mel_to_sound(mel), sound)
    assert not mel_to_sound(np.full((128, 12), -1.0)).any() and not mel_to_sound(np.full((128, 12), np.nan)).any()
    assert mel_to_sound(...) is ...
