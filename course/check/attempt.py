"""Calls a student's function on a case, and says in plain words what went wrong if it raises."""

import ast
import inspect
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import numpy as np

from course.check.case import Case


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


def attempt(function: Callable, case: Case) -> Attempt:
    """Call `function` on copies of the arguments of `case`; whatever it raises is put into words."""
    given = case.copy()
    try:
        result = given.call(function)
    except (Exception, SystemExit) as error:
        kind = f"your code stops with {_article(type(error).__name__)}"
        return Attempt(problem=describe_error(error, function), kind=kind, met_stub="llipsis" in str(error))
    if (name := _changed_argument(function, case, given)) is not None:
        problem = f"Your function changes its argument `{name}` in place. Work on a copy: `{name}.copy()`."
        return Attempt(result, problem, "an argument is changed in place")
    return Attempt(result, met_stub=result is ...)


def describe_error(error: BaseException, function: Callable) -> str:
    """One or two sentences on an exception, with the student's own line."""
    said = str(error).splitlines()[0] if str(error) else ""
    text = f"Your code stops with {_article(type(error).__name__)}{': ' + said if said else ''}."
    line = _students_line(error, function)
    return f"{text} It happens in the line `{line}`." if line else text


def open_steps(function: Callable) -> set[str]:
    """The names to which a function still assigns `...`."""
    try:
        tree = ast.parse(dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return set()
    return {
        ast.unparse(target).strip("()")
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is ...
        for target in node.targets
    }


def called_names(function: Callable) -> set[str]:
    """The global names that a function uses."""
    code = getattr(function, "__code__", None)
    return set(code.co_names) if code else set()


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} `{kind}`"


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
