"""Trains the networks that guess what truncated cepstra have left out: python assets/networks/make_inverters.py

Builder and training are those of lesson 08; these networks hear every voice twice as often as the lesson's.
"""

import tempfile
from pathlib import Path

import keras
import numpy as np
import scipy.fft

from autograder.folders import find_course
from autograder.lesson import Lesson
from course import corpus, inversion, networks

SEED = 8

VALIDATION_SPEAKERS = 6
TIMES = 4
"""How often every voice is heard, each time at other speeds and levels."""
LEARNING_RATE = 1e-3


def main() -> None:
    """Train three networks and write them beside this file."""
    lesson = Lesson(find_course() / "source" / "08_mfcc_inversion").reference
    words = corpus.bundled()
    heard = words.where(~words.held_out)
    kept = lesson.split_by_speaker(heard.speakers, VALIDATION_SPEAKERS, SEED)
    training = [
        log_mel for time in range(TIMES) for log_mel in inversion.varied_log_mels(heard.where(~kept), SEED + time)
    ]
    validation = inversion.log_mels(heard.where(kept))
    for n in inversion.SHIPPED:
        networks.save(inverter(lesson, training, validation, n), Path(__file__).parent / f"inverter_{n}.keras")


def inverter(
    lesson, training: list[np.ndarray], validation: list[np.ndarray], n: int, width: int = 256, epochs: int = 8
) -> keras.Model:
    """A whole network: from windows of raw MFCCs to log-mel frames.

    Parameters
    ----------
    lesson : namespace
        The reference of lesson 08.
    training, validation : list of float [n_bands, n_frames]
        Log-mel spectrograms.
    n : int
        How many coefficients are kept.
    width, epochs : int
        Of its hidden layers; of its training, at the most.
    """
    networks.set_seed(SEED)
    (x, y), (x_validation, y_validation) = (_pairs(lesson, each, n) for each in (training, validation))
    network = lesson.build_inverter(x.shape[1], y.shape[1], width=width)
    network.compile(keras.optimizers.Adam(LEARNING_RATE), "mae", jit_compile=False)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/best.weights.h5"
        scaled = [lesson.standardise(x, each) for each in (x, x_validation)]
        losses = lesson.train(network, scaled[0], y, scaled[1], y_validation, epochs=epochs, path=path)
    # the same without dropout, which only a training needs
    lasting = lesson.build_inverter(x.shape[1], y.shape[1], width=width, dropout=0.0)
    lasting.set_weights(network.get_weights())
    print(f"{n} coefficients: validation loss {min(losses):.4f} after {len(losses)} epochs")
    return complete(lasting, x, n, len(training[0]))


def complete(network: keras.Model, x: np.ndarray, n: int, n_bands: int) -> keras.Model:
    """Put before a network what brings its input to scale, and after it the way back to bands."""
    cosines = scipy.fft.dct(np.eye(n_bands), axis=0, norm="ortho")
    # the middle frame of each window, taken back by the transpose of what is known of the cosines
    kept = np.zeros((x.shape[1], n_bands))
    kept[inversion.CONTEXT * n : (inversion.CONTEXT + 1) * n] = cosines[:n]
    inputs = keras.Input((x.shape[1],))
    guess = network(keras.layers.Normalization(mean=x.mean(axis=0), variance=x.var(axis=0))(inputs))
    parts = [_fixed(cosines[n:])(guess), _fixed(kept)(inputs)]
    return keras.Model(inputs, keras.layers.Add()(parts))


def _fixed(matrix: np.ndarray) -> keras.layers.Dense:
    """A layer that multiplies by a matrix and learns nothing."""
    constant = keras.initializers.Constant(matrix.tolist())
    return keras.layers.Dense(matrix.shape[1], use_bias=False, kernel_initializer=constant, trainable=False)


def _pairs(lesson, log_mels: list[np.ndarray], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of what is kept, and what was dropped: float32, frames in rows."""
    cepstra = [scipy.fft.dct(each, axis=0, norm="ortho") for each in log_mels]
    windows = np.concatenate([lesson.make_windows(each[:n], inversion.CONTEXT) for each in cepstra])
    dropped = np.concatenate([each[n:].T for each in cepstra])
    return windows.astype(np.float32), dropped.astype(np.float32)


if __name__ == "__main__":
    main()
