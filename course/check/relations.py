"""The relations by which a wrong answer can follow from the right one, in the order in which they are tried.

Each is a pure function ``(expected, actual, constants) -> says | None`` of two finite float64 or complex128 arrays;
a new one is one more function, and one more line in `RELATIONS` at the end. What is simpler, or assumes less, stands
first. A relation with a free parameter (any factor, any offset) can hold by chance between few values, so it is
claimed only of `rich` ones; a relation without may be claimed of a single number.
"""

import numpy as np

from course.check.evidence import (
    agrees,
    beyond,
    fitted_factor,
    is_real,
    limits,
    named_numbers,
    nearly_equal,
    peak,
    rich,
    shift_between,
    surplus,
    varies,
)

NATURAL_BY_TEN_BASED = tuple(np.log(10) / scale for scale in (1, 10, 20))
"""What a natural logarithm is times a ten-based one, or times one in decibels of power or magnitude."""


def opposite_sign(expected, actual, constants):
    """The values are the expected ones times -1."""
    if not agrees(actual, -expected):
        return None
    return "Your values have the opposite sign: a minus is missing, or there is one too many."


def natural_logarithm(expected, actual, constants):
    """The values come from a natural logarithm where a ten-based one was expected."""
    factor = fitted_factor(expected, actual)
    if factor is None or not any(nearly_equal(factor, ratio) for ratio in NATURAL_BY_TEN_BASED):
        return None
    return (
        f"Your values are the expected ones times {factor.real:.4g}: a natural logarithm in place of a ten-based one."
    )


def ten_based_logarithm(expected, actual, constants):
    """The values come from a ten-based logarithm where a natural one was expected."""
    if natural_logarithm(actual, expected, constants) is None:
        return None
    return "Your values come from a ten-based logarithm (or are in decibels) in place of a natural one."


def named_factor(expected, actual, constants):
    """The values are the expected ones times, or divided by, a number that has a name."""
    factor = fitted_factor(expected, actual)
    if factor is None or not is_real(factor):
        return None
    for value, name in named_numbers(expected.shape, constants):
        if nearly_equal(abs(factor), value) or nearly_equal(abs(factor), 1 / value):
            operation = "times" if nearly_equal(abs(factor), value) else "divided by"
            which = f", which is {name}" if name else ""
            sign = "" if factor.real > 0 else ", with the opposite sign"
            words = f"Your values are the expected ones {operation} {value:.6g}{which}{sign}"
            return f"{words}: a factor is missing or applied twice.{remark(expected, actual, value)}"
    return None


def remark(expected, actual, factor):
    """Say what else a factor may mean: another decibel formula, or a peak that is now one."""
    if factor == 2 and np.isrealobj(expected) and expected.min() < -10:
        return " In decibels, that is 20 log10 in place of 10 log10, or the reverse."
    return (
        " Your largest magnitude is now 1: did you normalise?" if rich(actual) and nearly_equal(peak(actual), 1) else ""
    )


def normalised(expected, actual, constants):
    """The values are the expected ones divided by their maximum, sum or norm."""
    factor = fitted_factor(expected, actual) if rich(expected) else None
    if factor is None:
        return None
    divisors = {
        "largest magnitude": peak(expected),
        "sum": np.sum(expected),
        "norm (the root of the sum of their squares)": np.linalg.norm(expected),
    }
    name = next((name for name, divisor in divisors.items() if nearly_equal(factor * divisor, 1)), None)
    return name and f"Your values are the expected ones divided by their {name}: no normalisation is asked for here."


def constant_factor(expected, actual, constants):
    """The values are the expected ones times some real number."""
    factor = fitted_factor(expected, actual) if rich(expected) else None
    if factor is None or not is_real(factor):
        return None
    return f"Your values are the expected ones times {factor.real:.4g}: only their scale is wrong."


def constant_phase(expected, actual, constants):
    """The values are the expected ones times a complex number of magnitude one."""
    factor = fitted_factor(expected, actual)
    if factor is None or is_real(factor) or not nearly_equal(abs(factor), 1):
        return None
    quarter = is_real(factor * 1j)
    if not quarter and not rich(expected):
        return None
    times = f" times {'1j' if factor.imag > 0 else '-1j'}" if quarter else ""
    turned = f"turned in phase by {np.degrees(np.angle(factor)):.4g} degrees"
    return f"Your values are the expected ones{times}, {turned}: the magnitudes are right."


def conjugated(expected, actual, constants):
    """The values are the complex conjugates of the expected ones."""
    if not agrees(actual, np.conj(expected)):
        return None
    return "Your result is the complex conjugate of the expected one: a sign in the exponent is flipped."


def magnitude(expected, actual, constants):
    """The values are the magnitudes of the expected ones."""
    if not agrees(actual, np.abs(expected)):
        return None
    lost = "phase" if np.iscomplexobj(expected) else "sign"
    return f"Your values are the magnitudes of the expected ones: their {lost} is lost."


def magnitude_missing(expected, actual, constants):
    """The expected values are the magnitudes of the student's."""
    return (
        "Take the magnitudes of your values: they are what is expected." if agrees(np.abs(actual), expected) else None
    )


def real_part(expected, actual, constants):
    """The values are the real parts of the expected ones."""
    if not agrees(actual, np.real(expected)):
        return None
    return "Your values are the real parts of the expected complex ones: the imaginary parts are lost."


def offset(expected, actual, constants):
    """The values are the expected ones plus some number."""
    if actual.shape != expected.shape or not rich(expected):
        return None
    added = np.mean(actual - expected)
    # beside a large offset anything agrees: the expected values must still be seen to vary
    if not varies(expected, peak(expected + added)) or not agrees(actual, expected + added):
        return None
    number = added.real if is_real(added) else added
    return f"Your values are the expected ones plus {number:.4g}. In decibels, that is another reference."


def squared(expected, actual, constants):
    """The values are the expected ones squared, or their squared magnitudes."""
    if agrees(actual, np.abs(expected) ** 2):
        return "Your values are the squared magnitudes of the expected ones, as power is of magnitude."
    return "Your values are the squares of the expected ones." if agrees(actual, expected**2) else None


def square_root(expected, actual, constants):
    """The values are the square roots of the expected magnitudes."""
    if not agrees(actual, np.sqrt(np.abs(expected))):
        return None
    return "Your values are the square roots of the expected ones, as magnitude is of power."


def decibels(expected, actual, constants):
    """The values are in decibels where linear ones were expected."""
    # relative to itself a single number is 0 dB, whatever it is
    references = {"": 1.0, " relative to the largest": peak(expected)} if rich(expected) else {"": 1.0}
    for scale in (10, 20):
        for words, reference in references.items():
            level = scale * np.log10(np.abs(expected) / reference)
            # a floor under the decibels (amin, top_db) is a lower limit
            if agrees(actual, level) or limits(level, actual, peak(actual)):
                return f"Your values are in decibels ({scale} log10){words}; linear ones are expected."
    return None


def linear(expected, actual, constants):
    """The values are linear where decibels were expected."""
    for scale in (10, 20):
        if np.isrealobj(expected) and agrees(actual, 10 ** (expected / scale)):
            return f"Your values are linear; decibels are expected, that is {scale} log10 of yours."
    return None


def clipped(expected, actual, constants):
    """The values are the expected ones, cut at a lowest or a highest value."""
    found = limits(expected, actual, peak(actual))
    if found is None:
        return None
    return (
        f"Your values are clipped: right, except where the expected ones go {beyond(expected, *found, peak(actual))}."
    )


def clipping_missing(expected, actual, constants):
    """The expected values are the student's, cut at a lowest or a highest value."""
    found = limits(actual, expected, peak(actual))
    if found is None:
        return None
    reach = beyond(actual, *found, peak(actual))
    return f"Your values are right, except that none should go {reach}. Which step is to set that limit?"


def transposed(expected, actual, constants):
    """Rows and columns are exchanged."""
    if expected.ndim != 2 or not agrees(actual, expected.T):
        return None
    return "Your result is transposed: its rows are the expected columns."


def reversed_order(expected, actual, constants):
    """The values come in reverse order along an axis."""
    for axis in range(expected.ndim):
        if agrees(actual, np.flip(expected, axis)):
            return f"Your {things(expected, axis)} come in reverse order."
    return None


def shifted(expected, actual, constants):
    """The values are moved along an axis, whatever comes in where they left."""
    for axis in range(expected.ndim if actual.shape == expected.shape else 0):
        shift = shift_between(np.moveaxis(expected, axis, 0), np.moveaxis(actual, axis, 0))
        if shift:
            places = f"{abs(shift)} place{'s' * (abs(shift) > 1)} too {'late' if shift > 0 else 'early'}"
            wraps = agrees(actual, np.roll(expected, shift, axis))
            tail = ", and what leaves at one end comes back at the other" if wraps else ""
            return f"Your {things(expected, axis)} are right, but stand {places}{tail}."
    return None


def cut_short(expected, actual, constants):
    """A few of the first or last values along an axis are missing."""
    found = surplus(expected, actual)
    return found and f"Your result lacks {counted(expected, *found)}; the rest agrees."


def too_long(expected, actual, constants):
    """There are a few values too many at the start or the end of an axis."""
    found = surplus(actual, expected)
    return found and f"Your result should not have {counted(actual, *found)}; the rest agrees."


def two_sided(expected, actual, constants):
    """The values are those of a two-sided spectrum where the one-sided was expected."""
    if expected.ndim == 0 or actual.ndim != expected.ndim:
        return None
    bins, length = len(expected), len(actual)
    if bins < 3 or length // 2 + 1 != bins or not varies(expected, peak(expected)):
        return None
    if not agrees(actual[:bins], expected):
        return None
    return f"Your spectrum is two-sided: keep the first {bins} of its {length} bins, the others mirror them."


def counted(values, axis, place, count):
    """Name so many values at a place along an axis."""
    return f"the {place} {count} {things(values, axis)}" if count > 1 else f"the {place} {things(values, axis, '')}"


def things(values, axis, plural="s"):
    """Name what stands one after another along an axis."""
    return f"value{plural}" if values.ndim == 1 else f"{('row', 'column')[axis]}{plural} (axis {axis})"


RELATIONS = (
    ("opposite sign", opposite_sign),
    ("natural logarithm", natural_logarithm),
    ("ten-based logarithm", ten_based_logarithm),
    ("constant factor", named_factor),
    ("normalised", normalised),
    ("constant factor", constant_factor),
    ("constant phase", constant_phase),
    ("conjugated", conjugated),
    ("magnitude", magnitude),
    ("magnitude missing", magnitude_missing),
    ("real part", real_part),
    ("offset", offset),
    ("squared", squared),
    ("square root", square_root),
    ("decibels", decibels),
    ("linear", linear),
    ("transposed", transposed),
    ("reversed", reversed_order),
    ("shifted", shifted),
    ("cut short", cut_short),
    ("too long", too_long),
    ("two-sided", two_sided),
    ("clipped", clipped),
    ("clipping missing", clipping_missing),
)
