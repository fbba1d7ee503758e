"""What is moved by hand: explorers with sliders, keyboard and captions."""

from course.widgets.cepstrum import cepstrum_explorer
from course.widgets.sampling import sampling_explorer
from course.widgets.stft import stft_explorer

__all__ = ["cepstrum_explorer", "sampling_explorer", "stft_explorer"]
