"""What stands in a notebook's cells: fingerprints of functions."""

import pytest

from course.check.cells import digest_of, digest_of_source, newest_cell_failed

SOURCE = "def f(x):\n    # a step\n    y = np.max(x)\n    return y\n"


@pytest.mark.parametrize(
    "same",
    [
        "import numpy\n\n\ndef f(x):\n    y = np.max( x )  # a note\n\n    return y\nprint(f)\n",
        "    def f(x):\n        y = np.max(x)\n        return y\n",
    ],
)
def test_a_fingerprint_leaves_out_layout_and_comments(same):
    """And whatever else stands in the cell."""
    assert digest_of_source(same) == digest_of_source(SOURCE)


@pytest.mark.parametrize("change", [("np.max", "np.min"), ("(x)", "(x, n)"), ("return y", "return -y")])
def test_a_fingerprint_notices_a_change(change):
    """Of a name, of the signature, of a sign."""
    assert digest_of_source(SOURCE.replace(*change)) != digest_of_source(SOURCE)


def test_a_function_has_the_fingerprint_of_its_source():
    """This file holds both."""

    def f(x):
        y = max(x)
        return y

    assert digest_of(f) == digest_of_source("def f(x):\n    y = max(x)\n    return y\n")
    assert digest_of(max) is None


def test_outside_a_notebook_no_cell_is_broken():
    """A plain Python process has no cells."""
    assert newest_cell_failed("hann", max) is None
