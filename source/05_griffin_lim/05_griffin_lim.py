# %% [markdown]
# # 05 · The phase, thrown away and found again
#
# > **You hear** one sentence with its phase, without it, and with a phase that was guessed, corrected, and guessed again.
# > **You build** the inverse STFT, a test for windows, a measure, Griffin-Lim with momentum, and an inversion that runs while somebody speaks.
# > **You can say afterwards** why magnitudes are almost enough, how their phase is found, and what it costs to find it in real time.
# >
# > 75 to 90 minutes. You need lesson 02: frames, windows, the STFT.

# %%
import timeit

import librosa
import numpy as np
import scipy.signal

from course import audio, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.engine import magnitude_to_signal
from course.widgets import griffin_lim_explorer, griffin_lim_levels

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("05_griffin_lim")

# %% [markdown]
# ## A voice without its phase
#
# Three words, with which this lesson works to its end:

# %%
voice = audio.clip("welcome")[:30720].astype(float)
audio.play(voice, "the voice")

# %% [markdown]
# Its STFT: a table of complex numbers, each with a magnitude and a phase.

# %%
stft = librosa.stft(voice, n_fft=1024, hop_length=256)
magnitude, own_phase = np.abs(stft), np.angle(stft)
describe(stft)

# %% [markdown]
# Whatever works on *spectrograms* (the mel inversion of lesson 04, a neural network) gives magnitudes and no phase. So let us forget it, and go back to sound
# with another one: first with all phases zero, then with phases drawn at random. The magnitudes that go in are the true ones, to the last digit.

# %%
noise = 2 * np.pi * np.random.default_rng(5).random(magnitude.shape)
phases = {"its own phase": own_phase, "zero phase": np.zeros(magnitude.shape), "random phase": noise}
attempts = {name: librosa.istft(magnitude * np.exp(1j * angle), hop_length=256) for name, angle in phases.items()}
audio.compare(attempts)

# %% [markdown]
# Zero phase buzzes: each frame begins the same way, so something repeats with every frame, 22 050 / 256 = 86 times a second. Random phase is hoarse and far away,
# as if spoken through a pipe. And neither has the spectrogram that we asked for:

# %%
panels = {}
for title, sound in {"Asked for.": voice, "Got, with random phase: smeared.": attempts["random phase"]}.items():
    level = librosa.amplitude_to_db(
        np.abs(librosa.stft(sound, n_fft=1024, hop_length=256)), ref=magnitude.max(), top_db=None
    )
    panels[title] = (np.maximum(level, -60), 256)
plot.spectrograms(panels, top_hz=4000)

# %% [markdown]
# How can that be, when the magnitudes went in unchanged? Frames overlap. A sample lies in four of them, and four frames with unrelated phases contradict each other there: they
# partly cancel. **Most tables of complex numbers are not the STFT of any signal.** Those that are we call *consistent*.
#
# **The idea of this lesson.** The contradiction is also the way out. Every 256 samples come with 513 magnitudes, two for each sample: more than enough numbers to pin a
# signal down, but for its sign. So we look for a signal whose STFT has these magnitudes, by going to and fro between two demands,
#
# $$\text{right magnitude} \;\rightleftarrows\; \text{consistent}$$
#
# and for that we first need the way back from frames to a signal.

# %% [markdown]
# ## Step 1 · Lay the frames over each other
#
# One column of the STFT, back in time by `np.fft.irfft`, is a frame: not $x$ itself, but faded, $w\,x$. Here is the middle of a word:

# %%
window = scipy.signal.get_window("hann", 1024)
frame = np.fft.irfft(stft[:, 67])
plot.waveform(frame, "Frame 67, back in time: the voice, faded by w at both ends.")

# %% [markdown]
# `librosa.stft` centred this frame on sample $67 \cdot 256$, so its signal must stand there, too. Frame $t$ is laid at sample $tH$ of the padded signal, and where frames overlap, they are **added**:
#
# $$\text{total}[n + tH] \mathrel{+}= \text{frames}[n, t]$$
#
# > **Note: `+=` with a table of places.** `total[places] += frames` looks right and is wrong: where a place occurs several times, NumPy keeps only one of the sums. `np.bincount(places, weights=values)`
# > adds up all values that share a place. (It wants flat arrays: `.ravel()`.)

# %% [markdown]
# > **Exercise 1 · `overlap_add`** (2 points)
# >
# > - `places` is the table of lesson 02, from where frames were *read*: a column of sample numbers plus a row of frame starts.
# > - Now use it the other way round: the value in row n and column t of `frames` *goes to* `places[n, t]`.


# %% nbgrader={"grade": false, "grade_id": "overlap_add", "locked": false, "schema_version": 3, "solution": true, "task": false}
def overlap_add(frames, hop_length):
    """Frames in columns, added up at their places: float [window_length + hop_length * (n_frames - 1)]."""
    window_length, n_frames = frames.shape
    ### BEGIN SOLUTION
    # sample n of frame t belongs to place n + t * hop_length: int [window_length, n_frames]
    places = np.arange(window_length)[:, None] + hop_length * np.arange(n_frames)
    # all values that share a place, added up
    total = np.bincount(places.ravel(), weights=frames.ravel())
    ### END SOLUTION
    return total


# %% nbgrader={"grade": true, "grade_id": "check_overlap_add", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(overlap_add)

# %% [markdown]
# Stuck? `hint(overlap_add)` in a cell of your own. No hint costs a point.

# %% [markdown]
# ## Step 2 · The buzz, and how it goes away
#
# Before a frame is added it is faded **once more**. A changed phase makes a frame jump at its edges; faded, the jump is never heard. The price: a frame was $w\,x$, and is now $w^2 x$.
# Take a chord, frames of 512 samples, a hop of half a window, fade twice, and add:

# %%
chord = audio.clip("chord").astype(float)[:22016]
fade = scipy.signal.get_window("hann", 512)
faded_twice = librosa.util.frame(np.pad(chord, 256), frame_length=512, hop_length=256) * fade[:, None] ** 2
undivided = overlap_add(faded_twice, 256)
audio.compare({"the chord": chord, "its frames, faded twice and added": undivided})

# %% [markdown]
# You can see what you hear: instead of $x$ the sum holds $x \cdot \sum_t w^2[n - tH]$. That factor is the **window-square sum**. `librosa.filters.window_sumsquare` adds it up:

# %%
window_square_sum = librosa.filters.window_sumsquare(
    window="hann", n_frames=20, hop_length=256, win_length=512, n_fft=512
)
seconds = np.arange(1024) / audio.SAMPLE_RATE
title = f"A hop of half a window: the sum of squares swings {audio.SAMPLE_RATE / 256:.0f} times a second."
plot.curves(seconds, {"w² summed": window_square_sum[1024:2048]}, title, "time in s", "window-square sum")

# %%
chord_faded = chord * window_square_sum[np.arange(len(chord)) % 256 + 1024]
plot.waveform(chord_faded, "The chord in that envelope: it goes down to one half, and up again.", start=0.5, end=0.56)

# %% [markdown]
# The cure is one division. With it the way back is not only free of the buzz: among *all* signals it gives the one whose STFT is nearest to the table, in the sum of squares. (Griffin and Lim proved that in 1984. It is why one
# fades by $w$ again, and divides by $\sum w^2$, where fading once and dividing by $\sum w$ would invert as well.)
#
# $$x[n] = \frac{\sum_t w[n - tH]\;\text{frames}[n - tH, t]}{\sum_t w^2[n - tH]}$$

# %% [markdown]
# > **Exercise 2 · `get_istft`** (4 points)
# >
# > - `window` is given, as a column. `np.fft.irfft` wants to know the axis, and `n`: a one-sided spectrum alone does not say whether the window was even or odd.
# > - For the window-square sum, lay squared windows over each other: one column for each frame. `np.tile(column, n)` repeats a column n times.
# > - Divide only where the sum exceeds 1e-12: where it is zero there is nothing to divide. `np.where(condition, a, b)` picks cell by cell.
# > - Half a window of padding stands before the signal. `librosa.util.fix_length(x, size=…)` cuts, or fills with zeros.


# %% nbgrader={"grade": false, "grade_id": "get_istft", "locked": false, "schema_version": 3, "solution": true, "task": false}
def get_istft(stft, window_length, hop_length, length):
    """Signal whose STFT comes nearest to the given table: float [length]."""
    window = scipy.signal.get_window("hann", window_length)[:, None]
    ### BEGIN SOLUTION
    # every column back in time, and faded once more: float [window_length, n_frames]
    frames = np.fft.irfft(stft, n=window_length, axis=0) * window
    # the frames, laid over each other
    total = overlap_add(frames, hop_length)
    # the squared windows, laid over each other in the same way
    window_square_sum = overlap_add(np.tile(window**2, stft.shape[1]), hop_length)
    # divided, where there is something to divide by
    padded = total / np.where(window_square_sum > 1e-12, window_square_sum, 1)
    # without the half window of padding in front, and as long as asked for
    signal = librosa.util.fix_length(padded[window_length // 2 :], size=length)
    ### END SOLUTION
    return signal


# %% nbgrader={"grade": true, "grade_id": "check_get_istft", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(get_istft)

# %% [markdown]
# There and back again. How much of the voice is lost?

# %%
agreement(get_istft(stft, 1024, 256, len(voice)), voice)

# %% [markdown]
# Nothing but the rounding of float64.

# %% [markdown]
# ## Which windows can be undone?
#
# Two conditions go by similar names, and are often taken for each other:
#
# - **COLA**, constant overlap-add: the sum of the shifted *windows* is the same everywhere;
# - **NOLA**, nonzero overlap-add: the sum of their *squares* is nowhere zero.
#
# Look at the periodic Hann window at a hop of half its length, 256 of 512. *Predict:* which of the two curves is flat?

# %%
periods = np.tile(fade, 2) + np.tile(np.roll(fade, 256), 2)
squares = np.tile(fade**2, 2) + np.tile(np.roll(fade**2, 256), 2)
sums = {"windows": periods, "squared windows": squares}
title = "The windows sum to one. Their squares do not, but never come near zero."
plot.curves(np.arange(1024), sums, title, "sample n", "sum over all shifts")

# %% [markdown]
# So a Hann window at 50 % is COLA, its square is not. And is the voice lost? SciPy tests the conditions, librosa inverts:

# %%
for hop in (256, 512, 700, 1023, 1024):
    tone = np.random.default_rng(0).standard_normal(20 * hop)
    table = librosa.stft(tone, n_fft=1024, hop_length=hop)
    error = np.max(np.abs(librosa.istft(table, n_fft=1024, hop_length=hop, length=len(tone)) - tone))
    cola, nola = (test(window, 1024, 1024 - hop) for test in (scipy.signal.check_COLA, scipy.signal.check_NOLA))
    print(
        f"hop {hop:4}: COLA {cola!s:5}  squares constant {scipy.signal.check_COLA(window**2, 1024, 1024 - hop)!s:5}  NOLA {nola!s:5}  largest error {error:.0e}"
    )

# %% [markdown]
# For a perfect way back **NOLA is enough**: at a hop of 700 nothing is constant, and nothing is lost. At 1024 frames stand side by side, the window is zero where they meet,
# and what was multiplied by zero is gone. At 1023 it is not quite gone: SciPy calls a sum of squares below $10^{-10}$ zero, and a division by so little would blow up every
# later change of the table.
#
# > **Note: NOLA says that you *can* divide, COLA that you need not.** A text that asks for COLA of the window means a way back without a second fade and without a division; one that asks for COLA of
# > the squared window, two fades without a division.

# %% [markdown]
# > **Exercise 3 · `is_nola`** (2 points)
# >
# > - The sum over all shifts repeats after one hop. So fold the window: cut it into pieces of one hop, lay them over each other, and add their squares.
# > - The last piece may be short: fill the window with zeros up to whole hops first. `-(-a // b)` divides and rounds *up*.
# > - Zero means: not above 1e-10, as in SciPy. A hop may be longer than the window.


# %% nbgrader={"grade": false, "grade_id": "is_nola", "locked": false, "schema_version": 3, "solution": true, "task": false}
def is_nola(window, hop_length):
    """Whether squared windows, one every hop_length samples, sum to more than 1e-10 everywhere: a bool."""
    ### BEGIN SOLUTION
    # how many pieces of one hop the window is cut into, the last one perhaps short
    n_pieces = -(-len(window) // hop_length)
    # the window with zeros at its end, up to whole pieces
    filled = np.pad(window, (0, n_pieces * hop_length - len(window)))
    # squared, and the pieces added up: float [hop_length]
    square_sum = np.sum(filled.reshape(n_pieces, hop_length) ** 2, axis=0)
    # the smallest of these sums decides: True or False
    answer = bool(np.min(square_sum) > 1e-10)
    ### END SOLUTION
    return answer


# %% nbgrader={"grade": true, "grade_id": "check_is_nola", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(is_nola)

# %%
mine = [is_nola(window, hop) for hop in (256, 512, 700, 1023, 1024)]
theirs = [scipy.signal.check_NOLA(window, 1024, 1024 - hop) for hop in (256, 512, 700, 1023, 1024)]
agreement(... if ... in mine else mine, theirs)

# %% [markdown]
# ## How far off?
#
# To improve a guess we must measure it. Take the signal that was found, transform it, and compare its magnitudes with those asked for. **Spectral convergence** is the error relative to the whole, in dB:
#
# $$\text{ratio} = \frac{\lVert\, |\text{estimate}| - \text{magnitude} \,\rVert}{\lVert \text{magnitude} \rVert}$$
#
# $$\text{decibels} = 20 \log_{10} \text{ratio}$$
#
# where $\lVert \cdot \rVert$ is the root of the sum of all squares. The lower, the better: 0 dB is as bad as silence, every $-20$ dB is a digit more.

# %% [markdown]
# > **Exercise 4 · `spectral_convergence_db`** (2 points)
# >
# > - `estimate` is a complex STFT, or its magnitudes: `np.abs` makes one of the other.
# > - `np.linalg.norm(table)` is the root of the sum of all squares.
# > - A perfect estimate would be $-\infty$ dB. Count no ratio below 1e-10: that is −200 dB.


# %% nbgrader={"grade": false, "grade_id": "spectral_convergence_db", "locked": false, "schema_version": 3, "solution": true, "task": false}
def spectral_convergence_db(estimate, magnitude):
    """How far the magnitudes of an STFT are from those asked for, in dB: a float."""
    ### BEGIN SOLUTION
    # by how much every cell is off: float [n_bins, n_frames]
    difference = np.abs(estimate) - magnitude
    # the size of all that, relative to the size of what was asked for
    ratio = np.linalg.norm(difference) / np.linalg.norm(magnitude)
    # in dB, and nothing is better than -200 dB
    decibels = 20 * np.log10(max(ratio, 1e-10))
    ### END SOLUTION
    return decibels


# %% nbgrader={"grade": true, "grade_id": "check_spectral_convergence_db", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(spectral_convergence_db)

# %% [markdown]
# Two small helpers for the rest of the lesson, and the three voices of the beginning, measured:


# %%
def level_of(signal):
    """Spectral convergence of a signal against the voice, in dB; `...` as long as one of them is."""
    return (
        ... if signal is ... else spectral_convergence_db(librosa.stft(signal, n_fft=1024, hop_length=256), magnitude)
    )


def tell(name, level):
    """Print a level in dB."""
    print(f"{name:27}", "a step above is still ..." if level is ... else f"{level:7.1f} dB")


# %%
for name, sound in attempts.items():
    tell(name, level_of(sound))

# %% [markdown]
# *Predict before you run:* the voice upside down, $-x$. Every sample is wrong. What is its level?

# %%
tell("upside down", level_of(-voice))

# %% [markdown]
# Its magnitudes are perfect. No algorithm that sees only magnitudes can tell $x$ from $-x$, and your ear can't either.

# %% [markdown]
# ## Guess, correct, repeat
#
# Griffin and Lim's algorithm is four lines long, and you have the two hard ones already:
#
# 1. give the magnitudes asked for some phase (a table, very likely inconsistent);
# 2. the nearest *signal*: `get_istft`;
# 3. its STFT (consistent, but now the magnitudes are off);
# 4. keep its phase, put the magnitudes right, and go back to 2.
#
# $$\text{rebuilt} = \text{STFT}(\text{ISTFT}(\text{estimate}))$$
#
# $$\text{estimate} \leftarrow \text{magnitude} \cdot e^{\,i \angle \text{rebuilt}}$$
#
# Each of the two steps moves to the *nearest* table that meets its demand, so the distance between the two never grows. Hear how far one gets:

# %%
steps = {
    f"after {n}": librosa.griffinlim(magnitude, n_iter=n, hop_length=256, momentum=0, random_state=5)
    for n in (1, 8, 64)
}
audio.compare(steps)

# %% [markdown]
# **Momentum.** Steps get small soon, and all point about the same way. So take each of them a little further (Perraudin, Balazs and Søndergaard, 2013): remember the STFT of the step
# before, `previous`, and take the phase not of `rebuilt`, but of
#
# $$\text{change} = \text{rebuilt} - \text{previous}$$
#
# $$\text{ahead} = \text{rebuilt} + \text{momentum} \cdot \text{change}$$
#
# > **Note: another writing of the same.** librosa's code subtracts `momentum / (1 + momentum) * previous`. That is `ahead` divided by `1 + momentum`, and a positive factor changes no phase.
# > It is also why `previous = 0` is a harmless beginning: the first `ahead` is a multiple of `rebuilt`.

# %% [markdown]
# > **Exercise 5 · `griffin_lim`** (4 points)
# >
# > - The start, the loop, and the sizes are given. One turn of the loop is four steps and a memory.
# > - Use your own `get_istft`, and `librosa.stft(…, n_fft=…, hop_length=…)`.
# > - `np.exp(1j * np.angle(z))` has the phase of $z$, and the magnitude 1.


# %% nbgrader={"grade": false, "grade_id": "griffin_lim", "locked": false, "schema_version": 3, "solution": true, "task": false}
def griffin_lim(magnitude, phase, hop_length, n_iterations, momentum=0.99):
    """Signal for a magnitude spectrogram, from a first guess of its phase: float [hop_length * (n_frames - 1)]."""
    n_bins, n_frames = magnitude.shape
    window_length, length = 2 * (n_bins - 1), hop_length * (n_frames - 1)
    estimate, previous = magnitude * np.exp(1j * phase), 0
    for _ in range(n_iterations):
        ### BEGIN SOLUTION
        # the signal nearest to the estimate: float [length]
        signal = get_istft(estimate, window_length, hop_length, length)
        # its STFT: complex [n_bins, n_frames]
        rebuilt = librosa.stft(signal, n_fft=window_length, hop_length=hop_length)
        # further in the direction in which the last step went
        ahead = rebuilt + momentum * (rebuilt - previous)
        # the phase of that, with the magnitude that was asked for
        estimate = magnitude * np.exp(1j * np.angle(ahead))
        # remembered for the next turn
        previous = rebuilt
        ### END SOLUTION
    ### BEGIN SOLUTION
    # the signal nearest to the last estimate
    found = get_istft(estimate, window_length, hop_length, length)
    ### END SOLUTION
    return found


# %% nbgrader={"grade": true, "grade_id": "check_griffin_lim", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(griffin_lim)

# %%
found = {f"after {n}": griffin_lim(magnitude, noise, 256, n) for n in (0, 1, 32)}
audio.compare(found)

# %%
for name, sound in found.items():
    tell(name, level_of(sound))

# %% [markdown]
# After 32 turns the spectrograms can hardly be told apart. And the samples?

# %%
last = found["after 32"]
waves = {"the voice": voice[8000:8400], "found": ... if last is ... else last[8000:8400]}
plot.curves(np.arange(8000, 8400), waves, "The same pitch, and another wave.", "sample n", "amplitude (1 = full scale)")

# %%
tell("signal-to-noise ratio", ... if last is ... else 10 * np.log10(np.sum(voice**2) / np.sum((voice - last) ** 2)))

# %% [markdown]
# Sample by sample the difference is *louder than the voice*: the ratio is negative. Partials have moved against each other, whole syllables may stand on their heads. It sounds right all the same, for the ear hears
# magnitudes over time. So never judge such a signal by its samples.

# %% [markdown]
# ## How much momentum?
#
# *Predict:* if 0.99 is better than 0, is 1.3 better still? Four runs from the same random phase, measured after every turn. (The course's own
# Griffin-Lim runs here; it takes the same four lines, and tells its level on the way.)

# %%
turns = np.arange(33)
momenta = (0, 0.5, 0.99, 1.3)
curves = {f"momentum {momentum}": griffin_lim_levels(voice, noise, momentum, 32) for momentum in momenta}
title = "Momentum speeds the search up, until it overshoots."
plot.curves(turns, curves, title, "iterations", "spectral convergence in dB")

# %% [markdown]
# One random start is one throw of the dice. Over four starts, and by librosa, so that nothing hangs on our code:

# %%
import warnings


def librosa_level(momentum, seed):
    """Spectral convergence of librosa's Griffin-Lim after 32 iterations, in dB."""
    with warnings.catch_warnings(action="ignore"):  # librosa warns of any momentum above 1
        sound = librosa.griffinlim(magnitude, n_iter=32, hop_length=256, momentum=momentum, random_state=seed)
    error = np.abs(librosa.stft(sound, n_fft=1024, hop_length=256)) - magnitude
    return 20 * np.log10(np.linalg.norm(error) / np.linalg.norm(magnitude))


# %%
without = np.array([librosa_level(0, seed) for seed in range(4)])
for momentum in (0.5, 0.99, 1.3):
    gain = without - [librosa_level(momentum, seed) for seed in range(4)]
    print(
        f"momentum {momentum:4}: {np.mean(gain):+5.1f} dB gained, on average ({np.min(gain):+5.1f} to {np.max(gain):+5.1f})"
    )

# %% [markdown]
# Below 1 momentum gains decibels for nothing, and 0.99 gains the most of the three. Beyond 1 each step overshoots what the last one had gained: the search circles around, and all of the gain is lost again.

# %% [markdown]
# **A blind test.** One of these was made with momentum 0.99, the other without any; 32 iterations each, from the same phase. Which is which? Listen for a hoarse edge before you open the answer.

# %%
order = np.random.default_rng(81).permutation([0, 0.99])
pair = [librosa.griffinlim(magnitude, n_iter=32, hop_length=256, momentum=m, random_state=5) for m in order]
audio.compare(dict(zip("AB", pair, strict=True)))

# %% [markdown]
# <details><summary>Which is which?</summary>A was made with momentum, B without.</details>

# %% [markdown]
# ## Play: iterations, momentum, start
#
# Draw the first slider from 0 upwards, and listen at each stop. Then raise the momentum above 1. Which start is ahead at 0 iterations? Which at 32?


# %%
def aligned_phase(magnitude, hop_length):
    """Phase of frames that were turned to fit together: float [n_bins, n_frames]."""
    window_length, n_frames = 2 * (len(magnitude) - 1), magnitude.shape[1]
    pulses = np.fft.fftshift(np.fft.irfft(magnitude, axis=0), axes=0)
    fade = scipy.signal.get_window("hann", window_length)
    signal = np.zeros(window_length + hop_length * (n_frames - 1))
    for pulse, t in zip(pulses.T, range(n_frames), strict=True):
        there = signal[t * hop_length :][:window_length]
        match = np.fft.irfft(np.fft.rfft(there) * np.conj(np.fft.rfft(pulse)))
        there += np.roll(pulse, np.argmax(match)) * fade
    centred = signal[window_length // 2 :][: hop_length * (n_frames - 1)]
    return np.angle(librosa.stft(centred, n_fft=window_length, hop_length=hop_length))


# %%
starts = {"random phase": noise, "zero phase": 0 * noise, "aligned frames": aligned_phase(magnitude, 256)}
griffin_lim_explorer(voice, starts)

# %% [markdown]
# ## A better start
#
# The third start, `aligned_phase`, is older than it looks: speech was stretched in time like that in 1985 (Roucos and Wilgus), and the early inverters of ear models began with it (Slaney, Naar and Lyon, 1994). Every frame gets zero phase and is a pulse.
# Then, one after the other, each is **turned until it fits best** on what is there already: the turn with the largest cross-correlation, all turns at once by one FFT. Hear the three starts, without any iteration:

# %%
audio.compare({name: librosa.istft(magnitude * np.exp(1j * phase), hop_length=256) for name, phase in starts.items()})

# %%
from_start = {name: griffin_lim_levels(voice, phase, 0.99, 32) for name, phase in starts.items()}
title = "Aligned frames begin far ahead, and momentum makes up for it."
plot.curves(turns, from_start, title, "iterations", "spectral convergence in dB")

# %%
for name, line in from_start.items():
    for n in (0, 8, 32):
        print(f"{name + f', {n}':27} {line[n]:7.1f} dB")

# %% [markdown]
# A head start of several decibels at iteration 0, and nothing of it is left at 32. Where one can iterate, the start matters little; where one cannot, it is all there is.

# %% [markdown]
# ## Find the bug
#
# A colleague wants the voice back from its own STFT with the phase forgotten. The function runs, its variable is called `magnitude`, and the result is speech. Almost.
#
# > **Exercise 6 · `restore`** (2 points)
# >
# > - Listen first: what happened to the hiss in "Resound", and to the ends of the words? (Both sounds are brought to the same peak.)
# > - Find the line that does it, and mend it. One small change is enough.


# %% nbgrader={"grade": false, "grade_id": "restore", "locked": false, "schema_version": 3, "solution": true, "task": false}
def restore(stft, hop_length, n_iterations):
    """Signal of an STFT without the use of its phase: float [hop_length * (n_frames - 1)]."""
    # what Griffin-Lim is to find a phase for
    ### BEGIN SOLUTION
    magnitude = np.abs(stft)  # released as: np.abs(stft**2)
    ### END SOLUTION
    # with init=None all phases begin at zero
    return librosa.griffinlim(magnitude, n_iter=n_iterations, hop_length=hop_length, init=None)


# %%
restored = restore(stft, 256, 16)
restored = restored * np.max(np.abs(voice)) / np.max(np.abs(restored))
audio.compare({"the voice": voice, "restored, at the same peak": restored})

# %%
panels = {}
for title, sound in {"The voice.": voice, "Restored: are the faint cells where they were?": restored}.items():
    power = np.abs(librosa.stft(sound, n_fft=1024, hop_length=256)) ** 2
    panels[title] = (librosa.power_to_db(power, ref=np.max, top_db=60), 256)
plot.spectrograms(panels)

# %%
error = np.abs(librosa.stft(restored, n_fft=1024, hop_length=256)) - magnitude
print(f"spectral convergence {20 * np.log10(np.linalg.norm(error) / np.linalg.norm(magnitude)):.1f} dB")

# %% nbgrader={"grade": true, "grade_id": "check_restore", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(restore)

# %% [markdown]
# `np.abs(stft**2)` is **power**: what was 30 dB below the loudest cell is now asked for at 60 dB below, so what is faint is gone. Nothing crashes, nothing warns. The rule: *Griffin-Lim wants magnitude. Of a power spectrogram, take the root first.*

# %% [markdown]
# ## While somebody speaks
#
# Griffin-Lim wants the whole table before it starts. A telephone, a hearing aid, a voice changer cannot wait: they must settle frame $t$ when little more than frame $t$ is known. **Real-time iterative spectrogram inversion**
# (RTISI; Beauregard, Zhu and Wyse, 2005) does so:
#
# - frames before $t$ are *settled*: they have been heard, and never change;
# - frame $t$ and `look_ahead` frames after it are *open*: a few turns of Griffin-Lim for them alone, with the settled ones laid under;
# - then frame $t$ is settled, and one more is opened.
#
# A new frame's first phase comes from the tails of the frames that are already there, laid under its window. That is a far better guess than any random one.
#
# > **Note: what the look-ahead costs.** The first sample of frame $t$ waits for the last of frame $t + \text{look\_ahead}$: `window_length + look_ahead * hop_length` samples, whatever the processor's speed.

# %% [markdown]
# > **Exercise 7 · `rtisi`** (5 points)
# >
# > - Signals are as long as the whole here, padding included, so that a frame is always at its own place. `sketch` is the signal as it looks now, settled or not.
# > - `laid(frames, t)` is given: your `overlap_add`, from frame t on.
# > - A turn: read phases off the sketch, give them the magnitudes of `goal`, sketch anew.
# > - After the last frame, divide as in `get_istft`. `middle` is where the signal stands without its padding.


# %% nbgrader={"grade": false, "grade_id": "rtisi", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rtisi(magnitude, hop_length, n_iterations, look_ahead):
    """Signal for a magnitude spectrogram, settled frame by frame: float [hop_length * (n_frames - 1)]."""
    n_bins, n_frames = magnitude.shape
    window_length = 2 * (n_bins - 1)
    window = scipy.signal.get_window("hann", window_length)[:, None]
    # after the end comes silence to look ahead into
    wanted = np.pad(magnitude, ((0, 0), (0, look_ahead)))
    n_padded = window_length + hop_length * (n_frames + look_ahead - 1)

    def laid(frames, t):
        """Frames, the first of them number t, added up at their places: float [n_padded]."""
        stretch = overlap_add(frames, hop_length)
        return np.pad(stretch, (t * hop_length, n_padded - len(stretch) - t * hop_length))

    # nothing is settled yet, and the first sketch is a click in the middle of frame 0
    settled, sketch = np.zeros(n_padded), np.zeros(n_padded)
    sketch[window_length // 2] = 1
    for t in range(n_frames):
        # the open frames: where their samples stand, and which magnitudes they should have
        places = np.arange(window_length)[:, None] + hop_length * np.arange(t, t + look_ahead + 1)
        goal = wanted[:, t : t + look_ahead + 1]
        for _ in range(n_iterations):
            ### BEGIN SOLUTION
            # phase of the open frames, cut out of the sketch and faded: float [n_bins, look_ahead + 1]
            phase = np.angle(np.fft.rfft(sketch[places] * window, axis=0))
            # the goal with that phase, back in time, and faded once more: float [window_length, look_ahead + 1]
            frames = np.fft.irfft(goal * np.exp(1j * phase), axis=0) * window
            # what is settled, with the open frames laid on top: float [n_padded]
            sketch = settled + laid(frames, t)
            ### END SOLUTION
        ### BEGIN SOLUTION
        # the first of the open frames, frame t, is settled as well
        settled = settled + laid(frames[:, :1], t)
        ### END SOLUTION
    middle = slice(window_length // 2, window_length // 2 + hop_length * (n_frames - 1))
    ### BEGIN SOLUTION
    # the squared windows of all n_frames frames, laid over each other
    window_square_sum = overlap_add(np.tile(window**2, n_frames), hop_length)
    # all that is settled, divided, without the padding
    signal = settled[middle] / window_square_sum[middle]
    ### END SOLUTION
    return signal


# %% nbgrader={"grade": true, "grade_id": "check_rtisi", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check(rtisi)

# %%
live = {f"look-ahead {k}": rtisi(magnitude, 256, 4, k) for k in range(3)}
audio.compare(live)

# %%
for k, (name, sound) in enumerate(live.items()):
    latency = 1000 * (1024 + k * 256) / audio.SAMPLE_RATE
    tell(f"{name}, {latency:.0f} ms late", level_of(sound))
tell("Griffin-Lim, 32 turns", level_of(found["after 32"]))

# %% [markdown]
# Without ever seeing the end of the sentence, the real-time method comes nearer than 32 turns over the whole table, with two frames of look-ahead: it starts every frame from what is known, not from noise.
# The first frame of look-ahead gains the most, each further one less. And neither is free: with 4 turns for each group of open frames, a frame takes part in 4, 8 or 12 of them.

# %%
panels = {}
for title, sound in {
    "Asked for.": voice,
    "No look-ahead.": live["look-ahead 0"],
    "Two frames.": live["look-ahead 2"],
}.items():
    shown = (
        ...
        if sound is ...
        else librosa.amplitude_to_db(np.abs(librosa.stft(sound, n_fft=1024, hop_length=256)), ref=np.max, top_db=60)
    )
    panels[title] = (shown, 256)
plot.spectrograms(panels, top_hz=4000)

# %% [markdown]
# ## Yours and theirs
#
# The inverse STFT of librosa, and its Griffin-Lim with the same first phase:

# %%
agreement(get_istft(stft, 1024, 256, len(voice)), librosa.istft(stft, hop_length=256, length=len(voice)))

# %%
same_noise = 2 * np.pi * np.random.RandomState(1).random(magnitude.shape)
theirs = {n: librosa.griffinlim(magnitude, n_iter=n, hop_length=256, random_state=1) for n in (4, 12)}

# %%
agreement(griffin_lim(magnitude, same_noise, 256, 4), theirs[4])

# %% [markdown]
# With more iterations two honest programs part: a cell near zero has a phase that hangs on the last digit, and one turn hands that on to its neighbours. What they reach is the same:

# %%
tell("yours, 12", level_of(griffin_lim(magnitude, same_noise, 256, 12)))
tell("librosa's, 12", level_of(theirs[12]))

# %% [markdown]
# From the next lesson on we call `librosa.istft` and `librosa.griffinlim`, and you know every line of them.

# %% [markdown]
# ## What one more idea buys
#
# Noise and zeros are poor first guesses. The slopes of the magnitude say how the phase must turn: where a partial lies between two bins, its frequency can be read off its two neighbours in the table. The course's engine sums these slopes up, from the loudest cells to the faint ones
# (phase gradient integration: Průša, Balázs and Søndergaard, 2017), and begins *there*. Then 32 turns, as yours, in single precision:

# %%
searches = {
    "librosa, from noise": lambda: librosa.griffinlim(magnitude, n_iter=32, hop_length=256, random_state=1),
    "the engine": lambda: magnitude_to_signal(magnitude.T, iterations=32),
}
times = {name: 1000 * min(timeit.repeat(search, number=1, repeat=2)) for name, search in searches.items()}
heard = {name: search() for name, search in searches.items()}
audio.compare(heard)

# %%
for name, sound in heard.items():
    tell(f"{name}, {times[name]:.0f} ms", level_of(sound))

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A periodic Hann window of 1024 samples, a hop of 512. Somebody adds twice-faded frames and does not divide. By how many dB does the level swing?</summary>
# In the middle of a frame the sum of squares is 1² + 0² = 1, half-way between two it is 0.5² + 0.5² = 0.5. The amplitude swings between 1 and one half: 20 log₁₀ 2 = <b>6 dB</b>, once every hop.
# </details>
#
# <details><summary><b>2.</b> True or false: if spectral convergence is −200 dB, the signal has been found, sample by sample.</summary>
# <b>False.</b> −x has the same magnitudes as x. And where silence parts two words, each of them may have its own sign.
# </details>
#
# <details><summary><b>3.</b> A network gives you log power in dB. What do you do before Griffin-Lim?</summary>
# Undo the logarithm, then take the root: <code>np.sqrt(10 ** (decibels / 10))</code>, or in one step <code>10 ** (decibels / 20)</code>. Without the root every difference in level is doubled.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why true magnitudes with a wrong phase give a wrong spectrogram, and what *consistent* means;
# - why frames are faded twice, what the window-square sum is, and how COLA and NOLA differ;
# - what Griffin-Lim does in each turn, what its momentum gains, and where it loses;
# - why a good phase is not judged by its samples;
# - what a look-ahead buys in real time, and what it costs.
#
# **Next, lesson 06:** now that any spectrogram can be heard, let us paint on one.
