"""Notices when the text of an answer names what it was asked to build: also where the call itself is out of sight.

Only what the answer hangs on is read: the statement that defines it, those that define what it uses, and so on. So
comparing with a library's function, in whatever cell, is no fault.
"""

import ast
import re
import symtable
import warnings
from collections.abc import Iterator
from functools import cache

from course.check.library_use import find


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
        Some of `library_has`.
    """
    roots = {name.partition(".")[0] for name in library_has}
    trees = [tree for tree in map(_parsed, cells) if tree is not None]
    aliases = _aliases(trees)
    used = set()
    for statement in _what_it_hangs_on(trees, answer):
        for mentioned in _full_names(statement, aliases):
            if mentioned.partition(".")[0] in roots:
                used |= {name for name in library_has if _same(mentioned, name)}
    return used


def _parsed(cell: str) -> ast.Module | None:
    """The cell without its magics; None if it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", cell, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _aliases(trees: list[ast.Module]) -> dict[str, str]:
    """What imports, and assignments of nothing but a name, let names stand for."""
    aliases: dict[str, str] = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            for each in node.names:
                aliases[each.asname or each.name.partition(".")[0]] = (
                    each.name if each.asname else each.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            aliases |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            dotted = _dotted(node.value)
            if dotted and dotted.partition(".")[0] in aliases and dotted != node.targets[0].id:
                aliases[node.targets[0].id] = dotted
    return aliases


def _what_it_hangs_on(trees: list[ast.Module], answer: str) -> list[ast.stmt]:
    """The newest statements that define a name, then what those use, and so on."""
    defines = {name: statement for tree in trees for statement in tree.body for name in _bound(statement)}
    reached: dict[str, ast.stmt] = {}
    waiting = [answer]
    while waiting:
        name = waiting.pop()
        if name in defines and name not in reached:
            reached[name] = defines[name]
            waiting += _globals_read(defines[name])
    return list(reached.values())


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement of the top level defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return set()
    stores = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    # `table[n] = …` and `table.append(…)` fill what `table` names
    fills = {
        node.value.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Name)
        if isinstance(node.ctx, ast.Store)
    }
    return stores | fills


def _globals_read(statement: ast.stmt) -> list[str]:
    """The names that a statement looks up at the top level, inside the functions that it defines too."""
    try:
        tables = [symtable.symtable(ast.unparse(statement), "<cell>", "exec")]
    except (SyntaxError, ValueError, RecursionError):
        return []
    names = []
    while tables:
        table = tables.pop()
        top = table.get_type() == "module"
        names += [each.get_name() for each in table.get_symbols() if each.is_referenced() and (top or each.is_global())]
        tables += table.get_children()
    return names


def _full_names(statement: ast.stmt, aliases: dict[str, str]) -> Iterator[str]:
    """Every dotted name in a statement, with what its beginning stands for."""
    for node in ast.walk(statement):
        dotted = _dotted(node)
        for _ in range(5):
            first, _, rest = dotted.partition(".")
            if first not in aliases or aliases[first] == first:
                break
            dotted = f"{aliases[first]}.{rest}" if rest else aliases[first]
        if dotted:
            yield dotted


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


@cache
def _same(mentioned: str, name: str) -> bool:
    """Whether two full names lead to the same function, such as `librosa.core.stft` and `librosa.stft`."""
    if mentioned == name:
        return True
    try:
        return find(mentioned) is find(name)
    except LookupError:
        return False
