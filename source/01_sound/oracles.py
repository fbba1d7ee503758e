"""Libraries and closed forms that know nothing of this course, against the reference of lesson 01."""

import librosa
import numpy as np
import scipy.fft
import scipy.linalg
import scipy.signal

from course import audio

CLIPS = ("welcome", "voice_espeak", "yes_quiet", "chirp", "two_clicks", "hum_and_voice")
BANDS = [(300, 3400), (50, 400), (2000, 9000)]


def signals():
    """Real and synthetic signals, in both precisions, of even and odd lengths, down to one sample."""
    rng = np.random.default_rng(1)
    yield from (audio.clip(name)[:8000] for name in CLIPS)
    yield from (rng.standard_normal(n).astype(kind) for n in (5000, 4999, 3, 2, 1) for kind in (np.float32, np.float64))


def near(actual, expected, tolerance=2e-6):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected)), rtol=0)


def test_normalised_as_librosa_does(reference):
    """librosa.util.normalize, times the peak."""
    for x in signals():
        for peak in (1.0, 0.5):
            near(reference.peak_normalise(x, peak), peak * librosa.util.normalize(x))


def test_normalised_sounds_reach_the_peak_and_silence_stays(reference):
    """The largest magnitude is the peak; of zeros it is 0."""
    for x in signals():
        np.testing.assert_allclose(np.max(np.abs(reference.peak_normalise(x, 0.3))), 0.3, rtol=1e-6)
    for kind in (np.float32, np.float64):
        np.testing.assert_array_equal(reference.peak_normalise(np.zeros(7, kind)), np.zeros(7))


def test_level_is_that_of_the_courses_own_meter(reference):
    """course.audio.level, which goes by the crest factor and works in float64."""
    for x in signals():
        assert abs(reference.rms_dbfs(x) - audio.level(x).rms_dbfs) < 1e-4


def test_level_is_that_of_librosa(reference):
    """librosa.feature.rms over one frame as long as the sound."""
    for x in signals():
        rms = librosa.feature.rms(y=x, frame_length=len(x), hop_length=len(x), center=False)[0, 0]
        assert abs(reference.rms_dbfs(x) - 20 * np.log10(rms)) < 1e-4


def test_levels_of_closed_form(reference):
    """A sine has half the power of a square wave of its height, a sawtooth a third."""
    turn = np.arange(8000) / 8000
    waves = {
        0.0: np.where(turn < 0.5, 1.0, -1.0),
        10 * np.log10(1 / 2): np.sin(2 * np.pi * 5 * turn),
        10 * np.log10(1 / 3): 2 * turn - 1,
    }
    for level, wave in waves.items():
        assert abs(reference.rms_dbfs(wave) - level) < 1e-3
        assert abs(reference.rms_dbfs(wave / 10) - level + 20) < 1e-3


def test_silence_reads_the_floor(reference):
    """-100 dBFS for zeros and for what is fainter than that."""
    for x in (np.zeros(5), np.zeros(5, np.float32), np.full(5, 1e-7)):
        assert abs(reference.rms_dbfs(x) + 100) < 1e-12


def test_spectrum_is_the_periodogram_of_scipy(reference):
    """Its powers are half of a squared amplitude, but for DC and Nyquist."""
    for x in signals():
        for sample_rate in (22050, 44100):
            hertz, power = scipy.signal.periodogram(x, sample_rate, detrend=False, scaling="spectrum")
            own_partner = (hertz == 0) | (hertz == sample_rate / 2)
            mine = reference.amplitude_spectrum(x, sample_rate)
            near(mine[0], hertz, 1e-12)
            near(mine[1], np.sqrt(np.where(own_partner, 1, 2) * power))


def test_a_tone_on_a_bin_reads_its_amplitude(reference):
    """At DC, inside, and at Nyquist, for even and odd lengths, at every phase."""
    for n_samples in (64, 65):
        n = np.arange(n_samples)
        for k in range(1, (n_samples + 1) // 2):
            hertz, read = reference.amplitude_spectrum(0.8 * np.cos(2 * np.pi * k * n / n_samples + k), n_samples)
            assert np.argmax(read) == k == hertz[k]
            np.testing.assert_allclose(read[k], 0.8, rtol=1e-12)
        np.testing.assert_allclose(reference.amplitude_spectrum(0.8 * np.ones(n_samples), 1)[1, 0], 0.8, rtol=1e-12)
    np.testing.assert_allclose(reference.amplitude_spectrum(0.8 * (-1.0) ** np.arange(64), 64)[:, -1], [32, 0.8])


def test_parseval(reference):
    """The mean square is that of DC and Nyquist, and half of the squared amplitudes between."""
    for x in signals():
        amplitudes = reference.amplitude_spectrum(x.astype(float), 1)[1]
        shares = np.full(len(amplitudes), 0.5)
        shares[0] = 1.0
        if len(x) % 2 == 0:
            shares[-1] = 1.0
        np.testing.assert_allclose(shares @ amplitudes**2, np.mean(x.astype(float) ** 2), rtol=1e-9)


def test_whole_spectrum_is_the_transform(reference):
    """numpy.fft.fft of the signal."""
    for x in signals():
        near(reference.whole_spectrum(np.fft.rfft(x), len(x)), np.fft.fft(x))


def test_whole_spectrum_gives_a_real_sound(reference):
    """Back to samples: the signal, and nothing imaginary."""
    for x in signals():
        back = scipy.fft.ifft(reference.whole_spectrum(scipy.fft.rfft(x.astype(float)), len(x)))
        near(back.real, x, 1e-12)
        assert np.max(np.abs(back.imag)) < 1e-12 * np.max(np.abs(x))


def test_fft_is_that_of_numpy(reference):
    """To 1e-12, at all powers of two up to 8192, for real and complex signals in both precisions."""
    rng = np.random.default_rng(2)
    for exponent in range(14):
        x = rng.standard_normal(2**exponent) + 1j * rng.standard_normal(2**exponent)
        for signal in (x, x.real, x.real.astype(np.float32), x.astype(np.complex64)):
            near(reference.fft_radix2(signal), np.fft.fft(signal.astype(complex)), 1e-12)


def test_fft_is_the_matrix(reference):
    """The product with scipy.linalg.dft."""
    x = np.random.default_rng(3).standard_normal(256)
    near(reference.fft_radix2(x), scipy.linalg.dft(256) @ x, 1e-12)


def test_bandpass_has_the_response_of_the_design(reference):
    """The transform of its answer to a click is the product of pole and zero distances."""
    click = np.zeros(2**16)
    click[0] = 1.0
    for low_hz, high_hz in BANDS:
        for order in (1, 4, 7):
            zpk = scipy.signal.butter(order, [low_hz, high_hz], btype="bandpass", fs=22050, output="zpk")
            _, response = scipy.signal.freqz_zpk(*zpk, worN=np.fft.rfftfreq(2**16, 1 / 22050), fs=22050)
            near(np.fft.rfft(reference.bandpass(click, low_hz, high_hz, 22050, order)), response, 1e-6)


def test_bandpass_is_that_of_poles_one_by_one(reference):
    """The partial way: zeros and poles run one after the other, in complex numbers."""
    x = audio.clip("hum_and_voice")[:4000].astype(float)
    for low_hz, high_hz in BANDS:
        zeros, poles, gain = scipy.signal.butter(3, [low_hz, high_hz], btype="bandpass", fs=22050, output="zpk")
        y = gain * x.astype(complex)
        for zero, pole in zip(zeros, poles, strict=True):
            y = scipy.signal.lfilter([1, -zero], [1, -pole], y)
        near(reference.bandpass(x, low_hz, high_hz, 22050, 3), y.real)


def test_bandpass_halves_the_power_at_its_edges(reference):
    """Tones at both edges keep half of their power, one between all of it."""
    seconds = np.arange(44100) / 22050
    for hz, kept in [(300, 0.5), (3400, 0.5), (1000, 1.0)]:
        filtered = reference.bandpass(np.sin(2 * np.pi * hz * seconds), 300, 3400, 22050)[22050:]
        np.testing.assert_allclose(2 * np.mean(filtered**2), kept, atol=2e-3)


def test_bandpass_takes_floats_of_both_kinds_and_silence(reference):
    """float32 as float64; silence stays silent."""
    x = audio.clip("hum_and_voice")[:3000]
    near(reference.bandpass(x, 300, 3400, 22050), reference.bandpass(x.astype(float), 300, 3400, 22050))
    np.testing.assert_array_equal(reference.bandpass(np.zeros(50), 300, 3400, 22050), np.zeros(50))
