"""Players in a notebook: one sound, or several side by side, as loud as they are."""

import base64
from dataclasses import dataclass
from html import escape

import numpy as np

from course.amplitudes import LOUDEST_UNCLIPPED, SAMPLE_RATE, AudioError, checked_amplitudes, checked_rate, encode

# The colour comes from JupyterLab's theme, light or dark, or from the page where there is none.
FIGURE_STYLE = "margin: 0.5em 0; color: var(--jp-content-font-color1, inherit); font-family: inherit"
ROW_STYLE = "display: flex; flex-wrap: wrap; gap: 0.5em 1.5em"


@dataclass(frozen=True)
class Player:
    """A sound with a caption, that a notebook shows as a player."""

    label: str
    """What is heard, as plain text."""
    note: str
    """The rest of the caption, as plain text: how long it is, and what was done to it."""
    wav: bytes
    """A 16-bit WAV file; empty where there is nothing to play yet."""

    @property
    def caption(self):
        """The label and the note, as plain text."""
        return f"{self.label} ({self.note})"

    def __repr__(self):
        return f"Player: {self.caption}"

    def _repr_html_(self):
        caption = f"<figcaption>{escape(self.caption)}</figcaption>"
        return f'<figure class="resound-player" style="{FIGURE_STYLE}">{caption}{self._audio_element()}</figure>'

    def _audio_element(self):
        """The browser's own controls, or nothing where there is nothing to play."""
        if not self.wav:
            return ""
        data = base64.b64encode(self.wav).decode("ascii")
        return (
            f'<audio controls aria-label="{escape(self.label)}" style="max-width: 100%" '
            f'src="data:audio/wav;base64,{data}">This page cannot play sound.</audio>'
        )


@dataclass(frozen=True)
class Comparison:
    """Several players, that a notebook shows side by side."""

    players: tuple[Player, ...]
    """From left to right."""

    def __repr__(self):
        return "\n".join(repr(player) for player in self.players)

    def _repr_html_(self):
        figures = "".join(player._repr_html_() for player in self.players)
        return f'<div class="resound-comparison" style="{ROW_STYLE}">{figures}</div>'


def play(amplitudes, label="sound", sample_rate=SAMPLE_RATE):
    """Make a player of a sound, as loud as the sound is: nothing is normalised.

    Only what exceeds full scale is turned down, just enough not to clip, and the caption says so.

    Parameters
    ----------
    amplitudes : array_like of float [n_samples], or `...`
        Full scale is 1. The `...` of an unfinished stub gives a player without a sound.
    label : str
        What is heard.
    sample_rate : int
        In Hz.

    Returns
    -------
    Player
        The last expression of a cell shows it. It keeps the sound as it is now.

    Raises
    ------
    AudioError
        If the amplitudes are not one channel of finite floats, the label is not a text, or the rate is none.
    """
    if not isinstance(label, str):
        raise AudioError(f"label: {label!r} is not a text. Write play(amplitudes, 'what is heard', sample_rate=...).")
    rate = checked_rate(sample_rate)
    if amplitudes is ...:
        return Player(label, "nothing to play yet", b"")
    samples = checked_amplitudes(amplitudes, label)
    peak = float(np.abs(samples).max())
    note = _duration(samples.size / rate)
    if peak > LOUDEST_UNCLIPPED:
        samples = samples / peak
        note += f", turned down by {_decibels(peak)} so that it does not clip"
    return Player(label, note, encode(samples, rate, "WAV"))


def compare(sounds, sample_rate=SAMPLE_RATE):
    """Make players of several sounds, side by side.

    Parameters
    ----------
    sounds : dict of str to array_like of float [n_samples]
        What is heard, and its samples; `...` where a stub is unfinished.
    sample_rate : int
        Of all of them, in Hz.

    Returns
    -------
    Comparison
        The last expression of a cell shows it.

    Raises
    ------
    AudioError
        If there are no sounds, or one of them cannot be played.
    """
    if not isinstance(sounds, dict) or not sounds:
        raise AudioError("sounds: holds nothing to compare. Give a dict such as {'before': x, 'after': y}.")
    return Comparison(tuple(play(amplitudes, label, sample_rate) for label, amplitudes in sounds.items()))


def _duration(seconds):
    """Say how long a sound is: one decimal, but a frame of 20 ms must not read as 0.0 s."""
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{1000 * seconds:.2g} ms"


def _decibels(peak):
    """Say how far a peak lies above full scale."""
    excess = 20 * np.log10(peak)
    return f"{excess:.1f} dB" if excess >= 0.05 else "less than 0.1 dB"
