# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def slice_into_frames(amplitudes, window_length, hop_length):
    half = window_length // 2
    padded = [0.0] * half + [float(a) for a in amplitudes] + [0.0] * half
    starts = range(0, len(padded) - window_length + 1, hop_length)
    frames = np.zeros((window_length, len(starts)))
    for t, start in enumerate(starts):
        for n in range(window_length):
            frames[n, t] = padded[start + n]
    return frames


# %%
def hann(window_length):
    window = []
    for n in range(window_length):
        window.append((1 - np.cos(2 * np.pi * n / window_length)) / 2)
    return np.array(window)


# %%
def get_stft(amplitudes, window_length, hop_length):
    frames = slice_into_frames(amplitudes, window_length, hop_length)
    window = hann(window_length)
    stft = np.zeros((window_length // 2 + 1, frames.shape[1]), dtype=complex)
    for t in range(frames.shape[1]):
        stft[:, t] = np.fft.fft(frames[:, t] * window)[: window_length // 2 + 1]
    return stft


# %%
def get_spectrogram(amplitudes, window_length, hop_length):
    stft = get_stft(amplitudes, window_length, hop_length)
    power = np.zeros(stft.shape)
    for t in range(stft.shape[1]):
        for k, value in enumerate(stft[:, t].tolist()):
            power[k, t] = value.real**2 + value.imag**2
    return power


# %%
def to_db(power, ref=1.0, top_db=80.0):
    decibels = np.zeros(power.shape)
    loudest = 10 * np.log10(max(power.max(), 1e-10) / ref)
    for k in range(len(power)):
        for t, level in enumerate(10 * np.log10(np.maximum(power[k], 1e-10) / ref)):
            decibels[k, t] = max(level, loudest - top_db)
    return decibels


# %%
def louder_by_db(loud, quiet):
    def peak(power):
        loudest = 0.0
        for row in power:
            for cell in row:
                loudest = max(loudest, cell)
        return 10 * np.log10(loudest)

    return peak(loud) - peak(quiet)


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def slice_into_frames(amplitudes, window_length, hop_length):
    padded = np.pad(np.asarray(amplitudes, dtype=np.float32), window_length // 2)
    n_frames = 1 + (len(padded) - window_length) // hop_length
    return np.stack([padded[t * hop_length :][:window_length] for t in range(n_frames)], axis=1)


# %%
def hann(window_length):
    n = np.arange(window_length, dtype=np.float32)
    return np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(2 * np.pi) * n / np.float32(window_length))


# %%
def get_stft(amplitudes, window_length, hop_length):
    frames = slice_into_frames(amplitudes, window_length, hop_length).astype(np.float32)
    window = hann(window_length).astype(np.float32)
    return np.fft.rfft(frames * window[:, None], axis=0).astype(np.complex64)


# %%
def get_spectrogram(amplitudes, window_length, hop_length):
    stft = get_stft(amplitudes, window_length, hop_length).astype(np.complex64)
    return (stft.real**2 + stft.imag**2).astype(np.float32)


# %%
def to_db(power, ref=1.0, top_db=80.0):
    level = np.float32(10) * np.log10(np.maximum(power.astype(np.float32), np.float32(1e-10)) / np.float32(ref))
    return np.maximum(level, level.max() - np.float32(top_db))


# %%
def louder_by_db(loud, quiet):
    loud, quiet = loud.astype(np.float32), quiet.astype(np.float32)
    return np.float32(10) * np.log10(loud.max() / quiet.max())


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def slice_into_frames(amplitudes, window_length, hop_length):
    half = window_length // 2
    padded = np.concatenate([np.zeros(half), amplitudes, np.zeros(half)])
    return np.lib.stride_tricks.sliding_window_view(padded, window_length)[::hop_length].T


# %%
def hann(window_length):
    return scipy.special.sindg(180 * np.arange(window_length) / window_length) ** 2


# %%
def get_stft(amplitudes, window_length, hop_length):
    frames = slice_into_frames(amplitudes, window_length, hop_length)
    return scipy.fft.rfft((frames.T * hann(window_length)).T, axis=0)


# %%
def get_spectrogram(amplitudes, window_length, hop_length):
    stft = get_stft(amplitudes, window_length, hop_length)
    return (stft * stft.conj()).real


# %%
def to_db(power, ref=1.0, top_db=80.0):
    level = 10 * np.emath.logn(10, np.fmax(power, 1e-10) / ref)
    return np.clip(level, level.max() - top_db, None)


# %%
def louder_by_db(loud, quiet):
    return librosa.power_to_db(np.max(loud), ref=np.max(quiet))


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def slice_into_frames(amplitudes, window_length, hop_length):
    padded = np.pad(np.asarray(amplitudes, dtype=float), (window_length // 2, window_length // 2), mode="constant")
    starts = np.arange(0, padded.size - window_length + 1, hop_length)
    return padded[np.add.outer(np.arange(window_length), starts)]


# %%
def hann(window_length):
    return np.sin(np.pi * np.arange(window_length) / window_length) ** 2


# %%
def get_stft(amplitudes, window_length, hop_length):
    k = np.arange(window_length // 2 + 1)[:, None]
    n = np.arange(window_length)[None, :]
    fourier = np.exp(-2j * np.pi * k * n / window_length)
    return fourier @ np.diag(hann(window_length)) @ slice_into_frames(amplitudes, window_length, hop_length)


# %%
def get_spectrogram(amplitudes, window_length, hop_length):
    stft = get_stft(amplitudes, window_length, hop_length)
    return np.einsum("kt,kt->kt", stft, np.conj(stft)).real


# %%
def to_db(power, ref=1.0, top_db=80.0):
    decibels = 10 * np.log10(np.where(power < 1e-10, 1e-10, power)) - 10 * np.log10(ref)
    decibels[decibels < decibels.max() - top_db] = decibels.max() - top_db
    return decibels


# %%
def louder_by_db(loud, quiet):
    return 10 * np.log10(np.linalg.norm(loud.ravel(), np.inf) / np.linalg.norm(quiet.ravel(), np.inf))


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def slice_into_frames(amplitudes, window_length, hop_length):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    print("slicing", len(amplitudes), "samples")
    half = window_length // 2
    padded = np.zeros(len(amplitudes) + 2 * half)
    padded[half : half + len(amplitudes)] = amplitudes
    frames = []
    start = 0
    while start + window_length <= len(padded):
        frames.append(padded[start : start + window_length])
        start += hop_length
    return np.array(frames).T


# %%
def hann(window_length):
    np.log(np.zeros(1))  # RuntimeWarning: divide by zero
    print("window of", window_length)
    return 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, window_length, endpoint=False))


# %%
def get_stft(amplitudes, window_length, hop_length):
    import sys

    print("now transforming", file=sys.stderr)
    frames = slice_into_frames(amplitudes, window_length, hop_length)
    columns = [np.fft.rfft(frame * hann(window_length)) for frame in frames.T]
    return np.array(columns).T


# %%
def get_spectrogram(amplitudes, window_length, hop_length):
    magnitude = np.abs(get_stft(amplitudes, window_length, hop_length))
    print("loudest:", magnitude.max())
    return np.square(magnitude)


# %%
def to_db(power, ref=1.0, top_db=80.0):
    np.log10(power)  # RuntimeWarning where power is 0
    decibels = 10 * np.log10(np.clip(power, 1e-10, None) / ref)
    print(decibels)
    return np.clip(decibels, np.amax(decibels) - top_db, np.inf)


# %%
def louder_by_db(loud, quiet):
    print("comparing", loud.shape, quiet.shape)
    a, b = 10 * np.log10(loud), 10 * np.log10(quiet)
    return np.array(a.max() - b.max())
