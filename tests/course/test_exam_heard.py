"""What is heard with a question: one sentence, treated more and less."""

import librosa
import numpy as np
import pytest

from course import audio
from course.exam.heard import RECIPES, SENTENCE


def distance_db(sound):
    """How far the mel spectrogram of a sound is from that of the sentence: RMS in dB."""
    n_samples = min(len(sound), len(audio.clip(SENTENCE)))
    pair = (librosa.feature.melspectrogram(y=x[:n_samples], n_mels=40) for x in (sound, audio.clip(SENTENCE)))
    levels = [librosa.power_to_db(mel, top_db=60) for mel in pair]
    return np.sqrt(np.mean((levels[0] - levels[1]) ** 2))


@pytest.mark.parametrize(
    ("recipe", "values"), [("bits", [4, 6, 10]), ("iterations", [1, 4, 64]), ("coefficients", [3, 13, 40])]
)
def test_more_is_nearer_to_the_sentence(recipe, values):
    """As long as the sentence, and the nearer, the larger the value."""
    sounds = [RECIPES[recipe](value) for value in values]
    assert all(abs(len(sound) - len(audio.clip(SENTENCE))) < 256 for sound in sounds)
    distances = [distance_db(sound) for sound in sounds]
    assert distances == sorted(distances, reverse=True) and distances[0] > 1.2 * distances[-1]
