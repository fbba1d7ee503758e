# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def mean_snr_db(target, estimate):
    signal = noise = 0.0
    for row, other in zip(target, estimate, strict=True):
        for wanted, given in zip(row, other, strict=True):
            signal += wanted * wanted
            noise += (wanted - given) * (wanted - given)
    return 10 * np.log10(signal / noise)


# %%
def make_windows(mfcc, context):
    n_coefficients, n_frames = mfcc.shape
    windows = np.zeros((n_frames, (2 * context + 1) * n_coefficients))
    for t in range(n_frames):
        place = 0
        for neighbour in range(t - context, t + context + 1):
            for k in range(n_coefficients):
                windows[t, place] = mfcc[k, min(max(neighbour, 0), n_frames - 1)]
                place += 1
    return windows


# %%
def split_by_speaker(speakers, n_held_out, seed):
    names = sorted(set(speakers))
    order = np.random.default_rng(seed).permutation(len(names))
    chosen = []
    for i in order[:n_held_out]:
        chosen.append(names[i])
    mask = []
    for speaker in speakers:
        mask.append(speaker in chosen)
    return np.array(mask)


# %%
def standardise(train, other):
    result = np.zeros(other.shape)
    for k in range(train.shape[1]):
        mean = sum(train[:, k]) / len(train)
        variance = sum((value - mean) ** 2 for value in train[:, k]) / len(train)
        deviation = variance**0.5 if variance > 0 else 1.0
        for i in range(len(other)):
            result[i, k] = (other[i, k] - mean) / deviation
    return result


# %%
def build_inverter(n_inputs, n_outputs, layers=2, width=256, dropout=0.3, batch_normalisation=True, l1=0.0, l2=0.0):
    network = keras.Sequential()
    network.add(keras.Input(shape=(n_inputs,)))
    for _ in range(layers):
        network.add(keras.layers.Dense(width, kernel_regularizer=keras.regularizers.L1L2(l1=l1, l2=l2)))
        if batch_normalisation:
            network.add(keras.layers.BatchNormalization())
        network.add(keras.layers.Activation("relu"))
        network.add(keras.layers.Dropout(dropout))
    network.add(keras.layers.Dense(n_outputs))
    return network


# %%
def stopping_epoch(losses, patience):
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        if epoch - best == patience:
            return epoch + 1
    return len(losses)


# %%
def train(network, x, y, x_validation, y_validation, epochs=12, patience=3, path="best.weights.h5"):
    losses = []
    waited = 0
    while waited < patience and len(losses) < epochs:
        network.fit(x, y, batch_size=512, epochs=1, verbose=0)
        losses.append(network.evaluate(x_validation, y_validation, batch_size=512, verbose=0))
        if losses[-1] == min(losses) and losses[-1] not in losses[:-1]:
            network.save_weights(path)
            waited = 0
        else:
            waited += 1
    network.load_weights(path)
    return np.array(losses)


# %% [markdown]
# # one line each
# As somebody writes who likes it short.


# %%
def mean_snr_db(target, estimate):
    return 20 * np.log10(np.linalg.norm(target) / np.linalg.norm(target - estimate))


# %%
def make_windows(mfcc, context):
    frames = np.arange(mfcc.shape[1])[:, None] + np.arange(-context, context + 1)
    return mfcc.T[frames.clip(0, mfcc.shape[1] - 1)].reshape(mfcc.shape[1], -1)


# %%
def split_by_speaker(speakers, n_held_out, seed):
    chosen = set(np.random.default_rng(seed).permutation(sorted(set(speakers)))[:n_held_out])
    return np.array([speaker in chosen for speaker in speakers])


# %%
def standardise(train, other):
    return (other - train.mean(0)) / (train.std(0) + (train.std(0) == 0))


# %%
def build_inverter(n_inputs, n_outputs, layers=2, width=256, dropout=0.3, batch_normalisation=True, l1=0.0, l2=0.0):
    k = keras.layers
    hidden = [
        layer
        for _ in range(layers)
        for layer in (
            k.Dense(width, kernel_regularizer=keras.regularizers.L1L2(l1, l2)),
            *([k.BatchNormalization()] if batch_normalisation else []),
            k.ReLU(),
            k.Dropout(dropout),
        )
    ]
    return keras.Sequential([keras.Input((n_inputs,)), *hidden, k.Dense(n_outputs)])


# %%
def stopping_epoch(losses, patience):
    lows = np.minimum.accumulate(losses)
    best = [int(np.argmax(lows == low)) for low in lows]
    return next((i + 1 for i in range(len(losses)) if i - best[i] >= patience), len(losses))


# %%
def train(network, x, y, x_validation, y_validation, epochs=12, patience=3, path="best.weights.h5"):
    stop = keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
    validation = {"validation_data": (x_validation, y_validation)}
    told = network.fit(x, y, batch_size=512, epochs=epochs, callbacks=[stop], verbose=0, **validation)
    network.save_weights(path)
    return told.history["val_loss"]


# %% [markdown]
# # single precision
# As somebody writes who has learned that networks want float32.


# %%
def mean_snr_db(target, estimate):
    target, estimate = np.float32(target), np.float32(estimate)
    return np.float32(10) * np.log10(np.vdot(target, target) / np.sum(np.square(estimate - target)))


# %%
def make_windows(mfcc, context):
    mfcc = mfcc.astype(np.float32)
    first, last = mfcc[:, :1], mfcc[:, -1:]
    padded = np.concatenate([first] * context + [mfcc] + [last] * context, axis=1)
    shifts = [padded[:, k : k + mfcc.shape[1]] for k in range(2 * context + 1)]
    return np.concatenate(shifts, axis=0).T


# %%
def split_by_speaker(speakers, n_held_out, seed):
    rng = np.random.default_rng(seed)
    names = np.unique(np.array(speakers))
    rng.shuffle(names)
    return (np.array(speakers)[:, None] == names[:n_held_out]).any(axis=1)


# %%
def standardise(train, other):
    mean = np.mean(train, axis=0)
    centred = np.float32(other - mean)
    deviation = np.sqrt(np.mean((train - mean) ** 2, axis=0))
    deviation[deviation == 0] = 1
    return centred / np.float32(deviation)


# %%
def build_inverter(n_inputs, n_outputs, layers=2, width=256, dropout=0.3, batch_normalisation=True, l1=0.0, l2=0.0):
    first = keras.Input((n_inputs,), dtype="float32")

    def hidden(x, left):
        if left == 0:
            return x
        x = keras.layers.Dense(width, kernel_regularizer=keras.regularizers.L1L2(l1, l2))(x)
        if batch_normalisation:
            x = keras.layers.BatchNormalization()(x)
        return hidden(keras.layers.Dropout(dropout)(keras.ops.relu(x)), left - 1)

    return keras.Model(first, keras.layers.Dense(n_outputs)(hidden(first, layers)))


# %%
def stopping_epoch(losses, patience):
    losses = np.asarray(losses, dtype=float)
    for epoch in range(patience + 1, len(losses) + 1):
        before, after = losses[: epoch - patience], losses[epoch - patience : epoch]
        if after.min() >= before.min():
            return epoch
    return len(losses)


# %%
def train(network, x, y, x_validation, y_validation, epochs=12, patience=3, path="best.weights.h5"):
    callbacks = [
        networks.Progress("inverter"),
        keras.callbacks.ModelCheckpoint(path, save_best_only=True, save_weights_only=True, verbose=0),
        keras.callbacks.EarlyStopping(patience=patience),
    ]
    validation = (np.float32(x_validation), np.float32(y_validation))
    history = network.fit(
        np.float32(x), np.float32(y), validation_data=validation, epochs=epochs, callbacks=callbacks, verbose=0
    )
    network.load_weights(path)
    return np.float32(history.history["val_loss"])


# %% [markdown]
# # chatty
# As somebody writes who wants to see what happens, and does not mind a warning.


# %%
def mean_snr_db(target, estimate):
    import warnings

    error = target - estimate
    print("largest error", np.max(np.abs(error)))
    warnings.warn("nobody reads this", stacklevel=2)
    return -10 * np.log10(np.sum(error * error) / np.sum(target * target))


# %%
def make_windows(mfcc, context):
    print("frames:", mfcc.shape[1])
    rows = []
    for t in range(mfcc.shape[1]):
        neighbours = [min(max(t + d, 0), mfcc.shape[1] - 1) for d in range(-context, context + 1)]
        rows.append(np.hstack([mfcc[:, each] for each in neighbours]))
    return np.stack(rows)


# %%
def split_by_speaker(speakers, n_held_out, seed):
    names, which = np.unique(speakers, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(names)
    print("held out:", shuffled[:n_held_out])
    out = np.isin(names, shuffled[:n_held_out])
    return out[which]


# %%
def standardise(train, other):
    import warnings

    warnings.warn("dividing by zero, perhaps", stacklevel=2)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    result = other - mean
    for k in range(len(mean)):
        if deviation[k] != 0:
            result[:, k] = result[:, k] / deviation[k]
    return result


# %%
def build_inverter(n_inputs, n_outputs, layers=2, width=256, dropout=0.3, batch_normalisation=True, l1=0.0, l2=0.0):
    print("building", layers, "layers")
    x = inputs = keras.layers.Input(shape=(n_inputs,))
    for number in range(layers):
        penalty = keras.regularizers.L1L2(l1=l1, l2=l2)
        x = keras.layers.Dense(width, activation="linear", kernel_regularizer=penalty, name=f"hidden_{number}")(x)
        x = keras.layers.BatchNormalization()(x) if batch_normalisation else x
        x = keras.layers.Dropout(rate=dropout)(keras.activations.relu(x))
    model = keras.models.Model(inputs=inputs, outputs=keras.layers.Dense(n_outputs, activation=None)(x))
    print(model.count_params(), "numbers")
    return model


# %%
def stopping_epoch(losses, patience):
    best, at = float("inf"), 0
    for number, loss in enumerate(losses):
        print(number, loss)
        if loss < best:
            best, at = loss, number
        elif number - at >= patience:
            print("stop")
            return number + 1
    return len(losses)


# %%
def train(network, x, y, x_validation, y_validation, epochs=12, patience=3, path="best.weights.h5"):
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, mode="min", verbose=1)
    keep = keras.callbacks.ModelCheckpoint(
        filepath=path, monitor="val_loss", mode="min", save_best_only=True, save_weights_only=True, verbose=1
    )
    history = network.fit(
        x,
        y,
        batch_size=256,
        epochs=epochs,
        validation_data=(x_validation, y_validation),
        callbacks=[keep, stop],
        verbose=2,
    )
    network.load_weights(path)
    print("best:", min(history.history["val_loss"]))
    return np.array(history.history["val_loss"])
