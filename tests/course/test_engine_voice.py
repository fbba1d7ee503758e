"""A voice that is edited: what was not touched stays, what is only scaled keeps its phase, the rest is found."""

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course import audio
from course.engine import Frames, MelBasis, Voice, cepstrum_to_mel, mel_to_cepstrum, mel_to_sound

HOP = 256
FRAMES = Frames()


def part(name="voice_slt", n_frames=160):
    return audio.clip(name)[8000 : 8000 + HOP * (n_frames - 1)]


@pytest.fixture
def voice():
    return Voice(part())


def mel_of(sound):
    return MelBasis().of(np.abs(FRAMES.stft(sound)) ** 2).T


def off(sound, mel):
    """How far a sound's mel spectrogram is from the one that was asked for, relative to it."""
    return np.linalg.norm(mel_of(sound) - mel) / np.linalg.norm(mel)


def snr(found, wanted):
    return 10 * np.log10((wanted**2).sum() / ((found - wanted) ** 2).sum())


def shifted(mel, n_bands):
    """Rows up, with silence below."""
    return np.concatenate([np.zeros_like(mel[:n_bands]), mel[:-n_bands]])


@given(st.integers(0, 9000), st.integers(-3, 3))
@settings(max_examples=25, deadline=None)
def test_unedited_is_the_original(n, scale):
    """Exactly, for every length, loudness and type; it is as long as whole hops."""
    signal = audio.clip("yes_loud")[:n] * np.float32(10.0**scale)
    voice = Voice(signal)
    assert voice.mel.shape == (128, 1 + n // HOP) and voice.signal.shape == (n // HOP * HOP,)
    np.testing.assert_array_equal(voice.signal, signal[: n // HOP * HOP])
    for mel in (voice.mel, voice.mel.copy(), voice.mel.astype(float), voice.mel.tolist()):
        np.testing.assert_array_equal(voice.render(mel), voice.signal)


def test_its_mel_spectrogram_is_librosas(voice):
    """And the one that `MelBasis` finds."""
    np.testing.assert_allclose(voice.mel, mel_of(part()), rtol=1e-4)


boxes = st.tuples(st.integers(0, 127), st.integers(1, 128), st.integers(0, 155), st.integers(1, 160))
edits = st.sampled_from(["mute", "gain", "reverse", "mirror", "up", "later", "spoil", "cut", "twice", "noise"])


def edited(mel, edit, box):
    """One of the edits of a studio, on a box of bands and columns."""
    first, n_bands, start, n_columns = box
    mel, at = mel.copy(), np.s_[first : first + n_bands, start : start + n_columns]
    if edit == "cut":
        return np.delete(mel, np.s_[start : start + n_columns], axis=1)
    if edit == "twice":
        return np.insert(mel, min(start, mel.shape[1]), mel[:, start : start + n_columns].T, axis=1)
    changes = {
        "mute": lambda cells: 0 * cells,
        "gain": lambda cells: 0.1 * cells,
        "reverse": lambda cells: cells[:, ::-1],
        "mirror": lambda cells: cells[::-1],
        "up": lambda cells: np.roll(cells, 3, axis=0),
        "later": lambda cells: np.roll(cells, 5, axis=1),
        "spoil": lambda cells: cells * np.nan,
        "noise": lambda cells: np.random.default_rng(0).random(cells.shape) * 10,
    }
    mel[at] = changes[edit](mel[at])
    return mel


@given(st.lists(st.tuples(edits, boxes), min_size=1, max_size=4))
@example([("cut", (0, 1, 0, 64)), ("cut", (0, 1, 0, 96))])
@settings(max_examples=60, deadline=None)
def test_whatever_is_done(steps):
    """The sound is finite, as long as the frames say, and the same from an equal voice; going back is exact."""
    one, other = Voice(part()), Voice(part())
    mel = one.mel
    for edit, box in steps:
        mel = edited(mel, edit, box)
        sound = one.render(mel, iterations=3)
        assert sound.dtype == np.float32 and sound.shape == (max(0, HOP * (mel.shape[1] - 1)),)
        assert np.isfinite(sound).all()
        np.testing.assert_array_equal(other.render(mel, iterations=3), sound)
        for voice in (one, other):
            np.testing.assert_array_equal(voice.render(mel, iterations=3), sound)
    np.testing.assert_array_equal(one.render(one.mel), part())


@given(edits.filter(lambda edit: edit not in ("cut", "twice")), boxes)
@settings(max_examples=60, deadline=None)
def test_samples_that_no_edited_column_reaches_stay(edit, box):
    """Exactly: those more than half a window away from all of them."""
    voice = Voice(part())
    sound = voice.render(edited(voice.mel, edit, box), iterations=3)
    before, after = max(0, HOP * box[2] - 512), HOP * (box[2] + box[3] - 1) + 512
    np.testing.assert_array_equal(sound[:before], voice.signal[:before])
    np.testing.assert_array_equal(sound[after:], voice.signal[after:])


@pytest.mark.parametrize("decibels", [-60, -12, 6, 20])
def test_louder_and_quieter_is_the_original_scaled(voice, decibels):
    """By the root of the gain of its power, whatever the iterations."""
    wanted = voice.signal * 10 ** (decibels / 20)
    assert snr(voice.render(voice.mel * 10 ** (decibels / 10), iterations=0), wanted) > 100


@pytest.mark.parametrize("first, stop", [(0, 128), (0, 20), (40, 80)])
def test_a_gain_of_bands_keeps_the_phase(voice, first, stop):
    """Each frame is the original's, scaled by the root of what the bands say, without a seam."""
    mel, gain = voice.mel.copy(), np.ones((1, 128))
    mel[first:stop, 50:100] *= 0.01
    gain[:, first:stop] = 0.01
    spectrum = FRAMES.stft(voice.signal)
    spectrum[50:100] *= np.sqrt(MelBasis().spread(gain))
    np.testing.assert_allclose(voice.render(mel, iterations=0), FRAMES.istft(spectrum), atol=1e-5)


def test_what_is_muted_is_gone(voice):
    """Of the bands and columns inside, less than a ten thousandth is left."""
    mel = voice.mel.copy()
    mel[40:80, 50:100] = 0
    rest = mel_of(voice.render(mel, iterations=0))[45:75, 53:97]
    assert rest.max() < 1e-4 * voice.mel[45:75, 53:97].max()


def test_silence(voice):
    """All muted, all wrong, or a voice that is silent: zeros."""
    assert not voice.render(np.zeros((128, 90))).any() and not voice.render(0 * voice.mel).any()
    assert not voice.render(np.full_like(voice.mel, np.nan)).any()
    assert not voice.render(-voice.mel).any()
    silent = Voice(np.zeros(5000))
    assert not silent.render(silent.mel).any()
    assert silent.render(np.ones_like(silent.mel)).any()


@pytest.mark.parametrize("start, stop", [(0, 160), (40, 100), (41, 100)])
def test_a_reversed_stretch_is_the_sound_backwards(voice, start, stop):
    """Sample by sample, more than a window inside it."""
    mel = voice.mel.copy()
    mel[:, start:stop] = mel[:, start:stop][:, ::-1]
    sound, middle = voice.render(mel), HOP * (start + stop - 1)
    inside = np.arange(HOP * (start + 4), HOP * (stop - 5))
    np.testing.assert_allclose(sound[inside], voice.signal[middle - inside], atol=1e-5)


@pytest.mark.parametrize("n_bands", [1, 5, 12])
def test_shifted_bands_are_found(voice, n_bands):
    """As near as `mel_to_sound` comes, and a part of them in its place leaves the rest as it was."""
    mel = shifted(voice.mel, n_bands)
    assert off(voice.render(mel), mel) < 1.3 * off(mel_to_sound(mel), mel)
    some = voice.mel.copy()
    some[:, 60:100] = mel[:, 60:100]
    assert off(voice.render(some), some) < 1.3 * off(mel_to_sound(some), some)


def test_bands_that_stay_are_better_than_found(voice):
    """An edit of a box keeps what lies under the other bands: nearer than all of it searched for."""
    mel = voice.mel.copy()
    mel[30:70] = np.roll(mel[30:70], 7, axis=0)
    assert off(voice.render(mel), mel) < off(mel_to_sound(mel), mel)


def test_another_number_of_frames(voice):
    """What was cut out, put in or stretched: the columns before and behind keep their samples."""
    mel = voice.mel
    for middle in (mel[:, :0], mel[:, 60:100:2], np.repeat(mel[:, 60:100], 2, axis=1), shifted(mel, 9)):
        sound = voice.render(np.concatenate([mel[:, :60], middle, mel[:, 100:]], axis=1))
        assert len(sound) == HOP * (119 + middle.shape[1])
        np.testing.assert_array_equal(sound[: 58 * HOP], voice.signal[: 58 * HOP])
        np.testing.assert_array_equal(sound[-57 * HOP :], voice.signal[-57 * HOP :])


def test_cepstra_cut_short_and_decibels(voice):
    """Smooth bands are searched for; all coefficients, or decibels and back, are no edit."""
    smooth = cepstrum_to_mel(mel_to_cepstrum(voice.mel, 20))
    assert off(voice.render(smooth), smooth) < 1.3 * off(mel_to_sound(smooth), smooth)
    again = cepstrum_to_mel(mel_to_cepstrum(voice.mel))
    assert snr(voice.render(again), voice.signal) > 60
    decibels = 10 * np.log10(np.maximum(voice.mel, 1e-8 * voice.mel.max()))
    assert snr(voice.render(10 ** (decibels / 10)), voice.signal) > 40


def test_an_edit_keeps_what_an_earlier_one_found(voice):
    """Only what it touches changes: outside it, the sound is the last one, exactly; and undo gives that again."""
    first = shifted(voice.mel, 6)
    before = voice.render(first)
    second = first.copy()
    second[:, 60:90] = np.roll(second[:, 60:90], 9, axis=0)
    after = voice.render(second)
    np.testing.assert_array_equal(after[: 58 * HOP], before[: 58 * HOP])
    np.testing.assert_array_equal(after[92 * HOP :], before[92 * HOP :])
    assert np.abs(after - before).max() > 0.01
    np.testing.assert_array_equal(voice.render(first), before)
    np.testing.assert_array_equal(voice.render(second), after)


def test_what_was_rendered_before_hardly_matters(voice):
    """The same mel spectrogram comes as near after other edits as from the start."""
    goal = shifted(voice.mel, 4)
    fresh = off(voice.render(goal), goal)
    used = Voice(part())
    for n_bands in (1, 9, 2):
        mel = used.mel.copy()
        mel[:, 20 * n_bands : 20 * n_bands + 50] = shifted(mel, n_bands)[:, 20 * n_bands : 20 * n_bands + 50]
        used.render(mel)
    assert abs(off(used.render(goal), goal) - fresh) < 0.2 * fresh


def test_an_edit_costs_what_it_touches():
    """A tenth of a long voice, edited, takes less than half the time of all of it."""
    long = Voice(np.tile(part(), 6))
    whole, some = [], []
    for n_bands in range(1, 6):
        mel = shifted(long.mel, n_bands)
        for seconds, each in ((whole, mel), (some, np.concatenate([mel[:, :90], long.mel[:, 90:]], axis=1))):
            begun = time.perf_counter()
            long.render(each)
            seconds.append(time.perf_counter() - begun)
    assert min(some) < 0.5 * min(whole)


def test_nothing_that_is_handed_out_can_be_spoiled(voice):
    """The voice's own arrays and its sounds can't be written to; what is handed in stays as it is."""
    mel = shifted(voice.mel, 3)
    kept = mel.copy()
    for array in (voice.mel, voice.signal, voice.render(mel), voice.render(voice.mel)):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    np.testing.assert_array_equal(mel, kept)
    signal = part().copy()
    other = Voice(signal)
    signal[:] = 0
    np.testing.assert_array_equal(other.render(other.mel), part())


@pytest.mark.parametrize("shape", [(127, 50), (160, 128), (128,), (2, 128, 5)])
def test_a_table_of_another_shape(voice, shape):
    """Is told."""
    with pytest.raises(ValueError, match="128 bands"):
        voice.render(np.ones(shape))
