"""Questions that ask for a function: it is checked like an exercise of its lesson."""

import ast
import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import librosa
import numpy as np
import scipy

from course.check.attempt import describe_error
from course.check.bank import load_bank
from course.check.examine import examine
from course.check.verdict import Verdict
from course.exam.question import Question

AT_HAND = {"np": np, "numpy": np, "scipy": scipy, "librosa": librosa}
"""What a source need not import."""
LONGEST = 20
"""Seconds that a source may run."""


def examined(question: Question, source: str) -> Verdict | str:
    """Run a source and check the function in it.

    Parameters
    ----------
    question : Question
        Of the kind "write code"; its exercise says what the function is called and what it must do.
    source : str

    Returns
    -------
    verdict : Verdict or str
        A sentence where there is nothing to check.
    """
    try:
        with _at_most(LONGEST):
            return _examined(question, source)
    except KeyboardInterrupt:
        return f"Your code was stopped; it may run for {LONGEST} seconds. Does its loop ever end?"


def _examined(question: Question, source: str) -> Verdict | str:
    bank = load_bank(question.lesson)
    namespace = {"__name__": "answer", **AT_HAND}
    try:
        exec(compile(source, "<your answer>", "exec"), namespace)
    except SyntaxError as error:
        return _wrong_syntax(error)
    except (Exception, SystemExit) as error:
        return describe_error(error, lambda: None)
    function = namespace.get(question.exercise)
    if not callable(function):
        return _no_function(question)
    return examine(bank, bank.exercises[question.exercise], function, [source])


def unreadable(question: Question, source: str) -> str:
    """What is to be mended in a source before it can be run; empty if nothing is.

    Parameters
    ----------
    question : Question
        Of the kind "write code".
    source : str
    """
    try:
        compile(source, "<your answer>", "exec")
        nodes = [*ast.walk(ast.parse(source))]
    except SyntaxError as error:
        return _wrong_syntax(error)
    except (ValueError, MemoryError, RecursionError) as error:
        return f"Python can't read it: {error}. Mend it, and hand it in again."
    # a function, a name that something is assigned to, or one that is imported
    names = {getattr(node, kind, None) for node in nodes for kind in ("name", "id", "asname")}
    return "" if question.exercise in names else _no_function(question)


def _wrong_syntax(error: SyntaxError) -> str:
    return f"Python can't read line {error.lineno}: {error.msg}. Mend it, and hand it in again."


def _no_function(question: Question) -> str:
    return f"There is no function `{question.exercise}` in it. Begin with `def {question.exercise}(…):`."


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupt what runs longer, in whichever thread: a notebook's own interrupt reaches the main thread only."""
    thread, interrupt = ctypes.c_ulong(threading.get_ident()), ctypes.py_object(KeyboardInterrupt)
    timer = threading.Timer(seconds, ctypes.pythonapi.PyThreadState_SetAsyncExc, (thread, interrupt))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
