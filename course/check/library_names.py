"""Notices when the text of an answer names what it was asked to build: also where the call itself is out of sight.

Only what the answer hangs on is read: the statement that defines it, those that define what it uses, and so on. So
comparing with a library's function, in whatever cell, is no fault.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from course.check.library_use import find
from course.check.names import bound, globals_read, parsed

COMPUTED = "a library's function by a name that is put together"
LOOK_UP = frozenset({"eval", "exec", "compile", "globals", "locals", "vars", "__import__"})
"""Built-in functions that find a name without anybody reading it."""
LOOK_UP_MODULES = frozenset({"importlib", "builtins", "ctypes", "inspect", "pkgutil", "runpy"})


def names_used(cells: list[str], answer: str, library_has: tuple[str, ...]) -> set[str]:
    """Which of some functions of libraries an answer hangs on, as far as its text shows.

    Parameters
    ----------
    cells : list of str
        The code of the notebook, in the order it was run.
    answer : str
        The name of the function that answers an exercise.
    library_has : tuple of str
        The full names, such as "librosa.stft".

    Returns
    -------
    used : set of str
        Some of `library_has`; and `COMPUTED`, if the answer hangs on something that can find any of them unread.
    """
    roots = {name.partition(".")[0] for name in library_has}
    read = [_read(cell) for cell in cells]
    aliases = {name: full for cell in read for name, full in cell.imported.items()}
    aliases |= {name: full for cell in read for name, full in cell.renamed.items() if full.partition(".")[0] in aliases}
    used = set()
    for statement in _what_it_hangs_on(read, answer) if library_has else ():
        if _looks_up(statement, aliases, roots):
            used.add(COMPUTED)
        for mentioned in _full_names(statement, aliases):
            if mentioned.partition(".")[0] in roots:
                used |= {name for name in library_has if _same(mentioned, name)}
    return used


@dataclass(frozen=True)
class _Cell:
    """What is to be known of one cell."""

    imported: dict[str, str] = field(default_factory=dict)
    """what names stand for by an import, anywhere in it"""
    renamed: dict[str, str] = field(default_factory=dict)
    """what names stand for by an assignment of nothing but another name"""
    defines: dict[str, ast.stmt] = field(default_factory=dict)
    """the newest statement of the top level that defines a name"""


@lru_cache(4096)
def _read(cell: str) -> _Cell:
    """Read a cell, without its magics; of one that is no Python there is nothing to know."""
    tree = parsed(cell)
    if tree is None:
        return _Cell()
    read = _Cell(defines={name: statement for statement in tree.body for name in bound(statement)})
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                read.imported[each.asname or first] = each.name if each.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module:
            read.imported.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
        elif isinstance(node, ast.Assign) and (full := _dotted(node.value)):
            read.renamed.update({each.id: full for each in node.targets if isinstance(each, ast.Name)})
    return read


def _what_it_hangs_on(cells: list[_Cell], answer: str) -> list[ast.stmt]:
    """The newest statements that define a name, then what those use, and so on."""
    defines = {name: statement for cell in cells for name, statement in cell.defines.items()}
    reached: dict[str, ast.stmt] = {}
    waiting = [answer]
    while waiting:
        name = waiting.pop()
        if name in defines and name not in reached:
            reached[name] = defines[name]
            waiting += globals_read(defines[name])
    return list(reached.values())


def _full_names(statement: ast.stmt, aliases: dict[str, str]) -> Iterator[str]:
    """Every dotted name in a statement, with what its beginning stands for."""
    for node in ast.walk(statement):
        dotted = _dotted(node)
        for _ in range(5):
            first, _, rest = dotted.partition(".")
            if aliases.get(first, first) == first:
                break
            dotted = f"{aliases[first]}.{rest}" if rest else aliases[first]
        if dotted:
            yield dotted


def _looks_up(statement: ast.stmt, aliases: dict[str, str], roots: set[str]) -> bool:
    """Whether a statement hands a watched library around as a whole, or uses what finds names unread."""
    named = {id(node.value) for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    named |= {id(node.args[0]) for node in ast.walk(statement) if isinstance(node, ast.Call) and _dotted(node)}
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and node.attr in ("__dict__", "__getattribute__", "__globals__", "modules"):
            return True
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        full = aliases.get(node.id, node.id)
        if node.id in LOOK_UP or full.partition(".")[0] in LOOK_UP_MODULES:
            return True
        # `np.cos` names what it takes; `getattr(np, name)` and `f(np)` could take anything
        is_module = node.id in aliases and full in sys.modules and full.partition(".")[0] in roots
        if is_module and id(node) not in named:
            return True
    return False


def _dotted(node: ast.AST) -> str:
    """The text of a name such as `scipy.signal.stft`, also as `getattr(scipy.signal, "stft")`; empty if it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value)):
        return f"{owner}.{node.attr}"
    if isinstance(node, ast.Call) and _dotted(node.func) == "getattr" and len(node.args) >= 2:
        owner, name = _dotted(node.args[0]), node.args[1]
        if owner and isinstance(name, ast.Constant) and isinstance(name.value, str):
            return f"{owner}.{name.value}"
    return ""


@lru_cache(4096)
def _same(mentioned: str, name: str) -> bool:
    """Whether two full names lead to the same function, such as `librosa.core.stft` and `librosa.stft`."""
    if mentioned == name:
        return True
    try:
        return find(mentioned) is find(name)
    except LookupError:
        return False
