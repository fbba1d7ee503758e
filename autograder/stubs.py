"""What a student gets in place of a solution: each step keeps its name and its comment."""

import ast
import re
from textwrap import dedent

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.errors import PlainError

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
RELEASED_AS = "# released as:"
STUB = "...  # <YOUR CODE>"


class StubError(PlainError):
    """A solution that cannot be turned into stubs; the message shows the line and the way out."""


class StepwiseStubs(NbGraderPreprocessor):
    """An nbgrader preprocessor that takes the place of `ClearSolutions`."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, cell_index: int) -> tuple[NotebookNode, dict]:
        """Replace what stands between the solution marks; only in cells that nbgrader knows as solutions."""
        if BEGIN in cell.source and not utils.is_solution(cell):
            raise StubError(f'A cell with {BEGIN} is not marked `"solution": true`:\n{cell.source}')
        if cell.cell_type == "code" and utils.is_solution(cell):
            cell.source = stub(cell.source)
        return cell, resources


def stub(source: str) -> str:
    """Turn a solved cell into the one that is handed out.

    Between the solution marks each statement must assign a name. It keeps that name; its right-hand side becomes
    `...`, or what follows `# released as:` on the same line ("find the bug" hands out working code with a fault).
    Comments on lines of their own stay, for they say what the step is to compute.

    Parameters
    ----------
    source : str
        A code cell.

    Returns
    -------
    released : str
        The same cell without its solution.

    Raises
    ------
    StubError
        If the marks don't pair up, or a statement between them assigns no name.
    """
    return "".join(_stub_region(text) if index % 2 else text for index, text in enumerate(_split(source)))


def without_marks(source: str) -> str:
    """A solved cell as a student would write it."""
    kept = [line.partition(f"  {RELEASED_AS}")[0] for line in source.splitlines() if line.strip() not in (BEGIN, END)]
    return "\n".join(kept)


def step_names(source: str) -> tuple[str, ...]:
    """The names that a solution assigns, in their order."""
    names = {}
    for region in _split(source)[1::2]:
        lines = region.splitlines()
        names |= {_assigned_name(statement, lines): None for statement in ast.parse(dedent(region)).body}
    return tuple(names)


def _split(source: str) -> list[str]:
    """The source at its solution marks: outside, inside, outside, …; at least one solution."""
    parts = re.split(rf"^[ \t]*{BEGIN}[ \t]*\n(.*?)^[ \t]*{END}[ \t]*\n?", source, flags=re.DOTALL | re.MULTILINE)
    if len(parts) == 1 or any(mark in text for text in parts for mark in (BEGIN, END)):
        raise StubError(f"A solution cell needs pairs of {BEGIN} and {END}, each on its own line:\n{source}")
    return parts


def _stub_region(region: str) -> str:
    """The steps between two marks, each without its right-hand side."""
    lines = region.splitlines(keepends=True)
    statements = ast.parse(dedent(region)).body
    if len({statement.lineno for statement in statements}) < len(statements):
        raise StubError(f"Give each step of a solution a line of its own:\n{region.rstrip()}")
    for statement in reversed(statements):
        name = _assigned_name(statement, lines)
        first, last = statement.lineno - 1, statement.end_lineno
        indent = re.match(r"[ \t]*", lines[first])[0]
        _, mark, released = lines[last - 1].partition(RELEASED_AS)
        lines[first:last] = [f"{indent}{name} = {released.strip() if mark else STUB}\n"]
    return "".join(lines)


def _assigned_name(statement: ast.stmt, lines: list[str]) -> str:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return ast.unparse(statement.targets[0]).strip("()")
    raise StubError(
        "Each step of a solution must assign a named value; this one doesn't:\n"
        f"{lines[statement.lineno - 1].rstrip()}\nGive the step a name, or move the line out of the solution."
    )
