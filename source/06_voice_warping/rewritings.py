# %% [markdown]
# # loops
# As somebody writes who comes from C.


# %%
def shift_bands(mel, n_bands):
    n_mels, n_frames = mel.shape
    shifted = np.zeros((n_mels, n_frames))
    for b in range(n_mels):
        if 0 <= b + n_bands < n_mels:
            for t in range(n_frames):
                shifted[b + n_bands, t] = mel[b, t]
    return shifted


# %%
def mute_bands(mel, first, last, gain_db=-60.0):
    muted = np.zeros(mel.shape)
    for b in range(mel.shape[0]):
        for t in range(mel.shape[1]):
            muted[b, t] = mel[b, t] * (10 ** (0.1 * gain_db) if first <= b <= last else 1.0)
    return muted


# %%
def mirror_bands(mel):
    mirrored = np.zeros(mel.shape)
    for b in range(mel.shape[0]):
        mirrored[b] = mel[mel.shape[0] - b - 1]
    return mirrored


# %%
def reverse_time(mel, start, stop):
    edited = np.zeros(mel.shape)
    for t in range(mel.shape[1]):
        edited[:, t] = mel[:, start + stop - 1 - t] if start <= t < stop else mel[:, t]
    return edited


# %%
def stretch_time(mel, factor):
    n_mels, n_frames = mel.shape
    n_out = round(factor * n_frames)
    stretched = np.zeros((n_mels, n_out))
    for i in range(n_out):
        place = i * (n_frames - 1) / (n_out - 1) if n_out > 1 else 0.0
        left = min(int(place), n_frames - 1)
        right = min(left + 1, n_frames - 1)
        for b in range(n_mels):
            stretched[b, i] = mel[b, left] + (place - left) * (mel[b, right] - mel[b, left])
    return stretched


# %%
def warp_frequencies(mel, factor, sample_rate, low=0.0, high=None):
    if high is None:
        high = sample_rate / 2
    n_mels, n_frames = mel.shape
    lowest, highest = librosa.hz_to_mel(low), librosa.hz_to_mel(high)
    step = (highest - lowest) / (n_mels + 1)
    warped = np.zeros((n_mels, n_frames))
    for b in range(n_mels):
        hertz = librosa.mel_to_hz(lowest + (b + 1) * step) / factor
        row = (librosa.hz_to_mel(hertz) - lowest) / step - 1
        if 0 <= row <= n_mels - 1:
            below = min(int(row), n_mels - 2)
            for t in range(n_frames):
                warped[b, t] = (below + 1 - row) * mel[below, t] + (row - below) * mel[below + 1, t]
    return warped


# %%
def chain(mel, steps):
    result = mel
    for step in steps:
        if step[0] == "shift_bands":
            result = shift_bands(result, step[1])
        elif step[0] == "mute_bands":
            result = mute_bands(result, step[1], step[2], step[3])
        elif step[0] == "mirror_bands":
            result = mirror_bands(result)
        elif step[0] == "reverse_time":
            result = reverse_time(result, step[1], step[2])
        elif step[0] == "stretch_time":
            result = stretch_time(result, step[1])
        else:
            result = warp_frequencies(result, step[1], step[2])
    return result


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def shift_bands(mel, n_bands):
    mel = np.asarray(mel, dtype=np.float32)
    n_mels = len(mel)
    shifted = np.zeros_like(mel)
    if 0 <= n_bands < n_mels:
        shifted[n_bands:] = mel[: n_mels - n_bands]
    elif -n_mels < n_bands < 0:
        shifted[:n_bands] = mel[-n_bands:]
    return shifted


# %%
def mute_bands(mel, first, last, gain_db=-60.0):
    muted = np.array(mel, dtype=np.float32)
    muted[first : last + 1] *= np.float32(10) ** np.float32(gain_db / 10)
    return muted


# %%
def mirror_bands(mel):
    return np.asarray(mel, dtype=np.float32)[::-1]


# %%
def reverse_time(mel, start, stop):
    edited = np.array(mel, dtype=np.float32)
    edited[:, start:stop] = mel[:, start:stop][:, ::-1]
    return edited


# %%
def stretch_time(mel, factor):
    n_frames = mel.shape[1]
    positions = np.linspace(0, n_frames - 1, round(factor * n_frames))
    left = np.floor(positions).astype(int)
    right = np.minimum(left + 1, n_frames - 1)
    share = (positions - left).astype(np.float32)
    mel = mel.astype(np.float32)
    return (1 - share) * mel[:, left] + share * mel[:, right]


# %%
def warp_frequencies(mel, factor, sample_rate, low=0.0, high=None):
    high = high or sample_rate / 2
    centres = librosa.mel_frequencies(len(mel) + 2, fmin=low, fmax=high)[1:-1]
    known, places = librosa.hz_to_mel(centres), librosa.hz_to_mel(centres / factor)
    warped = np.zeros(mel.shape, dtype=np.float32)
    for t, frame in enumerate(mel.T):
        warped[:, t] = np.interp(places, known, frame, 0, 0)
    return warped


# %%
def chain(mel, steps):
    edited = np.asarray(mel, dtype=np.float32)
    for step in steps:
        edit = [shift_bands, mute_bands, mirror_bands, reverse_time, stretch_time, warp_frequencies]
        (edit,) = [each for each in edit if each.__name__ == step[0]]
        edited = edit(edited, *step[1:]).astype(np.float32)
    return edited


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def shift_bands(mel, n_bands):
    shifted = np.roll(mel, n_bands, axis=0)
    if n_bands >= 0:
        shifted[:n_bands] = 0
    else:
        shifted[n_bands:] = 0
    return shifted


# %%
def mute_bands(mel, first, last, gain_db=-60.0):
    gains = np.ones(len(mel))
    gains[first : last + 1] = librosa.db_to_power(gain_db)
    return mel * gains[:, np.newaxis]


# %%
def mirror_bands(mel):
    return np.flip(mel, axis=0)


# %%
def reverse_time(mel, start, stop):
    return np.concatenate([mel[:, :start], np.fliplr(mel[:, start:stop]), mel[:, stop:]], axis=1)


# %%
def stretch_time(mel, factor):
    n_frames = mel.shape[1]
    if n_frames == 1:
        return np.repeat(mel, round(factor), axis=1)
    read = scipy.interpolate.interp1d(np.arange(n_frames), mel, axis=1)
    return read(np.linspace(0, n_frames - 1, round(factor * n_frames)))


# %%
def warp_frequencies(mel, factor, sample_rate, low=0.0, high=None):
    high = sample_rate / 2 if high is None else high
    centres = librosa.mel_frequencies(n_mels=mel.shape[0] + 2, fmin=low, fmax=high)[1:-1]
    read = scipy.interpolate.interp1d(librosa.hz_to_mel(centres), mel, axis=0, bounds_error=False, fill_value=0)
    return read(librosa.hz_to_mel(centres / factor))


# %%
def chain(mel, steps):
    import functools

    return functools.reduce(lambda edited, step: globals()[step[0]](edited, *step[1:]), steps, mel)


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def shift_bands(mel, n_bands):
    return np.eye(len(mel), k=-n_bands) @ mel


# %%
def mute_bands(mel, first, last, gain_db=-60.0):
    b = np.arange(len(mel))
    return np.diag(np.where((b < first) | (b > last), 1.0, np.exp(np.log(10) * gain_db / 10))) @ mel


# %%
def mirror_bands(mel):
    return np.eye(len(mel))[::-1] @ mel


# %%
def reverse_time(mel, start, stop):
    order = np.arange(mel.shape[1])
    order[start:stop] = order[start:stop][::-1].copy()
    return mel @ np.eye(mel.shape[1])[:, order]


# %%
def stretch_time(mel, factor):
    n_frames = mel.shape[1]
    positions = np.linspace(0, n_frames - 1, round(factor * n_frames))
    weights = np.maximum(0, 1 - np.abs(positions[None, :] - np.arange(n_frames)[:, None]))
    return mel @ weights


# %%
def warp_frequencies(mel, factor, sample_rate, low=0.0, high=None):
    high = sample_rate / 2 if high is None else high
    n_mels = len(mel)
    centres = librosa.mel_frequencies(n_mels + 2, fmin=low, fmax=high)[1:-1]
    known = librosa.hz_to_mel(centres)
    rows = (librosa.hz_to_mel(centres / factor) - known[0]) / (known[1] - known[0])
    weights = np.maximum(0, 1 - np.abs(rows[:, None] - np.arange(n_mels)[None, :]))
    weights[(rows < 0) | (rows > n_mels - 1)] = 0
    return weights @ mel


# %%
def chain(mel, steps):
    def after(n_steps):
        if n_steps == 0:
            return mel
        name, *settings = steps[n_steps - 1]
        edits = dict(
            shift_bands=shift_bands,
            mute_bands=mute_bands,
            mirror_bands=mirror_bands,
            reverse_time=reverse_time,
            stretch_time=stretch_time,
            warp_frequencies=warp_frequencies,
        )
        return edits[name](after(n_steps - 1), *settings)

    return after(len(steps))


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def shift_bands(mel, n_bands):
    print("shifting by", n_bands)
    silence = np.zeros((min(abs(n_bands), len(mel)), mel.shape[1]))
    if n_bands >= 0:
        return np.vstack([silence, mel])[: len(mel)]
    return np.vstack([mel, silence])[-len(mel) :]


# %%
def mute_bands(mel, first, last, gain_db=-60.0):
    np.log10(np.zeros(1))  # RuntimeWarning: divide by zero
    muted = mel.copy()
    for band in range(first, last + 1):
        muted[band] = muted[band] * 10.0 ** (gain_db / 10.0)
        print("band", band, muted[band].max())
    return muted


# %%
def mirror_bands(mel):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    return np.array(list(reversed(list(mel))))


# %%
def reverse_time(mel, start, stop):
    import sys

    print("reversing", start, stop, file=sys.stderr)
    frames = list(mel.T)
    frames[start:stop] = frames[start:stop][::-1]
    return np.array(frames).T


# %%
def stretch_time(mel, factor):
    n_out = round(mel.shape[1] * factor)
    print("from", mel.shape[1], "to", n_out, "frames")
    old, new = np.linspace(0, 1, mel.shape[1]), np.linspace(0, 1, n_out)
    return np.array([np.interp(new, old, band) for band in mel])


# %%
def warp_frequencies(mel, factor, sample_rate, low=0.0, high=None):
    if high is None:
        high = sample_rate / 2
    edges = np.linspace(librosa.hz_to_mel(low), librosa.hz_to_mel(high), len(mel) + 2)
    centres = edges[1:-1]
    print("centres in mel:", centres)
    places = librosa.hz_to_mel(librosa.mel_to_hz(centres) / factor)
    warped = np.apply_along_axis(lambda frame: np.interp(places, centres, frame), 0, mel)
    warped[(places < centres[0]) | (places > centres[-1])] = 0
    return warped


# %%
def chain(mel, steps):
    edited = mel.copy()
    for number, step in enumerate(steps):
        print(number, step, edited.shape)
        edits = {each.__name__: each for each in (shift_bands, mute_bands, mirror_bands)}
        edits.update(reverse_time=reverse_time, stretch_time=stretch_time, warp_frequencies=warp_frequencies)
        edited = edits[step[0]](edited, *step[1:])
    return edited
