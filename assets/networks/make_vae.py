"""Train the networks of lesson 09 that ship with the course: from dB squares to latents, and back.

    python assets/networks/make_vae.py

Builders, loss, training and data are those of the lesson itself: the cells of its solved notebook that define them are
run here. What comes out takes and gives decibels, so that nobody needs the mean and the deviation.
"""

import ast
from pathlib import Path

import numpy as np

from autograder.lesson import Lesson
from course import networks

# isort: split
import keras

COURSE = Path(__file__).resolve().parents[2]
SEED = 9
EPOCHS = 8
MOVES = [(0, 0, 0), (1, 2, 3), (-1, -2, -3), (1, -2, -3), (-1, 2, 3)]
"""Copies to train with: bands upwards, frames to the right, dB louder. The first is the square as it is."""
FLOOR_DB = -50
WANTED = {
    *("voices", "mels", "square_of", "squares", "test", "centre", "cells", "by_pca"),
    *("Autoencoder", "Annealing", "learned", "missing", "train", "beside_a_line"),
}
"""Names that the lesson's given cells define, and that a training needs."""


def defined_names(source: str) -> set[str]:
    """What a cell defines at its top level."""
    statements = ast.parse(source).body
    functions = {each.name for each in statements if isinstance(each, ast.FunctionDef | ast.ClassDef)}
    assigned = (node for each in statements if isinstance(each, ast.Assign) for node in ast.walk(each))
    return functions | {node.id for node in assigned if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def lesson_names() -> dict:
    """What the lesson's cells define that a training needs."""
    lesson = Lesson(COURSE / "source" / "09_vae")
    namespace = lesson.run_exercises()
    for cell in lesson.notebook.cells:
        if cell.cell_type == "code" and defined_names(cell.source) & WANTED:
            exec(cell.source, namespace)
    return namespace


def moved(squares: np.ndarray, bands: int, frames: int, decibels: int) -> np.ndarray:
    """Squares in dB, moved; what comes in from outside is the floor, and the floor stays the floor."""
    louder = np.where(squares > FLOOR_DB, np.maximum(squares + decibels, FLOOR_DB), FLOOR_DB)
    wide = np.pad(louder, ((0, 0), (2, 2), (2, 2)), constant_values=FLOOR_DB)
    return wide[:, 2 - bands : 52 - bands, 2 - frames : 52 - frames]


def from_decibels(encoder: keras.Model, mean: float, deviation: float) -> keras.Model:
    """An encoder of squares as they are."""
    squares = keras.Input((50, 50))
    return keras.Model(squares, encoder(keras.layers.Rescaling(1 / deviation, -mean / deviation)(squares)))


def to_decibels(decoder: keras.Model, mean: float, deviation: float) -> keras.Model:
    """A decoder that gives decibels, none below the floor."""
    latents = keras.Input(decoder.input_shape[1:])
    above = keras.layers.Rescaling(deviation, mean - FLOOR_DB)(decoder(latents))
    return keras.Model(latents, keras.layers.Rescaling(1.0, FLOOR_DB)(keras.layers.ReLU()(above)))


def main() -> None:
    """Train, say how good they are, and write both."""
    lesson = lesson_names()
    mean, deviation = float(lesson["centre"]), float(lesson["spread"])
    squares = lesson["squares"][~lesson["test"]]
    copies = np.concatenate([moved(squares, *move) for move in MOVES])
    lesson["learned"] = ((copies - mean) / deviation).astype(np.float32)
    networks.set_seed(SEED)
    keras.utils.clear_session()
    encoder, decoder = lesson["beside_a_line"](lesson["build_encoder"](20), lesson["build_decoder"](20))
    trained = lesson["train"](encoder, decoder, "the course's", EPOCHS, callbacks=[lesson["Annealing"]()])
    new = lesson["new"]
    print(f"test MSE: PCA {np.mean((new - lesson['by_pca'](new)) ** 2):.4f}, ", end="")
    print(f"the network {np.mean((new - np.asarray(trained(new))) ** 2):.4f}")
    folder = COURSE / "assets" / "networks"
    networks.save(from_decibels(encoder, mean, deviation), folder / "vae_encoder.keras")
    networks.save(to_decibels(decoder, mean, deviation), folder / "vae_decoder.keras")


if __name__ == "__main__":
    main()
