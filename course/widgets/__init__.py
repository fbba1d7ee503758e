"""What is moved by hand: explorers with sliders, keyboard and captions."""

from course.widgets.cepstrum import cepstrum_explorer
from course.widgets.griffin_lim import griffin_lim_explorer, griffin_lim_levels
from course.widgets.mel import bands_explorer, mel_explorer
from course.widgets.pinv import pinv_explorer
from course.widgets.sampling import sampling_explorer
from course.widgets.stft import stft_explorer
from course.widgets.warp import mel_to_magnitude, mel_to_sound, shift_explorer, warp_panel

__all__ = [
    "bands_explorer",
    "cepstrum_explorer",
    "griffin_lim_explorer",
    "griffin_lim_levels",
    "mel_explorer",
    "mel_to_magnitude",
    "mel_to_sound",
    "pinv_explorer",
    "sampling_explorer",
    "shift_explorer",
    "stft_explorer",
    "warp_panel",
]
