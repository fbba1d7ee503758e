"""Calls a student's function on a case, and says in plain words what went wrong if it raises."""

import ast
import builtins
import dis
import linecache
import types
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import numpy as np

from course.check.case import Case, Unfit
from course.check.cells import source_of
from course.numbers import with_article

LONGEST = 200
"""How many characters of an exception's text are shown."""


@dataclass(frozen=True)
class Attempt:
    """What came of one call."""

    result: Any = None
    problem: str = ""
    """why there is no usable result; empty if there is one"""
    kind: str = ""
    """the same in a word or two, without a number: all that may be said of a hidden test"""
    met_stub: bool = False
    """whether a `...` was returned, or stood in the way"""


class Interrupted(KeyboardInterrupt):
    """Somebody lost patience with a student's function; the message says with which, and where it was."""


def attempt(function: Callable, case: Case) -> Attempt:
    """Call `function` on copies of the arguments of `case`; whatever it raises is put into words.

    Parameters
    ----------
    function : callable
        A student's function.
    case : Case

    Returns
    -------
    attempt : Attempt
        The result, or why there is none.

    Raises
    ------
    Interrupted
        If the call is interrupted from outside.
    """
    given = case.copy()
    try:
        result = given.call(function)
    except KeyboardInterrupt as error:
        line = _as_quoted(_students_line(error, function))
        where = f" in the line `{line}`" if line else ""
        raise Interrupted(f"You stopped `{_name_of(function)}`{where}. Does its loop ever end?") from None
    except Unfit as unfit:
        return Attempt(problem=str(unfit), kind="it is not what is asked for")
    except (Exception, SystemExit) as error:
        kind = f"your code stops with {_builtin_name(error)}"
        return Attempt(problem=describe_error(error, function), kind=kind, met_stub="llipsis" in _text_of(error))
    if (name := _changed_argument(function, case, given)) is not None:
        problem = f"Your function changes its argument `{name}` in place. Work on a copy: `{name}.copy()`."
        return Attempt(result, problem, "an argument is changed in place")
    return Attempt(result, met_stub=result is ...)


def describe_error(error: BaseException, function: Callable) -> str:
    """One or two sentences on an exception, with the student's own line."""
    said = _as_quoted((_text_of(error).splitlines() or [""])[0]).rstrip(".")
    said = f"{said[:LONGEST]} …" if len(said) > LONGEST else said
    text = f"Your code stops with {with_article(type(error).__name__)}{': ' + said if said else ''}."
    if "bitwise_xor" in said or "^" in said:
        text += " (In Python a power is `x**2`, not `x^2`.)"
    if "list indices must be integers" in said:
        text += " (A list can't do that; an array can: `np.array(…)`.)"
    line = _as_quoted(_students_line(error, function))
    return f"{text} It happens in the line `{line}`." if line else text


def open_steps(function: Callable) -> set[str]:
    """The names to which a function assigns `...`, and nothing after that."""
    try:
        tree = ast.parse(dedent(source_of(function) or ""))
    except SyntaxError:
        return set()
    assignments = sorted(
        (node for node in ast.walk(tree) if isinstance(node, ast.Assign)), key=lambda node: node.lineno
    )
    last = {ast.unparse(target).strip("()"): node.value for node in assignments for target in node.targets}
    return {name for name, value in last.items() if isinstance(value, ast.Constant) and value.value is ...}


def called_names(function: Callable) -> set[str]:
    """The global names that a function uses, those of functions and comprehensions inside it included."""
    names, codes = set(), [getattr(function, "__code__", None)]
    while codes:
        if (code := codes.pop()) is not None:
            names |= {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
            codes += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return names


def _name_of(function: Callable) -> str:
    return getattr(function, "__name__", "your function")


def _builtin_name(error: BaseException) -> str:
    """The kind of an exception, unless it is of the student's own making: its name could carry what it was given."""
    kind = type(error)
    return with_article(kind.__name__) if getattr(builtins, kind.__name__, None) is kind else "an exception of its own"


def _text_of(error: BaseException) -> str:
    """What an exception says; nothing if it can't even say that."""
    try:
        return "" if isinstance(error, SystemExit) else str(error)
    except Exception:  # a student's class may do anything
        return ""


def _as_quoted(text: str) -> str:
    """Text of a student's that is to stand in a sentence, where backticks mean code."""
    return text.replace("`", "ˋ")


def _students_line(error: BaseException, function: Callable) -> str:
    """The deepest line of the traceback that was written in the student's notebook."""
    namespace = getattr(function, "__globals__", None)
    line, traceback = "", error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_globals is namespace:
            line = linecache.getline(frame.f_code.co_filename, traceback.tb_lineno).strip() or line
        traceback = traceback.tb_next
    return line


def _changed_argument(function: Callable, case: Case, given: Case) -> str | None:
    """The name of an array that the call has changed, if there is one."""
    before = case.by_name(function)
    for name, value in given.by_name(function).items():
        if isinstance(value, np.ndarray) and not np.array_equal(value, before[name], equal_nan=True):
            return name
    return None
