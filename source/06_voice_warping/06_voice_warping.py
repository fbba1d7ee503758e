# %% [markdown]
# # 06 · A voice, warped by hand
#
# > **You hear** one sentence whispered, spoken by a robot, through a wall, backwards in the middle, slowly, and by a smaller person.
# > **You build** six edits of a mel spectrogram and a list that chains them, each in a few lines.
# > **You can say afterwards** why a shift by rows is no pitch shift, why an edit belongs on power and not on decibels, and what an edit must leave alone.
# >
# > 60 to 90 minutes. You need lessons 03 to 05, or: what a mel band is, and that Griffin-Lim finds a phase.

# %%
import json

import librosa
import numpy as np
import scipy.ndimage

from course import audio, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.engine import mel_to_sound
from course.widgets import WarpStudio, shift_explorer

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("06_voice_warping")

# %% [markdown]
# ## One picture, three voices
#
# A spectrogram shows magnitudes and hides phases. So before you edit the picture, hear how much of a voice is *not* in it. Here is the voice:

# %%
SR = audio.SAMPLE_RATE
voice = audio.clip("voice_slt")
audio.play(voice, "the voice")

# %% [markdown]
# **Whisper.** Keep all magnitudes, and roll dice for all phases. The window is short here, 256 samples: too short to show the stripes of the pitch (lesson 02),
# so what is kept is the shape of the mouth, and the vocal folds are gone.

# %%
magnitude = np.abs(librosa.stft(voice, n_fft=256, hop_length=64))
dice = np.random.default_rng(6).uniform(0, 2 * np.pi, magnitude.shape)
whisper = librosa.istft(magnitude * np.exp(1j * dice), hop_length=64)
audio.play(whisper, "phase: noise")

# %% [markdown]
# **Robot.** Set every phase to zero, as seen from the middle of its frame. (Seen from the start of a frame, that is a factor of −1 for every second bin.)
# Then all partials peak together, in the middle of each frame: one pulse a frame, and a frame every 220 samples.
#
# **Predict:** on which tone will the robot speak, whatever the sentence?
#
# <details><summary>Compare</summary>One pulse every 220 samples, at 22 050 samples a second: close to 100 Hz. The hop sets the tone.</details>

# %%
magnitude = np.abs(librosa.stft(voice, n_fft=512, hop_length=220))
alternating = (-1.0) ** np.arange(len(magnitude))[:, None]
robot = librosa.istft((magnitude * alternating).astype(complex), hop_length=220)
audio.play(robot, f"phase: zero; a pulse {SR / 220:.1f} times a second")

# %%
hz = np.arange(700)
spectra = {name: np.abs(np.fft.rfft(x, n=SR))[:700] for name, x in {"voice": voice, "robot": robot}.items()}
title = "The voice glides and blurs. The robot has lines, one hundred hertz apart."
plot.curves(hz, spectra, title, "frequency in Hz", "magnitude")

# %% [markdown]
# Three sounds from one kind of picture. All that follows changes the picture, and lets Griffin-Lim find a phase that fits.

# %% [markdown]
# ## There and back
#
# The picture that we edit is the **mel spectrogram**: power in 128 bands, as `librosa.feature.melspectrogram` gives it. It is a table, float `[n_mels, n_frames]`,
# with band 0, the lowest, in row 0.

# %%
mel = librosa.feature.melspectrogram(y=voice, n_fft=1024, hop_length=256)
describe(mel)


# %%
def show(panels):
    """Mel spectrograms side by side, in dB, down to -40: for the eye, not to compute with."""
    decibels = {title: m if m is ... else librosa.power_to_db(m, amin=1e-4) for title, m in panels.items()}
    return plot.cells(decibels, "time in s", "mel band", "level in dB", x_step=256 / SR)


show({"The sentence: stripes of the pitch below, hisses at the top.": mel})

# %% [markdown]
# The way back is given: `mel_to_sound` fits a power spectrogram to the bands (lesson 04), then runs 11 steps of Griffin-Lim with momentum (lesson 05), from a phase that is better than noise. It takes a
# fraction of a second, and it costs a little quality, before any edit:

# %%
audio.compare({"the voice": voice, "there and back": mel_to_sound(mel)})

# %% [markdown]
# ## The idea: where does it come from?
#
# An edit makes a new table from the old one. Don't ask where each cell *goes*: two may go to one place, and leave a hole elsewhere. Ask each **new** cell where it **comes from**:
#
# $$\text{edited}[b, t] = \text{mel}[b', t']$$
#
# from band $b'$ and frame $t'$; and 0, silence, where those do not exist. A shift subtracts from $b$, a mirror turns $b$ around, a reversal turns $t$, a stretch divides $t$, a warp divides a frequency. (A mute leaves each cell in its place, and scales it.)
#
# > **Note: four rules of a good edit.** It works on **power**: 0 is silence there, while 0 dB is loud. It **leaves its input unchanged**, so that you can undo it.
# > It says what happens at the **edges**. And its result is a mel spectrogram again, never negative, so that edits **chain**.

# %% [markdown]
# ## Edit 1 · Shift
#
# `np.roll` moves rows, in one call. Move them down by ten with it. **Predict** what you will hear, then turn your volume down a little, and play.

# %%
rolled = np.roll(mel, -10, axis=0)
audio.play(mel_to_sound(rolled), "np.roll, 10 rows down")

# %%
for name, table in {"before": mel, "rolled down": rolled}.items():
    print(f"{name:>12}: {np.sum(table[-10:]) / np.sum(table):.1%} of the power in the top ten rows")
show({"The sentence.": mel, "Rolled down: the lowest rows come in at the top.": rolled})

# %% [markdown]
# What leaves at the bottom comes back at the top: the stripes of the pitch whistle in the highest rows. But nothing may wrap around. Row $b$ of the result comes from
#
# $$\text{shifted}[b, t] = \text{mel}[b - \text{n\_bands},\ t]$$
#
# for $0 \le b - \text{n\_bands} < \text{n\_mels}$. All other rows are silent: 0.

# %% [markdown]
# > **Exercise 1 · `shift_bands`** (2 points)
# >
# > - Up if `n_bands` is positive, down if it is negative; rows that were freed hold 0.
# > - Each line with `<YOUR CODE>` is one step: replace its `...`, keep its name.
# > - `exists` wants *both* ends checked. A negative index is no error in NumPy: it counts from the other end, and wraps around.
# > - `np.where(condition, a, b)` takes from `a` where the condition holds, and from `b` elsewhere.


# %% nbgrader={"grade": false, "grade_id": "shift_bands", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shift_bands(mel, n_bands):
    """The mel spectrogram moved up by n_bands rows, freed rows silent: float [n_mels, n_frames]."""
    ### BEGIN SOLUTION
    # the row that each row comes from, which may not exist: int [n_mels]
    sources = np.arange(len(mel)) - n_bands
    # whether it exists: bool [n_mels, 1], a column, so that it holds for every frame
    exists = ((sources >= 0) & (sources < len(mel)))[:, None]
    # the rows at these places; % keeps also the others inside the table
    fetched = mel[sources % len(mel)]
    # what was fetched where it exists, and 0 elsewhere
    shifted = np.where(exists, fetched, 0)
    ### END SOLUTION
    return shifted


# %% nbgrader={"grade": true, "grade_id": "check_shift_bands", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(shift_bands)

# %% [markdown]
# Stuck? `hint(shift_bands)` in a cell of your own helps, as often as you like. Your shift, heard:

# %%
up, down = shift_bands(mel, 10), shift_bands(mel, -10)
audio.compare({"10 rows up": mel_to_sound(up), "10 rows down": mel_to_sound(down)})

# %%
show({"10 rows up: the freed rows are silent.": up, "10 rows down: what left is gone.": down})

# %% [markdown]
# ## A shift by rows is not a pitch shift
#
# It sounds higher. But listen for a *tone*: raised by ten rows, the voice rings, like a radio tuned beside its station. Let us see what ten rows do to a frequency.

# %%
centres = librosa.mel_frequencies(128 + 2, fmin=0, fmax=SR / 2)[1:-1]
for row in (20, 110):
    old, new = centres[row], centres[row + 10]
    factor, added = new / old, new - old
    print(f"row {row:3} to {row + 10:3}: {old:4.0f} to {new:4.0f} Hz, times {factor:.2f}, plus {added:.0f} Hz")

# %% [markdown]
# Up to 1000 Hz the mel scale is a straight line: ten rows *add* the same number of hertz everywhere. Above, they *multiply*. (The factors hold for 128 bands
# up to 11 025 Hz; another basis has others.) But the partials of a voice are *multiples* of its pitch, and stay so only if all are
# multiplied by **one** number. Add 258 Hz to partials at 200, 400, 600 Hz: 458, 658, 858 are multiples of no pitch near 458.

# %%
shift_explorer()

# %% [markdown]
# Slide to 0 and back. At which shift does the tone first sound out of tune with itself? The flat line is what a true change of pitch looks like; you will build it as edit 6.

# %% [markdown]
# ## Edit 2 · Mute
#
# A colleague edits the picture that is seen, the one in dB. To silence the upper half of the bands, 0 is written into them. **Predict:** what will be heard?

# %%
picture = librosa.power_to_db(mel)
picture[64:] = 0
hiss = librosa.db_to_power(picture)
print(f"power in the upper half: {np.mean(mel[64:]):.2g} on average before, {np.mean(hiss[64:]):.2g} after")
audio.play(mel_to_sound(hiss), "“muted” by 0 dB")

# %% [markdown]
# A hiss, from beginning to end, in the pauses too. In decibels 0 is not nothing: it is a power of 1. So edit power, and scale it. A gain in decibels becomes a factor on power,
#
# $$\text{gain} = 10^{\,\text{gain\_db} / 10}$$
#
# By −60 dB, a millionth is left. Negative gains mute, positive ones lift; one function does both.

# %% [markdown]
# > **Exercise 2 · `mute_bands`** (2 points)
# >
# > - Bands `first` to `last` are scaled, **both included**; the others stay as they are.
# > - `rows` is a column, so that it is compared with `first` and `last` row by row, for every frame.
# > - Twenty would be for amplitudes. These are powers.


# %% nbgrader={"grade": false, "grade_id": "mute_bands", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mute_bands(mel, first, last, gain_db=-60.0):
    """Bands first to last scaled by gain_db, the others as they were: float [n_mels, n_frames]."""
    # the number of each row, as a column: int [n_mels, 1]
    rows = np.arange(len(mel))[:, None]
    ### BEGIN SOLUTION
    # the factor on power
    gain = 10 ** (gain_db / 10)
    # which rows are meant: bool [n_mels, 1]
    chosen = (rows >= first) & (rows <= last)
    # these scaled, the others kept
    muted = np.where(chosen, gain * mel, mel)
    ### END SOLUTION
    return muted


# %% nbgrader={"grade": true, "grade_id": "check_mute_bands", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(mute_bands)

# %%
wall, rest = mute_bands(mel, 40, 127, -30), mute_bands(mel, 0, 39)
audio.compare({"through a wall": mel_to_sound(wall), "what the wall keeps": mel_to_sound(rest)})

# %%
print(f"band 40 is centred on {centres[40]:.0f} Hz")
show({"Wall: from band 40 up 30 dB fainter.": wall, "The rest: bands 0 to 39 muted.": rest})

# %% [markdown]
# ## Why find a phase that is known?
#
# An edit that only mutes or scales moves nothing. So the voice's own phase still fits: turn the gains of the bands into gains of the bins, multiply the *complex* STFT, and no
# iteration is needed. The gain of a bin is the mean of its bands' gains, weighted as the mel basis does.

# %%
# the weights of each bin sum to 1; the first and the last bin lie in no band
basis = librosa.filters.mel(sr=SR, n_fft=1024)
weights = basis / np.maximum(basis.sum(axis=0), 1e-12)
# through the wall: from band 40 up 30 dB fainter
gains = np.ones(mel.shape)
gains[40:] = 10 ** (-30 / 10)

# %%
kept = librosa.stft(voice, n_fft=1024, hop_length=256) * np.sqrt(weights.T @ gains)
own_phase, found_phase = librosa.istft(kept, hop_length=256), mel_to_sound(mel * gains)
audio.compare({"its own phase": own_phase, "a phase found again": found_phase})

# %%
wanted = np.abs(kept)
for name, sound in {"its own phase": own_phase, "a phase found again": found_phase}.items():
    heard = np.abs(librosa.stft(sound, n_fft=1024, hop_length=256))
    error = np.linalg.norm(heard - wanted) / np.linalg.norm(wanted)
    print(f"{name:>20}: magnitudes off by {20 * np.log10(error):.0f} dB")

# %% [markdown]
# The root is there because gains are factors on power, and the STFT is an amplitude. Keep this in mind: *an edit that moves nothing needs no new phase*.
# The next ones move things.

# %% [markdown]
# ## Edit 3 · Mirror
#
# Low becomes high: row $b$ comes from row $\text{n\_mels} - 1 - b$. **Predict:** what will take the place of an "s", and what of a vowel?
#
# > **Exercise 3 · `mirror_bands`** (1 point)
# >
# > - The highest row is `len(mel) - 1`, not `len(mel)`.


# %% nbgrader={"grade": false, "grade_id": "mirror_bands", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mirror_bands(mel):
    """The lowest band becomes the highest, and the other way round: float [n_mels, n_frames]."""
    ### BEGIN SOLUTION
    # the row that each row comes from: int [n_mels]
    sources = len(mel) - 1 - np.arange(len(mel))
    # the rows at these places
    mirrored = mel[sources]
    ### END SOLUTION
    return mirrored


# %% nbgrader={"grade": true, "grade_id": "check_mirror_bands", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(mirror_bands)

# %%
mirrored = mirror_bands(mel)
audio.play(mel_to_sound(mirrored), "mirrored")

# %%
show({"The sentence.": mel, "Mirrored: vowels whistle at the top, hisses hum below.": mirrored})

# %% [markdown]
# ## Edit 4 · Reverse, with a bug
#
# A colleague reverses the frames `start` to `stop - 1` in time, and leaves the others alone. The result is right. Now listen to the original *afterwards*:

# %% [markdown]
# > **Exercise 4 · `reverse_time`** (2 points)
# >
# > - Run the three cells below as they are, and hear what has happened to `sentence`.
# > - Which line does it? One small change is enough.
# > - And think: what would *undo* do, if each edit worked like this?


# %% nbgrader={"grade": false, "grade_id": "reverse_time", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reverse_time(mel, start, stop):
    """Frames start to stop - 1 in reverse order, the others as they were: float [n_mels, n_frames]."""
    # the table that is written into
    ### BEGIN SOLUTION
    edited = mel.copy()  # released as: mel
    ### END SOLUTION
    # the frames, the last one first
    edited[:, start:stop] = edited[:, start:stop][:, ::-1]
    return edited


# %%
sentence = mel.copy()
backwards = reverse_time(sentence, 60, 150)
audio.compare({"reversed in the middle": mel_to_sound(backwards), "the original, afterwards": mel_to_sound(sentence)})

# %%
agreement(sentence, mel)

# %% nbgrader={"grade": true, "grade_id": "check_reverse_time", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(reverse_time)

# %% [markdown]
# <details><summary>When it is mended, compare.</summary>
# <code>edited = mel</code> makes no second table: it gives the first one a second name. A slice such as <code>mel[:, 10:20]</code> is no copy either, it is a window on the same numbers.
# What <i>computes</i> something new (<code>np.where</code>, <code>+</code>, <code>mel[list_of_rows]</code>) is a new table.
# </details>
#
# > **Note:** a picture reversed is not a sound reversed. Within a frame time still runs forwards, since only whole frames changed places; Griffin-Lim finds a phase for the new order.

# %% [markdown]
# ## Edit 5 · Stretch
#
# Slow a tape down, and the voice grows: everything sinks. Stretch the *picture* in time, and the rows stay where they are.

# %%
tape = audio.resample(voice, SR, round(1.5 * SR))
picture = scipy.ndimage.zoom(mel, (1, 1.5), order=1)
audio.compare({"the tape, 1.5 times as long": tape, "the picture, 1.5 times as long": mel_to_sound(picture)})

# %% [markdown]
# Between the old frames new ones are needed. With $n$ frames before and $m$ after, new frame $i$ comes from the place
#
# $$\text{positions}[i] = i \cdot \frac{n - 1}{m - 1}$$
#
# so the first stays first and the last stays last. Most places lie between two frames, and there we draw a straight line from one to the other: **linear interpolation**.

# %% [markdown]
# > **Exercise 5 · `stretch_time`** (3 points)
# >
# > - `n_out` is `round(factor * n_frames)`.
# > - `np.linspace(a, b, n)` gives `n` evenly spaced numbers from `a` to `b`, both included.
# > - `np.interp(positions, x, y)` reads the line through the points `x`, `y` at the positions. It takes one row at a time: `[… for band in mel]`, then `np.stack`.


# %% nbgrader={"grade": false, "grade_id": "stretch_time", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stretch_time(mel, factor):
    """The mel spectrogram, factor times as long: float [n_mels, round(factor * n_frames)]."""
    n_frames = mel.shape[1]
    ### BEGIN SOLUTION
    # how many frames the result has
    n_out = round(factor * n_frames)
    # the place that each new frame comes from, between 0 and n_frames - 1: float [n_out]
    positions = np.linspace(0, n_frames - 1, n_out)
    # each band read at these places
    stretched = np.stack([np.interp(positions, np.arange(n_frames), band) for band in mel])
    ### END SOLUTION
    return stretched


# %% nbgrader={"grade": true, "grade_id": "check_stretch_time", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(stretch_time)

# %%
slow, fast = stretch_time(mel, 1.6), stretch_time(mel, 0.7)
audio.compare({"1.6 times as long": mel_to_sound(slow), "0.7 times as long": mel_to_sound(fast)})

# %% [markdown]
# ## Three ways to zoom, one of them right
#
# An image library zooms too. `scipy.ndimage.zoom` draws smooth curves (splines of order 3) unless told otherwise, and colleagues have let it loose on the dB picture. All three, twice as long:

# %%
straight = scipy.ndimage.zoom(mel, (1, 2), order=1)
splines = scipy.ndimage.zoom(mel, (1, 2))
in_db = librosa.db_to_power(scipy.ndimage.zoom(librosa.power_to_db(mel), (1, 2), order=1))
print(f"splines: {np.mean(splines < 0):.0%} of the cells have less than no power, down to {splines.min():.2g}")

# %%
# the band and the new frame where the splines dip deepest, and what is around it
band, dip = np.unravel_index(np.argmin(splines), splines.shape)
around = np.arange(dip - 1, dip + 5)
lines = {"on power": straight[band, around], "splines": splines[band, around], "in dB": in_db[band, around]}
title = f"Band {band} fading out: splines go below zero, the mean of decibels fades too soon."
plot.curves(around, lines, title, "new frame", "power")

# %% [markdown]
# A curve that is smooth overshoots: below zero beside a loud frame, and the root of a negative power is no number. And a mean of decibels is ruled by the quieter of the two: beside silence, half of a sound
# is next to nothing. So: on power, in straight lines.

# %% [markdown]
# ## Edit 6 · Warp, in hertz
#
# Back to the promise. To multiply *all* frequencies by one factor, ask each band: my centre lies at $c_b$ hertz; what is to be heard here stood at $c_b / \text{factor}$ before.
# That place lies between two bands. On the mel scale bands are evenly spaced, so interpolate there:
#
# $$\text{warped}[b, t] = \text{mel}_t\big(\text{hz\_to\_mel}(c_b / \text{factor})\big)$$
#
# where $\text{mel}_t(\cdot)$ reads frame $t$ between its bands' centres. Below the lowest centre and above the highest there is nothing: 0.
#
# > **Note: how many edges have 128 bands?** 130. Each filter rises from one edge, peaks at the next, falls to the one after. So the *centres* are the 130 edges without the first and the last.

# %% [markdown]
# > **Exercise 6 · `warp_frequencies`** (4 points)
# >
# > - `librosa.mel_frequencies(n, fmin=…, fmax=…)` gives `n` edges in Hz, evenly spaced in mel. The basis reaches from `low` to `high` Hz.
# > - A factor above 1 makes a voice higher. Try with a number: at a factor of 2, what is to be heard at 600 Hz came from …?
# > - `np.interp(…, left=0, right=0)` gives 0 outside of the known points. Unless told so, it repeats the last one.


# %% nbgrader={"grade": false, "grade_id": "warp_frequencies", "locked": false, "schema_version": 3, "solution": true, "task": false}
def warp_frequencies(mel, factor, sample_rate, low=0.0, high=None):
    """All frequencies times factor, 0 where nothing comes from: float [n_mels, n_frames]."""
    high = sample_rate / 2 if high is None else high
    ### BEGIN SOLUTION
    # the bands' centres in Hz, without the two outer edges: float [n_mels]
    centres = librosa.mel_frequencies(len(mel) + 2, fmin=low, fmax=high)[1:-1]
    # where the new content of each band stood before, in Hz: float [n_mels]
    sources = centres / factor
    # both on the mel scale, where centres are evenly spaced: float [n_mels] each
    known = librosa.hz_to_mel(centres)
    places = librosa.hz_to_mel(sources)
    # what each frame holds at these places, read between its bands
    columns = [np.interp(places, known, frame, left=0, right=0) for frame in mel.T]
    # frames in columns again
    warped = np.stack(columns, axis=1)
    ### END SOLUTION
    return warped


# %% nbgrader={"grade": true, "grade_id": "check_warp_frequencies", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(warp_frequencies)

# %%
smaller, larger = warp_frequencies(mel, 1.25, SR), warp_frequencies(mel, 0.8, SR)
voices = {"the voice": voice, "all times 1.25": mel_to_sound(smaller), "all times 0.8": mel_to_sound(larger)}
audio.compare(voices)

# %% [markdown]
# A smaller and a larger person: pitch *and* resonances moved together, and the sentence takes as long as before. Nothing rings. The pitch, as `librosa.yin` finds it:

# %%
for name, sound in voices.items():
    if sound is not ...:
        print(f"{name:>14}: {np.median(librosa.yin(sound, fmin=80, fmax=400, sr=SR)):.0f} Hz in the middle")

# %% [markdown]
# The difference is plainest on a tone. Its partials stand at multiples of 200 Hz:

# %%
seconds = np.arange(SR) / SR
tone = 0.04 * sum(np.cos(2 * np.pi * 200 * k * seconds) for k in range(1, 16))
tone_mel = librosa.feature.melspectrogram(y=tone, n_fft=1024, hop_length=256)
by_rows, by_factor = shift_bands(tone_mel, 10), warp_frequencies(tone_mel, 1.5, SR)
audio.compare({"the tone": tone, "10 rows up": mel_to_sound(by_rows), "all times 1.5": mel_to_sound(by_factor)})

# %%
panels = {"The tone.": tone_mel, "10 rows up: a gap below.": by_rows, "Times 1.5: wider steps.": by_factor}
show({title: m if m is ... else m[:48] for title, m in panels.items()})

# %% [markdown]
# On the right the lowest line stands one and a half times as high *and* the lines stand one and a half times as far apart.
# In the middle the lines kept their distance, and below them a gap has opened: the ear finds no pitch that fits.

# %% [markdown]
# ## An edit list is data
#
# You have six edits. What do you send to a friend who wants to hear *your* voice with *your* effects? Not functions, and not even the sound: a **list of steps**.

# %%
steps = [["shift_bands", -3], ["stretch_time", 1.3], ["mute_bands", 90, 127, -40.0]]
text = json.dumps(steps)
print(text, "·", len(text), "characters")

# %% [markdown]
# Each step names an edit, and what follows are its settings, after the mel spectrogram. A list can be saved, sent, looked at. And since no edit touches its input, **undo** is the same list without its last step.

# %% [markdown]
# > **Exercise 7 · `chain`** (2 points)
# >
# > - `edits` finds the function by its name. It is made inside `chain`, so your newest versions count.
# > - `for name, *settings in steps` gives the first entry a name, and collects the rest in a list. `f(x, *settings)` hands the entries of that list over one by one.
# > - Each step gets what the step before it made.


# %% nbgrader={"grade": false, "grade_id": "chain", "locked": false, "schema_version": 3, "solution": true, "task": false}
def chain(mel, steps):
    """The mel spectrogram after all steps, each a list [name of an edit, its settings …]: float [n_mels, n_frames]."""
    edits = {
        "shift_bands": shift_bands,
        "mute_bands": mute_bands,
        "mirror_bands": mirror_bands,
        "reverse_time": reverse_time,
        "stretch_time": stretch_time,
        "warp_frequencies": warp_frequencies,
    }
    edited = mel
    for name, *settings in steps:
        ### BEGIN SOLUTION
        # the function of that name
        edit = edits[name]
        # what it makes of all that was done so far
        edited = edit(edited, *settings)
        ### END SOLUTION
    return edited


# %% nbgrader={"grade": true, "grade_id": "check_chain", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(chain)

# %%
received = json.loads(text)
after, undone = chain(mel, received), chain(mel, received[:-1])
audio.compare({"all steps": mel_to_sound(after), "the last one undone": mel_to_sound(undone)})

# %% [markdown]
# Does the order matter? Shift up by ten, then mirror: which list begins with the mirror and does the same? **Predict**, then run.
#
# <details><summary>Compare</summary>After the mirror, up is down. So the shift must be turned around as well: by −10.</details>

# %%
shift_first = chain(mel, [["shift_bands", 10], ["mirror_bands"]])
agreement(shift_first, chain(mel, [["mirror_bands"], ["shift_bands", -10]]))

# %% [markdown]
# ## Play: the warp studio
#
# Drag a box on the voice, press a button, and hear it change at once. The buttons are the course's own edits; below them stand **yours**. (No mouse? The picture takes arrow keys, and every button has its letter.)
# An edit that is not done yet says so.

# %%
mine = [shift_bands, mute_bands, mirror_bands, reverse_time, stretch_time, warp_frequencies]
studio = WarpStudio(voice, {edit.__name__: edit for edit in mine})
studio

# %% [markdown]
# What you did is a list of steps, ready to be sent. Run this cell again whenever you like:

# %%
print(json.dumps(studio.steps))

# %% [markdown]
# Only what you touch is made anew: the rest of the voice stays as it was, sample by sample, and where you only turned something down or up it keeps its own phase, as in step 2.
#
# An idea to try: write an edit of your own (an echo: `mel` plus a fainter `mel` that begins some frames later), call its parameters `start` and `stop` if it is to heed the box, and add it to `mine`.

# %% [markdown]
# ## Yours and theirs
#
# Image libraries shift, zoom and flip tables, and a spectrogram is a table. With the right settings they agree with you:

# %%
agreement(shift_bands(mel, -7), scipy.ndimage.shift(mel, (-7, 0), order=0))

# %%
agreement(mirror_bands(mel), np.flipud(mel))

# %%
agreement(stretch_time(mel, 1.37), scipy.ndimage.zoom(mel, (1, 1.37), order=1))

# %% [markdown]
# And librosa changes pitch as well, another way: it stretches the *complex* STFT with a phase vocoder, then resamples. It goes through no mel bands, so it keeps more of the voice.

# %%
theirs = librosa.effects.pitch_shift(voice, sr=SR, n_steps=12 * np.log2(1.25))
audio.compare({"yours, times 1.25": mel_to_sound(smaller), "librosa, times 1.25": theirs})

# %% [markdown]
# Both move pitch and resonances by one factor. To move the one and keep the other, they must first be told apart. That is what lesson 07 does.

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> True or false: on a mel spectrogram a shift by ten rows raises every frequency by the same musical interval.</summary>
# <b>False.</b> On this mel scale rows add hertz below 1000 Hz and multiply above. Only where they multiply is it an interval, and the strongest partials of a voice lie below. A true warp divides each band's centre <i>in hertz</i>.
# </details>
#
# <details><summary><b>2.</b> You want half a second of silence in a mel spectrogram. What do you write into the cells: of power, of decibels?</summary>
# Power: <b>0</b>. Decibels have no number for silence (minus infinity); their 0 is a power of <code>ref</code>, often the loudest cell of all. So edit power, and turn it into decibels for the picture only.
# </details>
#
# <details><summary><b>3.</b> Which of these need a new phase: mute, reverse, stretch, 6 dB more treble?</summary>
# <b>Reverse and stretch</b>: they move cells, and the old phase belongs to the old place. Mute and treble only scale, so the complex STFT can be scaled, and its own phase kept.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why each new cell is asked where it comes from, and what it is told at an edge;
# - by which factors a shift by rows moves low and high frequencies, and what a true warp does instead;
# - what whisper and robot show about the phase, and when the original phase can be kept;
# - why an edit works on power, leaves its input alone, and why a list of steps is worth more than a list of results.
#
# **Next, lesson 07:** pitch and mouth, told apart by one more transform: MFCC.
