"""One utterance: who says what, and where its sound lies."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import soundfile

from course import audio
from course.amplitudes import FULL_SCALE


class CorpusError(ValueError):
    """A corpus, or the request for a part of one, that cannot be had; the message names what, why, and the way out."""


@dataclass(frozen=True)
class Utterance:
    """What is known of an utterance; its sound is read when it is asked for."""

    speaker: str
    """Who speaks."""
    label: str
    """What is said, in lower case."""
    file: Path
    """Where the sound lies."""
    held_out: bool = False
    """Whether the voice is kept for testing."""
    first: int = 0
    """Where it begins in the file, in samples."""
    last: int | None = None
    """Before which sample it ends; None where it has the file for itself."""

    @cached_property
    def seconds(self) -> float:
        """How long it is: told by the file's header, without decoding it.

        Raises
        ------
        CorpusError
            If the file cannot be read.
        """
        if self.last is not None:
            return (self.last - self.first) / audio.SAMPLE_RATE
        try:
            return soundfile.info(self.file).duration
        except (soundfile.SoundFileError, OSError):
            # loading it finds better words, where it fails as well
            return len(self.sound()) / audio.SAMPLE_RATE

    def sound(self) -> np.ndarray:
        """Read it.

        Returns
        -------
        numpy.ndarray
            float32 [n_samples] at `audio.SAMPLE_RATE`; a fresh copy that may be changed.

        Raises
        ------
        CorpusError
            If the file cannot be read.
        """
        try:
            if self.last is None:
                return audio.load(self.file)
            return _voice(self.file)[self.first : self.last].astype(np.float32) / FULL_SCALE
        except audio.AudioError as error:
            raise CorpusError(str(error)) from None


@cache
def _voice(file: Path) -> np.ndarray:
    """Decode a bundled file once: int16 [n_samples], half of what floats would take.

    Ogg Vorbis is decoded from the start, for a jump into it may give other samples.
    """
    try:
        return soundfile.read(file, dtype="int16")[0]
    except (soundfile.SoundFileError, OSError) as error:
        raise CorpusError(f"{file}: is missing or damaged. Install the course again.") from error
