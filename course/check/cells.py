"""What a student has written in the notebook's cells, as far as IPython remembers it."""

import ast
import hashlib
import inspect
import io
import re
import tokenize
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from IPython import get_ipython

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def broken_newest_cell(name: str) -> str | None:
    """The syntax error of the newest cell that was to define a function; None if that cell ran.

    A cell with a syntax error leaves the older function in place: without a look at the cell, the check would praise
    an answer that is no longer there.

    Parameters
    ----------
    name : str
        The function's name.

    Returns
    -------
    error : str or None
        What Python says, with the line.
    """
    shell: Any = get_ipython()
    history = getattr(shell, "user_ns", {}).get("In", [])
    newest = next((cell for cell in reversed(history) if re.search(rf"^def {name}\b", cell, re.MULTILINE)), None)
    if newest is None:
        return None
    try:
        compile(shell.transform_cell(newest), "<cell>", "exec")
    except SyntaxError as error:
        return f"{error.msg}, in line {error.lineno}"
    return None


def digest_of(function: Callable) -> str | None:
    """A fingerprint of a function's code, comments and layout apart; None if its source is not known."""
    try:
        return digest_of_source(inspect.getsource(function))
    except (OSError, TypeError, SyntaxError):
        return None


def digest_of_source(source: str) -> str:
    """The same fingerprint of the first function in a cell's source; it does not depend on Python's version."""
    source = dedent(source)
    definition = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    tokens = tokenize.generate_tokens(io.StringIO(ast.get_source_segment(source, definition)).readline)
    words = [token.string for token in tokens if token.type not in LAYOUT]
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
