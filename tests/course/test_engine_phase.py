"""From magnitudes to sound: nearer than librosa's, the same each time, whatever comes."""

import librosa
import numpy as np
import pytest

from course import audio
from course.engine import Frames, MelBasis, magnitude_to_signal, mel_to_sound
from course.engine.griffin_lim import approach
from course.engine.phase import integrate_phase

FRAMES = Frames()
SMALL = Frames(512, 128)


def voice(name="voice_rms", n=30000):
    return audio.clip(name)[: n // 256 * 256]


def level(signal, magnitude, frames=FRAMES):
    """Spectral convergence in dB, by librosa's transform."""
    found = np.abs(librosa.stft(signal, n_fft=frames.window_length, hop_length=frames.hop_length)).T
    return 20 * np.log10(np.linalg.norm(found - magnitude) / np.linalg.norm(magnitude))


def librosas(magnitude, frames=FRAMES, **more):
    settings = {"n_fft": frames.window_length, "hop_length": frames.hop_length, "random_state": 0} | more
    return librosa.griffinlim(np.ascontiguousarray(magnitude.T), **settings)


@pytest.mark.parametrize("momentum", [0.0, 0.99])
@pytest.mark.parametrize("iterations", [0, 1, 2, 5])
@pytest.mark.parametrize("frames", [FRAMES, SMALL, Frames(400, 130)], ids=["1024", "512", "400"])
def test_the_same_steps_as_librosas(momentum, iterations, frames):
    """From the same phase the signals are equal, as long as rounding leaves them so."""
    magnitude = np.abs(frames.stft(voice(n=8000)))
    phase = 2 * np.pi * np.random.RandomState(0).random(magnitude.T.shape).T
    ours = magnitude_to_signal(magnitude, frames, iterations, momentum, phase)
    theirs = librosas(magnitude, frames, n_iter=iterations, momentum=momentum)
    assert ours.shape == theirs.shape and ours.dtype == np.float32
    assert np.linalg.norm(ours - theirs) < 1e-3 * np.linalg.norm(theirs)


@pytest.mark.parametrize("name", ["voice_rms", "voice_espeak", "yes_loud"])
@pytest.mark.parametrize("iterations", [8, 32])
def test_no_worse_than_librosa_from_chance_and_better_from_gradients(name, iterations):
    """After as many iterations: within half a decibel from the same phases, 4 dB nearer from integrated ones."""
    magnitude = np.abs(FRAMES.stft(voice(name)))
    phase = 2 * np.pi * np.random.RandomState(0).random(magnitude.T.shape).T
    chance = level(magnitude_to_signal(magnitude, iterations=iterations, start=phase), magnitude)
    integrated = level(magnitude_to_signal(magnitude, iterations=iterations), magnitude)
    theirs = level(librosas(magnitude, n_iter=iterations, momentum=0.99), magnitude)
    assert chance < theirs + 0.5
    assert integrated < theirs - 4


@pytest.mark.parametrize("frames", [FRAMES, SMALL, Frames(1023, 200)], ids=["1024", "512", "1023"])
def test_gradients_tell_the_phase(frames):
    """Without any iteration the integrated phase is nearer than 32 steps of plain Griffin-Lim from chance begin."""
    magnitude = np.abs(frames.stft(voice()))
    begun = level(magnitude_to_signal(magnitude, frames, 0), magnitude, frames)
    assert begun < level(magnitude_to_signal(magnitude, frames, 0, start="random"), magnitude, frames) - 11
    assert begun < level(magnitude_to_signal(magnitude, frames, 8, 0.0, "random"), magnitude, frames)


@pytest.mark.parametrize("hertz", [200.0, 1000.0, 1234.5, 6000.0])
def test_a_tone_goes_on(hertz):
    """From one frame to the next its phase moves on by its frequency, wherever it lies between two bins."""
    signal = np.cos(2 * np.pi * hertz * np.arange(20000) / 22050)
    magnitude = np.abs(FRAMES.stft(signal))
    phase = integrate_phase(magnitude, FRAMES)
    loudest = magnitude[40].argmax()
    moved = np.diff(phase[20:60, loudest]) - 2 * np.pi * hertz * 256 / 22050
    assert np.abs(np.angle(np.exp(1j * moved))).max() < 0.1


def test_known_frames_are_kept_and_gone_on_from():
    """A phase that is given stays, and the frames after it belong to it."""
    spectrum = FRAMES.stft(0.5 * np.cos(2 * np.pi * 990 * np.arange(20000) / 22050))
    magnitude, true = np.abs(spectrum), np.angle(spectrum)
    phase = integrate_phase(magnitude, FRAMES, {10: true[10]})
    np.testing.assert_allclose(np.exp(1j * phase[10]), np.exp(1j * true[10]), atol=1e-4)
    loudest = magnitude[10].argmax()
    assert np.abs(np.angle(np.exp(1j * (phase - true)))[10:60, loudest]).max() < 0.3


def test_given_phases_are_the_start():
    """Without iterations the true phase gives the signal."""
    signal = voice()
    spectrum = FRAMES.stft(signal)
    found = magnitude_to_signal(np.abs(spectrum), iterations=0, start=np.angle(spectrum))
    np.testing.assert_allclose(found, signal, atol=1e-5)


def test_held_frames_stay_and_lead():
    """Those that are not searched for keep their values, and what is found between them fits: better than without."""
    true = FRAMES.stft(voice())
    magnitude, searched = np.abs(true), np.zeros(len(true), dtype=bool)
    searched[40:60] = True
    begun = np.where(searched[:, None], magnitude, true)
    held, free = begun.copy(), begun.copy()
    signal = approach(held, magnitude, FRAMES, 32, 0.99, searched)
    np.testing.assert_array_equal(held[~searched], true[~searched])
    assert level(signal, magnitude) < level(approach(free, magnitude, FRAMES, 32, 0.99), magnitude) - 1
    np.testing.assert_allclose(signal[: 38 * 256], voice()[: 38 * 256], atol=1e-5)


@pytest.mark.parametrize("start", ["heap", "random"])
def test_the_same_each_time(start):
    """To the last bit, and what is given stays as it is."""
    magnitude = np.abs(FRAMES.stft(voice()))
    before = magnitude.copy()
    first = magnitude_to_signal(magnitude, iterations=4, start=start)
    np.testing.assert_array_equal(magnitude_to_signal(magnitude, iterations=4, start=start), first)
    np.testing.assert_array_equal(magnitude, before)


@pytest.mark.parametrize("n_frames", [0, 1, 2, 5])
@pytest.mark.parametrize("value", [0.0, 1e-6, 1.0, 1e15])
def test_short_silent_and_strange_magnitudes(n_frames, value):
    """Of any number of frames, silence included, the signal is finite and as long as its frames say."""
    signal = magnitude_to_signal(np.full((n_frames, 513), value))
    assert signal.shape == (max(0, 256 * (n_frames - 1)),) and np.isfinite(signal).all()
    assert signal.any() == (value > 0 and n_frames > 1)


@pytest.mark.parametrize("start, shape, told", [("chance", (5, 513), "chance"), ("heap", (513, 5), r"\(513, 5\)")])
def test_what_cannot_be(start, shape, told):
    """An unknown start, or a table on its side, is told."""
    with pytest.raises(ValueError, match=told):
        magnitude_to_signal(np.ones(shape), start=start)


def test_sound_of_a_mel_spectrogram():
    """As long as its frames say, the same each time; what no power can be is silence, a stub's `...` stays one."""
    mel = MelBasis().of(np.abs(FRAMES.stft(voice())) ** 2).T
    sound = mel_to_sound(mel)
    assert sound.shape == (256 * (mel.shape[1] - 1),) and sound.dtype == np.float32
    np.testing.assert_array_equal(mel_to_sound(mel.astype(float)), sound)
    assert not mel_to_sound(np.full((128, 12), -1.0)).any() and not mel_to_sound(np.full((128, 12), np.nan)).any()
    assert mel_to_sound(...) is ... and mel_to_sound(mel.tolist()).any()


def test_bands_that_end_below_half_the_sample_rate():
    """Make a sound that has nothing above the highest, and whose bands are those that were asked for."""
    signal = np.random.default_rng(4).standard_normal(12000).astype(np.float32)
    mel = librosa.feature.melspectrogram(y=signal, n_fft=1024, hop_length=256, n_mels=60, fmax=6000)
    sound = mel_to_sound(mel, top_hz=6000)
    power = np.abs(librosa.stft(sound, n_fft=1024, hop_length=256)) ** 2
    assert power[290:].sum() < 0.001 * power.sum()
    again = librosa.feature.melspectrogram(S=power, n_fft=1024, n_mels=60, fmax=6000)
    assert np.median(np.abs(10 * np.log10(again[:, 2:-2] / mel[:, 2:-2]))) < 3


@pytest.mark.parametrize("name", ["voice_rms", "voice_awb", "voice_espeak"])
def test_sound_has_the_mel_spectrogram_that_was_asked_for(name):
    """Nearer than least squares and librosa's Griffin-Lim come, in twice as many iterations."""
    mel = MelBasis().of(np.abs(FRAMES.stft(voice(name))) ** 2)
    theirs = librosa.feature.inverse.mel_to_stft(mel.T.copy(), sr=22050, n_fft=1024)

    def off(signal):
        return np.linalg.norm(MelBasis().of(np.abs(FRAMES.stft(signal)) ** 2) - mel) / np.linalg.norm(mel)

    assert off(mel_to_sound(mel.T)) < off(librosas(theirs.T, n_iter=32)) and off(mel_to_sound(mel.T)) < 0.1
