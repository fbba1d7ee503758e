"""Libraries and closed forms that know nothing of this course, against the reference of lesson 09."""

import keras
import librosa
import numpy as np
import scipy.signal
import scipy.stats
from sklearn.preprocessing import StandardScaler

from course import corpus


def near(mine, theirs, tolerance=1e-5):
    theirs = np.asarray(theirs, dtype=float)
    np.testing.assert_allclose(np.asarray(mine, dtype=float), theirs, atol=tolerance * np.max(np.abs(theirs)))


def singles(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def test_squares_are_those_of_librosa(reference):
    """librosa.power_to_db and pad_center, on real words shorter and longer than a square."""
    words = corpus.bundled().only(labels=["the", "seven"])[:40]
    for mel in words.mels(n_mels=50, fmax=11025):
        levels = librosa.power_to_db(mel, amin=1e-5, top_db=None)
        n_frames = levels.shape[1]
        if n_frames <= 50:
            theirs = librosa.util.pad_center(levels, size=50, axis=1, constant_values=-50)
        else:
            theirs = levels[:, (n_frames - 50) // 2 :][:, :50]
        near(reference.to_square_mel(mel), theirs, 1e-6)


def test_silence_is_the_floor(reference):
    """Whatever its length."""
    for n_frames in (0, 1, 49, 50, 51, 200):
        np.testing.assert_array_equal(reference.to_square_mel(np.zeros((50, n_frames))), np.full((50, 50), -50.0))


def test_a_click_stays_in_the_middle(reference):
    """The middle frame of a word with an odd number of frames gets into column 24 or 25."""
    for n_frames in (1, 11, 49, 51, 99):
        mel = np.zeros((50, n_frames))
        mel[:, n_frames // 2] = 1.0
        assert np.argmax(reference.to_square_mel(mel)[0]) in (24, 25)


def test_normalised_as_scikit_learn_does(reference):
    """StandardScaler, given all cells as samples of one number."""
    rng = np.random.default_rng(1)
    squares, training = rng.uniform(-50, 20, (3, 8, 8)), rng.uniform(-50, 0, (9, 8, 8))
    scaler = StandardScaler().fit(training.reshape(-1, 1))
    near(reference.normalise(squares, training), scaler.transform(squares.reshape(-1, 1)).reshape(squares.shape), 1e-12)


def filtered(image, kernel, bias, mode):
    """A layer of filters by scipy.signal: [rows, columns, channels in] to [rows, columns, filters]."""
    channels, filters = kernel.shape[2:]
    return np.stack(
        [
            sum(scipy.signal.correlate2d(image[..., c], kernel[..., c, f], mode) for c in range(channels)) + bias[f]
            for f in range(filters)
        ],
        axis=-1,
    )


def pooled(image):
    """Means of 2 x 2 cells; at the rim of those that are there."""
    rows, columns = (range(0, length, 2) for length in image.shape[:2])
    return np.array([[image[r : r + 2, c : c + 2].mean(axis=(0, 1)) for c in columns] for r in rows])


def relu(values):
    return np.maximum(values, 0)


def test_the_encoder_by_scipy(reference):
    """Filters, means and matrices without Keras, with its weights."""
    keras.utils.set_random_seed(4)
    encoder = reference.build_encoder(6)
    w = [each + 0.01 for each in encoder.get_weights()]
    encoder.set_weights(w)
    square = singles(2, 50, 50)
    image = pooled(relu(filtered(square[..., None], w[0], w[1], "same")))
    image = pooled(relu(filtered(image, w[2], w[3], "same")))
    summary = relu(relu(image.ravel() @ w[4] + w[5]) @ w[6] + w[7])
    mean, log_variance = (np.asarray(each)[0] for each in encoder(square[None]))
    near(mean, summary @ w[8] + w[9], 1e-4)
    near(log_variance, summary @ w[10] + w[11], 1e-4)


def test_the_decoder_by_scipy(reference):
    """Matrices, repetition and filters without Keras, with its weights."""
    keras.utils.set_random_seed(5)
    decoder = reference.build_decoder(6)
    w = [each + 0.01 for each in decoder.get_weights()]
    decoder.set_weights(w)
    latents = singles(3, 6)
    image = relu(relu(relu(latents @ w[0] + w[1]) @ w[2] + w[3]) @ w[4] + w[5]).reshape(13, 13, 8)
    image = relu(filtered(image.repeat(2, axis=0).repeat(2, axis=1), w[6], w[7], "same"))
    image = filtered(image.repeat(2, axis=0).repeat(2, axis=1), w[8], w[9], "valid")
    near(np.asarray(decoder(latents[None]))[0], image[..., 0], 1e-4)


def test_draws_have_their_mean_and_variance(reference):
    """scipy.stats.kstest can't tell them from a normal distribution of that mean and variance."""
    noise = singles(6, 20000, 1)
    for mean, variance in [(0.0, 1.0), (3.0, 0.25), (-2.0, 9.0)]:
        log_variance = np.log(np.full_like(noise, variance))
        drawn = np.asarray(reference.reparameterise(np.full_like(noise, mean), log_variance, noise))[:, 0]
        assert scipy.stats.kstest(drawn, scipy.stats.norm(mean, np.sqrt(variance)).cdf).pvalue > 0.01


def test_the_price_by_integration(reference):
    """The expectation of the logarithm of the densities' ratio, by scipy.integrate, summed over the latents."""
    mean, log_variance = singles(7, 3, 4), singles(8, 3, 4)
    theirs = np.zeros((3, 4))
    for place in np.ndindex(3, 4):
        normal = scipy.stats.norm(mean[place], np.exp(log_variance[place] / 2))
        theirs[place] = normal.expect(lambda z, normal=normal: normal.logpdf(z) - scipy.stats.norm.logpdf(z))
    near(reference.kl_divergence(mean, log_variance), theirs.sum(axis=1))


def test_who_tells_nothing_pays_nothing(reference):
    """Mean 0 and variance 1; and nobody is paid for anything."""
    np.testing.assert_array_equal(reference.kl_divergence(np.zeros((2, 20)), np.zeros((2, 20))), [0, 0])
    assert np.min(reference.kl_divergence(singles(9, 100, 3), singles(10, 100, 3))) > 0


def test_the_loss_is_a_likelihood(reference):
    """Minus scipy.stats' log density of the target around the output, less a constant, plus the price."""
    target, output = singles(11, 4, 7, 7), singles(12, 4, 7, 7)
    mean, log_variance = singles(13, 4, 5), singles(14, 4, 5)
    constant = 49 * np.log(2 * np.pi) / 2
    error = -scipy.stats.norm.logpdf(target, output).sum(axis=(1, 2)) - constant
    price = np.asarray(reference.kl_divergence(mean, log_variance))
    for beta in (0.0, 1.0, 30.0):
        near(reference.vae_loss(target, output, mean, log_variance, beta), np.mean(error + beta * price))


def test_generating_undoes_normalising(reference):
    """With a decoder that gives what it is given."""
    training = np.random.default_rng(15).uniform(-45, 10, (6, 5, 5))
    normalised = reference.normalise(training, training)
    back = reference.generate(lambda z: z, normalised, np.mean(training), np.std(training))
    np.testing.assert_allclose(back, training, atol=1e-9)


def test_paths_are_those_of_numpy(reference):
    """numpy.linspace between two rows."""
    for n_latent, n in [(1, 2), (20, 5), (7, 30)]:
        a, b = np.random.default_rng(n).standard_normal((2, n_latent))
        near(reference.interpolate(a, b, n), np.linspace(a, b, n), 1e-14)
