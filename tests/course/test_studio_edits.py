"""The built-in edits of the studio: equal to slow versions that go cell by cell, and nothing changes beyond the box."""

import librosa
import numpy as np
import pytest

from course.audio import SAMPLE_RATE
from course.widgets.edits import EDITS, Box, gain, mirror, mute, reverse, shift, stretch, warp

BOXES = [Box(0, 30, 0, 39), Box(7, 19, 5, 30), Box(0, 1, 39, 39), Box(28, 30, 0, 1)]
VALUES = {"gain": [-20.0], "shift": [3], "stretch": [1.6], "warp": [1.3]}


def table():
    return np.random.default_rng(5).exponential(size=(40, 30)).astype(np.float32)


def cell_by_cell(mel, box, source):
    """Each cell of the box from where `source` says, 0 where that is None; the others as they were."""
    edited = mel.copy()
    for band in range(box.first, box.last + 1):
        for frame in range(box.start, box.stop):
            edited[band, frame] = source(band, frame)
    return edited


def between(line, place):
    """A line read at a place between its points, 0 beyond them."""
    return np.interp(place, np.arange(len(line)), line, left=0, right=0)


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("name", EDITS)
def test_input_and_all_cells_beyond_the_box_stay_as_they_were(name, box):
    """The result is float32 and never negative; frames after a stretch come later, unchanged."""
    mel = table()
    chosen = [box.start, box.stop] if name == "stretch" else [box]
    edited = EDITS[name](mel, *chosen, *VALUES.get(name, []))
    np.testing.assert_array_equal(mel, table())
    assert edited.dtype == np.float32 and edited.min() >= 0 and edited is not mel
    if name == "stretch":
        np.testing.assert_array_equal(edited[:, : box.start], mel[:, : box.start])
        after = mel.shape[1] - box.stop
        np.testing.assert_array_equal(edited[:, edited.shape[1] - after :], mel[:, box.stop :])
    else:
        inside = np.zeros(mel.shape, bool)
        inside[box.first : box.last + 1, box.start : box.stop] = True
        np.testing.assert_array_equal(edited[~inside], mel[~inside])


@pytest.mark.parametrize("box", BOXES)
def test_mute_and_gain(box):
    """Silence; ten decibels are ten times the power."""
    mel = table()
    np.testing.assert_array_equal(mute(mel, box), cell_by_cell(mel, box, lambda band, frame: 0))
    expected = cell_by_cell(mel, box, lambda band, frame: 10 * mel[band, frame])
    np.testing.assert_allclose(gain(mel, box, 10.0), expected, rtol=1e-6)


@pytest.mark.parametrize("box", BOXES)
def test_reverse_and_mirror(box):
    """The first frame becomes the last, the lowest band the highest; twice is as before."""
    mel = table()
    turned = cell_by_cell(mel, box, lambda band, frame: mel[band, box.start + box.stop - 1 - frame])
    upside_down = cell_by_cell(mel, box, lambda band, frame: mel[box.first + box.last - band, frame])
    np.testing.assert_array_equal(reverse(mel, box), turned)
    np.testing.assert_array_equal(mirror(mel, box), upside_down)
    np.testing.assert_array_equal(mirror(mirror(mel, box), box), mel)


@pytest.mark.parametrize("n_bands", [0, 1, -4, 12, 99])
@pytest.mark.parametrize("box", BOXES)
def test_shift_stays_in_the_box(box, n_bands):
    """Nothing wraps around, nothing comes in from outside, freed rows are silent."""
    mel = table()

    def source(band, frame):
        return mel[band - n_bands, frame] if box.first <= band - n_bands <= box.last else 0

    np.testing.assert_array_equal(shift(mel, box, n_bands), cell_by_cell(mel, box, source))


@pytest.mark.parametrize("factor", [0.25, 0.7, 1.0, 1.5, 4.0])
@pytest.mark.parametrize("box", BOXES)
def test_stretch_reads_between_frames(box, factor):
    """The first frame stays first, the last stays last, and those between lie on straight lines."""
    mel = table()
    length = box.stop - box.start
    n_out = max(round(factor * length), 1)
    edited = stretch(mel, box.start, box.stop, factor)
    assert edited.shape == (40, 30 - length + n_out)
    for k in range(n_out):
        place = k * (length - 1) / max(n_out - 1, 1)
        expected = [between(band[box.start : box.stop], place) for band in mel]
        np.testing.assert_allclose(edited[:, box.start + k], expected, rtol=1e-5)


@pytest.mark.parametrize("sample_rate", [8000, SAMPLE_RATE])
@pytest.mark.parametrize("factor", [0.5, 1.0, 1.25, 3.0])
@pytest.mark.parametrize("box", BOXES)
def test_warp_reads_where_a_frequency_stood(box, factor, sample_rate):
    """What is at c Hz came from c / factor, between the bands' centres; what lies beyond the box is silent."""
    mel = table()
    centres = librosa.hz_to_mel(librosa.mel_frequencies(42, fmin=0, fmax=sample_rate / 2)[1:-1])
    hertz = librosa.mel_to_hz(centres)
    chosen = slice(box.first, box.last + 1)

    def source(band, frame):
        place = librosa.hz_to_mel(hertz[band] / factor)
        if factor == 1.0:
            place = centres[band]
        return np.interp(place, centres[chosen], mel[chosen, frame], left=0, right=0)

    np.testing.assert_allclose(
        warp(mel, box, factor, sample_rate), cell_by_cell(mel, box, source), rtol=1e-4, atol=1e-6
    )


def test_nothing_changes_by_edits_that_do_nothing():
    """0 dB, 0 rows, a factor of 1: not a bit."""
    mel = table()
    for box in BOXES:
        for same in (
            gain(mel, box, 0.0),
            shift(mel, box, 0),
            stretch(mel, box.start, box.stop, 1.0),
            warp(mel, box, 1.0),
        ):
            np.testing.assert_array_equal(same, mel)


@pytest.mark.parametrize("factor", [0, -1.0, float("nan")])
def test_a_factor_that_is_none_is_refused(factor):
    """With a sentence."""
    with pytest.raises(ValueError, match="not above 0"):
        stretch(table(), 3, 9, factor)
    with pytest.raises(ValueError, match="not above 0"):
        warp(table(), BOXES[0], factor)


def test_a_box_is_brought_into_the_table():
    """It has at least one cell, wherever it was put."""
    assert Box.within((40, 30), -5, 99, -1, 80) == Box(0, 30, 0, 39)
    assert Box.within((40, 30), 50, 60, 39, 3) == Box(29, 30, 39, 39)
    assert Box.within((40, 30), 10, 3, 7, 7) == Box(10, 11, 7, 7)
