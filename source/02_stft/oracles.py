"""Libraries and closed forms that know nothing of this course, against the reference of lesson 02."""

import librosa
import numpy as np
import scipy.signal

from course import audio

CLIPS = ("welcome", "voice_espeak", "yes_quiet", "chirp", "two_clicks")
SIZES = [(1024, 256), (512, 512), (400, 160), (301, 75), (64, 100)]


def signals():
    """Real and synthetic signals, in both precisions, down to shorter than a window."""
    rng = np.random.default_rng(2)
    yield from (audio.clip(name)[:8000] for name in CLIPS)
    yield from (rng.standard_normal(n).astype(kind) for n in (5000, 4999, 700) for kind in (np.float32, np.float64))


def near(actual, expected, tolerance=2e-6):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected)), rtol=0)


def test_frames_are_those_of_librosa(reference):
    """Frames of the padded signal, cut by librosa.util.frame."""
    for x in signals():
        for window_length, hop_length in SIZES:
            padded = np.pad(x, window_length // 2)
            theirs = librosa.util.frame(padded, frame_length=window_length, hop_length=hop_length)
            np.testing.assert_array_equal(reference.slice_into_frames(x, window_length, hop_length), theirs)


def test_a_signal_shorter_than_a_window_is_kept(reference):
    """Every sample stands in some frame, where it belongs."""
    x = np.arange(1.0, 11.0)
    frames = reference.slice_into_frames(x, 64, 4)
    assert frames.shape == (64, 3)
    np.testing.assert_array_equal(frames[32:42, 0], x)
    np.testing.assert_array_equal(frames[28:38, 1], x)


def test_window_is_that_of_scipy(reference):
    """scipy.signal.get_window, periodic, at even and odd lengths."""
    for window_length in (2, 3, 8, 9, 400, 1023, 1024, 2048):
        near(reference.hann(window_length), scipy.signal.get_window("hann", window_length), 1e-14)


def test_shifted_windows_sum_to_one(reference):
    """Overlapped by half, the periodic window sums to exactly 1."""
    for half in (4, 100, 512):
        window = reference.hann(2 * half)
        np.testing.assert_allclose(window[:half] + window[half:], 1.0, atol=1e-15)


def test_stft_is_that_of_librosa(reference):
    """librosa.stft with its defaults: centred, zeros at the edges."""
    for x in signals():
        for window_length, hop_length in SIZES:
            theirs = librosa.stft(x, n_fft=window_length, hop_length=hop_length)
            near(reference.get_stft(x, window_length, hop_length), theirs)


def test_stft_is_that_of_scipy(reference):
    """scipy.signal.ShortTimeFFT: another phase convention, the same magnitudes, frame by frame."""
    for x in signals():
        for window_length, hop_length in SIZES:
            if len(x) < window_length // 2:
                continue
            window = scipy.signal.get_window("hann", window_length)
            mine = np.abs(reference.get_stft(x, window_length, hop_length))
            sft = scipy.signal.ShortTimeFFT(window, hop_length, fs=1.0)
            # SciPy centres on window_length // 2 as well; its frame 0 stands at sample 0
            theirs = np.abs(sft.stft(x.astype(float), p0=0, p1=mine.shape[1]))
            near(mine, theirs)


def test_a_tone_stands_in_its_bin(reference):
    """A cosine on a bin's centre has half the window's sum there, and a quarter of it beside."""
    n, window_length, k = np.arange(4096), 256, 20
    stft = np.abs(reference.get_stft(np.cos(2 * np.pi * k * n / window_length), window_length, 64))[:, 20]
    np.testing.assert_allclose(stft[[k - 1, k, k + 1]], [32.0, 64.0, 32.0], rtol=1e-10)


def test_parseval(reference):
    """The power of all bins, the inner ones twice, is N times the energy of the faded frames."""
    x = np.random.default_rng(3).standard_normal(3000)
    for window_length in (256, 255):
        power = reference.get_spectrogram(x, window_length, 64)
        twice = np.full(len(power), 2.0)
        twice[0] = 1.0
        if window_length % 2 == 0:
            twice[-1] = 1.0
        faded = reference.slice_into_frames(x, window_length, 64) * reference.hann(window_length)[:, None]
        np.testing.assert_allclose(twice @ power, window_length * np.sum(faded**2, axis=0), rtol=1e-10)


def test_decibels_are_those_of_librosa(reference):
    """librosa.power_to_db with the same reference and range."""
    for x in signals():
        power = np.abs(librosa.stft(x, n_fft=512)) ** 2
        for ref, top_db in [(1.0, 80.0), (0.02, 35.0), (7.0, 120.0)]:
            near(reference.to_db(power, ref, top_db), librosa.power_to_db(power, ref=ref, top_db=top_db))


def test_a_tenth_of_the_amplitude_is_twenty_decibels_less(reference):
    """The quiet "yes" was made 20 dB below the loud one."""
    loud, quiet = (np.abs(librosa.stft(audio.clip(name))) ** 2 for name in ("yes_loud", "yes_quiet"))
    assert abs(reference.louder_by_db(loud, quiet) - 20) < 0.01
