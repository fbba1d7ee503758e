"""How a student's function answers: plain data in, plain data out, without a sound, and watched."""

import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.sandbox.inside import wire
from course.check.attempt import attempt
from course.check.bank import Bank, BankExercise
from course.check.case import Case
from course.check.examine import examine
from course.check.library_use import watch
from course.check.verdict import Outcome, Verdict
from course.numbers import as_numbers

PLAIN = (bool, int, float, complex, str, type(None))


class NotData(Exception):
    """A result that is no plain data."""


def answer_call(
    function: Any, namespace: dict, call: Case, stand_ins: dict[str, Callable], library_has: tuple[str, ...]
) -> dict:
    """Call a student's function.

    Parameters
    ----------
    function : object
        What the exercise's name holds.
    namespace : dict
        Where it looks up other names.
    call : Case
        The arguments, plain data.
    stand_ins : dict of str to callable
        What stands in `namespace` during the call.
    library_has : tuple of str
        Functions of libraries that the exercise asks to build.

    Returns
    -------
    answer : dict
        `result`, plain data; or `problem`, what to say to the student, and `kind`, the same without any number. With
        `used`, the names of `library_has` that were called.

    Raises
    ------
    course.check.attempt.Interrupted
        If the call is interrupted from outside.
    """
    if not callable(function):
        return {"problem": "There is no such function: did its cell run?", "kind": "it is not defined", "used": []}
    answer: dict = {}
    with standing_in(namespace, stand_ins), silence(), watch(library_has) as used:
        attempted = attempt(function, call)
        if attempted.problem:
            answer = {"problem": attempted.problem, "kind": attempted.kind}
        else:
            try:
                answer = {"result": plain(attempted.result)}
            except (NotData, TypeError, ValueError, RecursionError, MemoryError):
                answer = {"problem": "Your function returns no numbers.", "kind": "not numbers"}
    return answer | {"used": sorted(used)}


def answer_diagnosis(function: Any, namespace: dict, bank: Bank, name: str, stand_ins: dict[str, Callable]) -> dict:
    """What a student's own check says of the function: `outcome`, `says`, `misconception`."""
    if callable(function):
        with standing_in(namespace, stand_ins), silence():
            verdict = examine(bank, bank.exercises[name], function)
    else:
        verdict = _not_defined(bank.exercises[name])
    return {
        "outcome": verdict.outcome.name,
        "says": list(verdict.says),
        "misconception": verdict.misconception,
    }


def _not_defined(exercise: BankExercise) -> Verdict:
    says = f"`{exercise.name}` is not defined here: its cell is gone, or did not run to its end."
    return Verdict(exercise.name, Outcome.NOT_YET, 0.0, exercise.points, (says,))


def plain(value: Any) -> Any:
    """Copy numbers, text, lists, dicts and arrays of numbers; refuse all else.

    Parameters
    ----------
    value : object
        What a student's function returned.

    Returns
    -------
    value : bool, int, float, complex, str, None, list, tuple, dict with text as keys, or ndarray
        Plain data, of exactly these types.

    Raises
    ------
    NotData
        If the value, or something in it, is no plain data.
    """
    if type(value) in PLAIN:
        return value
    if type(value) in (list, tuple):
        return type(value)(plain(each) for each in value)
    if type(value) is dict and all(type(key) is str for key in value):
        return {key: plain(each) for key, each in value.items()}
    array = as_numbers(value)
    if array is not None and array.ndim <= wire.MOST_AXES:
        return np.array(array, dtype=_common(array.dtype), subok=False)
    raise NotData


def _common(dtype: np.dtype) -> np.dtype:
    """The type of numbers that crosses: of this machine's byte order, in double precision at the most."""
    wide = {"g": "d", "G": "D"}.get(dtype.char, dtype.char)
    return np.dtype(wide)


@contextmanager
def standing_in(namespace: dict, functions: dict[str, Callable]) -> Iterator[None]:
    """Let names hold other functions for a while: references of exercises that the student has not got right."""
    before = {name: namespace[name] for name in functions if name in namespace}
    namespace.update(functions)
    try:
        yield
    finally:
        for name in functions.keys() - before.keys():
            namespace.pop(name, None)
        namespace.update(before)


@contextmanager
def silence() -> Iterator[None]:
    """Keep what a student's function prints, warns, logs, displays or draws to itself: it could tell hidden inputs."""
    from IPython.utils.capture import capture_output  # which whoever judges from outside need not wait for

    pyplot = sys.modules.get("matplotlib.pyplot")
    drawn = set(pyplot.get_fignums()) if pyplot else set()
    with warnings.catch_warnings(), capture_output():
        warnings.simplefilter("ignore")
        disabled = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(disabled)
            pyplot = sys.modules.get("matplotlib.pyplot")
            for number in set(pyplot.get_fignums()) - drawn if pyplot else ():
                pyplot.close(number)
