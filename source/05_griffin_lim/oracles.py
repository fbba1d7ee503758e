"""Libraries and closed forms that know nothing of this course, against the reference of lesson 05."""

import librosa
import numpy as np
import scipy.signal

from course import audio

CLIPS = ("welcome", "voice_espeak", "yes_quiet", "chirp", "two_clicks")
SIZES = [(1024, 256), (512, 256), (400, 160), (301, 75), (64, 20)]


def signals():
    """Real and synthetic signals, in both precisions."""
    rng = np.random.default_rng(5)
    yield from (audio.clip(name)[:8000] for name in CLIPS)
    yield from (rng.standard_normal(n).astype(kind) for n in (5000, 4999, 1500) for kind in (np.float32, np.float64))


def near(actual, expected, tolerance=2e-6):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected)), rtol=0)


def level(signal, magnitude, window_length, hop_length):
    """Spectral convergence in dB, written out here."""
    off = np.abs(librosa.stft(signal, n_fft=window_length, hop_length=hop_length)) - magnitude
    return 10 * np.log10(np.sum(off**2) / np.sum(magnitude**2))


def test_overlap_add_is_a_loop_of_additions(reference):
    """Frame after frame added to zeros, gaps included."""
    rng = np.random.default_rng(6)
    for window_length, n_frames, hop_length in [(64, 10, 16), (63, 7, 20), (16, 5, 16), (16, 5, 30), (9, 1, 4)]:
        frames = rng.standard_normal((window_length, n_frames))
        total = np.zeros(window_length + hop_length * (n_frames - 1))
        for t in range(n_frames):
            total[t * hop_length :][:window_length] += frames[:, t]
        near(reference.overlap_add(frames, hop_length), total, 1e-12)


def test_overlapped_squares_are_those_of_librosa(reference):
    """librosa.filters.window_sumsquare."""
    for window_length, hop_length in SIZES:
        window = scipy.signal.get_window("hann", window_length)[:, None]
        theirs = librosa.filters.window_sumsquare(
            window="hann", n_frames=12, hop_length=hop_length, n_fft=window_length, dtype=np.float64
        )
        near(reference.overlap_add(np.tile(window**2, 12), hop_length), theirs, 1e-12)


def test_inverse_is_that_of_librosa(reference):
    """librosa.istft, of STFTs and of tables that are none, shorter and longer than their frames reach."""
    rng = np.random.default_rng(7)
    for x in signals():
        for window_length, hop_length in SIZES:
            table = librosa.stft(x.astype(float), n_fft=window_length, hop_length=hop_length)
            noise = table * np.exp(2j * np.pi * rng.random(table.shape))
            for stft in (table, noise):
                for length in (len(x) // 2, len(x)):
                    theirs = librosa.istft(stft, n_fft=window_length, hop_length=hop_length, length=length)
                    near(reference.get_istft(stft, window_length, hop_length, length), theirs, 1e-9)


def test_a_length_beyond_the_frames_is_filled_with_zeros(reference):
    """As librosa.istft does, also where frames only touch."""
    rng = np.random.default_rng(8)
    table = rng.standard_normal((17, 6)) + 1j * rng.standard_normal((17, 6))
    for hop_length in (8, 16, 32):
        theirs = librosa.istft(table, n_fft=32, hop_length=hop_length, length=400)
        near(reference.get_istft(table, 32, hop_length, 400), theirs, 1e-9)


def test_inverse_is_that_of_scipy(reference):
    """scipy.signal.istft with the same window, undone scaling and boundary."""
    x = np.random.default_rng(9).standard_normal(4096)
    for window_length, hop_length in [(512, 128), (256, 128), (256, 64)]:
        table = librosa.stft(x, n_fft=window_length, hop_length=hop_length)
        scale = np.sum(scipy.signal.get_window("hann", window_length))
        _, theirs = scipy.signal.istft(table / scale, nperseg=window_length, noverlap=window_length - hop_length)
        near(reference.get_istft(table, window_length, hop_length, len(x)), theirs[: len(x)], 1e-9)


def test_perfect_reconstruction_where_nola_holds(reference):
    """To 1e-10, whether or not anything is constant; at a hop of a window it is lost."""
    rng = np.random.default_rng(10)
    for window_length, hop_length in [(1024, 256), (1024, 512), (1024, 700), (512, 300), (301, 75), (100, 90)]:
        x = rng.standard_normal(12 * hop_length)
        window = scipy.signal.get_window("hann", window_length)
        assert reference.is_nola(window, hop_length)
        table = librosa.stft(x, n_fft=window_length, hop_length=hop_length)
        back = reference.get_istft(table, window_length, hop_length, len(x))
        assert np.max(np.abs(back - x)) < 1e-10
    table = librosa.stft(x, n_fft=90, hop_length=90)
    assert np.max(np.abs(reference.get_istft(table, 90, 90, len(x)) - x)) > 0.1


def test_inverse_gives_the_nearest_signal(reference):
    """No small change of the signal comes nearer to an inconsistent table."""
    rng = np.random.default_rng(11)
    table = librosa.stft(rng.standard_normal(320), n_fft=64, hop_length=32)
    table = np.abs(table) * np.exp(2j * np.pi * rng.random(table.shape))
    table[[0, -1]] = table[[0, -1]].real
    twice = np.array([1, *[2] * 31, 1])[:, None]

    def distance(x):
        return np.sum(twice * np.abs(librosa.stft(x, n_fft=64, hop_length=32) - table) ** 2)

    nearest = reference.get_istft(table, 64, 32, 320)
    for _ in range(50):
        assert distance(nearest + 1e-3 * rng.standard_normal(320)) > distance(nearest)


def test_nola_is_that_of_scipy(reference):
    """scipy.signal.check_NOLA, for all its windows and hops; a hop beyond the window leaves gaps."""
    rng = np.random.default_rng(12)
    windows = [scipy.signal.get_window(name, n) for name in ("hann", "boxcar", "blackman") for n in (16, 51, 512)]
    windows += [rng.standard_normal(20), np.r_[0, np.ones(15)], np.r_[np.ones(8), np.zeros(8)]]
    for window in windows:
        for hop_length in {1, 5, len(window) // 2, len(window) - 1, len(window)}:
            theirs = scipy.signal.check_NOLA(window, len(window), len(window) - hop_length)
            assert reference.is_nola(window, hop_length) == theirs, (window, hop_length)
        assert not reference.is_nola(window, len(window) + 1)


def test_half_overlapped_hann_is_cola_its_square_is_not(reference):
    """And NOLA holds all the same."""
    window = scipy.signal.get_window("hann", 512)
    assert scipy.signal.check_COLA(window, 512, 256)
    assert not scipy.signal.check_COLA(window**2, 512, 256)
    assert reference.is_nola(window, 256)


def test_convergence_in_closed_form(reference):
    """An estimate that is too loud by a tenth is 20 dB off; silence 0 dB; the sign does not matter."""
    magnitude = np.random.default_rng(13).exponential(1.0, (40, 30))
    assert abs(reference.spectral_convergence_db(1.1 * magnitude, magnitude) + 20) < 1e-9
    assert abs(reference.spectral_convergence_db(0 * magnitude, magnitude)) < 1e-12
    assert reference.spectral_convergence_db(-magnitude, magnitude) == -200
    stft = librosa.stft(audio.clip("welcome")[:8000].astype(float), n_fft=512)
    assert reference.spectral_convergence_db(stft, np.abs(stft)) == -200


def test_griffin_lim_goes_the_way_of_librosa(reference):
    """Step by step the same from the same random phase, for several momenta."""
    magnitude = np.abs(librosa.stft(audio.clip("welcome")[9000:15144].astype(float), n_fft=512, hop_length=128))
    phase = 2 * np.pi * np.random.RandomState(3).random(magnitude.shape)
    for momentum in (0.0, 0.5, 0.99):
        theirs = librosa.griffinlim(magnitude, n_iter=3, hop_length=128, momentum=momentum, random_state=3)
        near(reference.griffin_lim(magnitude, phase, 128, 3, momentum), theirs, 1e-6)
    near(reference.griffin_lim(magnitude, phase, 128, 3), theirs, 1e-6)


def test_griffin_lim_reaches_what_librosa_reaches(reference):
    """Speech, 2048 samples, a hop of 512, 32 iterations: within 0.5 dB on average, from the same starts."""
    x = audio.clip("welcome")[:61440].astype(float)
    magnitude = np.abs(librosa.stft(x, n_fft=2048, hop_length=512))
    for momentum in (0.0, 0.99):
        mine, theirs = [], []
        for seed in range(3):
            phase = 2 * np.pi * np.random.RandomState(seed).random(magnitude.shape)
            found = reference.griffin_lim(magnitude, phase, 512, 32, momentum)
            mine.append(level(found, magnitude, 2048, 512))
            found = librosa.griffinlim(magnitude, n_iter=32, hop_length=512, momentum=momentum, random_state=seed)
            theirs.append(level(found, magnitude, 2048, 512))
        assert abs(np.mean(mine) - np.mean(theirs)) < 0.5, (mine, theirs)


def test_without_momentum_no_step_goes_back(reference):
    """The distance that Griffin and Lim minimise never grows."""
    x = audio.clip("yes_loud")[3000:7096].astype(float)
    magnitude = np.abs(librosa.stft(x, n_fft=256, hop_length=64))
    phase = 2 * np.pi * np.random.default_rng(4).random(magnitude.shape)
    twice = np.array([1, *[2] * 127, 1])[:, None]
    found = [reference.griffin_lim(magnitude, phase, 64, n, 0.0) for n in range(12)]
    off = [np.sum(twice * (np.abs(librosa.stft(y, n_fft=256, hop_length=64)) - magnitude) ** 2) for y in found]
    assert np.all(np.diff(off) <= 1e-9 * off[0]), off


def test_true_phase_stays_where_it_is(reference):
    """Started from the true phase, the signal is found and kept."""
    x = audio.clip("chord")[:4096].astype(float)
    stft = librosa.stft(x, n_fft=512, hop_length=128)
    for n_iterations in (0, 1, 10):
        near(reference.griffin_lim(np.abs(stft), np.angle(stft), 128, n_iterations), x, 1e-6)


def test_silence_stays_silent(reference):
    """No division by zero anywhere."""
    magnitude = np.zeros((65, 20))
    assert not np.any(reference.griffin_lim(magnitude, magnitude, 32, 3))
    assert not np.any(reference.rtisi(magnitude, 32, 3, 2))


def test_restored_is_griffin_lim_of_the_magnitude(reference):
    """From zero phase, like the reference's own Griffin-Lim."""
    stft = librosa.stft(audio.clip("yes_loud")[3000:5048].astype(float), n_fft=256, hop_length=64)
    magnitude = np.abs(stft)
    near(reference.restore(stft, 64, 2), reference.griffin_lim(magnitude, 0 * magnitude, 64, 2), 1e-6)


def test_real_time_inversion_written_as_a_stream(reference):
    """The same method in sliding buffers, that never see more than the look-ahead allows."""
    x = audio.clip("yes_loud")[3000:5048].astype(float)
    for window_length, hop_length, look_ahead in [(256, 64, 0), (256, 64, 1), (256, 32, 3), (128, 64, 0)]:
        magnitude = np.abs(librosa.stft(x, n_fft=window_length, hop_length=hop_length))[:, :20]
        streamed = stream(magnitude, hop_length, 2, look_ahead)
        near(reference.rtisi(magnitude, hop_length, 2, look_ahead), streamed, 1e-6)


def stream(magnitude, hop_length, n_iterations, look_ahead):
    """RTISI with look-ahead, one hop out for one column in."""
    window_length = 2 * (len(magnitude) - 1)
    window = np.sin(np.pi * np.arange(window_length) / window_length) ** 2
    columns = [*magnitude.T, *np.zeros((look_ahead, len(magnitude)))]
    settled = np.zeros(window_length + look_ahead * hop_length)
    sketch = settled.copy()
    sketch[window_length // 2] = 1
    frames, out = {}, []
    for t in range(magnitude.shape[1]):
        for _ in range(n_iterations):
            new = settled.copy()
            for k in range(look_ahead + 1):
                part = slice(k * hop_length, k * hop_length + window_length)
                turned = columns[t + k] * np.exp(1j * np.angle(np.fft.rfft(sketch[part] * window)))
                frames[k] = np.fft.irfft(turned) * window
                new[part] += frames[k]
            sketch = new
        settled[:window_length] += frames[0]
        out.append(settled[:hop_length].copy())
        settled = np.append(settled[hop_length:], np.zeros(hop_length))
        sketch = np.append(sketch[hop_length:], np.zeros(hop_length))
    whole = np.concatenate([*out, settled])
    squares = np.zeros(len(whole))
    for t in range(magnitude.shape[1]):
        squares[t * hop_length :][:window_length] += window**2
    middle = slice(window_length // 2, window_length // 2 + hop_length * (magnitude.shape[1] - 1))
    return whole[middle] / squares[middle]


def test_look_ahead_helps(reference):
    """On speech each of the first two frames of look-ahead gains, and no settled sample ever changes."""
    x = audio.clip("welcome")[:20480].astype(float)
    magnitude = np.abs(librosa.stft(x, n_fft=1024, hop_length=256))
    levels = [level(reference.rtisi(magnitude, 256, 6, k), magnitude, 1024, 256) for k in range(3)]
    assert levels[0] > levels[1] + 1 > levels[2] + 1
    early = reference.rtisi(magnitude[:, :30], 256, 2, 1)[: 25 * 256]
    near(reference.rtisi(magnitude, 256, 2, 1)[: 25 * 256], early, 1e-6)
