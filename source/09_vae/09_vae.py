# %% [markdown]
# # 09 · Voices that nobody has
#
# > **You hear** words in voices that nobody has, one voice turning into another, and the mush that is left when a network stops listening.
# > **You build** a variational autoencoder: mel squares, an encoder with two answers, the draw between them, its loss in nats, a decoder, and the way through its latent space.
# > **You can say afterwards** what β weighs, why a latent dies, what twenty numbers of a PCA can do already, and how to tell an honest test from a flattering one.
# >
# > 90 minutes. You need lessons 03 to 05 (mel and the way back to sound) and some Keras: a layer, a model, `fit`.

# %%
import librosa
import numpy as np
import scipy.sparse.linalg
import scipy.stats

from course import audio, corpus, networks, plot
from course.check import agreement, begin, check, describe, hint, progress
from course.engine import mel_to_sound
from course.widgets import LatentPad, blend_explorer

import keras

# %% nbgrader={"grade": false, "grade_id": "begin", "locked": true, "schema_version": 3, "solution": false, "task": false}
begin("09_vae")

# %% [markdown]
# ## Who is speaking?
#
# Listen first. Three of these short words were made by dice; one was spoken by a voice of the course. Which?

# %%
inventor = networks.load("vae_decoder")
dice = np.random.default_rng(5).standard_normal((3, 20))
invented = np.asarray(inventor(dice))
describe(invented)


# %%
def sound_of(square):
    """The sound of a square of levels in dB, by the course's engine; `...` as long as there is none."""
    return ... if square is ... else mel_to_sound(librosa.db_to_power(square))


# %% [markdown]
# > **Note:** the engine wants *power*, the square holds *decibels*. `db_to_power` is $10^{\text{dB}/10}$. With decibels themselves, most of them negative, the engine would hear silence: no power is below zero.

# %%
hello = corpus.bundled().only(labels="hello", speakers="clara")
(spoken,) = hello.mels(n_mels=50, fmax=audio.SAMPLE_RATE / 2)
sounds = [sound_of(invented[0]), sound_of(invented[1]), mel_to_sound(spoken), sound_of(invented[2])]
audio.compare({f"number {1 + number}": sound for number, sound in enumerate(sounds)})

# %% [markdown]
# Number 3 says *hello*. The other three are **twenty random numbers each**, sent through a network that has heard forty words in 47 voices. It has never heard these words, and nobody speaks like that. They are blurred, they mumble, but they are syllables: something rises, sounds, and dies away.
#
# **The idea of this lesson.** Squeeze every word through twenty numbers, its **latents**, and ask two things of them: from them the word must be found again, and taken over all words they must look like the roll of fair dice. Then a roll of fair dice is a word.

# %% [markdown]
# ## Step 1 · A word is a square
#
# The corpus has sixty voices that say forty words each. Their mel spectrograms, 50 bands from 0 Hz to half the sample rate, a frame every 256 samples: what the engine turns into sound.

# %%
voices = corpus.bundled()
# the letters of the alphabet are left out
words = voices.where(np.char.str_len(voices.labels) > 1)
print(words)

# %%
mels = words.mels(n_mels=50, fmax=audio.SAMPLE_RATE / 2)
lengths = np.array([mel.shape[1] for mel in mels])
print(f"{np.mean(lengths <= 50):.0%} of the words have 50 frames or fewer, {50 * 256 / audio.SAMPLE_RATE:.2f} s.")

# %% [markdown]
# A network wants all its inputs of one size. So every word becomes a square of 50 × 50: in **decibels**, for that is how we hear, with a **floor**, for silence has no logarithm, and in the **middle**, so that the same sound lies in the same place.


# %%
def square_of(mel):
    """The same by librosa: levels in dB, float [50, 50]."""
    levels = librosa.power_to_db(mel, amin=1e-5, top_db=None)
    wide = librosa.util.pad_center(levels, size=max(50, levels.shape[1]), axis=1, constant_values=-50)
    return wide[:, (wide.shape[1] - 50) // 2 :][:, :50]


squares = np.stack([square_of(mel) for mel in mels])
describe(squares)

# %%
chosen = [np.flatnonzero((words.labels == label) & (words.speakers == "clara"))[0] for label in ("hello", "no", "six")]
panels = {f"“{words.labels[i]}”, {lengths[i]} frames long": squares[i] for i in chosen}
plot.cells(panels, "time in s", "mel band", "level in dB", x_step=256 / audio.SAMPLE_RATE)

# %% [markdown]
# Decibels of an *absolute* power: a quiet voice stays quiet. The floor of $10^{-5}$, that is −50 dB, lies below speech and above much of the hiss.
#
# > **Exercise 1 · `to_square_mel`** (3 points)
# >
# > - The floor comes first, on the power: `np.maximum`.
# > - Of a short word, half of what is missing goes before it (rounded down), the rest behind. `np.pad` takes `((rows before, rows after), (columns before, columns after))` and `constant_values`.
# > - A long word loses as much on both sides: 50 columns from the middle are left.


# %% nbgrader={"grade": false, "grade_id": "to_square_mel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_square_mel(mel):
    """The middle of a mel power spectrogram [50, n_frames], in dB from a floor of -50: float [50, 50]."""
    ### BEGIN SOLUTION
    # the level of every cell in dB, nothing fainter than a power of 1e-5: float [50, n_frames]
    decibels = 10 * np.log10(np.maximum(mel, 1e-5))
    # how many columns are missing, 0 for a long word
    missing = max(0, 50 - decibels.shape[1])
    # half of them before the word and the rest behind it, all at -50 dB: float [50, 50 or more]
    padded = np.pad(decibels, ((0, 0), (missing // 2, missing - missing // 2)), constant_values=-50)
    # where the 50 middle columns begin
    first = (padded.shape[1] - 50) // 2
    # these columns
    square = padded[:, first : first + 50]
    ### END SOLUTION
    return square


# %% nbgrader={"grade": true, "grade_id": "check_to_square_mel", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(to_square_mel)

# %% [markdown]
# ## Step 2 · Who may be looked at
#
# A network that is tested on voices that it has trained with has only to remember. So thirteen voices are kept for the test, with all that they say: not some *words* of each voice, but some *voices*. The corpus says which.

# %%
test = words.held_out
print(f"training: {np.sum(~test)} words by {len(set(words.speakers[~test]))} voices")
print(f"test:     {np.sum(test)} words by {len(set(words.speakers[test]))} others")
print("in both: ", sorted(set(words.speakers[test]) & set(words.speakers[~test])))

# %% [markdown]
# Levels of −50 to +30 are awkward for a network; numbers around 0 with a deviation of 1 are not. One mean and one deviation for all cells will do. (One for each *cell*? In the corners there is always the floor, with a deviation next to nothing, and dividing by that makes noise enormous.)
#
# > **Note: mean and deviation are learned, too.** Whoever takes them from all the data has looked at the test: the number that comes out is a little better than it will be in life. They come from the *training* squares, and are applied to both.

# %% [markdown]
# > **Exercise 2 · `normalise`** (2 points)
# >
# > - Two numbers come from `training`, whatever squares are to be normalised.


# %% nbgrader={"grade": false, "grade_id": "normalise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def normalise(squares, training):
    """Squares, so that the training squares would have mean 0 and deviation 1: float [n, 50, 50]."""
    ### BEGIN SOLUTION
    # one number for all cells of all training squares
    mean = np.mean(training)
    # and how far they lie from it
    deviation = np.std(training)
    # how many deviations each cell lies from that mean
    normalised = (squares - mean) / deviation
    ### END SOLUTION
    return normalised


# %% nbgrader={"grade": true, "grade_id": "check_normalise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(normalise)

# %% [markdown]
# From here on the course's own normalised squares are at hand, so that there is something to hear before your own are done:

# %%
centre, spread = squares[~test].mean(), squares[~test].std()
known, new = ((squares[which] - centre) / spread for which in (~test, test))
known, new = known.astype(np.float32), new.astype(np.float32)
print(f"training squares: mean {known.mean():+.3f}, deviation {known.std():.3f}")
print(f"test squares:     mean {new.mean():+.3f}, deviation {new.std():.3f}")

# %% [markdown]
# Not exactly 0 and 1 for the others, and that is right: nobody has looked.

# %% [markdown]
# ## What twenty numbers can do
#
# Before there is a network, there is a rival. A **principal component analysis** (PCA) finds the twenty squares of which all training squares can best be mixed, and describes every word by how much of each it takes. No layer, no epoch, one matrix decomposition:

# %%
cells = known.reshape(len(known), -1)
mean_word = np.mean(cells, axis=0)
_, sizes, axes = scipy.sparse.linalg.svds(cells - mean_word, k=20, v0=np.ones(len(cells)))
# the largest first
principal, variances = axes[::-1], sizes[::-1] ** 2 / len(cells)


# %%
def by_pca(squares):
    """What is left of normalised squares in 20 components: float [n, 50, 50]."""
    amounts = (squares.reshape(len(squares), -1) - mean_word) @ principal.T
    return (amounts @ principal + mean_word).reshape(squares.shape)


def mse(squares, rebuilt):
    """Mean squared error over all cells."""
    return np.mean((squares - rebuilt) ** 2)


# %%
errors = {"the mean word": mse(new, mean_word.reshape(50, 50)), "PCA, 20 numbers": mse(new, by_pca(new))}
for name, error in errors.items():
    print(f"{name:18} {error:.4f}")

# %% [markdown]
# That is the error on voices that were never seen, in squared deviations; 1 would be the answer "always 0". Twenty numbers instead of 2500, and most of the word is there. Hear it, from a voice of the test:


# %%
def in_db(normalised):
    """Normalised squares back in dB."""
    return normalised * spread + centre


# %%
seven = np.flatnonzero(words.labels[test] == "seven")[0]
told = in_db(by_pca(new)[seven])
audio.compare({"a test voice": sound_of(in_db(new[seven])), "20 numbers of it": sound_of(told)})

# %%
panels = {f"“seven”, spoken by {words.speakers[test][seven]}": in_db(new[seven]), "what 20 components tell": told}
plot.cells(panels, "time in s", "mel band", "level in dB", x_step=256 / audio.SAMPLE_RATE)

# %% [markdown]
# **This is the number to beat.** Many a paper shows what its network can do, and leaves out what one line of linear algebra can do.
#
# And dice, in PCA's twenty numbers? They know how large each is as a rule, the roots of `variances`:

# %%
rolled = np.random.default_rng(1).standard_normal((3, 20)) * np.sqrt(variances)
mixed = in_db((rolled @ principal + mean_word).reshape(-1, 50, 50))
audio.compare({f"PCA and dice, {1 + i}": sound_of(square) for i, square in enumerate(mixed)})

# %% [markdown]
# ## Step 3 · An encoder with two answers
#
# Our network has an **encoder**, from square to latents, and a **decoder**, from latents to square. And it is *variational*: for each latent the encoder does not name a number, but a **mean** and a **variance**, "about here, give or take so much". The decoder must live with whatever is drawn there.
# So words that sound alike come to lie beside each other, and there are no holes between them.
#
# The encoder looks at the square through small filters, twice, each time followed by means of 2 × 2 cells. What remains goes through two dense layers:
#
# | layer | gives |
# |---|---|
# | 8 filters of 3 × 3, relu; means of 2 × 2 | 25 × 25 × 8 |
# | 8 filters of 3 × 3, relu; means of 2 × 2 | 13 × 13 × 8 |
# | in a row; dense 800, relu; dense 60, relu | 60 |
# | two dense layers side by side, linear | mean, log variance |
#
# > **Note: why the *logarithm* of the variance?** A layer can give any number, a variance must be above zero. And mind its name: $\log\sigma^2$ is *twice* $\log\sigma$. There are programs in which the layer that holds it is called `log_std`, and half of the code believes the name.
#
# > **Exercise 3 · `build_encoder`** (3 points)
# >
# > - `keras.layers.Conv2D(8, 3, padding="same", activation="relu")` makes a layer; `layer(x)` applies it. The same goes for `AveragePooling2D(2, padding="same")`, `Flatten()` and `Dense(800, activation="relu")`.
# > - `keras.Sequential([…])(x)` applies several, one after the other.
# > - Both answers are computed from `summary`, neither from the other.


# %% nbgrader={"grade": false, "grade_id": "build_encoder", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_encoder(n_latent):
    """Network from normalised squares [n, 50, 50] to mean and log variance, each [n, n_latent]."""
    squares = keras.Input((50, 50))
    image = keras.layers.Reshape((50, 50, 1))(squares)
    ### BEGIN SOLUTION
    # eight filters, then means of 2 x 2 cells: [n, 25, 25, 8]
    fine = keras.layers.AveragePooling2D(2, padding="same")(
        keras.layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    )
    # eight filters on these, then means again: [n, 13, 13, 8]
    coarse = keras.layers.AveragePooling2D(2, padding="same")(
        keras.layers.Conv2D(8, 3, padding="same", activation="relu")(fine)
    )
    # all in a row, through 800 units, then 60: [n, 60]
    summary = keras.Sequential(
        [
            keras.layers.Flatten(),
            keras.layers.Dense(800, activation="relu"),
            keras.layers.Dense(60, activation="relu"),
        ]
    )(coarse)
    # where the word lies, any number: [n, n_latent]
    mean = keras.layers.Dense(n_latent)(summary)
    # the logarithm of how widely, any number: [n, n_latent]
    log_variance = keras.layers.Dense(n_latent)(summary)
    # from the squares to both
    encoder = keras.Model(squares, [mean, log_variance])
    ### END SOLUTION
    return encoder


# %% nbgrader={"grade": true, "grade_id": "check_build_encoder", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(build_encoder)

# %% [markdown]
# ## Step 4 · Find the bug: the draw
#
# Between encoder and decoder stands a draw: a random number with that mean and that variance. But through "take a random number" no gradient finds its way back. So the dice are rolled *outside*, and only stretched and moved here:
#
# $$\text{latent} = \text{mean} + \sigma \cdot \text{noise}$$
#
# with noise of mean 0 and variance 1. That is the whole **reparameterisation trick**: now the latent is a sum and a product, and both have a derivative.
#
# A colleague wrote it down. It runs, its voices even train. But look how wide it draws:
#
# > **Exercise 4 · `reparameterise`** (2 points)
# >
# > - Run it as it is, and look at what it prints.
# > - σ is the *deviation*, and the encoder gives the logarithm of the *variance*. Mend one line.
# > - Here and in the next two exercises: `keras.ops.exp` and its like, not NumPy's. NumPy computes the right number, but has forgotten where it came from, and no gradient gets through.


# %% nbgrader={"grade": false, "grade_id": "reparameterise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reparameterise(mean, log_variance, noise):
    """Draws with these means and variances, made of noise with mean 0 and variance 1: [n, n_latent]."""
    # how far a draw lies from its mean, as a rule
    ### BEGIN SOLUTION
    deviation = keras.ops.exp(log_variance / 2)  # released as: keras.ops.exp(log_variance)
    ### END SOLUTION
    # the noise, stretched and moved
    latents = mean + deviation * noise
    return latents


# %%
noise = np.random.default_rng(2).standard_normal((100000, 1)).astype(np.float32)
drawn = np.asarray(reparameterise(3.0, np.log(0.25).astype(np.float32), noise))
print(f"asked for: mean 3, variance 0.25. Drawn: mean {drawn.mean():.2f}, variance {drawn.var():.2f}.")

# %% nbgrader={"grade": true, "grade_id": "check_reparameterise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(reparameterise)

# %% [markdown]
# ## Step 5 · What a latent costs
#
# An encoder that could do as it liked would put each word far from all others, with a variance of nothing: a list of names, and between them no voice. So it pays for whatever it tells. The price is the **Kullback–Leibler divergence** from the fair dice, by which its answer differs from "no idea, mean 0 and variance 1":
#
# $$D = \frac12 \sum_{i} \left( \mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2 \right)$$
#
# summed over the latents, one number for each word, in **nats** ($\log_2 e = 1.44$ bits each). Nothing is told, nothing is paid:

# %%
means = np.linspace(-3, 3, 121)
narrow = {f"deviation {s}": 0.5 * (means**2 + s**2 - 1 - np.log(s**2)) for s in (1.0, 0.5, 0.1)}
title = "Far from the middle, and sure of it: both are paid for."
plot.curves(means, narrow, title, "mean of one latent", "price in nats")

# %% [markdown]
# > **Note: the sum, not the mean, over the latents.** What is told by several latents adds up, like the digits of a number. Many programs take `mean` over everything; with 20 latents the price is then 20 times too small. They trained with β = 1 and had β = 1/20, and wondered why their dice made noise.
#
# > **Exercise 5 · `kl_divergence`** (3 points)
# >
# > - What you are given is $\log\sigma^2$. How do you get $\sigma^2$ from it?
# > - `keras.ops.sum(…, axis=-1)` leaves one number for each row.


# %% nbgrader={"grade": false, "grade_id": "kl_divergence", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kl_divergence(mean, log_variance):
    """What each row tells, in nats: [n]."""
    ### BEGIN SOLUTION
    # the variance of each latent: [n, n_latent]
    variance = keras.ops.exp(log_variance)
    # what each latent tells, in nats: [n, n_latent]
    of_each = (keras.ops.square(mean) + variance - 1 - log_variance) / 2
    # what they tell together: [n]
    nats = keras.ops.sum(of_each, axis=-1)
    ### END SOLUTION
    return nats


# %% nbgrader={"grade": true, "grade_id": "check_kl_divergence", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(kl_divergence)


# %% [markdown]
# A formula is soon believed. Here is the same by brute force: draw from $\mathcal N(\mu, \sigma^2)$, and look by how much, on the average, each draw is more likely there than with the dice. No closed form is in it.


# %%
def by_drawing(mu, sigma, n=400000):
    """The divergence of one latent, as a mean over draws."""
    draws = np.random.default_rng(3).normal(mu, sigma, n)
    return np.mean(scipy.stats.norm.logpdf(draws, mu, sigma) - scipy.stats.norm.logpdf(draws))


def first(values):
    """The first number of a result, as text."""
    return "not yet" if values is ... else f"{np.asarray(values)[0]:.3f} nat"


for mu, sigma in [(1.0, 1.0), (0.0, 0.1), (-2.0, 0.5)]:
    row = np.float32([[mu]]), np.float32([[2 * np.log(sigma)]])
    print(f"mean {mu:4}, deviation {sigma}: drawn {by_drawing(mu, sigma):.3f} nat, yours", first(kl_divergence(*row)))

# %% [markdown]
# ## Step 6 · The loss
#
# Two wishes, one number. How far is the rebuilt square from the true one? And what did the latents cost? For one square
#
# $$\text{loss} = \frac12 \sum_{\text{cells}} (\text{target} - \text{output})^2 + \beta D$$
#
# and then the mean over all squares of the batch. The half is no decoration: it is minus the logarithm of a normal distribution of variance 1 around the output, less a constant. So both terms are in nats, and can be added. With β = 1 the loss is, up to that constant, an upper limit of minus the log-likelihood of the squares.
#
# > **Exercise 6 · `vae_loss`** (3 points)
# >
# > - The error is a *sum* over the 2500 cells (`axis=(1, 2)`), as the divergence is one over the latents: whoever takes means in one and sums in the other has changed β without noticing.
# > - Call your own `kl_divergence`.


# %% nbgrader={"grade": false, "grade_id": "vae_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def vae_loss(target, output, mean, log_variance, beta):
    """Half the squared error of a square plus beta times what its latents tell, in nats: the mean over squares."""
    ### BEGIN SOLUTION
    # half the squared error, summed over the cells of each square: [n]
    error = keras.ops.sum(keras.ops.square(target - output), axis=(1, 2)) / 2
    # what the latents of each square tell: [n]
    nats = kl_divergence(mean, log_variance)
    # one number for all squares
    loss = keras.ops.mean(error + beta * nats)
    ### END SOLUTION
    return loss


# %% nbgrader={"grade": true, "grade_id": "check_vae_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(vae_loss)

# %% [markdown]
# ## Step 7 · A decoder, mirrored
#
# The same layers backwards. Where there were means of 2 × 2, every cell is now repeated 2 × 2 (`UpSampling2D`), and a filter smooths the steps. From 13 we get to 26, from 26 to 52; a last filter *without* padding loses the rim, and 50 are left.
#
# | layer | gives |
# |---|---|
# | dense 60, relu; dense 800, relu | 800 |
# | dense 13 · 13 · 8, relu; as an image | 13 × 13 × 8 |
# | repeated 2 × 2; 8 filters of 3 × 3, relu | 26 × 26 × 8 |
# | repeated 2 × 2; 1 filter of 3 × 3, linear, `padding="valid"` | 50 × 50 × 1 |
#
# > **Exercise 7 · `build_decoder`** (3 points)
# >
# > - The last layer is *linear*: normalised levels lie on both sides of zero.


# %% nbgrader={"grade": false, "grade_id": "build_decoder", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_decoder(n_latent):
    """Network from latents [n, n_latent] to normalised squares [n, 50, 50]."""
    latents = keras.Input((n_latent,))
    ### BEGIN SOLUTION
    # through 60 units, then 800: [n, 800]
    wide = keras.layers.Dense(800, activation="relu")(keras.layers.Dense(60, activation="relu")(latents))
    # a small image of eight channels: [n, 13, 13, 8]
    coarse = keras.layers.Reshape((13, 13, 8))(keras.layers.Dense(13 * 13 * 8, activation="relu")(wide))
    # twice as large, and smoothed by eight filters: [n, 26, 26, 8]
    fine = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(keras.layers.UpSampling2D(2)(coarse))
    # twice as large again, and one linear filter that loses the rim: [n, 50, 50, 1]
    image = keras.layers.Conv2D(1, 3, padding="valid")(keras.layers.UpSampling2D(2)(fine))
    # from the latents to the image, without its last axis
    decoder = keras.Model(latents, keras.layers.Reshape((50, 50))(image))
    ### END SOLUTION
    return decoder


# %% nbgrader={"grade": true, "grade_id": "check_build_decoder", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(build_decoder)

# %% [markdown]
# ## Train
#
# All parts are there. What puts them together is given: encoder, draw, decoder, and the loss that Keras is to lower. In a test the draw is left out, and the mean itself is decoded.


# %%
class Autoencoder(keras.Model):
    """Encoder, draw and decoder in a row, with their own loss."""

    def __init__(self, encoder, decoder, beta):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.beta = keras.Variable(beta, trainable=False)
        self.dice = keras.random.SeedGenerator(9)

    def call(self, squares, training=False):
        mean, log_variance = self.encoder(squares)
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.dice)
        rebuilt = self.decoder(reparameterise(mean, log_variance, noise * float(training)))
        self.add_loss(vae_loss(squares, rebuilt, mean, log_variance, self.beta))
        return rebuilt


# %% [markdown]
# β may rise while training goes on (**annealing**), from little to what it is to be in the end: first the latents learn to be useful, then to be cheap.


# %%
class Annealing(keras.callbacks.Callback):
    """Raises beta evenly during the first half of the epochs."""

    def on_train_begin(self, logs=None):
        self.last = float(self.model.beta.value)

    def on_epoch_begin(self, epoch, logs=None):
        share = (epoch + 1) / max(1, self.params["epochs"] // 2)
        self.model.beta.assign(self.last * min(1.0, share))


# %%
# while somebody grades this, one batch is enough
in_a_hurry = networks.epochs(2) == 1
learned, unseen = (known[:64], new[:16]) if in_a_hurry else (known, new)


# %%
def missing(*parts):
    """Whether something that a training needs is still `...`."""
    ones = np.ones((1, 2, 2), dtype=np.float32)
    return any(part is ... for part in (*parts, vae_loss(ones, ones, ones[0], ones[0], 1.0)))


def train(encoder, decoder, label, n_epochs, beta=1.0, callbacks=()):
    """Train both, in batches of 64 squares; `...` as long as something is missing."""
    if missing(encoder, decoder):
        return ...
    n_epochs = networks.epochs(n_epochs)
    steps = n_epochs * -(-len(learned) // 64)
    speed = keras.optimizers.schedules.CosineDecay(0.0, steps - steps // 5, warmup_target=2e-3, warmup_steps=steps // 5)
    model = Autoencoder(encoder, decoder, beta)
    model.compile(keras.optimizers.Adam(speed), jit_compile=False, run_eagerly=in_a_hurry)
    shown = [networks.Progress(label), *callbacks]
    model.fit(learned, batch_size=64, epochs=n_epochs, validation_data=(unseen[::4],), verbose=0, callbacks=shown)
    return model


# %% [markdown]
# The speed rises during the first fifth of the steps, and falls to nothing in the rest: the first steps of a network that knows nothing yet lead anywhere, and should be small.
#
# > **Note:** the solid line of the progress bar is the loss on every fourth *test* square. No training here is stopped by it. But be strict with us as well: learning rate, number of epochs and the line beside the network were settled in some two dozen trials, with an eye on the error of these very voices. So our figure is a little flattering. Whoever wants to choose and to be believed needs a third set of voices.
#
# A first try, a few times through all squares. **Predict:** is it better or worse than PCA?

# %%
networks.set_seed(1)
encoder, decoder = build_encoder(20), build_decoder(20)
first_try = train(encoder, decoder, "first try", n_epochs=4)


# %%
def rebuilt_by(model, squares):
    """What a trained model makes of squares: the mean of the latents, decoded."""
    return ... if model is ... else np.asarray(model(squares))


def table(models):
    """The errors on voices of the test, those of the baselines first."""
    for name, error in errors.items():
        print(f"{name:18} {error:.4f}")
    for name, model in models.items():
        rebuilt = rebuilt_by(model, unseen)
        print(f"{name:18} {'not yet' if rebuilt is ... else f'{mse(unseen, rebuilt):.4f}'}")


# %%
table({"first try": first_try})

# %% [markdown]
# Solved as it stands, this network **loses**. It has more than two million numbers to learn, and has not found out in these few epochs what one matrix decomposition knows exactly. More epochs help, slowly.

# %% [markdown]
# ## Begin where algebra ends
#
# So do not let the network learn again what is known. Beside the encoder we lay a straight line, one linear layer that begins as the PCA, and another beside the decoder. What the deep layers give is *added*: they have only to find what is not linear. (The same thought is in every residual network.)
#
# Straight lines have one more virtue: for them the best answer is known. A component of variance λ is worth $\frac12 \ln\frac{\lambda}{\beta}$ nats, and its latent has the variance $\beta / \lambda$ left. So the log variance begins there, too.


# %%
def beside_a_line(encoder, decoder):
    """Encoder and decoder, each with a linear layer beside it that begins as the PCA; `...` as long as one is."""
    if missing(encoder, decoder):
        return ..., ...
    squares, latents = keras.Input((50, 50)), keras.Input((20,))
    to_latents, to_squares = keras.layers.Dense(20), keras.layers.Dense(2500)
    mean, log_variance = encoder(squares)
    moved = keras.layers.Add()([mean, to_latents(keras.layers.Flatten()(squares))])
    log_variance = keras.layers.Rescaling(1.0, offset=(-np.log(variances)).tolist())(log_variance)
    straight = keras.layers.Reshape((50, 50))(to_squares(latents))
    output = keras.layers.Add()([decoder(latents), straight])
    units = np.sqrt(variances)[:, None]
    to_latents.set_weights([(principal / units).T, -(principal / units) @ mean_word])
    to_squares.set_weights([principal * units, mean_word])
    return keras.Model(squares, [moved, log_variance]), keras.Model(latents, output)


# %%
networks.set_seed(2)
encoder, decoder = beside_a_line(build_encoder(20), build_decoder(20))
trained = train(encoder, decoder, "beside a line", n_epochs=8, callbacks=[Annealing()])

# %%
table({"first try": first_try, "beside a line": trained})

# %% [markdown]
# (Do not read much into the curves this time: while β rises, each epoch has a loss of its own.)
#
# Now the network **wins** against the PCA: with the same twenty numbers, on voices that neither has seen, and although it has to pay for them. What it adds is what no mixture can do, for example to *move* a sound instead of fading it out here and in there.
#
# ### Is every latent used?
#
# In many VAEs most latents are dead: always mean 0 and variance 1, whatever the word. So print what each one tells, on the test voices. (One column of mean and log variance at a time goes into your own `kl_divergence`.)


# %%
def nats_of_each(encoder, squares):
    """What each latent tells of squares, on the average, in nats: float [n_latent]."""
    if encoder is ... or kl_divergence(np.zeros((1, 1)), np.zeros((1, 1))) is ...:
        return ...
    columns = zip(*(np.asarray(each).T[:, :, None] for each in encoder(squares)), strict=True)
    return np.array([np.mean(kl_divergence(mean, log_variance)) for mean, log_variance in columns])


def tell_nats(nats):
    """Print them in two rows, and how many are used."""
    if nats is ...:
        print("not yet")
        return
    for row in np.split(nats, 2):
        print(" ".join(f"{each:5.2f}" for each in row))
    print(f"{np.sum(nats > 0.1)} of {len(nats)} tell more than 0.1 nat; all together {np.sum(nats):.1f} nats a word.")


nats = nats_of_each(encoder, unseen)
tell_nats(nats)

# %%
theory = {"½ ln λ, for a straight line": 0.5 * np.log(variances), "measured on the test voices": nats}
title = "Every latent is used, and about as the straight line foretells."
plot.curves(np.arange(20), theory, title, "latent", "what it tells, in nats")

# %% [markdown]
# ## β too large: the network stops listening
#
# Read $\frac12 \ln\frac{\lambda}{\beta}$ as a **water level**. Components whose variance λ lies below β are drowned: what they tell costs more than it helps. The largest has

# %%
print("variances of the components, the first five:", np.round(variances[:5], 1), "… the last:", variances[-1].round(1))

# %% [markdown]
# **Predict:** which latents survive β = 50? And β = 500? For straight lines you can tell from that row. Now the network, with β = 500 from the first step on:

# %%
networks.set_seed(3)
deaf_encoder, deaf_decoder = build_encoder(20), build_decoder(20)
deaf = train(deaf_encoder, deaf_decoder, "deaf", n_epochs=2, beta=500.0)
tell_nats(nats_of_each(deaf_encoder, unseen))

# %% [markdown]
# **Posterior collapse.** Whatever comes in, the encoder answers "mean 0, variance 1", and the decoder has learned to say the mean of all words, for that is the best answer to a question nobody has heard. Three different dice, one mush:

# %%
mush = [...] * 3 if deaf is ... else list(in_db(np.asarray(deaf_decoder(dice))))
audio.compare({f"deaf, {1 + number}": sound_of(square) for number, square in enumerate(mush)})

# %% [markdown]
# The loss curve of such a training looks fine, it falls. Only the nats of each latent show it, so print them, always. The ways out: a smaller β, a loss whose two terms are in the same unit (then β = 1 is a natural choice), and annealing: in the training above β began small and rose, so that no latent was given up before it was of any use.

# %% [markdown]
# ## Step 8 · Throw the dice
#
# Twenty numbers from fair dice, through the decoder, and all the way back: from deviations to decibels, with the floor below which there was nothing.
#
# > **Exercise 8 · `generate`** (2 points)
# >
# > - `decoder(latents)` gives normalised squares; `keras.ops.convert_to_numpy` makes them an array.
# > - Which comes first on the way back, the deviation or the mean?


# %% nbgrader={"grade": false, "grade_id": "generate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generate(decoder, latents, mean, deviation):
    """Squares in dB, from -50 up, that a decoder makes of latents [n, n_latent]: float [n, 50, 50]."""
    ### BEGIN SOLUTION
    # what the decoder says, in deviations from the mean of the training squares
    normalised = keras.ops.convert_to_numpy(decoder(latents))
    # the same in dB
    decibels = normalised * deviation + mean
    # nothing below -50 dB
    squares = np.maximum(decibels, -50)
    ### END SOLUTION
    return squares


# %% nbgrader={"grade": true, "grade_id": "check_generate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(generate)

# %% [markdown]
# Twenty random voices of *your* network, looked at by numbers: is one silent, is one no number?

# %%
dice = np.random.default_rng(20).standard_normal((20, 20)).astype(np.float32)
yours = ... if decoder is ... else generate(decoder, dice, centre, spread)
if yours is not ...:
    peaks = np.max(yours, axis=(1, 2))
    print(
        f"loudest cell of each: from {peaks.min():.0f} to {peaks.max():.0f} dB; not a number: {np.sum(np.isnan(yours))}"
    )
    ranges = np.percentile(np.max(squares[~test], axis=(1, 2)), [1, 99])
    print(f"in the training squares (98 % of them): from {ranges[0]:.0f} to {ranges[1]:.0f} dB")

# %%
players = [...] * 4 if yours is ... else yours[:4]
audio.compare({f"your dice, {1 + number}": sound_of(square) for number, square in enumerate(players)})

# %% [markdown]
# The same dice for the network that ships with the course. It is the same network, trained five times as long, on copies of the squares that are moved a little in time, band and level:

# %%
theirs = np.asarray(inventor(dice))
audio.compare({f"the course's, {1 + number}": sound_of(square) for number, square in enumerate(theirs[:4])})

# %%
panels = {f"dice {1 + number}": square for number, square in enumerate(theirs[:4])}
plot.cells(panels, "time in s", "mel band", "level in dB", x_step=256 / audio.SAMPLE_RATE)

# %% [markdown]
# ### What does each latent do?
#
# Nobody has told the latents what to mean. So move one, leave all others at 0, and look. The first two, far to the left and far to the right:

# %%
turned = {f"latent {i} at {z:+}": np.asarray(inventor(z * np.eye(20)[[i]]))[0] for i in (0, 1) for z in (-2, 2)}
plot.cells(turned, "time in s", "mel band", "level in dB", x_step=256 / audio.SAMPLE_RATE)

# %%
audio.compare({name: sound_of(square) for name, square in turned.items()})

# %% [markdown]
# Latent 0 makes a long word, loud up to the highest bands, or a short and dull one. Latent 1 carries the strength from the bottom and the top into the middle. In another training they would mean something else, or the same with the other sign: nothing but chance has named them.

# %% [markdown]
# ## Step 9 · From one voice to another
#
# Two words are two points. What lies between them? Walk there in a straight line, in `n` steps with both ends, and decode on the way.
#
# > **Exercise 9 · `interpolate`** (2 points)
# >
# > - A column of shares, 0 for all of `a` and 1 for all of `b`, times a row: a table.


# %% nbgrader={"grade": false, "grade_id": "interpolate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interpolate(a, b, n):
    """n points from a to b [n_latent], both included, evenly on a straight line: float [n, n_latent]."""
    ### BEGIN SOLUTION
    # how much of b is in each point, from 0 to 1, in a column: float [n, 1]
    share = np.linspace(0, 1, n)[:, None]
    # what is not of b is of a
    path = (1 - share) * a + share * b
    ### END SOLUTION
    return path


# %% nbgrader={"grade": true, "grade_id": "check_interpolate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(interpolate)

# %% [markdown]
# The shipped encoder takes squares in dB, and gives mean and log variance. One word in two voices of the test:

# %%
listener = networks.load("vae_encoder")
test_speakers, test_labels = words.speakers[test], words.labels[test]


def latents_of(label, speaker):
    """Where the shipped encoder finds a word of a test voice: float [20]."""
    place = np.flatnonzero((test_labels == label) & (test_speakers == speaker))[0]
    return np.asarray(listener(squares[test][[place]])[0])[0]


# %%
ELSEWHERE = np.unique(test_speakers)[[0, -1]]
print("the two voices:", *ELSEWHERE)
here, there = (latents_of("world", speaker) for speaker in ELSEWHERE)
path = interpolate(here, there, 4)
between = [...] * 4 if path is ... else np.asarray(inventor(path))
audio.compare({f"{number} of 3": sound_of(square) for number, square in enumerate(between)})

# %% [markdown]
# What is the difference to fading one square out and the other in? Halfway, the mean of two squares holds the hills of *both*, each fainter. Halfway between two points there should be *one* hill. Look above band 15:

# %%
half = np.asarray(inventor((0.5 * (here + there))[None]))[0]
ends = np.asarray(inventor(np.stack([here, there])))
panels = {
    str(ELSEWHERE[0]): ends[0],
    "mean of both squares": ends.mean(axis=0),
    "halfway in the latents": half,
    str(ELSEWHERE[1]): ends[1],
}
plot.cells(panels, "time in s", "mel band", "level in dB", x_step=256 / audio.SAMPLE_RATE)

# %%
for name, square in panels.items():
    print(f"{name:22} loudest cell above band 15: {np.max(square[15:]):5.1f} dB")
apart = np.sqrt(np.mean((half - ends.mean(axis=0)) ** 2))
print(
    f"The two in the middle lie {apart:.1f} dB apart (RMS), the two ends {np.sqrt(np.mean((ends[0] - ends[1]) ** 2)):.1f} dB."
)

# %% [markdown]
# One hill, and a brighter one than in the mean. But be honest about the last line, too: compared with the two ends, the two in the middle differ little. Most of this decoder is still its straight line, and a straight line makes means.
#
# Move the slider from one end to the other. *Where does the one voice stop and the other begin?* Then choose other ends, another word, another voice:

# %%
ends = {f"{label}, {speaker}": latents_of(label, speaker) for label in ("yes", "no", "world") for speaker in ELSEWHERE}
blend_explorer(ends, lambda latents: np.asarray(inventor(latents))[0])

# %% [markdown]
# ## The latent pad
#
# Two directions make a plane. Here *across* leads from "yes" to "no", and *up* from one voice to the other. Drag the point, see and hear:

# %%
corners = [[latents_of(label, speaker) for label in ("yes", "no")] for speaker in ELSEWHERE]
(yes_low, no_low), (yes_high, no_high) = corners
across = (no_low + no_high - yes_low - yes_high) / 4
up = (yes_high + no_high - yes_low - no_low) / 4
places = {name: point for name, point in ends.items() if not name.startswith("world")}
LatentPad(
    lambda z: np.asarray(inventor(z[None]))[0],
    sound_of,
    origin=np.mean(corners, axis=(0, 1)),
    directions=np.stack([across, up]),
    places=places,
)

# %% [markdown]
# Your own network can sit there, too: in place of `inventor(z[None])` write `generate(decoder, z[None], centre, spread)`. Without `origin`, `directions` and `places`, the pad lets you choose any two of the twenty latents.

# %% [markdown]
# ## Yours and theirs
#
# Your squares and librosa's; your path and NumPy's:

# %%
mine = [to_square_mel(mel) for mel in mels[:50]]
agreement(... if mine[0] is ... else np.stack(mine), squares[:50])

# %%
agreement(interpolate(here, there, 9), np.linspace(here, there, 9))

# %% [markdown]
# Your divergence, and SciPy's: the cross-entropy less the entropy of normal distributions, by numerical integration:

# %%
mu, sigma = 0.7, 0.3
normal = scipy.stats.norm(mu, sigma)
by_integral = normal.expect(lambda z: normal.logpdf(z) - scipy.stats.norm.logpdf(z))
agreement(kl_divergence(np.float32([[mu]]), np.float32([[2 * np.log(sigma)]])), np.array([by_integral]))

# %%
progress()

# %% [markdown]
# ## Before the exam
#
# Answer aloud, then open.
#
# <details><summary><b>1.</b> A VAE with 20 latents is trained with <code>kl = mean(…)</code> over batch and latents, and β = 1. What β has it really?</summary>
# 1/20. The divergence is a sum over the latents; its mean is 20 times smaller, so each nat costs a twentieth. The squares are rebuilt well, but random latents make noise: the latents were never asked to look like the dice.
# </details>
#
# <details><summary><b>2.</b> True or false: if the loss of a VAE falls smoothly, its latents are in use.</summary>
# <b>False.</b> A collapsed one has a falling loss as well: the decoder learns the mean square, and the divergence is 0. Only the divergence of each latent tells.
# </details>
#
# <details><summary><b>3.</b> A student normalises with mean and deviation of all 60 voices, trains with 47 and tests with 13. What is wrong, and would it show?</summary>
# The test voices have had a say in what was learned. It would hardly show, which is the trouble: the figure is a little too good, and nobody knows by how much. Mean and deviation come from the training voices.
# </details>

# %% [markdown]
# ## You can now explain
#
# - why a test needs whole voices, and normalisation only those of the training;
# - what an encoder with two answers says, and how a gradient gets past the dice;
# - what a nat is, why nats are summed, and what β weighs against what;
# - when a latent dies, and how you would notice;
# - what twenty numbers of a PCA can do, and what has to be shown before a network may be called better.
#
# **Next, lesson 10:** all the parts in one row. You type a sentence, and a voice says it.
