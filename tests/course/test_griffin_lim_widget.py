"""The Griffin-Lim explorer: every control changes picture, sound and level, and what was found once is kept."""

import re
import time

import ipywidgets
import librosa
import numpy as np
import pytest

from course import audio
from course.widgets import griffin_lim_explorer, griffin_lim_levels


def voice():
    return audio.clip("yes_loud")[2000:8144]


def starts():
    shape = librosa.stft(voice(), n_fft=512, hop_length=128).shape
    return {"noise": 2 * np.pi * np.random.default_rng(0).random(shape), "zero": np.zeros(shape)}


class Shown:
    """The widget as somebody sees and hears it."""

    def __init__(self, amplitudes, phases, **named):
        self.widget = griffin_lim_explorer(amplitudes, phases, hop_length=128, **named)
        *self.controls, self.shown = self.widget.children
        self.iterations, self.momentum, self.start = self.controls

    def part(self, pattern):
        return re.search(pattern, self.shown.value)[1]

    @property
    def picture(self):
        return self.part(r'src="data:image/png;base64,([^"]+)"')

    @property
    def sound(self):
        return self.part(r'src="data:audio/wav;base64,([^"]+)"')

    @property
    def caption(self):
        return self.part(r'<div role="status">(.*)</div>')

    @property
    def levels(self):
        """With the momentum that is set, and without, in dB."""
        return [float(number) for number in re.findall(r"(-?\d+\.\d) dB", self.caption)]


@pytest.fixture(scope="module")
def explorer():
    return Shown(voice(), starts())


@pytest.fixture(autouse=True)
def as_at_first(explorer):
    """Each test finds 8 iterations, a momentum of 0.99, and noise."""
    explorer.iterations.value, explorer.momentum.value, explorer.start.value = 8, 0.99, "noise"


def test_the_first_control_is_a_slider(explorer):
    """Iterations from none to 64; three controls, each with a name."""
    assert isinstance(explorer.iterations, ipywidgets.SelectionSlider)
    assert (explorer.iterations.options[0], explorer.iterations.options[-1]) == (0, 64)
    assert len({control.description for control in explorer.controls}) == 3


@pytest.mark.parametrize("control, value", [("iterations", 32), ("momentum", 0.5), ("start", "zero")])
def test_each_control_changes_what_is_seen_heard_and_told(explorer, control, value):
    """And all is as before when it is taken back."""
    before, first = (explorer.picture, explorer.sound, explorer.caption), getattr(explorer, control).value
    getattr(explorer, control).value = value
    assert all(
        new != old for new, old in zip((explorer.picture, explorer.sound, explorer.caption), before, strict=True)
    )
    getattr(explorer, control).value = first
    assert (explorer.picture, explorer.sound, explorer.caption) == before


def test_levels_are_those_of_librosa(explorer):
    """From the same random phase librosa's Griffin-Lim comes as close, with and without momentum."""
    magnitude = np.abs(librosa.stft(voice(), n_fft=512, hop_length=128)).astype(float)
    phase = 2 * np.pi * np.random.RandomState(1).random(magnitude.shape)
    begun = Shown(voice(), {"noise": phase})
    for momentum, told in zip((0.99, 0.0), begun.levels, strict=True):
        y = librosa.griffinlim(
            magnitude, n_iter=8, hop_length=128, momentum=momentum, random_state=1, length=len(voice())
        )
        off = np.abs(librosa.stft(y, n_fft=512, hop_length=128)) - magnitude
        assert abs(told - 20 * np.log10(np.linalg.norm(off) / np.linalg.norm(magnitude))) < 0.3


def test_the_true_phase_needs_no_iteration():
    """Started from it, the level is far below any that is found."""
    stft = librosa.stft(voice(), n_fft=512, hop_length=128)
    begun = Shown(voice(), {"its own": np.angle(stft)})
    begun.iterations.value = 0
    assert "perfect" in begun.caption or max(begun.levels) < -80


def test_what_was_found_once_is_kept(explorer):
    """Going back costs no search: every stop after 64 iterations is there at once."""
    explorer.iterations.value = 64
    began = time.perf_counter()
    for iterations in explorer.iterations.options:
        explorer.iterations.value = iterations
    assert time.perf_counter() - began < 2 * len(explorer.iterations.options)


@pytest.mark.parametrize("signal", [np.zeros(6144), list(voice())])
def test_silence_and_lists_can_be_shown(signal):
    """Nothing is divided by zero."""
    begun = Shown(signal, starts())
    begun.momentum.value = 1.3
    assert begun.picture and begun.caption


def test_nothing_is_changed():
    """Looking leaves sound and starts as they are."""
    signal, phases = voice(), starts()
    Shown(signal, phases).iterations.value = 16
    np.testing.assert_array_equal(signal, voice())
    np.testing.assert_array_equal(phases["noise"], starts()["noise"])


def test_levels_are_those_of_librosa_turn_by_turn():
    """From the same phase, with the same momentum: within a hundredth of a dB for the first turns, and they fall."""
    wanted = np.abs(librosa.stft(voice(), n_fft=512, hop_length=128))
    phase = 2 * np.pi * np.random.RandomState(3).random(wanted.shape)
    levels = griffin_lim_levels(voice(), phase, 0.99, 16, hop_length=128)
    for n in (1, 2, 4):
        theirs = librosa.griffinlim(
            wanted, n_iter=n, hop_length=128, momentum=0.99, random_state=3, length=len(voice())
        )
        error = np.abs(librosa.stft(theirs, n_fft=512, hop_length=128)) - wanted
        assert abs(levels[n] - 20 * np.log10(np.linalg.norm(error) / np.linalg.norm(wanted))) < 0.05
    assert len(levels) == 17 and levels[16] < levels[4] - 3 < levels[0] - 6
