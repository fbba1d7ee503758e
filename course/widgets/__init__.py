"""What is moved by hand, with a mouse or the keyboard: explorers, the warp studio, a latent pad, a recorder, a quiz."""

from course.widgets.blend import blend_explorer
from course.widgets.cepstrum import cepstrum_explorer
from course.widgets.griffin_lim import griffin_lim_explorer, griffin_lim_levels
from course.widgets.inverter import inverter_explorer
from course.widgets.mel import bands_explorer, mel_explorer
from course.widgets.pad import LatentPad
from course.widgets.pinv import pinv_explorer
from course.widgets.quiz import Quiz
from course.widgets.recorder import Recorder
from course.widgets.sampling import sampling_explorer
from course.widgets.shift import shift_explorer
from course.widgets.stft import stft_explorer
from course.widgets.studio import WarpStudio

__all__ = [
    "LatentPad",
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
