# %% [markdown]
# # loops
# As somebody writes who comes from C.


# %%
def overlap_add(frames, hop_length):
    window_length, n_frames = len(frames), len(frames[0])
    total = [0.0] * (window_length + hop_length * (n_frames - 1))
    for t in range(n_frames):
        for n, value in enumerate(frames[:, t].tolist(), start=t * hop_length):
            total[n] += value
    return np.array(total)


# %%
def get_istft(stft, window_length, hop_length, length):
    window = np.array([0.5 - 0.5 * np.cos(2 * np.pi * n / window_length) for n in range(window_length)])
    n_frames = stft.shape[1]
    total = np.zeros(max(window_length + hop_length * (n_frames - 1), window_length // 2 + length))
    squares = np.zeros(len(total))
    for t in range(n_frames):
        frame = np.fft.irfft(stft[:, t], window_length)
        total[t * hop_length : t * hop_length + window_length] += window * frame
        squares[t * hop_length : t * hop_length + window_length] += window * window
    for n in np.flatnonzero(squares <= 1e-12):
        squares[n] = 1.0
    return (total / squares)[window_length // 2 : window_length // 2 + length]


# %%
def is_nola(window, hop_length):
    for start in range(hop_length):
        square_sum = 0.0
        for n in range(start, len(window), hop_length):
            square_sum += window[n] ** 2
        if square_sum <= 1e-10:
            return False
    return True


# %%
def spectral_convergence_db(estimate, magnitude):
    error = whole = 0.0
    for k in range(magnitude.shape[0]):
        for t in range(magnitude.shape[1]):
            error += (abs(estimate[k, t]) - magnitude[k, t]) ** 2
            whole += magnitude[k, t] ** 2
    ratio = (error / whole) ** 0.5
    return 20 * np.log10(ratio) if ratio > 1e-10 else -200.0


# %%
def griffin_lim(magnitude, phase, hop_length, n_iterations, momentum=0.99):
    window_length = 2 * (magnitude.shape[0] - 1)
    length = hop_length * (magnitude.shape[1] - 1)
    previous = None
    for _ in range(n_iterations):
        signal = get_istft(magnitude * np.exp(1j * phase), window_length, hop_length, length)
        rebuilt = librosa.stft(signal, n_fft=window_length, hop_length=hop_length)
        ahead = rebuilt if previous is None else rebuilt + momentum * (rebuilt - previous)
        phase = np.arctan2(ahead.imag, ahead.real)
        previous = rebuilt
    return get_istft(magnitude * np.exp(1j * phase), window_length, hop_length, length)


# %%
def restore(stft, hop_length, n_iterations):
    magnitude = np.zeros(stft.shape)
    for k in range(stft.shape[0]):
        for t in range(stft.shape[1]):
            magnitude[k, t] = abs(stft[k, t])
    return librosa.griffinlim(magnitude, n_iter=n_iterations, hop_length=hop_length, init=None)


# %%
def rtisi(magnitude, hop_length, n_iterations, look_ahead):
    n_bins, n_frames = magnitude.shape
    window_length = 2 * (n_bins - 1)
    window = scipy.signal.get_window("hann", window_length)
    settled = np.zeros(window_length + hop_length * (n_frames - 1))
    squares = np.zeros(len(settled))
    sketch = np.zeros(len(settled))
    sketch[window_length // 2] = 1.0
    for t in range(n_frames):
        for _ in range(n_iterations):
            new = settled.copy()
            for k in range(t, min(t + look_ahead + 1, n_frames)):
                cut = sketch[k * hop_length : k * hop_length + window_length] * window
                angle = np.angle(np.fft.rfft(cut))
                frame = np.fft.irfft(magnitude[:, k] * np.exp(1j * angle)) * window
                new[k * hop_length : k * hop_length + window_length] += frame
                if k == t:
                    oldest = frame
            sketch = new
        settled[t * hop_length : t * hop_length + window_length] += oldest
        squares[t * hop_length : t * hop_length + window_length] += window**2
    start, stop = window_length // 2, window_length // 2 + hop_length * (n_frames - 1)
    return settled[start:stop] / squares[start:stop]


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def overlap_add(frames, hop_length):
    frames = frames.astype(np.float32)
    total = np.zeros(frames.shape[0] + hop_length * (frames.shape[1] - 1), dtype=np.float32)
    for t, frame in enumerate(frames.T):
        total[t * hop_length : t * hop_length + len(frame)] += frame
    return total


# %%
def get_istft(stft, window_length, hop_length, length):
    window = scipy.signal.get_window("hann", window_length).astype(np.float32)[:, None]
    frames = scipy.fft.irfft(stft.astype(np.complex64), n=window_length, axis=0) * window
    total = overlap_add(frames, hop_length)
    squares = overlap_add(np.repeat(window**2, stft.shape[1], axis=1), hop_length)
    padded = np.divide(total, squares, out=total.copy(), where=squares > np.float32(1e-12))
    signal = padded[window_length // 2 :][:length]
    return np.pad(signal, (0, length - len(signal)))


# %%
def is_nola(window, hop_length):
    squares = np.square(window.astype(np.float32))
    return np.min([np.sum(squares[start::hop_length]) for start in range(hop_length)]) > np.float32(1e-10)


# %%
def spectral_convergence_db(estimate, magnitude):
    estimate, magnitude = np.abs(estimate).astype(np.float32), magnitude.astype(np.float32)
    ratio = np.linalg.norm(estimate - magnitude) / np.linalg.norm(magnitude)
    return np.float32(20) * np.log10(np.maximum(ratio, np.float32(1e-10)))


# %%
def griffin_lim(magnitude, phase, hop_length, n_iterations, momentum=0.99):
    magnitude = magnitude.astype(np.float32)
    window_length, length = 2 * (len(magnitude) - 1), hop_length * (magnitude.shape[1] - 1)
    estimate = (magnitude * np.exp(1j * phase)).astype(np.complex64)
    previous = np.zeros_like(estimate)
    for _ in range(n_iterations):
        signal = get_istft(estimate, window_length, hop_length, length).astype(np.float32)
        rebuilt = librosa.stft(signal, n_fft=window_length, hop_length=hop_length)
        estimate = magnitude * np.exp(1j * np.angle(rebuilt + np.float32(momentum) * (rebuilt - previous)))
        previous = rebuilt
    return get_istft(estimate, window_length, hop_length, length).astype(np.float32)


# %%
def restore(stft, hop_length, n_iterations):
    magnitude = np.abs(stft.astype(np.complex64))
    return librosa.griffinlim(magnitude, n_iter=n_iterations, hop_length=hop_length, init=None)


# %%
def rtisi(magnitude, hop_length, n_iterations, look_ahead):
    n_frames, window_length = magnitude.shape[1], 2 * (len(magnitude) - 1)
    window = scipy.signal.get_window("hann", window_length).astype(np.float32)[:, None]
    wanted = np.pad(magnitude.astype(np.float32), ((0, 0), (0, look_ahead)))
    n_padded = window_length + hop_length * (n_frames + look_ahead - 1)
    settled, sketch = np.zeros(n_padded, np.float32), np.zeros(n_padded, np.float32)
    sketch[window_length // 2] = 1
    for t in range(n_frames):
        start = t * hop_length
        reach = slice(start, start + window_length + look_ahead * hop_length)
        for _ in range(n_iterations):
            seen = np.lib.stride_tricks.sliding_window_view(sketch[reach], window_length)[::hop_length].T
            spectrum = scipy.fft.rfft(seen * window, axis=0)
            goal = wanted[:, t : t + look_ahead + 1] * np.exp(1j * np.angle(spectrum))
            frames = scipy.fft.irfft(goal, axis=0).astype(np.float32) * window
            sketch = settled.copy()
            sketch[reach] += overlap_add(frames, hop_length)
        settled[start : start + window_length] += frames[:, 0]
    squares = overlap_add(np.repeat(window**2, n_frames, axis=1), hop_length)
    middle = slice(window_length // 2, window_length // 2 + hop_length * (n_frames - 1))
    return settled[middle] / squares[middle]


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def overlap_add(frames, hop_length):
    places = np.add.outer(np.arange(frames.shape[0]), hop_length * np.arange(frames.shape[1]))
    total = np.zeros(places.max() + 1)
    np.add.at(total, places, frames)
    return total


# %%
def get_istft(stft, window_length, hop_length, length):
    window = scipy.signal.windows.hann(window_length, sym=False)
    frames = np.fft.irfft(stft.T, n=window_length) * window
    total = overlap_add(frames.T, hop_length)
    squares = overlap_add(np.broadcast_to(window[:, None] ** 2, frames.T.shape), hop_length)
    total[squares > 1e-12] /= squares[squares > 1e-12]
    return librosa.util.fix_length(total[window_length // 2 :], size=length)


# %%
def is_nola(window, hop_length):
    return bool(np.bincount(np.arange(len(window)) % hop_length, window**2, minlength=hop_length).min() > 1e-10)


# %%
def spectral_convergence_db(estimate, magnitude):
    error = scipy.linalg.norm(np.abs(estimate) - magnitude, "fro")
    return float(librosa.amplitude_to_db(np.array([error / scipy.linalg.norm(magnitude)]), amin=1e-10, top_db=None)[0])


# %%
def griffin_lim(magnitude, phase, hop_length, n_iterations, momentum=0.99):
    window_length, length = 2 * (len(magnitude) - 1), hop_length * (magnitude.shape[1] - 1)
    estimate, previous = magnitude * librosa.util.phasor(phase), None
    for _ in range(n_iterations):
        signal = librosa.istft(estimate, n_fft=window_length, hop_length=hop_length, length=length)
        rebuilt = librosa.stft(signal, n_fft=window_length, hop_length=hop_length)
        ahead = rebuilt - momentum / (1 + momentum) * (0 if previous is None else previous)
        estimate, previous = magnitude * ahead / (np.abs(ahead) + librosa.util.tiny(ahead)), rebuilt
    return librosa.istft(estimate, n_fft=window_length, hop_length=hop_length, length=length)


# %%
def restore(stft, hop_length, n_iterations):
    magnitude, _ = librosa.magphase(stft)
    return librosa.griffinlim(magnitude, n_iter=n_iterations, hop_length=hop_length, init=None, momentum=0.99)


# %%
def rtisi(magnitude, hop_length, n_iterations, look_ahead):
    from collections import deque

    n_bins, n_frames = magnitude.shape
    window_length = 2 * (n_bins - 1)
    window = scipy.signal.get_window("hann", window_length)
    columns = deque([*magnitude.T, *np.zeros((look_ahead, n_bins))])
    settled = np.zeros(window_length + look_ahead * hop_length)
    sketch = np.roll(np.eye(1, len(settled))[0], window_length // 2)
    pieces = []
    while len(columns) > look_ahead:
        goal = np.array(list(columns)[: look_ahead + 1])
        for _ in range(n_iterations):
            seen = librosa.util.frame(sketch, frame_length=window_length, hop_length=hop_length, axis=0) * window
            frames = np.fft.irfft(goal * np.exp(1j * np.angle(np.fft.rfft(seen)))) * window
            sketch = settled + overlap_add(frames.T, hop_length)
        settled = settled + np.pad(frames[0], (0, look_ahead * hop_length))
        pieces.append(settled[:hop_length])
        settled, sketch = (np.append(each[hop_length:], np.zeros(hop_length)) for each in (settled, sketch))
        columns.popleft()
    squares = librosa.filters.window_sumsquare(
        window="hann", n_frames=n_frames, hop_length=hop_length, n_fft=window_length, dtype=np.float64
    )
    middle = slice(window_length // 2, window_length // 2 + hop_length * (n_frames - 1))
    return np.concatenate([*pieces, settled])[middle] / squares[middle]


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def is_nola(window, hop_length):
    filled = np.zeros(hop_length * (len(window) // hop_length + 1))
    filled[: len(window)] = window
    pieces = filled.reshape(-1, hop_length)
    return np.all(np.diag(pieces.T @ pieces) > 1e-10)


# %%
def spectral_convergence_db(estimate, magnitude):
    difference = (np.abs(estimate) - magnitude).ravel()
    ratio = (difference @ difference) / np.trace(magnitude.T @ magnitude)
    return 10 * np.log10(np.maximum(ratio, 1e-20))


# %%
def griffin_lim(magnitude, phase, hop_length, n_iterations, momentum=0.99):
    window_length, length = 2 * (magnitude.shape[0] - 1), hop_length * (magnitude.shape[1] - 1)
    unit = np.exp(1j * phase)
    memory = []
    for _ in range(n_iterations):
        signal = get_istft(magnitude * unit, window_length, hop_length, length)
        memory.append(librosa.stft(signal, n_fft=window_length, hop_length=hop_length))
        ahead = (1 + momentum) * memory[-1] - momentum * memory[-2] if len(memory) > 1 else memory[-1]
        unit = np.exp(1j * np.angle(ahead))
    return get_istft(magnitude * unit, window_length, hop_length, length)


# %%
def restore(stft, hop_length, n_iterations):
    magnitude = np.sqrt(np.einsum("kt,kt->kt", stft, np.conj(stft)).real)
    return librosa.griffinlim(magnitude, n_iter=n_iterations, hop_length=hop_length, init=None)


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def overlap_add(frames, hop_length):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    total = np.zeros(len(frames) + hop_length * (frames.shape[1] - 1))
    start = 0
    for frame in np.transpose(frames):
        total[start : start + len(frame)] += frame
        start += hop_length
    return total


# %%
def get_istft(stft, window_length, hop_length, length):
    window = scipy.signal.get_window("hann", window_length)[:, None]
    frames = np.fft.irfft(stft, window_length, 0) * window
    total = overlap_add(frames, hop_length)
    squares = overlap_add(window**2 * np.ones(frames.shape), hop_length)
    padded = total / squares  # RuntimeWarning where the sum is zero
    padded = np.where(squares > 1e-12, padded, 0)
    return np.append(padded[window_length // 2 :], np.zeros(length))[:length]


# %%
def is_nola(window, hop_length):
    window = np.append(window, np.zeros(-len(window) % hop_length))
    total = (window**2).reshape(-1, hop_length).sum(axis=0)
    print(total)
    return (total > 1e-10).all()


# %%
def spectral_convergence_db(estimate, magnitude):
    ratio = np.sqrt(np.sum((np.abs(estimate) - magnitude) ** 2) / np.sum(magnitude**2))
    print("ratio", ratio)
    np.log10(ratio)  # RuntimeWarning where it is perfect
    return max(20 * np.log10(ratio + 1e-300), -200.0)


# %%
def griffin_lim(magnitude, phase, hop_length, n_iterations, momentum=0.99):
    import sys

    window_length, length = 2 * (len(magnitude) - 1), hop_length * (magnitude.shape[1] - 1)
    found = get_istft(magnitude * (np.cos(phase) + 1j * np.sin(phase)), window_length, hop_length, length)
    previous = 0
    for turn in range(n_iterations):
        if turn == 0:
            print("turning", file=sys.stderr)
        rebuilt = librosa.stft(found, n_fft=window_length, hop_length=hop_length)
        ahead = rebuilt + momentum * (rebuilt - previous)
        previous = rebuilt
        found = get_istft(magnitude * np.exp(1j * np.angle(ahead)), window_length, hop_length, length)
    return found


# %%
def restore(stft, hop_length, n_iterations):
    magnitude = np.sqrt(np.abs(stft**2))
    print("loudest:", magnitude.max())
    return librosa.griffinlim(magnitude, n_iter=n_iterations, hop_length=hop_length, init=None)


# %%
def rtisi(magnitude, hop_length, n_iterations, look_ahead):
    n_bins, n_frames = magnitude.shape
    window_length = 2 * (n_bins - 1)
    window = scipy.signal.get_window("hann", window_length)
    wanted = np.hstack([magnitude, np.zeros((n_bins, look_ahead))])
    frames = np.zeros((window_length, n_frames + look_ahead))
    click = np.zeros(window_length + hop_length * (n_frames + look_ahead - 1))
    click[window_length // 2] = 1
    for t in range(n_frames):
        for turn in range(n_iterations):
            whole = click if t == 0 and turn == 0 else overlap_add(frames, hop_length)
            for k in range(t, t + look_ahead + 1):
                spectrum = np.fft.rfft(whole[k * hop_length : k * hop_length + window_length] * window)
                frames[:, k] = np.fft.irfft(wanted[:, k] * np.exp(1j * np.angle(spectrum))) * window
    settled = overlap_add(frames[:, :n_frames], hop_length)
    squares = overlap_add(np.outer(window**2, np.ones(n_frames)), hop_length)
    np.divide(settled, squares)  # RuntimeWarning at the very edge
    return (settled / squares)[window_length // 2 :][: hop_length * (n_frames - 1)]
