# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def dct_matrix(n_coefficients, n_bands):
    matrix = np.zeros((n_coefficients, n_bands))
    for k in range(n_coefficients):
        for b in range(n_bands):
            factor = (1 / n_bands) ** 0.5 if k == 0 else (2 / n_bands) ** 0.5
            matrix[k, b] = factor * np.cos(np.pi * k * (2 * b + 1) / (2 * n_bands))
    return matrix


# %%
def get_mfcc(mel_spectrogram, n_coefficients):
    n_bands, n_frames = mel_spectrogram.shape
    matrix = dct_matrix(n_coefficients, n_bands)
    mfcc = np.zeros((n_coefficients, n_frames))
    for t in range(n_frames):
        log_mel = np.log(np.maximum(mel_spectrogram[:, t], 1e-10))
        for k in range(n_coefficients):
            mfcc[k, t] = np.sum(matrix[k] * log_mel)
    return mfcc


# %%
def invert_mfcc(mfcc, n_bands):
    n_coefficients, n_frames = mfcc.shape
    matrix = dct_matrix(n_coefficients, n_bands)
    mel = np.zeros((n_bands, n_frames))
    for t in range(n_frames):
        for k in range(n_coefficients):
            mel[:, t] += matrix[k] * mfcc[k, t]
        mel[:, t] = np.exp(mel[:, t])
    return mel


# %%
def lifter(mfcc, L, inverse=False):
    result = mfcc.copy()
    for k in range(len(mfcc)):
        weight = 1 + L / 2 * np.sin(np.pi * (k + 1) / L)
        if inverse:
            result[k] /= weight
        else:
            result[k] *= weight
    return result


# %%
def deltas(mfcc, width=9):
    half = width // 2
    n_frames = mfcc.shape[1]
    slopes = np.zeros(mfcc.shape)
    for t in range(n_frames):
        for m in range(1, half + 1):
            after, before = min(t + m, n_frames - 1), max(t - m, 0)
            slopes[:, t] += m * (mfcc[:, after] - mfcc[:, before])
    return slopes / (2 * sum(m * m for m in range(1, half + 1)))


# %%
def mel_cepstral_distortion(mfcc_a, mfcc_b):
    total = 0.0
    for t in range(mfcc_a.shape[1]):
        squares = 0.0
        for d in range(1, mfcc_a.shape[0]):
            squares += (mfcc_a[d, t] - mfcc_b[d, t]) ** 2
        total += 10 / np.log(10) * (2 * squares) ** 0.5
    return total / mfcc_a.shape[1]


# %%
def ear_weighting(power, sample_rate):
    hz = [max(k * sample_rate / 2 / (len(power) - 1), 1) for k in range(len(power))]
    weighted = np.zeros(power.shape)
    for k, decibels in enumerate(librosa.A_weighting(hz)):
        weighted[k] = power[k] * 10 ** (decibels / 10)
    return weighted


# %%
def left_over(buffer, window_length, hop_length):
    start = 0
    while start + window_length <= len(buffer):
        start += hop_length
    return buffer[start:]


# %%
def stream_mfcc(chunks, sample_rate=22050, window_length=1024, hop_length=256, n_bands=40, n_coefficients=13):
    waiting = [0.0] * (window_length // 2)
    window = scipy.signal.get_window("hann", window_length)
    filters = librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_bands)
    columns = []
    for chunk in [*chunks, [0.0] * (window_length // 2)]:
        for sample in chunk:
            waiting.append(float(sample))
            if len(waiting) == window_length:
                power = np.abs(np.fft.rfft(np.array(waiting) * window)) ** 2
                mel = filters @ ear_weighting(power[:, None], sample_rate)
                columns.append(get_mfcc(mel, n_coefficients)[:, 0])
                waiting = waiting[hop_length:]
    return np.array(columns).T


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def dct_matrix(n_coefficients, n_bands):
    b = (np.arange(n_bands, dtype=np.float32) + np.float32(0.5)) / np.float32(n_bands)
    rows = np.stack([np.cos(np.float32(np.pi * k) * b) for k in range(n_coefficients)])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


# %%
def get_mfcc(mel_spectrogram, n_coefficients):
    log_mel = np.log(np.maximum(mel_spectrogram.astype(np.float32), np.float32(1e-10)))
    return dct_matrix(n_coefficients, len(log_mel)).astype(np.float32) @ log_mel


# %%
def invert_mfcc(mfcc, n_bands):
    return np.exp(dct_matrix(len(mfcc), n_bands).astype(np.float32).T @ mfcc.astype(np.float32))


# %%
def lifter(mfcc, L, inverse=False):
    n = np.arange(1, len(mfcc) + 1, dtype=np.float32)
    weights = np.float32(1) + np.float32(L / 2) * np.sin(np.float32(np.pi / L) * n)
    power = -1 if inverse else 1
    return mfcc.astype(np.float32) * weights[:, None] ** power


# %%
def deltas(mfcc, width=9):
    half = width // 2
    padded = np.pad(mfcc.astype(np.float32), ((0, 0), (half, half)), mode="edge")
    m = np.arange(-half, half + 1, dtype=np.float32)
    return sum(m[i] * padded[:, i : i + mfcc.shape[1]] for i in range(width)) / np.sum(m**2)


# %%
def mel_cepstral_distortion(mfcc_a, mfcc_b):
    apart = mfcc_a.astype(np.float32)[1:] - mfcc_b.astype(np.float32)[1:]
    return np.float32(10 / np.log(10)) * np.sqrt(np.float32(2) * (apart * apart).sum(axis=0)).mean()


# %%
def ear_weighting(power, sample_rate):
    hz = np.linspace(0, sample_rate / 2, len(power))
    hz[0] = 1
    factors = librosa.db_to_power(librosa.A_weighting(hz)).astype(np.float32)
    return power.astype(np.float32) * factors[:, None]


# %%
def left_over(buffer, window_length, hop_length):
    buffer = buffer.astype(np.float32)
    if len(buffer) < window_length:
        return buffer
    return buffer[((len(buffer) - window_length) // hop_length + 1) * hop_length :]


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def dct_matrix(n_coefficients, n_bands):
    angles = np.pi * np.outer(np.arange(n_coefficients), np.linspace(0, 1, n_bands, endpoint=False) + 0.5 / n_bands)
    matrix = np.sqrt(2 / n_bands) * np.cos(angles)
    matrix[0] /= np.sqrt(2)
    return matrix


# %%
def get_mfcc(mel_spectrogram, n_coefficients):
    log_mel = np.log(np.clip(mel_spectrogram, 1e-10, None))
    return np.tensordot(dct_matrix(n_coefficients, mel_spectrogram.shape[0]), log_mel, axes=1)


# %%
def invert_mfcc(mfcc, n_bands):
    return np.exp(np.linalg.pinv(dct_matrix(mfcc.shape[0], n_bands)) @ mfcc)


# %%
def lifter(mfcc, L, inverse=False):
    weights = 1 + L / 2 * scipy.special.sindg(180 * np.arange(1, mfcc.shape[0] + 1) / L)
    return (mfcc.T / weights).T if inverse else (mfcc.T * weights).T


# %%
def deltas(mfcc, width=9):
    m = np.arange(width) - width // 2
    return scipy.ndimage.correlate1d(mfcc, m / np.sum(m**2), axis=1, mode="nearest")


# %%
def mel_cepstral_distortion(mfcc_a, mfcc_b):
    distances = np.linalg.norm(np.delete(mfcc_a - mfcc_b, 0, axis=0), axis=0)
    return 10 * np.sqrt(2) / np.log(10) * np.average(distances)


# %%
def ear_weighting(power, sample_rate):
    hz = librosa.fft_frequencies(sr=sample_rate, n_fft=2 * (len(power) - 1))
    return power * librosa.db_to_power(librosa.A_weighting(np.clip(hz, 1, None)))[:, np.newaxis]


# %%
def left_over(buffer, window_length, hop_length):
    starts = np.arange(0, max(len(buffer) - window_length + 1, 0), hop_length)
    return np.split(buffer, [len(starts) * hop_length])[1]


# %%
def stream_mfcc(chunks, sample_rate=22050, window_length=1024, hop_length=256, n_bands=40, n_coefficients=13):
    kept = np.zeros(window_length // 2)
    filters = librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_bands)
    window = scipy.signal.windows.hann(window_length, sym=False)
    blocks = []
    for chunk in [*chunks, np.zeros(window_length // 2)]:
        buffer = np.append(kept, chunk)
        kept = left_over(buffer, window_length, hop_length)
        if len(buffer) >= window_length:
            frames = librosa.util.frame(buffer, frame_length=window_length, hop_length=hop_length)
            power = np.abs(scipy.fft.rfft(frames * window[:, None], axis=0)) ** 2
            blocks.append(get_mfcc(filters @ ear_weighting(power, sample_rate), n_coefficients))
    return np.hstack(blocks)


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def dct_matrix(n_coefficients, n_bands):
    waves = np.cos(np.pi / n_bands * np.outer(np.arange(n_coefficients), np.arange(n_bands) + 0.5))
    return np.diag(1 / np.sqrt(np.diag(waves @ waves.T))) @ waves


# %%
def get_mfcc(mel_spectrogram, n_coefficients):
    floored = np.where(mel_spectrogram < 1e-10, 1e-10, mel_spectrogram)
    square = dct_matrix(len(mel_spectrogram), len(mel_spectrogram))
    return np.eye(n_coefficients, len(mel_spectrogram)) @ square @ np.log(floored)


# %%
def invert_mfcc(mfcc, n_bands):
    padded = np.vstack([mfcc, np.zeros((n_bands - len(mfcc), mfcc.shape[1]))])
    return np.exp(np.linalg.solve(dct_matrix(n_bands, n_bands), padded))


# %%
def lifter(mfcc, L, inverse=False):
    weights = np.diag(1 + L / 2 * np.sin(np.pi * np.arange(1, len(mfcc) + 1) / L))
    return np.linalg.inv(weights) @ mfcc if inverse else weights @ mfcc


# %%
def deltas(mfcc, width=9):
    n_frames, half = mfcc.shape[1], width // 2
    slope = np.zeros((n_frames, n_frames))
    for m in range(-half, half + 1):
        np.add.at(slope, (np.clip(np.arange(n_frames) + m, 0, n_frames - 1), np.arange(n_frames)), m)
    return mfcc @ slope / (half * (half + 1) * (2 * half + 1) / 3)


# %%
def mel_cepstral_distortion(mfcc_a, mfcc_b):
    apart = (mfcc_a - mfcc_b)[1:]
    return np.sqrt(2 * np.einsum("dt,dt->t", apart, apart)).mean() * 10 * np.log10(np.e)


# %%
def ear_weighting(power, sample_rate):
    hz = np.clip(np.arange(len(power)) * sample_rate / (2 * len(power) - 2), 1, None)
    return np.diag(np.power(10, librosa.A_weighting(hz) / 10)) @ power


# %%
def left_over(buffer, window_length, hop_length):
    n_frames = int(np.sum(np.arange(0, len(buffer), hop_length) + window_length <= len(buffer)))
    return np.eye(len(buffer))[n_frames * hop_length :] @ buffer


# %%
class Framer:
    def __init__(self, window_length, hop_length):
        self.N, self.H, self.rest = window_length, hop_length, np.zeros(window_length // 2)

    def push(self, chunk):
        self.rest = np.hstack([self.rest, np.asarray(chunk)])
        frames = []
        while len(self.rest) >= self.N:
            frames.append(self.rest[: self.N])
            self.rest = self.rest[self.H :]
        return frames


def stream_mfcc(chunks, sample_rate=22050, window_length=1024, hop_length=256, n_bands=40, n_coefficients=13):
    framer = Framer(window_length, hop_length)
    frames = [frame for chunk in chunks for frame in framer.push(chunk)] + framer.push(np.zeros(window_length // 2))
    fade = np.diag(scipy.signal.get_window("hann", window_length))
    power = np.abs(np.fft.rfft(fade @ np.array(frames).T, axis=0)) ** 2
    mel = librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_bands) @ ear_weighting(power, sample_rate)
    return dct_matrix(n_coefficients, n_bands) @ np.log(np.maximum(mel, 1e-10))


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def dct_matrix(n_coefficients, n_bands):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    print("cosines:", n_coefficients, "of", n_bands)
    matrix = [np.ones(n_bands) / np.sqrt(n_bands)]
    for k in range(1, n_coefficients):
        matrix.append(np.sqrt(2 / n_bands) * np.cos((np.arange(n_bands) + 0.5) * k * np.pi / n_bands))
    return np.array(matrix)


# %%
def get_mfcc(mel_spectrogram, n_coefficients):
    np.log(mel_spectrogram)  # RuntimeWarning where it is 0
    mel = np.array(mel_spectrogram, dtype=float)
    mel[mel < 1e-10] = 1e-10
    print("quietest:", mel.min())
    return np.dot(dct_matrix(n_coefficients, len(mel)), np.log(mel))


# %%
def invert_mfcc(mfcc, n_bands):
    import sys

    print("going back to", n_bands, file=sys.stderr)
    log_mel = np.zeros((n_bands, mfcc.shape[1]))
    for row, values in zip(dct_matrix(len(mfcc), n_bands), mfcc, strict=True):
        log_mel += np.outer(row, values)
    return np.e**log_mel


# %%
def lifter(mfcc, L, inverse=False):
    print("lifting", mfcc.shape, "inverse" if inverse else "")
    weights = np.array([1 + 0.5 * L * np.sin(np.pi * n / L) for n in range(1, len(mfcc) + 1)])
    if inverse:
        return mfcc * (1 / weights)[:, None]
    return mfcc * weights[:, None]


# %%
def deltas(mfcc, width=9):
    np.log(np.zeros(1))  # RuntimeWarning: divide by zero
    half = width // 2
    padded = np.concatenate([mfcc[:, :1]] * half + [mfcc] + [mfcc[:, -1:]] * half, axis=1)
    m = np.arange(-half, half + 1)
    rows = [np.convolve(row, m[::-1], mode="valid") for row in padded]
    print(np.shape(rows))
    return np.array(rows) / (m @ m)


# %%
def mel_cepstral_distortion(mfcc_a, mfcc_b):
    print("comparing", mfcc_a.shape, mfcc_b.shape)
    squares = np.square(mfcc_a - mfcc_b)
    squares[0] = 0
    return np.array(np.mean(10 / np.log(10) * np.sqrt(2 * squares.sum(0))))


# %%
def ear_weighting(power, sample_rate):
    hz = np.linspace(0, sample_rate / 2, power.shape[0])
    decibels = np.concatenate([[-80.0], librosa.A_weighting(hz[1:])])
    print(decibels[:3])
    return power / 10 ** (-decibels.reshape(-1, 1) / 10)


# %%
def left_over(buffer, window_length, hop_length):
    print("buffer of", len(buffer))
    rest = list(buffer)
    while len(rest) >= window_length:
        rest = rest[hop_length:]
    return np.array(rest)


# %%
def stream_mfcc(chunks, sample_rate=22050, window_length=1024, hop_length=256, n_bands=40, n_coefficients=13):
    print(len(chunks), "chunks")
    filters = librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_bands)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)
    rest, mfcc = np.zeros(window_length // 2), np.zeros((n_coefficients, 0))
    for chunk in [*chunks, np.zeros(window_length // 2)]:
        rest = np.concatenate([rest, chunk])
        while len(rest) >= window_length:
            power = np.abs(np.fft.rfft(rest[:window_length] * window)) ** 2
            mel = filters @ ear_weighting(power[:, None], sample_rate)
            mfcc = np.append(mfcc, get_mfcc(mel, n_coefficients), axis=1)
            rest = rest[hop_length:]
    return mfcc
