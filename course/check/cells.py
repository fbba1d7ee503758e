"""What a student has written in the notebook's cells, as far as IPython remembers it."""

import ast
import hashlib
import inspect
import io
import re
import tokenize
import warnings
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from IPython import get_ipython

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def cells_run() -> list[str]:
    """The cells of this notebook in the order in which they were run; none outside of IPython."""
    return list(getattr(get_ipython(), "user_ns", {}).get("In", []))


def newest_cell_failed(name: str, function: Any) -> str | None:
    """Why the newest cell that was to define a function has not done so; None if it has.

    A cell with an error leaves the older function in place: without a look at the cell, the check would praise
    an answer that is no longer there.

    Parameters
    ----------
    name : str
        The function's name.
    function : object
        What the name holds now.

    Returns
    -------
    reason : str or None
        What Python says of the cell, or that it stopped before the definition.
    """
    history = cells_run()
    defines = re.compile(rf"^(def {name}\b|{name}\s*=[^=])", re.MULTILINE)
    newest = next((cell for cell in reversed(history) if defines.search(cell)), None)
    if newest is None:
        return None
    by_def = re.search(rf"^def {name}\b", newest, re.MULTILINE)
    code = get_ipython().transform_cell(newest)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return f"Python can't read it, {error.msg}, in line {error.lineno}"
    source = source_of(function)
    # what `name = …` holds may well have been written elsewhere
    if by_def and source is not None and source not in code:
        return "it stopped with an error before the definition"
    return None


def digest_of(function: Callable) -> str | None:
    """A fingerprint of a function's code, comments and layout apart; None if its source is not known."""
    source = source_of(function)
    try:
        return None if source is None else digest_of_source(source)
    except SyntaxError:
        return ""


def digest_of_source(source: str) -> str:
    """The same fingerprint of the first function in a cell's source; empty if it defines none."""
    source = dedent(source)
    definition = next((node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)), None)
    if definition is None:
        return ""
    tokens = tokenize.generate_tokens(io.StringIO(ast.get_source_segment(source, definition)).readline)
    # without any space: before Python 3.12 an f-string is one token, since then it is many
    text = "".join("".join(token.string for token in tokens if token.type not in LAYOUT).split())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source_of(function: Any) -> str | None:
    """The source of a function as its cell holds it; None if it is not known."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return None
