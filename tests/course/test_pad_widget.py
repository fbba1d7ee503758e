"""The latent pad without a browser: its plane, its state, and whatever a student's decoder does."""

import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from course.widgets import LatentPad, decoding
from course.widgets.levels import RANGE_DB

N = 5
BANDS, FRAMES = 8, 6
WAYS = np.random.default_rng(1).standard_normal((BANDS, FRAMES, N))


def decode(z):
    return 4 * WAYS @ z - 30


def sound_of(square):
    """A tone for each frame, as loud as the frame."""
    return np.repeat(10 ** (square.mean(axis=0) / 20), 100) * np.sin(np.arange(100 * FRAMES))


def make(decode=decode, sound_of=sound_of, **given):
    return LatentPad(decode, sound_of, **({"origin": np.zeros(N)} | given))


@pytest.fixture
def pad():
    return make()


def ask(pad, number, point, play=True, chosen=None):
    """What the browser does when a hand has moved the point."""
    pad._handle_custom_msg({"number": number, "point": point, "play": play, "chosen": chosen}, [])
    return pad.answer


def html(pad):
    return pad._repr_mimebundle_()[0]["text/html"]


def test_the_point_is_decoded_and_heard(pad):
    """The vector is on the plane, the square is the decoder's, the sound is made of that square."""
    pad.move(1.2, -0.5)
    assert pad.point == (1.2, -0.5)
    np.testing.assert_array_equal(pad.z, [1.2, -0.5, 0, 0, 0])
    np.testing.assert_array_equal(pad.square, decode(pad.z))
    np.testing.assert_array_equal(pad.sound, sound_of(pad.square).astype(np.float32))
    assert pad.sound.dtype == np.float32
    peak = 20 * np.log10(np.abs(sound_of(pad.square)).max())
    assert pad.caption == f"latent 0 at 1.2, latent 1 at −0.5; peak {peak:.1f} dBFS.".replace("-", "−")


def test_directions_and_origin_make_the_plane():
    """x and y are parts of the directions, from the origin."""
    origin, directions = np.arange(N), np.random.default_rng(2).standard_normal((2, N))
    pad = make(origin=origin, directions=directions)
    pad.move(0.5, 2)
    np.testing.assert_allclose(pad.z, origin + 0.5 * directions[0] + 2 * directions[1])
    assert pad.caption.startswith("across at 0.5, up at 2; ")


@pytest.mark.parametrize("point, held", [((9, -9), (3, -3)), ((np.inf, 1), (3, 1)), ((-3, 2.9), (-3, 2.9))])
def test_beyond_the_edge_is_on_the_edge(pad, point, held):
    """In Python and from the browser."""
    pad.move(*point)
    assert pad.point == held
    assert make(extent=0.5, directions=np.eye(N)[:2]).settings["extent"] == 0.5
    assert ask(pad, "1", list(point))["point"] == held


@pytest.mark.parametrize("value, told", [(0.1 + 0.2, "0.3"), (1e-17, "0"), (-1e-17, "0"), (-0.125, "−0.125")])
def test_rounding_is_not_told(pad, value, told):
    """Numbers as one writes them."""
    pad.move(value, 0)
    assert pad.caption.startswith(f"latent 0 at {told}, latent 1 at 0; ")


def test_two_latents_are_chosen(pad):
    """The point keeps its numbers, and they are added to others."""
    pad.move(1, 2)
    pad.choose(4, 2)
    np.testing.assert_array_equal(pad.z, [0, 0, 2, 0, 1])
    np.testing.assert_array_equal(pad.square, decode(pad.z))
    assert pad.caption.startswith("latent 4 at 1, latent 2 at 2; ")
    answer = ask(pad, "1", [1, 2], chosen=[0, 3])
    assert answer["names"] == ("latent 0", "latent 3") and list(pad.z) == [1, 0, 0, 2, 0]


@pytest.mark.parametrize("wrong", [(1, 1), (0, 5), (-1, 0)])
def test_latents_that_there_are_not_are_refused(pad, wrong):
    """And nothing is changed; a pad with directions has none to choose."""
    with pytest.raises(ValueError, match="are not two different numbers from 0 to 4"):
        pad.choose(*wrong)
    assert pad.caption.startswith("latent 0 at 0, latent 1 at 0")
    with pytest.raises(ValueError, match="has directions of its own"):
        make(directions=np.eye(N)[:2]).choose(0, 1)


def test_places_lie_where_the_plane_is_nearest():
    """However the directions lie; beyond the edge they are on it, and the caption says how far a place is away."""
    rng = np.random.default_rng(3)
    directions, voice = rng.standard_normal((2, N)), rng.standard_normal(N)
    on_plane = 1.5 * directions[0] - 2 * directions[1]
    pad = make(directions=directions, places={"voice": voice, "there": on_plane, "far": 10 * directions[1]})
    marks = {mark["name"]: mark["point"] for mark in ask(pad, "1", [0, 0])["marks"]}
    np.testing.assert_allclose(marks["there"], [1.5, -2])
    np.testing.assert_allclose(marks["far"], [0, 3], atol=1e-9)
    pad.move(*marks["there"])
    assert pad.caption.endswith("there is at this point.")
    pad.move(*marks["voice"])
    off = voice - pad.z
    np.testing.assert_allclose(directions @ off, 0, atol=1e-9)
    assert pad.caption.endswith(f"voice is {np.linalg.norm(off):.2g} away from this point.")


def test_the_circle_is_where_the_prior_has_one_standard_deviation():
    """Vectors of length one, seen along what stands at right angles to the plane."""
    directions = np.array([[2.0, 0, 0, 0, 0], [1, 1, 0, 0, 0]])
    pad = make(origin=np.array([0.5, 0, 0, 0, 7]), directions=directions)
    seen = np.array(ask(pad, "1", [0, 0])["circle"]) @ directions + [0.5, 0, 0, 0, 0]
    np.testing.assert_allclose(np.linalg.norm(seen, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(ask(make(), "1", [0, 0])["circle"], axis=1), 1)


def test_places_that_are_no_vectors_are_left_out_and_named():
    """The rest is there."""
    places = {"stub": ..., "short": np.zeros(3), "text": "a", "nan": np.full(N, np.nan), "good": np.eye(N)[1]}
    pad = make(places=places)
    assert pad.caption.endswith("Left out of the places, not 5 finite numbers: stub, short, text, nan.")
    assert [mark["name"] for mark in ask(pad, "1", [0, 0])["marks"]] == ["good"]


def test_how_long_a_vector_is_is_told_by_what_is_given():
    """The origin, the directions, a place, or else the course's own network."""
    assert len(make(origin=None).z) == 20
    assert len(make(origin=..., directions=..., places=...).z) == 20
    assert len(make(origin=None, places={"a": ..., "b": np.zeros(7)}).z) == 7
    assert len(make(origin=None, directions=np.eye(4)[1:3]).z) == 4


@pytest.mark.parametrize(
    "wrong, problem",
    [
        ({"origin": np.zeros((1, N))}, r"origin: should be finite numbers, float \[n_latent\]"),
        ({"origin": "middle"}, "origin: should be finite numbers"),
        ({"origin": [0.0]}, "origin: has 1 numbers; a plane needs two"),
        ({"directions": np.eye(N)[:3]}, r"directions: have the shape \[3, 5\], expected is \[2, 5\]"),
        ({"directions": np.full((2, N), np.inf)}, "directions: should be finite numbers"),
        ({"directions": [np.ones(N), -2 * np.ones(N)]}, "directions: both are along one line"),
        ({"extent": 0}, "extent: 0 is no size"),
    ],
)
def test_a_plane_that_is_none_is_refused(wrong, problem):
    """The message names the argument and what is expected."""
    with pytest.raises(ValueError, match=problem):
        make(**wrong)


def test_a_point_that_is_none_is_refused(pad):
    """And the point stays."""
    pad.move(1, 1)
    with pytest.raises(ValueError, match="is no point"):
        pad.move(np.nan, 0)
    assert pad.point == (1, 1) and pad.caption.startswith("latent 0 at 1, latent 1 at 1")


def raises(z):
    raise ValueError("no <b>way</b>")


def leaves(z):
    raise SystemExit


WRONG_SQUARES = {
    "raises": (raises, "decode stops with ValueError: no <b>way</b>."),
    "leaves": (leaves, "decode stops with SystemExit."),
    "stub": (lambda z: ..., "decode has a step that is still “...”."),
    "nothing": (lambda z: None, "decode gives no table of numbers."),
    "text": (lambda z: "a square", "decode gives no table of numbers."),
    "ragged": (lambda z: [[1.0], [1.0, 2.0]], "decode gives no table of numbers."),
    "waves": (lambda z: decode(z) * 1j, "decode gives complex numbers, not real ones."),
    "batch": (lambda z: decode(z)[None, :, :, None], "decode gives 1 × 8 × 6 × 1, not mel bands × frames."),
    "single": (lambda z: np.float64(3), "decode gives a single number, not mel bands × frames."),
    "empty": (lambda z: np.zeros((8, 0)), "decode gives 8 × 0, not mel bands × frames."),
    "huge": (lambda z: np.broadcast_to(0.0, (10**6, 10**6)), "decode gives 1000000 × 1000000: too much to be shown."),
    "nan": (lambda z: decode(z) * np.nan, "decode gives values that are infinite or no numbers."),
    "power": (lambda z: np.full((8, 6), 1e30), "decode gives levels up to 1e+30. Are these decibels?"),
    "no function": (3, "decode stops with TypeError: 'int' object is not callable."),
}


@pytest.mark.parametrize("name", WRONG_SQUARES)
def test_whatever_a_decoder_gives_is_told_and_nothing_is_lost(name):
    """What was seen and heard stays, and the next point is decoded; if nothing was, there is nothing, and no error."""
    wrong, told = WRONG_SQUARES[name]

    def sometimes(z):
        return decode(z) if z[0] <= 1 else wrong(z) if callable(wrong) else wrong()

    pad = make(wrong)
    assert pad.caption == f"latent 0 at 0, latent 1 at 0: {told}" and pad.square is ... and pad.sound is ...
    assert "&lt;b&gt;" in html(pad) or "<b>" not in html(pad)
    answer = ask(pad, "1", [1, 1])
    assert answer["caption"].endswith(told) and not answer["fits"] and answer["samples"] == b""
    pad = make(sometimes)
    pad.move(1, 0)
    square, sound = pad.square, pad.sound
    pad.move(2, 0)
    assert pad.point == (2, 0) and pad.caption.startswith("latent 0 at 2, latent 1 at 0: decode ")
    assert pad.caption.endswith(" Still seen and heard: latent 0 at 1, latent 1 at 0.")
    np.testing.assert_array_equal(pad.square, square)
    np.testing.assert_array_equal(pad.sound, sound)
    assert not ask(pad, "2", [2, 0])["fits"] and ask(pad, "3", [0.5, 0])["fits"]
    np.testing.assert_array_equal(pad.square, decode(pad.z))


WRONG_SOUNDS = {
    "raises": (raises, "sound_of stops with ValueError: no <b>way</b>."),
    "stub": (lambda square: ..., "sound_of has a step that is still “...”."),
    "nothing": (lambda square: None, "sound_of: is None, not a sound."),
    "text": (lambda square: "a sound", "sound_of gives no sound."),
    "table": (lambda square: square, "sound_of: is an array of shape [8, 6], not one channel"),
    "whole": (lambda square: np.ones(10, int), "sound_of: holds integers"),
    "empty": (lambda square: np.zeros(0), "sound_of: holds no samples"),
    "nan": (lambda square: np.full(9, np.nan), "sound_of: 9 samples are not finite"),
    "endless": (lambda square: np.zeros(22050 * 60), "sound_of gives 60 s; at most 10 s can be played."),
}


@pytest.mark.parametrize("name", WRONG_SOUNDS)
def test_without_a_sound_the_square_is_seen(name):
    """And the caption says why it is silent."""
    wrong, told = WRONG_SOUNDS[name]
    pad = make(sound_of=wrong)
    np.testing.assert_array_equal(pad.square, decode(pad.z))
    assert pad.sound is ... and pad.caption.startswith(f"latent 0 at 0, latent 1 at 0; no sound. {told}")
    assert ask(pad, "1", [1, 0])["samples"] == b"" and "nothing to play yet" in html(pad)


def test_a_decoder_that_spoils_its_input_is_told_and_spoils_nothing():
    """It is given a copy, and so is what makes the sound."""

    def spoils(array):
        array[:] = 7
        return np.zeros((BANDS, FRAMES))

    pad = make(spoils, lambda square: (square.fill(3), np.ones(9) * 0.1)[1])
    assert "decode changes the array that it is given; work on a copy" in pad.caption
    assert "sound_of changes the array that it is given" in pad.caption
    np.testing.assert_array_equal(pad.z, np.zeros(N))
    np.testing.assert_array_equal(pad.square, np.zeros((BANDS, FRAMES)))


def test_a_decoder_that_takes_too_long_is_not_waited_for(monkeypatch):
    """It says so, and is asked again once it has ended."""
    monkeypatch.setattr(decoding, "SECONDS", 0.3)
    gate = threading.Event()

    def slow(z):
        if z[0] > 1:
            gate.wait(10)
        return decode(z)

    pad = make(slow)
    pad.move(1, 0)
    began = time.monotonic()
    pad.move(2, 0)
    assert time.monotonic() - began < 2
    assert "decode takes too long: more than 0.3 s. It is not waited for. Still seen" in pad.caption
    pad.move(0, 0)
    assert "decode still runs from before." in pad.caption
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "trial of decode":
            thread.join(5)
    pad.move(0, 0)
    np.testing.assert_array_equal(pad.square, decode(pad.z))


INTERRUPTED = """
import signal, threading, time
import numpy as np
from course.widgets import LatentPad

def decode(z):
    if z[0] > 1:
        time.sleep(0.3)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        time.sleep(3)
    return np.full((5, 5), z[0])

pad = LatentPad(decode, lambda square: np.ones(9))
for x in (2, 0):
    pad.move(x, 0)
    print(pad.caption)
    time.sleep(3.5)
"""


def test_a_kernel_that_is_interrupted_leaves_the_pad_alive():
    """Whoever waits for a decoder may lose patience."""
    process = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60)
    assert process.stderr == ""
    assert process.stdout.splitlines() == [
        "latent 0 at 2, latent 1 at 0: decode was interrupted.",
        "latent 0 at 0, latent 1 at 0; peak 0.0 dBFS.",
    ]


def test_nothing_is_decoded_before_somebody_looks():
    """And what was decoded is not decoded again by looking twice; a hand that asks again is answered anew."""
    seen = []

    def counting(z):
        seen.append(z.copy())
        return decode(z)

    pad = make(counting)
    assert seen == [] and repr(pad) == "LatentPad(latent 0 at 0, latent 1 at 0)"
    assert pad.caption and html(pad) and pad.square.any() and pad.sound.any()
    assert len(seen) == 1
    ask(pad, "1", [0, 0])
    assert len(seen) == 2


def test_an_answer_holds_what_is_seen_heard_and_told(pad):
    """A colour for each cell, the samples at their rate, and the number of the question."""
    answer = ask(pad, "view: 7", [1, -1], play=False)
    assert (answer["number"], answer["play"], answer["point"], answer["chosen"]) == ("view: 7", False, (1, -1), (0, 1))
    assert answer["shape"] == (BANDS, FRAMES) and answer["rate"] == 22050 and answer["caption"] == pad.caption
    np.testing.assert_array_equal(np.frombuffer(answer["samples"], np.float32), pad.sound)
    levels = np.frombuffer(answer["levels"], np.uint8).reshape(BANDS, FRAMES)
    expected = np.clip(256 * (pad.square - answer["top"] + RANGE_DB) / RANGE_DB, 0, 255)
    np.testing.assert_allclose(levels, expected, atol=1.0001)
    assert answer["top"] % 10 == 0 and answer["top"] - 10 < pad.square.max() <= answer["top"]


def test_one_scale_of_colours_for_all_that_was_seen():
    """Quieter is darker: the scale only ever grows with what is louder."""
    pad = make(lambda z: np.full((BANDS, FRAMES), 10 * z[0] - 35))
    tops = [ask(pad, str(x), [x, 0])["top"] for x in (0, 2, -1)]
    assert tops == [-30, -10, -10]
    assert len(set(pad.answer["levels"])) == 1 and pad.answer["levels"][0] == 256 * (80 - 35) // 80


def test_no_sound_clips_however_loud():
    """It is turned down as a whole, and the caption says by how much."""
    pad = make(sound_of=lambda square: np.array([0.0, 20.0, -10.0]))
    np.testing.assert_array_equal(pad.sound, np.float32([0, 1, -0.5]))
    assert pad.caption.endswith("; peak 0.0 dBFS, turned down by 26.0 dB so that it does not clip.")
    assert np.abs(make(sound_of=lambda square: np.array([0.0, 1e300])).sound).max() == 1
    assert make(sound_of=lambda square: np.zeros(9)).caption.endswith("; silence.")


def test_what_is_handed_out_is_a_copy(pad):
    """Whoever changes it changes nothing here."""
    pad.square[:], pad.sound[:], pad.z[:] = 0, 0, 9
    assert pad.square.any() and pad.sound.any() and not pad.z.any()


def test_lists_and_float32_are_as_good():
    """What a network gives."""
    pad = make(lambda z: decode(z).astype(np.float32).tolist(), lambda square: sound_of(square).astype(np.float32))
    np.testing.assert_allclose(pad.square, decode(pad.z), rtol=1e-6)
    assert pad.sound.dtype == np.float32 and "no sound" not in pad.caption


def test_without_a_kernel_a_picture_and_a_player_stand_in_its_place(pad):
    """With words for who can't see it; equal for equal pads, and silent about nothing."""
    places = {"<i>anna</i>": np.eye(N)[0]}
    pad, other = (make(places=places) for _ in range(2))
    for each in (pad, other):
        each.move(1, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = html(pad)
    assert shown == html(other) and shown.count("<audio") == shown.count("<img") == 1
    assert "latent 1 over latent 0: the point at 1, 0.5; &lt;i&gt;anna" in shown and "<i>" not in shown
    assert "Decoded: latent 0 at 1, latent 1 at 0.5." in shown
    pad.move(0, 0)
    assert html(pad) != shown
