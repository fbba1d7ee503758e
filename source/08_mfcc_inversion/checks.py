"""The tests of lesson 08. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import numpy as np

from autograder.testing import assert_close
from course.check.case import Axis, Case, Probe

FRAME, BAND, COLUMN, PLACE = (Axis(name) for name in ("frame", "band", "column", "place in the window"))
NAMES = ("ada", "ben", "cleo", "dora", "emil", "fay", "gus", "hal", "ida", "jo", "kim", "leo")


def levels(rng, n_bands, n_frames):
    """Levels of bands that rise and fall, frame by frame far apart in energy."""
    return rng.standard_normal((n_bands, n_frames)) * np.exp(rng.uniform(-2, 2, size=n_frames))


def said_by(rng, n_speakers, n_utterances):
    """Who speaks, utterance by utterance: every speaker some times, in no order."""
    names = rng.choice(NAMES, size=n_speakers, replace=False)
    return rng.permutation(np.concatenate([names, rng.choice(names, size=n_utterances - n_speakers)])).tolist()


class MakeWindows:
    exercise = "make_windows"
    library_has = ("librosa.feature.stack_memory", "librosa.util.frame", "course.inversion.invert")

    def visible(self):
        rng = np.random.default_rng(80)
        for n_coefficients, n_frames, context in [(3, 7, 1), (2, 6, 2), (4, 4, 0)]:
            yield Case.of(rng.standard_normal((n_coefficients, n_frames)), context, axes=(FRAME, PLACE))

    def test_contexts(self, answer, reference, rng):
        """Agrees with the reference for several numbers of coefficients and neighbours."""
        for n_coefficients, context in [(13, 2), (20, 3), (5, 1)]:
            mfcc = rng.standard_normal((n_coefficients, int(rng.integers(12, 40))))
            assert_close(answer(mfcc, context), reference(mfcc, context))

    def test_middle(self, answer, rng):
        """Holds the frame itself in the middle of its window."""
        mfcc = rng.standard_normal((6, 20))
        assert_close(np.asarray(answer(mfcc, 2), dtype=float)[:, 12:18], mfcc.T)

    def test_short(self, answer, reference, rng):
        """Repeats the first and the last frame, even where there are fewer frames than neighbours."""
        for n_frames in (1, 2, 3):
            mfcc = 5 + rng.standard_normal((4, n_frames))
            assert_close(answer(mfcc, 3), reference(mfcc, 3))


class SplitBySpeaker:
    exercise = "split_by_speaker"
    library_has = ("sklearn.model_selection.GroupShuffleSplit", "sklearn.model_selection.GroupKFold")

    def visible(self):
        rng = np.random.default_rng(81)
        for n_speakers, n_utterances, n_held_out, seed in [(5, 20, 2, 0), (8, 24, 3, 7), (4, 9, 1, 3)]:
            yield Case.of(said_by(rng, n_speakers, n_utterances), n_held_out, seed, axes=(Axis("utterance"),))

    def test_draws(self, answer, reference, rng):
        """Holds out the speakers that the seed draws, for several corpora and seeds."""
        for n_speakers, n_held_out in [(6, 2), (10, 4), (12, 1)]:
            speakers, seed = said_by(rng, n_speakers, 60), int(rng.integers(1, 1000))
            assert_close(answer(speakers, n_held_out, seed), reference(speakers, n_held_out, seed))

    def test_nobody_on_both_sides(self, answer, rng):
        """Keeps all utterances of a speaker on one side, and as many speakers out as it was asked to."""
        speakers = said_by(rng, 9, 50)
        held_out = np.asarray(answer(speakers, 3, int(rng.integers(1, 1000))), dtype=bool)
        out = {name for name, apart in zip(speakers, held_out, strict=True) if apart}
        within = {name for name, apart in zip(speakers, held_out, strict=True) if not apart}
        assert len(out) == 3 and len(within) == 6


class Standardise:
    exercise = "standardise"
    library_has = (
        "scipy.stats.zscore",
        "scipy.stats.zmap",
        "sklearn.preprocessing.StandardScaler",
        "keras.layers.Normalization",
    )

    def visible(self):
        rng = np.random.default_rng(82)
        for n_train, n_other, n_columns in [(30, 12, 4), (9, 9, 2)]:
            yield Case.of(*self.data(rng, n_train, n_other, n_columns), axes=(Axis("row"), COLUMN))
        # a column that never changes while training
        train, other = self.data(rng, 20, 6, 3)
        train[:, 1], other[:, 1] = 2.0, [3.0, 4.0, 5.0, 1.0, 0.5, 6.0]
        yield Case.of(train, other, axes=(Axis("row"), COLUMN))

    def data(self, rng, n_train, n_other, n_columns):
        """Columns of different size, and other data that lie elsewhere."""
        size, place = 10.0 ** rng.uniform(-1, 2, size=n_columns), rng.uniform(-50, 50, size=n_columns)
        train = place + size * rng.standard_normal((n_train, n_columns))
        return train, place + 0.7 * size * (0.5 + rng.standard_normal((n_other, n_columns)))

    def test_columns(self, answer, reference, rng):
        """Agrees with the reference for columns of different sizes."""
        for n_train, n_other, n_columns in [(200, 50, 13), (40, 90, 5)]:
            train, other = self.data(rng, n_train, n_other, n_columns)
            assert_close(answer(train, other), reference(train, other))

    def test_one_row(self, answer, reference, rng):
        """Gives a single new row the place that the training data give it."""
        train, other = self.data(rng, 60, 1, 8)
        assert_close(answer(train, other), reference(train, other))

    def test_constant(self, answer, reference, rng):
        """Stays finite where a column of the training data never changes."""
        train, other = self.data(rng, 50, 10, 4)
        train[:, 2], other[:, 2] = -8.0, rng.uniform(1, 3, size=10)
        assert_close(answer(train, other), reference(train, other))


class MeanSnrDb:
    exercise = "mean_snr_db"

    def visible(self):
        rng = np.random.default_rng(83)
        for n_bands, n_frames, size in [(6, 10, 0.3), (4, 4, 2.0), (9, 5, 0.05)]:
            target = np.abs(levels(rng, n_bands, n_frames))
            yield Case.of(target, target + size * levels(rng, n_bands, n_frames))
        # one silent frame, in which the estimate is not silent
        target = np.abs(levels(rng, 5, 8))
        target[:, 3] = 0.0
        yield Case.of(target, target + 0.1)

    def test_estimates(self, answer, reference, rng):
        """Agrees with the reference for good and bad estimates."""
        for n_bands, n_frames, size in [(80, 30, 0.1), (20, 20, 1.0), (12, 7, 20.0)]:
            target = np.abs(levels(rng, n_bands, n_frames))
            estimate = target + size * levels(rng, n_bands, n_frames)
            assert_close(answer(target, estimate), reference(target, estimate))

    def test_silent_frame(self, answer, reference, rng):
        """Is not thrown off by one silent frame."""
        target = np.abs(levels(rng, 16, 12))
        target[:, 5] = 0.0
        estimate = np.abs(target + 0.2 * levels(rng, 16, 12))
        assert_close(answer(target, estimate), reference(target, estimate))

    def test_zeros(self, answer, rng):
        """Gives 0 dB to whoever answers zeros, and less to whoever answers something worse."""
        target = np.abs(levels(rng, 10, 9))
        assert abs(float(answer(target, np.zeros_like(target)))) < 1e-4
        assert float(answer(target, -3 * target)) < -10


class StoppingEpoch:
    exercise = "stopping_epoch"

    def visible(self):
        yield Case.of([5.0, 4.0, 4.5, 3.0, 3.5, 3.2, 3.1, 9.0, 2.0], 3)
        yield Case.of([5.0, 6.0, 4.0, 5.0, 3.0, 4.0, 2.0, 3.0, 1.0], 3)
        yield Case.of([3.0, 1.0, 4.0, 3.0, 2.5, 3.5, 3.0, 2.0], 2)
        yield Case.of([2.0, 1.0, 1.0, 1.0, 1.0, 1.0], 3)

    def test_trembling_curves(self, answer, reference, rng):
        """Stops where the reference does, on curves that fall, tremble and turn round."""
        for patience in (1, 2, 4):
            losses = (np.linspace(3, 1, 25) + 0.4 * rng.standard_normal(25)).tolist()
            losses += (np.linspace(1, 3, 20) + 0.4 * rng.standard_normal(20)).tolist()
            assert_close(answer(losses, patience), reference(losses, patience))

    def test_every_low_counts(self, answer):
        """Runs to the end while new lows keep coming, however many epochs lie between them."""
        losses = [value for low in range(12, 0, -1) for value in (float(low), low + 2.0)]
        assert_close(answer(losses, 2), len(losses))

    def test_turning_round(self, answer, rng):
        """Stops a curve that climbs or stays flat exactly `patience` epochs after its lowest value."""
        fall, patience = int(rng.integers(3, 7)), int(rng.integers(2, 5))
        # on the way down one epoch is no new low
        falling = [12.0, 12.5, *(10.0 - epoch for epoch in range(fall))]
        climbing = [falling[-1] + value for value in (1.0, 0.8, 2.0, 1.5, 3.0, 2.5, 4.0)]
        for after in (climbing, [falling[-1]] * 7):
            assert_close(answer(falling + after, patience), len(falling) + patience)


class BuildInverter:
    exercise = "build_inverter"

    def visible(self):
        rng = np.random.default_rng(85)
        x = rng.standard_normal((5, 6)).astype(np.float32)
        axes = (Axis("row"), Axis("output"))
        yield Case.of(6, 3, 2, 7, 0.1, probe=Probe("predictions", x), axes=axes)
        yield Case.of(6, 2, 1, 4, 0.2, False, 0.02, 0.3, probe=Probe("penalty"))
        yield Case.of(6, 2, 3, 4, 0.25, probe=Probe("dropout"), axes=(Axis("layer"),))

    def test_computes(self, answer, reference, rng):
        """Computes what the reference computes if it has the same weights, with batch normalisation and without."""
        for n_inputs, n_outputs, settings in [(10, 7, (1, 9, 0.2, True)), (5, 8, (2, 6, 0.0, False))]:
            probe = Probe("predictions", rng.standard_normal((6, n_inputs)).astype(np.float32))
            arguments = (n_inputs, n_outputs, *settings)
            assert_close(answer(*arguments, probe=probe), reference(*arguments, probe=probe))

    def test_dropout(self, answer, reference):
        """Drops out what is asked for after every hidden layer."""
        arguments = (4, 2, 2, 3, 0.45)
        assert_close(answer(*arguments, probe=Probe("dropout")), reference(*arguments, probe=Probe("dropout")))

    def test_penalties(self, answer, reference):
        """Penalises the kernels of all hidden layers, in both ways."""
        arguments = (4, 3, 2, 5, 0.1, False, 0.03, 0.2)
        assert_close(answer(*arguments, probe=Probe("penalty")), reference(*arguments, probe=Probe("penalty")))


class Train:
    exercise = "train"

    def visible(self):
        axes = (Axis("epoch, and at last the weight"),)
        yield Case.of(epochs=8, patience=2, probe=Probe("training", 0.25, 100.0, 0.65), axes=axes)
        yield Case.of(epochs=7, patience=2, probe=Probe("training", 0.25, 0.55, 0.3), axes=axes)

    def test_stops(self, answer, reference, rng):
        """Stops when the validation loss has not fallen for `patience` epochs, and goes back to the best weights."""
        patience, best = int(rng.integers(2, 4)), 0.5 + float(rng.uniform(0.05, 0.2))
        probe = Probe("training", 0.25, 100.0, best)
        named = {"epochs": 9, "patience": patience, "probe": probe}
        assert_close(answer(**named), reference(**named))

    def test_goes_on(self, answer, reference):
        """Takes all epochs while the validation loss falls."""
        named = {"epochs": 4, "patience": 1, "probe": Probe("training", 0.125, 50.0, 10.0)}
        assert_close(answer(**named), reference(**named))
