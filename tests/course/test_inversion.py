"""What inversion networks hear: log-mel spectrograms, played at other speeds and levels; and how far one is off."""

import numpy as np
import pytest
import scipy.fft

from course import corpus, inversion


@pytest.fixture(scope="module")
def words():
    return corpus.bundled().only(labels=("yes", "no"), speakers=("clara", "carl", "emma"))


def test_log_mels_are_logarithms_of_mels(words):
    """Natural ones, of power not below 1e-10."""
    for log_mel, mel in zip(inversion.log_mels(words), words.mels(), strict=True):
        np.testing.assert_allclose(np.exp(log_mel), np.maximum(mel, 1e-10), rtol=1e-3)
    assert inversion.log_mels(words, n_mels=40, fmax=4000)[0].shape[0] == 40


def test_a_slower_recording_is_longer(words):
    """By as much as it is slower; at its own speed it differs by its level only, which is the same everywhere."""
    plain = inversion.log_mels(words)
    slow = inversion.varied_log_mels(words, 1, speeds=[0.8])
    assert all(abs(b.shape[1] / a.shape[1] - 1.25) < 0.06 for a, b in zip(plain, slow, strict=True))
    for log_mel, same in zip(plain, inversion.varied_log_mels(words, 1, speeds=[1.0]), strict=True):
        change = same - log_mel
        assert np.ptp(change[log_mel > -10]) < 0.01 and abs(np.median(change)) < 12 * np.log(10) / 10 + 0.01


def test_variations_hang_on_the_seed(words):
    """The same seed, the same voices."""
    one, again, other = (inversion.varied_log_mels(words, seed) for seed in (3, 3, 4))
    assert all(map(np.array_equal, one, again))
    assert not all(a.shape == b.shape and np.allclose(a, b) for a, b in zip(one, other, strict=True))


def test_windows_are_oldest_first_with_repeated_edges():
    """As a network sees them that gives back its input's middle, and its oldest frame."""
    mfcc = np.arange(12.0).reshape(2, 6)
    middle = inversion.invert(lambda windows, training: windows[:, 4:6], mfcc)
    oldest = inversion.invert(lambda windows, training: windows[:, :2], mfcc)
    np.testing.assert_array_equal(middle, mfcc)
    np.testing.assert_array_equal(oldest, mfcc[:, [0, 0, 0, 1, 2, 3]])


def test_smooth_and_distance():
    """All coefficients miss nothing; what is dropped is missed by its own size."""
    log_mel = np.random.default_rng(0).standard_normal((80, 7))
    cepstra = scipy.fft.dct(log_mel, axis=0, norm="ortho")
    assert inversion.distance_db(log_mel, inversion.smooth(cepstra)) < 1e-9
    dropped = 10 / np.log(10) * np.mean(np.sqrt(np.sum(cepstra[20:] ** 2, axis=0) / 80))
    assert np.isclose(inversion.distance_db(log_mel, inversion.smooth(cepstra[:20])), dropped)
