"""Libraries and closed forms that know nothing of this course, against the reference of lesson 06."""

import librosa
import numpy as np
import scipy.ndimage

from course import audio

SR = audio.SAMPLE_RATE


def tables():
    """Mel spectrograms of voices and of noise, in both precisions, of even and odd sizes, and a silent one."""
    rng = np.random.default_rng(6)
    for name in ("voice_slt", "no_loud", "chirp"):
        yield librosa.feature.melspectrogram(y=audio.clip(name)[:20000], n_fft=1024, hop_length=256)
    for shape in ((40, 31), (41, 30), (3, 2)):
        yield from (rng.exponential(1.0, shape).astype(kind) for kind in (np.float32, np.float64))
    yield np.zeros((12, 9))


def near(actual, expected, tolerance=2e-6):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected)), rtol=0)


def test_shift_is_that_of_scipy(reference):
    """scipy.ndimage.shift by whole rows, zeros outside."""
    for mel in tables():
        for n_bands in (-50, -7, -1, 0, 2, 30, len(mel)):
            theirs = scipy.ndimage.shift(mel, (n_bands, 0), order=0, mode="constant", cval=0.0)
            np.testing.assert_array_equal(reference.shift_bands(mel, n_bands), theirs)


def test_shift_is_a_matrix(reference):
    """A matrix with ones beside its diagonal."""
    for mel in tables():
        for n_bands in (-2, 1, 5):
            near(reference.shift_bands(mel, n_bands), np.eye(len(mel), k=-n_bands) @ mel)


def test_shift_up_and_down_loses_the_edge_only(reference):
    """What stayed inside comes back, what left does not."""
    mel = np.random.default_rng(0).uniform(1, 2, (20, 6))
    back = reference.shift_bands(reference.shift_bands(mel, 4), -4)
    np.testing.assert_array_equal(back[:16], mel[:16])
    assert not back[16:].any()


def test_gain_is_that_of_librosa(reference):
    """librosa.db_to_power; and the level of what was scaled, by librosa.power_to_db, falls by the gain."""
    for mel in tables():
        for first, last, gain_db in [(0, len(mel) - 1, -12.5), (1, 1, 6.0), (1, len(mel) + 5, -60.0)]:
            muted = reference.mute_bands(mel, first, last, gain_db)
            near(muted[first : last + 1], librosa.db_to_power(gain_db) * mel[first : last + 1])
            np.testing.assert_array_equal(muted[:first], mel[:first])
            np.testing.assert_array_equal(muted[last + 1 :], mel[last + 1 :])


def test_gains_add_up_in_decibels(reference):
    """6 dB up and 6 dB down is as before; twice 3 dB is 6 dB."""
    for mel in tables():
        near(reference.mute_bands(reference.mute_bands(mel, 1, 2, 6.0), 1, 2, -6.0), mel)
        twice = reference.mute_bands(reference.mute_bands(mel, 0, 1, 3.0), 0, 1, 3.0)
        near(twice, reference.mute_bands(mel, 0, 1, 6.0))


def test_mirror_is_that_of_numpy(reference):
    """numpy.flipud, and a matrix with ones on its other diagonal."""
    for mel in tables():
        np.testing.assert_array_equal(reference.mirror_bands(mel), np.flipud(mel))
        near(reference.mirror_bands(mel), np.fliplr(np.eye(len(mel))) @ mel)


def test_reversal_is_that_of_numpy(reference):
    """numpy.flip of the region, put between the rest; twice is as before."""
    for mel in tables():
        n_frames = mel.shape[1]
        for start, stop in [(0, n_frames), (0, n_frames // 2), (n_frames // 2, n_frames), (1, 2)]:
            parts = [mel[:, :start], np.flip(mel[:, start:stop], axis=1), mel[:, stop:]]
            once = reference.reverse_time(mel, start, stop)
            np.testing.assert_array_equal(once, np.concatenate(parts, axis=1))
            np.testing.assert_array_equal(reference.reverse_time(once, start, stop), mel)


def test_stretch_is_that_of_scipy(reference):
    """scipy.ndimage.zoom in straight lines."""
    for mel in tables():
        for factor in (0.53, 0.9, 1.0, 1.37, 2.6):
            near(reference.stretch_time(mel, factor), scipy.ndimage.zoom(mel, (1, factor), order=1), 1e-5)


def test_a_straight_line_stays_one(reference):
    """From the same first to the same last value."""
    ramp = np.vstack([np.linspace(0, 7, 29), np.linspace(5, 1, 29)])
    for factor in (0.4, 1.9):
        stretched = reference.stretch_time(ramp, factor)
        n_frames = stretched.shape[1]
        assert n_frames == round(factor * 29)
        near(stretched, np.vstack([np.linspace(0, 7, n_frames), np.linspace(5, 1, n_frames)]))


def test_one_frame_is_repeated(reference):
    """There is no line to draw."""
    np.testing.assert_array_equal(reference.stretch_time(np.array([[2.0], [3.0]]), 4), [[2.0] * 4, [3.0] * 4])


def test_warp_by_one_changes_nothing(reference):
    """Every band comes from itself."""
    for mel in tables():
        near(reference.warp_frequencies(mel, 1.0, SR), mel)


def test_warp_is_that_of_scipy(reference):
    """scipy.ndimage.map_coordinates at the row where librosa's mel scale puts a frequency divided by the factor."""
    for mel in tables():
        n_mels, n_frames = mel.shape
        for factor, low, high in [(1.31, 0.0, SR / 2), (0.72, 60.0, 7000.0)]:
            edges = np.linspace(librosa.hz_to_mel(low), librosa.hz_to_mel(high), n_mels + 2)
            hertz = librosa.mel_to_hz(edges[1:-1]) / factor
            rows = (librosa.hz_to_mel(hertz) - edges[0]) / (edges[1] - edges[0]) - 1
            places = np.meshgrid(rows, np.arange(n_frames), indexing="ij")
            theirs = scipy.ndimage.map_coordinates(mel, places, order=1, cval=0.0)
            theirs[(rows < 0) | (rows > n_mels - 1)] = 0
            near(reference.warp_frequencies(mel, factor, SR, low, high), theirs, 1e-5)


def test_a_tone_moves_by_the_factor(reference):
    """The loudest band of a tone, warped, is the loudest band of the tone at the other frequency."""
    seconds = np.arange(SR) / SR
    for hertz, factor in [(500, 1.5), (900, 1.25), (3000, 0.6), (700, 3.0)]:
        tone, other = (
            librosa.feature.melspectrogram(y=np.cos(2 * np.pi * at * seconds), n_fft=2048).mean(axis=1)
            for at in (hertz, hertz * factor)
        )
        warped = reference.warp_frequencies(tone[:, None], factor, SR)[:, 0]
        assert abs(np.argmax(warped) - np.argmax(other)) <= 1


def test_chain_is_composition(reference):
    """The same as the calls written one inside the other; no steps change nothing."""
    for mel in tables():
        once = reference.reverse_time(reference.shift_bands(mel, 1), 0, 2)
        twice = reference.stretch_time(reference.mirror_bands(once), 1.5)
        last = reference.warp_frequencies(reference.mute_bands(twice, 0, 1, -20.0), 1.1, SR)
        steps = [["shift_bands", 1], ["reverse_time", 0, 2], ["mirror_bands"], ["stretch_time", 1.5]]
        steps += [["mute_bands", 0, 1, -20.0], ["warp_frequencies", 1.1, SR]]
        near(reference.chain(mel, steps), last)
        np.testing.assert_array_equal(reference.chain(mel, []), mel)


def test_no_edit_changes_its_input_or_makes_power_negative(reference):
    """Whatever is edited can be had back."""
    steps = [
        *(["shift_bands", 1], ["mute_bands", 0, 1], ["mirror_bands"], ["reverse_time", 0, 2]),
        *(["stretch_time", 1.5], ["warp_frequencies", 1.2, SR]),
    ]
    for mel in tables():
        before = mel.copy()
        for step in steps:
            assert np.min(reference.chain(mel, [step])) >= 0
            np.testing.assert_array_equal(mel, before)
