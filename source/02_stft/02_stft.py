# %% [markdown]
# # 02 · Time and frequency at once
#
# > **You hear** two clicks, of which an ordinary spectrum does not show when they were, and a sentence.
# > **You build** the short-time Fourier transform, in five small functions.
# > **You can say afterwards** what a window does, what a hop does, and why a spectrogram is black until you take its logarithm.
# >
# > 60 to 90 minutes. You need lesson 01, or: the FFT, and what a decibel is.

# %%
import librosa
import numpy as np
import scipy.signal

from course import audio, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.widgets import stft_explorer

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("02_stft")

# %% [markdown]
# ## Two clicks, or one?
#
# Press play. Twenty milliseconds lie between the clicks, and your ear hears two of them. (All sounds of this course have 22 050 samples a second, `audio.SAMPLE_RATE`.)

# %%
clicks = audio.clip("two_clicks")
audio.play(clicks, "two clicks, 20 ms apart")

# %%
plot.waveform(clicks, "Two samples stand out of silence, 20 ms apart.", start=0.22, end=0.28)

# %% [markdown]
# Now the spectrum of the whole signal, as in lesson 01, with one bin for each Hz:

# %%
spectrum = np.abs(np.fft.rfft(clicks, n=audio.SAMPLE_RATE))
title = "A comb: zeros at 25, 75, 125, … Hz."
plot.curves(np.arange(500), {"": spectrum[:500]}, title, "frequency in Hz", "magnitude")

# %% [markdown]
# The zeros lie $1 / 20\,\text{ms} = 50\,\text{Hz}$ apart, so the spectrum *does* know of both clicks. But its magnitude does not say **when** they were.
# Play the signal backwards, and this picture stays the same, up to rounding:

# %%
backwards = np.abs(np.fft.rfft(clicks[::-1], n=audio.SAMPLE_RATE))
agreement(backwards, spectrum)

# %% [markdown]
# **The idea of this lesson.** Cut the signal into short pieces that overlap, and take the spectrum of each piece. Which piece says *when*, its spectrum
# says *what*. That is the **short-time Fourier transform**, STFT: slice, fade, transform. Then two small steps make a picture of it: power, decibels.

# %% [markdown]
# ## Step 1 · Slice
#
# One piece is a **frame**: `window_length` samples ($N$). The next frame begins `hop_length` samples ($H$) later. We want frame $t$ to be *centred* on sample
# $tH$, so that its picture stands at the right time. Then frame 0 reaches half a frame before the signal begins, so we pad half a frame on both sides first:
#
# $$\text{frames}[n, t] = \text{padded}[n + tH]$$
#
# for $n = 0 \dots N-1$. Frames stand in **columns**, as in librosa: the result has the shape `[window_length, n_frames]`.
#
# > **Note: with what do we pad?** With zeros: librosa and SciPy do so today. PyTorch, and librosa before version 0.9, mirror the signal instead (`reflect`).
# > Zeros say "there was nothing"; the mirror invents a sound before the first one. Neither is wrong, but a result computed with one *differs at both edges*
# > from a result computed with the other. So say which one you take. This course takes zeros.

# %% [markdown]
# > **Exercise 1 · `slice_into_frames`** (3 points)
# >
# > - Each line with `<YOUR CODE>` is one step: replace its `...`, keep its name. The comment above says what it is to hold.
# > - How many whole windows fit into `padded`, if one begins every `hop_length` samples? Draw it for 10 samples, a window of 4, a hop of 2.
# > - `indices` can be had without a loop: a column of sample numbers plus a row of frame starts.


# %% nbgrader={"grade": false, "grade_id": "slice_into_frames", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slice_into_frames(amplitudes, window_length, hop_length):
    """Overlapping frames in columns: float [window_length, n_frames]."""
    ### BEGIN SOLUTION
    # the signal with window_length // 2 zeros on both sides
    padded = np.pad(amplitudes, window_length // 2)
    # how many whole windows fit, one beginning every hop_length samples
    n_frames = 1 + (len(padded) - window_length) // hop_length
    # sample n of frame t stands at n + t * hop_length: int [window_length, n_frames]
    indices = np.arange(window_length)[:, None] + hop_length * np.arange(n_frames)
    # all of them picked at once
    frames = padded[indices]
    ### END SOLUTION
    return frames


# %% nbgrader={"grade": true, "grade_id": "check_slice_into_frames", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(slice_into_frames)

# %% [markdown]
# Stuck? Write `hint(slice_into_frames)` into a cell of your own and run it, as often as you like: each exercise has two or three. No hint costs a point.
#
# How much room do frames take? With a hop of a quarter of the window, the 11 025 samples of the clicks are stored about four times:

# %%
frames = slice_into_frames(clicks, 1024, 256)
describe(frames)

# %% [markdown]
# ## Step 2 · Fade
#
# Listen to one frame of a chord as the scissors leave it, and to the same frame faded in and out.

# %%
chord, pause = audio.clip("chord"), np.zeros(8000)
cut = chord[9000:13096]
faded = cut * scipy.signal.get_window("hann", 4096)
audio.compare({"cut: it clicks": np.append(cut, pause), "faded": np.append(faded, pause)})

# %% [markdown]
# The click is real: a signal that jumps from nothing to full level holds *all* frequencies. In a spectrum they show as **leakage**. Here is a pure tone of 440 Hz,
# cut and faded:

# %%
tone = np.sin(2 * np.pi * 440 * np.arange(1024) / audio.SAMPLE_RATE)
fade = scipy.signal.get_window("hann", 1024)
# each divided by the sum of its window, so that both peaks stand at the same level
spectra = {"cut": np.fft.rfft(tone) / 1024, "faded": np.fft.rfft(tone * fade) / np.sum(fade)}

# %%
hz = np.fft.rfftfreq(1024, 1 / audio.SAMPLE_RATE)[:140]
levels = {name: 20 * np.log10(np.abs(X[:140]) + 1e-9) for name, X in spectra.items()}
title = "One tone. At 2 kHz the fade lowers what leaks by more than 70 dB."
plot.curves(hz, levels, title, "frequency in Hz", "level in dB")

# %% [markdown]
# The price stands at 440 Hz: from its first zero on the left to that on the right, the faded peak is twice as wide. Every window trades width for leakage.
#
# The fade we take is the **periodic Hann window**, one raised cosine of length $N$:
#
# $$w[n] = \tfrac12 - \tfrac12 \cos(2\pi n / N)$$
#
# for $n = 0 \dots N-1$. It begins at 0, rises to 1 in the middle (exactly, if $N$ is even), and stops *one step before* it would be 0 again. That missing zero is the first value of
# the next period: windows that follow each other every $N/2$ samples add up to exactly 1 everywhere. The symmetric one of `np.hanning`, made for designing filters, does not.

# %% [markdown]
# > **Exercise 2 · `hann`** (2 points)
# >
# > - `cycle` runs through $n / N$, from 0 up to *less than* 1.
# > - No library windows here: you are building one.


# %% nbgrader={"grade": false, "grade_id": "hann", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hann(window_length):
    """Periodic Hann window: float [window_length]."""
    ### BEGIN SOLUTION
    # n / N: where each sample stands in the period, from 0 up to less than 1
    cycle = np.arange(window_length) / window_length
    # one raised cosine: 0 at the start, 1 in the middle
    window = 0.5 - 0.5 * np.cos(2 * np.pi * cycle)
    ### END SOLUTION
    return window


# %% nbgrader={"grade": true, "grade_id": "check_hann", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(hann)

# %%
windows = {"yours": hann(64), "np.hanning": np.hanning(64)}
title = "Periodic and symmetric: they part at the right edge."
plot.curves(np.arange(64), windows, title, "sample n", "w[n]")

# %% [markdown]
# ## Step 3 · Transform
#
# Now the name is complete: the *Fourier transform* of *short times*. Frame by frame,
#
# $$\text{stft}[k, t] = \sum_{n=0}^{N-1} w[n]\;\text{frames}[n, t]\;e^{-2\pi i k n / N}$$
#
# Row $k$ (a **bin**) belongs to the frequency $k \cdot f_s / N$, where $f_s$ is the sample rate. Of a real signal, bin $-k$ is the complex conjugate of bin $k$, so
# $k = 0 \dots \lfloor N/2 \rfloor$ is enough: `window_length // 2 + 1` bins, from 0 Hz up to half the sample rate.

# %% [markdown]
# > **Exercise 3 · `get_stft`** (3 points)
# >
# > - Call your own `slice_into_frames` and `hann`.
# > - Frames stand in columns. Which axis must the window run along? `[:, None]` turns it into a column.
# > - `np.fft.rfft` computes the one-sided spectrum. Tell it the axis.


# %% nbgrader={"grade": false, "grade_id": "get_stft", "locked": false, "schema_version": 3, "solution": true, "task": false}
def get_stft(amplitudes, window_length, hop_length):
    """Short-time Fourier transform: complex [window_length // 2 + 1, n_frames]."""
    ### BEGIN SOLUTION
    # float [window_length, n_frames]
    frames = slice_into_frames(amplitudes, window_length, hop_length)
    # every column faded in and out
    faded = frames * hann(window_length)[:, None]
    # the one-sided spectrum of every column
    stft = np.fft.rfft(faded, axis=0)
    ### END SOLUTION
    return stft


# %% nbgrader={"grade": true, "grade_id": "check_get_stft", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(get_stft)

# %% [markdown]
# Half a second of clicks has become a table of complex numbers, `[bins, frames]`:

# %%
stft = get_stft(clicks, 256, 64)
describe(stft)

# %% [markdown]
# ## Step 4 · Power
#
# A complex number holds a magnitude and a phase. For a picture we keep the **power** $|\text{stft}|^2$ and throw the phase away.
# (You will want it back. That is lesson 05.)
#
# > **Note: power or magnitude?** `librosa.stft` gives neither, `np.abs` gives magnitude, `librosa.feature.melspectrogram` takes power by default, Griffin-Lim wants magnitude.
# > Mixing them up does not crash; it sounds wrong (lesson 05). And `np.abs(stft**2)` is power as well, even if the variable is called `magnitude`.

# %% [markdown]
# > **Exercise 4 · `get_spectrogram`** (2 points)
# >
# > - Call your `get_stft`. The result is real and never negative. (In Python a power is `x**2`, not `x^2`.)


# %% nbgrader={"grade": false, "grade_id": "get_spectrogram", "locked": false, "schema_version": 3, "solution": true, "task": false}
def get_spectrogram(amplitudes, window_length, hop_length):
    """Power spectrogram: float [window_length // 2 + 1, n_frames]."""
    ### BEGIN SOLUTION
    # the length of every complex number
    magnitude = np.abs(get_stft(amplitudes, window_length, hop_length))
    # its square
    power = magnitude**2
    ### END SOLUTION
    return power


# %% nbgrader={"grade": true, "grade_id": "check_get_spectrogram", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(get_spectrogram)

# %% [markdown]
# A sentence, at last. Hear it, then look at its power:

# %%
welcome = audio.clip("welcome")
audio.play(welcome, "welcome")

# %%
power = get_spectrogram(welcome, 1024, 256)
title = "Power as it is: a few cells glow, all else is black."
plot.spectrograms({title: (power, 256)}, top_hz=1000, scale="power")

# %% [markdown]
# ## Step 5 · Decibels
#
# Between the faintest sound that you can hear and one that hurts lie twelve powers of ten, in power. No colour map shows that; a logarithm does. A ratio of powers in **decibels** is
#
# $$\text{decibels} = 10 \log_{10}\frac{\text{power}}{\text{ref}}$$
#
# Ten, not twenty: twenty is for amplitudes, for $20\log_{10} a = 10 \log_{10} a^2$. Two guards belong to it:
#
# - the logarithm of silence is $-\infty$, so powers below $10^{-10}$ count as $10^{-10}$;
# - what lies more than `top_db` below the *loudest cell* is cut off at that level, or the noise floor takes all the colours.

# %% [markdown]
# > **Exercise 5 · `to_db`** (3 points)


# %% nbgrader={"grade": false, "grade_id": "to_db", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_db(power, ref=1.0, top_db=80.0):
    """Level of a power spectrogram against ref, in dB: float, of the same shape."""
    ### BEGIN SOLUTION
    # nothing is fainter than 1e-10
    audible = np.maximum(power, 1e-10)
    # ten times the ten-based logarithm of the ratio to ref
    level = 10 * np.log10(audible / ref)
    # nothing lies more than top_db below the loudest cell
    decibels = np.maximum(level, np.max(level) - top_db)
    ### END SOLUTION
    return decibels


# %% nbgrader={"grade": true, "grade_id": "check_to_db", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(to_db)

# %%
decibels = to_db(get_spectrogram(welcome, 1024, 256))
plot.spectrogram(decibels, "The same power in dB: harmonics, hisses, pauses.", 256)

# %% [markdown]
# Look for the stripes of a voiced sound: their distance in Hz is the pitch of the voice. A hiss ("s", "th") has no stripes, and much above 4 kHz. Above 8 kHz there is nothing:
# this voice was synthesised at 16 000 samples a second, and half of that is the highest frequency it can hold.

# %% [markdown]
# ## Play: how long a window?
#
# One window length is one compromise. Move the sliders. *Shorten the window, and watch the two clicks part.*

# %%
stft_explorer(clicks, window_length=2048)

# %% [markdown]
# Now the chord, three tones between 440 and 660 Hz. Which window is long enough to show three lines? Go back: what do the clicks look like at that length?
#
# <details><summary>Compare</summary>About 2048 samples: 93 ms, and bins 11 Hz apart. At that length the two clicks are one block.</details>

# %%
stft_explorer(chord, window_length=512, top_hz=1500)

# %% [markdown]
# Both at once can't be had. A window of $N$ samples lasts $N / f_s$ seconds, and bins lie $f_s / N$ apart: their product is 1, whatever $N$ is.

# %%
vowel = audio.clip("voice_rms")[40960:46000]
panels = {}
for n, title in {128: "6 ms: each pulse of the vocal folds.", 2048: "93 ms: each harmonic."}.items():
    power = np.abs(librosa.stft(vowel, n_fft=n, hop_length=16)) ** 2
    panels[title] = (librosa.power_to_db(power, ref=np.max, top_db=60), 16)
plot.spectrograms(panels, top_hz=3000)

# %% [markdown]
# It is the same voice, the same quarter of a second, and each picture shows what the other blurs.

# %% [markdown]
# ## Find the bug
#
# The same "yes", loud and quiet. Turn your volume up before the second.

# %%
yes_loud, yes_quiet = audio.clip("yes_loud"), audio.clip("yes_quiet")
audio.compare({"loud": yes_loud, "quiet": yes_quiet})

# %% [markdown]
# A colleague wrote a function that tells by how many decibels one power spectrogram is louder than another. It runs, it looks tidy, and it says that both are equal.
# Your ears say otherwise.
#
# > **Exercise 6 · `louder_by_db`** (2 points)
# >
# > - Find the line that throws the loudness away, and mend it. One small change is enough.
# > - And think: what would two pictures made this way, side by side in a paper, show of a loud and a quiet voice?


# %% nbgrader={"grade": false, "grade_id": "louder_by_db", "locked": false, "schema_version": 3, "solution": true, "task": false}
def louder_by_db(loud, quiet):
    """By how many dB the loudest cell of one power spectrogram exceeds another's: a float."""
    # what 0 dB means
    ### BEGIN SOLUTION
    ref = 1.0  # released as: np.max
    ### END SOLUTION
    # both recordings in dB
    loud_db = librosa.power_to_db(loud, ref=ref)
    quiet_db = librosa.power_to_db(quiet, ref=ref)
    # from peak to peak
    difference = np.max(loud_db) - np.max(quiet_db)
    return float(difference)


# %%
loud, quiet = (np.abs(librosa.stft(yes, n_fft=512)) ** 2 for yes in (yes_loud, yes_quiet))
print(f"louder by {louder_by_db(loud, quiet):.1f} dB")

# %% nbgrader={"grade": true, "grade_id": "check_louder_by_db", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(louder_by_db)

# %% [markdown]
# ## Yours and theirs
#
# You have built what librosa and SciPy ship. Compare, on a real sentence:

# %%
theirs = librosa.util.frame(np.pad(welcome, 512), frame_length=1024, hop_length=256)
agreement(slice_into_frames(welcome, 1024, 256), theirs)

# %%
agreement(hann(1024), scipy.signal.get_window("hann", 1024))

# %%
stft = librosa.stft(welcome, n_fft=1024, hop_length=256)
agreement(get_stft(welcome, 1024, 256), stft)

# %%
agreement(to_db(get_spectrogram(welcome, 1024, 256)), librosa.power_to_db(np.abs(stft) ** 2))

# %% [markdown]
# And an old habit of librosa, still PyTorch's: padding by reflection. Which frames differ?

# %%
reflected = librosa.stft(welcome, n_fft=1024, hop_length=256, pad_mode="reflect")
differs = np.flatnonzero(np.any(reflected != stft, axis=0))
print(f"frames that differ: {differs} of {stft.shape[1]}")

# %% [markdown]
# Only the two at each end; but a checker that expects the one padding refuses the other.
#
# From the next lesson on we call `librosa.stft`, and you know every line of it.

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A second of speech at 16 kHz, a window of 400 samples, 75 % overlap, centred with padding: how many frames?</summary>
# The hop is 25 % of 400, 100 samples. Centred frames: 1 + 16000 // 100 = <b>161</b>. Without padding it would be 1 + (16000 − 400) // 100 = 157.
# </details>
#
# <details><summary><b>2.</b> True or false: zero padding every frame to twice its length resolves tones that lie twice as close.</summary>
# <b>False.</b> It gives twice as many bins: every second one is an old one, the others lie between, on the same smooth curve with its merged peak. Only a longer window resolves more.
# </details>
#
# <details><summary><b>3.</b> Which numbers of a spectrogram change when the recording is made 6 dB louder: with <code>ref=1.0</code>, and with <code>ref=np.max</code>?</summary>
# With <code>ref=1.0</code> every cell rises by 6 dB, the floor below the loudest one too; only silence, at its 10<sup>−10</sup>, stays. With <code>ref=np.max</code> the reference rises as well, and the picture stays as it is: the loudness is gone from it.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why one spectrum of a whole recording is not enough, and what is given up for knowing *when*;
# - what a window and a hop do, and which of the two sets the resolution;
# - why the window is periodic, and the padding a choice that must be told;
# - the difference between a complex STFT, magnitude, power and decibels, and what each can be used for.
#
# **Next, lesson 03:** 513 bins are more than the ear needs. Eighty will do, spaced as the ear spaces them.
