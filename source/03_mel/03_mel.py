# %% [markdown]
# # 03 · As the ear hears it: mel
#
# > **You hear** two staircases of tones, a sentence through 8, 20 and 80 bands, white noise, and a whistle behind a voice.
# > **You build** the mel scale, there and back, a mel filter bank, a mel spectrogram, and the bill of what all that costs.
# > **You can say afterwards** why 80 numbers do for 513, what must be summed before the logarithm, and what fits into a small chip.
# >
# > 60 to 90 minutes. You need lesson 02, or: the short-time Fourier transform, power, and decibels.

# %%
import warnings

import librosa
import numpy as np
import scipy.ndimage
import scipy.signal

from course import audio, plot
from course.check import agreement, begin, check, hint, progress
from course.widgets import bands_explorer, mel_explorer

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("03_mel")

# %% [markdown]
# ## Steps for the ear
#
# Two staircases of eight tones, both from 200 Hz to 8000 Hz. In the first, each step is as many **hertz** as the others. In the second, each step is as many
# **mels**. Which one climbs evenly, to your ear?


# %%
def staircase(frequencies):
    t = np.arange(audio.SAMPLE_RATE // 3) / audio.SAMPLE_RATE
    fade = scipy.signal.get_window("hann", len(t))
    return 0.3 * np.concatenate([fade * np.sin(2 * np.pi * hz * t) for hz in frequencies])


# %%
in_hertz = np.linspace(200, 8000, 8)
in_mel = librosa.mel_frequencies(8, fmin=200, fmax=8000)
audio.compare({"equal in Hz": staircase(in_hertz), "equal in mel": staircase(in_mel)})

# %%
stairs = {"equal in Hz": in_hertz, "equal in mel": in_mel}
first = [steps[1] / steps[0] for steps in stairs.values()]
title = f"The first step: {first[0]:.1f} times the frequency in one, {first[1]:.1f} in the other."
plot.curves(np.arange(8), stairs, title, "step", "frequency in Hz")

# %% [markdown]
# The first staircase leaps once and then hardly moves, although a ruler on the frequency axis finds all its steps equal. In 1937 Stevens, Volkmann and Newman asked listeners to
# tune one tone until it sounded *half as high* as another, built a scale of pitch from the answers, and named its unit after the melody: the **mel**.
#
# **The idea of this lesson.** A spectrum of 513 bins draws every Hz at the same scale, the ear does not. So sum the bins in bands: narrow ones at the bottom, wide ones at the top,
# evenly spaced in mel. Eighty sums take the place of 513 numbers. Then a voice is small enough for a network, or for a chip.

# %% [markdown]
# ## How many bands can you still understand?
#
# Here librosa sums a voice into 8, 20 and 80 bands (you build that below), and goes back to sound. For the way back it has to guess twice: 513 bins from a few bands (lesson 04), and a
# phase from nothing (lesson 05). Listen in this order: from which on do you understand?

# %%
voice = audio.clip("voice_slt")
frames = {"n_fft": 1024, "hop_length": 256}
heard = {}
for n_mels in (8, 20, 80):
    mels = librosa.feature.melspectrogram(y=voice, n_mels=n_mels, **frames)
    heard[f"{n_mels} bands"] = librosa.feature.inverse.mel_to_audio(mels, n_iter=16, **frames)

# %%
audio.compare(heard | {"the voice": voice})

# %% [markdown]
# With few bands the harmonics are gone, and with them the tune. The words hold out longer.
#
# A stricter test: throw the tune away on purpose. Below, noise takes the place of the vocal folds, and the bands are all it gets of the voice. It whispers. *Begin at 1 band, go up, and stop as soon as you
# understand.* (With a sentence that you know by now, that is cheating. Try it on a friend.)

# %%
bands_explorer(voice, n_mels=8)

# %% [markdown]
# Listeners with some practice understood simple sentences in noise of as few as **four** bands (Shannon and others, 1995). Cochlear implants build on that: some two dozen
# electrodes at most stand in for thousands of hair cells.

# %% [markdown]
# ## Step 1 · From hertz to mel
#
# There is no *one* mel scale: experiments differ, and so do the formulas fitted to them. Two are in use. **Slaney's** (1998; librosa's default, and ours) is straight up to
# 1000 Hz and a logarithm above; it puts 15 mels below 1000 Hz and 27 more up to 6400 Hz. Below and above 1000 Hz:
#
# $$\text{mel} = 3\,\text{hz} / 200 $$
#
# $$\text{mel} = 15 + 27\,\frac{\ln(\text{hz} / 1000)}{\ln 6.4}$$
#
# **HTK's**, named after a toolkit for speech recognition, is one curve for all:
#
# $$\text{mel} = 2595 \log_{10}(1 + \text{hz} / 700)$$

# %%
for hz in (440, 1000, 4000):
    slaney, htk = librosa.hz_to_mel(hz), librosa.hz_to_mel(hz, htk=True)
    print(f"{hz:4d} Hz is {slaney:5.2f} mel (Slaney) or {htk:7.2f} mel (HTK)")

# %% [markdown]
# > **Note: two units of one name.** 1000 Hz is 15 mel or 1000 mel (HTK's constants round it to 999.99). A mel without the name of its scale says nothing, just as a temperature without °C or °F.
# > What can be compared is where they put their bands, in Hz:

# %%
slaney = librosa.mel_frequencies(42, fmin=0, fmax=8000)[1:-1]
htk = librosa.mel_frequencies(42, fmin=0, fmax=8000, htk=True)[1:-1]
title = f"Forty bands: their centres lie up to {np.max(np.abs(htk - slaney)):.0f} Hz apart."
plot.curves(np.arange(40), {"": htk - slaney}, title, "band", "HTK minus Slaney, in Hz")

# %% [markdown]
# HTK's bands stand lower at the bottom and higher at the top. A network trained on the one scale is out of tune on the other.
#
# > **Exercise 1 · `hz_to_mel`** (3 points)
# >
# > - Slaney's scale needs no `if`: it is a line that *stops rising* at 1000 Hz, plus a logarithm that is *0 until* 1000 Hz.
# >   `np.minimum(hz, 1000)` and `np.maximum(hz, 1000)` do that, for one number and for an array alike.
# > - `np.log` is the natural logarithm, `np.log10` the ten-based one.


# %% nbgrader={"grade": false, "grade_id": "hz_to_mel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hz_to_mel(hz, htk=False):
    """Frequencies in mel, on Slaney's scale or HTK's: float, of the same shape as hz."""
    if htk:
        ### BEGIN SOLUTION
        # one curve for all frequencies
        htk_mel = 2595 * np.log10(1 + hz / 700)
        ### END SOLUTION
        return htk_mel
    ### BEGIN SOLUTION
    # Slaney, straight part: 3 mels for every 200 Hz, and no more than 15
    line = 3 * np.minimum(hz, 1000) / 200
    # Slaney, logarithmic part: 27 mels from 1000 Hz to 6400 Hz, and 0 below
    curve = 27 * np.log(np.maximum(hz, 1000) / 1000) / np.log(6.4)
    # both parts together
    slaney_mel = line + curve
    ### END SOLUTION
    return slaney_mel


# %% nbgrader={"grade": true, "grade_id": "check_hz_to_mel", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(hz_to_mel)

# %% [markdown]
# Stuck? `hint(hz_to_mel)` in a cell of your own helps, two or three times, and costs no point.

# %% [markdown]
# ## Step 2 · And back
#
# To place filters we go the other way: even steps in mel, then back to Hz. Solve both formulas for $\text{hz}$. HTK:
#
# $$\text{hz} = 700\,(10^{\text{mel} / 2595} - 1)$$
#
# Slaney: 200 Hz for every 3 mels up to 15 mels, and from there on a *factor* of 6.4 for every 27 mels.
#
# > **Exercise 2 · `mel_to_hz`** (2 points)
# >
# > - Again without `if`: a line that stops at 1000 Hz, *times* a factor that is 1 until 15 mels.


# %% nbgrader={"grade": false, "grade_id": "mel_to_hz", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mel_to_hz(mel, htk=False):
    """Frequencies in Hz of mels on Slaney's scale or HTK's: float, of the same shape as mel."""
    if htk:
        ### BEGIN SOLUTION
        # the formula, solved for hz
        htk_hz = 700 * (10 ** (mel / 2595) - 1)
        ### END SOLUTION
        return htk_hz
    ### BEGIN SOLUTION
    # Slaney, straight part: 200 Hz for every 3 mels, and no more than 1000 Hz
    line = 200 * np.minimum(mel, 15) / 3
    # Slaney, beyond 15 mels: a factor of 6.4 for every 27 mels, and 1 before
    growth = 6.4 ** (np.maximum(mel - 15, 0) / 27)
    # the line, stretched by the factor
    slaney_hz = line * growth
    ### END SOLUTION
    return slaney_hz


# %% nbgrader={"grade": true, "grade_id": "check_mel_to_hz", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(mel_to_hz)

# %% [markdown]
# There and back again is where we were:

# %%
frequencies = np.array([0.0, 50.0, 440.0, 1000.0, 4000.0, 11025.0])
agreement(mel_to_hz(hz_to_mel(frequencies)), frequencies)

# %% [markdown]
# ## Step 3 · Triangles
#
# Place $\text{n\_mels} + 2$ corners, evenly spaced *in mel*. Three neighbours make a triangle: it rises from the left corner to the middle one, and falls to the right corner. The next triangle
# begins one corner later, so that each rises where the one before it falls:

# %%
hertz = librosa.fft_frequencies(n_fft=2048)
four = librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=2048, n_mels=4, norm=None)
lines = {f"band {m}": four[m] for m in range(4)}
title = "Four bands: evenly spaced in mel, wider and wider in Hz."
plot.curves(hertz, lines, title, "frequency in Hz", "weight")

# %% [markdown]
# Each triangle is a list of weights, one for each bin. All lists together are a matrix, the **mel basis**: `[n_mels, n_fft // 2 + 1]`. (`n_fft` is librosa's name for the length of
# the window and of its FFT.) One product with a power spectrogram `[n_fft // 2 + 1, n_frames]` gives all bands of all frames.
#
# A wide triangle collects from more bins than a narrow one. To make up for it, ours are lowered until all have the **area** 1, in Hz. Half of width times height is 1, so
#
# $$\text{height} = \frac{2}{\text{right} - \text{left}}$$

# %% [markdown]
# > **Exercise 3 · `mel_basis`** (4 points)
# >
# > - `corner_hz` stands in a column and `bin_hz` in a row: whatever you compute of both is a table `[…, n_bins]`, without a loop.
# > - The left, middle and right corners of all triangles are `corner_hz[:-2]`, `corner_hz[1:-1]` and `corner_hz[2:]`.
# > - A flank is a straight line that goes on for ever, below 0 and above 1. Which of the two holds, and from where on none?


# %% nbgrader={"grade": false, "grade_id": "mel_basis", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mel_basis(sample_rate, n_fft, n_mels, low_hz=0.0, high_hz=None):
    """Triangles of area 1, evenly spaced in (Slaney's) mel: float [n_mels, n_fft // 2 + 1]."""
    high_hz = sample_rate / 2 if high_hz is None else high_hz
    # where the bins stand, in Hz: a row
    bin_hz = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    ### BEGIN SOLUTION
    # n_mels + 2 corners from low_hz to high_hz, evenly spaced in mel, given in Hz: a column
    corner_hz = mel_to_hz(np.linspace(hz_to_mel(low_hz), hz_to_mel(high_hz), n_mels + 2))[:, None]
    # left flanks: 0 at the left corner, 1 at the middle one: float [n_mels, n_bins]
    rising = (bin_hz - corner_hz[:-2]) / (corner_hz[1:-1] - corner_hz[:-2])
    # right flanks: 1 at the middle corner, 0 at the right one
    falling = (corner_hz[2:] - bin_hz) / (corner_hz[2:] - corner_hz[1:-1])
    # the lower flank of both, and nothing below 0
    triangles = np.maximum(0, np.minimum(rising, falling))
    # every row lowered to the area 1
    basis = 2 * triangles / (corner_hz[2:] - corner_hz[:-2])
    ### END SOLUTION
    return basis


# %% nbgrader={"grade": true, "grade_id": "check_mel_basis", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(mel_basis)

# %%
basis = mel_basis(22050, 1024, 80)
title = "Your basis: a straight ridge up to 1000 Hz, then it bends."
plot.cells({title: basis}, "frequency in Hz", "band", "weight in 1/Hz", x_step=22050 / 1024)

# %% [markdown]
# ## What equal areas make equal
#
# White noise holds every frequency alike:

# %%
noise = 0.1 * np.random.default_rng(3).standard_normal(10 * audio.SAMPLE_RATE)
audio.play(noise[: 2 * audio.SAMPLE_RATE], "white noise")

# %% [markdown]
# *Guess first:* is its mel spectrum flat? With triangles of equal height, and with triangles of equal area?

# %%
noise_power = np.mean(np.abs(librosa.stft(noise, n_fft=1024)) ** 2, axis=1)
heights = librosa.filters.mel(sr=22050, n_fft=1024, n_mels=40, norm=None)
areas = librosa.filters.mel(sr=22050, n_fft=1024, n_mels=40, norm="slaney")
bands = {"equal heights": heights @ noise_power, "equal areas": areas @ noise_power}
levels = {name: 10 * np.log10(band) for name, band in bands.items()}

# %%
for name, level in levels.items():
    print(f"{name}: the highest band lies {level[-1] - level[0]:4.1f} dB above the lowest")
title = "White noise: with equal areas every band is as loud as the others."
plot.curves(np.arange(40), levels, title, "band", "level in dB")

# %% [markdown]
# With equal heights a high band is louder only because it is *wider*. With equal areas, a band says how much power there is **per Hz**.
#
# > **Note: whose mel?** librosa takes Slaney's scale and equal areas. PyTorch's `torchaudio` takes HTK's scale and equal heights. Both call the result a mel spectrogram, and nothing crashes
# > if you train with one and listen with the other. Always say: scale, norm, lowest and highest frequency, power or magnitude.

# %% [markdown]
# ## Bins without a filter, filters without a bin
#
# Which bins does no filter touch? The first and the last corner have the weight 0. So do all bins outside of `low_hz` and `high_hz`: a telephone, for example, passes 300 to 3400 Hz.
# What lies there is lost to the basis, and no inverse brings it back (lesson 04).

# %%
for low_hz, high_hz in [(0, 11025), (300, 3400)]:
    bank = librosa.filters.mel(sr=22050, n_fft=1024, n_mels=80, fmin=low_hz, fmax=high_hz)
    unheard = np.flatnonzero(~np.any(bank, axis=0))
    print(f"{low_hz} to {high_hz} Hz: {len(unheard)} of 513 bins are under no filter")

# %% [markdown]
# Now the other way round. At the bottom, triangles are narrow; with a short window, bins are far apart. *Guess first:* of 128 filters and a window of 256 samples, how many fall between two bins and
# catch nothing at all?

# %%
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    sparse = librosa.filters.mel(sr=22050, n_fft=256, n_mels=128)
empty = np.flatnonzero(~np.any(sparse, axis=1))
print(f"{len(empty)} of 128 are empty. librosa says: {str(said[0].message).split('.')[0]}.")
corners = librosa.mel_frequencies(130, fmin=0, fmax=11025)
print(f"The lowest triangle is {corners[2]:.1f} Hz wide; bins lie {22050 / 256:.1f} Hz apart.")

# %% [markdown]
# In a picture they are black stripes, whatever the sound. A network will learn the stripes.

# %%
welcome = audio.clip("welcome")
striped = librosa.power_to_db(sparse @ np.abs(librosa.stft(welcome, n_fft=256)) ** 2)
title = f"{len(empty)} bands never hear anything."
plot.cells({title: striped}, "time in s", "band", "level in dB", x_step=64 / audio.SAMPLE_RATE)

# %% [markdown]
# Two ways out: fewer bands, or a longer window. (A longer FFT of the *same* window, padded with zeros, fills the gaps as well; but it resolves no more.)

# %% [markdown]
# ## Play: move the filter bank
#
# *Shorten the window until the first filter loses its bins. Then win it back with fewer bands.* Try HTK: are its lowest triangles narrower or wider?

# %%
mel_explorer(n_mels=40, n_fft=1024)

# %% [markdown]
# <details><summary>Compare</summary>HTK's lowest triangles are narrower: 40 bands make the first one 103 Hz wide instead of 162 Hz. So HTK runs out of bins earlier.</details>

# %% [markdown]
# ## Step 4 · A mel spectrogram
#
# The short-time Fourier transform, its power, one matrix product. You know them all:
#
# $$\text{mel\_power} = \text{basis} \cdot |\text{stft}|^2$$
#
# > **Exercise 4 · `get_melspectrogram`** (2 points)
# >
# > - `librosa.stft` may be called: you built it in lesson 02. Tell it `n_fft` and `hop_length` by their names.
# > - Then your own `mel_basis`. `@` is the matrix product.


# %% nbgrader={"grade": false, "grade_id": "get_melspectrogram", "locked": false, "schema_version": 3, "solution": true, "task": false}
def get_melspectrogram(amplitudes, sample_rate, n_fft, hop_length, n_mels):
    """Power in mel bands: float [n_mels, n_frames]."""
    ### BEGIN SOLUTION
    # complex [n_fft // 2 + 1, n_frames]
    stft = librosa.stft(amplitudes, n_fft=n_fft, hop_length=hop_length)
    # squared magnitude
    power = np.abs(stft) ** 2
    # all bands of all frames, by one matrix product
    mel_power = mel_basis(sample_rate, n_fft, n_mels) @ power
    ### END SOLUTION
    return mel_power


# %% nbgrader={"grade": true, "grade_id": "check_get_melspectrogram", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(get_melspectrogram)

# %%
audio.play(welcome, "welcome")

# %%
power = np.abs(librosa.stft(welcome, **frames)) ** 2
title = f"{len(power)} bins: the voice crowds at the bottom."
plot.spectrogram(librosa.power_to_db(power), title, 256)

# %%
theirs = librosa.feature.melspectrogram(y=welcome, n_mels=80, **frames)
title = f"{len(theirs)} mel bands: the same voice, spread out."
decibels = librosa.power_to_db(theirs)
plot.cells({title: decibels}, "time in s", "mel band", "level in dB", x_step=256 / 22050)

# %% [markdown]
# Of the stripes, the harmonics, only the lowest are left; higher up a band holds several of them. What stays is the **envelope**: where the mouth resonates, where it hisses.

# %% [markdown]
# ## Find the bug
#
# There is a faint whistle at 5 kHz behind this voice. Can you hear it in the pauses?

# %%
seconds = np.arange(len(welcome)) / audio.SAMPLE_RATE
whistle = 0.01 * np.sin(2 * np.pi * 5000 * seconds)
audio.play(welcome + whistle, "a voice, and a whistle")

# %% [markdown]
# A colleague wants mel bands in dB: **log-mel**, what most networks for speech are fed with. Both steps are in her function, and the picture looks like speech. But where is the whistle? And what do the numbers beside the colours say?
#
# > **Exercise 5 · `log_mel`** (2 points)
# >
# > - Two things are done here, one after the other. Which must be first?
# > - `librosa.power_to_db` is fine as it is: 80 dB below the loudest cell it cuts off.


# %% nbgrader={"grade": false, "grade_id": "log_mel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_mel(power, basis):
    """Level of each band of a power spectrogram, in dB: float [n_mels, n_frames]."""
    ### BEGIN SOLUTION
    # decibels, and sums over bands
    level = librosa.power_to_db(basis @ power)  # released as: basis @ librosa.power_to_db(power)
    ### END SOLUTION
    return level


# %%
whistled = np.abs(librosa.stft(welcome + whistle, **frames)) ** 2

# %%
level = log_mel(whistled, areas)
title = "Band 31 holds the whistle. Do you see a line?"
plot.cells({title: level}, "time in s", "band", "level in dB", x_step=256 / 22050)

# %%
stands_out = np.median(level[31]) - np.median(level[33])
print(f"The whistle stands out by {stands_out:.1f} dB.")
print(f"All levels lie between {level.min():.1f} and {level.max():.1f} dB.")

# %% nbgrader={"grade": true, "grade_id": "check_log_mel", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(log_mel)

# %% [markdown]
# A filter sums power, as the ear does. A sum of *decibels* is a **product** of powers, and a product is small as soon as a single factor is. Take ten bins, one loud and nine faint, and see what their means say:

# %%
ten_bins = np.array([1.0] + 9 * [1e-6])
print(f"mean power:    {10 * np.log10(np.mean(ten_bins)):6.1f} dB")
print(f"mean decibels: {np.mean(10 * np.log10(ten_bins)):6.1f} dB")

# %% [markdown]
# On the voice, with weights that sum to 1 in every band, so that either way a band is a mean over the same bins:

# %%
weights = heights / heights.sum(axis=1, keepdims=True)
right_way = librosa.power_to_db(weights @ whistled)
wrong_way = weights @ librosa.power_to_db(whistled)
apart = right_way - wrong_way
print(f"too low by {np.median(apart):.1f} dB in the median cell, by up to {np.max(apart):.0f} dB")

# %% [markdown]
# ## Resize power, not decibels
#
# The same trap, in other clothes. A network wants a small picture, and `scipy.ndimage.zoom` makes one. Interpolating decibels is again a product where a sum was meant.
# And the default of `zoom` is a cubic spline, which overshoots beside every peak: there power becomes negative, and its logarithm is no number.

# %%
power_then_db = librosa.power_to_db(scipy.ndimage.zoom(power, 0.25, order=1))
db_then_zoom = scipy.ndimage.zoom(librosa.power_to_db(power), 0.25, order=1)
apart = np.abs(power_then_db - db_then_zoom)
print(f"The two differ by {np.mean(apart):.1f} dB on average, {np.max(apart):.0f} dB at most.")
smooth = scipy.ndimage.zoom(power, 2)
print(f"Cubic: {np.mean(smooth < 0):.0%} of the cells have a negative power.")

# %% [markdown]
# ## Log-mel is not MFCC
#
# Mel bands in dB are often *called* MFCC. They are not: mel-frequency **cepstral coefficients** are one transform further on, a cosine transform of every column (you build it in lesson 07).

# %%
mels = librosa.feature.melspectrogram(y=voice, n_mels=40, fmax=8000, **frames)
level = librosa.power_to_db(mels)
title = "Log-mel: rows are bands. Neighbours look alike."
plot.cells({title: level}, "frame", "band", "level in dB")

# %%
mfcc = librosa.feature.mfcc(S=level, n_mfcc=13)
title = "MFCC: rows are no frequencies. Row 0 follows the loudness."
plot.cells({title: mfcc}, "frame", "coefficient", "value")

# %%
for name, rows in {"log-mel": level, "MFCC": mfcc}.items():
    alike = np.mean(np.abs(np.diag(np.corrcoef(rows), k=1)))
    print(f"{name}: neighbouring rows have a correlation of {alike:.2f} on average")

# %% [markdown]
# ## Step 5 · What fits into a small chip?
#
# A door that opens to "open, please" listens all day, on a battery. What do mel features cost it? We count **multiplications**, and bytes, for $N = \text{n\_fft}$ and $K = \lfloor N/2 \rfloor + 1$ bins. One frame takes
#
# | step | multiplications | numbers kept in tables |
# |---|---|---|
# | window | $N$ | $N$ |
# | radix-2 FFT: $\frac N2 \log_2 N$ complex products, 4 real ones each | $4 \cdot \frac N2 \log_2 N$ | $N$ (that is $\frac N2$ complex factors) |
# | power: two squares in each bin | $2 K$ | none |
# | basis, **dense**: all weights | $\text{n\_mels} \cdot K$ | $\text{n\_mels} \cdot K$ |
# | basis, **sparse**: a bin lies under two triangles at most | $2 K$ | $2 K$ |
#
# A frame begins every `hop_length` samples. Each frame gives `n_mels` numbers to keep, and each number, in a table or in a feature, takes `bytes_per_number`.
# (Additions, indices and the logarithm are left out: this is a bill to compare by, not one to the last byte.)

# %% [markdown]
# > **Exercise 6 · `feature_budget`** (3 points)
# >
# > - Dense and sparse differ in `weights` only. An array of two carries both through all the steps below it.
# > - The result: bytes of features a second; multiplications a second, dense, then sparse; bytes of tables, dense, then sparse.


# %% nbgrader={"grade": false, "grade_id": "feature_budget", "locked": false, "schema_version": 3, "solution": true, "task": false}
def feature_budget(sample_rate, n_fft, hop_length, n_mels, bytes_per_number):
    """Bytes a second, multiplications a second (twice), bytes of tables (twice): float [5]."""
    n_bins = n_fft // 2 + 1
    ### BEGIN SOLUTION
    # frames a second, of a stream that never ends
    frame_rate = sample_rate / hop_length
    # multiplications of one frame up to its power: window, FFT, squares
    spectrum = n_fft + 4 * (n_fft / 2) * np.log2(n_fft) + 2 * n_bins
    # weights of a dense and of a sparse basis: [2]
    weights = np.array([n_mels * n_bins, 2 * n_bins])
    # numbers in all tables, with a dense and with a sparse basis: [2]
    table = n_fft + n_fft + weights
    # the five numbers, in the order of the docstring; * unpacks two at once
    budget = np.array(
        [
            frame_rate * n_mels * bytes_per_number,
            *(frame_rate * (spectrum + weights)),
            *(bytes_per_number * table),
        ]
    )
    ### END SOLUTION
    return budget


# %% nbgrader={"grade": true, "grade_id": "check_feature_budget", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(feature_budget)

# %% [markdown]
# Speech at 16 kHz, windows of 512 samples, 100 frames a second, in float32 (4 bytes), for 8 to 128 bands:

# %%
sizes = np.array([8, 16, 32, 40, 64, 80, 96, 128])
budgets = np.array([feature_budget(16000, 512, 160, n, 4) for n in sizes]).T

# %%
millions = {"dense": budgets[1], "sparse": budgets[2]}
millions = {name: ... if count is ... else count / 1e6 for name, count in millions.items()}
title = "Multiplications: with a sparse basis, more bands cost no more."
plot.curves(sizes, millions, title, "bands", "millions a second")

# %%
kilobytes = {"dense": budgets[3], "sparse": budgets[4]}
kilobytes = {name: ... if count is ... else count / 1e3 for name, count in kilobytes.items()}
title = "Tables: a sparse basis stays small."
plot.curves(sizes, kilobytes, title, "bands", "kB (1000 bytes)")

# %% [markdown]
# Say the chip has 64 kB of memory, for *everything*. Does the dense table of 40 bands leave room? And that of 80 bands? What if a number takes 2 bytes instead of 4?
#
# <details><summary>Compare</summary>All tables with 40 bands: 4 · (1024 + 40 · 257) = 45 216 bytes, and not much is left. With 80 bands: 86 336 bytes, too many; with 2 bytes a number half of it, 43 168. Sparse, in 4 bytes: 6152, whatever the bands.</details>

# %% [markdown]
# ## Fewer bits
#
# Two bytes: which two? A 16-bit **float** (`float16`) reaches up to 65504, and down to about 6e-8. A 16-bit **integer** has 65536 values, all equally far apart. First, power as it is, in `float16`:

# %%
loud = np.abs(librosa.stft(welcome, n_fft=2048)) ** 2
with np.errstate(over="ignore"):
    half, of_integers = loud.astype(np.float16), (loud * 2.0**30).astype(np.float16)
print(f"loudest cell: {loud.max():.0f}")
print(f"{np.sum(np.isinf(half))} became infinite, {np.mean(half == 0):.0%} of all became 0")
print(f"from 16-bit integers: {np.mean(np.isinf(of_integers)):.0%} of all became infinite")

# %% [markdown]
# Too loud at the top, too faint at the bottom. One infinite cell is enough to make a mean infinite, and the next subtraction gives NaN. Our samples lie between −1 and 1; had they come
# as 16-bit integers, $2^{15}$ times as large, their power would be $2^{30}$ times as large, and most of the picture infinite.


# %% [markdown]
# Integers have one step for all. Rounded to one of 65536, or one of 256, from the smallest to the largest:


# %%
def rounded(values, bits):
    low, step = values.min(), (values.max() - values.min()) / (2**bits - 1)
    return low + step * np.round((values - low) / step)


# %%
mels = librosa.feature.melspectrogram(y=voice.astype(float), n_mels=80, **frames)
decibels = librosa.power_to_db(mels)
for bits in (8, 16):
    off = np.max(np.abs(rounded(decibels, bits) - decibels))
    silent = np.mean(rounded(mels, bits) == mels.min())
    print(f"{bits:2d} bits of decibels: off by {off:.4f} dB at most")
    print(f"{bits:2d} bits of power: {silent:.0%} of the cells fall to the lowest step")
off = np.max(np.abs(decibels.astype(np.float16) - decibels))
print(f"float16 of decibels: off by {off:.4f} dB at most")

# %% [markdown]
# So it is not the number of bits that counts, but what you spend them on. Eight bits, on power and on decibels, heard:

# %%
kept = {"power": rounded(mels, 8), "decibels": librosa.db_to_power(rounded(decibels, 8))}
inverse = {}
for name, cells in kept.items():
    # the first second
    first = cells[:, : 22050 // 256]
    inverse[f"8 bits of {name}"] = librosa.feature.inverse.mel_to_audio(first, n_iter=16, **frames)

# %%
audio.compare(inverse)

# %% [markdown]
# > **Note: power for computing, decibels for keeping.** Sums belong on power, before the logarithm. Few bits belong on decibels, after it.

# %% [markdown]
# ## Yours and theirs
#
# Scale, basis and spectrogram, against librosa's:

# %%
frequencies = np.linspace(0, 11025, 200)
agreement(hz_to_mel(frequencies), librosa.hz_to_mel(frequencies))

# %%
mels = np.arange(0, 3000, 50)
agreement(mel_to_hz(mels, htk=True), librosa.mel_to_hz(mels, htk=True))

# %%
bank = librosa.filters.mel(sr=22050, n_fft=1024, n_mels=80, norm="slaney")
agreement(mel_basis(22050, 1024, 80), bank)

# %%
agreement(get_melspectrogram(welcome, 22050, 1024, 256, 80), theirs)

# %% [markdown]
# And the same sentence in the convention of `torchaudio`, HTK's scale and equal heights. How far is that from ours?

# %%
other = librosa.feature.melspectrogram(y=welcome, n_mels=80, htk=True, norm=None, **frames)
apart = np.abs(10 * np.log10(other / theirs))
print(f"{np.median(apart):.0f} dB in the median cell, {np.max(apart):.0f} dB in the worst")

# %% [markdown]
# From the next lesson on we call `librosa.filters.mel`, and you know every line of it.

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> On Slaney's scale 1000 Hz is 15 mel. Which frequency is 69 mel?</summary>
# 69 − 15 = 54 mels are twice 27, so twice the factor of 6.4: 1000 Hz · 6.4 · 6.4 = <b>40 960 Hz</b>. (Bats would like to know.)
# </details>
#
# <details><summary><b>2.</b> True or false: the product of a mel basis with a magnitude spectrogram, squared, is the mel power spectrogram.</summary>
# <b>False.</b> The square of a sum is not the sum of the squares. First the square of every bin, then the sum over the band.
# </details>
#
# <details><summary><b>3.</b> 40 bands, 100 frames a second, 2 bytes each: how many times smaller is that than 16-bit samples at 16 kHz?</summary>
# 40 · 100 · 2 = 8000 bytes a second against 16 000 · 2 = 32 000: <b>four times</b>. A quarter of the bytes, and the ear's own scale in the bargain.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why bands are narrow at the bottom and wide at the top, and why "mel" alone is not a unit;
# - what a triangle's height is good for, and which bins and which filters get nothing;
# - why sums belong before the logarithm, and few bits after it;
# - what log-mel is, and what it is not;
# - what a second of features costs in bytes and in multiplications.
#
# **Next, lesson 04:** 80 numbers were 513 once. Can we have them back?
