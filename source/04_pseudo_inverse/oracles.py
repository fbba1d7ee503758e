"""NumPy, SciPy, the Moore–Penrose conditions and closed forms, against the reference of lesson 04."""

import librosa
import numpy as np
import scipy.linalg
import scipy.optimize

from course import audio


def matrices():
    """Wide, tall, square, of full and of lower rank, of one row, of zeros, in both precisions."""
    rng = np.random.default_rng(4)
    for n_rows, n_columns in [(3, 8), (8, 3), (5, 5), (1, 6), (6, 1), (1, 1), (20, 65)]:
        yield rng.standard_normal((n_rows, n_columns))
        yield rng.uniform(size=(n_rows, n_columns)) * 1e-8
    for rank in (1, 2, 4):
        yield rng.standard_normal((7, rank)) @ rng.standard_normal((rank, 9))
    yield np.zeros((4, 2))
    for n_mels in (10, 40, 80):
        for kind in (np.float32, np.float64):
            yield librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=1024, n_mels=n_mels, dtype=kind)


def spectrograms(n_fft=512):
    """Power of real and synthetic signals, in both precisions, a silent frame among them."""
    rng = np.random.default_rng(5)
    for name in ("voice_slt", "chirp", "two_clicks", "yes_quiet"):
        yield np.abs(librosa.stft(audio.clip(name)[:6000], n_fft=n_fft)) ** 2
    noise = rng.exponential(1.0, size=(n_fft // 2 + 1, 9))
    noise[:, 3] = 0.0
    yield noise
    yield noise.astype(np.float32)


def mel_basis(n_mels=40, n_fft=512):
    return librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=n_fft, n_mels=n_mels, dtype=np.float64)


def near(actual, expected, tolerance=1e-10):
    np.testing.assert_allclose(actual, expected, atol=tolerance * (np.max(np.abs(expected)) or 1.0), rtol=0)


def precision(values):
    return 2e-6 if values.dtype == np.float32 else 1e-9


def test_pseudo_inverse_is_that_of_numpy_and_scipy(reference):
    """numpy.linalg.pinv and scipy.linalg.pinv, with the same relative limit."""
    for matrix in matrices():
        mine = reference.pinv_from_svd(matrix, rcond=1e-6)
        near(mine, np.linalg.pinv(matrix, rcond=1e-6), precision(matrix))
        near(mine, scipy.linalg.pinv(matrix, rtol=1e-6), precision(matrix))


def test_the_four_conditions_of_moore_and_penrose(reference):
    """There and back and there is there; back, there and back is back; both products are symmetric."""
    for matrix in matrices():
        pinv, tolerance = reference.pinv_from_svd(matrix, rcond=1e-6), 10 * precision(matrix)
        assert pinv.shape == matrix.shape[::-1]
        near(matrix @ pinv @ matrix, matrix, tolerance)
        near(pinv @ matrix @ pinv, pinv, tolerance)
        near((matrix @ pinv).T, matrix @ pinv, tolerance)
        near((pinv @ matrix).T, pinv @ matrix, tolerance)


def test_pseudo_inverse_of_a_row_and_of_a_regular_matrix(reference):
    """Closed forms: a vector divided by its squared length, and the ordinary inverse."""
    row = np.array([[3.0, 4.0]])
    near(reference.pinv_from_svd(row), row.T / 25)
    square = np.array([[1.0, 0.6], [0.4, 1.0]])
    near(reference.pinv_from_svd(square), np.array([[1.0, -0.6], [-0.4, 1.0]]) / 0.76)


def test_the_limit_is_relative(reference):
    """Singular values 10, 0.9 and 0.1 with a limit of a tenth of the largest: the first alone is larger."""
    matrix = np.diag([10.0, 0.9, 0.1])
    near(reference.pinv_from_svd(matrix, rcond=0.1), np.diag([0.1, 0.0, 0.0]))
    near(reference.pinv_from_svd(1e-9 * matrix, rcond=0.05), 1e9 * np.diag([0.1, 1 / 0.9, 0.0]))


def test_averaging_frames_is_undone_by_repeating_them(reference):
    """The closed form of the lesson's last map."""
    for n_together in (2, 4, 16):
        shorten = np.kron(np.eye(5), np.full((n_together, 1), 1 / n_together))
        near(reference.pinv_from_svd(shorten), np.kron(np.eye(5), np.ones((1, n_together))))


def test_spectrum_is_the_clipped_least_squares_solution(reference):
    """numpy.linalg.lstsq gives the smallest solution; below zero it is cut."""
    for n_mels in (20, 40):
        basis = mel_basis(n_mels)
        for power in spectrograms():
            mel = basis @ power
            expected = np.maximum(np.linalg.lstsq(basis, mel)[0], 0)
            near(reference.inv_mel_spectrogram(mel, basis), expected, 1e-7)


def test_clipping_never_leads_away_from_a_power_spectrogram(reference):
    """The nearest point of a convex set is nearer to each point of the set than what was outside."""
    basis = mel_basis()
    for power in spectrograms():
        power = power.astype(float)
        exact = np.linalg.pinv(basis) @ basis @ power
        clipped = reference.inv_mel_spectrogram(basis @ power, basis)
        assert np.linalg.norm(clipped - power) <= np.linalg.norm(exact - power) * (1 + 1e-12)


def test_magnitudes_square_to_the_power_without_its_negative_part(reference):
    """Negative cells are silent, and nothing is NaN."""
    for power in spectrograms():
        swinging = power - np.median(power)
        magnitude = reference.magnitude_of(swinging)
        assert np.all(magnitude >= 0)
        near(magnitude**2, np.where(swinging > 0, swinging, 0), 1e-6)


def test_hidden_energy_is_the_energy_along_the_null_space(reference):
    """scipy.linalg.null_space spans what the basis cannot see."""
    for n_mels in (10, 40):
        basis = mel_basis(n_mels)
        null = scipy.linalg.null_space(basis)
        for power in spectrograms():
            energy = np.sum(power.astype(float) ** 2, axis=0)
            along = np.sum((null.T @ power) ** 2, axis=0)
            expected = np.divide(along, energy, out=np.zeros_like(along), where=energy > 0)
            near(reference.null_space_energy(power, basis), expected, 2e-6)


def test_hidden_and_seen_energy_make_the_whole(reference):
    """Pythagoras: the shares of the null space and of the rows add up to 1, and nothing is hidden from an identity."""
    basis = mel_basis()
    for power in spectrograms():
        heard = power[:, np.any(power > 0, axis=0)].astype(float)
        rows = scipy.linalg.orth(basis.T)
        seen = np.sum((rows.T @ heard) ** 2, axis=0) / np.sum(heard**2, axis=0)
        near(reference.null_space_energy(heard, basis) + seen, np.ones(heard.shape[1]), 1e-9)
        near(reference.null_space_energy(heard, np.eye(len(heard))), np.zeros(heard.shape[1]), 1e-12)


def test_steps_lead_to_the_exact_solution_where_it_is_unique(reference):
    """scipy.optimize.nnls on more equations than unknowns."""
    rng = np.random.default_rng(6)
    for n_unknowns in (3, 8):
        basis, mel = rng.uniform(size=(40, n_unknowns)), rng.standard_normal((40, 5))
        expected = np.stack([scipy.optimize.nnls(basis, frame)[0] for frame in mel.T], axis=1)
        step, estimate = 1 / np.linalg.norm(basis, 2) ** 2, np.zeros((n_unknowns, 5))
        for _ in range(4000):
            estimate = reference.nnls_step(estimate, mel, basis, step)
        near(estimate, expected, 1e-7)


def test_the_gradient_is_the_slope_of_half_the_squared_misfit(reference):
    """Finite differences of the misfit, far from the fence."""
    rng = np.random.default_rng(7)
    basis, estimate, mel = rng.uniform(size=(3, 5)), rng.uniform(5, 6, size=(5, 1)), rng.uniform(size=(3, 1))

    def misfit(x):
        return np.sum((basis @ x - mel) ** 2) / 2

    nudges = 1e-5 * np.eye(5)[:, :, None]
    slope = np.array([(misfit(estimate + nudge) - misfit(estimate - nudge)) / 2e-5 for nudge in nudges])
    moved = reference.nnls_step(estimate, mel, basis, 0.001)
    near(estimate[:, 0] - moved[:, 0], 0.001 * slope, 1e-6)


def test_a_safe_step_never_goes_uphill(reference):
    """With one over the largest eigenvalue the misfit falls at every step, whatever the spectrogram."""
    basis = mel_basis()
    step = 1 / np.linalg.eigvalsh(basis @ basis.T)[-1]
    for power in spectrograms():
        mel, estimate = basis @ power, np.ones(power.shape)
        misfits = []
        for _ in range(30):
            misfits.append(np.linalg.norm(basis @ estimate - mel))
            estimate = reference.nnls_step(estimate, mel, basis, step)
        assert np.all(np.diff(misfits) <= 1e-9 * misfits[0])
