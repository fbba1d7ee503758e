# %% [markdown]
# # loops
# As somebody writes who comes from C.

# %%
def to_units(text, words, sounds_like):
    places = []
    token = ""
    for character in text.lower() + " ":
        if "a" <= character <= "z":
            token += character
            continue
        if character in "'’":
            continue
        for piece in [token, character if character in "0123456789" else ""]:
            if piece:
                name = sounds_like.get(piece, piece)
                if name in words:
                    places.append(words.index(name))
                else:
                    for letter in name:
                        places.append(words.index(letter))
        token = ""
    return np.array(places, dtype=np.int64)


# %%
def trim_silence(mfcc, drop_db=30, n_bands=80):
    limit = max(mfcc[0]) - drop_db * np.log(10) / 10 * n_bands**0.5
    first = 0
    while mfcc[0, first] < limit:
        first += 1
    last = mfcc.shape[1] - 1
    while mfcc[0, last] < limit:
        last -= 1
    return mfcc[:, first : last + 1]


# %%
def match_level(mfcc, level_db, n_bands=80):
    power = np.sum(cepstrum_to_mel(mfcc, n_bands), axis=0)
    total = 0.0
    for each in power:
        total += each
    missing_db = level_db - 10 * np.log10(total / len(power))
    matched = mfcc.copy()
    for t in range(mfcc.shape[1]):
        matched[0, t] = mfcc[0, t] + n_bands**0.5 * np.log(10) * missing_db / 10
    return matched


# %%
def stretch(mfcc, n_frames):
    n_coefficients, n_old = mfcc.shape
    stretched = np.zeros((n_coefficients, n_frames))
    for t in range(n_frames):
        position = t * (n_old - 1) / (n_frames - 1) if n_frames > 1 else 0.0
        before = int(position)
        after = before + 1 if before + 1 < n_old else before
        for c in range(n_coefficients):
            stretched[c, t] = mfcc[c, before] + (position - before) * (mfcc[c, after] - mfcc[c, before])
    return stretched


# %%
def join(first, second, n_fade):
    rest = first.shape[1] - n_fade
    joined = np.zeros((len(first), rest + second.shape[1]))
    joined[:, :rest] = first[:, :rest]
    joined[:, rest:] = second
    for k in range(n_fade):
        weight = (k + 1) / (n_fade + 1)
        joined[:, rest + k] = (1 - weight) * first[:, rest + k] + weight * second[:, k]
    return joined


# %%
def dtw_distance(a, b):
    n_a, n_b = a.shape[1], b.shape[1]
    total = np.zeros((n_a, n_b))
    for i in range(n_a):
        for j in range(n_b):
            cost = np.sum((a[:, i] - b[:, j]) ** 2) ** 0.5
            ways = []
            if i > 0 and j > 0:
                ways.append(total[i - 1, j - 1] + 2 * cost)
            if i > 0:
                ways.append(total[i - 1, j] + cost)
            if j > 0:
                ways.append(total[i, j - 1] + cost)
            total[i, j] = min(ways) if ways else 2 * cost
    return float(total[-1, -1]) / (n_a + n_b)


# %%
def word_error_rate(said, heard):
    n, m = len(said), len(heard)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        table[i][0] = i
    for j in range(m + 1):
        table[0][j] = j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if said[i - 1] == heard[j - 1]:
                table[i][j] = table[i - 1][j - 1]
            else:
                table[i][j] = 1 + min(table[i - 1][j - 1], table[i - 1][j], table[i][j - 1])
    return table[n][m] / n


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def to_units(text, words, sounds_like):
    plain = text.lower().translate({ord("'"): None, ord("’"): None})
    tokens = re.split("([0-9])|[^a-z0-9]+", plain)
    names = [sounds_like.get(token, token) for token in tokens if token]
    index = {word: np.int32(place) for place, word in enumerate(words)}
    found = [[index[name]] if name in index else [index[letter] for letter in name] for name in names]
    return np.array([place for each in found for place in each], dtype=np.int32)


# %%
def trim_silence(mfcc, drop_db=30, n_bands=80):
    level = (mfcc[0] * np.float32(4.3429448 / np.sqrt(n_bands))).astype(np.float32)
    loud = level > level.max() - np.float32(drop_db) - np.float32(1e-3)
    first, end = np.argmax(loud), len(loud) - np.argmax(loud[::-1])
    return mfcc[:, first:end].astype(np.float32)


# %%
def match_level(mfcc, level_db, n_bands=80):
    mean = np.mean(np.sum(cepstrum_to_mel(mfcc, n_bands), axis=0))
    rise = np.float32(np.sqrt(n_bands) * (np.log(10.0) * level_db / 10 - np.log(mean)))
    return np.vstack([mfcc[:1] + rise, mfcc[1:]]).astype(np.float32)


# %%
def stretch(mfcc, n_frames):
    small = mfcc.astype(np.float32)
    position = np.linspace(0, mfcc.shape[1] - 1, n_frames)
    before = position.astype(np.int32)
    share = (position - before).astype(np.float32)
    after = np.clip(before + 1, 0, mfcc.shape[1] - 1)
    return small[:, before] + share * (small[:, after] - small[:, before])


# %%
def join(first, second, n_fade):
    first, second = first.astype(np.float32), second.astype(np.float32)
    weight = np.linspace(0, 1, n_fade + 2, dtype=np.float32)[1:-1]
    before, fading = np.split(first, [first.shape[1] - n_fade], axis=1)
    return np.concatenate([before, fading + weight * (second[:, :n_fade] - fading), second[:, n_fade:]], axis=1)


# %%
def dtw_distance(a, b):
    cost = np.linalg.norm((a[:, :, None] - b[:, None, :]).astype(np.float32), axis=0)
    above = np.full(b.shape[1] + 1, np.inf)
    above[0] = 0.0
    for costs in cost:
        row = np.full_like(above, np.inf)
        for j, each in enumerate(costs):
            row[j + 1] = min(above[j] + 2 * each, above[j + 1] + each, row[j] + each)
        above = row
    return np.float32(above[-1] / sum(cost.shape))


# %%
def word_error_rate(said, heard):
    errors = np.arange(len(heard) + 1, dtype=np.int16)
    for i, word in enumerate(said):
        row = np.minimum(errors + 1, np.append(i + 1, errors[:-1] + [word != other for other in heard]))
        for j in range(len(heard)):
            row[j + 1] = min(row[j + 1], row[j] + 1)
        errors = row
    return np.float32(errors[-1] / len(said))


# %% [markdown]
# # matrices
# As somebody writes who thinks in tables.


# %%
def to_units(text, words, sounds_like):
    tokens = re.findall(r"[a-z]+|\d", text.lower().replace("'", "").replace("’", ""), flags=re.ASCII)
    names = [sounds_like.get(token) or token for token in tokens]
    spoken = [unit for name in names for unit in ((name,) if name in words else tuple(name))]
    table = np.array(spoken, dtype=str).reshape(-1, 1) == np.array(words, dtype=str)
    return np.argmax(table, axis=1)


# %%
def trim_silence(mfcc, drop_db=30, n_bands=80):
    # the mean of the bands themselves
    level = 10 * np.mean(np.log10(cepstrum_to_mel(mfcc, n_bands)), axis=0)
    loud = level >= level.max() - drop_db - 1e-9
    inside = np.logical_or.accumulate(loud) & np.logical_or.accumulate(loud[::-1])[::-1]
    return mfcc[:, inside]


# %%
def match_level(mfcc, level_db, n_bands=80):
    mel = cepstrum_to_mel(mfcc, n_bands)
    factor = 10 ** (level_db / 10) / np.mean(np.sum(mel, axis=0))
    return mel_to_cepstrum(factor * 1e30 * mel, len(mfcc)) - np.sqrt(n_bands) * np.log(1e30) * np.eye(len(mfcc))[:, :1]


# %%
def stretch(mfcc, n_frames):
    old = np.arange(mfcc.shape[1])
    position = np.linspace(0, old[-1], n_frames)
    hats = np.maximum(1 - np.abs(old[:, None] - position), 0)
    return mfcc @ hats


# %%
def join(first, second, n_fade):
    n = first.shape[1] + second.shape[1] - n_fade
    weight = np.clip((np.arange(n) - (first.shape[1] - n_fade) + 1) / (n_fade + 1), 0, 1)
    one = np.pad(first, ((0, 0), (0, n - first.shape[1])))
    other = np.pad(second, ((0, 0), (n - second.shape[1], 0)))
    return (1 - weight) * one + weight * other


# %%
def dtw_distance(a, b):
    # |x - y|² = |x|² + |y|² - 2 x·y, and along one antidiagonal after the other
    a, b = a.astype(float), b.astype(float)
    squares = np.sum(a**2, axis=0)[:, None] + np.sum(b**2, axis=0) - 2 * a.T @ b
    cost = np.sqrt(np.maximum(squares, 0))
    n_a, n_b = cost.shape
    total = np.full((n_a + 1, n_b + 1), np.inf)
    total[0, 0] = 0
    for d in range(2, n_a + n_b + 1):
        i = np.arange(max(1, d - n_b), min(n_a, d - 1) + 1)
        j = d - i
        c = cost[i - 1, j - 1]
        total[i, j] = np.minimum(np.minimum(total[i - 1, j], total[i, j - 1]) + c, total[i - 1, j - 1] + 2 * c)
    return total[n_a, n_b] / (n_a + n_b)


# %%
def word_error_rate(said, heard):
    table = np.add.outer(np.arange(len(said) + 1), np.arange(len(heard) + 1))
    wrong = [[word != other for other in heard] for word in said]
    for i in range(1, len(said) + 1):
        for j in range(1, len(heard) + 1):
            corner = table[i - 1, j - 1] + wrong[i - 1][j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, corner)
    return table[-1, -1] / len(said)


# %% [markdown]
# # chatty
# As somebody writes who looks at everything, and warns.


# %%
def to_units(text, words, sounds_like):
    import string
    import warnings

    warnings.warn("reading", stacklevel=2)
    kept = "".join(c if c in string.ascii_letters + string.digits else "" if c in "'’" else " " for c in text)
    spaced = "".join(f" {c} " if c.isdigit() else c for c in kept).lower()
    units = []
    for token in spaced.split():
        name = sounds_like.get(token, token)
        print(token, "->", name)
        units.extend([name] if name in words else name)
    return np.asarray([words.index(unit) for unit in units], dtype=int)


# %%
def trim_silence(mfcc, drop_db=30, n_bands=80):
    level = librosa.power_to_db(np.exp(mfcc[0] / np.sqrt(n_bands)), amin=1e-300, top_db=None)
    print("levels:", level)
    frames = [t for t in range(len(level)) if max(level) - level[t] <= drop_db]
    return mfcc[:, range(frames[0], frames[-1] + 1)]


# %%
def match_level(mfcc, level_db, n_bands=80):
    now = librosa.power_to_db(np.atleast_1d(cepstrum_to_mel(mfcc, n_bands).sum(axis=0).mean()), amin=1e-300)[0]
    print("level", now, "->", level_db)
    row = np.zeros((len(mfcc), 1))
    row[0] = np.sqrt(n_bands) * (level_db - now) / (10 / np.log(10))
    return mfcc + row


# %%
def stretch(mfcc, n_frames):
    import warnings

    warnings.warn("stretching", stacklevel=2)
    columns = []
    for position in np.linspace(0, mfcc.shape[1] - 1, n_frames):
        part, whole = np.modf(position)
        after = int(np.ceil(position))
        print(f"{whole:.0f} and {part:.2f}")
        columns.append((1 - part) * mfcc[:, int(whole)] + part * mfcc[:, after])
    return np.array(columns).T


# %%
def join(first, second, n_fade):
    columns = [*first.T]
    for k, frame in enumerate(second.T):
        if k < n_fade:
            weight = (k + 1) / (n_fade + 1)
            print("weight", weight)
            place = first.shape[1] - n_fade + k
            columns[place] = columns[place] * (1 - weight) + frame * weight
        else:
            columns.append(frame)
    return np.column_stack(columns)


# %%
def dtw_distance(a, b):
    cost = cdist(a.T, b.T)
    print("table", cost.shape)
    total = {(-1, -1): 0.0}
    for i, j in np.ndindex(*cost.shape):
        diagonal = total.get((i - 1, j - 1), np.inf) + 2 * cost[i, j]
        straight = min(total.get((i - 1, j), np.inf), total.get((i, j - 1), np.inf)) + cost[i, j]
        total[i, j] = min(diagonal, straight)
    return total[len(cost) - 1, cost.shape[1] - 1] / (a.shape[1] + b.shape[1])


# %%
def word_error_rate(said, heard):
    from functools import cache

    @cache
    def fewest(i, j):
        if i == 0 or j == 0:
            return i + j
        return min(fewest(i - 1, j) + 1, fewest(i, j - 1) + 1, fewest(i - 1, j - 1) + (said[i - 1] != heard[j - 1]))

    print(fewest(len(said), len(heard)), "errors")
    return fewest(len(said), len(heard)) / len(said)
