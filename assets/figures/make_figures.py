"""Makes the pictures of the README: python assets/figures/make_figures.py"""

from pathlib import Path

import librosa
import numpy as np

from course import audio, plot

HERE = Path(__file__).resolve().parent


def two_windows() -> plot.Picture:
    """A quarter of a second of a voice, through a short and a long window (lesson 02)."""
    vowel = audio.clip("voice_rms")[40960:46000]
    panels = {}
    for window_length, title in {128: "6 ms: each pulse of the vocal folds", 2048: "93 ms: each harmonic"}.items():
        power = np.abs(librosa.stft(vowel, n_fft=window_length, hop_length=16)) ** 2
        panels[title] = (librosa.power_to_db(power, ref=np.max, top_db=60), 16)
    return plot.spectrograms(panels, top_hz=3000)


if __name__ == "__main__":
    (HERE / "two_windows.png").write_bytes(two_windows().png())
