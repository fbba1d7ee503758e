"""The tests of lesson 01. Each class is one exercise: the cases of a student's own check, and the hidden tests.

The docstring of a hidden test is what a student reads in the feedback. What stands in `library_has` is what an exercise
asks to build: to call it earns nothing.
"""

import numpy as np

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case

SR = audio.SAMPLE_RATE
SAMPLE = (Axis("sample"),)
ROW_AND_BIN = (Axis("row"), Axis("bin"))
BIN = (Axis("bin"),)
TRANSFORMS = (
    *(
        f"{module}.{name}"
        for module in ("numpy.fft", "scipy.fft", "scipy.fftpack")
        for name in ("fft", "ifft", "rfft", "irfft", "fft2", "ifft2", "fftn", "ifftn")
    ),
    *(f"{module}.{name}" for module in ("numpy.fft", "scipy.fft") for name in ("hfft", "ihfft", "rfft2", "rfftn")),
    "scipy.linalg.dft",
    "scipy.signal.czt",
    "scipy.signal.zoom_fft",
    "scipy.signal.CZT",
    "scipy.signal.ZoomFFT",
    "scipy.signal.stft",
    "librosa.stft",
)
SPECTRA = ("scipy.signal.periodogram", "scipy.signal.welch", "scipy.signal.spectrogram", "scipy.signal.csd")


def voice(n_samples):
    """A stretch of a voiced sound."""
    return audio.clip("yes_loud")[3000 : 3000 + n_samples]


def with_all_sides(n_samples):
    """A constant, two tones, and the wave at Nyquist: what the bins at both ends read matters."""
    n = np.arange(n_samples)
    tones = 0.9 * np.cos(2 * np.pi * 2 * n / n_samples + 0.4) + 0.6 * np.sin(2 * np.pi * 5 * n / n_samples)
    return 0.7 + tones + 0.4 * (-1.0) ** n


class PeakNormalise:
    exercise = "peak_normalise"
    library_has = ("librosa.util.normalize",)

    def visible(self):
        # the largest swing is negative in the first, positive in the second
        yield Case.of(np.array([0.1, -0.5, 0.3, 0.2]), axes=SAMPLE)
        yield Case.of(np.array([0.05, 0.02, -0.01, 0.03, 0.06]), peak=0.5, axes=SAMPLE)
        yield Case.of(np.array([1.5, -2.5, 0.5]), 0.9, axes=SAMPLE)
        yield Case.of(np.zeros(5), axes=SAMPLE)

    def test_any_sound(self, answer, reference, rng):
        """Scales faint and overloud sounds, whichever way their largest swing goes."""
        for loudest in (1e-4, 0.3, 20.0):
            x = loudest * rng.uniform(-1, 1, size=200)
            x[int(rng.integers(200))] = loudest * rng.choice([-1.2, 1.2])
            assert_close(answer(x), reference(x))

    def test_any_peak(self, answer, reference, rng):
        """Reaches the `peak` that is asked for."""
        x = rng.standard_normal(100)
        for peak in (0.1, 0.5, 0.99):
            assert_close(answer(x, peak), reference(x, peak))

    def test_negative_peak(self, answer, reference, rng):
        """Measures the largest swing downwards, too."""
        x = np.append(rng.uniform(0.0, 0.2, size=50), -rng.uniform(0.5, 0.9))
        assert_close(answer(x, peak=0.8), reference(x, peak=0.8))

    def test_silence(self, answer, reference):
        """Leaves silence silent."""
        for n_samples in (1, 100):
            assert_close(answer(np.zeros(n_samples)), reference(np.zeros(n_samples)))


class RmsDbfs:
    exercise = "rms_dbfs"
    library_has = ("course.audio.level",)

    def visible(self):
        yield Case.of(voice(400))
        # more than half of it is a constant
        yield Case.of(np.array([0.5, 0.3, 0.4, 0.35, 0.45]))
        # faint, but above the floor
        yield Case.of(np.array([3e-5, -3e-5, 2e-5, 1e-5]))
        yield Case.of(np.zeros(10))
        # below the floor
        yield Case.of(np.full(4, 2e-6))

    def test_sounds(self, answer, reference, rng):
        """Gives the level of loud and quiet sounds of any length."""
        for level, n_samples in [(0.5, 300), (0.05, 1001), (0.002, 50)]:
            x = level * rng.standard_normal(n_samples)
            assert_close(answer(x), reference(x))

    def test_constant(self, answer, reference, rng):
        """Counts a constant as part of the sound."""
        x = rng.uniform(0.2, 0.6) + 0.1 * rng.standard_normal(200)
        assert_close(answer(x), reference(x))

    def test_faint(self, answer, reference, rng):
        """Measures what is faint, but above the floor, as it is."""
        x = 2e-5 * rng.uniform(0.9, 1.1, size=100) * rng.choice([-1, 1], size=100)
        assert_close(answer(x), reference(x))

    def test_floor(self, answer, reference, rng):
        """Reads the floor for silence, and for what is fainter than it."""
        for x in (np.zeros(64), 1e-6 * rng.standard_normal(64)):
            assert_close(answer(x), reference(x))


class AmplitudeSpectrum:
    exercise = "amplitude_spectrum"
    library_has = SPECTRA

    def visible(self):
        # slow sample rates, so that Hz and amplitudes are of one size
        for n_samples, sample_rate in [(16, 4), (15, 3), (2, 2)]:
            yield Case.of(with_all_sides(n_samples), sample_rate, axes=ROW_AND_BIN)
        yield Case.of(20000 * voice(60), SR, axes=ROW_AND_BIN)

    def test_even(self, answer, reference, rng):
        """Reads right at even lengths, at DC and Nyquist, too."""
        for half in (4, 50, 101):
            x = rng.uniform(0.5, 1.5) + rng.standard_normal(2 * half)
            assert_close(answer(x, 2), reference(x, 2))

    def test_odd(self, answer, reference, rng):
        """Reads right at odd lengths, where there is no bin at Nyquist."""
        for half in (4, 50, 101):
            x = 3 * (-1.0) ** np.arange(2 * half + 1) + rng.standard_normal(2 * half + 1)
            assert_close(answer(x, 2), reference(x, 2))

    def test_hertz(self, answer, reference, rng):
        """Gives the frequency of every bin in Hz."""
        for n_samples, sample_rate in [(64, 8000), (65, 22050), (100, 44100)]:
            x = rng.standard_normal(n_samples)
            assert_close(answer(x, sample_rate), reference(x, sample_rate))

    def test_short(self, answer, reference, rng):
        """Handles one, two and three samples."""
        for n_samples in (1, 2, 3):
            x = rng.uniform(1, 2, size=n_samples)
            assert_close(answer(x, 1), reference(x, 1))


class WholeSpectrum:
    exercise = "whole_spectrum"

    def visible(self):
        for n_samples in (8, 9, 2):
            yield Case.of(np.fft.rfft(with_all_sides(n_samples)), n_samples, axes=BIN)

    def test_even(self, answer, reference, rng):
        """Completes the spectrum of an even number of samples."""
        for half in (2, 10, 128):
            X = np.fft.rfft(rng.standard_normal(2 * half))
            assert_close(answer(X, 2 * half), reference(X, 2 * half))

    def test_odd(self, answer, reference, rng):
        """Completes the spectrum of an odd number of samples."""
        for half in (1, 10, 128):
            X = np.fft.rfft(rng.standard_normal(2 * half + 1))
            assert_close(answer(X, 2 * half + 1), reference(X, 2 * half + 1))


class FftRadix2:
    exercise = "fft_radix2"
    library_has = TRANSFORMS

    def visible(self):
        yield Case.of(np.array([1.0, 2.0, 0.0, -1.0, 0.5, 0.0, 3.0, 1.0]), axes=BIN)
        yield Case.of(voice(64).astype(float), axes=BIN)
        yield Case.of(np.exp(0.7j * np.arange(16)) + 0.3, axes=BIN)
        yield Case.of(np.array([0.25, -0.75]), axes=BIN)

    def test_real(self, answer, reference, rng):
        """Agrees with the definition on real signals of several lengths."""
        for exponent in (2, 5, 8):
            x = rng.standard_normal(2**exponent)
            assert_close(answer(x), reference(x))

    def test_complex(self, answer, reference, rng):
        """Agrees with the definition on complex signals."""
        x = rng.standard_normal(128) + 1j * rng.standard_normal(128)
        assert_close(answer(x), reference(x))

    def test_short(self, answer, reference, rng):
        """Handles one, two and four samples."""
        for n_samples in (1, 2, 4):
            x = rng.uniform(1, 2, size=n_samples)
            assert_close(answer(x), reference(x))

    def test_long(self, answer, reference, rng):
        """Is fast enough for a long signal, which all n² products are not."""
        x = rng.standard_normal(2**13)
        assert_close(answer(x), reference(x))


class Bandpass:
    exercise = "bandpass"

    def visible(self):
        yield Case.of(voice(300), 300, 3400, SR, axes=SAMPLE)
        yield Case.of(voice(200), 500, 2000, 8000, order=1, axes=SAMPLE)
        yield Case.of(voice(200), 1000, 2000, 16000, order=3, axes=SAMPLE)
        # one polynomial of this order explodes
        yield Case.of(np.append(1.0, np.zeros(999)), 440, 500, SR, order=9, axes=SAMPLE)

    def test_bands(self, answer, reference, rng):
        """Agrees with the reference for several bands and sample rates."""
        x = rng.standard_normal(1500)
        for low_hz, high_hz, sample_rate in [(100, 900, 8000), (300, 3400, 22050), (2000, 15000, 48000)]:
            assert_close(answer(x, low_hz, high_hz, sample_rate), reference(x, low_hz, high_hz, sample_rate))

    def test_orders(self, answer, reference, rng):
        """Uses the order that is asked for."""
        x = rng.standard_normal(800)
        for order in (1, 2, 6):
            assert_close(answer(x, 400, 1600, 8000, order), reference(x, 400, 1600, 8000, order))

    def test_narrow(self, answer, reference, rng):
        """Stays stable at a high order in a narrow band."""
        x = rng.standard_normal(3000)
        assert_close(answer(x, 300, 340, 22050, order=12), reference(x, 300, 340, 22050, order=12))

    def test_causal(self, answer, reference, rng):
        """Stays silent until the sound begins, and rings on when it ends."""
        x = np.zeros(600)
        x[300:320] = rng.standard_normal(20)
        assert_close(answer(x, 500, 1500, 8000), reference(x, 500, 1500, 8000))
