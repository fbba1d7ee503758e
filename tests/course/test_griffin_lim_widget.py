"""The Griffin-Lim explorer: every control changes picture, sound and level, and what was found once is kept."""

import time

import librosa
import numpy as np
import pytest

from course import audio
from course.widgets import griffin_lim_explorer, griffin_lim_levels
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes


def voice():
    return audio.clip("yes_loud")[2000:8144]


def starts():
    shape = librosa.stft(voice(), n_fft=512, hop_length=128).shape
    return {"noise": 2 * np.pi * np.random.default_rng(0).random(shape), "zero": np.zeros(shape)}


def read(amplitudes, phases):
    return Reader(griffin_lim_explorer(amplitudes, phases, hop_length=128))


@pytest.fixture(scope="module")
def shared():
    return read(voice(), starts())


@pytest.fixture
def reader(shared):
    """With 8 iterations, a momentum of 0.99, and noise."""
    return shared.set(iterations=8, momentum=0.99, start="noise")


def test_the_first_control_is_a_slider(reader):
    """Iterations from none to 64; three controls, each with a name."""
    controls = list(reader.explorer.controls.values())
    assert isinstance(controls[0], Slider)
    assert (controls[0].values[0], controls[0].values[-1]) == (0, 64)
    assert len({control.label for control in controls}) == len(controls) == 3


@pytest.mark.parametrize("change", [{"iterations": 32}, {"momentum": 0.5}, {"start": "zero"}])
def test_each_control_changes_what_is_seen_heard_and_told(reader, change):
    """And all is as before when it is taken back."""
    assert changes(reader, **change) == [True, True, True]


def test_levels_are_those_of_librosa():
    """From the same random phase librosa's Griffin-Lim comes as close, with and without momentum."""
    magnitude = np.abs(librosa.stft(voice(), n_fft=512, hop_length=128)).astype(float)
    phase = 2 * np.pi * np.random.RandomState(1).random(magnitude.shape)
    begun = read(voice(), {"noise": phase})
    for momentum, told in zip((0.99, 0.0), begun.numbers("dB"), strict=True):
        y = librosa.griffinlim(
            magnitude, n_iter=8, hop_length=128, momentum=momentum, random_state=1, length=len(voice())
        )
        off = np.abs(librosa.stft(y, n_fft=512, hop_length=128)) - magnitude
        assert abs(told - 20 * np.log10(np.linalg.norm(off) / np.linalg.norm(magnitude))) < 0.3


def test_the_true_phase_needs_no_iteration():
    """Started from it, the level is far below any that is found."""
    stft = librosa.stft(voice(), n_fft=512, hop_length=128)
    begun = read(voice(), {"its own": np.angle(stft)}).set(iterations=0)
    assert "perfect" in begun.caption or max(begun.numbers("dB")) < -80


def test_what_was_found_once_is_kept(reader):
    """Going back costs no search: every stop after 64 iterations is there at once."""
    reader.set(iterations=64)
    stops = reader.explorer.controls["iterations"].values
    began = time.perf_counter()
    for iterations in stops:
        reader.set(iterations=iterations)
    assert time.perf_counter() - began < 2 * len(stops)


@pytest.mark.parametrize("signal", [np.zeros(6144), list(voice())])
def test_silence_and_lists_can_be_shown(signal):
    """Nothing is divided by zero."""
    begun = read(signal, starts()).set(momentum=1.3)
    assert begun.picture and "Spectral convergence" in begun.caption


def test_nothing_is_changed():
    """Looking leaves sound and starts as they are."""
    signal, phases = voice(), starts()
    read(signal, phases).set(iterations=16)
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
