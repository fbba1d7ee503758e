"""The tests of lesson 10. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import numpy as np

from autograder.testing import assert_close
from course.check.case import Axis, Case

STEP_DB = 10 / np.log(10)
"""One step of the natural logarithm of a power, in dB."""
COEFFICIENT, FRAME, UNIT = (Axis(name) for name in ("coefficient", "frame", "unit"))
SIGNS = list("abcdefghijklmnopqrstuvwxyz0123456789")
"""Digits too: whoever does not ask the table still finds something."""
WORDS = ["zero", "two", "seven", "yes", "no", "up", "hello", "world", "my", "voice", "is", "four"]
ALIKE = {"you": "u", "are": "r", "to": "two", "for": "four", "know": "no", "2": "two", "4": "four", "7": "seven"}
INTERPOLATIONS = (
    "numpy.interp",
    "scipy.interpolate.interp1d",
    "scipy.interpolate.make_interp_spline",
    "scipy.ndimage.zoom",
    "scipy.ndimage.map_coordinates",
    "scipy.signal.resample",
    "scipy.signal.resample_poly",
    "librosa.resample",
)


def drifting(rng, n_coefficients, n_frames):
    """Coefficients that move slowly and get smaller, as those of speech do."""
    steps = rng.standard_normal((n_coefficients, n_frames))
    return np.cumsum(steps, axis=1) * 3 / (1 + np.arange(n_coefficients))[:, None] + rng.standard_normal()


def with_levels(rng, level_db, n_coefficients, n_bands):
    """Coefficients of frames whose bands have these mean levels, in dB."""
    mfcc = drifting(rng, n_coefficients, len(level_db))
    mfcc[0] = np.sqrt(n_bands) * np.asarray(level_db, dtype=float) / STEP_DB
    return mfcc


class ToUnits:
    exercise = "to_units"

    def visible(self):
        for text in (
            "Hello world, is my voice FOUR?",
            "You are zero, to know",
            "24 7",
            "you're, don't know “yes-no” m2x",
            "for cat's voice, to 7up",
            "",
        ):
            yield Case.of(text, WORDS + SIGNS, ALIKE, axes=(UNIT,))

    def shuffled(self, rng):
        """All units in another order."""
        return [str(word) for word in rng.permutation(WORDS + SIGNS)]

    def test_known_words(self, answer, reference, rng):
        """Finds the places of known words, in whatever order the units are listed."""
        for _ in range(2):
            words, text = self.shuffled(rng), " ".join(rng.choice(WORDS, size=8))
            assert_close(answer(text, words, ALIKE), reference(text, words, ALIKE))

    def test_capitals_and_signs(self, answer, reference, rng):
        """Reads capital letters as small ones, and takes signs for gaps, however many; nothing but signs is no unit."""
        words = self.shuffled(rng)
        for text in ("HELLO, World!my-voice...is (yes)\n\tNo/up", "Is… “Hello”? — Yes;no_up", "", " … ?!"):
            assert_close(answer(text, words, ALIKE), reference(text, words, ALIKE))

    def test_sounds_like(self, answer, reference, rng):
        """Asks the table for words and single digits before it spells them."""
        words = self.shuffled(rng)
        for text in ("you are to know for world", "24 7 472 up2you"):
            assert_close(answer(text, words, ALIKE), reference(text, words, ALIKE))

    def test_spelled(self, answer, reference, rng):
        """Spells the words that it does not know, apostrophes left out."""
        words = self.shuffled(rng)
        for text in ("you’re a vaccine", "is'nt, y'all hellos ’tis", "".join(rng.choice(SIGNS[:26], size=9))):
            assert_close(answer(text, words, ALIKE), reference(text, words, ALIKE))


class TrimSilence:
    exercise = "trim_silence"
    library_has = ("librosa.effects.trim", "librosa.effects.split")

    def visible(self):
        rng = np.random.default_rng(100)
        axes = (COEFFICIENT, FRAME)
        inner = [-70, -64, -38, -12, -20, -55, -60, -22, -30, -41.5, -58, -66, -63]
        yield Case.of(with_levels(rng, inner, 4, 80), axes=axes)
        yield Case.of(with_levels(rng, [-30, -12, -3, -9, -14, -40, -21], 3, 40), 10, n_bands=40, axes=axes)
        yield Case.of(with_levels(rng, [-44, 12, 3, -5, -19, -44], 3, 23), 25, 23, axes=axes)
        # one loud frame only
        yield Case.of(with_levels(rng, [-60, -60, -11, -60], 2, 80), 20, axes=axes)

    def word(self, rng, n_bands, drop_db):
        """A word with faint ends and a faint middle; no frame so near the limit that rounding decides."""
        faint = [list(rng.uniform(-30, -2, size=int(n)) - drop_db) for n in rng.integers(2, 7, size=3)]
        loud = [list(rng.uniform(2 - drop_db, -1, size=int(n))) for n in rng.integers(2, 7, size=2)]
        loud[0][0] = 0.0
        return with_levels(
            rng, rng.uniform(-30, 10) + np.array(faint[0] + loud[0] + faint[1] + loud[1] + faint[2]), 6, n_bands
        )

    def test_words(self, answer, reference, rng):
        """Keeps what lies between the first and the last loud frame, a gap within it included."""
        for _ in range(3):
            mfcc = self.word(rng, 80, 30)
            assert_close(answer(mfcc), reference(mfcc))

    def test_settings(self, answer, reference, rng):
        """Follows the limit in dB and the number of bands."""
        for drop_db, n_bands in [(20, 40), (45, 128), (12, 26)]:
            mfcc = self.word(rng, n_bands, drop_db)
            assert_close(answer(mfcc, drop_db, n_bands=n_bands), reference(mfcc, drop_db, n_bands=n_bands))

    def test_nothing_to_cut(self, answer, reference, rng):
        """Keeps a unit whole that is loud at both ends, and one of a single frame."""
        for level_db in ([-5, -60, -70, -9], [-33], [-20, -20, -20]):
            mfcc = with_levels(rng, level_db, 5, 80)
            assert_close(answer(mfcc), reference(mfcc))


class MatchLevel:
    exercise = "match_level"

    def unit(self, rng, n_coefficients, n_frames, n_bands, level_db):
        """Coefficients of some mean level of the bands, and small others."""
        return with_levels(rng, level_db + rng.uniform(-25, 0, size=n_frames), n_coefficients, n_bands)

    def visible(self):
        rng = np.random.default_rng(101)
        axes = (COEFFICIENT, FRAME)
        yield Case.of(self.unit(rng, 5, 6, 80, -20.0), 15, axes=axes)
        yield Case.of(self.unit(rng, 4, 9, 40, 3.0), -6.0, n_bands=40, axes=axes)
        yield Case.of(self.unit(rng, 1, 3, 25, -10.0), 20.0, 25, axes=axes)

    def test_levels(self, answer, reference, rng):
        """Reaches the level that is asked for, upwards and downwards."""
        for n_frames in rng.integers(4, 40, size=3):
            mfcc = self.unit(rng, 20, int(n_frames), 80, -15.0)
            level_db = float(rng.uniform(-30, 30))
            assert_close(answer(mfcc, level_db), reference(mfcc, level_db))

    def test_bands(self, answer, reference, rng):
        """Knows that coefficient 0 depends on the number of bands."""
        for n_bands in (20, 64, 128):
            mfcc = self.unit(rng, 13, 12, n_bands, 0.0)
            assert_close(answer(mfcc, 10.0, n_bands=n_bands), reference(mfcc, 10.0, n_bands=n_bands))

    def test_loud_frames_count(self, answer, reference, rng):
        """Takes the mean of power, so that silence at the ends makes a unit no quieter than it is."""
        mfcc = with_levels(rng, [-80, -80, -10, -80, -80, -80], 6, 80)
        assert_close(answer(mfcc, 12.0), reference(mfcc, 12.0))


class Stretch:
    exercise = "stretch"
    library_has = INTERPOLATIONS

    def visible(self):
        rng = np.random.default_rng(102)
        for n_coefficients, old, new in [(3, 4, 6), (4, 9, 5), (2, 6, 6), (2, 1, 4), (3, 5, 1)]:
            yield Case.of(drifting(rng, n_coefficients, old), new, axes=(COEFFICIENT, FRAME))

    def test_slower(self, answer, reference, rng):
        """Agrees with the reference where there are more frames than before, from a single one on."""
        for n_coefficients, old in [(20, 31), (13, 2), (5, 12), (6, 1)]:
            mfcc, new = drifting(rng, n_coefficients, old), int(rng.integers(old + 1, 4 * old + 2))
            assert_close(answer(mfcc, new), reference(mfcc, new))

    def test_faster(self, answer, reference, rng):
        """Agrees with the reference where there are fewer frames, down to a single one."""
        mfcc = drifting(rng, 12, 40)
        for new in (39, int(rng.integers(4, 30)), 2, 1):
            assert_close(answer(mfcc, new), reference(mfcc, new))

    def test_ends_stay(self, answer, rng):
        """Begins with the first frame and ends with the last."""
        mfcc = drifting(rng, 7, 15)
        for new in (6, 15, 28):
            assert_close(np.asarray(answer(mfcc, new))[:, [0, -1]], mfcc[:, [0, -1]])


class Join:
    exercise = "join"

    def visible(self):
        rng = np.random.default_rng(103)
        for n_first, n_second, n_fade in [(5, 6, 3), (4, 4, 1), (3, 4, 0), (3, 3, 3)]:
            pair = drifting(rng, 3, n_first), drifting(rng, 3, n_second)
            yield Case.of(*pair, n_fade, axes=(COEFFICIENT, FRAME))

    def test_overlaps(self, answer, reference, rng):
        """Agrees with the reference for several lengths of units and overlaps."""
        for n_fade in (2, 5, 9):
            first, second = (drifting(rng, 20, int(n)) for n in rng.integers(10, 40, size=2))
            assert_close(answer(first, second, n_fade), reference(first, second, n_fade))

    def test_weights_sum_to_one(self, answer, rng):
        """Leaves a frame that both units share as it is."""
        same = drifting(rng, 8, 1)
        for n_fade in (1, 4):
            joined = answer(np.repeat(same, 9, axis=1), np.repeat(same, 7, axis=1), n_fade)
            assert_close(joined, np.repeat(same, 16 - n_fade, axis=1))

    def test_no_fade(self, answer, reference, rng):
        """Sets units end to end if nothing overlaps."""
        first, second = drifting(rng, 4, 8), drifting(rng, 4, 5)
        assert_close(answer(first, second, 0), reference(first, second, 0))

    def test_all_of_it(self, answer, reference, rng):
        """Handles units that overlap from end to end."""
        first, second = drifting(rng, 5, 6), drifting(rng, 5, 6)
        assert_close(answer(first, second, 6), reference(first, second, 6))


class DtwDistance:
    exercise = "dtw_distance"
    library_has = ("librosa.sequence.dtw", "librosa.sequence.rqa")

    def visible(self):
        rng = np.random.default_rng(104)
        yield Case.of(drifting(rng, 3, 6), drifting(rng, 3, 9))
        # the same at half the tempo: the way is no diagonal
        slow = drifting(rng, 4, 8)
        yield Case.of(slow[:, ::2] + 0.5 * rng.standard_normal((4, 4)), slow)
        yield Case.of(drifting(rng, 2, 5), drifting(rng, 2, 3))
        yield Case.of(drifting(rng, 5, 1), drifting(rng, 5, 4))

    def test_unlike_sequences(self, answer, reference, rng):
        """Agrees with the reference on unrelated sequences of several lengths."""
        for n_a, n_b in [(20, 20), (7, 25), (25, 7)]:
            a, b = drifting(rng, 12, n_a), drifting(rng, 12, n_b)
            assert_close(answer(a, b), reference(a, b))

    def test_another_tempo(self, answer, reference, rng):
        """Finds the same course at another tempo, with a little noise, and at no great distance."""
        a = drifting(rng, 6, 15)
        b = np.repeat(a, rng.integers(1, 4, size=15), axis=1)
        b += 0.1 * rng.standard_normal(b.shape)
        assert_close(answer(a, b), reference(a, b))

    def test_one_frame(self, answer, reference, rng):
        """Handles sequences of one frame."""
        a, b = drifting(rng, 4, 1), drifting(rng, 4, 6)
        for pair in ((a, b), (b, a), (a, b[:, :1])):
            assert_close(answer(*pair), reference(*pair))

    def test_length_does_not_count(self, answer, rng):
        """Gives the same for a sequence that lasts ten times as long, if it is nowhere nearer or farther."""
        a, b = drifting(rng, 5, 1), drifting(rng, 5, 1)
        apart = float(np.linalg.norm(a - b))
        for n in (3, 30):
            assert_close(answer(np.repeat(a, n, axis=1), np.repeat(b, n, axis=1)), apart)


class WordErrorRate:
    exercise = "word_error_rate"

    def visible(self):
        for said, heard in [
            ("go left and not right", "go left and and not"),
            ("yes no up down", "yes up"),
            ("stop", "oh stop it now"),
            ("is this my voice", "is that my voice"),
            ("hello world", ""),
        ]:
            yield Case.of(said.split(), heard.split())

    def sentence(self, rng, n):
        return [str(word) for word in rng.choice(WORDS, size=n)]

    def test_replaced(self, answer, reference, rng):
        """Counts words that stand in place of others, and nothing else where all is right."""
        said = self.sentence(rng, 7)
        heard = list(said)
        assert_close(answer(said, heard), 0.0)
        heard[2], heard[5] = "oops", "ouch"
        assert_close(answer(said, heard), reference(said, heard))

    def test_left_out(self, answer, reference, rng):
        """Counts words that were missed as one error each, at whatever place."""
        said = self.sentence(rng, 9)
        for heard in (said[1:], said[:4] + said[6:], said[:-3], []):
            assert_close(answer(said, heard), reference(said, heard))

    def test_added(self, answer, reference, rng):
        """Counts words that nobody said, and divides by the number of those that were said."""
        said = self.sentence(rng, 4)
        for heard in (["so", *said], [*said[:2], "er", "um", *said[2:]], said + self.sentence(rng, 8)):
            assert_close(answer(said, heard), reference(said, heard))

    def test_unrelated(self, answer, reference, rng):
        """Finds the fewest changes between unrelated sentences of several lengths."""
        for n_said, n_heard in [(6, 6), (12, 5), (3, 14)]:
            said, heard = self.sentence(rng, n_said), self.sentence(rng, n_heard)
            assert_close(answer(said, heard), reference(said, heard))
