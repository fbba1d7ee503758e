"""The states that a voice goes through: each edit makes one, undo and redo go back and forth between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Take:
    """A voice after an edit, or before the first one."""

    mel: np.ndarray
    """float32 [n_mels, n_frames]"""
    sound: np.ndarray | None = None
    """float32 [n_samples], once it was asked for"""
    step: tuple[Any, ...] = ()
    """the edit that made it: its name, then what followed the mel spectrogram in the call"""
    told: str = ""
    """the edit in words"""


class Takes:
    """A row of takes, and which of them is the present one.

    Parameters
    ----------
    mel : float32 [n_mels, n_frames]
        Of the original.
    sound : float32 [n_samples]
        Of the original.
    render : callable
        Makes a sound of a mel spectrogram.
    """

    def __init__(self, mel: np.ndarray, sound: np.ndarray, render: Callable[[np.ndarray], np.ndarray]) -> None:
        self._all, self._at, self._render = [Take(mel, sound)], 0, render

    @property
    def original(self) -> Take:
        return self._all[0]

    @property
    def now(self) -> Take:
        return self._all[self._at]

    @property
    def done(self) -> list[Take]:
        """What led to the present one, the first edit first."""
        return self._all[1 : self._at + 1]

    @property
    def undone(self) -> list[Take]:
        """What redo would bring back, the next edit first."""
        return self._all[self._at + 1 :]

    def add(self, take: Take) -> None:
        """Make it the present one; what was undone is gone."""
        self._all[self._at + 1 :] = [take]
        self._at += 1

    def go(self, by: int) -> None:
        """Forwards or back, as far as there are takes."""
        self._at = min(max(self._at + by, 0), len(self._all) - 1)

    def sound(self) -> np.ndarray:
        """The sound of the present one, made when it is asked for the first time."""
        take = self.now
        if take.sound is None:
            take.sound = self._render(take.mel)
        return take.sound
