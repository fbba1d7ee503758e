# %% [markdown]
# # loops
# As somebody writes who comes from C.


# %%
def peak_normalise(amplitudes, peak=1.0):
    largest = 0.0
    for a in amplitudes:
        largest = max(largest, abs(float(a)))
    if largest == 0.0:
        return amplitudes
    return np.array([float(a) / largest * peak for a in amplitudes])


# %%
def rms_dbfs(amplitudes):
    total = 0.0
    for a in amplitudes:
        total += float(a) * float(a)
    power = total / len(amplitudes)
    if power < 1e-10:
        return -100.0
    return 10 * np.log10(power)


# %%
def amplitude_spectrum(amplitudes, sample_rate):
    n_samples = len(amplitudes)
    spectrum = np.zeros((2, n_samples // 2 + 1))
    for k, value in enumerate(np.fft.rfft(amplitudes)):
        spectrum[0, k] = k * sample_rate / n_samples
        spectrum[1, k] = abs(value) / n_samples
        if k != 0 and 2 * k != n_samples:
            spectrum[1, k] *= 2
    return spectrum


# %%
def whole_spectrum(half, n_samples):
    whole = np.zeros(n_samples, dtype=complex)
    for k in range(n_samples):
        whole[k] = half[k] if k < len(half) else complex(half[n_samples - k].real, -half[n_samples - k].imag)
    return whole


# %%
def fft_radix2(x):
    import cmath

    n = len(x)
    if n == 1:
        return np.array([complex(x[0])])
    even, odd = fft_radix2(x[0::2]), fft_radix2(x[1::2])
    spectrum = [0j] * n
    for k in range(n // 2):
        turned = cmath.exp(-2j * cmath.pi * k / n) * odd[k]
        spectrum[k] = even[k] + turned
        spectrum[k + n // 2] = even[k] - turned
    return np.array(spectrum)


# %%
def bandpass(amplitudes, low_hz, high_hz, sample_rate, order=4):
    filtered = [float(a) for a in amplitudes]
    for b0, b1, b2, _, a1, a2 in scipy.signal.butter(order, (low_hz, high_hz), "bandpass", False, "sos", sample_rate):
        first = second = 0.0
        for n, x in enumerate(filtered):
            y = b0 * x + first
            first = b1 * x - a1 * y + second
            second = b2 * x - a2 * y
            filtered[n] = y
    return np.array(filtered)


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def peak_normalise(amplitudes, peak=1.0):
    x = np.asarray(amplitudes, dtype=np.float32)
    largest = np.abs(x).max()
    return x / (largest or np.float32(1)) * np.float32(peak)


# %%
def rms_dbfs(amplitudes):
    x = np.asarray(amplitudes, dtype=np.float32)
    rms = np.sqrt(np.mean(x * x))
    return np.float32(20) * np.log10(np.maximum(rms, np.float32(1e-5)))


# %%
def amplitude_spectrum(amplitudes, sample_rate):
    n_samples = len(amplitudes)
    hertz = np.arange(n_samples // 2 + 1, dtype=np.float32) * np.float32(sample_rate / n_samples)
    read = np.abs(np.fft.rfft(amplitudes.astype(np.float32))).astype(np.float32) / np.float32(n_samples)
    read[1 : (n_samples + 1) // 2] *= 2
    return np.stack([hertz, read])


# %%
def whole_spectrum(half, n_samples):
    half = half.astype(np.complex64)
    last = (n_samples - 1) // 2
    return np.append(half, half[last:0:-1].conj())


# %%
def fft_radix2(x):
    x = np.asarray(x, dtype=np.complex64)
    if len(x) == 1:
        return x.copy()
    turn = np.exp(-2j * np.pi * np.arange(len(x) // 2) / len(x)).astype(np.complex64)
    even, odd = fft_radix2(x[::2]), turn * fft_radix2(x[1::2])
    return np.concatenate([even + odd, even - odd])


# %%
def bandpass(amplitudes, low_hz, high_hz, sample_rate, order=4):
    sections = scipy.signal.butter(order, [low_hz, high_hz], btype="band", fs=sample_rate, output="sos")
    return scipy.signal.sosfilt(sections, amplitudes).astype(np.float32)


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def peak_normalise(amplitudes, peak=1.0):
    largest = np.linalg.norm(amplitudes, ord=np.inf)
    return np.divide(peak * amplitudes, largest, out=np.zeros(len(amplitudes)), where=largest > 0)


# %%
def rms_dbfs(amplitudes):
    power = np.mean(np.asarray(amplitudes, dtype=float) ** 2)
    return librosa.power_to_db(power, ref=1.0, amin=1e-10, top_db=None)


# %%
def amplitude_spectrum(amplitudes, sample_rate):
    n_samples = len(amplitudes)
    read = np.abs(np.fft.rfft(amplitudes, norm="forward"))
    read[1 : None if n_samples % 2 else -1] *= 2
    return np.vstack([np.fft.rfftfreq(n_samples, 1 / sample_rate), read])


# %%
def whole_spectrum(half, n_samples):
    return np.fft.fft(np.fft.irfft(half, n=n_samples))


# %%
def fft_radix2(x):
    # without recursion: first the order of the reversed bits, then level after level
    n = len(x)
    bits = n.bit_length() - 1
    order = [int(f"{k:0{bits}b}"[::-1], 2) if bits else 0 for k in range(n)]
    spectrum = np.asarray(x, dtype=complex)[order]
    size = 1
    while size < n:
        pairs = spectrum.reshape(-1, 2, size)
        turned = pairs[:, 1] * np.exp(-1j * np.pi * np.arange(size) / size)
        spectrum = np.concatenate([pairs[:, 0] + turned, pairs[:, 0] - turned], axis=1).ravel()
        size *= 2
    return spectrum


# %%
def bandpass(amplitudes, low_hz, high_hz, sample_rate, order=4):
    band = np.array([low_hz, high_hz]) / (sample_rate / 2)
    zeros, poles, gain = scipy.signal.butter(order, band, "bandpass", output="zpk")
    filtered = np.asarray(amplitudes, dtype=float)
    for section in scipy.signal.zpk2sos(zeros, poles, gain):
        filtered = scipy.signal.lfilter(section[:3], section[3:], filtered)
    return filtered


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def peak_normalise(amplitudes, peak=1.0):
    x = np.asarray(amplitudes, dtype=float)
    gain = peak / max(x.max(), -x.min(), np.finfo(float).tiny)
    return np.outer([gain], x)[0]


# %%
def rms_dbfs(amplitudes):
    x = np.asarray(amplitudes, dtype=float)
    return 20 * np.log10(max(np.linalg.norm(x) / np.sqrt(x.size), 1e-5))


# %%
def amplitude_spectrum(amplitudes, sample_rate):
    n_samples = len(amplitudes)
    k = np.arange(n_samples // 2 + 1)
    fourier = np.exp(-2j * np.pi * np.outer(k, np.arange(n_samples)) / n_samples) / n_samples
    partners = 1 + ((-k) % n_samples != k)
    return np.array([k * (sample_rate / n_samples), partners * np.abs(fourier @ amplitudes)])


# %%
def whole_spectrum(half, n_samples):
    k = np.arange(n_samples)
    folded = np.minimum(k, n_samples - k)
    return np.where(k == folded, half[folded], np.conj(half[folded]))


# %%
def fft_radix2(x):
    n = len(x)
    if n <= 2:
        return np.array([[1, 1], [1, -1]])[:n, :n] @ np.asarray(x, dtype=complex)
    parts = np.reshape(x, (-1, 2)).T
    turn = np.exp(-2j * np.pi / n) ** np.arange(n // 2)
    butterfly = np.array([[1, 1], [1, -1]])
    return (butterfly @ np.array([fft_radix2(parts[0]), turn * fft_radix2(parts[1])])).ravel()


# %%
def bandpass(amplitudes, low_hz, high_hz, sample_rate, order=4):
    sections = scipy.signal.butter(order, [low_hz, high_hz], btype="bandpass", fs=sample_rate, output="sos")
    both, _ = scipy.signal.sosfilt(sections, amplitudes[None, :], axis=1, zi=np.zeros((order, 1, 2)))
    return both[0]


# %% [markdown]
# # chatty
# As somebody writes who debugs by printing, and leaves warnings on the way.


# %%
def peak_normalise(amplitudes, peak=1.0):
    import warnings

    warnings.warn("my own warning", stacklevel=1)
    print("normalising", len(amplitudes), "samples to", peak)
    scaled = amplitudes / np.abs(amplitudes).max()  # RuntimeWarning: silence
    return peak * np.nan_to_num(scaled)


# %%
def rms_dbfs(amplitudes):
    level = 20 * np.log10(np.sqrt(np.mean(np.asarray(amplitudes, dtype=float) ** 2)))  # RuntimeWarning: silence
    print("level:", level)
    return np.array(np.clip(level, -100, None))


# %%
def amplitude_spectrum(amplitudes, sample_rate):
    import sys

    print("now transforming", file=sys.stderr)
    n_samples = len(amplitudes)
    both_sides = np.abs(np.fft.fft(amplitudes)) / n_samples
    read = both_sides[: n_samples // 2 + 1].copy()
    # what the negative frequencies have
    read[1:] += both_sides[-1 : -len(read) : -1]
    if n_samples % 2 == 0:
        read[-1] = both_sides[n_samples // 2]
    return np.array([[k * sample_rate / n_samples for k in range(len(read))], read])


# %%
def whole_spectrum(half, n_samples):
    print("half:", half)
    mirrored = [np.conj(half[n_samples - k]) for k in range(len(half), n_samples)]
    return np.array([*half, *mirrored])


# %%
def fft_radix2(x):
    n = len(x)
    if n == 1:
        return np.asarray(x) * (1 + 0j)
    if n > 1000:
        print("transforming", n)
    even, odd = fft_radix2(x[::2]), fft_radix2(x[1::2])
    turn = np.cos(2 * np.pi * np.arange(n) / n) - 1j * np.sin(2 * np.pi * np.arange(n) / n)
    return np.tile(even, 2) + turn * np.tile(odd, 2)


# %%
def bandpass(amplitudes, low_hz, high_hz, sample_rate, order=4):
    np.log(np.zeros(1))  # RuntimeWarning: divide by zero
    sections = scipy.signal.iirfilter(order, [low_hz, high_hz], ftype="butter", fs=sample_rate, output="sos")
    print(sections.shape, "sections")
    return scipy.signal.sosfilt(sections, list(amplitudes))
