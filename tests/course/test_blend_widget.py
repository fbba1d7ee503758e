"""The blend explorer: the slider walks from one end to the other, and both ends can be chosen."""

import numpy as np
import pytest

from course.widgets import blend_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes

PATTERNS = np.random.default_rng(0).uniform(-40, 0, size=(3, 50, 12))
PLACES = {"one & all": [1.0, 0.0, 0.0], "two": [0.0, 1.0, 0.0], "three": [0.0, 0.0, 1.0]}


def decode(latents):
    return np.tensordot(latents[0], PATTERNS, axes=1)


@pytest.fixture
def reader():
    return Reader(blend_explorer(PLACES, decode))


def test_the_slider_changes_picture_sound_and_caption(reader):
    """It comes first, and begins in the middle."""
    assert isinstance(next(iter(reader.explorer.controls.values())), Slider)
    assert reader.explorer.values == {"share": 0.5, "start": "one & all", "end": "two"}
    assert changes(reader, share=1.0) == [True, True, True]


def test_at_an_end_nothing_is_between(reader):
    """The distance to this end is none, and to the other one that of the two ends."""
    apart = round(float(np.sqrt(np.mean((PATTERNS[0] - PATTERNS[1]) ** 2))), 1)
    assert reader.set(share=0.0).numbers("dB") == [0, apart]
    assert reader.set(share=1.0).numbers("dB") == [apart, 0]


def test_other_ends_are_other_words(reader):
    """The picture says so for whoever can't see it; one place twice is shown once."""
    (alt,) = reader.set(start="two", end="three", share=0.25).alts
    assert "two" in alt and "three" in alt and "25% of the way" in alt
    assert reader.set(end="two").numbers("dB") == [0, 0]


def test_a_decoder_that_fails_is_told():
    """The controls go on."""
    reader = Reader(blend_explorer(PLACES, lambda latents: 1 / 0))
    assert "ZeroDivisionError" in reader.caption


def test_one_place_is_no_way():
    """Two are wanted."""
    with pytest.raises(ValueError, match="two or more"):
        blend_explorer({"one": [1.0]}, decode)
