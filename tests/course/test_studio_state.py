"""The studio without a browser: what its state is after each edit, and whatever a student's function does."""

import json
import threading
import time

import numpy as np
import pytest

from course import audio
from course.widgets.studio import WarpStudio, widget

WHOLE = [0, 10**6, 0, 127]


def up(mel, n_bands):
    """As a student might write it."""
    return np.roll(mel, n_bands, axis=0)


def part(mel, start, stop):
    return mel[:, start:stop]


def unfinished(mel, factor):
    return ...


def raises(mel):
    raise ValueError("no <b>way</b>")


def leaves(mel):
    raise SystemExit


def recurses(mel):
    return recurses(mel)


def spoils(mel):
    mel[:] = 0
    return mel


def strange(mel):
    return "a sound"


def nothing(mel):
    return None


def infinite(mel):
    return mel / 0.0


def turned(mel):
    return mel.T


def single(mel):
    return np.float64(3)


def waves(mel):
    return mel * 1j


def endless(mel):
    return np.broadcast_to(mel[:, :1], (128, 10**7))


def negative(mel):
    return mel - 1e-3


def loud(mel):
    return np.full_like(mel, 1e30, dtype=float)


OWN = {
    each.__name__: each
    for each in (up, part, unfinished, raises, leaves, recurses, spoils, strange, nothing, infinite, turned, single)
} | {each.__name__: each for each in (waves, endless, negative, loud)}


def voice():
    return audio.clip("no_loud")


@pytest.fixture
def studio():
    return WarpStudio(voice(), OWN)


EVERY_EDIT = [
    ("mute", {}),
    ("gain", {"gain_db": 30.0}),
    ("reverse", {}),
    ("mirror", {}),
    ("shift", {"n_bands": -7}),
    ("stretch", {"factor": 1.4}),
    ("warp", {"factor": 0.8}),
    ("up", {"n_bands": 4}),
    ("part", {}),
]


@pytest.mark.parametrize("name, values", EVERY_EDIT)
def test_each_edit_is_heard_and_undo_gives_back_exactly_the_original(studio, name, values):
    """The sound is another one, as long as its frames say, finite, and never louder than full scale."""
    mel, sound = studio.mel, studio.sound
    np.testing.assert_array_equal(sound, voice())
    studio.apply(name, (10, 40, 20, 90), **values)
    assert [step[0] for step in studio.steps] == [name]
    assert studio.sound.dtype == np.float32 and np.isfinite(studio.sound).all()
    assert abs(len(studio.sound) - 256 * (studio.mel.shape[1] - 1)) <= 256
    assert not np.array_equal(studio.sound, sound) and np.abs(studio.sound).max() <= 1
    studio.undo()
    np.testing.assert_array_equal(studio.mel, mel)
    np.testing.assert_array_equal(studio.sound, sound)
    assert studio.steps == [] and studio.caption.startswith("The original.")


def test_undo_to_the_start_redo_to_the_end(studio):
    """However often it is asked for; the sounds are the same again; reset is undone step by step."""
    sounds = [studio.sound]
    for name, values in EVERY_EDIT:
        studio.apply(name, (10, 40, 20, 90), **values)
        sounds.append(studio.sound)
    steps = studio.steps
    for expected in [*sounds[-2::-1], sounds[0]]:
        studio.undo()
        np.testing.assert_array_equal(studio.sound, expected)
    for expected in [*sounds[1:], sounds[-1]]:
        studio.redo()
        np.testing.assert_array_equal(studio.sound, expected)
    studio.reset()
    np.testing.assert_array_equal(studio.sound, sounds[0])
    studio.redo()
    assert studio.steps == steps[:1]


def test_a_new_edit_after_undo_forgets_what_was_undone(studio):
    """There is one past."""
    for name in ("mute", "mirror"):
        studio.apply(name, (10, 40, 20, 90))
    studio.undo()
    studio.apply("reverse", (10, 40, 20, 90))
    studio.redo()
    assert [step[0] for step in studio.steps] == ["mute", "reverse"]


def test_steps_are_data_that_make_the_same_again(studio):
    """They survive JSON, and each is a call: a name, then what follows the mel spectrogram."""
    studio.apply("gain", (10, 40, 20, 90), gain_db=-6)
    studio.apply("warp", factor=1.2)
    studio.apply("up", n_bands=3)
    studio.apply("part", (5, 30, 0, 127))
    steps = json.loads(json.dumps(studio.steps))
    n_frames = WarpStudio(voice()).mel.shape[1]
    assert steps == [
        ["gain", [10, 40, 20, 90], -6.0],
        ["warp", [0, n_frames, 0, 127], 1.2, audio.SAMPLE_RATE],
        ["up", 3],
        ["part", 5, 30],
    ]


@pytest.mark.parametrize(
    "name, told",
    [
        ("unfinished", "unfinished has a step that is still “...”."),
        ("raises", "raises stops with ValueError: no <b>way</b>."),
        ("leaves", "leaves stops with SystemExit."),
        ("recurses", "recurses stops with RecursionError: maximum recursion depth exceeded"),
        ("strange", "strange gives no table of numbers."),
        ("nothing", "nothing gives no table of numbers."),
        ("infinite", "infinite gives values that are infinite or no numbers."),
        ("turned", "turned gives 74 × 128, not 128 bands × some frames."),
        ("single", "single gives a single number, not 128 bands × some frames."),
        ("waves", "waves gives complex numbers, not real ones."),
        ("endless", "endless gives 10000000 frames; at most 5167 can be played."),
    ],
)
def test_whatever_a_function_gives_is_told_and_changes_nothing(studio, name, told):
    """In a sentence, and the next edit works."""
    told = told.replace("74", str(studio.mel.shape[1]))
    studio.apply(name)
    assert studio.caption.startswith(told) and "Nothing was changed." in studio.caption
    assert studio.steps == []
    np.testing.assert_array_equal(studio.sound, voice())
    studio.apply("mirror")
    assert studio.steps == [["mirror", [0, studio.mel.shape[1], 0, 127]]]


def test_a_function_that_spoils_its_input_is_told_and_spoils_nothing(studio):
    """It is given a copy, so undo still gives back the original."""
    studio.apply("spoils")
    assert "spoils changes the array that it is given" in studio.caption
    assert studio.steps == [["spoils"]] and not studio.mel.any()
    studio.undo()
    np.testing.assert_array_equal(studio.sound, voice())


def test_less_than_no_power_counts_as_silence_and_is_told(studio):
    """The mel spectrogram that is kept has none."""
    studio.apply("negative")
    assert "cells below zero, which count as silence" in studio.caption and studio.mel.min() == 0


def test_no_sound_clips_however_loud_the_edit(studio):
    """It is turned down as a whole, and the caption says by how much."""
    for _ in range(9):
        studio.apply("gain", gain_db=40)
    assert np.abs(studio.sound).max() == 1 and "turned down by" in studio.caption
    studio.apply("loud")
    assert np.isfinite(studio.sound).all() and np.abs(studio.sound).max() <= 1


def test_a_sound_that_is_too_loud_from_the_start_is_turned_down():
    """The original, too."""
    studio = WarpStudio(4 * voice())
    assert np.abs(studio.sound).max() == 1 and "turned down" in studio.caption


def test_a_function_that_takes_too_long_is_not_waited_for(monkeypatch):
    """It says so, refuses the same one while it still runs, drops its late result, and others work meanwhile."""
    monkeypatch.setattr(widget, "SECONDS", 0.3)
    gate, ended = threading.Event(), threading.Event()

    def slow(mel):
        gate.wait(10)
        ended.set()
        return 0 * mel

    studio = WarpStudio(voice(), {"slow": slow})
    began = time.monotonic()
    studio.apply("slow")
    assert time.monotonic() - began < 2
    assert studio.caption.startswith("slow takes too long: more than 0.3 s.")
    studio.apply("slow")
    assert studio.caption.startswith("slow still runs from before.")
    studio.apply("mirror")
    gate.set()
    ended.wait(0.5)
    assert [step[0] for step in studio.steps] == ["mirror"] and studio.mel.any()


def test_a_loop_without_end_is_asked_to_stop(monkeypatch):
    """As long as it runs Python, its thread ends, and the processor is free again."""
    monkeypatch.setattr(widget, "SECONDS", 0.3)

    def forever(mel):
        while True:
            pass

    studio = WarpStudio(voice(), {"forever": forever})
    studio.apply("forever")
    assert "takes too long" in studio.caption
    for thread in threading.enumerate():
        if thread.name == "trial of forever":
            thread.join(5)
            assert not thread.is_alive()


def test_parameters_are_found_by_name():
    """The box gives some, numbers are typed in with their defaults, and what is no number keeps its own."""

    def mine(mel, first, amount, delay=3, depth=0.5, kind="soft", factor=2):
        return mel

    studio = WarpStudio(voice(), {"mine": mine, "flip": np.flipud, "no function": 3})
    found = {edit["name"]: edit for edit in studio.settings["edits"]}
    assert [(each["name"], each["value"]) for each in found["mine"]["numbers"]] == [
        ("amount", 1),
        ("delay", 3),
        ("depth", 0.5),
    ]
    assert found["mine"]["from_box"] == ["first"] and found["flip"]["numbers"] == []
    studio.apply("mine", (0, 9, 17, 40), amount=2.5, depth=1)
    studio.apply("flip")
    studio.apply("no function")
    assert studio.steps == [["mine", 17, 2.5, 3, 1.0], ["flip"]] and "TypeError" in studio.caption


def test_names_that_are_none_or_taken_are_refused(studio):
    """With the names that there are."""
    with pytest.raises(ValueError, match="there is no edit 'louder'"):
        studio.apply("louder")
    with pytest.raises(ValueError, match="mute is built in already"):
        WarpStudio(voice(), {"mute": up})
    with pytest.raises(audio.AudioError):
        WarpStudio(...)


def test_what_is_handed_out_is_a_copy(studio):
    """Whoever changes it changes nothing here."""
    studio.apply("mirror")
    mel, sound = studio.mel, studio.sound
    studio.mel[:], studio.sound[:], studio.steps[0][0] = 0, 0, "?"
    np.testing.assert_array_equal(studio.mel, mel)
    np.testing.assert_array_equal(studio.sound, sound)
    assert studio.steps[0][0] == "mirror"


@pytest.mark.parametrize("signal", [np.zeros(22050, np.float32), np.ones(300) * 0.1, voice()[:2000]])
def test_silence_and_very_short_sounds(signal):
    """All edits work on them."""
    studio = WarpStudio(signal)
    for name, values in EVERY_EDIT[:-2]:
        studio.apply(name, **values)
        assert np.isfinite(studio.sound).all()
    assert len(studio.steps) == 7


@pytest.mark.parametrize("sample_rate, n_mels", [(8000, 40), (44100, 64)])
def test_other_rates_and_bands(sample_rate, n_mels):
    """The edges of the bands reach from 0 Hz to half the rate."""
    studio = WarpStudio(voice(), sample_rate=sample_rate, n_mels=n_mels)
    assert studio.mel.shape[0] == n_mels and len(studio.settings["edges"]) == n_mels + 1
    np.testing.assert_allclose([studio.settings["edges"][0], studio.settings["edges"][-1]], [0, sample_rate / 2])
    studio.apply("warp", factor=1.3)
    assert np.isfinite(studio.sound).all() and f"0 to {sample_rate / 2:.0f} Hz" in studio.caption


def test_without_a_kernel_pictures_and_players_stand_in_its_place(studio):
    """One of each for the original, two after an edit, and words; equal for equal studios."""

    def html(studio):
        return studio._repr_mimebundle_()[0]["text/html"]

    assert html(studio).count("<audio") == 1 and 'alt="Table of level in dB' in html(studio)
    studio.apply("mirror")
    other = WarpStudio(voice(), OWN)
    other.apply("mirror")
    assert html(studio).count("<audio") == 2 and "beside it: Edited" in html(studio)
    assert "Mirror: 0.00 to" in html(studio)
    assert html(other) == html(studio)
