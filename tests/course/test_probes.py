"""Probes: what is looked at in a network, and what is said to whoever returns none."""

import re

import keras
import numpy as np
import pytest

from course import probes
from course.check.attempt import attempt
from course.check.case import Case, Probe

X = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)


def two_layers(n_inputs, n_outputs, rate=0.0, activation="relu"):
    inputs = keras.Input((n_inputs,))
    hidden = keras.layers.Dense(7, activation, kernel_regularizer=keras.regularizers.L2(0.1))(inputs)
    return keras.Model(inputs, keras.layers.Dense(n_outputs)(keras.layers.Dropout(rate)(hidden)))


def two_layers_in_a_row(n_inputs, n_outputs):
    layers = [keras.Input((n_inputs,)), keras.layers.Dense(7), keras.layers.ReLU(), keras.layers.Dense(n_outputs)]
    return keras.Sequential(layers)


def seen(function, *arguments, probe, **named):
    return attempt(function, Case.of(*arguments, probe=probe, **named))


def test_networks_that_compute_the_same_look_the_same():
    """However they are written; and another activation is another network."""
    looks = [seen(build, 5, 3, probe=Probe("predictions", X)).result for build in (two_layers, two_layers_in_a_row)]
    np.testing.assert_allclose(*looks, rtol=1e-5)
    assert looks[0].shape == (6, 3)
    other = seen(two_layers, 5, 3, activation="tanh", probe=Probe("predictions", X)).result
    assert np.max(np.abs(other - looks[0])) > 0.1


def test_several_outputs_stand_side_by_side():
    """Mean and spread of an encoder, for one."""

    def build():
        inputs = keras.Input((5,))
        return keras.Model(inputs, [keras.layers.Dense(2)(inputs), keras.layers.Dense(3)(inputs)])

    assert seen(build, probe=Probe("predictions", X)).result.shape == (6, 5)


def test_counts_rates_and_penalties():
    """What can't be seen in what a network predicts."""
    assert seen(two_layers, 5, 3, probe=Probe("weights")).result == 5 * 7 + 7 + 7 * 3 + 3
    assert seen(two_layers, 5, 3, rate=0.25, probe=Probe("dropout")).result.tolist() == [0.25]
    kernel = np.random.default_rng(0).standard_normal((5, 7)) / np.sqrt(5)
    assert seen(two_layers, 5, 3, probe=Probe("penalty")).result == pytest.approx(0.1 * np.sum(kernel**2), rel=1e-5)


def test_a_trained_network_answers_for_what_it_has_not_seen():
    """A few epochs are enough for a sum."""
    x = np.random.default_rng(1).uniform(-1, 1, size=(256, 5)).astype(np.float32)
    hidden = np.random.default_rng(2).uniform(-1, 1, size=(50, 5)).astype(np.float32)
    probe = Probe("fitted", x, x.sum(axis=1, keepdims=True), hidden, 30)
    said = seen(two_layers, 5, 1, probe=probe).result
    assert np.mean((said - hidden.sum(axis=1, keepdims=True)) ** 2) < 0.2 * np.var(hidden.sum(axis=1))


def test_a_stub_is_a_stub():
    """Not attempted, and no error."""
    assert seen(lambda: ..., probe=Probe("predictions", X)).met_stub


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: None, "returns nothing"),
        (lambda: [1, 2], "returns a `list`"),
        (lambda: keras.layers.Dense(3), "returns a `Dense`"),
        (lambda: keras.Sequential([keras.layers.Dense(3)]), r"keras\.Input"),
        (lambda: two_layers(4, 3), r"does not take an input of the shape \[6, 5\]"),
    ],
)
def test_what_is_no_network_is_told(build, says):
    """In the student's terms, not in those of Keras."""
    seen_ = seen(build, probe=Probe("predictions", X))
    assert seen_.result is None
    assert re.search(says, seen_.problem), seen_.problem


def test_a_case_crosses_a_wire():
    """With its probe and what belongs to it."""
    case = Case.of(1, X, rate=0.5, probe=Probe("fitted", X, 3))
    back = Case.from_data(case.as_data())
    assert back.probe.name == "fitted" and np.array_equal(back.probe.data[0], X) and back.named == {"rate": 0.5}
    assert Case.from_data(Case.of(2).as_data()) == Case.of(2)


def test_filled_weights_do_not_hang_on_chance():
    """The same numbers whatever was built before."""
    probes.networks.set_seed(3)
    one = seen(two_layers, 5, 3, probe=Probe("predictions", X)).result
    two_layers(9, 9)
    assert np.array_equal(one, seen(two_layers, 5, 3, probe=Probe("predictions", X)).result)


def curved(a, b, factor=1.0):
    return keras.ops.sum(factor * a * keras.ops.exp(b), axis=-1)


def test_gradients_of_all_arrays_stand_in_a_row():
    """By each argument, however often it is used; numbers that are no arrays have none."""
    a, b = np.random.default_rng(4).standard_normal((2, 3, 4))
    found = seen(curved, a, b, 2.0, probe=Probe("gradients")).result
    np.testing.assert_allclose(found, np.concatenate([2 * np.exp(b).ravel(), 2 * (a * np.exp(b)).ravel()]), rtol=1e-4)


def test_what_numpy_computes_has_no_gradient():
    """None at all is told; one that is missing counts as zero, without a warning."""
    a, b = np.ones((2, 2)), np.zeros((2, 2))
    none = seen(lambda a, b: np.sum(np.asarray(a) + np.asarray(b)), a, b, probe=Probe("gradients"))
    assert "keras.ops" in none.problem
    half = seen(lambda a, b: keras.ops.sum(a * np.exp(np.asarray(b))), a, b, probe=Probe("gradients")).result
    np.testing.assert_allclose(half, [1, 1, 1, 1, 0, 0, 0, 0], atol=1e-6)
    assert seen(lambda a, b: ..., a, b, probe=Probe("gradients")).met_stub


def test_a_decoder_adds_up_patterns():
    """It is the first argument of what is looked at."""
    patterns, latents = np.arange(12.0).reshape(2, 2, 3), np.array([[1.0, 0.0], [-1.0, 2.0]])
    result = seen(lambda decoder, z: decoder(z), latents, probe=Probe("with_decoder", patterns)).result
    np.testing.assert_allclose(result, [patterns[0], 2 * patterns[1] - patterns[0]])


def trained(network, x, y, x_validation, y_validation, epochs=5, path=""):
    """Five epochs, and the weights after the second."""
    validation, losses = (x_validation, y_validation), []
    for epoch in range(epochs):
        losses += network.fit(x, y, validation_data=validation, verbose=0).history["val_loss"]
        if epoch == 1:
            network.save_weights(path)
    network.load_weights(path)
    print("something to read")
    return losses


def test_a_training_is_followed_epoch_by_epoch(capsys):
    """One step in each, towards what is trained on; at last the weight that the network is left with."""
    look = seen(trained, probe=Probe("training", 0.25, 9.0, 0.6))
    np.testing.assert_allclose(look.result, [0.35, 0.1, 0.15, 0.4, 0.65, 0.5], rtol=1e-5)
    assert seen(lambda *_, **__: ..., probe=Probe("training", 0.25, 9.0, 0.6)).met_stub
    assert capsys.readouterr().out == ""


def test_the_quick_training_is_that_of_keras():
    """The same losses and the same stop as a network of one weight that Keras itself trains."""
    inputs = keras.Input((1,))
    network = keras.Model(inputs, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs))
    network.compile(keras.optimizers.SGD(0.25), "mae", jit_compile=False, run_eagerly=True)
    histories = []

    def stopped(network, x, y, x_validation, y_validation, path):
        stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
        validation = (x_validation, y_validation)
        told = network.fit(x, y, epochs=9, validation_data=validation, callbacks=[stop], verbose=0).history
        histories.append(told)
        return told["val_loss"]

    look = seen(stopped, probe=Probe("training", 0.25, 0.8, 0.6)).result
    x = np.ones((2, 1), np.float32)
    losses = stopped(network, x, 0.8 * x, x, 0.6 * x, "")
    np.testing.assert_allclose(look, [*losses, network.get_weights()[0].item()], atol=1e-6)
    np.testing.assert_allclose(histories[0]["loss"], histories[1]["loss"], atol=1e-6)
    assert histories[0].keys() == histories[1].keys()
