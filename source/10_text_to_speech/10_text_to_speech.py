# %% [markdown]
# # 10 · A sentence that nobody said
#
# > **You hear** a sentence that was never spoken, put together from words that were; and each of the reasons why it sounds the way it does.
# > **You build** the way from letters to spoken units, the scissors, the levels, the tempo and the joints between them, and two measures of whether a machine can be understood: dynamic time warping and the word error rate.
# > **You can say afterwards** what every lesson of this course has given to a voice that speaks, what was lost on the way, and what a real synthesiser adds.
# >
# > 90 minutes. You need lessons 05, 07 and 08, or: what MFCCs are, how a network guesses a mel spectrogram from them, and that Griffin-Lim makes it sound.

# %%
import re
import time
from collections import namedtuple
from html import escape
from itertools import pairwise

import librosa
import numpy as np
import scipy.ndimage
from scipy.spatial.distance import cdist

from course import audio, corpus, networks, plot
from course.check import agreement, begin, check, hint, progress
from course.engine import Frames, MelBasis, cepstrum_to_mel, magnitude_to_signal, mel_to_cepstrum
from course.widgets.explorer import Choice, Explorer, Slider, Text

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("10_text_to_speech")

# %% [markdown]
# ## Six words are no sentence
#
# The corpus of this course knows forty words and the names of the letters. Here is one speaker, a Scotsman:

# %%
angus = corpus.bundled().only(speakers="angus")
units = angus.labels.tolist()
print(angus)
print(*units)

# %% [markdown]
# None of its speakers ever said "hello world, this is my voice". But all six words are there. So lay six recordings end to end:

# %%
words = ["hello", "world", "this", "is", "my", "voice"]
recorded = [angus.sound(units.index(word)) for word in words]
laid = np.concatenate(recorded)
audio.play(laid, "six recordings, end to end")

# %%
title = "Six islands, with silence around each, and as long as it happened to be."
plot.waveform(laid, title)

# %% [markdown]
# You understand every word. And yet this is a list, not a sentence: every word begins and ends in silence, one is louder than the next, and nothing can be said faster.
# With recordings little can be done about it. With **numbers that describe** them, much can. You have such numbers since lesson 07.
#
# **The idea of this lesson.** Store every word as a sequence of MFCCs. A sentence is then a table of numbers that is put together from smaller tables: cut them, level them, stretch them, join them. Only at the very end does the table
# become a sound, by the network of lesson 08, which guesses what the MFCCs have left out, and by Griffin-Lim, which finds the phase.
#
# ```
# text → units → MFCCs of each → cut, levelled, stretched → joined → mel bands → magnitudes → sound
#        step 1                   steps 2, 3, 4            step 5   lesson 08   lesson 04    lesson 05
# ```

# %% [markdown]
# ## What is stored
#
# Helpers from earlier lessons: 80 mel bands up to 8 kHz, the way from bands to sound by the course's engine, and back from MFCCs to bands by the inverse cosine transform.

# %%
basis = MelBasis(80, top_hz=8000)
SECONDS = 256 / audio.SAMPLE_RATE  # from one frame to the next


def mel_of(sound):
    """Mel power spectrogram: float [80, n_frames]."""
    return basis.of(np.abs(Frames().stft(sound)) ** 2).T


def sound_of(mel):
    """A sound with that mel spectrogram: lessons 04 and 05, as fast as the engine has them."""
    return magnitude_to_signal(basis.to_magnitude(mel.T), iterations=16, start="random")


# %% [markdown]
# Twenty coefficients of each frame are kept, for all units of this voice:

# %%
stored = [mel_to_cepstrum(mel, 20) for mel in angus.mels()]
n_frames = sum(mfcc.shape[1] for mfcc in stored)
n_samples = sum(len(angus.sound(i)) for i in range(len(angus)))
print(f"{len(units)} units: {20 * n_frames} numbers in place of {n_samples} samples")

# %% [markdown]
# One word on the whole way: recorded, and from its twenty coefficients back.

# %%
hello = stored[units.index("hello")]
audio.compare({"recorded": recorded[0], "from 20 coefficients": sound_of(cepstrum_to_mel(hello, 80))})

# %%
decibels = [librosa.power_to_db(each) for each in (mel_of(recorded[0]), cepstrum_to_mel(hello, 80))]
titles = "Recorded: stripes, the harmonics of a voice.", "From 20 coefficients: hills only."
plot.cells(dict(zip(titles, decibels, strict=True)), "time in s", "mel band", "level in dB", x_step=SECONDS)

# %% [markdown]
# The stripes are gone, and with them the melody: what comes out is hoarse. Remember that sound. It is the raw material.
#
# ### Plain parts first
#
# While your own parts are not done, plain ones stand in for them: words that are known and nothing else, nothing cut, nothing levelled, frames repeated, units laid end to end. `done` takes yours as soon as it answers.


# %%
def done(yours, plain):
    """Your part, once it is done; until then a plain one in its place."""

    def part(*arguments):
        answer = yours(*arguments)
        return plain(*arguments) if answer is ... else answer

    return part


# %% [markdown]
# The six words by the plainest of parts, twenty rows of numbers side by side:

# %%
plain = np.hstack([stored[units.index(word)] for word in words])
print(f"{plain.shape[1] * SECONDS:.2f} s")
audio.play(sound_of(cepstrum_to_mel(plain, 80)), "coefficients, end to end")

# %% [markdown]
# ## Step 1 · From letters to units
#
# A computer reads letters; the box holds sounds. In between stands a table of what *sounds like* what:

# %%
sounds_like = {
    **{"you": "u", "are": "r", "see": "c", "sea": "c", "why": "y", "be": "b", "oh": "o", "tea": "t", "eye": "i"},
    **{"to": "two", "too": "two", "for": "four", "won": "one", "ate": "eight", "write": "right", "know": "no"},
    **{str(digit): units[digit] for digit in range(10)},
}

# %% [markdown]
# **Predict first.** What will be spoken for `R U OK? CU @ 8!` — which words, which letters, and what happens to the signs?
#
# And what of words that neither the box nor the table knows? English spelling does not tell how a word is spoken: think of *though, through, tough*. Real synthesisers have a dictionary of a hundred thousand words, and a trained guess for the rest.
# You have forty words, and an honest way out: **spell it**.
#
# > **Exercise 1 · `to_units`** (3 points)
# >
# > - Capital letters are small ones; apostrophes vanish (*don't* is *dont*). Runs of the letters a to z are words, each digit is one by itself; all else only separates.
# > - First ask the table, then look whether the box knows the name. What it doesn't know is spelled, letter by letter.
# > - The answer holds *places* in `words`, the list of all units. No text, no units: an empty array of ints.


# %% nbgrader={"grade": false, "grade_id": "to_units", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_units(text, words, sounds_like):
    """Places in `words` of the units that speak a text, spelled where need be: int [n_units]."""
    ### BEGIN SOLUTION
    # small letters, and no apostrophes: a str
    plain = re.sub("['’]", "", text.lower())
    # runs of letters, and single digits: a list of str
    tokens = re.findall("[a-z]+|[0-9]", plain)
    # what the table says that each sounds like; itself, if the table says nothing
    names = [sounds_like.get(token, token) for token in tokens]
    # a known name stays whole, another one falls into its letters: a list of str
    spoken = [unit for name in names for unit in ([name] if name in words else name)]
    # where each stands among the words: int [n_units]
    places = np.array([words.index(unit) for unit in spoken], dtype=int)
    ### END SOLUTION
    return places


# %% nbgrader={"grade": true, "grade_id": "check_to_units", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(to_units)

# %% [markdown]
# Was your prediction right?


# %%
def plain_units(text, words, sounds_like):
    """Known words, and nothing else."""
    return [words.index(word) for word in text.lower().split() if word in words]


read = done(to_units, plain_units)
for text in ("hello world, this is my voice", "R U OK? CU @ 8!", "I don't know 42 words", "¡Olé!"):
    print(f"{text:30} {' · '.join(units[place] for place in read(text, units, sounds_like))}")

# %% [markdown]
# > **Note: what a table can't do.** *Read* sounds like *red* or *reed*, *live* rhymes with *give* or with *dive*, and only the sentence tells which. Dates, prices, "Dr." and "St." are worse. Of a real synthesiser, a large part does nothing but read.

# %% [markdown]
# ## Step 2 · Scissors
#
# Each recording has some silence at both ends, so that nothing gets lost. In a sentence that becomes gaps. Where does a word begin? Coefficient 0 knows how loud a frame is: it is $\sqrt{B}$ times the mean of the $B$ log-mel bands, so
#
# $$\text{level} = \frac{10}{\ln 10} \cdot \frac{\text{mfcc}[0]}{\sqrt{B}} \quad\text{in dB}$$

# %%
night = stored[units.index("night")]
level = {"": 10 / np.log(10) * night[0] / np.sqrt(80)}
title = "“night”: the vowel, then a gap, then the t. Which frames belong to the word?"
plot.curves(np.arange(night.shape[1]) * SECONDS, level, title, "time in s", "mean level of the bands in dB")

# %% [markdown]
# There is the trap: the mouth is closed before the *t*, so there is a gap **within** the word. It belongs to the *t*; whoever throws away all faint frames throws it away, too.
#
# > **Exercise 2 · `trim_silence`** (2 points)
# >
# > - A frame counts as loud if it lies at most `drop_db` below the loudest of all.
# > - Keep everything **from the first to the last** loud frame, the faint ones in between included.
# > - Python's slices end before their second number.


# %% nbgrader={"grade": false, "grade_id": "trim_silence", "locked": false, "schema_version": 3, "solution": true, "task": false}
def trim_silence(mfcc, drop_db=30, n_bands=80):
    """MFCCs without the faint frames at both ends: float [n_coefficients, at most n_frames]."""
    ### BEGIN SOLUTION
    # mean level of the bands in each frame, in dB: float [n_frames]
    level = 10 / np.log(10) * mfcc[0] / np.sqrt(n_bands)
    # whether a frame is loud: bool [n_frames]
    loud = level >= np.max(level) - drop_db
    # the numbers of the loud frames: int
    places = np.flatnonzero(loud)
    # from the first of them to the last
    trimmed = mfcc[:, places[0] : places[-1] + 1]
    ### END SOLUTION
    return trimmed


# %% nbgrader={"grade": true, "grade_id": "check_trim_silence", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(trim_silence)


# %%
def as_it_is(mfcc, *_):
    """Nothing is done to it."""
    return mfcc


trim = done(trim_silence, as_it_is)
cut = [trim(mfcc) for mfcc in stored]
print(f"{n_frames * SECONDS:.1f} s of units, cut to {sum(mfcc.shape[1] for mfcc in cut) * SECONDS:.1f} s")

# %% [markdown]
# > **Note: how far down is silence?** With a small `drop_db` you lose soft consonants, the *f* of "off" or the *th* of "with"; with a large one the noise of the room counts as speech. Try 15 and 50.

# %% [markdown]
# ## Step 3 · Find the bug: one level for all
#
# How loud is each unit? The power of all bands, averaged over its frames, in dB:


# %%
def level_db(mfcc):
    """Mean power of a unit, as its coefficients tell it, in dB."""
    return 10 * np.log10(np.mean(np.sum(cepstrum_to_mel(mfcc, 80), axis=0)))


levels = np.array([level_db(mfcc) for mfcc in cut])
quiet, loud = units[np.argmin(levels)], units[np.argmax(levels)]
print(f"quietest: {quiet!r}, {min(levels):.1f} dB; loudest: {loud!r}, {max(levels):.1f} dB")

# %%
audio.compare({name: sound_of(cepstrum_to_mel(cut[units.index(name)], 80)) for name in (quiet, loud)})

# %% [markdown]
# To make a unit louder by $g$ dB, every band must rise by $g$ dB. That is one number to change: coefficient 0. A colleague has written it. It runs, and it makes quiet units louder. Somewhat.
#
# > **Exercise 3 · `match_level`** (2 points)
# >
# > - Run it as it is. How many dB were asked for, and how many came?
# > - One line changes coefficient 0 by too little. By what factor? Look at step 2, and mend it.


# %% nbgrader={"grade": false, "grade_id": "match_level", "locked": false, "schema_version": 3, "solution": true, "task": false}
def match_level(mfcc, level_db, n_bands=80):
    """MFCCs of the same unit with another mean power, in dB: float [n_coefficients, n_frames]."""
    # power of all bands together, in each frame: float [n_frames]
    power = np.sum(cepstrum_to_mel(mfcc, n_bands), axis=0)
    # what is missing, in dB
    missing_db = level_db - 10 * np.log10(np.mean(power))
    # by how much coefficient 0 must rise for that
    ### BEGIN SOLUTION
    rise = np.sqrt(n_bands) * np.log(10) / 10 * missing_db  # released as: np.log(10) / 10 * missing_db
    ### END SOLUTION
    # the same rise in all frames; the other coefficients stay
    matched = mfcc.copy()
    matched[0] += rise
    return matched


# %%
matched = match_level(hello, level_db(hello) + 9)
print(f"asked for +9.0 dB, got {level_db(matched) - level_db(hello):+.1f} dB")

# %% nbgrader={"grade": true, "grade_id": "check_match_level", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(match_level)

# %%
even = np.array([level_db(match_level(mfcc, 15)) for mfcc in cut])
title = "All units at 15 dB: a flat line, once the bug is gone."
plot.curves(np.arange(len(units)), {"as stored": levels, "matched": even}, title, "unit", "level in dB")

# %% [markdown]
# > **Note: a level has a domain.** A factor on the samples, decibels, the natural logarithm of power, coefficient 0: four scales for the same thing. Adding 9 to the wrong one does not fail; it only sounds wrong.

# %% [markdown]
# ## Step 4 · Tempo
#
# **Predict first.** Say it in half the time: leave out every second sample. What will you hear, and why? And with every sample taken twice?

# %%
audio.compare({"half": recorded[0][::2], "as recorded": recorded[0], "double": np.repeat(recorded[0], 2)})

# %% [markdown]
# A gnome and a giant: samples that come twice as fast make every frequency twice as high, the pitch as well as the formants. But a *frame* of MFCCs holds no samples. It says which shape the spectrum has, not for how long. Take the frames more slowly, and the
# shape stays.
#
# A new sequence of `n_frames` frames spans the old one, from its first frame to its last. Most of its frames fall between two old ones, and are mixed from both: the nearer one counts more. That is **linear interpolation**.
#
# ```
# old frames        0     1     2     3
# 7 new frames      0  ½  1  1½ 2  2½ 3
# ```
#
# > **Exercise 4 · `stretch`** (3 points)
# >
# > - `np.linspace(first, last, number)` contains both ends.
# > - An array of ints picks columns: `mfcc[:, before]`. Behind the last frame there is none; a `np.minimum` helps.
# > - No ready-made interpolation here.


# %% nbgrader={"grade": false, "grade_id": "stretch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stretch(mfcc, n_frames):
    """The same course of MFCCs in another number of frames: float [n_coefficients, n_frames]."""
    ### BEGIN SOLUTION
    # the number of the last old frame
    last = mfcc.shape[1] - 1
    # where each new frame lies among the old ones, from 0 to last: float [n_frames]
    position = np.linspace(0, last, n_frames)
    # the old frame before it: int [n_frames]
    before = np.floor(position).astype(int)
    # the old frame after it, or the last one: int [n_frames]
    after = np.minimum(before + 1, last)
    # how far it is from the one to the other, from 0 to less than 1: float [n_frames]
    share = position - before
    # both mixed
    stretched = (1 - share) * mfcc[:, before] + share * mfcc[:, after]
    ### END SOLUTION
    return stretched


# %% nbgrader={"grade": true, "grade_id": "check_stretch", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(stretch)


# %%
def repeated(mfcc, n_frames):
    """Frames left out or repeated, none mixed."""
    return scipy.ndimage.zoom(mfcc, (1, n_frames / mfcc.shape[1]), order=0)


slower = done(stretch, repeated)
tempi = {f"tempo {tempo}": slower(hello, round(hello.shape[1] / tempo)) for tempo in (2, 1, 0.5)}
audio.compare({name: sound_of(cepstrum_to_mel(mfcc, 80)) for name, mfcc in tempi.items()})

# %% [markdown]
# The same mouth, faster and slower. (Below tempo 0.5 it sounds drunk. Who speaks slowly draws out vowels, not every *p* and *t*; a real synthesiser has a model of how long each sound lasts.)

# %% [markdown]
# ## Step 5 · Joints
#
# Here are two words, cut off in the middle of their vowels and put together as *samples*:

# %%
no, go = (angus.sound(units.index(name)) for name in ("no", "go"))
seconds = np.argmax(no) / audio.SAMPLE_RATE
hard = np.concatenate([no[: np.argmax(no)], 0.5 * go[np.argmin(go) :]])
audio.play(hard, "half a no, half a go")

# %%
title = f"At {seconds:.3f} s the wave jumps. The ear calls it a click."
plot.waveform(hard, title, start=seconds - 0.02, end=seconds + 0.02)

# %% [markdown]
# Two waves do not meet at the same height, and do not go the same way. In MFCCs there is no wave yet: the phase is found at the end, for the whole sentence at once, so nothing can click. What can jump is the *shape*, and that is cured by a
# **cross-fade**: over `n_fade` frames the first unit goes and the second one comes,
#
# $$\text{mixed}[k] = (1 - w_k)\, \text{first} + w_k\, \text{second}$$
#
# with $w_k = k / (n + 1)$ for $k = 1 \dots n$, where $n$ is `n_fade`. The two weights sum to one in every frame, and neither is ever zero: a frame of weight 0 or 1 would mix nothing.

# %%
k = np.arange(1, 5)
weights = {"first": 1 - k / 5, "second": k / 5}
plot.curves(k, weights, "n_fade = 4: as much comes as goes, together always 1.", "k", "weight")

# %% [markdown]
# > **Exercise 5 · `join`** (3 points)
# >
# > - The two units **overlap**: the result is `n_fade` frames shorter than both together.
# > - Where does the overlap begin in the first unit? Count from its start: with `n_fade=0`, `first[:, -0:]` is everything.
# > - `np.hstack` sets what comes before, the mixed frames and what comes after side by side.


# %% nbgrader={"grade": false, "grade_id": "join", "locked": false, "schema_version": 3, "solution": true, "task": false}
def join(first, second, n_fade):
    """Two sequences that overlap by n_fade frames, cross-faded: float [n_coefficients, n_first + n_second - n_fade]."""
    ### BEGIN SOLUTION
    # the weight of the second in each frame of the overlap, between 0 and 1: float [n_fade]
    rising = np.arange(1, n_fade + 1) / (n_fade + 1)
    # where in the first one the overlap begins
    start = first.shape[1] - n_fade
    # the frames of the overlap, mixed from both: float [n_coefficients, n_fade]
    mixed = (1 - rising) * first[:, start:] + rising * second[:, :n_fade]
    # what comes before, the overlap, what comes after
    joined = np.hstack([first[:, :start], mixed, second[:, n_fade:]])
    ### END SOLUTION
    return joined


# %% nbgrader={"grade": true, "grade_id": "check_join", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(join)


# %%
def end_to_end(first, second, n_fade):
    """No overlap, no fade."""
    return np.hstack([first, second])


glue = done(join, end_to_end)
halves = [stored[units.index(name)] for name in ("no", "go")]
soft = glue(halves[0][:, : halves[0].shape[1] // 2], halves[1][:, halves[1].shape[1] // 2 :], 4)
audio.compare({"samples, joined hard": hard, "coefficients, joined": sound_of(cepstrum_to_mel(soft, 80))})

# %% [markdown]
# > **Note: what does a mixed cepstrum mean?** The MFCCs are linear in the *logarithm* of the mel spectrum. So half and half is the geometric mean of two spectra: between "loud" and "silence" lies, after half the way, the mean of their decibels. A fade
# > of the cepstrum into silence is a straight line in dB, as a tone dies away in a room.

# %% [markdown]
# ## The voice
#
# Now the chain. Only this cell needs the network of lesson 08 (the one that ships with the course, so that everybody hears the same). It looks at a frame and two on either side, and says all 80 bands of it:

# %%
network = networks.load("inverter_20")


def net_mel(mfcc):
    """What the net makes of 20 coefficients: mel power, float [80, n_frames]."""
    wide = np.hstack([mfcc[:, :1], mfcc[:, :1], mfcc, mfcc[:, -1:], mfcc[:, -1:]])
    windows = np.vstack([wide[:, offset : offset + mfcc.shape[1]] for offset in range(5)]).T
    return np.exp(np.asarray(network(windows.astype("float32")))).T


# %% [markdown]
# A pause is made of frames like any other: all bands equally faint, three such frames between two words. The cross-fade *into* them and *out of* them is what ends and begins a word.

# %%
FADE, PAUSE, LEVEL = 2, 3, 15
silence = np.zeros((20, PAUSE + 2 * FADE))
silence[0] = np.sqrt(80) * np.log(10) / 10 * (LEVEL - 70)


def prepare(mfcc, tempo):
    """A unit, cut, levelled and stretched: steps 2, 3 and 4."""
    levelled = match_level(trim(mfcc), LEVEL)
    return slower(levelled, max(round(levelled.shape[1] / tempo), 2 * FADE + 1))


def string(pieces):
    """Units with pauses between them, and where each lies: step 5."""
    line, edges = silence, []
    for piece in pieces:
        first = line.shape[1] - FADE
        line = glue(line, piece, FADE)
        edges.append((first, line.shape[1]))
        line = glue(line, silence, FADE)
    return line, edges


# %% [markdown]
# All 66 units of five speakers: the four that the net was trained with, and *ruben*, whom it never heard.

# %%
speakers = ["angus", "carl", "clara", "susan", "ruben"]
parts = {who: corpus.bundled().only(speakers=who) for who in speakers}
box = {
    who: {u: mel_to_cepstrum(m, 20) for u, m in zip(c.labels.tolist(), c.mels(), strict=True)}
    for who, c in parts.items()
}

# %%
Spoken = namedtuple("Spoken", "sound mel mfcc names edges")


def speak(text, tempo=1.0, who="angus", to_mel=net_mel):
    """A text, spoken: the sound, its mel spectrogram, its MFCCs, the names of its units and where each lies."""
    names = [units[place] for place in read(text, units, sounds_like)]
    line, edges = string([prepare(box[who][name], tempo) for name in names])
    mel = to_mel(line)
    return Spoken(sound_of(mel), mel, line, names, edges)


# %% [markdown]
# Type, and listen:

# %%
began = time.perf_counter()
spoken = speak("hello world, this is my voice")
print(f"{len(spoken.sound) / audio.SAMPLE_RATE:.2f} s of sound, made in {time.perf_counter() - began:.2f} s")
audio.play(spoken.sound, "hello world, this is my voice")


# %%
def seen(spoken, title):
    """A picture of the mel spectrogram, with a gap where a unit begins."""
    decibels = librosa.power_to_db(spoken.mel.astype(float), top_db=70)
    decibels[:, [first for first, _ in spoken.edges]] = np.nan
    return plot.cells({title: decibels}, "time in s", "mel band", "level in dB", x_step=SECONDS)


seen(spoken, " | ".join(spoken.names))

# %% [markdown]
# ### Even enough?
#
# Two promises can be measured in the sound itself. No **gap** between loud frames is to last longer than 0.3 s (longer ones are heard as "has it stopped?"), and no two **levels** are to lie more than 3 dB apart:


# %%
def longest_gap(sound):
    """Longest time in s during which a sentence stays 30 dB below its loudest frame."""
    level = librosa.amplitude_to_db(librosa.feature.rms(y=sound, frame_length=512, hop_length=256)[0], top_db=None)
    loud = np.flatnonzero(level >= np.max(level) - 30)
    return np.max(np.diff(loud) - 1, initial=0) * SECONDS


def level_range(sound, edges):
    """How far the loudest and the quietest unit lie apart, in dB."""
    levels = [10 * np.log10(np.mean(sound[256 * first : 256 * end] ** 2)) for first, end in edges]
    return max(levels) - min(levels)


# %%
ends = np.cumsum([0, *map(len, recorded)]) // 256
before = longest_gap(laid), level_range(laid, pairwise(ends))
after = longest_gap(spoken.sound), level_range(spoken.sound, spoken.edges)
for name, (gap, levels) in {"recordings, end to end": before, "the sentence": after}.items():
    print(f"{name:23} longest gap {gap:.2f} s (at most 0.30), levels {levels:.1f} dB apart (at most 3.0)")

# %% [markdown]
# And by the other voices? Levels are matched before the net, by what the coefficients tell; the net then adds what it guesses, with some voices more than with others.

# %%
for who in speakers:
    other = speak("hello world, this is my voice", who=who)
    gap, levels = longest_gap(other.sound), level_range(other.sound, other.edges)
    seconds = len(other.sound) / audio.SAMPLE_RATE
    print(f"{who:6} {seconds:.1f} s, longest gap {gap:.2f} s, levels {levels:.1f} dB apart")

# %% [markdown]
# ### A, B, C
#
# The recordings, cut like the units and laid end to end; the inverse cosine transform, which leaves out what it was not told; and the net, which guesses it.

# %%
smooth = speak("hello world, this is my voice", to_mel=lambda mfcc: cepstrum_to_mel(mfcc, 80))
cut_sounds = [librosa.effects.trim(sound, top_db=30)[0] for sound in recorded]
three = {"A: recordings": np.concatenate(cut_sounds), "B: inverse cosine": smooth.sound, "C: the net": spoken.sound}
audio.compare(three)


# %% [markdown]
# How far from the recording is each, in one number? The distance of two log-mel spectra in dB, RMS over all cells (what is fainter than 60 dB below the loudest one counts as just that), averaged over all units. Compare a voice that the net knows with one that it never heard:


# %%
def miss_db(mel, guess):
    """RMS distance of two mel spectrograms in dB, down to 60 dB below the loudest cell."""
    there, guessed = librosa.power_to_db(mel, top_db=60), librosa.power_to_db(guess, top_db=None)
    return np.sqrt(np.mean((there - np.maximum(guessed, np.min(there))) ** 2))


for who in ("angus", "ruben"):
    pairs = [(mel, mel_to_cepstrum(mel, 20)) for mel in parts[who].mels()]
    cosines = np.mean([miss_db(mel, cepstrum_to_mel(mfcc, 80)) for mel, mfcc in pairs])
    net = np.mean([miss_db(mel, net_mel(mfcc)) for mel, mfcc in pairs])
    print(f"{who}: inverse cosine transform {cosines:.2f} dB, net {net:.2f} dB")

# %% [markdown]
# ## Say something
#
# Type what you like and press Enter. Then take the tempo by the hand: *from where on do you lose the thread, faster or slower?* And write a word that is not in the box.


# %%
def show(tempo, text, who):
    """What the speaking machine shows: picture, sound, caption."""
    spoken = speak(text, tempo, who)
    seconds = len(spoken.sound) / audio.SAMPLE_RATE
    caption = f"<b>{escape(' | '.join(spoken.names)) or 'Nothing to say'}</b>: {seconds:.1f} s."
    return seen(spoken, "A gap where a unit begins."), audio.play(spoken.sound, "spoken"), caption


tempi = [round(0.5 + 0.1 * step, 1) for step in range(16)]
controls = {"tempo": Slider("Tempo", tempi, 1.0), "text": Text("Say", "now hear my voice")}
Explorer(controls | {"who": Choice("Voice", speakers, "angus")}, show)

# %% [markdown]
# ## Step 6 · Was it understood?
#
# Whoever has built a voice understands it: you know what it is to say. An honest test needs ears that don't. Here is the oldest machine that recognises words, from the 1970s: compare what was heard with a **template** of every word, and take the nearest.
#
# What is *near*, if the same word can be said fast or slowly? **Dynamic time warping** looks for the way through a table of frame against frame on which the two differ least. One step goes on in both, or in one of them while the other waits:
#
# $$T_{i,j} = \min\begin{cases}T_{i-1,j-1} + 2\,c_{i,j} \\ T_{i-1,j} + c_{i,j} \\ T_{i,j-1} + c_{i,j}\end{cases}$$
#
# with $T$ for `total` and $c$ for `cost`. The diagonal step goes on in *two* sequences, so it pays twice. Then every way from corner to corner has paid for the same number of frames, `n_a + n_b`, and dividing by that gives a mean that can be compared between long words and short ones (Sakoe and Chiba 1978).

# %%
pair = [mel_to_cepstrum(mel_of(librosa.effects.time_stretch(recorded[0], rate=rate)), 13)[1:] for rate in (1, 0.7)]
title = "“hello” against a slower “hello”: the dark valley is the way."
apart = cdist(pair[0].T, pair[1].T)
plot.cells({title: apart}, "frame of the slower one", "frame", "distance of two frames")

# %% [markdown]
# > **Exercise 6 · `dtw_distance`** (3 points)
# >
# > - How far two frames are apart is the length of their difference, a root of a sum of squares over the coefficients: `a[:, :, None] - b[:, None, :]` has all of them at once.
# > - In the table `total` there is one more row and column than frames: row 0 and column 0 mean "nothing yet". So `total[i][j]` belongs to `cost[i - 1, j - 1]`.
# > - Corner to corner, then divide. Without that, long words always lose.


# %% nbgrader={"grade": false, "grade_id": "dtw_distance", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dtw_distance(a, b):
    """Mean distance of two sequences [n_coefficients, n_a] and [n_coefficients, n_b], aligned by warping: a float."""
    n_a, n_b = a.shape[1], b.shape[1]
    ### BEGIN SOLUTION
    # how far each frame of a is from each frame of b: float [n_a, n_b]
    cost = np.sqrt(np.sum((a[:, :, None] - b[:, None, :]) ** 2, axis=0))
    ### END SOLUTION
    # the cheapest way to the first i frames of a and the first j of b; to none of either it costs nothing
    total = [[np.inf] * (n_b + 1) for _ in range(n_a + 1)]
    total[0][0] = 0.0
    for i in range(1, n_a + 1):
        for j in range(1, n_b + 1):
            ### BEGIN SOLUTION
            # both go on: pays twice
            both = total[i - 1][j - 1] + 2 * cost[i - 1, j - 1]
            # a goes on, b waits
            only_a = total[i - 1][j] + cost[i - 1, j - 1]
            # b goes on, a waits
            only_b = total[i][j - 1] + cost[i - 1, j - 1]
            # the cheapest of the three
            cheapest = min(both, only_a, only_b)
            ### END SOLUTION
            total[i][j] = cheapest
    ### BEGIN SOLUTION
    # the whole way, for each frame of either
    distance = total[-1][-1] / (n_a + n_b)
    ### END SOLUTION
    return distance


# %% nbgrader={"grade": true, "grade_id": "check_dtw_distance", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(dtw_distance)

# %% [markdown]
# Try it on "hello" and its slower self, against another word that is as long:


# %%
def number(value):
    """A number in words, or that there is none yet."""
    return "not yet" if value is ... else f"{value:.2f}"


world = mel_to_cepstrum(mel_of(recorded[1]), 13)[1:]
print("hello against a slower hello:", number(dtw_distance(*pair)))
print("hello against world:         ", number(dtw_distance(pair[0], world)))

# %% [markdown]
# ### Sixty-six templates, twelve sentences
#
# The ear of our machine: the synthetic *sound* is analysed again, from its samples; of 13 coefficients the loudness is left out, and of the others the mean over time, which is the colour of the voice and the room. librosa's warping is the faster one here, for there is much to compare.


# %%
def ear(mfcc):
    """What is compared: coefficients 1 to 12, less their means over time."""
    return mfcc[1:13] - np.mean(mfcc[1:13], axis=1, keepdims=True)


def warped(a, b):
    """`dtw_distance`, by librosa."""
    cost = cdist(a.T, b.T)
    total = librosa.sequence.dtw(C=cost, weights_mul=np.array([2.0, 1.0, 1.0]), backtrack=False)
    return (total[-1, -1] + cost[0, 0]) / sum(cost.shape)


# %%
forty = [unit for unit in units if len(unit) > 1]
templates = {who: {unit: ear(trim(mfcc)) for unit, mfcc in box[who].items()} for who in speakers}


def nearest(heard, of):
    """The unit whose template is nearest."""
    return min(of, key=lambda unit: warped(heard, of[unit]))


def heard(spoken, of):
    """What is recognised of a sentence, word by word."""
    mfcc = mel_to_cepstrum(mel_of(spoken.sound), 13)
    return [nearest(ear(mfcc[:, first:end]), of) for first, end in spoken.edges]


# %%
sentences = """hello world this is my voice · listen now please · the sound is good · speak again from zero
go left and not right · yes this is no voice · one two three four five six · seven eight nine zero · good night world
stop and hear my voice · please go up with this · now on and off and down again""".replace("\n", " · ").split(" · ")
said = [speak(sentence) for sentence in sentences]
names = [name for each in said for name in each.names]
print(f"{len(sentences)} sentences, {len(names)} words, {len(set(names))} different ones")
gap, levels = max(longest_gap(each.sound) for each in said), max(level_range(each.sound, each.edges) for each in said)
print(f"in all of them: longest gap {gap:.2f} s (at most 0.30), levels {levels:.1f} dB apart (at most 3.0)")

# %% [markdown]
# First with the templates of the same voice. All forty words are candidates; then the letters as well, so that *be* can be taken for *b* or *see* for *c*:


# %%
def share(found, names):
    """How many were recognised, in words."""
    right = sum(a == b for a, b in zip(found, names, strict=True))
    return f"{right} of {len(names)} right ({right / max(len(names), 1):.0%})"


own = templates["angus"]
own_words = {word: own[word] for word in forty}
print("40 candidates:", share([name for each in said for name in heard(each, own_words)], names))
print("66 candidates:", share([name for each in said for name in heard(each, own)], names))

# %%
spelled = speak(" ".join("abcdefghijklmnopqrstuvwxyz"))
print("the alphabet, 66 candidates:", share(heard(spelled, own), spelled.names))
resound = speak("resound")
print("“resound”, spelled:", *heard(resound, own))

# %% [markdown]
# That was easy: templates and units come from the same recordings, and what was tested is that cutting, levelling, joining, the net and Griffin-Lim have spoiled nothing. The harder test: templates of **another** speaker. For a fair judgement
# the *recordings* of angus are put to the same ears:

# %%
originals = [ear(trim(box["angus"][name])) for name in names]
for who in speakers[1:]:
    words_of = {word: templates[who][word] for word in forty}
    synthetic = share([name for each in said for name in heard(each, words_of)], names)
    print(f"by {who:6} synthetic {synthetic}, recorded {share([nearest(each, words_of) for each in originals], names)}")

# %% [markdown]
# So much for the ears of the 1970s: the templates of one speaker are a poor measure of another one's accent, even for real recordings. What can be said is in the difference of the two columns: so many words the machine loses against the man himself.

# %% [markdown]
# ## Step 7 · How many words went wrong?
#
# Word for word can be counted only if as many words were heard as said. Recognisers miss words, and hear some that nobody said. So ask: *how many changes turn what was said into what was heard?* A change is a word **replaced**, a word **left out**, or a word **added**.
# The fewest possible, divided by the number of words *said*, is the **word error rate**.
#
# ```
# said     go left and      not right
# heard    go left and and  not
#                      add      leave out     2 changes, 5 words: 0.4
# ```
#
# It is the warping of step 6 once more, with words for frames: one row after another, three ways into each cell, the cheapest counts.
#
# > **Exercise 7 · `word_error_rate`** (2 points)
# >
# > - `errors[j]` is the row above: changes from the words so far *without* this one to the first `j` that were heard. `row` grows.
# > - The word was missed: come from above. One was added: come from the left. Otherwise come from the corner, for nothing if both words are equal.
# > - It may exceed 1: whoever babbles can be wrong more often than there are words.


# %% nbgrader={"grade": false, "grade_id": "word_error_rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def word_error_rate(said, heard):
    """Fewest words to replace, leave out or add, for each word that was said; two lists of str give a float."""
    # from no word to the first j that were heard: j are added
    errors = list(range(len(heard) + 1))
    for i, word in enumerate(said, start=1):
        # from i words to none: all are left out
        row = [i]
        for j, other in enumerate(heard, start=1):
            ### BEGIN SOLUTION
            # this word was left out: from above
            missed = errors[j] + 1
            # the other one was added: from the left
            added = row[j - 1] + 1
            # one stands for the other, which is no error if they are equal: from the corner
            replaced = errors[j - 1] + (word != other)
            # the fewest of the three
            fewest = min(missed, added, replaced)
            ### END SOLUTION
            row.append(fewest)
        errors = row
    ### BEGIN SOLUTION
    # all words of both, for each that was said
    rate = errors[-1] / len(said)
    ### END SOLUTION
    return rate


# %% nbgrader={"grade": true, "grade_id": "check_word_error_rate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(word_error_rate)

# %%
by_ruben = {word: templates["ruben"][word] for word in forty}
for each in said[:4]:
    found = heard(each, by_ruben)
    print(
        f"said:  {' '.join(each.names)}\nheard: {' '.join(found)}\nword error rate: {number(word_error_rate(each.names, found))}\n"
    )

# %% [markdown]
# ## Yours and theirs
#
# Everything that you have built has a counterpart somewhere. Interpolation in SciPy:

# %%
time_axis = np.linspace(0, hello.shape[1] - 1, 100)
theirs = scipy.ndimage.map_coordinates(hello, np.meshgrid(np.arange(20), time_axis, indexing="ij"), order=1)
agreement(stretch(hello, 100), theirs)

# %% [markdown]
# Warping in librosa (it pays the first cell only once, so that is added):

# %%
agreement(dtw_distance(*pair), warped(*pair))

# %% [markdown]
# And the joint of two units, frame by frame, as NumPy's weighted average:

# %%
one, other = hello[:, -4:], halves[1][:, :4]
theirs = np.stack([np.average([one[:, k], other[:, k]], axis=0, weights=[4 - k, k + 1]) for k in range(4)], axis=1)
agreement(join(one, other, 4), theirs)

# %%
progress()

# %% [markdown]
# ## The whole road
#
# One word, and then one sentence, on the way through the lessons. Read it row by row. (Of the MFCCs all but coefficient 0 are drawn; it would outshine the others. Lesson 06 stands beside the road: what goes back to sound from there is not reversed.)

# %%
demo = recorded[0]
power = np.abs(librosa.stft(demo, n_fft=1024, hop_length=256)) ** 2
net_bands = librosa.power_to_db(spoken.mel, top_db=70)
plot.gallery(
    {
        "01 sound: amplitudes over time": demo,
        "02 STFT: 513 bins a frame": librosa.power_to_db(power, top_db=70),
        "03 mel: 80 bands a frame": librosa.power_to_db(mel_of(demo), top_db=70),
        "07 MFCC: 20 numbers a frame": hello[1:],
        "10 six words, one sentence": spoken.mfcc[1:],
        "08 the net: 80 bands again": net_bands,
        "06 a warp: time reversed": net_bands[:, ::-1],
        "04 bands back to 513 bins": librosa.amplitude_to_db(basis.to_magnitude(spoken.mel.T).T, top_db=70),
        "05 the phase found: a voice": spoken.sound,
    }
)

# %% [markdown]
# | lesson | what it gave to this voice |
# |---|---|
# | 01 sound | samples, levels in dB, a spectrum |
# | 02 STFT | frames: what a sound is, now |
# | 03 mel | 80 bands in place of 513 bins, as an ear hears |
# | 04 pseudo-inverse | from bands back to bins |
# | 05 Griffin-Lim | a phase that fits, so it can be heard |
# | 06 voice warping | that a picture of sound can be cut, moved and stretched |
# | 07 MFCC | 20 numbers that tell the word and forget the rest |
# | 08 the inverter | a guess at the rest |
# | 09 the VAE | another source of spectra: voices that nobody has |
# | 10 | the sentence |
#
# ### What was lost, and what a real synthesiser adds
#
# - **The phase** went in lesson 02 and was found again, not *the* phase but *a* phase: that is the metal in the sound.
# - **The pitch** went with the later coefficients. The net puts a little of its stripes back, but nobody tells it a melody, and so the sentence has none: neither question nor emphasis. A real synthesiser predicts the pitch and gives it to the next stage as a number.
# - **The time**: every unit is stretched alike. Real ones have a *duration model* for each sound, in its place in the sentence.
# - **The joints**: words were recorded one by one. In running speech the mouth is on its way to the next sound before the last one ends. Unit selection takes the piece, out of hours of recordings, that fits its neighbours; networks such as Tacotron 2 and FastSpeech 2 learn the
#   whole mel spectrogram of a sentence from its letters or phonemes.
# - **The vocoder**: in place of steps 04 and 05 a network makes samples from mel bands (WaveNet, HiFi-GAN).
#
# That is the road as it stands in papers today: text → mel spectrogram → vocoder. You have walked it on foot. **Where to go on:** record your own forty words (lesson 01 has the recorder, `corpus.from_folder` reads them) and let the machine speak with your voice; then exchange one part
# at a time for a better one, and listen.

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A sentence is put together from recordings, and it clicks at every joint. Somebody proposes to fade each word in and out over 5 ms; somebody else to join MFCCs. What does each cure, and what not?</summary>
# The fades cure the click: the wave no longer jumps. They cure neither gaps nor different levels nor tempo. MFCCs have no wave that could jump, and allow all of that; but pitch and fine structure are gone, and the phase has to be found anew.
# </details>
#
# <details><summary><b>2.</b> A word of 60 frames is compared with templates by DTW, and without normalisation the recogniser nearly always answers "a", "up" or "is". Why?</summary>
# The total is a sum over the way, and a way to a short template has fewer cells. So short words are cheap, whatever was said. Divided by the number of frames of both (with the diagonal counted twice), it is a mean, and lengths no longer matter.
# </details>
#
# <details><summary><b>3.</b> True or false: adding 6 to coefficient 0 of every frame makes a unit 6 dB louder.</summary>
# <b>False.</b> Coefficient 0 is √B times the mean of the natural logarithm of power. 6 dB are 6 · ln 10 / 10 in every band, times √B in coefficient 0: with 80 bands about 12.4.
# </details>

# %% [markdown]
# ## You can now explain
#
# - how a text becomes units, and why spelling does not tell how a word is spoken;
# - why units are cut, levelled and stretched as MFCCs, and what would happen to samples;
# - what a cross-fade of cepstra is, and why its weights sum to one;
# - what dynamic time warping compares, and why it must be divided by the length of the way;
# - how a word error rate is counted, and that it can exceed 1;
# - what each lesson gave to the voice that you have just heard, and what was lost on the way.
#
# **That was the course.** The first lesson began with a voice and took it apart; this one has put one together. Now the exam (`python -m course exam` in a terminal), or your own forty words.
