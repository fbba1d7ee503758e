"""The warp studio: a voice's mel spectrogram, edited by hand and heard at once."""

from course.widgets.studio.widget import WarpStudio

__all__ = ["WarpStudio"]
