# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def to_square_mel(mel):
    square = np.full((50, 50), -50.0)
    n_frames = mel.shape[1]
    for band in range(50):
        for column in range(50):
            frame = column - (50 - n_frames) // 2 if n_frames <= 50 else column + (n_frames - 50) // 2
            if 0 <= frame < n_frames and mel[band, frame] > 1e-5:
                square[band, column] = 10 * np.log10(mel[band, frame])
    return square


# %%
def normalise(squares, training):
    total, count = 0.0, 0
    for value in training.ravel():
        total += value
        count += 1
    mean = total / count
    variance = sum((value - mean) ** 2 for value in training.ravel()) / count
    result = np.empty(squares.shape)
    for i in range(len(squares)):
        result[i] = (squares[i] - mean) / variance**0.5
    return result


# %%
def build_encoder(n_latent):
    squares = keras.Input((50, 50))
    x = keras.layers.Reshape((50, 50, 1))(squares)
    for _ in range(2):
        x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(x)
        x = keras.layers.AveragePooling2D(2, padding="same")(x)
    x = keras.layers.Flatten()(x)
    for units in (800, 60):
        x = keras.layers.Dense(units, activation="relu")(x)
    return keras.Model(squares, [keras.layers.Dense(n_latent)(x) for _ in range(2)])


# %%
def reparameterise(mean, log_variance, noise):
    rows = []
    for i in range(mean.shape[0]):
        rows.append(mean[i] + keras.ops.exp(0.5 * log_variance[i]) * noise[i])
    return keras.ops.stack(rows)


# %%
def kl_divergence(mean, log_variance):
    nats = 0.0
    for i in range(mean.shape[1]):
        nats = nats + 0.5 * (mean[:, i] ** 2 + keras.ops.exp(log_variance[:, i]) - 1 - log_variance[:, i])
    return nats


# %%
def vae_loss(target, output, mean, log_variance, beta):
    nats = kl_divergence(mean, log_variance)
    loss = 0.0
    for i in range(target.shape[0]):
        loss = loss + 0.5 * keras.ops.sum((target[i] - output[i]) ** 2) + beta * nats[i]
    return loss / target.shape[0]


# %%
def build_decoder(n_latent):
    latents = keras.Input((n_latent,))
    x = latents
    for units in (60, 800, 1352):
        x = keras.layers.Dense(units, activation="relu")(x)
    x = keras.layers.Reshape((13, 13, 8))(x)
    for filters, padding, activation in ((8, "same", "relu"), (1, "valid", None)):
        x = keras.layers.UpSampling2D(2)(x)
        x = keras.layers.Conv2D(filters, 3, padding=padding, activation=activation)(x)
    return keras.Model(latents, keras.layers.Reshape((50, 50))(x))


# %%
def generate(decoder, latents, mean, deviation):
    squares = []
    for row in latents:
        square = np.array(decoder(row[None]))[0]
        for band in range(len(square)):
            for frame in range(square.shape[1]):
                square[band, frame] = max(-50, square[band, frame] * deviation + mean)
        squares.append(square)
    return np.array(squares)


# %%
def interpolate(a, b, n):
    path = np.zeros((n, len(a)))
    for step in range(n):
        for i in range(len(a)):
            path[step, i] = a[i] + step / (n - 1) * (b[i] - a[i])
    return path


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def to_square_mel(mel):
    levels = np.float32(10) * np.log10(np.maximum(mel.astype(np.float32), np.float32(1e-5)))
    cut = max(0, (levels.shape[1] - 50) // 2)
    levels = levels[:, cut : cut + 50]
    square = np.full((50, 50), -50, dtype=np.float32)
    start = (50 - levels.shape[1]) // 2
    square[:, start : start + levels.shape[1]] = levels
    return square


# %%
def normalise(squares, training):
    mean, deviation = np.float32(training.mean()), np.float32(training.std())
    return (squares.astype(np.float32) - mean) / deviation


# %%
def build_encoder(n_latent):
    squares = keras.Input((50, 50), dtype="float32", name="squares")
    look = keras.Sequential(
        [
            keras.layers.Reshape((50, 50, 1)),
            keras.layers.Conv2D(8, (3, 3), padding="same"),
            keras.layers.ReLU(),
            keras.layers.AveragePooling2D((2, 2), padding="same"),
            keras.layers.Conv2D(8, (3, 3), padding="same"),
            keras.layers.ReLU(),
            keras.layers.AveragePooling2D((2, 2), padding="same"),
            keras.layers.Flatten(),
            keras.layers.Dense(800),
            keras.layers.ReLU(),
            keras.layers.Dense(60),
            keras.layers.ReLU(),
        ],
        name="look",
    )
    seen = look(squares)
    mean = keras.layers.Dense(n_latent, name="mean")(seen)
    log_variance = keras.layers.Dense(n_latent, name="log_variance")(seen)
    return keras.Model(inputs=squares, outputs=[mean, log_variance], name="encoder")


# %%
def reparameterise(mean, log_variance, noise):
    mean, log_variance, noise = (keras.ops.cast(each, "float32") for each in (mean, log_variance, noise))
    return mean + keras.ops.exp(log_variance / np.float32(2)) * noise


# %%
def kl_divergence(mean, log_variance):
    mean, log_variance = keras.ops.cast(mean, "float32"), keras.ops.cast(log_variance, "float32")
    of_each = keras.ops.square(mean) + keras.ops.exp(log_variance) - np.float32(1) - log_variance
    return np.float32(0.5) * keras.ops.sum(of_each, axis=1)


# %%
def vae_loss(target, output, mean, log_variance, beta):
    apart = keras.ops.cast(target, "float32") - keras.ops.cast(output, "float32")
    error = np.float32(0.5) * keras.ops.sum(apart * apart, axis=(-2, -1))
    return keras.ops.mean(error) + np.float32(beta) * keras.ops.mean(kl_divergence(mean, log_variance))


# %%
def build_decoder(n_latent):
    return keras.Sequential(
        [
            keras.Input((n_latent,), dtype="float32"),
            keras.layers.Dense(60, activation="relu"),
            keras.layers.Dense(800, activation="relu"),
            keras.layers.Dense(13 * 13 * 8, activation="relu"),
            keras.layers.Reshape((13, 13, 8)),
            keras.layers.UpSampling2D((2, 2)),
            keras.layers.Conv2D(8, (3, 3), padding="same", activation="relu"),
            keras.layers.UpSampling2D((2, 2)),
            keras.layers.Conv2D(1, (3, 3)),
            keras.layers.Reshape((50, 50)),
        ]
    )


# %%
def generate(decoder, latents, mean, deviation):
    decibels = np.asarray(decoder(latents.astype(np.float32)), dtype=np.float32) * np.float32(deviation)
    return np.clip(decibels + np.float32(mean), np.float32(-50), None)


# %%
def interpolate(a, b, n):
    share = np.linspace(0, 1, n, dtype=np.float32)
    return np.outer(1 - share, a.astype(np.float32)) + np.outer(share, b.astype(np.float32))


# %% [markdown]
# # library primitives
# As somebody writes who reads the documentation first.


# %%
def to_square_mel(mel):
    n_frames = mel.shape[1]
    if n_frames > 50:
        first = (n_frames - 50) // 2
        mel = mel[:, first : first + 50]
    before, rest = divmod(50 - mel.shape[1], 2)
    mel = np.pad(mel, ((0, 0), (before, before + rest)))
    return 10 * np.log10(np.clip(mel, 1e-5, None))


# %%
def normalise(squares, training):
    return np.divide(np.subtract(squares, np.average(training)), np.sqrt(np.var(training)))


# %%
def build_encoder(n_latent):
    conv = {"filters": 8, "kernel_size": 3, "padding": "same", "activation": keras.activations.relu}
    squares = keras.layers.Input(shape=(50, 50))
    x = keras.ops.expand_dims(squares, -1)
    x = keras.layers.AvgPool2D(pool_size=2, padding="same")(keras.layers.Conv2D(**conv)(x))
    x = keras.layers.AvgPool2D(pool_size=2, padding="same")(keras.layers.Conv2D(**conv)(x))
    x = keras.layers.Reshape((13 * 13 * 8,))(x)
    x = keras.layers.Dense(800, "relu")(x)
    x = keras.layers.Dense(60, "relu")(x)
    return keras.models.Model(squares, (keras.layers.Dense(n_latent)(x), keras.layers.Dense(n_latent)(x)))


# %%
def reparameterise(mean, log_variance, noise):
    return keras.ops.add(mean, keras.ops.multiply(keras.ops.sqrt(keras.ops.exp(log_variance)), noise))


# %%
def kl_divergence(mean, log_variance):
    return -0.5 * keras.ops.sum(1 + log_variance - keras.ops.power(mean, 2) - keras.ops.exp(log_variance), axis=-1)


# %%
def vae_loss(target, output, mean, log_variance, beta):
    flat = keras.ops.reshape(keras.ops.subtract(target, output), (keras.ops.shape(target)[0], -1))
    error = keras.ops.einsum("nc,nc->n", flat, flat) / 2
    return keras.ops.mean(keras.ops.add(error, beta * kl_divergence(mean, log_variance)))


# %%
def build_decoder(n_latent):
    latents = keras.layers.Input(shape=(n_latent,))
    x = keras.layers.Dense(60, "relu")(latents)
    x = keras.layers.Dense(800, "relu")(x)
    x = keras.layers.Dense(13 * 13 * 8, "relu")(x)
    x = keras.ops.reshape(x, (-1, 13, 13, 8))
    x = keras.ops.repeat(keras.ops.repeat(x, 2, axis=1), 2, axis=2)
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = keras.ops.repeat(keras.ops.repeat(x, 2, axis=1), 2, axis=2)
    x = keras.layers.Conv2D(1, 3)(x)
    return keras.Model(latents, keras.ops.squeeze(x, axis=-1))


# %%
def generate(decoder, latents, mean, deviation):
    decibels = keras.ops.add(keras.ops.multiply(decoder.predict(latents, verbose=0), deviation), mean)
    return keras.ops.maximum(decibels, -50.0)


# %%
def interpolate(a, b, n):
    return np.linspace(a, b, n)


# %% [markdown]
# # chatty
# As somebody writes who likes to see what happens.


# %%
def to_square_mel(mel):
    import warnings

    print("a word of", mel.shape[1], "frames")
    warnings.warn("silence has no logarithm", stacklevel=2)
    with np.errstate(divide="ignore"):
        decibels = np.maximum(10 * np.log10(mel), -50)
    wide = np.hstack([np.full((50, 25), -50.0), decibels, np.full((50, 25), -50.0)])
    missing = 50 - decibels.shape[1]
    start = 25 - missing // 2 if missing > 0 else 25 + -missing // 2
    return wide[:, start : start + 50]


# %%
def normalise(squares, training):
    values = training.flatten()
    mean = values.sum() / values.size
    deviation = np.linalg.norm(values - mean) / np.sqrt(values.size)
    print(f"{mean:.1f} dB, give or take {deviation:.1f} dB")
    return squares / deviation - mean / deviation


# %%
def build_encoder(n_latent):
    layers = keras.layers
    squares = keras.Input((50, 50))
    x = layers.Reshape((50, 50, 1))(squares)
    x = layers.Activation("relu")(layers.Conv2D(8, 3, padding="same")(x))
    x = layers.AveragePooling2D(2, strides=2, padding="same")(x)
    x = layers.Activation("relu")(layers.Conv2D(8, 3, padding="same")(x))
    x = layers.AveragePooling2D(2, strides=2, padding="same")(x)
    x = layers.Activation("relu")(layers.Dense(800)(layers.Flatten()(x)))
    x = layers.Activation("relu")(layers.Dense(60)(x))
    z_mean = layers.Dense(n_latent, activation="linear")(x)
    z_log_var = layers.Dense(n_latent, activation="linear")(x)
    network = keras.Model(squares, [z_mean, z_log_var])
    print(network.count_params(), "numbers to learn")
    return network


# %%
def reparameterise(mean, log_variance, noise):
    half = log_variance / 2
    print("largest deviation:", float(keras.ops.max(keras.ops.exp(half))))
    stretched = keras.ops.exp(half) * noise
    return stretched + mean


# %%
def kl_divergence(mean, log_variance):
    from_mean = keras.ops.sum(mean * mean, axis=-1) / 2
    from_variance = keras.ops.sum(keras.ops.exp(log_variance) - log_variance - 1, axis=-1) / 2
    print("rows:", mean.shape[0])
    return from_mean + from_variance


# %%
def vae_loss(target, output, mean, log_variance, beta):
    n_cells = target.shape[1] * target.shape[2]
    error = n_cells * keras.ops.mean(keras.ops.square(output - target)) / 2
    nats = keras.ops.mean(kl_divergence(mean, log_variance))
    print("error", float(error), "nats", float(nats))
    return error + beta * nats


# %%
def build_decoder(n_latent):
    layers = keras.layers
    latents = keras.Input((n_latent,))
    x = layers.Activation("relu")(layers.Dense(60)(latents))
    x = layers.Activation("relu")(layers.Dense(800)(x))
    x = layers.Activation("relu")(layers.Dense(1352)(x))
    x = layers.UpSampling2D(2)(layers.Reshape((13, 13, 8))(x))
    x = layers.Activation("relu")(layers.Conv2D(8, 3, padding="same")(x))
    x = layers.Conv2D(1, 3, padding="valid")(layers.UpSampling2D(2)(x))
    network = keras.Model(latents, layers.Reshape((50, 50))(x))
    print(network.count_params(), "numbers to learn")
    return network


# %%
def generate(decoder, latents, mean, deviation):
    print(len(latents), "words")
    squares = np.array(decoder(latents)) * deviation + mean
    squares[squares < -50] = -50
    return squares


# %%
def interpolate(a, b, n):
    step = (b - a) / (n - 1)
    path = np.array([a + i * step for i in range(n)])
    print("from", path[0, 0], "to", path[-1, 0])
    return path
