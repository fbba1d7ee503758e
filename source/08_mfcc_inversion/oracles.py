"""Libraries and closed forms that know nothing of this course, against the reference of lesson 08."""

import tempfile

import keras
import librosa
import numpy as np
import scipy.stats
from IPython.utils.capture import capture_output

RNG = np.random.default_rng(88)


def test_windows_are_frames_of_librosa(reference):
    """Of coefficients whose first and last frame are repeated."""
    for n_coefficients, n_frames, context in [(13, 30, 2), (20, 5, 3), (1, 9, 1), (4, 6, 0)]:
        mfcc = RNG.standard_normal((n_coefficients, n_frames))
        padded = np.pad(mfcc, ((0, 0), (context, context)), mode="edge")
        width = 2 * context + 1
        frames = librosa.util.frame(padded, frame_length=width, hop_length=1)
        expected = frames.transpose(2, 1, 0).reshape(n_frames, width * n_coefficients)
        np.testing.assert_array_equal(reference.make_windows(mfcc, context), expected)


def test_windows_keep_float32(reference):
    """A network's input need not be longer."""
    assert reference.make_windows(np.ones((3, 4), np.float32), 2).dtype == np.float32


def test_a_split_holds_out_whole_speakers(reference):
    """As many as asked for, everybody sooner or later, and the same for the same seed."""
    speakers = np.array(["a", "b", "c", "d", "e"])[RNG.integers(0, 5, size=80)]
    ever = set()
    for seed in range(30):
        held_out = reference.split_by_speaker(speakers, 2, seed)
        assert len(set(speakers[held_out])) == 2 and not set(speakers[held_out]) & set(speakers[~held_out])
        assert np.array_equal(held_out, reference.split_by_speaker(speakers.tolist(), 2, seed))
        ever |= set(speakers[held_out])
    assert ever == set(speakers)


def test_standardised_as_scipy_does(reference):
    """`zmap` compares with other scores."""
    for dtype in (float, np.float32):
        train = (RNG.standard_normal((50, 6)) * [1, 10, 0.1, 3, 100, 2] + 5).astype(dtype)
        other = RNG.standard_normal((7, 6)).astype(dtype)
        np.testing.assert_allclose(reference.standardise(train, other), scipy.stats.zmap(other, train), rtol=1e-3)


def test_standardised_training_data_have_mean_0_and_deviation_1(reference):
    """And a constant column becomes zero."""
    train = RNG.standard_normal((40, 3)) * 7 - 3
    train[:, 2] = 4
    own = reference.standardise(train, train)
    np.testing.assert_allclose(own.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(own.std(axis=0), [1, 1, 0], atol=1e-12)


def test_snr_of_known_ratios(reference):
    """An error of a tenth is 20 dB; of the same size 0 dB; ninety times as large -39 dB."""
    target = RNG.uniform(1, 2, size=(20, 9))
    for part, decibels in [(0.1, 20), (1, 0), (-1, 0), (89.125, -39)]:
        assert abs(reference.mean_snr_db(target, target * (1 + part)) - decibels) < 1e-3


def test_a_training_stops_where_keras_stops_it(reference):
    """Its own callback, fed with the same losses."""

    class Stub:
        stop_training = False

    for patience in (1, 2, 3):
        for _ in range(20):
            losses = RNG.integers(0, 12, size=15) / 4
            stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
            stop.set_model(Stub())
            stop.on_train_begin()
            epochs = 0
            for epoch, loss in enumerate(losses):
                stop.on_epoch_end(epoch, {"val_loss": loss})
                epochs += 1
                if stop.model.stop_training:
                    break
            assert reference.stopping_epoch(losses.tolist(), patience) == epochs


def test_inverter_counts_its_weights(reference):
    """Kernels and biases by hand, and two numbers to learn for each channel that is normalised."""
    network = reference.build_inverter(65, 67, layers=2, width=32, batch_normalisation=True)
    dense = 65 * 32 + 32 + 32 * 32 + 32 + 32 * 67 + 67
    assert sum(int(np.prod(each.shape)) for each in network.trainable_weights) == dense + 2 * 2 * 32
    assert network.input_shape == (None, 65) and network.output_shape == (None, 67)


def test_inverter_by_hand(reference):
    """Without normalisation: a product, a bend, a product."""
    network = reference.build_inverter(5, 3, layers=1, width=8, batch_normalisation=False)
    kernel, bias, last, last_bias = network.get_weights()
    x = RNG.standard_normal((4, 5)).astype(np.float32)
    expected = np.maximum(x @ kernel + bias, 0) @ last + last_bias
    np.testing.assert_allclose(network(x), expected, rtol=1e-4, atol=1e-5)


def test_training_ends_with_the_best_weights(reference):
    """The loss on the validation data, taken again, is the lowest of all epochs; the file holds the same weights."""

    keras.utils.set_random_seed(1)
    x, x_validation = RNG.standard_normal((40, 6)), RNG.standard_normal((30, 6))
    y, y_validation = RNG.standard_normal((40, 2)), RNG.standard_normal((30, 2))
    network = reference.build_inverter(6, 2, layers=1, width=16, dropout=0.0, batch_normalisation=False)
    network.compile(keras.optimizers.Adam(0.05), "mae", jit_compile=False)
    with tempfile.TemporaryDirectory() as folder, capture_output():
        path = f"{folder}/best.weights.h5"
        losses = reference.train(network, x, y, x_validation, y_validation, epochs=12, patience=3, path=path)
        assert len(losses) == min(int(np.argmin(losses)) + 1 + 3, 12)
        assert np.isclose(network.evaluate(x_validation, y_validation, verbose=0), min(losses), rtol=1e-4)
        best = [each.copy() for each in network.get_weights()]
        network.load_weights(path)
    assert all(map(np.array_equal, best, network.get_weights()))
