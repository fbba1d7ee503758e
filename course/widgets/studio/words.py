"""What the studio says: edits and places in words."""

from typing import Any

import librosa
import numpy as np

from course.engine import Frames
from course.widgets.edits import Box
from course.widgets.studio.call import Edit

HOP_LENGTH = Frames().hop_length
"""Samples from one frame of the engine to the next."""


def band_edges(n_mels: int, sample_rate: int) -> np.ndarray:
    """Where one band gives way to the next, in Hz, halfway in mel between their centres: float [n_mels + 1].

    The lowest band begins at 0 Hz, the highest ends at half the sample rate.
    """
    top = librosa.hz_to_mel(sample_rate / 2)
    halfway = (np.arange(n_mels + 1) + 0.5) / (n_mels + 1) * top
    halfway[[0, -1]] = 0, top
    return librosa.mel_to_hz(halfway)


def place(edit: Edit, box: Box, edges: np.ndarray, sample_rate: int) -> str:
    """What an edit takes from the box, in seconds and hertz."""
    start, stop = (frame * HOP_LENGTH / sample_rate for frame in (box.start, box.stop))
    parts = {
        f"{start:.2f} to {stop:.2f} s": {"box", "start", "stop"},
        f"{edges[box.first]:.0f} to {edges[box.last + 1]:.0f} Hz": {"box", "first", "last"},
    }
    return ", ".join(part for part, needed in parts.items() if needed & set(edit.from_box))


def call(edit: Edit, arguments: list[Any]) -> str:
    """An edit and its settings: a name for ours, a call for a student's."""
    if edit.own:
        return f"{edit.name}({', '.join(['mel', *map(str, arguments)])})"
    settings = [
        f"× {value:g}" if name == "factor" else f"{value:+g} {edit.numbers[name].unit}"
        for name, value in zip(edit.parameters, arguments, strict=True)
        if name in edit.numbers
    ]
    return " ".join([edit.name.capitalize(), *settings]).replace("-", "−")
