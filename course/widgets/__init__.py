"""What is moved by hand, by mouse or keys: explorers, the warp studio, a latent pad, a recorder, a quiz, an exam."""

from importlib import import_module
from typing import Any

from course.widgets.blend import blend_explorer
from course.widgets.cepstrum import cepstrum_explorer
from course.widgets.griffin_lim import griffin_lim_explorer, griffin_lim_levels
from course.widgets.inverter import inverter_explorer
from course.widgets.mel import bands_explorer, mel_explorer
from course.widgets.pad import LatentPad
from course.widgets.pinv import pinv_explorer
from course.widgets.recorder import Recorder
from course.widgets.sampling import sampling_explorer
from course.widgets.shift import shift_explorer
from course.widgets.stft import stft_explorer
from course.widgets.studio import WarpStudio

ASKING = {"MockExam": "course.widgets.mock_exam", "Quiz": "course.widgets.quiz"}
"""What waits for units and a scheduler to be imported, which no lesson needs: by name, where it is."""

__all__ = [
    "LatentPad",
    "MockExam",
    "Quiz",
    "Recorder",
    "WarpStudio",
    "bands_explorer",
    "blend_explorer",
    "cepstrum_explorer",
    "griffin_lim_explorer",
    "griffin_lim_levels",
    "inverter_explorer",
    "mel_explorer",
    "pinv_explorer",
    "sampling_explorer",
    "shift_explorer",
    "stft_explorer",
]


def __getattr__(name: str) -> Any:
    """Import what asks when it is asked for."""
    if name not in ASKING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(ASKING[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *ASKING]
