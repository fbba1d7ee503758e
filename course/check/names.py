"""Which names a piece of a notebook defines, and which it looks up."""

import ast
import re
import symtable
import warnings
from functools import lru_cache


def parsed(cell: str) -> ast.Module | None:
    """A cell's code without its magics; None if it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", cell, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bound(statement: ast.stmt) -> set[str]:
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


@lru_cache(4096)
def globals_read(statement: ast.stmt) -> list[str]:
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
