"""The notebook's text: how long its cells are, whether they fit half a screen, and pictures without words."""

import ast
import re
from collections.abc import Iterator

from autograder.lesson import Lesson
from autograder.lint.finding import Finding, at_cell
from autograder.lint.tex import width

MOST_CODE = 18
"""Lines of code in a given cell, without empty ones."""
MOST_TEXT = 1600
"""Characters in a text cell, without what is folded away and without tables."""
WIDEST_WORD = 37
"""In characters, of code in a text: what half a laptop's screen shows of a piece that can't be broken."""
WIDEST_FORMULA = 18.7
"""In em, as `width` reckons."""
QUOTED, LISTED = 6, 3
"""Characters that a box, and a list, take from that."""
EM_OF_CHARACTER = 0.47
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
BREAK = re.compile(r"\s|(?<=[-…])|(?<=\))(?=[(\[])")
"""Where a browser may go on in the next line."""


def long_cells(lesson: Lesson) -> Iterator[Finding]:
    """Given cells that hold more than one idea."""
    for index, cell in enumerate(lesson.cells):
        if cell["cell_type"] == "code" and not _is_solution(cell):
            lines = sum(bool(line.strip()) for line in cell["source"].splitlines())
            if lines > MOST_CODE:
                yield Finding(
                    *at_cell(lesson, index),
                    f"This cell has {lines} lines of code; {MOST_CODE} are the most that a student reads as one idea.",
                    "Split it, or move what is not its point into `course/`.",
                )
        elif cell["cell_type"] == "markdown" and (length := len(_read_at_once(cell["source"]))) > MOST_TEXT:
            yield Finding(
                *at_cell(lesson, index),
                f"This text has {length} characters; {MOST_TEXT} are the most that one cell should hold.",
                "Split it, and let something be heard or seen in between.",
            )


def without_words(lesson: Lesson) -> Iterator[Finding]:
    """Pictures that nobody can listen to."""
    for index, cell in enumerate(lesson.cells):
        place = at_cell(lesson, index)
        if cell["cell_type"] == "markdown":
            if re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=[\"'][^\"'])[^>]*>", cell["source"]):
                yield Finding(*place, "This picture has no words.", "Say what is to be seen: `![what to see](…)`.")
        elif cell["cell_type"] == "code":
            yield from (Finding(*place, *told) for told in _drawn_without_words(cell["source"]))


def _drawn_without_words(source: str) -> Iterator[tuple[str, str]]:
    """What draws, and gives no words with it."""
    for node in ast.walk(ast.parse(_plain_python(source))):
        modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.partition(".")[0] == "matplotlib" for name in modules):
            yield "A picture by matplotlib has no words for those who can't see it.", "Draw it with `course.plot`."
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("plot.") and _is_untitled(node):
            yield f"The picture of `{ast.unparse(node.func)}` has no title.", "Let the title say what is to be seen."


def _is_untitled(call: ast.Call) -> bool:
    """Whether an empty text stands where a title belongs; a line may be without a name."""
    given = [*call.args, *(each.value for each in call.keywords)]
    if not ast.unparse(call.func).endswith("curves"):
        given += [key for each in given if isinstance(each, ast.Dict) for key in each.keys]
    return any(isinstance(each, ast.Constant) and each.value == "" for each in given)


def too_wide(lesson: Lesson) -> Iterator[Finding]:
    """Formulas and code in texts that don't fit a column of half a screen."""
    for index, cell in enumerate(lesson.cells):
        if cell["cell_type"] == "markdown":
            path, marker = at_cell(lesson, index)
            # blocks of code scroll by themselves; what stands in them is blanked, so that lines keep their numbers
            text = re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), cell["source"], flags=re.M | re.S)
            for number, *told in (*_wide_formulas(CODE.sub("code", text)), *_wide_code(text)):
                yield Finding(path, marker + number, *told)


def _wide_formulas(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, what is wrong, and the way out."""
    for found in FORMULA.finditer(text):
        before, formula = text[: found.start()], found[1] or found[2]
        room = WIDEST_FORMULA - EM_OF_CHARACTER * _indent(before.rpartition("\n")[2])
        if (wide := width(formula)) > room:
            says = f"The formula `{_short(formula)}` is about {wide:.0f} em wide; half a screen shows {room:.0f}."
            yield before.count("\n") + 1, says, "Break it into two, or name a part of it."


def _wide_code(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, what is wrong, and the way out."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in CODE.finditer(line):
            piece, room = max(BREAK.split(found[1]), key=len), WIDEST_WORD - _indent(line[: found.start()])
            if len(piece) > room:
                says = (
                    f"`{piece}` is {len(piece)} characters wide, and can't be broken; half a screen shows {room} here."
                )
                yield number, says, "Write a shorter piece, or put spaces in it."


def _indent(begins: str) -> int:
    """The characters that box and list take, by what a line begins with."""
    marks = re.match(r"[\s>]*([-*]\s|\d+\.\s)?", begins)[0]
    return QUOTED * marks.count(">") + LISTED * bool(re.search(r"[-*\d]", marks))


def _read_at_once(text: str) -> str:
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    return re.sub(r"^\|.*$", "", text, flags=re.MULTILINE)


def _is_solution(cell: dict) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def _plain_python(source: str) -> str:
    """The code without IPython's own commands."""
    return re.sub(r"^\s*[%!].*$", "pass", source, flags=re.MULTILINE)


def _short(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
