"""Levels as they are shown, heard and told: in colours, within full scale, in words."""

import matplotlib
import numpy as np

from course.plot import COLOUR_MAP

RANGE_DB = 80
"""From the darkest to the brightest colour."""


def palette() -> bytes:
    """The course's colours from the darkest to the brightest: uint8 [256, 3]."""
    return matplotlib.colormaps[COLOUR_MAP](np.arange(256), bytes=True)[:, :3].tobytes()


def colour_steps(decibels: np.ndarray) -> bytes:
    """A colour of the palette for each level.

    Parameters
    ----------
    decibels : float [n_mels, n_frames]
        The brightest colour is for 0 and above.

    Returns
    -------
    bytes
        uint8 [n_mels, n_frames]
    """
    return np.clip(256 * (1 + decibels / RANGE_DB), 0, 255).astype(np.uint8).tobytes()


def within_full_scale(sound: np.ndarray) -> np.ndarray:
    """A copy of a sound, turned down as a whole if it is louder than full scale: float32 [n_samples]."""
    return (sound / max(float(np.abs(sound).max(initial=0)), 1.0)).astype(np.float32)


def loudness(raw_peak: float) -> str:
    """How loud a sound is at its loudest, and by how much it had to be turned down."""
    if raw_peak == 0:
        return "Silence."
    decibels = 20 * np.log10(raw_peak)
    if decibels > 0.05:
        return f"Peak 0.0 dBFS, turned down by {decibels:.1f} dB so that it does not clip."
    return f"Peak {decibels:z.1f} dBFS.".replace("-", "−")
