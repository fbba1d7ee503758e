# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def pinv_from_svd(matrix, rcond=1e-10):
    U, S, Vh = np.linalg.svd(matrix, full_matrices=False)
    pinv = np.zeros((matrix.shape[1], matrix.shape[0]))
    for k in range(len(S)):
        if not S[k] > rcond * S[0]:
            continue
        for column in range(pinv.shape[1]):
            pinv[:, column] += Vh[k] * U[column, k] / S[k]
    return pinv


# %%
def inv_mel_spectrogram(mel_spectrogram, basis):
    inverse = np.linalg.pinv(basis)
    n_bins, n_frames = basis.shape[1], mel_spectrogram.shape[1]
    spectrogram = np.zeros((n_bins, n_frames))
    for t in range(n_frames):
        for k, value in enumerate(inverse @ mel_spectrogram[:, t]):
            if value > 0:
                spectrogram[k, t] = value
    return spectrogram


# %%
def magnitude_of(power_by_pinv):
    magnitude = np.zeros(power_by_pinv.shape)
    for index, value in np.ndenumerate(power_by_pinv):
        if value > 0:
            magnitude[index] = value**0.5
    return magnitude


# %%
def null_space_energy(spectrogram, basis):
    shares = []
    inverse = np.linalg.pinv(basis)
    for frame in spectrogram.T:
        rest = frame - inverse @ (basis @ frame)
        whole = sum(value**2 for value in frame)
        shares.append(sum(value**2 for value in rest) / whole if whole else 0.0)
    return np.array(shares)


# %%
def nnls_step(estimate, mel_spectrogram, basis, step):
    better = np.zeros(estimate.shape)
    for t in range(estimate.shape[1]):
        slope = (basis @ estimate[:, t] - mel_spectrogram[:, t]) @ basis
        moved = estimate[:, t] - step * slope
        moved[moved < 0] = 0
        better[:, t] = moved
    return better


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def pinv_from_svd(matrix, rcond=1e-10):
    U, S, Vh = np.linalg.svd(matrix, full_matrices=False)
    counts = rcond * S.max() < S
    return ((Vh[counts].T / S[counts]) @ U[:, counts].T).astype(np.float32)


# %%
def inv_mel_spectrogram(mel_spectrogram, basis):
    inverse = np.linalg.pinv(basis).astype(np.float32)
    return np.clip(inverse @ mel_spectrogram.astype(np.float32), 0, None)


# %%
def magnitude_of(power_by_pinv):
    power = power_by_pinv.astype(np.float32)
    power[power < 0] = 0
    return np.sqrt(power)


# %%
def null_space_energy(spectrogram, basis):
    x = spectrogram.astype(np.float32)
    hidden = x - np.linalg.pinv(basis).astype(np.float32) @ (basis.astype(np.float32) @ x)
    energy = (x**2).sum(axis=0)
    return (hidden**2).sum(axis=0) / np.where(energy == 0, np.float32(1), energy)


# %%
def nnls_step(estimate, mel_spectrogram, basis, step):
    x, m, b = (np.asarray(each, dtype=np.float32) for each in (estimate, mel_spectrogram, basis))
    return np.maximum(x - np.float32(step) * (b.T @ (b @ x - m)), np.float32(0))


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def pinv_from_svd(matrix, rcond=1e-10):
    U, S, Vh = scipy.linalg.svd(matrix, full_matrices=False)
    inverse = np.divide(1, S, out=np.zeros_like(S), where=rcond * S.max() < S)
    return np.einsum("kc,k,rk->cr", Vh, inverse, U)


# %%
def inv_mel_spectrogram(mel_spectrogram, basis):
    return np.fmax(scipy.linalg.lstsq(basis, mel_spectrogram)[0], 0)


# %%
def magnitude_of(power_by_pinv):
    return np.emath.sqrt(power_by_pinv).real


# %%
def null_space_energy(spectrogram, basis):
    hidden = scipy.linalg.null_space(basis).T @ spectrogram
    energy = np.linalg.norm(spectrogram, axis=0) ** 2
    return np.nan_to_num(np.linalg.norm(hidden, axis=0) ** 2 / np.maximum(energy, 1e-300))


# %%
def nnls_step(estimate, mel_spectrogram, basis, step):
    gradient = np.tensordot(basis, np.matmul(basis, estimate) - mel_spectrogram, axes=(0, 0))
    return np.clip(estimate - step * gradient, 0, np.inf)


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def pinv_from_svd(matrix, rcond=1e-10):
    U, S, Vh = np.linalg.svd(matrix)
    sigma = np.zeros((Vh.shape[0], U.shape[0]))
    for k, s in enumerate(S):
        sigma[k, k] = 1 / s if s > rcond * S[0] else 0
    return Vh.T @ sigma @ U.T


# %%
def inv_mel_spectrogram(mel_spectrogram, basis):
    spectrogram = pinv_from_svd(basis) @ mel_spectrogram
    return spectrogram * (spectrogram > 0)


# %%
def magnitude_of(power_by_pinv):
    return np.sqrt((power_by_pinv + np.abs(power_by_pinv)) / 2)


# %%
def null_space_energy(spectrogram, basis):
    hide = np.eye(basis.shape[1]) - np.linalg.pinv(basis) @ basis
    hidden = np.diag(spectrogram.T @ hide @ spectrogram)
    energy = np.diag(spectrogram.T @ spectrogram)
    return np.array([h / e if e > 0 else 0 for h, e in zip(hidden, energy, strict=True)])


# %%
def nnls_step(estimate, mel_spectrogram, basis, step):
    contract = np.eye(basis.shape[1]) - step * basis.T @ basis
    moved = contract @ estimate + step * basis.T @ mel_spectrogram
    return np.where(moved < 0, 0, moved)


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def pinv_from_svd(matrix, rcond=1e-10):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    U, S, Vh = np.linalg.svd(matrix, full_matrices=False)
    print("singular values", S)
    inverse = 1 / S  # RuntimeWarning where one is 0
    inverse[rcond * S[0] >= S] = 0
    return Vh.T @ np.diag(inverse) @ U.T


# %%
def inv_mel_spectrogram(mel_spectrogram, basis):
    spectrogram = np.linalg.pinv(basis) @ mel_spectrogram
    print("negative:", np.mean(spectrogram < 0))
    spectrogram[spectrogram < 0] = 0
    return spectrogram


# %%
def magnitude_of(power_by_pinv):
    magnitude = np.sqrt(power_by_pinv)  # RuntimeWarning where it is negative
    print("NaN:", np.isnan(magnitude).sum())
    return np.nan_to_num(magnitude)


# %%
def null_space_energy(spectrogram, basis):
    import sys

    print("now projecting", file=sys.stderr)
    seen = np.linalg.pinv(basis) @ basis @ spectrogram
    share = 1 - np.sum(seen**2, axis=0) / np.sum(spectrogram**2, axis=0)  # 0 / 0 where it is silent
    share[np.isnan(share)] = 0
    return share


# %%
def nnls_step(estimate, mel_spectrogram, basis, step):
    residual = mel_spectrogram - basis @ estimate
    print("misfit", np.linalg.norm(residual))
    estimate = estimate + step * (basis.T @ residual)
    estimate[estimate < 0] = 0.0
    return estimate
