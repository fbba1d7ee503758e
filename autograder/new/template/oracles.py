"""Libraries and closed forms that know nothing of this course, against the reference of lesson LESSON_NUMBER."""

import librosa
import numpy as np
import scipy.signal

from course import audio


def test_it_is_the_filter_of_librosa(reference):
    """librosa.effects.preemphasis, begun in silence."""
    voice = audio.clip("voice_awb")
    theirs = librosa.effects.preemphasis(voice, coef=0.95, zi=[0.0])
    np.testing.assert_allclose(reference.emphasise(voice, 0.95), theirs, atol=1e-6)


def test_a_tone_gains_what_the_formula_says(reference):
    """|1 - a e^(-2 pi i f)|, once the first sample is over."""
    n = np.arange(500)
    for cycles in (0.0, 0.1, 0.5):
        tone = np.exp(2j * np.pi * cycles * n)
        gain = np.abs(1 - 0.9 * np.exp(-2j * np.pi * cycles))
        np.testing.assert_allclose(np.abs(reference.emphasise(tone, 0.9))[1:], gain, rtol=1e-10)


def test_it_can_be_undone(reference):
    """The recursive filter brings the signal back."""
    x = np.random.default_rng(1).standard_normal(400)
    back = scipy.signal.lfilter([1.0], [1.0, -0.97], reference.emphasise(x))
    np.testing.assert_allclose(back, x, atol=1e-10)
