"""What the difference between an expected and a student's result is explained by, and when it is not."""

import warnings

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course.check.explain import Explanation, explain_difference

reproducible = settings(deadline=None, max_examples=50, derandomize=True)
seeds = st.integers(0, 2**32 - 1)

KINDS = {
    "gaussian": lambda rng, shape: rng.standard_normal(shape),
    "complex": lambda rng, shape: rng.standard_normal(shape) + 1j * rng.standard_normal(shape),
    "spectrogram": lambda rng, shape: np.exp(2 * rng.standard_normal(shape)),
    "decibels": lambda rng, shape: -90 * rng.random(shape),
    "uniform": lambda rng, shape: rng.random(shape),
    "heavy": lambda rng, shape: np.exp(10 * rng.standard_normal(shape)),
    "constant": lambda rng, shape: np.full(shape, rng.standard_normal()),
    "window": lambda rng, shape: (
        rng.uniform(0.1, 0.9) * scipy.signal.get_window(rng.choice(["hann", "hamming"]), max(shape))
    ),
}
FIELDS = ("gaussian", "complex", "spectrogram")
UNRELATED = ("gaussian", "complex", "spectrogram", "decibels", "uniform", "heavy", "constant")
MANY = st.tuples(st.integers(16, 400)) | st.tuples(st.integers(16, 60), st.integers(16, 40))
LARGE = st.tuples(st.integers(40, 400)) | st.tuples(st.integers(16, 60), st.integers(16, 40))
VECTOR = st.tuples(st.integers(16, 400))
TINY = st.sampled_from([(), (1,), (2,), (3,), (4,), (5,), (8,), (1, 1), (2, 1), (2, 2), (2, 3), (2, 4), (4, 2)])


def random_values(kinds, shapes, stream=0):
    """Arrays of one of the kinds, in one of the shapes; those of different streams have nothing in common."""
    return st.builds(
        lambda kind, shape, seed: KINDS[kind](np.random.default_rng([stream, seed]), shape),
        st.sampled_from(kinds),
        shapes,
        seeds,
    )


def noisy(values):
    """The values with noise of 1e-6 of their peak."""
    rng = np.random.default_rng(7)
    noise = rng.uniform(-1e-6, 1e-6, np.shape(values)) * np.max(np.abs(values))
    return values + (noise * np.exp(1j * rng.uniform(0, 2 * np.pi)) if np.iscomplexobj(values) else noise)


def relation(expected, actual, **constants):
    """The name of the relation that is found after noise has been added; None if there is none."""
    found = explain_difference(expected, noisy(actual), constants)
    return found and found.relation


def says(expected, actual, **constants):
    """What is said to the student, noise or no noise."""
    found = explain_difference(expected, noisy(actual), constants)
    assert found == explain_difference(expected, actual, constants)
    return found.says


# ---- every relation is found


@reproducible
@given(random_values((*FIELDS, "window"), VECTOR) | random_values(FIELDS, MANY), st.floats(0.01, 100), st.booleans())
def test_any_factor_is_found_in_many_values(expected, factor, negative):
    """A constant factor, negative or not, is found whatever it is."""
    if abs(factor - 1) < 1e-3:
        factor = 1.5
    assert relation(expected, (-factor if negative else factor) * expected) in ("constant factor", "natural logarithm")


@pytest.mark.parametrize("factor", [2, 1 / 2, np.sqrt(2), 10, 1 / 10, 20, np.pi, -2, -1 / np.pi])
@reproducible
@given(expected=random_values((*FIELDS, "constant"), MANY | TINY))
def test_a_factor_with_a_name_is_found_even_in_one_value(factor, expected):
    """A named factor is found in one value as in many."""
    assert relation(expected, factor * expected) == "constant factor"


@reproducible
@given(
    random_values(FIELDS, MANY | TINY),
    st.integers(21, 1023),
    st.sampled_from([("`N`", 1), ("half of `N`", 0.5)]),
    st.booleans(),
)
def test_a_factor_is_told_by_the_name_of_a_constant(expected, value, named, divided):
    """A constant of the exercise, or half of it, is told by its name, whether it multiplies or divides."""
    name, share = named
    # where another name fits as well (40 is 2 times 20), the simpler one may be told
    value += 0.25
    words = says(expected, expected / (share * value) if divided else expected * (share * value), N=value)
    assert f"{'divided by' if divided else 'times'} {share * value:.6g}, which is {name}" in words


@pytest.mark.parametrize("power, words", [(2, "the square of `hop`"), (0.5, "the square root of `hop`")])
def test_the_square_and_the_root_of_a_constant_are_named(power, words):
    """The square and the square root of a constant are told as such."""
    assert words in says(np.arange(9.0), np.arange(9.0) * 300**power, hop=300)


def test_the_length_of_an_axis_is_named():
    """A factor that is the length of an axis is told so."""
    expected = np.random.default_rng(0).standard_normal((257, 31))
    assert "times 31, which is the length of axis 1" in says(expected, 31 * expected)
    assert "divided by 257, which is the length of axis 0" in says(expected, expected / 257)


@reproducible
@given(random_values((*FIELDS, "constant"), MANY | TINY))
def test_the_opposite_sign_has_its_own_words(expected):
    """A sign alone is called a sign, of one value and of many."""
    assert relation(expected, -expected) == "opposite sign"


@pytest.mark.parametrize("scale", [1, 10, 20])
@reproducible
@given(expected=random_values(("gaussian", "decibels"), MANY))
def test_a_natural_logarithm_is_told_from_a_ten_based_one(scale, expected):
    """A natural logarithm for a ten-based one, in bels or decibels, is found in both directions."""
    assert relation(expected, expected * np.log(10) / scale) == "natural logarithm"
    assert relation(expected * np.log(10) / scale, expected) == "ten-based logarithm"


@pytest.mark.parametrize(
    "divisor, words",
    [(lambda e: np.max(np.abs(e)), "largest"), (np.sum, "sum"), (np.linalg.norm, "norm")],
)
@reproducible
@given(expected=random_values(("gaussian", "spectrogram", "window"), VECTOR) | random_values(FIELDS, MANY))
def test_a_normalisation_is_named(divisor, words, expected):
    """Division by the maximum, the sum and the norm are told apart."""
    assert relation(expected, expected / divisor(expected)) == "normalised"
    assert words in explain_difference(expected, expected / divisor(expected)).says


@reproducible
@given(random_values(FIELDS, MANY), st.floats(0.01, np.pi - 0.01), st.booleans())
def test_a_turned_phase_is_found(expected, angle, clockwise):
    """A complex factor of magnitude one is found as a phase."""
    assert relation(expected, expected * np.exp(-1j * angle if clockwise else 1j * angle)) == "constant phase"


@reproducible
@given(random_values(("complex",), MANY | TINY), st.booleans())
def test_the_imaginary_unit_is_found_even_in_one_value(expected, negative):
    """A factor of 1j or -1j is named."""
    factor = "-1j" if negative else "1j"
    assert f"times {factor}, turned" in says(expected, expected * complex(factor))


@reproducible
@given(random_values((*FIELDS, "decibels"), MANY), st.floats(0.01, 50), st.booleans())
def test_an_offset_is_found(expected, share, negative):
    """A number added to all values is found."""
    added = share * np.std(expected) * (-1 if negative else 1)
    assert relation(expected, expected + added) == "offset"


@pytest.mark.parametrize(
    "name, transform",
    [
        ("conjugated", np.conj),
        ("magnitude", np.abs),
        ("real part", np.real),
        ("squared", np.square),
        ("squared", lambda e: np.abs(e) ** 2),
        ("square root", lambda e: np.sqrt(np.abs(e))),
    ],
)
@reproducible
@given(expected=random_values(("complex",), MANY | TINY))
def test_what_happens_to_complex_values_is_found(name, transform, expected):
    """Conjugate, magnitude, real part, powers of complex values: found in one and in many."""
    assert relation(expected, transform(expected)) == name


@reproducible
@given(random_values(("complex", "gaussian"), MANY))
def test_a_missing_magnitude_is_found(actual):
    """Complex or signed values where their magnitudes were expected are found."""
    assert relation(np.abs(actual), actual) == "magnitude missing"


@reproducible
@given(random_values(("gaussian",), MANY))
def test_a_lost_sign_is_found(expected):
    """Absolute values in place of signed ones are found."""
    assert relation(expected, np.abs(expected)) == "magnitude"


@reproducible
@given(random_values(("gaussian", "spectrogram", "window"), VECTOR) | random_values(("spectrogram",), MANY | TINY))
def test_power_and_magnitude_are_told_apart(expected):
    """The square and the root of real values are found, of one and of many."""
    assert relation(expected, expected**2) == "squared"
    assert relation(expected, np.sqrt(np.abs(expected))) == "square root"


@pytest.mark.parametrize("scale", [10, 20])
@reproducible
@given(expected=random_values(("complex", "spectrogram"), MANY | TINY))
def test_decibels_of_power_and_of_magnitude_are_told_apart(scale, expected):
    """10 log10 and 20 log10 of linear values are found and told apart."""
    level = scale * np.log10(np.abs(expected))
    assert f"({scale} log10)" in says(expected, level)


@pytest.mark.parametrize("scale", [10, 20])
@reproducible
@given(expected=random_values(("complex", "spectrogram"), MANY))
def test_decibels_are_found_above_a_floor(scale, expected):
    """Decibels relative to the largest value, above a floor (top_db), are found, also of zeros."""
    expected.flat[3] = 0
    level = scale * np.log10(np.maximum(np.abs(expected), 1e-10) / np.max(np.abs(expected)))
    level = np.maximum(level, np.median(level))
    assert f"({scale} log10) relative to the largest" in says(expected, level)


@pytest.mark.parametrize("scale", [10, 20])
@reproducible
@given(expected=random_values(("decibels",), MANY | TINY))
def test_linear_values_are_told_by_their_decibels(scale, expected):
    """Power and magnitude in place of decibels are found and told apart."""
    assert f"{scale} log10" in says(expected, 10 ** (expected / scale))


@reproducible
@given(random_values(FIELDS, st.tuples(st.integers(2, 40), st.integers(2, 40))))
def test_a_transposed_matrix_is_found(expected):
    """Rows and columns exchanged are found, in square matrices too."""
    assert relation(expected, expected.T) == "transposed"


@pytest.mark.parametrize("axis", [0, 1])
@reproducible
@given(expected=random_values(FIELDS, MANY))
def test_reverse_order_is_found_along_its_axis(axis, expected):
    """Reversal is found, and its axis named where there are several."""
    axis = min(axis, expected.ndim - 1)
    assert relation(expected, np.flip(expected, axis)) == "reversed"
    named = f"(axis {axis})" in says(expected, np.flip(expected, axis))
    assert named == (expected.ndim > 1)


@pytest.mark.parametrize("fill", ["around", "zeros", "others"])
@reproducible
@given(expected=random_values(FIELDS, MANY), part=st.floats(0, 1), early=st.booleans(), last_axis=st.booleans())
def test_a_shift_is_found_whatever_comes_in(fill, expected, part, early, last_axis):
    """A shift by up to a quarter of an axis is found, in its direction, with its number of places."""
    axis = expected.ndim - 1 if last_axis else 0
    places = 1 + int(part * (expected.shape[axis] // 4 - 1))
    actual = np.roll(expected, -places if early else places, axis)
    incoming = np.moveaxis(actual, axis, 0)[-places if early else 0 : None if early else places]
    if fill != "around":
        incoming[...] = (
            0
            if fill == "zeros"
            else np.random.default_rng(5).permutation(incoming.ravel()[::-1]).reshape(incoming.shape) / 2
        )
    words = says(expected, actual)
    assert f" {places} place" in words and ("early" if early else "late") in words
    assert ("comes back" in words) == (fill == "around")


@pytest.mark.parametrize("place", ["last", "first"])
@reproducible
@given(
    expected=random_values((*FIELDS, "window"), VECTOR) | random_values(FIELDS, MANY),
    last_axis=st.booleans(),
    part=st.floats(0, 1),
)
def test_missing_and_extra_values_are_counted(place, expected, last_axis, part):
    """Up to a tenth of the values, or two, missing or extra at an end of an axis: which, and how many."""
    axis = expected.ndim - 1 if last_axis else 0
    length = expected.shape[axis]
    count = 1 + int(part * (max(2, length // 10) - 1))
    kept = slice(0, length - count) if place == "last" else slice(count, length)
    shorter = np.take(expected, np.arange(length)[kept], axis)
    number = f"{count} " if count > 1 else ""
    assert f"lacks the {place} {number}" in says(expected, shorter)
    assert f"not have the {place} {number}" in says(shorter, expected)


@reproducible
@given(random_values(("gaussian", "spectrogram"), LARGE), st.integers(0, 30), st.integers(70, 100))
def test_clipping_is_found(expected, low, high):
    """Clipping is found where a fifth of the values is untouched, and likewise where it is missing."""
    low, high = np.percentile(expected, [low, high])
    actual = np.clip(expected, low, high)
    assume(np.max(np.abs(actual - expected)) > 1e-3 * np.max(np.abs(expected)))
    assert relation(expected, actual) == "clipped"
    assert relation(actual, expected) == "clipping missing"


def test_only_the_limit_that_is_passed_is_named():
    """A lower limit alone is not told as an upper one too, though noise passes the highest value."""
    expected = np.linspace(-1, 1, 50)
    assert says(expected, np.maximum(expected, -0.5)).endswith("go below -0.5.")
    assert says(np.maximum(expected, -0.1), 100 * np.minimum(expected + 0.1, 0) + np.maximum(expected, -0.1)).endswith(
        "go below -0.1. Which step is to set that limit?"
    )


@reproducible
@given(st.integers(8, 300), st.integers(0, 5), seeds)
def test_a_two_sided_spectrum_is_found(length, frames, seed):
    """All N bins, where the first N // 2 + 1 were expected, are found."""
    shape = (length, frames) if frames else (length,)
    x = np.random.default_rng(seed).standard_normal(shape)
    assert relation(np.fft.rfft(x, axis=0), np.fft.fft(x, axis=0)) == "two-sided"


# ---- nothing is found where nothing is


@settings(reproducible, max_examples=400)
@given(st.data(), MANY | TINY)
def test_no_relation_between_unrelated_values_of_one_shape(data, shape):
    """Between two random arrays of one shape, however small, nothing is claimed."""
    expected, actual = (data.draw(random_values(UNRELATED, st.just(shape), stream)) for stream in (0, 1))
    assert explain_difference(expected, actual, {"window_length": 512, "hop_length": 128}) is None


@settings(reproducible, max_examples=200)
@given(random_values(UNRELATED, MANY | TINY), random_values(UNRELATED, MANY | TINY, stream=1))
def test_no_relation_between_unrelated_values_of_any_shape(expected, actual):
    """Between two random arrays of any shapes nothing is claimed."""
    assert explain_difference(expected, actual) is None


@reproducible
@given(random_values((*FIELDS, "constant", "decibels"), MANY | TINY))
def test_equal_values_need_no_explanation(values):
    """Values that are equal but for noise are not explained."""
    assert relation(values, values) is None


@pytest.mark.parametrize(
    "expected, actual",
    [
        (1.0, 1.7342),
        (np.ones(50), np.full(50, 1.7342)),
        (np.ones(50), np.zeros(50)),
        (np.zeros(50), np.ones(50)),
        (np.zeros((3, 4)), np.zeros((4, 3))),
        (np.ones(50), np.ones(49)),
        ([3.0, 5.0], [3.0 * 1.7342, 5.0 * 1.7342]),
        ([1.0, 2.0, 3.0], [1.3, 2.3, 3.3]),
        (np.eye(1, 50)[0], 1.7342 * np.eye(1, 50)[0]),
        (np.r_[np.zeros(60), 1.0, 2.0], np.r_[7.0, np.zeros(61)]),
        (np.sin(np.arange(50.0)), 1e6 + np.cos(np.arange(50.0))),
        (np.arange(1000.0), np.clip(np.arange(1000.0), 0, 100)),
    ],
)
def test_nothing_is_claimed_where_anything_would_fit(expected, actual):
    """Too few or too equal values carry no evidence for a free parameter."""
    assert explain_difference(expected, actual) is None


def test_one_wrong_value_of_a_periodic_signal_is_not_a_shift():
    """A wrong last sample is no shift by a period, though the overlap of such a shift agrees."""
    expected = np.sin(2 * np.pi * np.arange(400) / 20)
    actual = np.r_[expected[:-1], 3.0]
    assert explain_difference(expected, actual) is None


# ---- it never fails


class Hostile:
    """An object that refuses to be an array."""

    def __array__(self, *args, **kwargs):
        """Raise, as a student's object may."""
        raise RuntimeError("no")


anything = st.one_of(
    arrays.arrays(
        st.sampled_from(["f2", "f4", "f8", "c8", "c16", "i1", "i8", "u8", "?", "U3", "M8[s]"]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
    ),
    st.sampled_from([None, ..., "text", b"bytes", {}, {1}, [], [[1], [1, 2]], [None, 1], 10**400, Hostile(), np, True]),
    st.floats() | st.integers() | st.complex_numbers(),
)


@settings(reproducible, max_examples=400)
@given(anything, anything, st.dictionaries(st.text(max_size=3), anything, max_size=2))
def test_it_never_raises_nor_warns(expected, actual, constants):
    """Whatever it is given, it answers an explanation or None, in silence."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = explain_difference(expected, actual, constants)
    assert found is None or (isinstance(found, Explanation) and found.says and "nan" not in found.says)


@settings(reproducible, max_examples=200)
@given(st.data(), arrays.array_shapes(min_dims=1, max_dims=2, max_side=9))
def test_it_never_raises_nor_warns_on_numbers_of_any_size(data, shape):
    """Very large and very small numbers, zeros, NaN and infinities neither raise nor warn."""
    elements = data.draw(
        st.sampled_from([st.floats(), st.integers(-3, 3), st.sampled_from([0, 1e308, 5e-324, -1e-160])])
    )
    expected, actual = (data.draw(arrays.arrays("f8", shape, elements=elements)) for _ in range(2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = explain_difference(expected, actual)
    assert found is None or (np.all(np.isfinite(expected)) and np.all(np.isfinite(actual)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_not_explained(bad):
    """A NaN or an infinity on either side is left to others."""
    values = np.arange(9.0)
    assert explain_difference(values, np.r_[bad, values[:-1]]) is None
    assert explain_difference(values, np.r_[values, bad]) is None
    assert explain_difference(values, np.r_[2 * values[:-1], bad]) is None
    assert explain_difference(np.r_[values[:-1], bad], 2 * values) is None


def test_truth_values_and_more_than_two_axes_are_not_explained():
    """Relations hold by chance among truth values, and of three axes none is spoken of."""
    truths = np.array([True, False, False, True, True])
    assert explain_difference(truths, truths[::-1]) is None
    cube = np.random.default_rng(0).standard_normal((3, 4, 5))
    assert explain_difference(cube, cube[:, :, ::-1]) is None


@pytest.mark.parametrize("value", [1e-320, 10**400, np.nan, -3, 0, "512", None, 1j, True])
def test_a_constant_that_cannot_be_a_factor_names_nothing(value):
    """Constants that are no ordinary positive numbers are passed over."""
    assert explain_difference(2.0, 2.0 * 1.7342, {"odd": value}) is None


@reproducible
@given(random_values(FIELDS, MANY), random_values(FIELDS, MANY))
def test_inputs_are_unchanged(expected, actual):
    """Neither input is changed, though both are read-only."""
    before = expected.copy(), actual.copy()
    expected.flags.writeable = actual.flags.writeable = False
    explain_difference(expected, actual)
    explain_difference(expected, 2 * expected)
    assert np.array_equal(expected, before[0]) and np.array_equal(actual, before[1])


# ---- the quantities of the course


@pytest.fixture(scope="module")
def signal():
    """One second of a decaying chirp in a little noise, at 8 kHz."""
    time = np.arange(8000) / 8000
    noise = np.random.default_rng(3).standard_normal(8000)
    return np.exp(-2 * time) * np.sin(2 * np.pi * (300 + 400 * time) * time) + 0.01 * noise


@pytest.fixture(scope="module")
def stft(signal):
    """Its short-time Fourier transform, complex [257, 63]."""
    return librosa.stft(signal, n_fft=512, hop_length=128, window="hann")


def test_the_sum_of_the_window_is_named(stft):
    """A spectrum that was not divided by the window's sum is told so."""
    window = librosa.filters.get_window("hann", 512)
    expected = np.abs(stft) / window.sum()
    words = "times 256, which is half of `window_length`, the sum of a Hann window"
    assert words in says(expected, np.abs(stft), window_length=512, hop_length=128)


def test_an_unnormalised_inverse_transform_is_named_by_its_length(signal):
    """An inverse transform without its 1 / N is told by the name of N."""
    spectrum = np.fft.fft(signal[:512])
    assert "times 512, which is `N`" in says(np.fft.ifft(spectrum), np.fft.ifft(spectrum) * 512, N=512)


def test_twenty_log_in_place_of_ten_log_is_told(stft):
    """Amplitude decibels of a power spectrogram are a factor of two, and told as what they are."""
    power = np.abs(stft) ** 2
    expected = librosa.power_to_db(power, top_db=None)
    assert "times 2:" in says(expected, 20 * np.log10(power))
    assert "20 log10 in place of 10 log10" in says(expected, 20 * np.log10(power))


def test_another_reference_level_is_an_offset(stft):
    """The reference of the decibels is an offset."""
    power = np.abs(stft) ** 2
    expected = librosa.power_to_db(power, top_db=None)
    assert relation(expected, librosa.power_to_db(power, ref=np.max, top_db=None)) == "offset"


def test_a_dynamic_range_that_is_not_limited_is_a_missing_clipping(stft):
    """Decibels with and without top_db differ by clipping."""
    power = np.abs(stft) ** 2
    free, limited = librosa.power_to_db(power, top_db=None), librosa.power_to_db(power, top_db=60)
    assert relation(limited, free) == "clipping missing"
    assert relation(free, limited) == "clipped"


def test_power_magnitude_and_phase_of_a_spectrogram_are_told_apart(stft):
    """Power for magnitude, magnitude for power, complex for magnitude, and a flipped exponent."""
    assert relation(np.abs(stft), np.abs(stft) ** 2) == "squared"
    assert relation(np.abs(stft) ** 2, np.abs(stft)) == "square root"
    assert relation(np.abs(stft), stft) == "magnitude missing"
    assert relation(stft, np.conj(stft)) == "conjugated"


def test_frames_without_centre_padding_are_too_few_at_both_ends(signal, stft):
    """Frames that are not centred lack those that reach over the ends."""
    actual = librosa.stft(signal, n_fft=512, hop_length=128, window="hann", center=False)
    assert "lacks the first and last 2 columns (axis 1)" in says(stft, actual)


def test_decibels_of_a_mel_spectrogram_are_found(signal):
    """Decibels of a mel spectrogram, with librosa's own floor, are found."""
    mel = librosa.feature.melspectrogram(y=signal, sr=8000, n_fft=512, hop_length=128, n_mels=40)
    assert "10 log10" in says(mel, librosa.power_to_db(mel))
    assert "relative to the largest" in says(mel, librosa.power_to_db(mel, ref=np.max, top_db=60))


@pytest.mark.parametrize(
    "expected, actual, name",
    [
        (0.25, 0.5, "constant factor"),
        (3, 9, "squared"),
        (100.0, 20.0, "decibels"),
        (-30.0, 1e-3, "linear"),
        (3 + 4j, 5.0, "magnitude"),
        (-7, 7, "opposite sign"),
        (3 + 4j, 3 - 4j, "conjugated"),
        (1.5, 1.5 * np.log(10), "natural logarithm"),
    ],
)
def test_single_numbers(expected, actual, name):
    """Of single numbers, what has a name is found."""
    assert explain_difference(expected, actual).relation == name
