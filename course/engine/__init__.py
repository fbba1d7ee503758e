"""The engine: from a (mel) spectrogram back to sound, fast enough for a hand on a slider.

`transforms` cuts a signal into frames and joins them again; `mel` finds the magnitudes behind mel bands; `phase` and
`griffin_lim` find the phases that belong to magnitudes; `sound` does both; `voice` does as little of it as an edit
needs; `cepstrum` goes from mel bands to cepstra and back.
"""

from course.engine.cepstrum import cepstrum_to_mel, mel_to_cepstrum
from course.engine.griffin_lim import magnitude_to_signal
from course.engine.mel import MelBasis, mel_to_magnitude
from course.engine.sound import mel_to_sound
from course.engine.transforms import Frames
from course.engine.voice import Voice

__all__ = [
    "Frames",
    "MelBasis",
    "Voice",
    "cepstrum_to_mel",
    "magnitude_to_signal",
    "mel_to_cepstrum",
    "mel_to_magnitude",
    "mel_to_sound",
]
