# %% [markdown]
# # 07 · Thirteen numbers a frame
#
# > **You hear** a voice of which 40, 20, 13 or 5 numbers a frame are left, and where it stops being one.
# > **You build** the cosine transform as a matrix, MFCCs and the way back, lifters, deltas, a distance between voices, and a chain that computes MFCCs while somebody is still speaking.
# > **You can say afterwards** why a log-mel spectrogram is not an MFCC, what is lost with the later coefficients, and why nobody needs a network to undo a cosine transform.
# >
# > 90 minutes. You need lessons 03 to 05, or: what a mel spectrogram is, and that pseudo-inverse and Griffin-Lim lead from it back to sound.

# %%
import librosa
import numpy as np
import scipy.fft
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view

from course import audio, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.widgets import cepstrum_explorer

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("07_mfcc")

# %% [markdown]
# ## What is left of a voice
#
# First two helpers from earlier lessons: 40 mel bands up to 8 kHz, where most voices of this course end, and the way back to sound.

# %%
basis = librosa.filters.mel(sr=audio.SAMPLE_RATE, n_fft=1024, n_mels=40, fmax=8000)


def mel_of(amplitudes):
    """Mel power spectrogram: float [40, n_frames]."""
    return basis @ np.abs(librosa.stft(amplitudes, n_fft=1024, hop_length=256)) ** 2


def sound_of(mel):
    """A sound with that mel spectrogram: pseudo-inverse (lesson 04), then Griffin-Lim (05)."""
    bins = np.maximum(np.linalg.pinv(basis) @ mel, 0)
    return librosa.griffinlim(np.sqrt(bins), hop_length=256, random_state=0)


# %% [markdown]
# And one that you will take apart today. It keeps `n` numbers of each frame of a mel spectrogram, and rebuilds all 40 bands from them:


# %%
def thinned(mel, n):
    """The mel spectrogram that n coefficients a frame can tell, by librosa: float [40, n_frames]."""
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=n)
    return librosa.feature.inverse.mfcc_to_mel(mfcc, n_mels=len(mel))


# %% [markdown]
# Here is a sentence with **five** numbers a frame. Listen twice before you go on. What is said?

# %%
voice = audio.clip("voice_slt")
mel = mel_of(voice)
audio.play(sound_of(thinned(mel, 5)), "5 numbers a frame")

# %% [markdown]
# With **thirteen**, and as it was:

# %%
rate = 13 * audio.SAMPLE_RATE / 256
print(f"{rate:.0f} numbers a second tell the words; the recording has {audio.SAMPLE_RATE}.")
audio.compare({"13 numbers a frame": sound_of(thinned(mel, 13)), "the voice": voice})

# %% [markdown]
# For some thirty years speech recognisers heard the world through thirteen such numbers, or little more. Which thirteen? Surely not any.

# %% [markdown]
# ## Neighbours tell the same story
#
# Here are the 40 mel bands in decibels. Pick a row, then look at the row above it.

# %%
bands = librosa.power_to_db(mel, top_db=None)
title = "Forty bands over time: each looks much like the one above it."
plot.cells({title: bands}, "time in s", "mel band", "level in dB", x_step=256 / audio.SAMPLE_RATE)

# %% [markdown]
# **Predict first.** A correlation of 1 means that two rows rise and fall together, 0 that knowing one does not help to guess the other. What will it be for a band and the next, on the average?


# %%
def neighbour_correlation(rows):
    """How alike each row and the next one are: the mean magnitude of their correlations."""
    return np.mean([abs(np.corrcoef(rows[i], rows[i + 1])[0, 1]) for i in range(len(rows) - 1)])


print(f"neighbouring mel bands: {neighbour_correlation(bands):.2f}")

# %% [markdown]
# So most of what a band says has been said by its neighbour. Forty numbers are stored, and far fewer are needed.
#
# **The idea of this lesson.** Take the logarithm of a mel spectrum, and describe its *shape* by cosines: how high is it, how much does it tilt, how much does it bulge, … That is the **discrete cosine transform**, DCT. Its
# numbers are the **mel-frequency cepstral coefficients**, MFCC. The first few draw the broad shape, which the mouth makes. The later ones are fine ripples, and can be left out.
#
# > **Note: a log-mel spectrogram is not an MFCC.** Many a program takes `power_to_db(mel)`, calls it `mfcc`, and works, more or less: networks take anything. But its rows are bands, its neighbours repeat each other as you have just measured, and
# > "the first 13 coefficients" of it are the 13 lowest bands. No cosine transform, no cepstrum.

# %% [markdown]
# ## Step 1 · A matrix of cosines
#
# Row $k$ of the matrix is a cosine with $k$ half periods over the $B$ bands (`n_bands`), taken at the middle of each band:
#
# $$\text{matrix}[k, b] = s_k \cos\left(\pi k\, \frac{b + \frac12}{B}\right)$$
#
# with $s_0 = \sqrt{1/B}$, and $s_k = \sqrt{2/B}$ for all others. That is the DCT of type II. Here are the first rows of SciPy's:

# %%
cosines = scipy.fft.dct(np.eye(40), axis=0, norm="ortho")
rows = {f"row {k}": cosines[k] for k in range(4)}
title = "Height, tilt, bulge, …: the first four shapes."
plot.curves(np.arange(40), rows, title, "band b", "matrix[k, b]")

# %% [markdown]
# The factors $s_k$ make every row a vector of length 1, and any two of the cosines stand at right angles. So the matrix times its transpose is the identity: the rows are **orthonormal**.

# %%
identity = "matrix @ matrix.T: 1 on the diagonal, else 0."
panels = {"All 40 rows: ever finer ripples.": cosines, identity: cosines @ cosines.T}
plot.cells(panels, "column", "row", "value")

# %% [markdown]
# Remember that. It will give us the way back for nothing.
#
# > **Exercise 1 · `dct_matrix`** (3 points)
# >
# > - A column of row numbers `k` times a row of band positions gives the whole table: no loop.
# > - Row 0 needs another factor than the rest. `np.where(k == 0, this, that)` chooses.
# > - No ready-made cosine transform here: you are building one.


# %% nbgrader={"grade": false, "grade_id": "dct_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dct_matrix(n_coefficients, n_bands):
    """Orthonormal DCT-II, one cosine in each row: float [n_coefficients, n_bands]."""
    ### BEGIN SOLUTION
    # the numbers of the rows, from 0, in a column: int [n_coefficients, 1]
    k = np.arange(n_coefficients)[:, None]
    # where the middle of each band lies, from 0.5 / n_bands up to less than 1: float [n_bands]
    middle = (np.arange(n_bands) + 0.5) / n_bands
    # row k runs through k half periods: float [n_coefficients, n_bands]
    waves = np.cos(np.pi * k * middle)
    # the factor of each row that makes its length 1, in a column
    scale = np.where(k == 0, np.sqrt(1 / n_bands), np.sqrt(2 / n_bands))
    # every row times its factor
    matrix = scale * waves
    ### END SOLUTION
    return matrix


# %% nbgrader={"grade": true, "grade_id": "check_dct_matrix", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(dct_matrix)

# %% [markdown]
# ## Step 2 · MFCC
#
# A floor, a logarithm, the cosines. For each column of the mel spectrogram
#
# $$\text{mfcc} = \text{matrix} \; \ln \max(\text{mel}, 10^{-10})$$
#
# > **Note: which logarithm?** This lesson takes the *natural* one, as HTK and Kaldi do: the way back is then a plain `exp`, and distances between voices are defined with it. `librosa.feature.mfcc` takes decibels, which are $10 / \ln 10 \approx 4.34$ times as much, and
# > unless told otherwise cuts off what lies more than 80 dB below the loudest cell. Neither is wrong; mixing them is.
#
# > **Exercise 2 · `get_mfcc`** (3 points)
# >
# > - Call your own `dct_matrix`. How many bands are there? `len(mel_spectrogram)` knows.
# > - A floor is a `np.maximum`, not a sum.


# %% nbgrader={"grade": false, "grade_id": "get_mfcc", "locked": false, "schema_version": 3, "solution": true, "task": false}
def get_mfcc(mel_spectrogram, n_coefficients):
    """MFCCs of a mel power spectrogram: float [n_coefficients, n_frames]."""
    ### BEGIN SOLUTION
    # nothing is fainter than 1e-10
    audible = np.maximum(mel_spectrogram, 1e-10)
    # its natural logarithm: float [n_bands, n_frames]
    log_mel = np.log(audible)
    # how much of each cosine stands in every column
    mfcc = dct_matrix(n_coefficients, len(mel_spectrogram)) @ log_mel
    ### END SOLUTION
    return mfcc


# %% nbgrader={"grade": true, "grade_id": "check_get_mfcc", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(get_mfcc)

# %% [markdown]
# What has become of the neighbours? (The pictures take librosa's MFCCs, so that there is something to see before your own are done.)


# %%
def cepstra(mel, n=13):
    """MFCCs with the natural logarithm, by librosa: float [n, n_frames]."""
    return librosa.feature.mfcc(S=np.log(np.fmax(mel, 1e-10)), n_mfcc=n)


coefficients = cepstra(mel, 40)
print(f"neighbouring mel bands:    {neighbour_correlation(bands):.2f}")
print(f"neighbouring coefficients: {neighbour_correlation(coefficients[:13]):.2f}")

# %% [markdown]
# The cosines have taken the rows apart. And the first few do most of the moving:

# %%
variance = np.var(coefficients, axis=1)
share = np.sum(variance[:13]) / np.sum(variance)
title = f"Coefficients 0 to 12 hold {share:.0%} of the variance of all 40."
deviation = {"": np.sqrt(variance)}
plot.curves(np.arange(40), deviation, title, "coefficient", "standard deviation")

# %% [markdown]
# ### Thirteen bands, or thirteen coefficients?
#
# Both are 13 numbers a frame. Hear what survives if someone takes log-mel for MFCC and keeps its "first 13":

# %%
edges = librosa.mel_frequencies(42, fmax=8000)
print(f"The 13th band ends at {edges[14]:.0f} Hz: everything above it is gone.")
first_bands = np.where(np.arange(40)[:, None] < 13, mel, 0)
kept = {"the 13 lowest bands": first_bands, "13 coefficients": thinned(mel, 13)}
audio.compare({name: sound_of(each) for name, each in kept.items()})

# %% [markdown]
# Thirteen bands describe a part of the spectrum in full; thirteen coefficients describe the *whole* of it, roughly. Which would you rather telephone with?
#
# ### Where is the loudness?
#
# Row 0 of the matrix is flat: coefficient 0 is $\sqrt{B}$ times the mean of the log-mel column. Every other row sums to zero, so a change of volume cannot reach it. Here is a "yes", and the same with a tenth of the amplitude:

# %%
yes = audio.clip("yes_loud")
audio.compare({"yes": yes, "a tenth of it": yes / 10})

# %%
loud, quiet = cepstra(mel_of(yes)), cepstra(mel_of(yes / 10))
print(f"They lie {np.max(loud[0] - quiet[0]):.2f} apart; √40 · ln 100 is {np.sqrt(40) * np.log(100):.2f}.")
seconds = np.arange(loud.shape[1]) * 256 / audio.SAMPLE_RATE
title = "Coefficient 0: one below the other."
plot.curves(seconds, {"yes": loud[0], "a tenth": quiet[0]}, title, "time in s", "coefficient 0")

# %% [markdown]
# Now a habit from many a tutorial, `ref=np.max`: each recording is divided by its own loudest cell before the logarithm. It **hides the loudness** that was to be compared:

# %%
own = {name: mel_of(x) / np.max(mel_of(x)) for name, x in {"yes": yes, "a tenth": yes / 10}.items()}
own = {name: cepstra(each)[0] for name, each in own.items()}
title = "Each against its own maximum: two lines, one on the other."
plot.curves(seconds, own, title, "time in s", "coefficient 0")

# %% [markdown]
# ## Step 3 · And back
#
# What undoes an orthonormal matrix? Its transpose. Coefficients that were left out count as zero, so their rows need not even be written down:
#
# $$\text{mel} = \exp(\text{matrix}^\top \text{mfcc})$$
#
# > **Exercise 3 · `invert_mfcc`** (3 points)
# >
# > - How many coefficients there are, `len(mfcc)` says; how many bands, the caller says.
# > - Which function undoes the natural logarithm?


# %% nbgrader={"grade": false, "grade_id": "invert_mfcc", "locked": false, "schema_version": 3, "solution": true, "task": false}
def invert_mfcc(mfcc, n_bands):
    """Mel power spectrogram that has these MFCCs: float [n_bands, n_frames]."""
    ### BEGIN SOLUTION
    # one cosine for each coefficient: float [n_coefficients, n_bands]
    matrix = dct_matrix(len(mfcc), n_bands)
    # the sum of the cosines, each as strong as its coefficient: float [n_bands, n_frames]
    smooth_log_mel = matrix.T @ mfcc
    # the logarithm undone
    mel_spectrogram = np.exp(smooth_log_mel)
    ### END SOLUTION
    return mel_spectrogram


# %% nbgrader={"grade": true, "grade_id": "check_invert_mfcc", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(invert_mfcc)

# %% [markdown]
# Forty coefficients of forty bands. What is lost?

# %%
agreement(invert_mfcc(get_mfcc(mel, 40), 40), mel)

# %% [markdown]
# Nothing, up to rounding.
#
# > **Note: a network to undo a transpose?** Networks have been trained to recover 40 mel bands from all their 40 coefficients. At best they learn the matrix that you have just written down. With *13 of 40* there is something to guess, and
# > lesson 08 does that. Beware of its neighbour, too: a network that is given frames $t-3 \dots t-1$ and answers with frame $t$ inverts nothing, for it has never seen frame $t$. It *forecasts*.
#
# ### Truncation is smoothing
#
# With the later rows gone, only broad shapes are left. One frame of the voice, as it is and as 13 and 5 coefficients draw it:

# %%
t = np.argmax(np.sum(bands, axis=0))
columns = {"all 40": mel[:, t], "13": thinned(mel, 13)[:, t], "5": thinned(mel, 5)[:, t]}
levels = {name: 10 * np.log10(column) for name, column in columns.items()}
plot.curves(np.arange(40), levels, "Fewer coefficients, smoother spectrum.", "mel band", "level in dB")

# %% [markdown]
# The zigzag on the left comes from single harmonics of the voice. It goes first, and with it what tells the **pitch**. The broad hills that stay, the formants, tell the **vowel**.
#
# How far off is that, in decibels? The root of the mean squared difference over all bands and frames, for each number of coefficients:


# %%
def error_db(mel, n):
    """How far n coefficients miss the mel spectrogram: RMS in dB."""
    difference = librosa.power_to_db(thinned(mel, n), top_db=None) - librosa.power_to_db(mel, top_db=None)
    return np.sqrt(np.mean(difference**2))


voices = {"woman": "voice_slt", "man": "voice_rms", "Scotsman": "voice_awb", "espeak": "voice_espeak"}
mels = {who: mel_of(audio.clip(name)) for who, name in voices.items()}

# %%
counts = np.arange(1, 41)
errors = {who: [error_db(each, n) for n in counts] for who, each in mels.items()}
for who, curve in errors.items():
    print(f"{who:>8}: 13 of 40 miss by {curve[12]:.1f} dB, 40 of 40 by {curve[39]:.4f} dB")
title = "Falls fast, then slowly, down to nothing at 40 of 40."
plot.curves(counts, errors, title, "number of coefficients", "RMS error in dB")

# %% [markdown]
# And since the rows are orthonormal, nobody has to go back to know the error: the squares of what was dropped add up to it.

# %%
dropped = 10 / np.log(10) * coefficients[13:]
expected = np.sqrt(np.sum(dropped**2) / mel.size)
print(f"woman: {expected:.2f} dB from what was dropped, {error_db(mel, 13):.2f} dB by going back")

# %% [markdown]
# ## How many can you still hear?
#
# The same sentence by forty, twenty, thirteen, five. Begin with the last. Which is the first that you would understand if you did not know the words? Which is the first with a melody?

# %%
audio.compare({f"{n} coefficients": sound_of(thinned(mel, n)) for n in (40, 20, 13, 5)})

# %% [markdown]
# Even the forty are not the recording: mel bands have no phase, and Griffin-Lim has to guess it. What the *cosines* cost is the step from the first player to the others.
#
# Move the slider. Go down from 40: *when do two hills of the left picture melt into one?*

# %%
cepstrum_explorer(voice, n_coefficients=13)

# %% [markdown]
# ## Step 4 · Lifter
#
# Whoever invented the *cepstrum* turned round the first half of *spectrum*; so a filter became a **lifter**. Later coefficients are small, and whoever compares two frames by the size of their numbers would hear only the first few. So they are lifted by half a sine:
#
# $$\text{lifted}[n] = \left(1 + \frac{L}{2} \sin\frac{\pi n}{L}\right) \text{mfcc}[n]$$
#
# > **Note: from 0 or from 1?** In librosa $n$ counts **from 1**, so even the first coefficient is lifted. In HTK it counts from 0, and the first one stays. You follow librosa.
#
# > **Exercise 4 · `lifter`** (2 points)
# >
# > - `n` as a column, so that each coefficient gets one weight for all frames.
# > - With `inverse=True` the lifting is taken back: what undoes a multiplication? `this if inverse else that` chooses.


# %% nbgrader={"grade": false, "grade_id": "lifter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lifter(mfcc, L, inverse=False):
    """MFCCs lifted by half a sine, or the lifting taken back: float [n_coefficients, n_frames]."""
    ### BEGIN SOLUTION
    # the coefficients counted from 1, in a column: int [n_coefficients, 1]
    n = np.arange(1, len(mfcc) + 1)[:, None]
    # how much each is lifted: float [n_coefficients, 1]
    weights = 1 + L / 2 * np.sin(np.pi * n / L)
    # lifted, or the lifting taken back
    result = mfcc / weights if inverse else mfcc * weights
    ### END SOLUTION
    return result


# %% nbgrader={"grade": true, "grade_id": "check_lifter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(lifter)

# %%
lifted = librosa.feature.mfcc(S=np.log(np.fmax(mel, 1e-10)), n_mfcc=40, lifter=22)
spread = {"as they are": np.std(coefficients[:20], axis=1), "lifted": np.std(lifted[:20], axis=1)}
title = "Lifted by L = 22, the later ones have a say."
plot.curves(np.arange(20), spread, title, "coefficient", "standard deviation")

# %% [markdown]
# And with more coefficients than $L$? Lifted divided by unlifted gives the weights of all 40:

# %%
title = "Beyond L = 22 the sine turns negative, and soon the weights do."
plot.curves(np.arange(40), {"": lifted[:, 0] / coefficients[:, 0]}, title, "coefficient", "weight")

# %% [markdown]
# On their way down the weights pass close to zero, and whoever divides by them magnifies every rounding error. So let $L$ be at least the number of coefficients.

# %% [markdown]
# ## Step 5 · Deltas
#
# Here is a "yes", and the same backwards.

# %%
audio.compare({"yes": yes, "backwards": yes[::-1]})

# %% [markdown]
# Nearly the same frames, in reverse order: by single frames, or by the mean of all, the two can hardly be told apart. What differs is where the coefficients are *going*. The **delta** of a frame is the slope of the straight line
# that fits the `width` frames around it best, with $M = \lfloor \text{width} / 2 \rfloor$ frames on either side:
#
# $$\text{deltas}[t] = \frac{\sum_{m=-M}^{M} m \; \text{mfcc}[t + m]}{\sum_{m=-M}^{M} m^2}$$
#
# At the edges the first and the last frame are repeated. (librosa does so with `mode="nearest"`; by default it fits other lines there.) Thirteen coefficients, their deltas, and the deltas of those were the famous **39** numbers a frame.

# %%
both = {"yes": cepstra(mel_of(yes))[0], "backwards": cepstra(mel_of(yes[::-1]))[0]}
both = {name: librosa.feature.delta(each, mode="nearest") for name, each in both.items()}
title = "Where the loudness is going: mirrored, and upside down."
plot.curves(seconds, both, title, "time in s", "delta of coefficient 0")

# %% [markdown]
# > **Exercise 5 · `deltas`** (3 points)
# >
# > - `np.pad(…, mode="edge")` repeats what stands at the edge. Pad frames only, not coefficients: `((0, 0), (half, half))`.
# > - `sliding_window_view(padded, width, axis=1)` gives, for each frame, the `width` values around it along a new last axis. Times a vector with `@`, and that axis is gone.


# %% nbgrader={"grade": false, "grade_id": "deltas", "locked": false, "schema_version": 3, "solution": true, "task": false}
def deltas(mfcc, width=9):
    """Slope of each coefficient over time; width is odd: float [n_coefficients, n_frames]."""
    ### BEGIN SOLUTION
    # frames on either side
    half = width // 2
    # the first and the last frame repeated: float [n_coefficients, half + n_frames + half]
    padded = np.pad(mfcc, ((0, 0), (half, half)), mode="edge")
    # how far each of the width frames is from the middle one: int [width]
    m = np.arange(-half, half + 1)
    # the weights that give the slope: float [width]
    weights = m / np.sum(m**2)
    # for each frame the weighted sum of those around it
    slopes = sliding_window_view(padded, width, axis=1) @ weights
    ### END SOLUTION
    return slopes


# %% nbgrader={"grade": true, "grade_id": "check_deltas", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(deltas)

# %% [markdown]
# ## Step 6 · How far apart are two voices?
#
# Two speakers, one sentence:

# %%
audio.compare({"woman": voice, "man": audio.clip("voice_rms")})

# %% [markdown]
# Wherever voices are synthesised or converted, somebody wants a number for "how different". The usual one is the **mel-cepstral distortion** (Kubichek 1993), for each frame
#
# $$\frac{10}{\ln 10} \sqrt{2 \sum_{d \ge 1} \left(a_d - b_d\right)^2} \quad\text{in dB}$$
#
# and then the mean over frames. The sum leaves out coefficient 0, the loudness: how far away the microphone stood is not to count.
#
# > **Exercise 6 · `mel_cepstral_distortion`** (3 points)
# >
# > - Both arguments have the same shape, `[n_coefficients, n_frames]`.
# > - First a root for each frame, then the mean over frames. Not the other way round.


# %% nbgrader={"grade": false, "grade_id": "mel_cepstral_distortion", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mel_cepstral_distortion(mfcc_a, mfcc_b):
    """Mean distance of two aligned sequences of MFCCs (natural logarithm), in dB: a float."""
    ### BEGIN SOLUTION
    # the differences of all coefficients but the first: float [n_coefficients - 1, n_frames]
    differences = mfcc_a[1:] - mfcc_b[1:]
    # the root of twice the sum of squares of every frame: float [n_frames]
    distances = np.sqrt(2 * np.sum(differences**2, axis=0))
    # their mean, in dB
    distortion = 10 / np.log(10) * np.mean(distances)
    ### END SOLUTION
    return distortion


# %% nbgrader={"grade": true, "grade_id": "check_mel_cepstral_distortion", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(mel_cepstral_distortion)

# %% [markdown]
# So short a formula, and so many ways to misuse it. First: **the frames must belong together.** The two need different times for the sentence, and cutting off the rest compares one sound with another.
# **Dynamic time warping** finds out first which frames belong together.


# %%
def tell(what, value):
    """Print a level, or that there is none yet."""
    print(f"{what}: {'not yet' if value is ... else f'{value:.1f} dB'}")


woman, man = cepstra(mels["woman"]), cepstra(mels["man"])
shorter = min(woman.shape[1], man.shape[1])
path = librosa.sequence.dtw(woman[1:], man[1:])[1]
pair = woman[:, path[:, 0]], man[:, path[:, 1]]

# %%
print(f"{woman.shape[1]} frames and {man.shape[1]} frames")
tell("cut to one length", mel_cepstral_distortion(woman[:, :shorter], man[:, :shorter]))
tell("aligned by warping", mel_cepstral_distortion(*pair))
tell("the woman and herself, 5 frames late", mel_cepstral_distortion(woman[:, 5:], woman[:, :-5]))

# %% [markdown]
# Second: **coefficient 0 is left out.** A row of zeros on top moves it into the sum. The "yes" and its tenth:

# %%
tell("without coefficient 0", mel_cepstral_distortion(loud, quiet))
zeros = np.zeros((1, loud.shape[1]))
tell("with coefficient 0", mel_cepstral_distortion(np.vstack([zeros, loud]), np.vstack([zeros, quiet])))

# %% [markdown]
# (Not exactly zero without it: the faintest cells of the quiet one have met the floor of $10^{-10}$.) Third: **the scale.** MFCCs in decibels, or lifted ones, give a number as well:

# %%
tell("natural logarithm", mel_cepstral_distortion(*pair))
tell("decibels", mel_cepstral_distortion(*(10 / np.log(10) * each for each in pair)))
lifts = lifted[:13, :1] / coefficients[:13, :1]
tell("lifted", mel_cepstral_distortion(*(lifts * each for each in pair)))

# %% [markdown]
# And even the first of these is far above what is published for good synthetic voices, which mostly stays below 10 dB. Kubichek's factors are made for cepstra of another scale: the coefficients of a cosine *series* of the log magnitude. Orthonormal ones
# of log power are $\sqrt{2B}$ times as large. Divide by that, and the decibels mean something: how far two smoothed spectra lie apart, each less its mean.

# %%
smooth = [librosa.feature.inverse.mfcc_to_mel(10 / np.log(10) * each, n_mels=40) for each in pair]
apart = 10 * np.log10(smooth[0] / smooth[1])
apart = apart - np.mean(apart, axis=0)
rms = np.mean(np.sqrt(np.mean(apart**2, axis=0)))
print(f"RMS over bands, mean over frames: {rms:.1f} dB; times √80: {rms * np.sqrt(80):.1f} dB")

# %% [markdown]
# > **Note:** two distortions can be compared only if bands, logarithm, scaling, number of coefficients and alignment are the same. A paper that does not say which it took can't be compared with at all.

# %% [markdown]
# ## Step 7 · Find the bug: the ear's weights
#
# The ear is nearly deaf to very low tones, compared with those at 1 kHz. How deaf, the **A curve** says; sound level meters have it built in.

# %%
octaves = np.linspace(-5, 3, 400)
curve = {"": librosa.A_weighting(1000 * 2**octaves)}
title = "The A curve, 0 dB at 1 kHz: the deeper a tone, the deafer the ear."
plot.curves(octaves, curve, title, "octaves above 1 kHz", "weight in dB")

# %% [markdown]
# A voice above a mains hum, as recorded and with these weights on its amplitudes (take headphones: small loudspeakers swallow the hum anyway):

# %%
hum = audio.clip("hum_and_voice")
ear_db = librosa.A_weighting(np.maximum(librosa.fft_frequencies(n_fft=1024), 1))
stft = librosa.stft(hum, n_fft=1024) * librosa.db_to_amplitude(ear_db)[:, None]
audio.compare({"as recorded": hum, "as the ear weighs it": librosa.istft(stft)})

# %% [markdown]
# A colleague weighs *power* spectrograms that way, before the mel bands. It runs, and low tones do get weaker.
#
# > **Exercise 7 · `ear_weighting`** (2 points)
# >
# > - Run it as it is, and look at what it prints.
# > - Find the line that takes away too little, and mend it. One small change is enough.


# %% nbgrader={"grade": false, "grade_id": "ear_weighting", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ear_weighting(power, sample_rate):
    """Power spectrogram as the ear weighs it, by the A curve: float, of the same shape."""
    # the frequency of every bin; 0 Hz has no logarithm, 1 Hz stands in for it
    hz = np.maximum(np.linspace(0, sample_rate / 2, len(power)), 1)
    # what the ear takes away or adds there, in dB
    decibels = librosa.A_weighting(hz)
    # the same as factors, in a column
    ### BEGIN SOLUTION
    factors = 10 ** (decibels[:, None] / 10)  # released as: 10 ** (decibels[:, None] / 20)
    ### END SOLUTION
    # every bin weighed
    weighted = power * factors
    return weighted


# %%
weighed = ear_weighting(np.ones((513, 1)), sample_rate=51200)
print(f"100 Hz is changed by {10 * np.log10(weighed[2, 0]):.1f} dB,", end=" ")
print(f"and the A curve says {librosa.A_weighting(100.0):.1f} dB.")

# %% nbgrader={"grade": true, "grade_id": "check_ear_weighting", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(ear_weighting)

# %% [markdown]
# ## Step 8 · While somebody is speaking
#
# So far the whole recording was at hand. A telephone has no such thing: now and then its microphone delivers a **chunk** of samples, of any length. Suppose we treat each chunk as a small recording of its own. Chunks of 2000 samples:

# %%
parts = [voice[start : start + 2000] for start in range(0, len(voice), 2000)]
stfts = [librosa.stft(part, n_fft=1024, hop_length=256, center=False) for part in parts]
forgetful = basis @ np.abs(np.hstack(stfts)) ** 2
print(f"{mel.shape[1]} frames of the whole recording, {forgetful.shape[1]} of its chunks")
audio.compare({"whole": sound_of(mel), "in forgetful chunks": sound_of(forgetful)})

# %% [markdown]
# Half of the frames are missing: those that begin in one chunk and end in the next. So whoever cuts frames must **keep what is left over**. Draw it, for a window of 4, a hop of 2 and a buffer of 9 samples:
#
# ```
# buffer   0 1 2 3 4 5 6 7 8
# frame 0  0 1 2 3
# frame 1      2 3 4 5
# frame 2          4 5 6 7
# frame 3              6 7 8 ?    not yet: a sample is missing
# kept                 6 7 8      from where frame 3 begins
# ```
#
# Samples 6 and 7 have been used before. They are still needed.
#
# > **Exercise 8 · `left_over`** (2 points)
# >
# > - How many whole windows fit, you know from lesson 02. But a buffer can be shorter than a window, or empty: then none fits, and all is kept.
# > - The hop is never longer than the window here.


# %% nbgrader={"grade": false, "grade_id": "left_over", "locked": false, "schema_version": 3, "solution": true, "task": false}
def left_over(buffer, window_length, hop_length):
    """What must wait for the next chunk, after all whole frames were cut: float [< window_length]."""
    ### BEGIN SOLUTION
    # how many whole windows fit, one beginning every hop_length samples; never fewer than 0
    n_frames = max(0, 1 + (len(buffer) - window_length) // hop_length)
    # from where the next frame will begin, to the end
    kept = buffer[n_frames * hop_length :]
    ### END SOLUTION
    return kept


# %% nbgrader={"grade": true, "grade_id": "check_left_over", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(left_over)

# %% [markdown]
# ### Six links, one memory
#
# Now a chain of `SignalBlock`s: frames, spectrum, power, ear, mel, cepstrum. A block goes in, a block comes out, of as many frames as there are just now, perhaps none. Ask of each link: *does one frame depend on another?*
# Only `Framing` has to remember anything. All others treat each column for itself: one class, `EachFrame`, will do for them.
#
# > **Exercise 9 · `stream_mfcc`** (3 points)
# >
# > - Five links are there by their names. Make the sixth, and set them in order. What must come before what?
# > - `through(chain, chunk)` sends one chunk through the whole chain. A list comprehension does it for all.
# > - `np.concatenate(…, axis=1)` sets blocks side by side, those without columns too.


# %% nbgrader={"grade": false, "grade_id": "stream_mfcc", "locked": false, "schema_version": 3, "solution": true, "task": false}
class SignalBlock:
    """One link of a chain: a block goes in, a block comes out."""

    def process(self, block):
        return block


class Framing(SignalBlock):
    """Samples to frames in columns; what is left over waits for the next block."""

    def __init__(self, window_length, hop_length):
        self.window_length, self.hop_length = window_length, hop_length
        # half a window of silence comes first, so that frame 0 is centred on sample 0
        self.kept = np.zeros(window_length // 2)

    def process(self, block):
        buffer = np.concatenate([self.kept, block])
        self.kept = left_over(buffer, self.window_length, self.hop_length)
        starts = np.arange(0, len(buffer) - len(self.kept), self.hop_length)
        return buffer[np.arange(self.window_length)[:, None] + starts]


class EachFrame(SignalBlock):
    """A link without memory: the same function for whatever columns arrive."""

    def __init__(self, function):
        self.process = function


def through(chain, block):
    """What comes out at the end of a chain, for a block that goes in at its start."""
    for link in chain:
        block = link.process(block)
    return block


def stream_mfcc(
    chunks,
    sample_rate=22050,
    window_length=1024,
    hop_length=256,
    n_bands=40,
    n_coefficients=13,
):
    """MFCCs, weighed by the ear, of a sound that arrives in chunks: float [n_coefficients, n_frames]."""
    window = scipy.signal.get_window("hann", window_length)[:, None]
    filters = librosa.filters.mel(sr=sample_rate, n_fft=window_length, n_mels=n_bands, dtype=float)
    spectrum = EachFrame(lambda frames: np.fft.rfft(frames * window, axis=0))
    power = EachFrame(lambda stft: np.abs(stft) ** 2)
    ear = EachFrame(lambda power: ear_weighting(power, sample_rate))
    mel = EachFrame(lambda power: filters @ power)
    cepstrum = EachFrame(lambda mel: get_mfcc(mel, n_coefficients))
    ### BEGIN SOLUTION
    # the link with a memory, for this window and hop
    framing = Framing(window_length, hop_length)
    # all six links in their order: a list
    chain = [framing, spectrum, power, ear, mel, cepstrum]
    # all chunks, and after them half a window of silence, which lets the last frames out: a list
    arriving = [*chunks, np.zeros(window_length // 2)]
    # what comes out for each of them: a list of blocks, some without columns
    blocks = [through(chain, chunk) for chunk in arriving]
    # the blocks side by side
    mfcc = np.concatenate(blocks, axis=1)
    ### END SOLUTION
    return mfcc


# %% nbgrader={"grade": true, "grade_id": "check_stream_mfcc", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(stream_mfcc)

# %% [markdown]
# Cut the sentence at sixty places, wherever they fall. Does the result know where they were?

# %%
cuts = np.sort(np.random.default_rng(7).integers(0, len(voice), size=60))
chunks = np.split(voice, cuts)
print("lengths of the first chunks:", *(len(chunk) for chunk in chunks[:8]))
agreement(stream_mfcc(chunks), stream_mfcc([voice]))

# %% [markdown]
# How late is the stream? A frame can leave only when its last sample has arrived, half a window after its middle. No faster computer will change that:

# %%
delay, step = 1000 * 512 / audio.SAMPLE_RATE, 1000 * 256 / audio.SAMPLE_RATE
print(f"A window of 1024 samples is {delay:.0f} ms late; a new frame leaves every {step:.1f} ms.")

# %% [markdown]
# ## Yours and theirs
#
# You have built what SciPy and librosa ship. Compare, on the whole sentence:

# %%
agreement(dct_matrix(40, 40), scipy.fft.dct(np.eye(40), axis=0, norm="ortho"))

# %%
agreement(get_mfcc(mel, 20), librosa.feature.mfcc(S=np.log(np.fmax(mel, 1e-10)), n_mfcc=20))

# %%
in_db = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=20)
theirs = librosa.feature.inverse.mfcc_to_mel(in_db, n_mels=40)
agreement(invert_mfcc(np.log(10) / 10 * in_db, 40), theirs)

# %%
theirs = librosa.feature.mfcc(S=np.log(np.fmax(mel, 1e-10)), n_mfcc=40, lifter=40)
agreement(lifter(coefficients, 40), theirs)

# %%
agreement(lifter(theirs, 40, inverse=True), coefficients)

# %%
agreement(deltas(coefficients), librosa.feature.delta(coefficients, mode="nearest"))

# %% [markdown]
# And the stream, against librosa with the whole recording at hand:

# %%
power = np.abs(librosa.stft(voice.astype(float), n_fft=1024, hop_length=256)) ** 2
theirs = librosa.feature.melspectrogram(S=power * librosa.db_to_power(ear_db)[:, None], n_mels=40)
agreement(stream_mfcc(chunks), cepstra(theirs))

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A file <code>mfcc.npy</code> holds <code>librosa.power_to_db(mel)[:13]</code>. What is in it, and how could you tell without its author?</summary>
# The 13 lowest mel <b>bands</b> in dB, and nothing of what lies above them. Neighbouring rows are almost fully correlated; those of MFCCs are not. And a change of volume moves all rows alike; of MFCCs it moves only the first.
# </details>
#
# <details><summary><b>2.</b> True or false: 13 MFCCs of 40 bands can be turned back into the 40 bands exactly, since the matrix is orthonormal.</summary>
# <b>False.</b> Its 13 <i>rows</i> are orthonormal: matrix · matrixᵀ is the identity of size 13. But matrixᵀ · matrix, the way there and back, is a projection onto 13 of 40 dimensions. It keeps the smooth part; the rest counts as zero.
# </details>
#
# <details><summary><b>3.</b> A paper reports a distortion of 6 dB, your own voices measure 60 dB. Name four reasons that have nothing to do with the voices.</summary>
# Another scale of the coefficients (orthonormal ones are √(2B) times as large; decibels 4.34 times; lifted ones larger still); coefficient 0 counted; frames not aligned; other numbers of bands or coefficients.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why neighbouring mel bands repeat each other, what the cosines do about it, and why log-mel is not MFCC;
# - what an orthonormal matrix gives you for nothing: the way back, and the error of leaving something out;
# - what goes first when coefficients are dropped, and how many decibels that costs;
# - what liftering and deltas are for, and where libraries differ in them;
# - what a distortion in dB measures, and how not to measure it;
# - why a stream needs a memory in one place only, and how late it is.
#
# **Next, lesson 08:** thirteen of forty coefficients leave something to guess. A network tries, and we will see whether it beats the transpose.
