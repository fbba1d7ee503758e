"""Comparing a result with the expected one: what kind of difference, and where."""

import re

import numpy as np
import pytest

from course.check.case import Axis
from course.check.compare import TOLERANCE, find_difference, is_close

BIN = Axis("bin", 22050 / 2048, "Hz")
FRAME = Axis("frame", 512 / 22050, "s")


def spectrum(shape=(40, 12)):
    """Values without structure: nothing explains a change of a few of them."""
    return np.random.default_rng(2).normal(size=shape)


def changed(values, *places, by=0.5):
    """A copy that differs at some places."""
    copy = values.copy()
    for place in places:
        copy[place] += by
    return copy


class Unfinished:
    """What a student might return by mistake."""


NOT_NUMBERS = {
    "nothing": (None, "`None`"),
    "a stub": (..., "`...`"),
    "text": ("0.5", "a `str`"),
    "bytes": (b"0.5", "a `bytes`"),
    "ragged lists": ([[1.0], [2.0, 3.0]], "rows are of unequal lengths"),
    "an object": (Unfinished(), "an `Unfinished`"),
    "a function": (np.hanning, "`function`"),
    "a dict": ({"window": 1.0}, "a `dict`"),
    "a generator": ((n for n in range(3)), "a `generator`"),
    "a list with a stub": ([1.0, ...], "a list that makes no array"),
}


@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_what_is_no_number_is_called_by_its_kind(kind):
    """The kind is named, in place of an error."""
    value, told = NOT_NUMBERS[kind]
    assert told in find_difference(np.ones(3), value).summary
    assert not is_close(np.ones(3), value)


@pytest.mark.parametrize("value", [0.5, 3, -2, 0.5 + 2j, True])
def test_a_number_equals_itself_whatever_holds_it(value):
    """Python's numbers, NumPy's and arrays without an axis are the same."""
    for same in (value, np.asarray(value), np.asarray(value)[()]):
        assert find_difference(value, same) is None
        assert is_close(same, value)


def test_lists_and_matrices_of_right_values_are_accepted():
    """Values count, not their container."""
    values = spectrum((3, 4))
    assert find_difference(values, values.tolist()) is None
    assert find_difference(values, np.ma.masked_array(values)) is None
    assert find_difference(values, np.asfortranarray(values)[:, :]) is None


def test_truth_values_are_compared_as_zero_and_one():
    """A mask for a mask; a mask where numbers are expected is told by its values."""
    mask = np.array([True, False, True, True])
    assert find_difference(mask, mask.copy()) is None
    assert find_difference(mask, mask.astype(float)) is None
    difference = find_difference(mask, ~mask)
    assert "nearly all values differ" in difference.summary
    assert "yours is 0, expected is 1" in difference.detail


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_tolerance_is_relative_to_the_peak(scale):
    """A tenth of the tolerance is equal, ten times the tolerance is not, at any level."""
    expected = scale * spectrum()
    step = TOLERANCE * np.abs(expected).max()
    assert find_difference(expected, changed(expected, (3, 4), by=step / 10)) is None
    assert is_close(expected, changed(expected, (3, 4), by=step / 10))
    assert find_difference(expected, changed(expected, (3, 4), by=step * 10)) is not None
    assert not is_close(expected, changed(expected, (3, 4), by=step * 10))


@pytest.mark.parametrize("lower, higher", [(np.float32, np.float64), (np.complex64, np.complex128)])
def test_single_precision_is_accepted(lower, higher):
    """An honest float32 answer is right, on either side."""
    values = spectrum().astype(higher)
    assert find_difference(values, values.astype(lower)) is None
    assert find_difference(values.astype(lower), values) is None


def test_half_precision_is_refused():
    """Ten bits of mantissa are not enough, even where the values happen to be short."""
    values = spectrum()
    assert find_difference(values, values.astype(np.float16)) is not None
    assert "float16" in find_difference(np.array([0.5, 1.0]), np.array([0.5, 1.0], np.float16)).summary


class Tensor:
    """Refuses to become an array, as a tensor with gradients does."""

    def __array__(self, *arguments, **named):
        raise RuntimeError("call detach() first")


def test_what_refuses_to_become_an_array_is_called_by_its_name():
    """And not "lists of unequal lengths"; nor does it break the check."""
    assert "a `Tensor`" in find_difference(np.ones(3), Tensor()).summary
    assert not is_close(np.ones(3), Tensor())


def test_a_tuple_is_told_of_its_comma():
    """`return a, b` and `return a,` happen."""
    assert "a tuple of 2" in find_difference(np.ones(3), (np.ones(3), np.ones((2, 2)))).summary


def test_infinite_values_must_be_infinite_in_the_same_places():
    """A fault that forgets a floor can be recognised by its -inf."""
    minus_inf = np.array([1.0, -np.inf, np.nan])
    assert is_close(minus_inf, minus_inf + np.array([1e-9, 0, 0]))
    assert not is_close(minus_inf, np.array([1.0, np.inf, np.nan]))
    assert not is_close(minus_inf, np.array([1.0, 2.0, np.nan]))
    assert not is_close(np.ones(3), minus_inf)


def test_integers_are_accepted_and_do_not_wrap():
    """Unsigned bytes with the right values are right, with wrong ones wrong."""
    expected = np.array([0, 200, 7])
    assert find_difference(expected, expected.astype(np.uint8)) is None
    assert "index 0" in find_difference(expected, np.array([255, 200, 7], np.uint8)).detail
    assert not is_close(np.array([256, 1]), np.array([0, 1], np.uint8))


def test_right_values_with_a_needless_imaginary_part_are_told():
    """Complex zeros where real numbers are asked for: not right, and not called wrong values."""
    values = spectrum()
    difference = find_difference(values, values + 0j)
    assert "values are right" in difference.summary and "complex" in difference.summary
    assert is_close(values, values + 0j)
    assert find_difference(values + 0j, values) is None


@pytest.mark.parametrize("bad, word", [(np.nan, "NaN"), (np.inf, "infinite"), (-np.inf, "infinite")])
def test_values_that_are_not_finite_are_counted_and_placed(bad, word):
    """How many there are, and the first of them in the lesson's axes."""
    actual = spectrum()
    actual[17, 3] = actual[20, 5] = bad
    difference = find_difference(spectrum(), actual, (BIN, FRAME))
    assert word in difference.summary
    assert difference.detail.startswith("2 of 480 values; the first at bin 17 (183 Hz), frame 3 (0.06966 s)")
    assert not is_close(spectrum(), actual)


def test_a_single_number_that_is_not_finite_has_no_place():
    """There is nothing to count."""
    difference = find_difference(0.5, np.nan)
    assert "NaN" in difference.summary and difference.detail == ""


SHAPES = {
    "one frame short": (spectrum()[:, :-3], "3 frames too few along axis 1"),
    "one bin too many": (spectrum((41, 12)), "1 bin too many along axis 0"),
    "three axes": (np.ones((2, 40, 12)), "3 axes; it should have 2 axes"),
    "one axis": (spectrum().ravel(), "one axis; it should have 2 axes"),
    "a number": (0.5, "no axis (it is a single number)"),
    "exchanged": (spectrum((12, 40)), "Rows and columns of your result have changed places"),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_an_unexpected_shape_is_told_in_the_terms_of_the_axes(kind):
    """What there is too much or too little of; both shapes stand in the detail."""
    actual, told = SHAPES[kind]
    difference = find_difference(spectrum((40, 12)) + 5, actual, (BIN, FRAME))
    assert told in difference.summary
    assert "expected is an array [40, 12]" in difference.detail
    assert not is_close(spectrum((40, 12)), actual)


def test_a_missing_frame_is_singular():
    """1 frame, not 1 frames."""
    difference = find_difference(spectrum((40, 12)), spectrum((40, 11)), (BIN, FRAME))
    assert "1 frame too few along axis 1" in difference.summary


def test_without_axes_there_are_elements_and_indices():
    """A result whose axes have no names can be spoken of, too."""
    assert "2 elements too few along axis 0" in find_difference(np.arange(9), np.arange(7) % 3).summary
    expected = spectrum()
    assert "index 3, index 4" in find_difference(expected, changed(expected, (3, 4))).detail


def test_a_number_and_an_array_of_one_are_not_the_same():
    """Either way round."""
    assert "it should have no axis" in find_difference(3.0, np.array([3.0])).summary
    assert "it should have one axis" in find_difference(np.array([3.0]), 3.0).summary
    assert not is_close(3.0, np.array([3.0]))


def test_empty_results_of_the_same_shape_are_equal():
    """No value, no difference."""
    assert find_difference(np.zeros((0, 3)), np.zeros((0, 3))) is None
    assert is_close(np.zeros(0), np.zeros(0))
    assert find_difference(np.zeros(0), np.zeros(2)) is not None


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda x: 2 * x, "times 2"),
        (np.transpose, "transposed"),
        (lambda x: x[:, :-1], "lacks the last frame (axis 1)"),
        (np.abs, "magnitudes"),
    ],
)
def test_an_explanation_takes_the_place_of_the_bare_difference(change, told):
    """What explains the difference says more than that there is one."""
    expected = spectrum()
    difference = find_difference(expected, change(expected), (BIN, FRAME))
    assert told in difference.summary
    assert "The shape is right" not in difference.summary and "along axis" not in difference.summary
    assert difference.detail != ""


def test_a_factor_is_named_by_the_constants_of_the_case():
    """Times 512, which is the window's length."""
    expected = spectrum()
    assert "`window_length`" in find_difference(expected, 512 * expected, (), {"window_length": 512}).summary
    assert "`window_length`" not in find_difference(expected, 512 * expected).summary


def test_the_first_and_the_worst_place_are_told_in_units():
    """Bin and Hz, frame and seconds, with both values at the worst."""
    expected = spectrum()
    actual = changed(changed(expected, (17, 3)), (30, 11), by=2.0)
    detail = find_difference(expected, actual, (BIN, FRAME)).detail
    first, worst = detail.split(", the largest at ", 1)
    assert "bin 17 (183 Hz), frame 3 (0.06966 s)" in first
    assert "bin 30 (323 Hz), frame 11 (0.2554 s)" in worst
    assert f"yours is {actual[30, 11]:.6g}, expected is {expected[30, 11]:.6g}" in worst


def test_a_single_wrong_value_is_placed_once():
    """The first is the largest, too."""
    expected = spectrum()
    detail = find_difference(expected, changed(expected, (17, 3)), (BIN, FRAME)).detail
    assert detail.count("bin 17") == 1 and detail.count("yours is") == 1


@pytest.mark.parametrize("wrong, told", [(1, "1%"), (120, "25%"), (240, "50%"), (480, "nearly all values differ")])
def test_the_share_of_wrong_values_is_told(wrong, told):
    """One in a thousand is not none."""
    actual = spectrum()
    actual.flat[:wrong] += np.random.default_rng(3).uniform(1, 2, wrong)
    assert told in find_difference(spectrum(), actual).summary


def test_a_complex_difference_counts_although_the_magnitudes_agree():
    """A phase that is wrong at one place."""
    expected = spectrum() * np.exp(1j * spectrum())
    actual = expected.copy()
    actual[4, 5] *= 1j
    assert "index 4, index 5" in find_difference(expected, actual).detail


WRONG = {
    "a number": (0.87654321, 0.25),
    "one place": (spectrum(), changed(spectrum(), (17, 3))),
    "everywhere": (spectrum(), spectrum()[::-1] ** 3),
    "NaN": (spectrum(), spectrum() * np.nan),
    "shape": (spectrum(), spectrum()[:5, :4]),
    "kind": (spectrum(), "text"),
    "axes": (spectrum(), 0.5),
    "complex": (spectrum() * 1j, changed(spectrum() * 1j, (3, 3))),
}


@pytest.mark.parametrize("kind", WRONG)
def test_the_summary_shows_no_expected_value(kind):
    """Hidden tests show it: it must give no value away; a number in it is a count, an axis or a share."""
    expected, actual = WRONG[kind]
    summary = find_difference(expected, actual, (BIN, FRAME)).summary
    assert re.findall(r"\d+\.\d+", summary) == []
    assert "yours is" not in summary and "expected is" not in summary


@pytest.mark.parametrize("kind", ["one place", "NaN", "shape", "complex"])
def test_comparing_changes_neither_side(kind):
    """Both arrays are as before."""
    expected, actual = (np.array(each) for each in WRONG[kind])
    before = expected.copy(), actual.copy()
    find_difference(expected, actual, (BIN, FRAME))
    np.testing.assert_array_equal(expected, before[0])
    np.testing.assert_array_equal(actual, before[1])
