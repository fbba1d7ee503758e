"""Cells that show the same in every submission: run once in the warm process, and taken over by its forks.

Such a cell is ours and hangs on nothing a student wrote: it plays a clip, draws a formula, moves a slider. Taken
over, it leaves the same outputs and defines the same names, at no cost.
"""

import ast
import re
from collections.abc import Container
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from course.check.names import bound, globals_read, parsed

REMEMBERS = frozenset({"begin", "check", "hint", "progress"})
"""What a notebook says to the course: it answers from what has happened so far."""
ANYTHING = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "get_ipython", "__import__"})
"""What can define a name without anybody reading it."""
HEAVY = frozenset({"keras", "tensorflow", "torch", "jax"})
"""Libraries so large that whoever does without them is not to be forked with them. At their first use they start
threads, which a fork does not have and would wait for."""
WAYS_TO_KERAS = ("course.networks", "course.probes")
"""What of ours imports it."""
CHANGES = (np.ndarray, np.random.Generator, list, dict, set)
"""What later cells may change in place."""


@dataclass(frozen=True)
class Names:
    """What is to be known of a cell."""

    needs: frozenset[str]
    """looked up before they are defined in it"""
    defines: frozenset[str]
    anything: bool
    """whether it may define whatever it likes"""


@lru_cache(4096)
def names_of(cell: str) -> Names:
    """Read a cell."""
    tree = parsed(cell)
    if tree is None or re.search(r"^\s*[%!]", cell, re.MULTILINE):
        return Names(frozenset(), frozenset(), True)
    needs: set[str] = set()
    defines: set[str] = set()
    for statement in tree.body:
        here = bound(statement) | _imported(statement)
        loops = isinstance(statement, ast.For | ast.While | ast.With | ast.If | ast.Try)
        needs |= set(globals_read(statement)) - defines - (here if loops else set())
        defines |= here
    return Names(frozenset(needs), frozenset(defines), bool(needs & ANYTHING) or "*" in defines)


def alike(cells: list[str], ours: list[bool], kept: Container[str]) -> list[bool]:
    """Which cells of a notebook show what they show in every submission.

    Parameters
    ----------
    cells : list of str
        The code.
    ours : list of bool
        Which of them are as they were released, and no place for an answer.
    kept : container of str
        Those that were run in the warm process.

    Returns
    -------
    alike : list of bool
    """
    found, theirs, anything = [], set(), False
    for cell, is_ours in zip(cells, ours, strict=True):
        names = names_of(cell)
        common = is_ours and cell in kept and not anything and not names.needs & (theirs | REMEMBERS)
        found.append(common)
        theirs = theirs - names.defines if common else theirs | names.defines
        anything = anything or (names.anything and not is_ours)
    return found


def starts_threads(cells: list[str]) -> list[bool]:
    """Which cells of a notebook may use one of the heavy libraries, more than to import it.

    Parameters
    ----------
    cells : list of str
        The code.

    Returns
    -------
    starts : list of bool
    """
    found, heavy = [], set()
    for cell in cells:
        tree, uses = parsed(cell), False
        for statement in tree.body if tree else ():
            if not heavy.isdisjoint(globals_read(statement)):
                uses = True
                heavy |= bound(statement)
            heavy |= _imported_heavy(statement).keys()
        found.append(uses)
    return found


def heavy_libraries(cell: str) -> frozenset[str]:
    """The heavy libraries that a cell imports, by themselves or by way of the course.

    Parameters
    ----------
    cell : str
        The code.

    Returns
    -------
    libraries : frozenset of str
    """
    tree = parsed(cell)
    return frozenset(library for each in (tree.body if tree else ()) for library in _imported_heavy(each).values())


def defined(cell: str, namespace: dict[str, Any]) -> dict[str, Any]:
    """What a cell that was run a moment ago has defined, safe from what later cells do to it."""
    values = {name: namespace[name] for name in names_of(cell).defines if name in namespace}
    return {name: deepcopy(value) if isinstance(value, CHANGES) else value for name, value in values.items()}


def _imported(statement: ast.stmt) -> set[str]:
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return set()
    return {each.asname or each.name.partition(".")[0] for each in statement.names}


def _imported_heavy(statement: ast.stmt) -> dict[str, str]:
    """The names of heavy libraries and of what comes from them, each with its library."""
    found: dict[str, str] = {}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        module = f"{statement.module}." if isinstance(statement, ast.ImportFrom) else ""
        for each in statement.names:
            if library := _heavy_library(module + each.name):
                found[each.asname or (each.name if module else each.name.partition(".")[0])] = library
    return found


def _heavy_library(path: str) -> str | None:
    """The heavy library that comes with a module, or with a name of a module."""
    if any(f"{path}.".startswith(f"{way}.") for way in WAYS_TO_KERAS):
        return "keras"
    root = path.partition(".")[0]
    return root if root in HEAVY else None
