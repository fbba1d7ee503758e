# %% [markdown]
# # 01 · Sound is a list of numbers
#
# > **You hear** a sentence, a tone that pretends to be another, speech of four bits, a voice that speaks both ways at once, and a hum that goes away.
# > **You build** two loudness tools, a spectrum in Hz, the fast Fourier transform itself, and a band-pass filter.
# > **You can say afterwards** what a sample rate and a bit are good for, what dBFS means, and which bins of a spectrum count twice.
# >
# > 60 to 90 minutes. You need a little Python and NumPy, and headphones if you have them.

# %%
import timeit

import librosa
import numpy as np
import scipy.signal

from course import audio, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.widgets import Recorder, sampling_explorer

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("01_sound")

# %% [markdown]
# ## Press play
#
# The first sound of this course:

# %%
welcome = audio.clip("welcome")
audio.play(welcome, "welcome")

# %% [markdown]
# And this is all that the computer knows of it:

# %%
print(welcome[20000:20012])
describe(welcome)

# %% [markdown]
# A microphone measures the pressure of the air, again and again, at even distances in time. Each measurement is a **sample**. `audio.SAMPLE_RATE`
# ($f_s$) of them are taken each second, so sample $n$ was taken at the time
#
# $$t = n / f_s$$
#
# Nothing in the list says so: the rate has to be handed on *beside* the numbers.

# %%
duration = librosa.get_duration(y=welcome, sr=audio.SAMPLE_RATE)
print(f"{len(welcome)} samples, {audio.SAMPLE_RATE} a second: {duration:.2f} s")

# %%
title = "A twentieth of a second of a vowel: a shape that repeats."
plot.waveform(welcome, title, start=0.9, end=0.95)

# %% [markdown]
# **Predict first.** The same numbers, played at 16 000 a second instead of 22 050. Slower? Lower? Both?

# %%
audio.play(welcome, "the same numbers, at 16 000 a second", sample_rate=16000)

# %% [markdown]
# Both: every wave takes longer. Forgetting the rate of a file is a common bug in audio code, and you now know its sound.

# %% [markdown]
# ## How loud may it be?
#
# A word, recorded twice. Turn your volume up for the second.

# %%
yes_loud, yes_quiet = audio.clip("yes_loud"), audio.clip("yes_quiet")
audio.compare({"loud": yes_loud, "quiet": yes_quiet})

# %% [markdown]
# Amplitudes in this course are floats, and **full scale** is 1: what goes beyond $\pm 1$ can't be played and is cut off, which is called *clipping*.
# To make the most of the room, multiply *every* sample by one factor, so that the largest swing, up *or down*, reaches a given peak:
#
# $$\text{factor} = \frac{\text{peak}}{\max\,|\text{amplitudes}|}$$
#
# > **Exercise 1 · `peak_normalise`** (2 points). Your first one, so here is how exercises work:
# >
# > - Each line with `<YOUR CODE>` is one step: replace its `...`, keep its name. The comment above says what it is to hold.
# > - Run the cell (Shift + Enter), then run `check` below it, as often as you like. It says what is wrong, not only that it is.
# > - A silent sound has no largest swing. Let silence stay silence: no division by zero.


# %% nbgrader={"grade": false, "grade_id": "peak_normalise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def peak_normalise(amplitudes, peak=1.0):
    """The same sound, scaled so that its largest magnitude is peak: float [n_samples]."""
    ### BEGIN SOLUTION
    # the largest magnitude, be it of a positive or of a negative sample
    largest = np.max(np.abs(amplitudes))
    # what every sample is multiplied by; anything finite will do for silence
    factor = peak / largest if largest > 0 else 1.0
    # the scaled sound
    normalised = amplitudes * factor
    ### END SOLUTION
    return normalised


# %% nbgrader={"grade": true, "grade_id": "check_peak_normalise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(peak_normalise)

# %% [markdown]
# Stuck? Run the next cell, again for the next hint. Each exercise has two or three, and no hint costs a point.

# %%
hint(peak_normalise)

# %%
audio.compare({"quiet": yes_quiet, "normalised": peak_normalise(yes_quiet, peak=0.7)})

# %% [markdown]
# ## Decibels below full scale
#
# **Predict first.** These two have the same peak. Which one is louder?

# %%
no_loud = audio.clip("no_loud")
audio.compare({"yes": yes_loud, "no": no_loud})

# %% [markdown]
# The ear does not listen to one highest sample. It comes closer to the **root mean square**, RMS, the root of the mean of the squared amplitudes. And it hears *ratios*: so we take the
# logarithm. A level against full scale is given in **dBFS**:
#
# $$\text{power} = \frac1N \sum_n \text{amplitudes}[n]^2$$
#
# $$\text{level} = 10 \log_{10} \text{power} = 20 \log_{10} \text{RMS}$$
#
# Ten for a power, twenty for an amplitude, which is its root: the two are equal. 0 dBFS is an RMS of 1; half the amplitude is 6 dB less, a tenth is 20 dB less.

# %%
for name in ("yes_loud", "no_loud", "yes_quiet"):
    print(f"{name:10}", audio.level(audio.clip(name)))

# %% [markdown]
# > **Note: which sine reads 0?** With this convention only a square wave fills full scale; a sine that just touches $\pm 1$ has a mean square of ½ and reads −3.01 dBFS.
# > The standard AES17 adds 3.01 dB, so that this sine reads 0. Both are in use, so a level without its convention is uncertain by 3 dB. This course adds nothing.

# %% [markdown]
# > **Exercise 2 · `rms_dbfs`** (3 points)
# >
# > - The logarithm of silence is minus infinity, and no meter shows that. Powers below $10^{-10}$ count as $10^{-10}$: a **floor** at −100 dBFS.
# > - `max(a, b)` takes the larger of two numbers.


# %% nbgrader={"grade": false, "grade_id": "rms_dbfs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rms_dbfs(amplitudes):
    """RMS level in dB against full scale 1, never below -100 dBFS: a float."""
    ### BEGIN SOLUTION
    # the mean of the squared amplitudes: the power
    power = np.mean(np.square(amplitudes))
    # nothing is fainter than 1e-10
    audible = max(power, 1e-10)
    # ten times the ten-based logarithm, for this is a power
    level = 10 * np.log10(audible)
    ### END SOLUTION
    return level


# %% nbgrader={"grade": true, "grade_id": "check_rms_dbfs", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(rms_dbfs)

# %% [markdown]
# A sine at full scale, by your meter, and by the closed form $10 \log_{10} \tfrac12$:

# %%
seconds = np.arange(audio.SAMPLE_RATE) / audio.SAMPLE_RATE
full_sine = np.sin(2 * np.pi * 1000 * seconds)
agreement(rms_dbfs(full_sine), 10 * np.log10(0.5))

# %% [markdown]
# ## Too few samples: a tone in disguise
#
# **Predict first.** Two tones, 3000 Hz and 5000 Hz, each sampled 8000 times a second. How do they differ?

# %%
n = np.arange(8000)
tone_3000 = 0.3 * np.sin(2 * np.pi * 3000 * n / 8000)
tone_5000 = 0.3 * np.sin(2 * np.pi * 5000 * n / 8000)
audio.compare({"3000 Hz": tone_3000, "5000 Hz": tone_5000}, sample_rate=8000)

# %% [markdown]
# Your ears are fine. The two lists hold the same numbers, but for the sign:

# %%
agreement(-tone_5000, tone_3000)

# %%
fine = np.linspace(0, 0.001, 801)
# the right of the picture stays empty, for the names
empty = np.full(400, np.nan)
slow = np.append(np.sin(2 * np.pi * 3000 * fine), empty)
fast = np.append(-np.sin(2 * np.pi * 5000 * fine), empty)
joined = np.append(np.interp(fine, n[:9] / 8000, tone_3000[:9] / 0.3), empty)
waves = {"3000 Hz": slow, "5000 Hz, turned over": fast, "the samples, joined": joined}
title = "At every sample (the corners) both waves have the same value."
plot.curves(np.arange(1201) / 800, waves, title, "time in ms", "amplitude")

# %% [markdown]
# So a frequency $f$ can't be told from $f_s - f$, nor from $f + f_s$. Only frequencies below $f_s / 2$ keep their name (the **sampling theorem**; half the
# sample rate is called the *Nyquist frequency*). What lies above is *folded* down to
#
# $$f_\text{heard} = |f - f_s \cdot \text{round}(f / f_s)|$$
#
# and that is **aliasing**.

# %%
true_hz = np.linspace(0, 20000, 2001)
heard_hz = np.abs(true_hz - 8000 * np.round(true_hz / 8000))
title = "At 8000 samples a second nothing is heard above 4000 Hz: it folds."
plot.curves(true_hz, {"": heard_hz}, title, "frequency of the tone in Hz", "heard in Hz")

# %% [markdown]
# Now in the wild. A tone that rises from 100 to 8000 Hz; of its samples we keep every third, and nothing else is done.

# %%
chirp = audio.clip("chirp")
low_rate = audio.SAMPLE_RATE // 3
thinned = chirp[::3]
audio.play(thinned, f"every third sample: {low_rate} a second", low_rate)

# %%
power = np.abs(librosa.stft(thinned, n_fft=512, hop_length=64)) ** 2
title = "The tone only ever rises. What comes down is its alias."
plot.spectrogram(librosa.power_to_db(power, top_db=60), title, 64, low_rate)

# %% [markdown]
# The remedy: *first* take away what the lower rate can't hold, with a low-pass filter, *then* leave samples out. Every good resampler does both. Listen to the hisses:

# %%
voice = audio.clip("voice_espeak")
filtered = audio.resample(voice, audio.SAMPLE_RATE, low_rate)
audio.compare({"every third sample": voice[::3], "filtered first": filtered}, low_rate)

# %% [markdown]
# > **Note: there is no cure afterwards.** A folded tone is a true tone of the wrong frequency. No filter behind the sampling can tell it from one that belongs there.

# %% [markdown]
# ## Too few steps: the hiss of rounding
#
# Samples are measured evenly in time, and they are rounded evenly in height. With `bits` bits there are $2^\text{bits}$ steps from −1 to 1, so a
# step is $2 / 2^\text{bits}$ high, and the error of rounding is at most half a step. That is **quantisation**. (Strictly, 1 itself is one step too many. We let it stand.)


# %%
def quantise(amplitudes, bits):
    """Every amplitude moved to the nearest step."""
    step = 2 / 2**bits
    return np.round(amplitudes / step) * step


audio.compare({f"{bits} bits": quantise(welcome, bits) for bits in (16, 8, 4)})

# %%
stretch = slice(20600, 20800)
steps = {f"{bits} bits": quantise(welcome[stretch], bits) for bits in (16, 4)}
title = "Four bits make a staircase of a voice."
plot.curves(np.arange(200) / audio.SAMPLE_RATE, steps, title, "time in s", "amplitude")

# %% [markdown]
# If the error takes every value within its half step equally often, its mean square is $\text{step}^2 / 12$. Against the ½ of a full-scale sine, the
# **signal-to-noise ratio** should be
#
# $$\begin{aligned} \text{SNR} &= 10 \log_{10} \frac{1/2}{\text{step}^2 / 12} \\ &= 6.02 \cdot \text{bits} + 1.76 \end{aligned}$$
#
# in decibels: six of them a bit. A rule is soon written down; does it hold?

# %%
all_bits = np.arange(2, 17)
tone = np.sin(2 * np.pi * 997 * seconds)
noise = np.array([np.mean((quantise(tone, bits) - tone) ** 2) for bits in all_bits])
snr = {"measured": 10 * np.log10(0.5 / noise), "6.02 · bits + 1.76": 6.02 * all_bits + 1.76}
apart = np.max(np.abs(np.subtract(*snr.values())))
title = f"Measured and rule: never more than {apart:.1f} dB apart."
plot.curves(all_bits, snr, title, "bits", "SNR in dB")

# %% [markdown]
# That holds at *full scale*. A sound 40 dB lower is 40 dB nearer to the noise, and that is why one records as loudly as one can without clipping.

# %% [markdown]
# ## Play: how much can go?
#
# Take samples away, take bits away. Which can you hear first? *Go down to 3675 samples a second, and switch the filter on and off.*

# %%
sampling_explorer(voice)

# %% [markdown]
# ## What a sound is made of
#
# Three tones at once. Your ear takes them apart. How can numbers?

# %%
chord = audio.clip("chord")
audio.play(chord, "chord")

# %% [markdown]
# The **discrete Fourier transform** compares the signal with one turning pointer for each frequency:
#
# $$X[k] = \sum_{n=0}^{N-1} x[n]\, e^{-2\pi i k n / N}$$
#
# Bin $k$ stands for the frequency $k \cdot f_s / N$. The sum grows with $N$, so divide by $N$ to get something that doesn't depend on how long you listened. Try it on
# one tone of amplitude 0.8, four periods in 64 samples:

# %%
pure = 0.8 * np.cos(2 * np.pi * 4 * np.arange(64) / 64)
both_sides = np.fft.fftshift(np.abs(np.fft.fft(pure)) / 64)
title = f"One tone of amplitude 0.8, yet two peaks of {both_sides.max():.1f}, at 4 and at −4."
plot.curves(np.arange(-32, 32), {"": both_sides}, title, "bin k", "|X[k]| / N")

# %% [markdown]
# A real wave is two pointers that turn against each other, $\cos\varphi = \tfrac12 e^{i\varphi} + \tfrac12 e^{-i\varphi}$, and each has half of it. So every real signal has
# **negative frequencies**, be it a tone or a square wave:

# %%
square = np.repeat([1.0, -1.0], 50)
tones = {"sine": np.sin(2 * np.pi * np.arange(100) / 100), "square wave": square}
audio.compare({name: 0.3 * np.tile(period, 200) for name, period in tones.items()})

# %%
both_sides = np.fft.fftshift(np.abs(np.fft.fft(square))) / 100
title = "A square wave holds the odd multiples of its frequency: on both sides."
plot.curves(np.arange(-50, 50), {"": both_sides}, title, "bin k", "|X[k]| / N")

# %% [markdown]
# But the left side holds nothing new: $X[-k]$ is the complex conjugate of $X[k]$. So we show bins $0 \dots N/2$ only, and give each what its partner had: *times two*.
#
# All of them? **Predict first:** a constant of 0.5, a tone of 0.3 on bin 5, and the fastest wave there is, 0.2 up and 0.2 down. We double everything:

# %%
m = np.arange(64)
mixture = 0.5 + 0.3 * np.cos(2 * np.pi * 5 * m / 64) + 0.2 * (-1.0) ** m
everything_doubled = 2 * np.abs(np.fft.rfft(mixture)) / 64
for k in (0, 5, 32):
    print(f"bin {k} reads {everything_doubled[k]:.1f}")

# %% [markdown]
# Two of three are wrong, by two: bin 0 (**DC**, the mean) and bin $N/2$ (**Nyquist**) are partners of themselves. They have nobody to inherit from. And if $N$ is *odd*, there is no bin $N/2$ at all:
# then the last bin has a partner as well.
#
# > **Exercise 3 · `amplitude_spectrum`** (4 points)
# >
# > - A tone of amplitude $a$ that lies on a bin should read $a$ there, be it DC, inside, or Nyquist.
# > - `np.fft.rfft` gives the bins $0 \dots \lfloor N/2 \rfloor$, unscaled.
# > - For `sides`, compare bin numbers with 0 and with half of $N$ (a true half, which for odd $N$ no whole number meets). `np.where(condition, 2, 1)` chooses.


# %% nbgrader={"grade": false, "grade_id": "amplitude_spectrum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def amplitude_spectrum(amplitudes, sample_rate):
    """One-sided spectrum: float [2, n_samples // 2 + 1], row 0 in Hz, row 1 amplitudes."""
    n_samples = len(amplitudes)
    # the numbers of the bins, from 0 up to half of n_samples, rounded down
    bins = np.arange(n_samples // 2 + 1)
    ### BEGIN SOLUTION
    # the frequency of each bin in Hz
    hertz = bins * sample_rate / n_samples
    # the magnitude of each bin, divided by the number of samples
    magnitudes = np.abs(np.fft.rfft(amplitudes)) / n_samples
    # 2 for a bin that stands for a pair, 1 for a bin that is its own partner
    sides = np.where((bins > 0) & (bins < n_samples / 2), 2, 1)
    # both rows
    spectrum = np.stack([hertz, sides * magnitudes])
    ### END SOLUTION
    return spectrum


# %% nbgrader={"grade": true, "grade_id": "check_amplitude_spectrum", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(amplitude_spectrum)

# %% [markdown]
# SciPy can do it too. Its `periodogram` gives powers; that of a tone of amplitude $a$ is $a^2/2$. We will look at sounds through this, in decibels:


# %%
def spectrum_in_db(amplitudes):
    """The level of every frequency, in Hz and dB; what is not there yet stays away."""
    if amplitudes is ...:
        return ..., ...
    rate = audio.SAMPLE_RATE
    hertz, power = scipy.signal.periodogram(amplitudes, rate, detrend=False, scaling="spectrum")
    return hertz, 10 * np.log10(power + 1e-12)


# %%
hertz, level = spectrum_in_db(chord)
peaks, _ = scipy.signal.find_peaks(level, height=np.max(level) - 10, distance=50)
title = "There they are: " + ", ".join(f"{hz:.1f} Hz" for hz in hertz[peaks]) + "."
plot.curves(hertz[:2000], {"": level[:2000]}, title, "frequency in Hz", "level in dB")

# %% [markdown]
# ## Yes and no, loud and quiet
#
# Four recordings, two words, two levels. As waves:

# %%
words = {}
for name in ("yes_loud", "yes_quiet", "no_loud", "no_quiet"):
    words[name.replace("_", ", ")] = audio.clip(name)
audio.compare(words)

# %%
panels = {}
for title, word in words.items():
    panels[title] = (np.arange(len(word)) / audio.SAMPLE_RATE, word)
plot.curves_beside(panels, "time in s", "amplitude")

# %% [markdown]
# The wave shows *how loud*, and the quiet ones as nearly flat lines. As spectra, in dB against full scale:

# %%
panels = {title: spectrum_in_db(word) for title, word in words.items()}
plot.curves_beside(panels, "frequency in Hz", "level in dB")

# %% [markdown]
# Quiet is the same curve, 20 dB lower: in decibels a volume knob *shifts*. Yes and no part above 4 kHz: yes ends in a hiss. But *that it comes at the end*, a spectrum can't say. The last
# picture can, and lesson 02 is about it:

# %%
panels = {}
for title, word in words.items():
    power = np.abs(librosa.stft(word, n_fft=512, hop_length=64)) ** 2
    panels[title] = (librosa.power_to_db(power, ref=1.0, amin=1e-7, top_db=None), 64)
plot.spectrograms(panels)

# %% [markdown]
# **Your own voice.** Press *Record*, say "yes", press *Stop*. No microphone? Choose a file, or one of the course's clips. Nothing leaves this computer.

# %%
recorder = Recorder(seconds=5)
recorder

# %% [markdown]
# Run the next two cells again after each recording.

# %%
mine = recorder.amplitudes
print(audio.level(mine))
audio.play(mine, "what the recorder holds")

# %%
hertz, level = spectrum_in_db(mine)
title = "Does your yes hiss above 4 kHz as well?"
plot.curves(hertz, {"": level}, title, "frequency in Hz", "level in dB")

# %% [markdown]
# If clipped samples are counted, step back from the microphone and record again: their peaks are gone for good.

# %% [markdown]
# ## Find the bug: a voice that speaks both ways
#
# Half a spectrum is enough, if one can make the other half when it is needed. A colleague stored $X[0] \dots X[N/2]$ of a sentence, and now mirrors it, with
# `[X, X[::-1]]`, to go back to sound. **Predict first:** what will you hear?

# %%
half = np.fft.rfft(voice)
mirrored = np.concatenate([half, half[::-1]])
back = np.fft.ifft(mirrored)
audio.play(back.real, "the real part of what came back")

# %% [markdown]
# Somebody speaks, and somebody speaks *backwards*, at the same time. Two things could have warned you:

# %%
imaginary = np.linalg.norm(back.imag) / np.linalg.norm(back.real)
print(f"{len(voice)} samples became {len(back)}.")
print(f"Their imaginary part is {imaginary:.0%} as strong as the real one.")

# %% [markdown]
# A whole spectrum of a real signal is **Hermitian**: bin $N - k$ holds the complex *conjugate* of bin $k$. Without the conjugate every phase in the upper half is turned over, and to turn over
# all phases is to play backwards.
#
# > **Exercise 4 · `whole_spectrum`** (2 points)
# >
# > - This is the colleague's code. One line is wrong, in two ways. Mend it.
# > - `mirrored` should hold `n_missing` bins. Which bins have a partner among the negative frequencies, and which are their own? Write down $k$ and $N - k$ for $N = 6$, and for $N = 7$.


# %% nbgrader={"grade": false, "grade_id": "whole_spectrum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def whole_spectrum(half, n_samples):
    """All bins of a real signal, from bins 0 to n_samples // 2: complex [n_samples]."""
    # so many bins stand for negative frequencies
    n_missing = n_samples - len(half)
    # the partners of bins n_missing, ..., 2, 1, in this order
    ### BEGIN SOLUTION
    mirrored = np.conj(half[1 : n_missing + 1])[::-1]  # released as: half[::-1]
    ### END SOLUTION
    whole = np.concatenate([half, mirrored])
    return whole


# %% nbgrader={"grade": true, "grade_id": "check_whole_spectrum", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(whole_spectrum)

# %%
back = np.fft.ifft(whole_spectrum(half, len(voice)))
audio.play(back.real, "with your mirror")

# %% [markdown]
# ## Fast: the transform in half the time, and half again
#
# Taken by its formula, a transform of $N$ samples costs $N^2$ complex multiplications. For one second of our sounds that is nearly half a billion. In 1965 Cooley and Tukey published another
# way to *the same* result (Gauss had known it in 1805). Split the samples into those with even and those with odd numbers:
#
# $$\begin{aligned} X[k] &= E[k] + e^{-2\pi i k / N}\, O[k] \\ X[k + \tfrac N2] &= E[k] - e^{-2\pi i k / N}\, O[k] \end{aligned}$$
#
# for $k = 0 \dots N/2 - 1$, where $E$ and $O$ are the transforms of the even and of the odd samples, each of half the length. Transform those *in the same way*, until one sample is left, which is its own transform.
#
# > **Exercise 5 · `fft_radix2`** (4 points)
# >
# > - The function calls itself, twice. The end of the recursion is there already.
# > - `x[::2]` has the samples 0, 2, 4, …; `x[1::2]` has 1, 3, 5, …
# > - The length is a power of two: 1, 2, 4, 8, … No library transforms here: you are building one.


# %% nbgrader={"grade": false, "grade_id": "fft_radix2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fft_radix2(x):
    """Fast Fourier transform of n samples, n a power of two: complex [n]."""
    n = len(x)
    if n == 1:
        return np.array(x, dtype=complex)
    ### BEGIN SOLUTION
    # the transform of the samples with even numbers: complex [n // 2]
    even = fft_radix2(x[::2])
    # the transform of the samples with odd numbers: complex [n // 2]
    odd = fft_radix2(x[1::2])
    # odd, its bin k turned by the angle -2 pi k / n
    turned = np.exp(-2j * np.pi * np.arange(n // 2) / n) * odd
    # bins 0 up to n / 2 - 1, and behind them bins n / 2 up to n - 1
    spectrum = np.concatenate([even + turned, even - turned])
    ### END SOLUTION
    return spectrum


# %% nbgrader={"grade": true, "grade_id": "check_fft_radix2", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(fft_radix2)

# %% [markdown]
# The FFT is **exact**: no approximation, the same sum in a better order. Only rounding differs, in the 16th digit. On 4096 samples of speech:

# %%
speech = welcome[20000:24096]

# %%
agreement(fft_radix2(speech), np.fft.fft(speech.astype(float)))

# %% [markdown]
# **What it saves.** Each of the $\log_2 N$ levels of the recursion multiplies $N/2$ times. So it is $\tfrac N2 \log_2 N$ against $N^2$:

# %%
sizes = 2 ** np.arange(1, 15)
by_formula, by_halving = sizes**2, sizes // 2 * np.log2(sizes)
print(f"N = 1024: {by_formula[9]:,} against {by_halving[9]:,.0f} multiplications")
powers = {"formula: N²": np.log10(by_formula), "FFT: N/2 · log₂ N": np.log10(by_halving)}
title = "Each unit upwards is ten times the work: the gap widens."
plot.curves(np.log2(sizes), powers, title, "log₂ N", "log₁₀ of the multiplications")

# %% [markdown]
# Counting is one thing, the clock another. The formula as NumPy writes it, all products at once:


# %%
def by_the_formula(x):
    """All n² products."""
    n = np.arange(len(x))
    return np.sum(np.exp(-2j * np.pi * np.outer(n, n) / len(x)) * x, axis=1)


def milliseconds_of(transform, size):
    """The quickest of three runs."""
    x = speech[:size].astype(float)
    return 1000 * min(timeit.repeat(lambda: transform(x), number=1, repeat=3))


def tell_times(name, transform):
    """Milliseconds for 64, 256 and 1024 samples."""
    if transform(speech[:2]) is not ...:
        times = [milliseconds_of(transform, size) for size in (64, 256, 1024)]
        print(f"{name:12}", *(f"{time:9.3f} ms" for time in times))


# %%
tell_times("the formula", by_the_formula)
tell_times("np.fft.fft", np.fft.fft)

# %%
tell_times("yours", fft_radix2)

# %% [markdown]
# From left to right: 64, 256 and 1024 samples. The formula gets dearer much faster than the length. Your recursion, in plain Python, pays for every call, so on few samples the formula may win. NumPy's is the same idea in compiled code,
# and takes lengths that are no powers of two as well.

# %% [markdown]
# ## Take the hum away
#
# A voice, and the mains. Here is what a bad cable sounds like:

# %%
hummed = audio.clip("hum_and_voice")
audio.play(hummed, "a voice above a hum")

# %%
hertz, level = spectrum_in_db(hummed)
low = hertz < 600
title = "Needles at 50 and 100 Hz: the hum. (A third, at 150, the voice hides.)"
plot.curves(hertz[low], {"": level[low]}, title, "frequency in Hz", "level in dB")

# %% [markdown]
# A **band-pass** lets through what lies between two frequencies, as a telephone does: 300 to 3400 Hz carry speech, and no hum. The *Butterworth* filter is the one whose
# passband is as flat as can be. It works sample by sample, on what was and never on what will be (it is **causal**), as a chain of small filters of second order:
#
# $$\begin{aligned} y[n] = b_0\, x[n] &+ b_1\, x[n-1] + b_2\, x[n-2] \\ &- a_1\, y[n-1] - a_2\, y[n-2] \end{aligned}$$
#
# Such a **second-order section** is a row of six numbers, $b_0, b_1, b_2, 1, a_1, a_2$. A band-pass of order 4 has four of them.
#
# > **Exercise 6 · `bandpass`** (3 points)
# >
# > - `scipy.signal.butter` designs it. Hand over the order, both frequencies as one list, `btype`, `fs` (then they are in Hz), and say `output="sos"`.
# > - `scipy.signal.sosfilt` runs sections over a signal, from the first sample to the last.


# %% nbgrader={"grade": false, "grade_id": "bandpass", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bandpass(amplitudes, low_hz, high_hz, sample_rate, order=4):
    """What lies between two frequencies, by a causal Butterworth filter: float [n_samples]."""
    ### BEGIN SOLUTION
    # the second-order sections of the filter: float [order, 6]
    sections = scipy.signal.butter(order, [low_hz, high_hz], btype="bandpass", fs=sample_rate, output="sos")
    # the signal after all of them
    filtered = scipy.signal.sosfilt(sections, amplitudes)
    ### END SOLUTION
    return filtered


# %% nbgrader={"grade": true, "grade_id": "check_bandpass", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(bandpass)

# %%
cleaned = bandpass(hummed, 300, 3400, audio.SAMPLE_RATE)
audio.compare({"before": hummed, "after your filter": cleaned})

# %%
after = spectrum_in_db(cleaned)[1]
levels = {"before": level[low], "after": after if after is ... else after[low]}
title = "The needles, before and after your filter."
plot.curves(hertz[low], levels, title, "frequency in Hz", "level in dB")

# %% [markdown]
# The voice got thinner: its own fundamental lies below 300 Hz, and went with the hum. Try `bandpass(hummed, 120, 8000, audio.SAMPLE_RATE)`: what comes back, and what comes back with it?

# %% [markdown]
# ## Why sections, and not one long polynomial
#
# `butter` offers another form, and does so by default: all sections multiplied out, to two lists of coefficients, `b, a`. In exact arithmetic both are one filter. In floats? A click through a narrow band, 300 to 400 Hz,
# order 6, in both forms:

# %%
click = np.zeros(4000)
click[0] = 1.0
design = {"N": 6, "Wn": (300, 400), "btype": "bandpass", "fs": audio.SAMPLE_RATE}
in_sections = scipy.signal.sosfilt(scipy.signal.butter(**design, output="sos"), click)
b, a = scipy.signal.butter(**design)
as_polynomial = scipy.signal.lfilter(b, a, click)

# %%
rings = {"polynomial": as_polynomial, "sections": in_sections}
levels = {name: 20 * np.log10(np.abs(ring) + 1e-12) for name, ring in rings.items()}
loudest = np.max(levels["polynomial"])
title = f"Sections ring and fade. The polynomial reaches {loudest:.0f} dB, and grows."
plot.curves(np.arange(4000) / audio.SAMPLE_RATE, levels, title, "time in s", "level in dB")

# %% [markdown]
# A filter is stable as long as its **poles**, the zeros of its denominator, lie within the unit circle. Those of a narrow band lie close below 1, side by side, and where zeros of a long polynomial crowd, the 16th digit of a
# coefficient moves them a long way:

# %%
orders = np.arange(1, 11)
radii = {"exact": [], "of the polynomial": []}
for order in orders:
    narrow = design | {"N": order}
    poles = scipy.signal.butter(**narrow, output="zpk")[1]
    rounded = np.roots(scipy.signal.butter(**narrow)[1])
    radii["exact"].append(np.max(np.abs(poles)))
    radii["of the polynomial"].append(np.max(np.abs(rounded)))

# %%
first = orders[np.array(radii["of the polynomial"]) > 1][0]
title = f"From order {first} on a pole leaves the unit circle: the filter explodes."
plot.curves(orders, radii, title, "order", "radius of the farthest pole")

# %% [markdown]
# A section has only two poles to hold, and nothing crowds. So: `output="sos"`, always.
#
# > **Note: causal, or both ways?** `sosfiltfilt` runs the filter forwards and then backwards. That keeps every wave in its place, and filters twice; but the answer begins *before* the question. Good for a recording, impossible on a
# > live microphone.

# %% [markdown]
# ## Yours and theirs
#
# What you have built, beside what the libraries ship:

# %%
agreement(peak_normalise(welcome), librosa.util.normalize(welcome))

# %%
hertz, power = scipy.signal.periodogram(mixture, 64, detrend=False, scaling="spectrum")
# half of a tone's squared amplitude is its power; a constant, and the wave at Nyquist, have all of it
theirs = np.stack([hertz, np.sqrt(np.where((hertz == 0) | (hertz == 32), 1, 2) * power)])
agreement(amplitude_spectrum(mixture, 64), theirs)

# %%
b, a = scipy.signal.butter(4, (300, 3400), btype="bandpass", fs=audio.SAMPLE_RATE)
agreement(cleaned, scipy.signal.lfilter(b, a, hummed))

# %% [markdown]
# At order 4 and in a wide band, even the polynomial is still right. It gives no warning before it isn't.
#
# From the next lesson on we call `np.fft.rfft`, and you know what is inside.

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A tone of 15 kHz is sampled at 22 050 Hz without a filter before it. What is heard?</summary>
# It folds to |15000 − 22050 · 1| = <b>7050 Hz</b>: a true tone of 7050 Hz, that no later filter can tell from one that belongs there.
# </details>
#
# <details><summary><b>2.</b> True or false: in a one-sided amplitude spectrum all bins but bin 0 are doubled.</summary>
# <b>False</b> in general. If the number of samples is even, the last bin is Nyquist, its own partner, and is not doubled either. It is true for an odd number: then there is no bin at Nyquist.
# </details>
#
# <details><summary><b>3.</b> A meter reads −3 dBFS for a sine at full scale, another reads 0. Which of them is broken?</summary>
# Neither. The first measures the RMS against 1, so only a square wave reaches 0; the second follows AES17 and adds 3.01 dB. Say which, whenever you write down a level.
# </details>

# %% [markdown]
# ## You can now explain
#
# - what a sample, a sample rate and a bit are, and what goes wrong with too few of each;
# - what peak, RMS and dBFS say, and what they leave open;
# - why a real signal needs only half a spectrum, and which bins stand for two;
# - why the FFT is fast and yet exact;
# - why filters are built of second-order sections.
#
# **Next, lesson 02:** the hiss of "yes" comes at its end. A spectrum that knows *when*.
