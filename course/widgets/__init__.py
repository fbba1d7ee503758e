"""What is moved by hand: explorers with sliders, keyboard and captions."""

from course.widgets.stft import stft_explorer

__all__ = ["stft_explorer"]
