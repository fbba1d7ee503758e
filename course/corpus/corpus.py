"""A corpus: utterances in a row, what is known of them, and their mel spectrograms."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from course.corpus.mels import MelSettings, mels_of
from course.corpus.utterance import CorpusError, Utterance

MOST_NAMES = 24
"""How many names a message lists."""


class Corpus(Sequence):
    """Utterances, in an order that stays.

    Parameters
    ----------
    utterances : iterable of Utterance
    left_out : int
        How many sound files of the folder are not among them, for `describe`.
    known : dict, optional
        Mel spectrograms that were made before; by default none.
    """

    def __init__(
        self,
        utterances: Iterable[Utterance],
        left_out: int = 0,
        known: dict[MelSettings, dict[Utterance, np.ndarray]] | None = None,
    ) -> None:
        self._utterances = tuple(utterances)
        self._left_out = left_out
        self._known = {} if known is None else known
        """Shared by a corpus and its parts, so that nothing is computed twice."""

    def __len__(self) -> int:
        return len(self._utterances)

    def __getitem__(self, i):
        """One utterance, or for a slice a smaller corpus."""
        return self._part(self._utterances[i]) if isinstance(i, slice) else self._utterances[i]

    def __str__(self) -> str:
        return self.describe()

    def __repr__(self) -> str:
        return f"<Corpus: {len(self)} utterances by {len(set(self.speakers))} speakers>"

    @property
    def speakers(self) -> np.ndarray:
        """Who speaks: str [n_utterances]."""
        return np.array([utterance.speaker for utterance in self], dtype=np.str_)

    @property
    def labels(self) -> np.ndarray:
        """What is said: str [n_utterances]."""
        return np.array([utterance.label for utterance in self], dtype=np.str_)

    @property
    def lengths(self) -> np.ndarray:
        """How long each utterance is, in seconds: float64 [n_utterances]."""
        return np.array([utterance.seconds for utterance in self], dtype=np.float64)

    @property
    def held_out(self) -> np.ndarray:
        """Whose voice is kept for testing, in the bundled corpus; nobody's in a folder: bool [n_utterances]."""
        return np.array([utterance.held_out for utterance in self], dtype=bool)

    def sound(self, i: int) -> np.ndarray:
        """Read one utterance.

        Parameters
        ----------
        i : int
            Its place in the corpus.

        Returns
        -------
        numpy.ndarray
            float32 [n_samples] at `audio.SAMPLE_RATE`; a fresh copy that may be changed.

        Raises
        ------
        CorpusError
            If its file cannot be read.
        """
        return self._utterances[i].sound()

    def only(self, labels: str | Iterable[str] | None = None, speakers: str | Iterable[str] | None = None) -> "Corpus":
        """Keep what these speakers say of these labels.

        Parameters
        ----------
        labels, speakers : str or iterable of str, optional
            By default all.

        Returns
        -------
        Corpus
            In the same order.

        Raises
        ------
        CorpusError
            If one of the names is not in this corpus; it lists those that are.
        """
        mask = np.ones(len(self), dtype=bool)
        for wanted, there, what in ((labels, self.labels, "label"), (speakers, self.speakers, "speaker")):
            if wanted is not None:
                mask &= np.isin(there, _known_names(wanted, there, what))
        return self.where(mask)

    def where(self, mask: Any) -> "Corpus":
        """Keep the utterances at which a mask is true.

        Parameters
        ----------
        mask : array_like of bool [n_utterances]

        Returns
        -------
        Corpus
            In the same order.

        Raises
        ------
        CorpusError
            If it is no such mask.
        """
        array = np.asarray(mask)
        if array.dtype != bool or array.shape != (len(self),):
            raise CorpusError(
                f"where: wants True or False for each utterance, bool [{len(self)}], and was given {array.dtype} "
                f"{list(array.shape)}. Compare first: corpus.where(corpus.labels == 'yes')."
            )
        return self._part(utterance for utterance, kept in zip(self, array, strict=True) if kept)

    def mels(self, n_mels: int = 80, n_fft: int = 1024, hop_length: int = 256, fmax: float = 8000) -> list[np.ndarray]:
        """Transform all utterances into mel power spectrograms, as `librosa.feature.melspectrogram` does one.

        What was computed is remembered, for the parts of this corpus as well. What takes more than two seconds shows
        how far it is.

        Parameters
        ----------
        n_mels : int
            Number of bands.
        n_fft, hop_length : int
            Length of a frame, and from one frame to the next, in samples.
        fmax : float
            Where the highest band ends, in Hz.

        Returns
        -------
        list of numpy.ndarray
            float32 [n_mels, n_frames] each, power; the middle of frame m is at sample m * hop_length. Fresh copies
            that may be changed.

        Raises
        ------
        CorpusError
            If a file cannot be read, or a parameter is no such number.
        """
        settings = MelSettings.checked(n_mels, n_fft, hop_length, fmax)
        known = self._known.setdefault(settings, {})
        mels_of([utterance for utterance in self if utterance not in known], settings, known)
        return [known[utterance].copy() for utterance in self]

    def describe(self) -> str:
        """Say in one line what there is: utterances, speakers, labels and minutes.

        Returns
        -------
        str
            Such as "2530 utterances by 60 speakers (13 held out), 66 labels, 19.9 minutes".

        Raises
        ------
        CorpusError
            If a file cannot be read.
        """
        held_out = len({utterance.speaker for utterance in self if utterance.held_out})
        parts = [
            f"{_count(len(self), 'utterance')} by {_count(len(set(self.speakers)), 'speaker')}"
            + (f" ({held_out} held out)" if held_out else ""),
            _count(len(set(self.labels)), "label"),
            f"{self.lengths.sum() / 60:.1f} minutes",
        ]
        if self._left_out:
            parts.append(f"{_count(self._left_out, 'sound file')} with names of another kind left out")
        return ", ".join(parts)

    def _part(self, utterances: Iterable[Utterance]) -> "Corpus":
        """A corpus of some of these utterances, that shares what is known of them."""
        return Corpus(utterances, known=self._known)


def _count(number: int, what: str) -> str:
    """Such as "1 label" and "2 labels"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _known_names(wanted: str | Iterable[str], there: np.ndarray, what: str) -> list[str]:
    """Refuse a name that is not there, with those that are, the most similar first."""
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
    names = list(wanted) if several else [wanted]
    known = sorted(set(there.tolist()))
    for name in names:
        if name not in known:
            closest_first = sorted(
                known, key=lambda other: SequenceMatcher(None, str(name), other).ratio(), reverse=True
            )
            listed = ", ".join(closest_first[:MOST_NAMES])
            if len(known) > MOST_NAMES:
                listed += f" and {len(known) - MOST_NAMES} more"
            raise CorpusError(f"{what} {name!r}: is not in this corpus. There are {listed or 'none: it is empty'}.")
    return names
