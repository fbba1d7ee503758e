"""Looks at what is no plain data: a network is built, fed and trained here, and what comes out of it is numbers.

A check names a probe (`course.check.case.Probe`), and runs it where the student's function is. Each gets the function,
the positional and the named arguments of a call, and whatever the check adds. Everything in here may be read by
students: it holds no solution and no hidden number.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import keras
import numpy as np
from IPython.utils.capture import capture_output

from course import networks
from course.check.case import Unfit
from course.numbers import with_article

FEW = 32
"""Rows in a step of training."""


def of_network(look: Callable[..., Any]) -> Callable[..., Any]:
    """Make a probe of a function that takes a network: it builds the network first.

    Parameters
    ----------
    look : callable
        Gets the `keras.Model`, and whatever the check adds.
    """

    @wraps(look)
    def probe(function: Callable, positional: tuple, named: dict, *data: Any) -> Any:
        networks.set_seed(0)
        network = function(*positional, **named)
        return ... if network is ... else look(as_network(network), *data)

    return probe


def as_network(value: Any) -> keras.Model:
    """The value, if it is a network that can be fed.

    Raises
    ------
    Unfit
        If it is anything else.
    """
    if not isinstance(value, keras.Model):
        what = "nothing" if value is None else with_article(type(value).__name__)
        raise Unfit(f"Your function returns {what}; it should return a network, a `keras.Model`.")
    if not value.built:
        raise Unfit("Your network does not know the shape of its input. Begin it with `keras.Input(shape=…)`.")
    return value


def fill(network: keras.Model) -> keras.Model:
    """Give every weight a value that depends on its place and its shape only, so that two like networks agree."""
    for place, weight in enumerate(network.weights):
        values = np.random.default_rng(place).standard_normal(weight.shape)
        if weight.name == "moving_variance":
            values = 0.5 + np.abs(values)
        elif len(weight.shape) > 1:
            values /= np.sqrt(np.prod(weight.shape[:-1]))
        weight.assign(values)
    return network


@of_network
def predictions(network: keras.Model, *inputs: np.ndarray) -> np.ndarray:
    """What a network with filled weights makes of its inputs; several outputs stand side by side."""
    outputs = feed(fill(network), *inputs)
    return outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-1)


@of_network
def weights(network: keras.Model) -> int:
    """How many numbers a network can learn."""
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@of_network
def dropout(network: keras.Model) -> np.ndarray:
    """The rates of its dropout layers, from the input on."""
    return np.array([layer.rate for layer in layers_of(network) if isinstance(layer, keras.layers.Dropout)])


@of_network
def penalty(network: keras.Model) -> float:
    """What its regularisers add to the loss, with filled weights."""
    return float(sum(np.sum(np.asarray(each)) for each in fill(network).losses))


@of_network
def fitted(network: keras.Model, x: np.ndarray, y: np.ndarray, x_hidden: np.ndarray, epochs: int) -> np.ndarray:
    """What a network says of inputs that it has not seen, after a short training from `x` to `y`."""
    network.compile(optimizer=keras.optimizers.Adam(1e-2), loss="mse", jit_compile=False)
    network.fit(x, y, epochs=epochs, batch_size=FEW, verbose=0)
    return feed(network, x_hidden)[0]


def gradients(function: Callable, positional: tuple, named: dict) -> Any:
    """How the sum of what a function gives rises with each of its array arguments: those gradients in a row.

    Raises
    ------
    Unfit
        If none gets through.
    """
    if function(*positional, **named) is ...:
        return ...
    climb = _Climb(function, positional, named)
    before = [weight.numpy() for weight in climb.trainable_weights]
    climb.compile(optimizer=keras.optimizers.SGD(1.0), loss=lambda _, total: total, run_eagerly=True, jit_compile=False)
    try:
        # what has no gradient stays where it is, and no warning is needed
        with warnings.catch_warnings(action="ignore"):
            climb.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
    except ValueError as error:
        if "gradient" not in str(error).lower():
            raise
        raise Unfit("No gradient gets through your function. Compute with `keras.ops`, not with NumPy.") from None
    after = [weight.numpy() for weight in climb.trainable_weights]
    return np.concatenate([(old - new).ravel() for old, new in zip(before, after, strict=True)])


class _Climb(keras.Model):
    """A network whose weights are the array arguments of a function, and whose output is the sum of what it gives."""

    def __init__(self, function: Callable, positional: tuple, named: dict):
        super().__init__()
        self.function, self.positional, self.named = function, list(positional), named
        for place, value in enumerate(positional):
            if isinstance(value, np.ndarray):
                self.positional[place] = self.add_weight(shape=value.shape, initializer="zeros")
                self.positional[place].assign(value)
        self.built = True

    def call(self, _: Any) -> Any:
        values = [each.value if isinstance(each, keras.Variable) else each for each in self.positional]
        return keras.ops.sum(self.function(*values, **self.named))


def with_decoder(function: Callable, positional: tuple, named: dict, patterns: np.ndarray) -> Any:
    """What a function gives whose first argument is a network, for one that adds up patterns.

    `patterns` is float [n_latent, n_rows, n_columns]: as much of each as its latent says.
    """
    n_latent, *shape = patterns.shape
    adds_up = keras.layers.Dense(int(np.prod(shape)), use_bias=False)
    decoder = keras.Sequential([keras.Input((n_latent,)), adds_up, keras.layers.Reshape(shape)])
    adds_up.set_weights([patterns.reshape(n_latent, -1)])
    return function(decoder, *positional, **named)


def training(function: Callable, positional: tuple, named: dict, step: float, target: float, best: float) -> Any:
    """The validation losses of a training, epoch by epoch, and at last the weight with which it leaves the network.

    The network has one weight, which begins at 0 and goes one `step` towards `target` in every epoch. Its validation
    loss is how far it is from `best`.
    """
    inputs = keras.Input((1,))
    network = _OneWeight(inputs, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs))
    network.compile(keras.optimizers.SGD(step), "mae", jit_compile=False, run_eagerly=True)
    x = np.ones((2, 1), dtype=np.float32)
    # whatever is displayed meanwhile belongs to nobody
    with tempfile.TemporaryDirectory() as folder, capture_output():
        path = f"{folder}/best.weights.h5"
        losses = function(network, x, target * x, x, best * x, *positional, **{"path": path} | named)
    return ... if losses is ... else np.append(losses, network.get_weights()[0])


class _OneWeight(keras.Model):
    """A network whose `fit` costs next to nothing: a step an epoch by hand, with the callbacks and the history of any.

    For a single weight, an absolute error and plain gradient descent it is what Keras does in twenty times the time.
    """

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: Any = None,
        epochs: int = 1,
        verbose: Any = 0,
        callbacks: Any = None,
        validation_data: Any = None,
        **_: Any,
    ) -> keras.callbacks.History:
        told = keras.callbacks.CallbackList(callbacks, add_history=True, model=self, epochs=epochs, steps=1, verbose=0)
        self.stop_training = False
        told.on_train_begin()
        for epoch in range(epochs):
            told.on_epoch_begin(epoch)
            logs = {"loss": self.evaluate(x, y)}
            weight = self.get_weights()[0]
            slope = np.mean(np.sign(weight * x - y) * x)
            self.set_weights([weight - np.float32(self.optimizer.learning_rate) * slope])
            if validation_data is not None:
                logs["val_loss"] = self.evaluate(*validation_data[:2])
            told.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        told.on_train_end(logs)
        return self.history

    def evaluate(self, x: Any, y: Any, *_: Any, **__: Any) -> float:
        return float(np.mean(np.abs(self.get_weights()[0] * x - y)))


def layers_of(network: keras.Model) -> Iterator[keras.Layer]:
    """The layers from the input on, those of networks within it one by one."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from layers_of(layer)
        else:
            yield layer


def feed(network: keras.Model, *inputs: np.ndarray) -> list[np.ndarray]:
    """What a network gives for its inputs: a list of arrays, one for each of its outputs."""
    try:
        outputs = network(list(inputs) if len(inputs) > 1 else inputs[0], training=False)
    except ValueError as error:
        shapes = " and ".join(f"[{', '.join(map(str, each.shape))}]" for each in inputs)
        raise Unfit(f"Your network does not take an input of the shape {shapes}.") from error
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    return [keras.ops.convert_to_numpy(each) for each in outputs]
