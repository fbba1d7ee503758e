# %% [markdown]
# # LESSON_NUMBER · LESSON_TITLE
#
# > **You hear** a voice, as it is and made brighter.
# > **You build** the filter that does it, in two steps: a pre-emphasis, with which many speech recognisers begin.
# > **You can say afterwards** which frequencies it lowers, which it raises, and by how many decibels.
# >
# > 15 minutes. You need lesson 01, or: a spectrum, and what a decibel is.

# %%
import librosa
import numpy as np
import scipy.signal

from course import audio, plot
from course.check import agreement, begin, check, hint, progress
from course.widgets.explorer import Explorer, Slider

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("LESSON_NAME")

# %% [markdown]
# ## A voice leans to one side
#
# Listen to the vowels, which are loud, and to the hisses, which are not.

# %%
voice = audio.clip("voice_slt")
audio.play(voice, "a voice")

# %%
plot.waveform(voice, "Vowels are loud, hisses are faint.")

# %% [markdown]
# The spectrum says the same. Here it is, averaged over the whole sentence:

# %%
hertz = librosa.fft_frequencies(n_fft=1024)
power = np.mean(np.abs(librosa.stft(voice, n_fft=1024)) ** 2, axis=1)
level = librosa.power_to_db(power, ref=np.max)
title = f"At 5 kHz the voice is {-level[hertz > 5000][0]:.0f} dB below its peak."
plot.curves(hertz, {"": level}, title, "frequency in Hz", "level in dB")

# %% [markdown]
# **The idea of this lesson.** What changes slowly from sample to sample is low, what changes quickly is high. So take from each sample a part of the one before it: of the slow only
# little is left. That is a **pre-emphasis**, and $a$, a bit less than 1, says how much of it:
#
# $$y[n] = x[n] - a\,x[n-1]$$

# %%
sounds = {"as it is": voice}
for a in (0.5, 0.97):
    sounds[f"a = {a}"] = librosa.effects.preemphasis(voice, coef=a, zi=[0.0])
audio.compare(sounds)

# %% [markdown]
# ## Step 1 · Emphasise
#
# Before the first sample there was silence: $x[-1] = 0$.
#
# > **Exercise 1 · `emphasise`** (2 points)
# >
# > - Each line with `<YOUR CODE>` is one step: replace its `...`, keep its name. The comment above says what it is to hold.
# > - Both steps are as long as the signal.


# %% nbgrader={"grade": false, "grade_id": "emphasise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def emphasise(amplitudes, coefficient=0.97):
    """Each sample less a part of the one before it: float [n_samples]."""
    ### BEGIN SOLUTION
    # the signal one sample later: it begins with 0, and its last sample is gone
    previous = np.concatenate([[0.0], amplitudes[:-1]])
    # what is new in each sample
    emphasised = amplitudes - coefficient * previous
    ### END SOLUTION
    return emphasised


# %% nbgrader={"grade": true, "grade_id": "check_emphasise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(emphasise)

# %% [markdown]
# Stuck? `hint(emphasise)` in a cell of your own helps, two or three times, and costs no point.

# %%
audio.compare({"before": voice, "after": emphasise(voice)})

# %% [markdown]
# ## Step 2 · What it does to a tone
#
# A tone of the frequency $f$ stays a tone; the filter only makes it louder or fainter. By which factor, follows from the formula, if $x[n]$ is $e^{2\pi i f n / f_s}$:
#
# $$|H(f)| = |1 - a\,e^{-2\pi i f / f_s}|$$
#
# From 0 Hz to half the sample rate it rises from $1 - a$ to $1 + a$.

# %%
lines = {}
for a in (0.5, 0.97):
    hz, response = scipy.signal.freqz([1, -a], fs=audio.SAMPLE_RATE)
    lines[f"a = {a}"] = 20 * np.log10(np.abs(response))
plot.curves(hz, lines, "Low tones are lowered, high tones gain 6 dB at most.", "frequency in Hz", "gain in dB")

# %% [markdown]
# ## Play: how bright?
#
# Move the slider. *From which value on do the vowels sound thin?*


# %%
def show(a):
    bright = librosa.effects.preemphasis(voice, coef=a, zi=[0.0])
    cells = librosa.amplitude_to_db(np.abs(librosa.stft(bright, n_fft=512)), top_db=70)
    lowest = 20 * np.log10(1 - a)
    caption = f"At 0 Hz the gain is {lowest:.1f} dB."
    return plot.spectrogram(cells, f"a = {a}", 128), audio.play(bright, f"a = {a}"), caption


Explorer({"a": Slider("Coefficient a", [0.0, 0.5, 0.8, 0.9, 0.97], 0.5)}, show)

# %% [markdown]
# ## Yours and theirs
#
# You have built what librosa and SciPy ship. (librosa guesses the sample before the first one; here it is told that there was silence.)

# %%
agreement(emphasise(voice), librosa.effects.preemphasis(voice, zi=[0.0]))

# %%
agreement(emphasise(voice, 0.5), scipy.signal.lfilter([1, -0.5], [1], voice))

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> By how many decibels does a pre-emphasis with a = 0.9 lower what lies close to 0 Hz?</summary>
# By 20 dB: the factor is 1 − 0.9, a tenth.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why the difference of neighbouring samples is bright;
# - what the coefficient does at 0 Hz, and at half the sample rate.
