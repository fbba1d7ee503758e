# %% [markdown]
# # 08 · Guess what was dropped
#
# > **You hear** strangers of whom thirteen numbers a frame are left: as the inverse cosine transform draws them, and as a network guesses them.
# > **You build** the windows that a network looks through, a split and a scale that do not cheat, a measure that does not flatter, the network itself, and a training that stops in time.
# > **You can say afterwards** where a network can win at all, why it should guess only what was dropped, and how one fools oneself with a test.
# >
# > 90 minutes, some of them waiting. You need lesson 07, or: what an orthonormal cosine transform is, and what an MFCC.

# %%
import time

import librosa
import numpy as np
import scipy.fft
import scipy.stats
from numpy.lib.stride_tricks import sliding_window_view

from course import audio, corpus, inversion, networks, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.engine import mel_to_sound
from course.widgets import inverter_explorer

# %%
import keras

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("08_mfcc_inversion")

# %% [markdown]
# ## What thirteen numbers leave open
#
# The course brings a corpus: sixty voices, made by two speech synthesisers, say forty words each. Thirteen of the voices are **held out**: they are like none of the others, and no network of ours will hear them before it is tested. Let us call them the *strangers*.

# %%
words = corpus.bundled()
strangers, heard = words.where(words.held_out), words.where(~words.held_out)
print("all:      ", words)
print("strangers:", *dict.fromkeys(strangers.speakers))

# %% [markdown]
# Everything in this lesson happens to **log-mel spectrograms**: 80 bands up to 8 kHz, natural logarithm, floor at $10^{-10}$. Two of the strangers say something:


# %%
def spoken_by(speaker, *labels):
    """What a stranger says, word after word, as a log-mel spectrogram: float [80, n_frames]."""
    said = [strangers.only(speakers=speaker, labels=label) for label in labels]
    return np.hstack([inversion.log_mels(each)[0] for each in said])


emma = spoken_by("emma", "hello", "world", "listen", "again")
ruben = spoken_by("ruben", "hello", "world", "listen", "again")

# %%
title = "Emma's four words: fine stripes, the harmonics of her pitch."
plot.cells({title: emma}, "time in s", "mel band", "ln power", x_step=256 / audio.SAMPLE_RATE)

# %% [markdown]
# Thirteen cepstral coefficients of 80 a frame are kept, as a telephone or a recogniser might. What was dropped? Lesson 07 filled in zeros: the **inverse DCT**. A network can fill in a *guess* instead.
# One that was trained beforehand ships with the course. Listen to all three, then again:


# %%
def cosines(log_mel):
    """All 80 cepstral coefficients, by SciPy: float [80, n_frames]."""
    return scipy.fft.dct(log_mel, axis=0, norm="ortho")


def sound_of(log_mel):
    """The engine's way from a log-mel spectrogram to sound."""
    return ... if log_mel is ... else mel_to_sound(np.exp(log_mel), top_hz=8000)


# %%
shipped = {size: networks.load(f"inverter_{size}") for size in (13, 20, 40)}

# %%
mfcc = cosines(emma)[:13]
guessed = inversion.invert(shipped[13], mfcc)
kept = inversion.smooth(mfcc)
three = {"all 80": emma, "13, inverse DCT": kept, "13, network": guessed}
audio.compare({way: sound_of(drawn) for way, drawn in three.items()})

# %%
for way, drawn in three.items():
    print(f"{way:16} off by {inversion.distance_db(emma, drawn):.2f} dB")

# %% [markdown]
# (That is the **log-spectral distance**: the root mean square over the bands, in dB, then the mean over the frames.) The gain is there, and it is small. This lesson is about how to get it, and even more about how to *know* that it is there.
#
# Move the slider: to thirteen coefficients, twenty, forty. *Which stripes come back, and who brings them?*

# %%
inverter_explorer(shipped, {"emma": emma, "ruben": ruben})

# %% [markdown]
# ## Where a network can win at all
#
# All 80 of 80 coefficients first. The cosines are orthonormal, so their transpose undoes them:

# %%
agreement(scipy.fft.idct(cosines(emma), axis=0, norm="ortho"), emma)

# %% [markdown]
# Exact, up to rounding: **no network needed, none can do better.** (Some have been published.) There is something to guess only where something is missing. How much, the inverse DCT tells by its error. It is the **baseline**: it costs nothing, so it stands in
# every table of this lesson, and what does not beat it is not worth a single multiplication.

# %%
stranger_log_mels = inversion.log_mels(strangers)
everything = np.hstack(stranger_log_mels)
for n in (13, 20, 40, 80):
    off = inversion.distance_db(everything, inversion.smooth(cosines(everything)[:n]))
    print(f"{n} of 80 coefficients, inverse DCT, all strangers: {off:.2f} dB")

# %% [markdown]
# ## Step 1 · Measure before you build
#
# A second measure is the **signal-to-noise ratio** (SNR). The signal is what was wanted, the noise is what is wrong:
#
# $$\text{noise} = \text{target} - \text{estimate}$$
#
# $$\text{snr} = 10 \log_{10} \frac{\sum \text{target}^2}{\sum \text{noise}^2}$$
#
# in dB, with sums over *all* bands and frames. We will give it mel **amplitudes**, the roots of mel power, where what is loud counts and silence hardly does. (The log-spectral distance counts both alike. That is why we want two measures.)
#
# Two anchors to keep in mind. **0 dB:** so much has whoever answers zeros, that is, nothing at all. And negative values have no bottom:

# %%
target = np.exp(emma / 2)
for name, estimate in {"zeros": 0 * target, "90 times too loud": 90 * target}.items():
    error = estimate - target
    print(f"{name}: {10 * np.log10(np.vdot(target, target) / np.vdot(error, error)):.0f} dB")

# %% [markdown]
# > **Note: −39 dB** has been reported as a network's result, with a sentence on how well it learns. Its error has about 8000 times the energy of what was wanted. Silence would have been far better.
#
# **Predict first.** Somebody computes the ratio for every frame, takes decibels, and then the mean. The estimate is off by 0.001 in every band, and one frame of the target is silent. What comes out?

# %%
silenced = target.copy()
silenced[:, 40] = 0
wanted = np.sum(silenced**2, axis=0)
with np.errstate(divide="ignore"):
    by_frame = 10 * np.log10(wanted / (80 * 0.001**2))
print(f"mean of {len(by_frame)} frames in dB: {np.mean(by_frame)}")
print(f"without that frame: {np.mean(np.delete(by_frame, 40)):.1f}")

# %% [markdown]
# One frame decides about all. (And if it has a tiny rest of noise instead, it still counts as much as the loudest vowel.) Sum the energies first, then divide, then take the logarithm.
#
# > **Exercise 1 · `mean_snr_db`** (3 points)
# >
# > - Both arguments are amplitudes of the same shape, `[n_bands, n_frames]`. The result is one number.
# > - Two energies, one ratio, one logarithm. No mean anywhere.


# %% nbgrader={"grade": false, "grade_id": "mean_snr_db", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_snr_db(target, estimate):
    """Signal-to-noise ratio over all bands and frames, in dB: a float."""
    ### BEGIN SOLUTION
    # the energy of what is wanted
    signal = np.sum(target**2)
    # the energy of what is wrong
    noise = np.sum((target - estimate) ** 2)
    # their ratio, in dB
    snr = 10 * np.log10(signal / noise)
    ### END SOLUTION
    return snr


# %% nbgrader={"grade": true, "grade_id": "check_mean_snr_db", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(mean_snr_db)

# %% [markdown]
# ## Step 2 · The right frame
#
# What should the network see? The frame that it is to complete, of course, and its neighbours, for a voice does not change from one hundredth of a second to the next. Two on either side: $t-2 \dots t+2$ gives frame $t$.
#
# > **Note: inverting is not forecasting.** Programs have been written that look at frames $t-3 \dots t-1$ and are asked for frame $t$. Such a network never sees the coefficients of the frame that it "inverts". It foretells.
#
# How much worse is that? Straight lines will do to find out: a least-squares fit from the coefficients of some frames to all 80 bands of frame $t$, fitted on the voices that are heard, measured on the strangers.


# %%
def shifted(log_mels, n, frames):
    """Coefficients of neighbouring frames side by side, and a 1; all bands of the frame itself."""
    rows = []
    for each in log_mels[::3]:
        inside = np.arange(3, each.shape[1] - 2)
        c = cosines(each)[:n].T
        sides = [c[inside + shift] for shift in frames] + [np.ones((len(inside), 1), np.float32)]
        rows.append((np.hstack(sides), each.T[inside]))
    return (np.vstack(part) for part in zip(*rows, strict=True))


heard_log_mels = inversion.log_mels(heard)

# %%
for name, frames in {"t-3 … t-1, a forecast": (-3, -2, -1), "t-2 … t+2": (-2, -1, 0, 1, 2)}.items():
    x, y = shifted(heard_log_mels, 20, frames)
    lines = np.linalg.lstsq(x, y, rcond=None)[0]
    x, y = shifted(stranger_log_mels, 20, frames)
    print(f"20 coefficients of {name}: {inversion.distance_db(y.T, (x @ lines).T):.2f} dB")
print(f"20 coefficients of t, inverse DCT: {inversion.distance_db(y.T, inversion.smooth(cosines(y.T)[:20])):.2f} dB")

# %% [markdown]
# The forecast is worse than the inverse DCT, which knows nothing but frame $t$. Straight lines through the right frames are hardly better: what was dropped is no straight line of what was kept. So we shall have to bend them.
#
# First the windows. Every frame gets one row: the coefficients of its oldest neighbour, then those of the next, …
#
# ```
# context 1, three frames A B C of two coefficients each
#
# row 0   A0 A1  A0 A1  B0 B1       frame A has nobody before it: repeat it
# row 1   A0 A1  B0 B1  C0 C1
# row 2   B0 B1  C0 C1  C0 C1
# ```
#
# > **Exercise 2 · `make_windows`** (3 points)
# >
# > - `np.pad(…, mode="edge")`: frames only, `context` on either side.
# > - `sliding_window_view`, along the frames (`axis=1`), puts each stretch of frames on a new last axis: `[n_coefficients, n_frames, 2 * context + 1]`. Before `reshape`, put the axes in the order in which you want to read them: `.transpose(…)`.


# %% nbgrader={"grade": false, "grade_id": "make_windows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_windows(mfcc, context):
    """Every frame with its neighbours, oldest first, in one row: float [n_frames, (2 * context + 1) * n_coefficients]."""
    ### BEGIN SOLUTION
    # the first and the last frame repeated: float [n_coefficients, context + n_frames + context]
    padded = np.pad(mfcc, ((0, 0), (context, context)), mode="edge")
    # all stretches of 2 * context + 1 frames: float [n_coefficients, n_frames, 2 * context + 1]
    stretches = sliding_window_view(padded, 2 * context + 1, axis=1)
    # the frame first, then the neighbour, then the coefficient
    ordered = stretches.transpose(1, 2, 0)
    # one row for each frame
    windows = ordered.reshape(mfcc.shape[1], -1)
    ### END SOLUTION
    return windows


# %% nbgrader={"grade": true, "grade_id": "check_make_windows", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(make_windows)

# %% [markdown]
# Look at a word through it: thirteen rows of the picture are one frame's coefficients.

# %%
no = cosines(spoken_by("emma", "no"))[:13]
windows = make_windows(no, 2)
title = "Each column a window: five frames, and one step on in the next."
picture = {title: windows if windows is ... else windows.T}
plot.cells(picture, "frame", "place in the window", "coefficient")

# %% [markdown]
# ## Step 3 · Who may be asked
#
# While a network learns, somebody must watch whether it still learns or has begun to learn by heart. That takes **validation** data, and they must come from people whom the network does not know: people it will be asked about later are strangers, too.
#
# How easily one fools oneself shows the simplest guesser of all: *look up the most similar frame that you have heard, and answer what was dropped there.* Twice the same guesser, with two ways to hold frames out:

# %%
rng = np.random.default_rng(8)
chosen = rng.permutation(sum(each.shape[1] for each in heard_log_mels))[:12000]
frames = cosines(np.hstack(heard_log_mels)[:, chosen]).T
who = np.repeat(heard.speakers, [each.shape[1] for each in heard_log_mels])[chosen]


def guess_error(held_out):
    """How far off the most similar frame is that was not held out: the distance in dB."""
    known, asked = frames[~held_out], frames[held_out][:600]
    apart = np.sum(known[:, :13] ** 2, axis=1) - 2 * asked[:, :13] @ known[:, :13].T
    guess = np.hstack([asked[:, :13], known[np.argmin(apart, axis=1), 13:]])
    return inversion.distance_db(inversion.smooth(asked.T), inversion.smooth(guess.T))


# %%
some = list(dict.fromkeys(heard.speakers))[::6]
print(f"held out: frames here and there  {guess_error(rng.random(len(who)) < 0.15):.2f} dB")
print(f"held out: all frames of {len(some)} people {guess_error(np.isin(who, some)):.2f} dB")

# %% [markdown]
# The same guesser, the same frames, and the first test says that it is better than it is: the answer stood a hundredth of a second further on, in the same vowel of the same person. Words of one person on both sides are no better, nor are several takes of one word. **Whole speakers, always.**
#
# > **Exercise 3 · `split_by_speaker`** (2 points)
# >
# > - `speakers` has one name for each utterance. `np.unique` gives every name once.
# > - A generator, `np.random.default_rng(seed)`, has a method `permutation` that shuffles them; the first `n_held_out` are held out.
# > - The result is a mask over *utterances*: `np.isin`.


# %% nbgrader={"grade": false, "grade_id": "split_by_speaker", "locked": false, "schema_version": 3, "solution": true, "task": false}
def split_by_speaker(speakers, n_held_out, seed):
    """Which utterances are those of n_held_out speakers, drawn at random: bool [n_utterances]."""
    ### BEGIN SOLUTION
    # every speaker once, by the alphabet
    names = np.unique(speakers)
    # the same names, shuffled by a generator with that seed
    shuffled = np.random.default_rng(seed).permutation(names)
    # the first n_held_out of them
    chosen = shuffled[:n_held_out]
    # whether each utterance was spoken by one of these
    held_out = np.isin(speakers, chosen)
    ### END SOLUTION
    return held_out


# %% nbgrader={"grade": true, "grade_id": "check_split_by_speaker", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(split_by_speaker)

# %%
watching = split_by_speaker(heard.speakers, 6, seed=8)
if watching is not ...:
    print("validation:", *dict.fromkeys(heard.speakers[watching]))
    print(f"{np.sum(~watching)} utterances to learn from, {np.sum(watching)} to watch")

# %% [markdown]
# ### More voices than there are
#
# Forty-one people are few. But play a recording a tenth faster, and somebody smaller seems to speak; turn it up, and somebody nearer. Every utterance is taken twice, each time at another speed, from 0.8 to 1.2, and up to 12 dB louder or quieter:

# %%
first = heard.sound(0)
speeds = {0.8: "a tall one", 1.0: "as recorded", 1.2: "a small one"}
rates = {speed: round(audio.SAMPLE_RATE * speed) for speed in speeds}
audio.compare({speeds[each]: audio.resample(first, rates[each], audio.SAMPLE_RATE) for each in speeds})

# %%
varied = [inversion.varied_log_mels(heard, seed) for seed in (8, 9)]
print(f"{sum(each.shape[1] for each in varied[0] + varied[1])} frames")

# %% [markdown]
# Whoever is validated is left as recorded, and so are the strangers. (While your work is graded only a small part of all this is used: `networks.part`. Nobody marks how well your network learns, but what you built.)

# %%
if watching is ...:
    training = validation = ...
else:
    training = networks.part([each[i] for each in varied for i in np.flatnonzero(~watching)])
    validation = networks.part([heard_log_mels[i] for i in np.flatnonzero(watching)])

# %% [markdown]
# ## Step 4 · One scale
#
# The coefficients differ in size. A network that begins with small random weights would hear little but the loudness, coefficient 0:

# %%
deviation = np.std(cosines(everything)[:13], axis=1)
title = f"Coefficient 0 varies {deviation[0] / deviation[12]:.0f} times as much as coefficient 12."
plot.curves(np.arange(13), {"": deviation}, title, "coefficient", "standard deviation")

# %% [markdown]
# So subtract from every column its mean, and divide by its standard deviation. *Whose* mean? That of the training data, always, even for the test data. Whoever takes the test data's own has looked at all of them before answering about the first, and could not answer somebody who has only one frame to ask about.
#
# > **Exercise 4 · `standardise`** (2 points)
# >
# > - Fit on `train`, apply to `other`. Frames are rows, so means run along `axis=0`.
# > - A column that never changes has the deviation 0. Divide it by 1 instead: `np.where`.


# %% nbgrader={"grade": false, "grade_id": "standardise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardise(train, other):
    """The other data in units of the training data, column by column: float, of the shape of other."""
    ### BEGIN SOLUTION
    # the mean of each column of the training data: float [n_columns]
    mean = np.mean(train, axis=0)
    # its standard deviation: float [n_columns]
    deviation = np.std(train, axis=0)
    # what to divide by: 1 where the deviation is 0
    scale = np.where(deviation > 0, deviation, 1)
    # how many deviations the other data lie above the mean
    standardised = (other - mean) / scale
    ### END SOLUTION
    return standardised


# %% nbgrader={"grade": true, "grade_id": "check_standardise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(standardise)

# %% [markdown]
# ## Step 5 · What to ask for
#
# Ask for the log-mel frame, 80 numbers? Then the network must first of all learn the inverse DCT, which we know by heart, and every little mistake in that costs. The cosines stand at right angles: what was kept and what was dropped have nothing to do with each other, and the error lies in the dropped part alone.
#
# **So ask for the dropped coefficients only.** What was kept stays exactly as it is, and a network that knows nothing and answers zeros *is* the baseline. It starts where the other would have to arrive.


# %%
def ready(*things):
    """Whether nothing of all this is still `...`."""
    return all(each is not ... for each in things)


def pairs(log_mels, n):
    """Windows of n coefficients, and what was dropped: float [n_frames, 5 * n], [n_frames, 80 - n]."""
    if not ready(log_mels) or not ready(make_windows(np.ones((n, 3)), 2)):
        return ..., ...
    cepstra = [cosines(each) for each in log_mels]
    windows = np.vstack([make_windows(each[:n], 2) for each in cepstra])
    return windows.astype(np.float32), np.vstack([each[n:].T for each in cepstra])


def rebuild(windows, dropped):
    """The log-mel spectrogram of what was kept and what was guessed: float [80, n_frames]."""
    n = windows.shape[1] // 5
    return inversion.smooth(np.hstack([windows[:, 2 * n : 3 * n], dropped]).T)


# %%
x, y = pairs([emma], 13)
if ready(x):
    print("rebuilt from all:", *x.shape, "and", *y.shape)
    print(f"with the right guess off by {inversion.distance_db(emma, rebuild(x, y)):.5f} dB,", end=" ")
    print(f"with zeros by {inversion.distance_db(emma, rebuild(x, 0 * y)):.2f} dB")

# %% [markdown]
# ## Step 6 · A network
#
# A window comes in, a few layers follow, and the dropped coefficients leave. A **hidden layer** here is four things in a row:
#
# `Dense(width)` → `BatchNormalization()`, if wanted → `ReLU()` → `Dropout(dropout)`
#
# Dense layers without a bend between them would be one dense layer. **Dropout** switches off part of a layer's values at random, for one step of training each time, so that none of them can rely on another. **L1** and **L2** make large weights expensive: a penalty on the layer's kernel is added to the loss.
# After the last hidden layer there is one more `Dense`, and nothing after it: coefficients can be negative, and of any size.
#
# > **Exercise 5 · `build_inverter`** (3 points)
# >
# > - A layer is made, then called: `keras.layers.Dense(width)(signal)`.
# > - `keras.regularizers.L1L2(l1, l2)` goes into the hidden layers' `kernel_regularizer`.
# > - `this if batch_normalisation else that`.


# %% nbgrader={"grade": false, "grade_id": "build_inverter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_inverter(
    n_inputs,
    n_outputs,
    layers=2,
    width=256,
    dropout=0.3,
    batch_normalisation=True,
    l1=0.0,
    l2=0.0,
):
    """A network from windows to what was dropped, not trained yet: a keras.Model."""
    ### BEGIN SOLUTION
    # where windows of n_inputs numbers come in
    signal = keras.Input((n_inputs,))
    ### END SOLUTION
    inputs = signal
    for _ in range(layers):
        ### BEGIN SOLUTION
        # a dense layer of that width, without an activation; l1 and l2 penalise its kernel
        sums = keras.layers.Dense(width, kernel_regularizer=keras.regularizers.L1L2(l1, l2))(signal)
        # brought to one scale, if batch_normalisation says so; else as they are
        scaled = keras.layers.BatchNormalization()(sums) if batch_normalisation else sums
        # what is negative becomes 0
        bent = keras.layers.ReLU()(scaled)
        # some of it left out while training: the share is `dropout`
        signal = keras.layers.Dropout(dropout)(bent)
        ### END SOLUTION
    ### BEGIN SOLUTION
    # n_outputs weighted sums, and nothing after them
    outputs = keras.layers.Dense(n_outputs)(signal)
    # all of it, from inputs to outputs
    network = keras.Model(inputs, outputs)
    ### END SOLUTION
    return network


# %% nbgrader={"grade": true, "grade_id": "check_build_inverter", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(build_inverter)

# %% [markdown]
# How large is it? Each dense layer has a number for each pair of input and output, and one more for each output. You can check the sum by hand (batch normalisation learns two numbers for each of its channels):

# %%
network = build_inverter(65, 67)
if network is not ...:
    learned = sum(int(np.prod(each.shape)) for each in network.trainable_weights)
    by_hand = (65 * 256 + 256) + (256 * 256 + 256) + (256 * 67 + 67) + 4 * 256
    print(f"{learned} numbers to learn; by hand {by_hand}")

# %% [markdown]
# ## Step 7 · Stop in time
#
# At first the losses on training and validation data fall together. Then the network begins to learn the *people* it hears by heart. The training loss goes on falling. The validation loss turns round. Whoever stops at the end has the worse network:

# %%
epoch = np.arange(1, 13)
training_loss = 0.5 + 0.5 * 0.75**epoch
validation_loss = training_loss + 0.002 * epoch**2
title = "A sketch: which epoch's weights would you keep?"
curves = {"training": training_loss, "validation": validation_loss}
plot.curves(epoch, curves, title, "epoch", "loss")

# %% [markdown]
# **Early stopping** waits a little, for losses tremble: it stops once the loss has not reached a new low for `patience` epochs. A colleague wrote down when that is. It stops too early, on curves that are doing fine.
#
# > **Exercise 6 · `stopping_epoch`: find the bug** (2 points)
# >
# > - Run it as it is. Which of the two curves should not have been stopped at all?
# > - Follow `waited` by hand. One line has forgotten something.


# %% nbgrader={"grade": false, "grade_id": "stopping_epoch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stopping_epoch(losses, patience):
    """After which epoch, counted from 1, early stopping ends a training with these validation losses: int."""
    lowest, waited = np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        # epochs since the last new low
        ### BEGIN SOLUTION
        waited = 0 if loss < lowest else waited + 1  # released as: waited if loss < lowest else waited + 1
        ### END SOLUTION
        lowest = min(lowest, loss)
        if waited >= patience:
            return epoch
    return len(losses)


# %%
print(stopping_epoch([5, 4, 3, 3.5, 3.2, 3.1, 9], patience=3), "for a curve that turns round")
print(stopping_epoch([5, 6, 4, 5, 3, 4, 2, 3, 1], patience=3), "for one that trembles")

# %% nbgrader={"grade": true, "grade_id": "check_stopping_epoch", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(stopping_epoch)

# %% [markdown]
# When it stops, the best weights are `patience` epochs old. So they are written to a file at every new low, and read again at the end. Keras has a *callback* for each of the two, something that `fit` calls after every epoch.
#
# > **Exercise 7 · `train`** (3 points)
# >
# > - `EarlyStopping` and `ModelCheckpoint`, both in `keras.callbacks`. Both watch `"val_loss"`. The second wants `save_best_only=True`, `save_weights_only=True`, and a path that ends in `.weights.h5`.
# > - `network.fit(x, y, …)` wants `batch_size`, `epochs`, `validation_data=(…, …)`, `callbacks=[…]` and `verbose=0`. It returns a history, of which the last lines make use.
# > - `networks.Progress()` is a callback too: it draws a bar and both curves.


# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(
    network,
    x,
    y,
    x_validation,
    y_validation,
    epochs=12,
    patience=3,
    path="best.weights.h5",
):
    """Train a compiled network and leave it with its best weights: its validation losses, float [n_epochs]."""
    ### BEGIN SOLUTION
    # ends the training once the validation loss has not reached a new low for `patience` epochs
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
    # writes the weights into the file, but only when the validation loss is at a new low
    keep = keras.callbacks.ModelCheckpoint(path, monitor="val_loss", save_best_only=True, save_weights_only=True)
    # the training: 512 windows a step, verbose=0, and three callbacks: stop, keep, networks.Progress()
    history = network.fit(
        x,
        y,
        batch_size=512,
        epochs=epochs,
        validation_data=(x_validation, y_validation),
        callbacks=[stop, keep, networks.Progress()],
        verbose=0,
    )
    ### END SOLUTION
    if history is ...:
        return ...
    # back to the best
    network.load_weights(path)
    return np.array(history.history["val_loss"])


# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(train)

# %% [markdown]
# Now all of it in a row, and the wait begins: three networks, for 13, 20 and 40 coefficients. The loss is the mean **absolute** error, which a few wild frames impress less than a squared one.


# %%
def learn(x, y, x_validation, y_validation, epochs, **settings):
    """Scale, build, train: a network with its best weights, and its validation losses."""
    network = build_inverter(x.shape[1], y.shape[1], **settings)
    scaled = standardise(x, x), standardise(x, x_validation)
    if not ready(network, *scaled):
        return ..., ...
    network.compile(keras.optimizers.Adam(1e-3), "mae", jit_compile=False)
    losses = train(network, scaled[0], y, scaled[1], y_validation, epochs=networks.epochs(epochs))
    return (network, losses) if ready(losses) else (..., ...)


# %%
inverters, scales = {}, {}
for n in networks.part((13, 20, 40)):
    x, y = pairs(training, n)
    if ready(x):
        networks.set_seed(8)
        inverters[n], _ = learn(x, y, *pairs(validation, n), epochs=8)
        scales[n] = x

# %% [markdown]
# ## Does it win?
#
# Now the strangers, for the first time. Their frames are scaled by the *training* data, the network guesses, the inverse DCT does the rest. The SNR is that of mel amplitudes, voice by voice, and then the mean over the thirteen voices: otherwise one loud stranger would speak for all. (A voice is never silent; a frame may be.)

# %%
asked = networks.part(list(zip(strangers.speakers, stranger_log_mels, strict=True)))
asked_speakers = np.repeat([speaker for speaker, _ in asked], [each.shape[1] for _, each in asked])
asked_log_mels = np.hstack([each for _, each in asked])


def scores(log_estimate):
    """Log-spectral distance, SNR as a mean over the voices, and SNR with all voices in one sum: in dB."""
    target, estimate = np.exp(asked_log_mels / 2), np.exp(log_estimate / 2)
    voices = [asked_speakers == speaker for speaker in dict.fromkeys(asked_speakers)]
    ratios = [mean_snr_db(target[:, voice], estimate[:, voice]) for voice in voices]
    if not ready(*ratios):
        return inversion.distance_db(asked_log_mels, log_estimate), ..., ...
    off = inversion.distance_db(asked_log_mels, log_estimate)
    return off, np.mean(ratios), mean_snr_db(target, estimate)


# %%
def line(name, values):
    """A row of a table, with a dash for what is not there yet."""
    print(f"{name:20}" + "".join(f"{'-' if each is ... else f'{each:.2f}':>12}" for each in values))


# %%
print(f"{'':20}{'distance dB':>12}{'SNR dB':>12}{'in one sum':>12}")
for n in (13, 20, 40):
    line(f"{n}, inverse DCT", scores(inversion.smooth(cosines(asked_log_mels)[:n])))
    network = inverters.get(n, ...)
    if ready(network):
        windows, _ = pairs([each for _, each in asked], n)
        guess = np.asarray(network(standardise(scales[n], windows)))
        line(f"{n}, your network", scores(rebuild(windows, guess)))

# %% [markdown]
# Read it line by line. A distance should be small, a ratio large. In both measures the network of the reference wins for 13, for 20 and for 40 coefficients, mostly by tenths of a decibel.
#
# **What it does not win.** Ask for *power* instead of amplitude, so that the loudest cells count even more:

# %%
power = np.exp(asked_log_mels)
for n in (13, 20, 40):
    estimates = {"inverse DCT": inversion.smooth(cosines(asked_log_mels)[:n])}
    estimates["shipped network"] = inversion.invert(shipped[n], cosines(asked_log_mels)[:n])
    ratios = {name: np.sum(power**2) / np.sum((power - np.exp(each)) ** 2) for name, each in estimates.items()}
    print(f"{n}, power, in one sum:", *(f"{name} {10 * np.log10(each):.2f} dB;" for name, each in ratios.items()))

# %% [markdown]
# Not everywhere a gain. And whose voice decides?

# %%
shares = {
    name: np.sum(power[:, asked_speakers == name] ** 2) / np.sum(power**2) for name in dict.fromkeys(asked_speakers)
}
loudest = max(shares, key=shares.get)
print(f"{loudest} alone has {shares[loudest]:.0%} of what is summed, one of {len(shares)} voices")

# %% [markdown]
# One loud stranger, and of him a few vowels. Where the network guesses a harmonic of his too high, it pays for it in full; the logarithm that it was trained in does not care as much. A result holds for the measure it was measured with. Say which.
#
# How does that come out on real voices? The course's own test, on recorded digits of six people, two of them held out, is `python -m benchmarks.networks FOLDER`. In a notebook, `corpus.from_folder("recordings")` gives your own words the same methods as the bundled ones.

# %% [markdown]
# ## Your experiments
#
# What do more layers bring, or more width? What happens without dropout? With batch normalisation switched off? And was it right to ask for what was dropped, and not for the whole frame? The helper trains for a few seconds, on a part of the data and with 13 coefficients, and adds a row. Change *one* thing at a time.

# %%
rows = []
n = 13
quick = [pairs(each if each is ... else each[::step], n) for each, step in ((training, 6), (validation, 2))]
quick_asked = [each for _, each in asked]


# %%
def experiment(whole_frame=False, **settings):
    """Train a small network with these settings of build_inverter; show the table with one more row."""
    if ready(*quick[0], *quick[1]):
        (x, y), (x_validation, y_validation) = quick
        if whole_frame:
            y, y_validation = rebuild(x, y).T, rebuild(x_validation, y_validation).T
        networks.set_seed(8)
        begun = time.perf_counter()
        network, losses = learn(x, y, x_validation, y_validation, epochs=5, **settings)
        if ready(network):
            seconds = time.perf_counter() - begun
            guess = np.asarray(network(standardise(x, pairs(quick_asked, n)[0])))
            training_loss = np.mean(np.abs(np.asarray(network(standardise(x, x[::5]))) - y[::5]))
            named = ", ".join(f"{name}={value}" for name, value in settings.items()) or "as built"
            named = f"whole frame, {named}" if whole_frame else named
            learned = sum(int(np.prod(each.shape)) for each in network.trainable_weights)
            rows.append((named, learned, len(losses), training_loss, np.min(losses), guess, seconds))
    show(rows)


# %%
def show(rows):
    """The table, the baseline first: distance and SNR are those of the strangers."""
    cells = "{:42}{:>9}{:>8}{:>10}{:>12}{:>10}{:>8}{:>5}"
    print(cells.format("settings", "numbers", "epochs", "training", "validation", "distance", "SNR", "s"))
    off, snr, _ = scores(inversion.smooth(cosines(asked_log_mels)[:n]))
    print(cells.format("inverse DCT", 0, 0, "-", "-", f"{off:.2f}", "-" if snr is ... else f"{snr:.2f}", 0))
    for named, learned, epochs, *losses, guess, seconds in rows:
        whole = guess.shape[1] == 80
        off, snr, _ = scores(guess.T if whole else rebuild(pairs(quick_asked, n)[0], guess))
        told = [f"{each:.3f}" for each in losses] + [f"{off:.2f}", f"{snr:.2f}", f"{seconds:.0f}"]
        print(cells.format(named, learned, epochs, *told))


# %%
experiment()

# %%
experiment(whole_frame=True)

# %% [markdown]
# Asked for the whole frame, a network of the same size has to learn the inverse DCT beside everything else, and pays for it. (Its losses are those of 80 bands, and can't be compared with the others.)
#
# Now yours: `experiment(dropout=0.0)`, `experiment(layers=3, width=64)`, `experiment(l2=1e-4)`, … Look at the two losses of each row before you look at the last columns: a training loss far below the validation loss is learning by heart.
#
# > **Note:** whoever picks the best of twenty rows by their distance *on the strangers* has made validation data of them. Choose by the validation loss; ask the strangers once. (The authors of this lesson did look at them while they chose width, layers and speeds. So its figures are somewhat flattering; yours, on voices of your own, would not be.)

# %% [markdown]
# ## Hear it: A, B, C
#
# The original, the inverse DCT of twenty coefficients, and **your** network. First the woman, then the man with the low pitch.


# %%
def three_ways(log_mel, n):
    """Players of the original, the inverse DCT and your network."""
    windows, _ = pairs([log_mel], n)
    network = inverters.get(n, ...)
    yours = rebuild(windows, np.asarray(network(standardise(scales[n], windows)))) if ready(network) else ...
    ways = {"A all 80": log_mel, f"B {n}, inverse DCT": inversion.smooth(cosines(log_mel)[:n]), f"C {n}, yours": yours}
    return audio.compare({name: sound_of(each) for name, each in ways.items()})


three_ways(emma, 20)

# %%
three_ways(ruben, 20)

# %%
three_ways(emma, 40)

# %% [markdown]
# Even A is not the recording: mel bands have no phase, and the engine has to guess it. B sounds as through a blanket, for the stripes between the harmonics are gone. C tries to put them back, where twenty coefficients give away where they might be.
#
# ## Yours and theirs
#
# Your windows, and librosa's frames: it cuts any array along its last axis.

# %%
padded = np.pad(no, ((0, 0), (2, 2)), mode="edge")
frames = librosa.util.frame(padded, frame_length=5, hop_length=1)
agreement(make_windows(no, 2), frames.T.reshape(-1, 65))

# %% [markdown]
# Your scale, and SciPy's:

# %%
agreement(standardise(no.T, emma.T[:, :13]), scipy.stats.zmap(emma.T[:, :13], no.T))

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A network inverts 40 of 40 orthonormal coefficients with an error of 0.3 dB. Is that good?</summary>
# No. The transpose does it without any error and without a single weight. A network can win only where coefficients are missing, and must be compared with the transpose there as well.
# </details>
#
# <details><summary><b>2.</b> Validation and training loss fall together to the end, and on a new speaker the network is no better than the baseline. What would you look at first?</summary>
# At the split. If frames, words or takes of one speaker are on both sides, the validation loss measures how well the network knows people it knows. Then at the scale: was it fitted on the training data only, and used for the new speaker?
# </details>
#
# <details><summary><b>3.</b> Why is a network that guesses the dropped coefficients better than one of the same size that guesses the 80 bands?</summary>
# The bands consist of a part that is known exactly, the inverse DCT of what was kept, and a rest. A network for the bands has to learn the known part too, and errs in it. One for the rest starts at the baseline, since zeros are the baseline.
# </details>

# %% [markdown]
# ## You can now explain
#
# - where a network can beat the inverse DCT at all, and where algebra has the last word;
# - what separates inverting from forecasting, and a stranger from a person heard before;
# - why a split goes by speakers, a scale comes from training data, and a test is asked once;
# - why energies are summed before decibels are taken, and what 0 dB and −39 dB mean;
# - what early stopping waits for, and why the last weights are not the best.
#
# **Next, lesson 09:** a network that is asked for nothing in particular, and invents voices.
