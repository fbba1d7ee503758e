"""The tests of lesson 09. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import numpy as np

from autograder.testing import WrongAnswer, assert_close
from course.check.case import Axis, Case, Probe

BAND, FRAME, ROW, LATENT, STEP = (Axis(name) for name in ("mel band", "frame", "square", "latent", "step"))
GRADIENTS = Probe("gradients")


def spoken(rng, n_frames):
    """Mel power over ten powers of ten: some of it far below the floor, some of it silent."""
    mel = 10.0 ** rng.uniform(-8, 2, size=(50, n_frames))
    mel[:2] = 0.0
    return mel


def numbers(rng, *shape):
    """Single precision, as networks have it."""
    return rng.standard_normal(shape).astype(np.float32)


class ToSquareMel:
    exercise = "to_square_mel"
    library_has = (
        "librosa.power_to_db",
        "librosa.amplitude_to_db",
        "librosa.util.pad_center",
        "librosa.util.fix_length",
    )

    def visible(self):
        rng = np.random.default_rng(90)
        for n_frames in (31, 50, 77, 40):
            # whole powers of ten, so that the file of the student's own check stays small
            yield Case.of(10.0 ** rng.integers(-8, 3, size=(50, n_frames)), axes=(BAND, FRAME))

    def test_short_words(self, answer, reference, rng):
        """Puts a short word in the middle, with the floor on both sides."""
        for n_frames in rng.choice(np.arange(3, 49), size=4, replace=False):
            mel = spoken(rng, int(n_frames))
            assert_close(answer(mel), reference(mel))

    def test_odd_and_even(self, answer, reference, rng):
        """Puts the smaller half of the floor before the word where the halves are not equal."""
        for n_frames in (1, 20, 33, 49):
            mel = spoken(rng, n_frames)
            assert_close(answer(mel), reference(mel))

    def test_long_words(self, answer, reference, rng):
        """Keeps the middle of a long word, and all of one with 50 frames."""
        for n_frames in (50, 51, 58, 91):
            mel = spoken(rng, n_frames)
            assert_close(answer(mel), reference(mel))

    def test_levels(self, answer, reference, rng):
        """Gives decibels of power above the floor, whatever the loudest cell is."""
        for level in (1e-5, 1e4):
            mel = level * spoken(rng, 50)
            assert_close(answer(mel), reference(mel))


class Normalise:
    exercise = "normalise"
    library_has = (
        "scipy.stats.zscore",
        "sklearn.preprocessing.scale",
        "sklearn.preprocessing.StandardScaler",
        "keras.layers.Normalization",
    )

    def visible(self):
        rng = np.random.default_rng(91)
        axes = (ROW, BAND, FRAME)
        yield Case.of(rng.uniform(-50, 20, (3, 5, 4)), rng.uniform(-45, 10, (6, 5, 4)), axes=axes)
        yield Case.of(rng.normal(-20, 3, (1, 2, 6)), rng.normal(-30, 9, (4, 2, 6)), axes=axes)

    def test_other_voices(self, answer, reference, rng):
        """Takes mean and deviation from the training squares, whatever is normalised."""
        training = rng.normal(-30, 12, (20, 9, 9))
        for mean, deviation in [(-5, 2), (-60, 30)]:
            squares = rng.normal(mean, deviation, (4, 9, 9))
            assert_close(answer(squares, training), reference(squares, training))

    def test_the_training_itself(self, answer, reference, rng):
        """Gives the training squares themselves one mean and one deviation for all cells."""
        training = rng.normal(-30, 12, (15, 8, 6)) + rng.uniform(-20, 20, (8, 6))
        assert_close(answer(training, training), reference(training, training))


class BuildEncoder:
    exercise = "build_encoder"

    def visible(self):
        squares = numbers(np.random.default_rng(92), 2, 50, 50)
        yield Case.of(3, probe=Probe("predictions", squares), axes=(ROW, LATENT))
        yield Case.of(20, probe=Probe("weights"))

    def test_answers(self, answer, reference, rng):
        """Gives mean and log variance as the described layers do, with the same weights."""
        n_latent = int(rng.integers(4, 12))
        probe = Probe("predictions", numbers(rng, 3, 50, 50))
        assert_close(answer(n_latent, probe=probe), reference(n_latent, probe=probe))

    def test_size(self, answer, reference, rng):
        """Has as many numbers to learn as the described layers."""
        n_latent = int(rng.integers(13, 40))
        assert_close(answer(n_latent, probe=Probe("weights")), reference(n_latent, probe=Probe("weights")))


class Reparameterise:
    exercise = "reparameterise"

    def visible(self):
        rng = np.random.default_rng(93)
        for shape in [(4, 3), (2, 20)]:
            yield Case.of(numbers(rng, *shape), numbers(rng, *shape) - 1, numbers(rng, *shape), axes=(ROW, LATENT))
        yield Case.of(numbers(rng, 2, 2), numbers(rng, 2, 2), numbers(rng, 2, 2), probe=GRADIENTS)

    def test_draws(self, answer, reference, rng):
        """Agrees with the reference on small and large variances."""
        for log_variance in (-4, 0, 3):
            shape = int(rng.integers(2, 9)), int(rng.integers(2, 30))
            given = numbers(rng, *shape), log_variance + numbers(rng, *shape), numbers(rng, *shape)
            assert_close(answer(*given), reference(*given))

    def test_sure_of_it(self, answer, reference, rng):
        """Stays near means far from zero where the variance is small."""
        given = 5 + numbers(rng, 5, 7), numbers(rng, 5, 7) - 5, numbers(rng, 5, 7)
        assert_close(answer(*given), reference(*given))

    def test_gradients(self, answer, reference, rng):
        """Lets gradients through to mean and log variance."""
        given = [numbers(rng, 3, 4) for _ in range(3)]
        assert_close(answer(*given, probe=GRADIENTS), reference(*given, probe=GRADIENTS))


class KlDivergence:
    exercise = "kl_divergence"
    library_has = ("keras.losses.KLDivergence", "keras.losses.kl_divergence", "scipy.stats.entropy")

    def visible(self):
        rng = np.random.default_rng(94)
        for shape in [(4, 3), (3, 20), (2, 1)]:
            yield Case.of(2 * numbers(rng, *shape), numbers(rng, *shape) - 1, axes=(ROW,))
        yield Case.of(numbers(rng, 2, 3), numbers(rng, 2, 3), probe=GRADIENTS)

    def test_rows(self, answer, reference, rng):
        """Gives one number for each row, summed over the latents."""
        for n_latent in (1, 7, 20):
            shape = int(rng.integers(2, 12)), n_latent
            given = 2 * numbers(rng, *shape), numbers(rng, *shape)
            assert_close(answer(*given), reference(*given))

    def test_sure_answers(self, answer, reference, rng):
        """Charges for small variances, and for large ones."""
        for log_variance in (-6, 4):
            given = 0.1 * numbers(rng, 6, 5), log_variance + numbers(rng, 6, 5)
            assert_close(answer(*given), reference(*given))

    def test_gradients(self, answer, reference, rng):
        """Lets gradients through to mean and log variance."""
        given = numbers(rng, 3, 5), numbers(rng, 3, 5)
        assert_close(answer(*given, probe=GRADIENTS), reference(*given, probe=GRADIENTS))


class VaeLoss:
    exercise = "vae_loss"
    library_has = ("keras.losses.MeanSquaredError", "keras.losses.mean_squared_error")

    def squares(self, rng, n, side, n_latent):
        """Targets, outputs, means and log variances."""
        return [numbers(rng, n, side, side) for _ in range(2)] + [numbers(rng, n, n_latent) for _ in range(2)]

    def visible(self):
        rng = np.random.default_rng(95)
        yield Case.of(*self.squares(rng, 3, 6, 4), 1.0)
        yield Case.of(*self.squares(rng, 5, 4, 9), 7.0)
        yield Case.of(*self.squares(rng, 2, 3, 2), 0.5, probe=GRADIENTS)

    def test_both_terms(self, answer, reference, rng):
        """Weighs half the squared error against beta times the divergence."""
        for beta in (0.1, 1.0, 40.0):
            given = self.squares(rng, int(rng.integers(2, 7)), 10, 6)
            assert_close(answer(*given, beta), reference(*given, beta))

    def test_error_alone(self, answer, reference, rng):
        """Is half the squared error of a square, on the average, where beta is zero."""
        for n, side in [(4, 12), (1, 5)]:
            given = self.squares(rng, n, side, 3)
            assert_close(answer(*given, 0.0), reference(*given, 0.0))

    def test_divergence_alone(self, answer, reference, rng):
        """Is beta times the divergence of a square, on the average, where the output is right."""
        for n, n_latent in [(6, 8), (2, 20)]:
            target, _, mean, log_variance = self.squares(rng, n, 5, n_latent)
            beta = float(rng.uniform(2, 9))
            given = target, target, mean, log_variance, beta
            assert_close(answer(*given), reference(*given))

    def test_gradients(self, answer, reference, rng):
        """Lets gradients through to the output."""
        # where the divergence counts nothing: it may be answered for from outside, and then has no gradient
        given = *self.squares(rng, 2, 4, 3), 0.0
        assert_close(answer(*given, probe=GRADIENTS), reference(*given, probe=GRADIENTS))


class BuildDecoder:
    exercise = "build_decoder"

    def visible(self):
        latents = numbers(np.random.default_rng(96), 1, 3)
        yield Case.of(3, probe=Probe("predictions", latents), axes=(ROW, BAND, FRAME))
        yield Case.of(20, probe=Probe("weights"))

    def test_squares(self, answer, reference, rng):
        """Gives squares as the described layers do, with the same weights."""
        n_latent = int(rng.integers(4, 12))
        probe = Probe("predictions", numbers(rng, 3, n_latent))
        assert_close(answer(n_latent, probe=probe), reference(n_latent, probe=probe))

    def test_size(self, answer, reference, rng):
        """Has as many numbers to learn as the described layers."""
        n_latent = int(rng.integers(13, 40))
        assert_close(answer(n_latent, probe=Probe("weights")), reference(n_latent, probe=Probe("weights")))


class Generate:
    exercise = "generate"

    def visible(self):
        rng = np.random.default_rng(97)
        for n, n_latent, side in [(3, 4, 6), (1, 2, 5)]:
            probe = Probe("with_decoder", numbers(rng, n_latent, side, side))
            yield Case.of(numbers(rng, n, n_latent), -20.0, 12.0, probe=probe, axes=(ROW, BAND, FRAME))

    def test_levels(self, answer, reference, rng):
        """Turns deviations from the mean back into decibels."""
        for mean, deviation in [(-10.0, 5.0), (4.0, 2.0)]:
            probe = Probe("with_decoder", numbers(rng, 5, 7, 7))
            latents = numbers(rng, 4, 5)
            assert_close(
                answer(latents, mean, deviation, probe=probe), reference(latents, mean, deviation, probe=probe)
            )

    def test_floor(self, answer, reference, rng):
        """Raises what is fainter to the floor of -50 dB."""
        probe = Probe("with_decoder", numbers(rng, 3, 8, 8))
        latents = numbers(rng, 6, 3)
        assert_close(answer(latents, -45.0, 15.0, probe=probe), reference(latents, -45.0, 15.0, probe=probe))


class Interpolate:
    exercise = "interpolate"

    def visible(self):
        rng = np.random.default_rng(98)
        for n_latent, n in [(4, 5), (20, 3), (3, 2)]:
            yield Case.of(rng.standard_normal(n_latent), rng.standard_normal(n_latent), n, axes=(STEP, LATENT))

    def test_paths(self, answer, reference, rng):
        """Walks evenly from one point to the other, for several numbers of steps."""
        for n in (2, 7, 16):
            a, b = rng.standard_normal((2, int(rng.integers(2, 25))))
            assert_close(answer(a, b, n), reference(a, b, n))

    def test_ends(self, answer, rng):
        """Begins exactly at the one point and ends exactly at the other."""
        a, b = rng.standard_normal((2, 20))
        path = np.asarray(answer(a, b, 6), dtype=float)
        if path.shape != (6, 20):
            raise WrongAnswer("Not what is expected: another shape.")
        assert_close(path[[0, -1]], np.stack([a, b]))
