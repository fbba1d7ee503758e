# %% [markdown]
# # 04 · The way back begins
#
# > **You hear** two voices taken apart again, the part of a voice that its mel spectrogram has lost, and three ways of guessing it.
# > **You build** the pseudo-inverse, the way from mel back to a spectrum, and one step of a better way.
# > **You can say afterwards** which maps can be undone, what is lost where they can't, and why a perfect fit may be a bad guess.
# >
# > 60 to 90 minutes. You need lesson 03, or: what a mel filter bank does to a power spectrogram; and how matrices are multiplied.

# %%
import timeit

import librosa
import numpy as np
import scipy.linalg
import scipy.optimize

from course import audio, plot
from course.check import agreement, begin, check, hint, progress
from course.engine import mel_to_magnitude
from course.widgets import pinv_explorer

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("04_pseudo_inverse")

# %% [markdown]
# ## Two microphones, two voices
#
# Two people read the same sentence at the same time. Two microphones stand there, each nearer to one of them. (A real room adds echoes and delays; ours does not.)

# %%
woman, man = audio.clip("voice_slt"), audio.clip("voice_awb")[:59404]
voices = np.stack([woman, man]).astype(float)
mixing = np.array([[1.0, 0.6], [0.4, 1.0]])
microphones = mixing @ voices
audio.compare({"microphone 1": microphones[0], "microphone 2": microphones[1]})

# %% [markdown]
# What the room did is a **matrix**: each microphone hears a weighted sum of the voices. If we know the matrix, we can undo it, with the *inverse*:

# %%
apart = np.linalg.inv(mixing) @ microphones
audio.compare({"first voice": apart[0], "second voice": apart[1]})

# %% [markdown]
# That is the wish of this lesson, too. A mel spectrogram is a matrix times a power spectrogram: `mel = basis @ power`. To get the spectrum back, undo the matrix.
# But can every matrix be undone?

# %% [markdown]
# ## Which maps can be undone?
#
# A matrix of 2 rows and 2 columns moves every point of the plane. Watch what three of them do to a letter.

# %%
letter = np.array([[-1, -1, 0.4, 0.8, 0.8, 0.4, -1, 0, 1], [-1, 1, 1, 0.8, 0.3, 0.1, 0.1, 0.1, -1]])
turn = np.array([[0.8, -0.6], [0.6, 0.8]])
stretch = np.array([[1.5, 0.0], [0.0, 0.4]])
project = np.array([[0.8, 0.4], [0.4, 0.2]])

# %%
maps = {"An R.": np.eye(2), "Turned.": turn, "Pressed.": stretch, "Projected.": project}
panels = {title: tuple(matrix @ letter) for title, matrix in maps.items()}
plot.curves_beside(panels, "first coordinate", "second coordinate")

# %% [markdown]
# Turn it back, stretch it back: two of them can be undone. The third cannot. Many points have landed on one, and nobody can tell any more where each came from.
#
# Two numbers say so without a picture. The **rank** counts the directions that survive. The **condition number** is the strongest stretch divided by the weakest:

# %%
for title, matrix in maps.items():
    print(f"{title:<11} rank {np.linalg.matrix_rank(matrix)}, condition number {np.linalg.cond(matrix):.3g}")

# %% [markdown]
# Nothing is left of the weakest direction of a projection, so its condition number is infinite (`inf`, or some 10<sup>16</sup>: as far as 16 digits can tell). What does a large one *sound* like? Put both microphones almost
# at the same place, and let each of them hiss very faintly.

# %%
almost_equal = np.array([[0.5, 0.49], [0.49, 0.5]])
hiss = 0.0005 * np.random.default_rng(4).standard_normal(voices.shape)
recorded = almost_equal @ voices + hiss
apart = np.linalg.inv(almost_equal) @ recorded
audio.compare({"recorded": recorded[0], "taken apart": apart[0]})


# %%
def relative(actual, wanted):
    """Length of the difference, divided by the length of what is wanted."""
    return np.linalg.norm(actual - wanted) / np.linalg.norm(wanted)


errors = relative(recorded, almost_equal @ voices), relative(apart, voices)
print(f"error of the recording {errors[0]:.2%}, of the voices taken apart {errors[1]:.0%}")
print(f"grown {errors[1] / errors[0]:.0f} times; condition number {np.linalg.cond(almost_equal):.0f}")

# %% [markdown]
# The condition number is the most by which a *relative* error can grow on the way back. So a map can be undone in theory, and still be lost in the hiss.

# %% [markdown]
# ## Eighty numbers for five hundred
#
# Now our own map: 80 mel bands from the 513 bins of a frame. One voice stays with us from here on.

# %%
voice = audio.clip("voice_rms").astype(float)
stft = librosa.stft(voice, n_fft=1024, hop_length=256)
basis = librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=1024, n_mels=80, dtype=np.float64)
power = stft.real**2 + stft.imag**2
mel = basis @ power
audio.play(voice, "the voice")

# %%
plot.cells({"The mel basis: narrow and tall below, wide and flat above.": basis}, "bin", "band", "weight")

# %%
n_bands, n_bins = basis.shape
rank = np.linalg.matrix_rank(basis)
print(f"{n_bands} rows, {n_bins} columns, rank {rank}: {n_bins - rank} directions are lost")
print(f"condition number of what is left: {np.linalg.cond(basis):.1f}")

# %% [markdown]
# Each frame gives 80 equations for 513 unknowns. So there is not *no* spectrum that fits a mel frame, there are endlessly many. Going back means **choosing** one.
# The small condition number is good news: what did survive can be had back without much noise.
#
# We undo the mel basis only. The phase, which `np.abs` threw away, we take from the original, so that you hear nothing but our own mistakes. (Finding the phase is lesson 05.)


# %%
def to_sound(spectrogram):
    """Power, with the phase of the voice, as sound; `...` while there is no spectrogram yet."""
    if np.shape(spectrogram)[:1] != (513,):
        return ...
    magnitude = np.sqrt(np.clip(spectrogram, 0, None))
    phase = np.exp(1j * np.angle(stft))[:, : magnitude.shape[1]]
    return librosa.istft(magnitude * phase, hop_length=256)


def in_db(spectrogram):
    """Level against the loudest cell of the voice; `...` while there is no spectrogram yet."""
    if np.shape(spectrogram)[:1] != (513,):
        return ...
    return np.maximum(librosa.power_to_db(spectrogram, ref=power.max(), top_db=None), -70)


# %% [markdown]
# ## Step 1 · The pseudo-inverse
#
# Every matrix, square or not, is three simple steps: turn, stretch along the axes, turn again. That is its **singular value decomposition**, SVD:
#
# $$\text{matrix} = U \; \mathrm{diag}(S) \; V^\mathsf{T}$$
#
# The stretches, the *singular values* $S$, are never negative, and come from the largest down. NumPy's `svd` gives $U$, $S$, and $V^\mathsf{T}$ under the name `Vh`.
#
# To go back, take the three steps in reverse: turn back, divide by the stretches, turn back. Where a stretch is zero, nothing has survived, and nothing can be divided: leave that
# direction out. That is the **pseudo-inverse**:
#
# $$\text{pinv} = V \; \mathrm{diag}(1 / S) \; U^\mathsf{T}$$
#
# with those $S$ only that are not zero.
#
# > **Note: when is a singular value zero?** After rounding hardly ever. $10^{-17}$ means zero beside 1, and plenty beside $10^{-18}$. So the limit is *relative*: what is not larger than
# > `rcond` times the largest one counts as zero. Without it, one divides by $10^{-17}$ and fills the result with noise.

# %%
singular_values = np.linalg.svd(basis, compute_uv=False)
strongest, weakest = singular_values[[0, -1]]
title = f"Stretches of the mel basis: the strongest {strongest / weakest:.1f} times the weakest, none zero."
plot.curves(np.arange(1, 81), {"": singular_values}, title, "number, from the largest down", "singular value")

# %% [markdown]
# > **Exercise 1 · `pinv_from_svd`** (4 points)
# >
# > - Each line with `<YOUR CODE>` is one step: replace its `...`, keep its name. The comment above says what it is to hold.
# > - `svd = np.linalg.svd(…, full_matrices=False)` has three fields: `svd.U`, `svd.S`, `svd.Vh`.
# > - A bool array picks: `svd.S[counts]`, the columns `svd.U[:, counts]`, the rows `svd.Vh[counts]`.


# %% nbgrader={"grade": false, "grade_id": "pinv_from_svd", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pinv_from_svd(matrix, rcond=1e-10):
    """Pseudo-inverse of a real matrix [n_rows, n_columns]: float [n_columns, n_rows]."""
    ### BEGIN SOLUTION
    # the decomposition with full_matrices=False: .U [n_rows, k], .S [k], .Vh [k, n_columns]
    svd = np.linalg.svd(matrix, full_matrices=False)
    # which singular values count: those larger than rcond times the largest, bool [k]
    counts = rcond * svd.S[0] < svd.S
    # the stretch undone: one over each singular value that counts, float [how many count]
    undone = 1 / svd.S[counts]
    # the way back, of what counts: turn back, undo the stretch, turn back
    pinv = svd.Vh[counts].T @ np.diag(undone) @ svd.U[:, counts].T
    ### END SOLUTION
    return pinv


# %% nbgrader={"grade": true, "grade_id": "check_pinv_from_svd", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(pinv_from_svd)

# %% [markdown]
# Stuck? Write `hint(pinv_from_svd)` into a cell of your own and run it, as often as you like. No hint costs a point.
#
# Now undo the letters with it. **Guess first:** what comes back of the projected one?


# %%
def there_and_back(matrix):
    """The letter, moved by a matrix, and moved back by your pseudo-inverse."""
    inverse = pinv_from_svd(matrix)
    return (..., ...) if inverse is ... else tuple(inverse @ matrix @ letter)


words = ("An R.", "Turned back.", "Stretched back.", "Projected, and back: its shadow.")
panels = dict(zip(words, map(there_and_back, maps.values()), strict=True))
plot.curves_beside(panels, "first coordinate", "second coordinate")

# %% [markdown]
# The turned and the stretched R are as they were. Of the projected one, its *shadow* on a line comes back: the part that the projection could see. The rest can only be guessed.
#
# Now the mel basis, in both orders. (From here on with `np.linalg.pinv`, so that a slip in exercise 1 does not follow you.) **Guess:** which of the two products is the identity?

# %%
inverse = np.linalg.pinv(basis)
there, back = basis @ inverse, inverse @ basis
panels = {"basis @ inverse: the identity.": there, "inverse @ basis: it is not.": back}
plot.cells(panels, "column", "row", "value")

# %% [markdown]
# Mel, to spectrum, and to mel again: exact. Spectrum, to mel, and to spectrum again: *smeared*, the more the higher the bin, for there a band is wider. That second matrix is a projection, as with the R:
# it keeps the shadow of a spectrum that 80 bands can see.

# %% [markdown]
# ## Step 2 · From mel to spectrum
#
# So `inverse @ mel` is *a* spectrogram with exactly the wanted mel. Of all that have it, it is the smallest, with the least sum of squares. Is it one that a voice can have?

# %%
smallest = inverse @ mel
print(f"relative error of its mel: {relative(basis @ smallest, mel):.0e}")
print(f"cells below zero: {np.mean(smallest < 0):.1%}")
print(f"from {smallest.min():.0f} to {smallest.max():.0f}; the voice: to {power.max():.0f}")

# %%
hz = librosa.fft_frequencies(sr=audio.SAMPLE_RATE, n_fft=1024)
frame, low = 28, slice(60)
lines = {"the voice": power[low, frame], "inverse @ mel": smallest[low, frame]}
title = "One frame: the guess swings below zero between the harmonics."
plot.curves(hz[low], lines, title, "frequency in Hz", "power")

# %% [markdown]
# A power below zero is nonsense. The simplest cure is to clip it: what is negative becomes 0.
#
# > **Exercise 2 · `inv_mel_spectrogram`** (3 points)
# >
# > - `np.linalg.pinv` is allowed from here on; your own `pinv_from_svd` is, too.
# > - `np.maximum(a, 0)` takes the larger of two, cell by cell.


# %% nbgrader={"grade": false, "grade_id": "inv_mel_spectrogram", "locked": false, "schema_version": 3, "solution": true, "task": false}
def inv_mel_spectrogram(mel_spectrogram, basis):
    """Power with nearly that mel, by the pseudo-inverse: float [n_bins, n_frames], never negative."""
    ### BEGIN SOLUTION
    # the way back from bands to bins: float [n_bins, n_mels]
    way_back = np.linalg.pinv(basis)
    # the smallest spectrogram with exactly this mel, here and there negative
    exact_fit = way_back @ mel_spectrogram
    # the same, with 0 where it is negative
    spectrogram = np.maximum(exact_fit, 0)
    ### END SOLUTION
    return spectrogram


# %% nbgrader={"grade": true, "grade_id": "check_inv_mel_spectrogram", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(inv_mel_spectrogram)

# %%
clipped = inv_mel_spectrogram(mel, basis)
audio.compare({"the voice": voice, "by way of 80 mel bands": to_sound(clipped)})

# %% [markdown]
# A voice, a little hoarse: the valleys between its harmonics are filled up. What did the clipping cost? Two errors matter: that of the mel, which we can always see, and that of the spectrum, which in real life
# nobody can, for there the original is gone.


# %%
def report(estimates):
    """Print how far each estimate is from the mel, and from the power of the voice."""
    for name, estimate in estimates.items():
        if np.shape(estimate) != power.shape:
            print(f"{name:<20} no spectrogram yet: see to its exercise first")
        else:
            print(f"{name:<20} mel error {relative(basis @ estimate, mel):6.2%}", end="   ")
            print(f"spectrum error {relative(estimate, power):5.1%}")


report({"pinv": smallest, "pinv, clipped": clipped})

# %% [markdown]
# Clipping **breaks the perfect mel fit**, and yet the spectrum gets *better*. It must: the true power is nowhere negative, so raising a negative cell to 0 moves it nearer to the truth, whatever that is.
#
# Keep this in mind. The fit that we can see and the error that we care about are two different things.

# %% [markdown]
# ## Find the bug
#
# For the sound we need the magnitude, the root of the power. A colleague wrote this. It warned all the time, so the colleague silenced the warning.
#
# > **Exercise 3 · `magnitude_of`** (2 points)
# >
# > - Run it as it is, and read what comes out. Then mend the one line with the root.


# %% nbgrader={"grade": false, "grade_id": "magnitude_of", "locked": false, "schema_version": 3, "solution": true, "task": false}
def magnitude_of(power_by_pinv):
    """Magnitude, the root of power; negative cells count as 0: float, of the same shape."""
    with np.errstate(invalid="ignore"):
        # the root; nothing is below zero
        ### BEGIN SOLUTION
        magnitude = np.sqrt(np.maximum(power_by_pinv, 0))  # released as: np.maximum(np.sqrt(power_by_pinv), 0)
        ### END SOLUTION
    return magnitude


# %%
not_numbers = np.isnan(magnitude_of(smallest))
print(f"{np.sum(not_numbers)} of {not_numbers.size} magnitudes are NaN")
print(f"frames with at least one: {np.sum(not_numbers.any(axis=0))} of {not_numbers.shape[1]}")

# %% nbgrader={"grade": true, "grade_id": "check_magnitude_of", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(magnitude_of)

# %% [markdown]
# <details><summary>Mended? Then open.</summary>The root of a negative number is <b>NaN</b>, "not a number", and no clipping after the root brings it back: the larger one of NaN and 0 is NaN.
# One NaN in a frame, and the inverse FFT spreads it over the whole frame: with one in nearly every frame no sound is left. So clip first, then take the root.</details>

# %% [markdown]
# ## Step 3 · What the basis cannot see
#
# Take any pattern $x$ with `basis @ x = 0`. Add it to a spectrum, and not one number of the mel changes. All such patterns together are the **null space** of the basis: 433 of the 513 dimensions.
# Where do the 80 dimensions lie that it does see? The diagonal of `inverse @ basis` tells how much of a single bin survives:

# %%
seen_of_a_bin = np.diag(inverse @ basis)
title = f"What survives of a bin: half of it below 1 kHz, little above. Sum: {seen_of_a_bin.sum():.0f}."
plot.curves(hz, {"": seen_of_a_bin}, title, "frequency in Hz", "share that survives")

# %%
uncovered = np.flatnonzero(basis.sum(axis=0) == 0)
print(f"bins that no filter covers: {uncovered}, at {hz[uncovered]} Hz")

# %% [markdown]
# Only two bins are not covered at all, the first and the last. The rest of the loss is subtler: all that is finer than a band.
#
# **Now hear it.** This time we take the *magnitude*, not the power. A mixture of magnitudes, with one phase for all, is a mixture of sounds, so the part that the basis sees and the part that it does not see
# add up to the voice:

# %%
phase = np.exp(1j * np.angle(stft))
seen = inverse @ (basis @ np.abs(stft))
unseen = np.abs(stft) - seen
parts = [librosa.istft(part * phase, hop_length=256, length=len(voice)) for part in (seen, unseen)]
audio.compare({"the voice": voice, "what 80 bands see": parts[0], "what they don't": parts[1]})

# %%
agreement(parts[0] + parts[1], voice)

# %% [markdown]
# The lost part is not a hiss. It is a voice, too, and you can follow its melody: it holds the fine stripes of the harmonics, which wide bands cannot tell apart. Look at both:

# %%
panels = {
    "Seen: stripes below, a smear above.": (in_db(seen**2), 256),
    "Not seen: the stripes that are missing.": (in_db(unseen**2), 256),
}
plot.spectrograms(panels, top_hz=4000)

# %% [markdown]
# How much is lost? The two parts stand at right angles, so their squares add up: the energy of a frame is the energy that is seen plus the energy that is not.
#
# > **Exercise 4 · `null_space_energy`** (3 points)
# >
# > - One number for each frame, from 0 (all is seen) to 1 (nothing is).
# > - A silent frame has nothing to lose: 0, not NaN.


# %% nbgrader={"grade": false, "grade_id": "null_space_energy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def null_space_energy(spectrogram, basis):
    """Share of the energy of each frame that the basis cannot see: float [n_frames], from 0 to 1."""
    ### BEGIN SOLUTION
    # what the basis sees of it: to mel, and back by the pseudo-inverse, float [n_bins, n_frames]
    visible_part = np.linalg.pinv(basis) @ (basis @ spectrogram)
    # what it does not see: float [n_bins, n_frames]
    hidden_part = spectrogram - visible_part
    # the energy of each frame, the sum of its squares: float [n_frames]
    energy = np.sum(spectrogram**2, axis=0)
    # the energy of the hidden part of each frame: float [n_frames]
    hidden_energy = np.sum(hidden_part**2, axis=0)
    # its share; where the energy is 0, divide by 1 instead
    share = hidden_energy / np.where(energy > 0, energy, 1)
    ### END SOLUTION
    return share


# %% nbgrader={"grade": true, "grade_id": "check_null_space_energy", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(null_space_energy)

# %%
lost = null_space_energy(np.abs(stft), basis)
seconds = np.arange(stft.shape[1]) * 256 / audio.SAMPLE_RATE
plot.curves(seconds, {"": lost}, "What 80 bands lose, frame by frame.", "time in s", "share of the energy")

# %% [markdown]
# What happened at the peak? Two bins that no filter covers, remember:

# %%
worst = np.argmax(np.sum(unseen**2, axis=0) / np.sum(np.abs(stft) ** 2, axis=0))
share_at_0_hz = np.abs(stft[0, worst]) ** 2 / np.sum(np.abs(stft[:, worst]) ** 2)
print(f"at {seconds[worst]:.1f} s {share_at_0_hz:.0%} of the energy lies at 0 Hz")
loudest = np.max(np.sum(power, axis=0))
print(f"against the loudest frame: {10 * np.log10(np.sum(power[:, worst]) / loudest):.0f} dB")

# %% [markdown]
# A frame that is all but silent, so nobody hears it. Fewer bands lose more of the whole voice:

# %%
lost_sounds, magnitude = {}, np.abs(stft)
for n in (20, 40, 80, 128):
    few = librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=1024, n_mels=n, dtype=np.float64)
    hidden = magnitude - np.linalg.pinv(few) @ (few @ magnitude)
    lost_sounds[f"lost by {n} bands"] = librosa.istft(hidden * phase, hop_length=256)
    print(f"{n:>3} bands lose {np.sum(hidden**2) / np.sum(magnitude**2):.1%} of the energy")
audio.compare(lost_sounds)

# %% [markdown]
# ## Play: turn the rank down
#
# What if we leave out singular values on purpose, and keep only the largest? **Guess before you move:** with 10 of 80, what will be left of the voice: the low tones, the high ones, or a bit of everything?

# %%
pinv_explorer(voice, rank=10)

# %% [markdown]
# <details><summary>Compare</summary>The low tones. The bands are equal in area, so the narrow ones, at low frequencies, are the tall ones, and the tall ones have the large singular values.
# The rank opens the voice from below, as if somebody lifted a curtain. And from about rank 50 on both errors hardly move any more: this voice has little left to restore above that.</details>

# %% [markdown]
# ## Step 4 · A better guess, step by step
#
# A cheaper idea and a dearer one stand on either side of the pseudo-inverse. The cheaper one, the **poor man's inverse**, is the *transposed* basis: spread each band over the bins that it came from. With each bin's weights made to sum to 1,
# a bin gets the weighted mean of the bands that see it. It is never negative, and needs no inverse at all:

# %%
column_sums = np.maximum(basis.sum(axis=0), 1e-12)
mean_power = mel / basis.sum(axis=1, keepdims=True)
transposed = (basis / column_sums).T @ mean_power
report({"transposed": transposed, "pinv, clipped": clipped})

# %% [markdown]
# The dearer idea: ask from the beginning for the spectrum $x$ that is nowhere negative, and fits the mel best. That is **non-negative least squares**, NNLS. It makes this as small as it can be:
#
# $$\tfrac12 \left\| \text{basis} \cdot x - \text{mel} \right\|^2, \quad x \ge 0$$
#
# Think of a valley in 513 dimensions, with a fence at zero. Start anywhere, take a step downhill, and if you cross the fence, go straight back to it. Again and again.
# The slope of that valley, its **gradient**, is $\text{basis}^\mathsf{T} (\text{basis} \cdot x - \text{mel})$, and downhill is *minus* that.
#
# > **Exercise 5 · `nnls_step`** (3 points)
# >
# > - All frames go at once: `estimate` is `[n_bins, n_frames]`.
# > - The fence is the last step, as in exercise 2.
# > - Let `@` do the sums: some 300 steps follow below, and a loop over bins would take minutes.


# %% nbgrader={"grade": false, "grade_id": "nnls_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nnls_step(estimate, mel_spectrogram, basis, step):
    """One step downhill, and back to the fence: float [n_bins, n_frames], nowhere negative."""
    ### BEGIN SOLUTION
    # what the estimate has too much in each band (negative: too little), float [n_mels, n_frames]
    misfit = basis @ estimate - mel_spectrogram
    # the slope: the misfit, spread over the bins by the transposed basis, float [n_bins, n_frames]
    gradient = basis.T @ misfit
    # a step downhill: float [n_bins, n_frames]
    moved = estimate - step * gradient
    # back to 0 what is now negative
    better = np.maximum(moved, 0)
    ### END SOLUTION
    return better


# %% nbgrader={"grade": true, "grade_id": "check_nnls_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(nnls_step)

# %% [markdown]
# How long may a step be? The valley is steepest along the largest singular value: its curvature there is $S_0^2$, the largest eigenvalue of $\text{basis}^\mathsf{T}\text{basis}$. With `step` = $1 / S_0^2$, the
# step lands at the bottom in that direction, and short of it in all others. So each step goes downhill. What if we are bolder?


# %%
def descend(step, n_steps, start):
    """Many steps: the last estimate, and both errors after each; `...` while a step is missing."""
    estimate, mel_errors, spectrum_errors = start, [], []
    for _ in range(n_steps):
        estimate = nnls_step(estimate, mel, basis, step)
        if np.shape(estimate) != power.shape:
            return ..., ..., ...
        mel_errors.append(relative(basis @ estimate, mel))
        spectrum_errors.append(relative(estimate, power))
    return estimate, mel_errors, spectrum_errors


# %%
safe_step, silence = 1 / singular_values[0] ** 2, np.zeros_like(power)

# %%
titles = {1: "The safe step: down.", 1.5: "1.5 times: a little faster.", 3: "3 times: it never arrives."}
steps = np.arange(1, 16)
panels = {title: (steps, descend(bold * safe_step, 15, silence)[1]) for bold, title in titles.items()}
plot.curves_beside(panels, "step", "mel error")

# %% [markdown]
# Below twice the safe step it still goes down. Beyond that, each step leaps over the valley and lands higher on the other side. Here the fence catches it, so it swings for ever; without the fence it explodes:

# %%
unfenced = silence
for _ in range(15):
    unfenced = unfenced - 3 * safe_step * basis.T @ (basis @ unfenced - mel)
print(f"without the fence, after 15 steps: mel error {relative(basis @ unfenced, mel):.0e}")

# %% [markdown]
# Now 100 safe steps, from the poor man's inverse:

# %%
fitted, mel_errors, spectrum_errors = descend(safe_step, 100, transposed)
lines = {"mel error": mel_errors, "spectrum error": spectrum_errors}
title = "The better the mel fits, the better the spectrum. Is it always so?"
plot.curves(np.arange(1, 101), lines, title, "step", "relative error")
# %% [markdown]
# ## A better fit, a worse spectrum
#
# Why walk 100 steps, if there is an exact solver? `scipy.optimize.nnls` finds the very best fit, frame by frame. **Guess:** its mel error is as good as 0. Will its spectrum error be smaller than ours?

# %%
exact = np.stack([scipy.optimize.nnls(basis, each)[0] for each in mel.T], axis=1)

# %%
report({"transposed": transposed, "pinv, clipped": clipped})
report({"100 steps of NNLS": fitted, "exact NNLS": exact})

# %% [markdown]
# A perfect fit, and a spectrum worse than the clipped pseudo-inverse, which fits far worse. How can that be? Look at one frame.

# %%
print(f"cells of the exact solution that are exactly 0: {np.mean(exact == 0):.0%}")
frame, high = 70, slice(100, 240)
lines = {"the voice": power[high, frame], "exact": exact[high, frame]}
title = "One frame of a hiss: the exact solver puts everything into a few bins."
plot.curves(hz[high], lines, title, "frequency in Hz", "power")

# %% [markdown]
# There are 80 equations and 513 unknowns, so a perfect fit needs no more than 80 bins. The exact solver moves from corner to corner of the fence, and in a corner all other bins are 0: a few spikes.
# The voice fits as well, but is no corner, and *the mel cannot tell them apart*. Your steps add nothing but mixtures of whole bands to a smooth start, so apart from the fence they stay smooth.
#
# > **Note: the error that you can measure is not the one that you care about.** Many spectra fit one mel equally well. Which of them you get is decided by what the mel does *not* say: by the start, the step, the
# > algorithm, and when it stops.

# %%
guesses = {"transposed": transposed, "pinv": clipped, "100 steps": fitted, "exact": exact}
words = ("smooth", "rough, cut at zero", "stripes come back", "spikes")
levels = [in_db(guess) for guess in guesses.values()]
panels = zip(guesses, words, levels, strict=True)
panels = {f"{name}: {word}.": (level, 256) for name, word, level in panels if level is not ...}
plot.spectrograms(panels, top_hz=4000)

# %%
audio.compare({"the voice": voice} | {name: to_sound(guess) for name, guess in guesses.items()})

# %% [markdown]
# Listen for the murmur of the transposed one, and for the metallic ring of the exact one: above 2 kHz it plays nearly all of a band on one bin, the same one most of the time.

# %%
high = (hz > 2000) & (hz < 7000)
for name, spectrum in {"the voice": power, "exact": exact}.items():
    strongest_first = np.sort(spectrum[high].sum(axis=1))[::-1]
    n_bins = 1 + np.searchsorted(np.cumsum(strongest_first), 0.95 * strongest_first.sum())
    print(f"{name:<10} 95% of the power from 2 to 7 kHz in {n_bins} of {strongest_first.size} bins")

# %% [markdown]
# ## Shorter in time
#
# The basis stands on the left, and mixes *rows*, bins. A matrix on the right mixes *columns*, frames. Average every two frames, and half of them are left. That is a linear map, so it has a pseudo-inverse. What will it do?

# %%
shorten = np.kron(np.eye(3), [[0.5], [0.5]])
print(shorten, "its pseudo-inverse:", np.abs(np.linalg.pinv(shorten).round(3)), sep="\n")

# %% [markdown]
# It **repeats** each frame: of all that average to the wanted one, two equal frames are the smallest. What is lost is what changes between the two. Try it with 4 frames, and with 16:

# %%
shortened = {}
for n in (4, 16):
    shorten = np.kron(np.eye(power.shape[1] // n), np.full((n, 1), 1 / n))
    shortened[n] = power[:, : len(shorten)] @ shorten @ np.linalg.pinv(shorten)
panels = {f"{n} frames in one.": (in_db(repeated), 256) for n, repeated in shortened.items()}
plot.spectrograms(panels, top_hz=4000)

# %%
audio.compare({f"{n} frames in one": to_sound(repeated) for n, repeated in shortened.items()})

# %% [markdown]
# Four hops are 46 ms: a vowel changes little in that time, but the burst of a consonant is spread over all of it. Both maps together, `basis` on the left and `shorten` on the right,
# leave $80 / 513 \cdot 1/4$ of the numbers, not quite 4 %.

# %% [markdown]
# ## One more idea
#
# The fit decides little, so what does? Two ideas: start from a smooth spectrum (we do), and measure the misfit by *ratios* instead of differences, so that faint bands count, too.
# The Kullback–Leibler divergence does so, and Lee and Seung (2001) found steps for it that need no fence and no step size, for they multiply:
#
# $$x \leftarrow x \cdot \frac{\text{basis}^\mathsf{T} (\text{mel} \,/\, \text{basis} \cdot x)}{\text{basis}^\mathsf{T} 1}$$

# %%
ratio, ratio_errors = transposed.copy(), []
for _ in range(20):
    ratio *= basis.T @ (mel / np.maximum(basis @ ratio, 1e-30)) / column_sums[:, None]
    ratio_errors.append(relative(ratio, power))

# %%
gradient_errors = ... if spectrum_errors is ... else spectrum_errors[:20]
lines = {"by ratios": ratio_errors, "by the gradient": gradient_errors}
plot.curves(np.arange(1, 21), lines, "Same start, same number of steps.", "step", "spectrum error")

# %%
report({"20 steps by ratios": ratio, "100 steps of NNLS": fitted})

# %%
audio.compare({"20 steps by ratios": to_sound(ratio), "pinv, clipped": to_sound(clipped)})

# %% [markdown]
# Twenty steps do more for the spectrum than 100 before, though they fit the mel *less* well: once more, fit is not truth.

# %% [markdown]
# ## Yours and theirs
#
# What you have built, beside NumPy, SciPy and their exact solvers:

# %%
agreement(pinv_from_svd(basis), np.linalg.pinv(basis))

# %%
agreement(inv_mel_spectrogram(mel, basis), np.maximum(scipy.linalg.lstsq(basis, mel)[0], 0))

# %% [markdown]
# SciPy has vectors that span the null space, each of length 1 and at right angles to the others. The energy along them, of all the energy, is your share:

# %%
nothing_seen = scipy.linalg.null_space(basis)
along = np.sum((nothing_seen.T @ np.abs(stft)) ** 2, axis=0) / np.sum(np.abs(stft) ** 2, axis=0)
agreement(null_space_energy(np.abs(stft), basis), along)

# %% [markdown]
# And where there are *more* equations than unknowns, the best fit is unique, so any road leads there. 15 unknowns, 40 equations, 2000 of your steps, against the exact solver:

# %%
rng = np.random.default_rng(4)
tall, wanted = rng.uniform(size=(40, 15)), rng.standard_normal((40, 1))
estimate = np.zeros((15, 1))
step = 1 / np.linalg.norm(tall, 2) ** 2
for _ in range(2000):
    estimate = nnls_step(estimate, wanted, tall, step)
agreement(estimate, scipy.optimize.nnls(tall, wanted[:, 0])[0][:, None])

# %% [markdown]
# `librosa.feature.inverse.mel_to_stft` does what you did in step 4, with another solver, which starts from the clipped pseudo-inverse and stops early. How early depends on the *scale* of the mel
# (here it is divided out again before comparing):

# %%
piece = slice(80, 120)
for scale in (1.0, 1000.0):
    theirs = librosa.feature.inverse.mel_to_stft(scale * mel[:, piece], n_fft=1024) ** 2 / scale
    print(f"mel times {scale:g}: spectrum error {relative(theirs, power[:, piece]):.1%}")

# %% [markdown]
# ## What one more idea buys
#
# The course's own engine, which you will play through in lesson 06, goes the way of ratios: it starts smooth, and multiplies. And it multiplies only where the basis is not zero: a bin lies under two triangles at most, so of $80 \cdot 513$ weights no more than 1000 are left.
# The same 80 frames, librosa's solver and the engine's twenty steps:

# %%
some = slice(80, 160)
fits = {
    "librosa": lambda: librosa.feature.inverse.mel_to_stft(mel[:, some], n_fft=1024),
    "the engine": lambda: mel_to_magnitude(mel[:, some]),
}
for name, fit in fits.items():
    milliseconds = 1000 * min(timeit.repeat(fit, number=1, repeat=3))
    print(f"{name:<11} spectrum error {relative(fit() ** 2, power[:, some]):6.1%}   {milliseconds:7.1f} ms")

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A mel basis has 40 bands and comes from frames of 512 samples. Its rank is 40. How many dimensions has its null space, and what is in it?</summary>
# 512 // 2 + 1 = 257 bins, so 257 − 40 = <b>217</b>: all patterns over the bins that change no band, above all what is finer than a band is wide.
# </details>
#
# <details><summary><b>2.</b> True or false: the spectrum that fits a mel best is the best guess.</summary>
# <b>False.</b> Endlessly many spectra fit it perfectly. The exact solver's is made of a few spikes, and further from the voice than a clipped pseudo-inverse that does not fit.
# </details>
#
# <details><summary><b>3.</b> <code>np.sqrt(np.linalg.pinv(basis) @ mel)</code>: what goes wrong, and why does <code>np.maximum(…, 0)</code> around it not help?</summary>
# The pseudo-inverse has negative values, their root is NaN, and the larger one of NaN and 0 is NaN. Clip before the root.
# </details>

# %% [markdown]
# ## You can now explain
#
# - which linear maps can be undone, and what rank and condition number say about it;
# - what the pseudo-inverse does: turn back, divide by what is not zero, turn back; and why it swings below zero;
# - what a null space is, and what the one of a mel basis sounds like;
# - how a projected gradient descends, how long its step may be;
# - why the fit that can be measured is not the error that matters.
#
# **Next, lesson 05:** all sounds here were given the right phase for nothing. Throw it away, and find it again.
