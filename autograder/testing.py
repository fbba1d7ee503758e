"""What the hidden tests of a lesson (`checks.py`) are written with."""

from typing import Any

from course.check.compare import find_difference


class WrongAnswer(AssertionError):
    """An answer differs from the expected one; the text is for the student, without inputs or values."""


def assert_close(actual: Any, expected: Any) -> None:
    """Fail unless a result equals the expected one up to rounding (float32 is fine, float16 is not).

    Parameters
    ----------
    actual : object
        What the student's function returned.
    expected : array_like
        What the reference returned.

    Raises
    ------
    WrongAnswer
        With the kind of the difference: no number, so nothing of the hidden inputs.
    """
    difference = find_difference(expected, actual)
    if difference is not None:
        raise WrongAnswer(f"Not what is expected: {difference.kind}.")
