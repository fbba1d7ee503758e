# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def hz_to_mel(hz, htk=False):
    import math

    def one(f):
        if htk:
            return 2595.0 * math.log10(1.0 + f / 700.0)
        if f < 1000:
            return f * 0.015
        return 15.0 + math.log(f / 1000.0) * 27.0 / math.log(6.4)

    if np.ndim(hz) == 0:
        return one(hz)
    mels = np.zeros(np.shape(hz))
    for index, f in np.ndenumerate(hz):
        mels[index] = one(f)
    return mels


# %%
def mel_to_hz(mel, htk=False):
    def one(m):
        m = float(m)
        if htk:
            return 700.0 * (10.0 ** (m / 2595.0) - 1.0)
        if m < 15:
            return m * 200.0 / 3.0
        return 1000.0 * 6.4 ** ((m - 15.0) / 27.0)

    if np.ndim(mel) == 0:
        return one(mel)
    hertz = np.zeros(np.shape(mel))
    for index, m in np.ndenumerate(mel):
        hertz[index] = one(m)
    return hertz


# %%
def mel_basis(sample_rate, n_fft, n_mels, low_hz=0.0, high_hz=None):
    if high_hz is None:
        high_hz = sample_rate / 2
    low, high = hz_to_mel(low_hz), hz_to_mel(high_hz)
    corner = [mel_to_hz(low + (high - low) * m / (n_mels + 1)) for m in range(n_mels + 2)]
    basis = np.zeros((n_mels, n_fft // 2 + 1))
    for m in range(n_mels):
        left, middle, right = corner[m], corner[m + 1], corner[m + 2]
        for k in range(n_fft // 2 + 1):
            f = k * sample_rate / n_fft
            if left < f <= middle:
                basis[m, k] = 2 / (right - left) * (f - left) / (middle - left)
            elif middle < f < right:
                basis[m, k] = 2 / (right - left) * (right - f) / (right - middle)
    return basis


# %%
def get_melspectrogram(amplitudes, sample_rate, n_fft, hop_length, n_mels):
    power = np.abs(librosa.stft(amplitudes, n_fft=n_fft, hop_length=hop_length)) ** 2
    basis = mel_basis(sample_rate, n_fft, n_mels)
    mels = np.zeros((n_mels, power.shape[1]))
    for m in range(n_mels):
        for t in range(power.shape[1]):
            mels[m, t] = np.dot(basis[m], power[:, t])
    return mels


# %%
def log_mel(power, basis):
    level = np.zeros((len(basis), power.shape[1]))
    for m in range(len(basis)):
        for t in range(power.shape[1]):
            level[m, t] = 10 * np.log10(max(np.dot(basis[m], power[:, t]), 1e-10))
    loudest = level.max()
    for index, value in np.ndenumerate(level):
        level[index] = max(value, loudest - 80)
    return level


# %%
def feature_budget(sample_rate, n_fft, hop_length, n_mels, bytes_per_number):
    bins = n_fft // 2 + 1
    stages, n = 0, n_fft
    while n > 1:
        stages, n = stages + 1, n // 2
    result = [sample_rate / hop_length * n_mels * bytes_per_number]
    for weights in (n_mels * bins, 2 * bins):
        result.append(sample_rate / hop_length * (n_fft + 4 * stages * n_fft // 2 + 2 * bins + weights))
    for weights in (n_mels * bins, 2 * bins):
        result.append(bytes_per_number * (2 * n_fft + weights))
    return result


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def hz_to_mel(hz, htk=False):
    hz = np.asarray(hz, dtype=np.float32)
    if htk:
        return np.float32(2595 / np.log(10)) * np.log1p(hz / np.float32(700))
    log_part = np.float32(15) + np.float32(27 / np.log(6.4)) * np.log(np.maximum(hz, np.float32(1)) / np.float32(1000))
    return np.where(hz < 1000, hz * np.float32(0.015), log_part)


# %%
def mel_to_hz(mel, htk=False):
    mel = np.asarray(mel, dtype=np.float32)
    if htk:
        return np.float32(700) * np.expm1(mel * np.float32(np.log(10) / 2595))
    log_part = np.float32(1000) * np.exp((mel - np.float32(15)) * np.float32(np.log(6.4) / 27))
    return np.where(mel < 15, mel * np.float32(200 / 3), log_part)


# %%
def mel_basis(sample_rate, n_fft, n_mels, low_hz=0.0, high_hz=None):
    ends = hz_to_mel(np.array([low_hz, sample_rate / 2 if high_hz is None else high_hz]))
    corners = mel_to_hz(np.linspace(ends[0], ends[1], n_mels + 2).astype(np.float32)).astype(np.float32)
    f = (np.arange(n_fft // 2 + 1) * np.float32(sample_rate / n_fft)).astype(np.float32)
    slopes = (f[None, :] - corners[:, None]) / np.diff(corners, append=corners[-1] + 1)[:, None]
    basis = np.clip(np.minimum(slopes[:-2], 1 - slopes[1:-1]), 0, None)
    return (basis * (2 / (corners[2:] - corners[:-2]))[:, None]).astype(np.float32)


# %%
def get_melspectrogram(amplitudes, sample_rate, n_fft, hop_length, n_mels):
    stft = librosa.stft(np.asarray(amplitudes, dtype=np.float32), n_fft=n_fft, hop_length=hop_length)
    return mel_basis(sample_rate, n_fft, n_mels).astype(np.float32) @ (stft.real**2 + stft.imag**2)


# %%
def log_mel(power, basis):
    mels = basis.astype(np.float32) @ power.astype(np.float32)
    level = np.float32(10) * np.log10(np.maximum(mels, np.float32(1e-10)))
    return np.maximum(level, level.max() - np.float32(80))


# %%
def feature_budget(sample_rate, n_fft, hop_length, n_mels, bytes_per_number):
    bins = np.float32(n_fft // 2 + 1)
    weights = bins * np.array([n_mels, 2], dtype=np.float32)
    work = np.float32(sample_rate / hop_length) * (n_fft + 2 * n_fft * np.log2(np.float32(n_fft)) + 2 * bins + weights)
    stream = np.float32(sample_rate / hop_length * n_mels * bytes_per_number)
    return np.hstack([stream, work, bytes_per_number * (2 * n_fft + weights)]).astype(np.float32)


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def hz_to_mel(hz, htk=False):
    if htk:
        return 2595 * np.emath.logn(10, np.add(1, np.divide(hz, 700)))
    # the straight part by interpolation, the other one by a logarithm of base 6.4
    return np.interp(hz, [0, 1000], [0, 15]) + 27 * np.emath.logn(6.4, np.fmax(hz, 1000) / 1000)


# %%
def mel_to_hz(mel, htk=False):
    if htk:
        return 700 * scipy.special.exp10(np.divide(mel, 2595)) - 700
    return np.interp(mel, [0, 15], [0, 1000]) * np.power(6.4, np.clip(np.subtract(mel, 15), 0, None) / 27)


# %%
def mel_basis(sample_rate, n_fft, n_mels, low_hz=0.0, high_hz=None):
    high_hz = high_hz or sample_rate / 2
    corners = mel_to_hz(np.linspace(hz_to_mel(low_hz), hz_to_mel(high_hz), n_mels + 2))
    bins = librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)
    rows = [np.interp(bins, corners[m : m + 3], [0, 2 / (corners[m + 2] - corners[m]), 0]) for m in range(n_mels)]
    return np.stack(rows)


# %%
def get_melspectrogram(amplitudes, sample_rate, n_fft, hop_length, n_mels):
    power, _ = librosa.core.spectrum._spectrogram(y=amplitudes, n_fft=n_fft, hop_length=hop_length, power=2)
    return np.tensordot(mel_basis(sample_rate, n_fft, n_mels), power, axes=1)


# %%
def log_mel(power, basis):
    return librosa.amplitude_to_db(np.sqrt(np.dot(basis, power)), amin=1e-5)


# %%
def feature_budget(sample_rate, n_fft, hop_length, n_mels, bytes_per_number):
    bins = len(np.fft.rfftfreq(n_fft))
    weights = np.multiply(bins, (n_mels, 2))
    work = (n_fft + 2 * n_fft * (n_fft.bit_length() - 1) + 2 * bins + weights) * sample_rate / hop_length
    return np.r_[n_mels * bytes_per_number * sample_rate / hop_length, work, (weights + 2 * n_fft) * bytes_per_number]


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def hz_to_mel(hz, htk=False):
    f = np.asarray(hz, dtype=float)
    if htk:
        return 2595 / np.log(10) * np.log((f + 700) / 700)
    return np.piecewise(f, [f < 1000], [lambda x: x / 200 * 3, lambda x: 15 + 27 * np.log2(x / 1000) / np.log2(6.4)])


# %%
def mel_to_hz(mel, htk=False):
    m = np.asarray(mel, dtype=float)
    if htk:
        return 700 * (np.exp(m * np.log(10) / 2595) - 1)
    return np.piecewise(m, [m < 15], [lambda x: x / 3 * 200, lambda x: 1000 * np.exp((x - 15) / 27 * np.log(6.4))])


# %%
def mel_basis(sample_rate, n_fft, n_mels, low_hz=0.0, high_hz=None):
    top = sample_rate / 2 if high_hz is None else high_hz
    corners = mel_to_hz(np.linspace(hz_to_mel(low_hz), hz_to_mel(top), n_mels + 2))
    ramps = np.subtract.outer(corners, np.fft.rfftfreq(n_fft, 1 / sample_rate))
    widths = np.diff(corners)
    lower = np.diag(1 / widths[:-1]) @ -ramps[:-2]
    upper = np.diag(1 / widths[1:]) @ ramps[2:]
    return np.diag(2 / (widths[:-1] + widths[1:])) @ np.fmax(0, np.fmin(lower, upper))


# %%
def get_melspectrogram(amplitudes, sample_rate, n_fft, hop_length, n_mels):
    stft = librosa.stft(amplitudes, n_fft=n_fft, hop_length=hop_length)
    return np.einsum("mk,kt,kt->mt", mel_basis(sample_rate, n_fft, n_mels), stft, stft.conj()).real


# %%
def log_mel(power, basis):
    return librosa.power_to_db(np.einsum("mk,kt->mt", basis, power))


# %%
def feature_budget(sample_rate, n_fft, hop_length, n_mels, bytes_per_number):
    k = n_fft // 2 + 1
    counts = np.array(
        [
            [0, n_mels, 0],
            [n_fft + 2 * n_fft * np.log2(n_fft) + 2 * k + n_mels * k, 0, 0],
            [n_fft + 2 * n_fft * np.log2(n_fft) + 2 * k + 2 * k, 0, 0],
            [0, 0, 2 * n_fft + n_mels * k],
            [0, 0, 2 * n_fft + 2 * k],
        ]
    )
    rate = sample_rate / hop_length
    return counts @ np.array([rate, rate * bytes_per_number, bytes_per_number])


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def hz_to_mel(hz, htk=False):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    print("to mel:", hz)
    hz = np.array(hz, dtype=float)
    if htk:
        return 1127 * np.log(1 + hz / 700)
    logarithms = np.log(hz / 1000)  # RuntimeWarning at 0 Hz
    return np.where(hz >= 1000, 15 + logarithms / (np.log(6.4) / 27), hz / (200 / 3))


# %%
def mel_to_hz(mel, htk=False):
    np.log(np.zeros(1))  # RuntimeWarning: divide by zero
    print("HTK" if htk else "Slaney")
    mel = np.array(mel, dtype=float)
    if htk:
        return 700 * (np.power(10, mel / 2595) - 1)
    hertz = mel * (200 / 3)
    beyond = mel >= 15
    return np.where(beyond, 1000 * np.exp(np.log(6.4) / 27 * (np.where(beyond, mel, 15) - 15)), hertz)


# %%
def mel_basis(sample_rate, n_fft, n_mels, low_hz=0.0, high_hz=None):
    import sys

    print("a basis of", n_mels, "bands", file=sys.stderr)
    if high_hz is None:
        high_hz = sample_rate / 2
    points = mel_to_hz(np.linspace(hz_to_mel(low_hz), hz_to_mel(high_hz), num=n_mels + 2))
    bins = np.linspace(0, n_fft // 2, n_fft // 2 + 1) * sample_rate / n_fft
    rows = []
    for left, middle, right in zip(points, points[1:], points[2:], strict=False):
        up = (bins >= left) * (bins <= middle) * (bins - left) / (middle - left)
        down = (bins > middle) * (bins <= right) * (right - bins) / (right - middle)
        rows.append((up + down) / (0.5 * (right - left)))
    print(len(rows), "rows")
    return np.array(rows)


# %%
def get_melspectrogram(amplitudes, sample_rate, n_fft, hop_length, n_mels):
    spectrum = np.square(np.abs(librosa.stft(y=amplitudes, hop_length=hop_length, n_fft=n_fft)))
    print("loudest:", spectrum.max())
    return (spectrum.T @ mel_basis(sample_rate, n_fft, n_mels).T).T


# %%
def log_mel(power, basis):
    bands = np.matmul(basis, power)
    np.log10(np.zeros(1))  # RuntimeWarning
    print(bands)
    decibels = 10 * np.log10(np.clip(bands, 1e-10, None))
    return np.clip(decibels, np.amax(decibels) - 80, None)


# %%
def feature_budget(sample_rate, n_fft, hop_length, n_mels, bytes_per_number):
    print("bins:", 1 + n_fft // 2)
    fps = sample_rate / hop_length
    dense, sparse = n_mels * (1 + n_fft // 2), 2 * (1 + n_fft // 2)
    base = n_fft + 2 * n_fft * np.log(n_fft) / np.log(2) + 2 * (1 + n_fft // 2)
    print("frames a second:", fps)
    return [
        fps * n_mels * bytes_per_number,
        fps * (base + dense),
        fps * (base + sparse),
        (2 * n_fft + dense) * bytes_per_number,
        (2 * n_fft + sparse) * bytes_per_number,
    ]
