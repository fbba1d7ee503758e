"""Libraries and closed forms that know nothing of this course, against the reference of lesson 10."""

import difflib
import itertools

import librosa
import numpy as np
import scipy.interpolate
import scipy.ndimage
from scipy.spatial.distance import cdist

from course import corpus
from course.engine import cepstrum_to_mel, mel_to_cepstrum

SPEAKER = "carl"
TABLE = {"you": "u", "two": "two", "to": "two", "2": "two"}
UNITS = ["two", "hello", "is", *"abcdefghijklmnopqrstuvwxyz"]


def near(actual, expected, tolerance=1e-10):
    np.testing.assert_allclose(actual, expected, atol=tolerance * np.max(np.abs(expected), initial=0.0), rtol=0)


def sequences():
    """Coefficients of words, and of noise in both precisions, short ones too."""
    rng = np.random.default_rng(10)
    words = corpus.bundled().only(labels=["hello", "six", "night"], speakers=SPEAKER)
    yield from (mel_to_cepstrum(mel, 20) for mel in words.mels())
    for shape, kind in [((13, 40), np.float64), ((5, 2), np.float32), ((3, 1), np.float64), ((1, 17), np.float32)]:
        yield (3 * rng.standard_normal(shape)).astype(kind)


def said(reference, text):
    return [UNITS[place] for place in reference.to_units(text, UNITS, TABLE)]


def test_texts_are_read_as_a_person_would(reference):
    """By hand: capitals, signs, digits, apostrophes, unknown words, nothing."""
    assert said(reference, "Hello, is") == ["hello", "is"]
    assert said(reference, "YOU TOO") == ["u", "t", "o", "o"]
    assert said(reference, "you to 22") == ["u", "two", "two", "two"]
    assert said(reference, "it's") == ["i", "t", "s"]
    assert said(reference, "you're") == list("youre")
    assert said(reference, "a-b\tc\nhello.is") == ["a", "b", "c", "hello", "is"]
    assert reference.to_units("?!", UNITS, TABLE).dtype.kind == "i"
    assert len(reference.to_units("", UNITS, TABLE)) == 0


def test_every_unit_is_read_back(reference):
    """The text of all units, in any order, gives all of them in that order."""
    words = corpus.bundled().only(speakers=SPEAKER).labels.tolist()
    order = np.random.default_rng(1).permutation(len(words))
    near(reference.to_units(", ".join(words[place] for place in order), words, {}), order)


def test_trimmed_as_by_the_levels_of_the_bands(reference):
    """The mean level of the bands, from the spectrogram that the coefficients tell, not from coefficient 0."""
    for mfcc in sequences():
        level = np.mean(librosa.power_to_db(cepstrum_to_mel(mfcc.astype(float), 80), top_db=None), axis=0)
        for drop_db in (7.0, 30.0):
            loud = [t for t, each in enumerate(level) if each >= max(level) - drop_db]
            near(reference.trim_silence(mfcc, drop_db), mfcc[:, min(loud) : max(loud) + 1])


def test_matched_level_is_measured_in_the_bands(reference):
    """The spectrogram that comes out has the level, and is the old one times one factor."""
    for mfcc in sequences():
        for level_db, n_bands in [(15.0, 80), (-20.0, 40)]:
            before = cepstrum_to_mel(mfcc.astype(float), n_bands)
            after = cepstrum_to_mel(reference.match_level(mfcc.astype(float), level_db, n_bands), n_bands)
            np.testing.assert_allclose(10 * np.log10(np.mean(after.sum(axis=0))), level_db, atol=1e-8)
            np.testing.assert_allclose(after / before, np.mean(after) / np.mean(before), rtol=1e-8)


def test_stretched_as_by_scipy(reference):
    """scipy.interpolate and scipy.ndimage, on a grid that both ends belong to."""
    for mfcc in sequences():
        n_old = mfcc.shape[1]
        for n_new in {1, 2, n_old, 3 * n_old + 1, max(n_old // 2, 1)}:
            places = np.linspace(0, n_old - 1, n_new)
            rows = np.meshgrid(np.arange(len(mfcc)), places, indexing="ij")
            near(reference.stretch(mfcc, n_new), scipy.ndimage.map_coordinates(mfcc.astype(float), rows, order=1), 1e-6)
            if n_old > 1:
                line = scipy.interpolate.make_interp_spline(np.arange(n_old), mfcc.astype(float), k=1, axis=1)
                near(reference.stretch(mfcc.astype(float), n_new), line(places))


def test_a_straight_line_stays_one(reference):
    """Stretched, and joined with its own continuation."""
    line = np.linspace([0.0, 5.0], [9.0, 2.0], 10).T
    near(reference.stretch(line, 19), np.linspace([0.0, 5.0], [9.0, 2.0], 19).T, 1e-12)
    near(reference.join(line[:, :7], line[:, 4:], 3), line, 1e-12)


def test_joined_frame_by_frame(reference):
    """numpy.average with the weights that the formula gives."""
    for one, other in itertools.pairwise(sequences()):
        if len(one) == len(other):
            for n_fade in (0, 1, 3, min(one.shape[1], other.shape[1])):
                joined = reference.join(one, other, n_fade)
                rest = one.shape[1] - n_fade
                near(joined[:, :rest], one[:, :rest])
                near(joined[:, rest + n_fade :], other[:, n_fade:])
                for k in range(n_fade):
                    pair = [one[:, rest + k], other[:, k]]
                    near(joined[:, rest + k], np.average(pair, axis=0, weights=[n_fade - k, k + 1]))


def test_warped_as_by_librosa(reference):
    """librosa.sequence.dtw with the same weights; it pays the first cell once only."""
    for a, b in itertools.product(list(sequences()), repeat=2):
        if len(a) == len(b):
            cost = cdist(a.T.astype(float), b.T.astype(float))
            total = librosa.sequence.dtw(C=cost, weights_mul=np.array([2.0, 1.0, 1.0]), backtrack=False)[-1, -1]
            near(reference.dtw_distance(a, b), (total + cost[0, 0]) / sum(cost.shape), 1e-6)


def test_warping_is_the_cheapest_of_all_ways(reference):
    """Every way through a small table, one by one; the same whoever comes first; nothing from itself."""
    rng = np.random.default_rng(2)

    def ways(i, j, cost):
        if i == j == 0:
            return [2 * cost[0, 0]]
        found = [way + 2 * cost[i, j] for way in ways(i - 1, j - 1, cost)] if i and j else []
        found += [way + cost[i, j] for way in ways(i - 1, j, cost)] if i else []
        return found + ([way + cost[i, j] for way in ways(i, j - 1, cost)] if j else [])

    # beyond the first cell of both, each may also begin by waiting: that costs no less than the diagonal
    a, b = rng.standard_normal((3, 4)), rng.standard_normal((3, 5))
    near(reference.dtw_distance(a, b), min(ways(3, 4, cdist(a.T, b.T))) / 9)
    near(reference.dtw_distance(b, a), reference.dtw_distance(a, b))
    assert reference.dtw_distance(a, a) == 0.0


def changes(said, heard):
    """Fewest changes, by trying all of them."""
    if not said or not heard:
        return len(said) + len(heard)
    return min(
        changes(said[1:], heard) + 1,
        changes(said, heard[1:]) + 1,
        changes(said[1:], heard[1:]) + (said[0] != heard[0]),
    )


def test_errors_are_the_fewest_of_all(reference):
    """Tried one by one, on all short sentences of two words, and on random ones."""
    short = [list(words) for n in range(4) for words in itertools.product("ab", repeat=n)]
    for one, other in itertools.product(short, repeat=2):
        if one:
            assert reference.word_error_rate(one, other) == changes(one, other) / len(one)


def test_errors_where_words_are_only_missing(reference):
    """difflib counts the words that are left, if what was heard is a part of what was said."""
    rng = np.random.default_rng(3)
    sentence = ["now", "on", "and", "off", "and", "down", "again", "is", "this", "my", "voice"]
    for _ in range(20):
        part = [word for word in sentence if rng.random() < 0.6]
        kept = sum(block.size for block in difflib.SequenceMatcher(None, sentence, part, False).get_matching_blocks())
        assert reference.word_error_rate(sentence, part) == (len(sentence) - len(part)) / len(sentence)
        assert kept <= len(part)
