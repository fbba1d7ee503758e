"""Sounds as arrays: what is refused, sample rates, levels."""

import re
import warnings

import numpy as np
import pytest
import soundfile

from course import audio


def tone(frequency, sample_rate=audio.SAMPLE_RATE, seconds=0.5, amplitude=0.5):
    """A sine, float32 [n_samples]."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    return (amplitude * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


REFUSED_AMPLITUDES = {
    "NaN": (np.array([0.0, np.nan]), "1 sample is not finite, first nan at sample 1"),
    "infinite": (np.array([np.inf, -np.inf]), "2 samples are not finite, first inf at sample 0"),
    "empty": (np.zeros(0), "holds no samples (0 s)"),
    "two channels": (np.zeros((2, 100)), "an array of shape [2, 100]"),
    "one number": (0.5, "is a single number"),
    "integers": (np.array([1, 2], np.int16), "holds integers (int16)"),
    "complex": (np.array([1j]), "take its real part"),
    "truth values": (np.array([True]), "holds bool, not numbers"),
    "text": ("voice", "not numbers"),
    "ragged": ([[1.0], [1.0, 2.0]], "is not an array of numbers"),
    "nothing": (None, "Does the function that made it return its result?"),
}


@pytest.mark.parametrize("kind", REFUSED_AMPLITUDES)
def test_what_is_no_sound_is_refused_everywhere(tmp_path, kind):
    """save, play, level and resample refuse what is not one channel of finite floats, and say what it is."""
    amplitudes, fault = REFUSED_AMPLITUDES[kind]
    uses = [
        lambda: audio.save(tmp_path / "voice.wav", amplitudes),
        lambda: audio.play(amplitudes, "voice"),
        lambda: audio.level(amplitudes),
        lambda: audio.resample(amplitudes, 8000, 16000),
    ]
    for use in uses:
        with pytest.raises(audio.AudioError, match=re.escape(fault)):
            use()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rate", [0, -1, 22050.5, np.nan, np.inf, "22050", None, ..., True, 10**6])
def test_what_is_no_sample_rate_is_refused_everywhere(tmp_path, rate):
    """A rate is a whole positive number of Hz, wherever one is given."""
    soundfile.write(tmp_path / "tone.wav", tone(440), audio.SAMPLE_RATE)
    uses = [
        lambda: audio.load(tmp_path / "tone.wav", rate),
        lambda: audio.save(tmp_path / "saved.wav", tone(440), rate),
        lambda: audio.play(tone(440), "tone", rate),
        lambda: audio.resample(tone(440), rate, 8000),
        lambda: audio.resample(tone(440), 8000, rate),
    ]
    for use in uses:
        with pytest.raises(audio.AudioError, match="is no sample rate"):
            use()


def test_resample_is_a_copy_even_at_the_same_rate():
    """The same rate gives the same samples, in an array of their own."""
    original = tone(440)
    same = audio.resample(original, 22050, 22050.0)
    np.testing.assert_array_equal(same, original)
    assert not np.shares_memory(same, original)


@pytest.mark.parametrize("n_samples", [1, 2, 3])
def test_the_shortest_sounds_can_be_resampled(n_samples):
    """One sample at 8 kHz is two at 16 kHz, and so on, and finite."""
    resampled = audio.resample(np.ones(n_samples), 8000, 16000)
    assert resampled.shape == (2 * n_samples,)
    assert np.isfinite(resampled).all()


def test_a_full_scale_square_wave_has_0_dbfs_rms():
    """The convention: a constant 1 or a square wave is at 0 dBFS, peak and RMS."""
    assert audio.level(np.ones(100)) == audio.Level(0.0, 0.0, 100)
    assert audio.level(np.tile([1.0, -1.0], 50)) == audio.Level(0.0, 0.0, 100)


def test_a_sine_lies_3_db_below_its_peak():
    """A sine of amplitude 0.1: peak -20 dBFS, RMS -23.01 dBFS."""
    measured = audio.level(tone(audio.SAMPLE_RATE / 4, amplitude=0.1))
    assert measured.peak_dbfs == pytest.approx(-20, abs=0.001)
    assert measured.rms_dbfs == pytest.approx(-23.0103, abs=0.001)
    assert measured.clipped == 0


def test_silence_is_minus_infinity_without_a_warning():
    """Zeros have no level, and that is no reason for a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert audio.level(np.zeros(10, np.float32)) == audio.Level(-np.inf, -np.inf, 0)


def test_very_small_sounds_have_a_finite_level():
    """Samples whose squares would be zero still have an RMS."""
    assert audio.level(np.full(10, 1e-200)).rms_dbfs == pytest.approx(-4000)


def test_the_highest_sample_of_16_bit_counts_as_clipped(tmp_path):
    """A clipped 16-bit recording holds 32767/32768 and -1: both count, one step less does not."""
    soundfile.write(tmp_path / "clipped.wav", np.array([32767, -32768, 32766, -32766], np.int16), audio.SAMPLE_RATE)
    assert audio.level(audio.load(tmp_path / "clipped.wav")).clipped == 2


@pytest.mark.parametrize(
    ("measured", "line"),
    [
        (audio.Level(-3.14, -20.41, 0), "peak -3.1 dBFS, RMS -20.4 dBFS, no clipped sample"),
        (audio.Level(-0.01, -10.0, 1), "peak 0.0 dBFS, RMS -10.0 dBFS, 1 clipped sample"),
        (audio.Level(0.0, -1.0, 12), "peak 0.0 dBFS, RMS -1.0 dBFS, 12 clipped samples"),
        (audio.Level(-np.inf, -np.inf, 0), "peak -inf dBFS, RMS -inf dBFS, no clipped sample"),
    ],
)
def test_a_level_reads_as_one_line(measured, line):
    """What print shows."""
    assert str(measured) == line
