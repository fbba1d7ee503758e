"""Looking at results: what they are, and how well they agree with a library's."""

import numpy as np
import pytest

from course.check import agreement, describe


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (np.array([[0.5, -0.25]]), "float64 [1, 2], from -0.25 to 0.5."),
        (np.array([3 + 4j, 0], np.complex64), "complex64 [2], magnitudes from 0 to 5."),
        ([1, 2, 3], "int64 [3], from 1 to 3."),
        (7.0, "float64, from 7 to 7."),
        (np.zeros((3, 0)), "float64 [3, 0], empty."),
        (..., "Nothing yet"),
        (None, "returns `None`"),
        ([[1], [2, 3]], "unequal lengths"),
    ],
)
def test_a_result_is_described_by_type_shape_and_range(result, told):
    """Whatever it is: a stub and rubbish get a sentence, too."""
    assert told in repr(describe(result))


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        (np.arange(4.0), np.arange(4.0), "Exactly the same."),
        (np.arange(4.0) + 1e-7, np.arange(4.0), "The same: the largest difference is 3e-08 of the peak."),
        (np.arange(4.0) * 2, np.arange(4.0), "Not the same. Your values are the expected ones times 2"),
        (np.arange(5.0), np.arange(4.0), "Not the same."),
        (np.zeros(0), np.zeros(0), "Exactly the same."),
        (np.array([True]), np.array([True]), "Exactly the same."),
        (..., np.arange(4.0), "Nothing yet"),
        (np.arange(4.0), ..., "Nothing yet"),
        ("text", np.arange(4.0), "it should return numbers"),
        ([0, 1], [np.inf, 1], "Not the same."),
        ([np.inf, 1], [np.inf, 1 + 1e-7], "The same: the largest difference is 1e-07"),
        (1.0, None, "There is nothing to compare with"),
    ],
)
def test_agreement_is_told_in_one_sentence(mine, theirs, told):
    """With the largest difference, or with what differs."""
    assert told in repr(agreement(mine, theirs))
