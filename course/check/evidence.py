"""What the relations between expected and actual values stand on: agreement, evidence, and fits of their parameters."""

from numbers import Real

import numpy as np

TOLERANCE = 1e-5
"""Largest difference that counts as equal, relative to the peak: wide enough for float32, too narrow for float16."""
CLEAR = 1e-3
"""A share of the peak that is well above the tolerance, so that it counts as evidence."""
MOST_SHIFTS_TRIED = 32
"""What more shifts than this nearly explain (silence, say), none of them explains."""

BUILT_IN = (
    *((number, "") for number in (2, 10, 20, 1000)),
    (2**0.5, "the square root of 2"),
    (np.pi, "pi"),
    (2 * np.pi, "2 pi"),
)
FORMS = (
    ("half of {}, the sum of a Hann window of that length", lambda value: value / 2),
    ("the square of {}", lambda value: value**2),
    ("the square root of {}", lambda value: value**0.5),
)


def peak(values):
    """Largest magnitude."""
    return float(np.max(np.abs(values)))


def agrees(actual, target, scale=None, share=TOLERANCE):
    """Are the values equal within a share of the target's peak, or of a given scale?"""
    if actual.shape != target.shape or not np.all(np.isfinite(target)):
        return False
    scale = peak(target) if scale is None else scale
    return scale > 0 and peak(actual - target) <= share * scale


def nearly_equal(value, target):
    """Are two numbers equal within the tolerance?"""
    return abs(value - target) <= TOLERANCE * abs(target)


def is_real(number):
    """Is the imaginary part of a number nothing but rounding and noise?"""
    return abs(np.imag(number)) <= TOLERANCE * abs(number)


def varies(values, scale):
    """Do the values differ among themselves by more than noise of this scale?"""
    return values.size > 1 and peak(values - np.mean(values)) > CLEAR * scale


def rich(values):
    """Are there enough different values for a free parameter not to fit them by chance?"""
    scale = peak(values)
    return values.size >= 4 and varies(values, scale) and np.sum(np.abs(values) > CLEAR * scale) > 1


def fitted_factor(expected, actual):
    """Least-squares c of ``actual = c * expected``; None if it does not fit."""
    if actual.shape != expected.shape:
        return None
    # scaled first, for squares of very small or large values leave the range of numbers
    scale = peak(expected)
    unit = expected / scale
    factor = np.vdot(unit, actual) / np.vdot(unit, unit).real / scale
    return factor if agrees(actual, factor * expected) else None


def named_numbers(shape, constants):
    """List the numbers that have a name, as (value, what it is), the likeliest first."""
    usable = {name: value for name, value in constants.items() if isinstance(value, Real) and 1e-30 < value < 1e30}
    own = [(float(value), f"`{name}`") for name, value in usable.items()]
    lengths = [(length, f"the length of axis {axis}") for axis, length in enumerate(shape)]
    derived = [(derive(value), form.format(name)) for form, derive in FORMS for value, name in own]
    return [(value, name) for value, name in (*own, *BUILT_IN, *lengths, *derived) if not nearly_equal(value, 1)]


def limits(free, limited, scale):
    """Give (lowest, highest) if `limited` is `free` clipped to them, within noise of a scale, and enough is not."""
    if free.shape != limited.shape or np.iscomplexobj(free) or np.iscomplexobj(limited):
        return None
    low, high = limited.min(), limited.max()
    if not agrees(limited, np.clip(free, low, high), scale):
        return None
    margin = TOLERANCE * scale
    untouched = free[np.abs(free - limited) <= margin]
    distinct = len(np.unique(np.round(untouched / margin)))
    return (low, high) if untouched.size >= 0.2 * free.size and distinct >= 8 else None


def beyond(free, low, high, scale):
    """Say which of the limits the free values pass, by more than noise of a scale."""
    margin = TOLERANCE * scale
    below = [f"below {low:.4g}"] if free.min() < low - margin else []
    above = [f"above {high:.4g}"] if free.max() > high + margin else []
    return " or ".join(below + above)


def shift_between(expected, actual):
    """Places along the first axis by which all values are moved, at most a quarter of its length; 0 if they are not."""
    scale = peak(expected)
    shifts = likely_shifts(expected, actual).tolist()
    return next((shift for shift in shifts if explains(expected, actual, shift, scale)), 0)


def likely_shifts(expected, actual):
    """Shifts, the nearest first, that agree at a few places in the middle, from where none leaves the array."""
    reach = len(expected) // 4
    shifts = np.outer(np.arange(1, reach + 1), (1, -1)).ravel()
    if reach == 0:
        return shifts
    lines = expected[0].size
    magnitudes = np.abs(expected).reshape(-1, lines).max(axis=1)
    loudest = reach + np.argmax(magnitudes[reach:-reach])
    # one after another, so that almost every shift is dropped at the first place
    for place in (loudest, *np.linspace(reach, len(expected) - reach - 1, 16).astype(int)):
        distances = np.abs(actual[place + shifts] - expected[place])
        shifts = shifts[distances.reshape(len(shifts), lines).max(axis=1) <= TOLERANCE * peak(expected)]
    return shifts[:MOST_SHIFTS_TRIED]


def explains(expected, actual, shift, scale):
    """Does the overlap of the two agree after the shift, and not without it?"""
    source, moved, unmoved = overlap(expected, -shift), overlap(actual, shift), overlap(expected, shift)
    return varies(source, scale) and agrees(moved, source, scale) and not agrees(moved, unmoved, scale)


def overlap(values, shift):
    """Rows that are left when `shift` of them are dropped at the start, or (shift < 0) at the end."""
    return values[shift:] if shift > 0 else values[:shift]


def surplus(longer, shorter):
    """Find (axis, place, count): the few values that the longer array has more, at an end or half at each."""
    if longer.ndim != shorter.ndim:
        return None
    differing = [axis for axis in range(longer.ndim) if longer.shape[axis] != shorter.shape[axis]]
    if len(differing) != 1:
        return None
    axis = differing[0]
    count = longer.shape[axis] - shorter.shape[axis]
    if not 0 < count <= max(2, longer.shape[axis] // 10) or not varies(shorter, peak(longer)):
        return None
    starts = {"last": 0, "first": count} | ({} if count % 2 else {"first and last": count // 2})
    for place, start in starts.items():
        common = np.moveaxis(longer, axis, 0)[start : start + shorter.shape[axis]]
        if agrees(np.moveaxis(shorter, axis, 0), common, peak(longer)):
            return axis, place, count if place != "first and last" else count // 2
    return None
