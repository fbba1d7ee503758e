"""The tests of lesson 06. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing. That an edit leaves its argument alone is seen at every call.
"""

import librosa
import numpy as np

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
AXES = (Axis("band"), Axis("frame"))


def table(n_mels, n_frames):
    """A mel spectrogram of a voice, its range compressed, so that a fault in a faint cell is seen as well."""
    voiced = audio.clip("yes_loud")[2000 : 2000 + 128 * (n_frames - 1)]
    return librosa.feature.melspectrogram(y=voiced, sr=SR, n_fft=512, hop_length=128, n_mels=n_mels) ** 0.25


def random_table(rng, n_mels, n_frames):
    """Unlike a voice, no cell of it is like its neighbour."""
    return rng.uniform(0.05, 3.0, size=(n_mels, n_frames))


class ShiftBands:
    exercise = "shift_bands"
    library_has = ("scipy.ndimage.shift", "scipy.ndimage.affine_transform", "scipy.ndimage.geometric_transform")

    def visible(self):
        for n_mels, n_bands in [(12, 3), (11, -4), (5, 7), (6, 0)]:
            yield Case.of(table(n_mels, 9), n_bands, axes=AXES)

    def test_up(self, answer, reference, rng):
        """Moves rows up, and leaves silence where they were freed."""
        for n_mels in (20, 33):
            mel, n_bands = random_table(rng, n_mels, 7), int(rng.integers(1, n_mels // 2))
            assert_close(answer(mel, n_bands), reference(mel, n_bands))

    def test_down(self, answer, reference, rng):
        """Moves rows down if the number is negative, and leaves silence at the top."""
        for n_mels in (20, 33):
            mel, n_bands = random_table(rng, n_mels, 7), -int(rng.integers(1, n_mels // 2))
            assert_close(answer(mel, n_bands), reference(mel, n_bands))

    def test_beyond_the_edge(self, answer, reference, rng):
        """Leaves nothing but silence if rows are moved by more than there are, in single precision too."""
        mel = random_table(rng, 9, 5).astype(np.float32)
        for n_bands in (-9, 9, -40, 23):
            assert_close(answer(mel, n_bands), reference(mel, n_bands))


class MuteBands:
    exercise = "mute_bands"

    def visible(self):
        yield Case.of(table(12, 9), 3, 6, axes=AXES)
        yield Case.of(table(11, 8), 0, 4, gain_db=-6.0, axes=AXES)
        yield Case.of(table(12, 9), 5, 11, 5.0, axes=AXES)
        yield Case.of(table(12, 9), 2, 7, 0.0, axes=AXES)
        # loud, so that what is left of it can be told from nothing
        yield Case.of(1000 * table(9, 8), 0, 8, axes=AXES)

    def test_gains(self, answer, reference, rng):
        """Scales power by the gain in decibels, fainter or louder."""
        mel = random_table(rng, 20, 15)
        for gain_db in (-20.0, -3.0, 8.0):
            gain_db += float(rng.uniform(-1, 1))
            assert_close(answer(mel, 5, 12, gain_db), reference(mel, 5, 12, gain_db))

    def test_both_ends(self, answer, reference, rng):
        """Counts the first and the last band as included, also at the edges of the table and if they are the same."""
        mel = random_table(rng, 14, 10)
        for first, last in [(0, 6), (7, 13), (4, 4), (0, 13)]:
            assert_close(answer(mel, first, last, -10.0), reference(mel, first, last, -10.0))

    def test_default(self, answer, reference, rng):
        """Mutes by 60 dB unless told otherwise, in single precision too."""
        mel = random_table(rng, 16, 16).astype(np.float32)
        assert_close(answer(mel, 3, 9), reference(mel, 3, 9))
        # with every band muted, what is left is seen
        assert_close(answer(mel, 0, 15), reference(mel, 0, 15))


class MirrorBands:
    exercise = "mirror_bands"

    def visible(self):
        for n_mels in (10, 7):
            yield Case.of(table(n_mels, 9), axes=AXES)

    def test_even_and_odd(self, answer, reference, rng):
        """Turns an even and an odd number of bands around."""
        for n_mels in (16, 17):
            mel = random_table(rng, n_mels, 11)
            assert_close(answer(mel), reference(mel))

    def test_few_bands(self, answer, reference, rng):
        """Handles two and three bands, in single precision too."""
        for n_mels in (2, 3):
            mel = random_table(rng, n_mels, 6).astype(np.float32)
            assert_close(answer(mel), reference(mel))


class ReverseTime:
    exercise = "reverse_time"

    def visible(self):
        for start, stop in [(2, 7), (0, 4), (5, 6), (3, 9)]:
            yield Case.of(table(10, 9), start, stop, axes=AXES)

    def test_in_the_middle(self, answer, reference, rng):
        """Reverses the frames of the region, an even or an odd number, and leaves the others and its input alone."""
        mel = random_table(rng, 12, 40)
        for n_frames in (8, 9):
            start = int(rng.integers(3, 25))
            assert_close(answer(mel, start, start + n_frames), reference(mel, start, start + n_frames))

    def test_at_the_edges(self, answer, reference, rng):
        """Reaches the first and the last frame, and handles the whole spectrogram, in single precision too."""
        mel = random_table(rng, 9, 20).astype(np.float32)
        for start, stop in [(0, 7), (11, 20), (0, 20)]:
            assert_close(answer(mel, start, stop), reference(mel, start, stop))


class StretchTime:
    exercise = "stretch_time"
    library_has = (
        "scipy.ndimage.zoom",
        "scipy.ndimage.affine_transform",
        "scipy.ndimage.geometric_transform",
        "scipy.signal.resample",
        "scipy.signal.resample_poly",
        "librosa.resample",
        "librosa.effects.time_stretch",
        "librosa.phase_vocoder",
    )

    def visible(self):
        for n_frames, factor in [(9, 1.7), (11, 0.6), (8, 2.0)]:
            yield Case.of(table(8, n_frames), factor, axes=AXES)

    def test_longer(self, answer, reference, rng):
        """Draws straight lines between frames when there are more of them, from the first to the last."""
        mel = random_table(rng, 10, 23)
        for factor in (1.37, 2.0, 3.11):
            assert_close(answer(mel, factor), reference(mel, factor))

    def test_shorter(self, answer, reference, rng):
        """Keeps the first and the last frame when there are fewer."""
        mel = random_table(rng, 10, 31).astype(np.float32)
        for factor in (0.81, 0.47):
            assert_close(answer(mel, factor), reference(mel, factor))

    def test_few_frames(self, answer, reference, rng):
        """Handles one and two frames, and rounds their new number."""
        for n_frames, factor in [(1, 2.8), (2, 3.3), (2, 1.9)]:
            mel = random_table(rng, 6, n_frames)
            assert_close(answer(mel, factor), reference(mel, factor))


class WarpFrequencies:
    exercise = "warp_frequencies"

    def visible(self):
        yield Case.of(table(20, 6), 1.3, SR, axes=AXES)
        yield Case.of(table(17, 5), 0.7, SR, axes=AXES)
        yield Case.of(table(20, 6), 1.15, 16000, low=120.0, high=6500.0, axes=AXES)

    def test_up_and_down(self, answer, reference, rng):
        """Moves all frequencies by one factor, above and below 1."""
        mel = random_table(rng, 30, 8)
        for factor in (1.23, 0.77):
            factor += float(rng.uniform(-0.05, 0.05))
            assert_close(answer(mel, factor, SR), reference(mel, factor, SR))

    def test_silent_edges(self, answer, reference, rng):
        """Leaves silence where nothing comes from, at the bottom or at the top."""
        mel = random_table(rng, 25, 6).astype(np.float32)
        for factor in (1.9, 0.55):
            assert_close(answer(mel, factor, 16000), reference(mel, factor, 16000))

    def test_other_bases(self, answer, reference, rng):
        """Knows where the bands lie for other lowest and highest frequencies."""
        mel = random_table(rng, 24, 6)
        for low, high in [(80.0, 7600.0), (300.0, 3400.0)]:
            assert_close(answer(mel, 1.2, SR, low=low, high=high), reference(mel, 1.2, SR, low=low, high=high))


class Chain:
    exercise = "chain"

    def visible(self):
        yield Case.of(table(12, 9), [["shift_bands", 2], ["reverse_time", 1, 6], ["mirror_bands"]], axes=AXES)
        yield Case.of(table(12, 9), [["mute_bands", 2, 5, -10.0], ["stretch_time", 1.5]], axes=AXES)
        yield Case.of(table(10, 7), [["stretch_time", 0.6], ["shift_bands", -3]], axes=AXES)
        yield Case.of(table(10, 7), [], axes=AXES)

    def test_in_order(self, answer, reference, rng):
        """Takes the steps in their order, each on what the one before it made."""
        mel = random_table(rng, 14, 12)
        for steps in ([["shift_bands", 3], ["mirror_bands"]], [["mirror_bands"], ["shift_bands", 3]]):
            assert_close(answer(mel, steps), reference(mel, steps))

    def test_settings(self, answer, reference, rng):
        """Hands over every setting of a step, whether it has none or several."""
        mel = random_table(rng, 16, 20)
        steps = [["mute_bands", 1, 6, 4.0], ["reverse_time", 3, 15], ["warp_frequencies", 1.2, SR], ["mirror_bands"]]
        assert_close(answer(mel, steps), reference(mel, steps))

    def test_again_and_none(self, answer, reference, rng):
        """Takes a step that comes twice twice, and gives back what it got if there are no steps."""
        mel = random_table(rng, 9, 10)
        for steps in ([["shift_bands", -2], ["shift_bands", -2]], []):
            assert_close(answer(mel, steps), reference(mel, steps))
