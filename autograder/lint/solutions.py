"""What would tell a student the solution: in a hint, or in anything that is handed out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import numpy as np

from autograder.lesson import Exercise, Lesson
from autograder.lint.finding import Finding, at_exercise, at_fault, at_hints
from autograder.stubs import stub

FOLDERS = ("release", "course", "assets")
"""What students get."""
TEXTS = (".py", ".ipynb", ".md", ".toml", ".js", ".css", ".json", ".txt")
SHORTEST_STATEMENT, SHORTEST_RIGHT, SHORTEST_LINE = 12, 25, 40
"""In characters; what is shorter, such as `ref = 1.0`, may stand anywhere."""
REWRITE = "Say it with other names, or less of it."
OTHERWISE = "Students have that file: write the step in another way, or as two; other names are not enough."

Texts = dict[Path, str]


def squeezed(text: str) -> str:
    """Without white space and quotation marks, so that a reformatted leak is a leak."""
    return re.sub(r"[\s\"'\\]", "", text)


def handed_out(course: Path) -> Texts:
    """Everything in release/, course/ and assets/ that holds text, squeezed, by its path in the course."""
    texts = {}
    for path in (path for folder in FOLDERS for path in (course / folder).rglob("*") if path.is_file()):
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as bank:
                texts[path.relative_to(course)] = squeezed(bank["index"].tobytes().decode())
        elif path.suffix in TEXTS:
            # in a notebook's JSON a line ends with \n", between two lines stands a comma
            text = path.read_text(encoding="utf-8").replace('\\n",', "").replace("\\n", "")
            texts[path.relative_to(course)] = squeezed(text)
    return texts


def leaks(texts: Texts, piece: str) -> list[str]:
    """Where a piece of code stands among what is handed out."""
    return [str(path) for path, text in texts.items() if squeezed(piece) in text]


def hints_that_solve(lesson: Lesson) -> Iterator[Finding]:
    """Hints that hold a whole step."""
    for name, exercise in lesson.exercises.items():
        for right in filter(None, (right for _, right in _steps(lesson, exercise))):
            for number, hint in enumerate(exercise.hints, 1):
                if squeezed(right) in squeezed(hint):
                    yield Finding(
                        *at_hints(lesson, name),
                        f"Hint {number} of `{name}` gives a whole step away: `{right}`.",
                        "Point to the idea, or show the same on another example.",
                    )


def handed_out_solutions(lesson: Lesson, texts: Texts) -> Iterator[Finding]:
    """Assignments of a reference, and their right-hand sides where those are telling."""
    for name, exercise in lesson.exercises.items():
        for statement, right in _steps(lesson, exercise):
            found = {*leaks(texts, statement), *(leaks(texts, right) if right else [])}
            if any(squeezed(statement.partition(" = ")[2]) in squeezed(hint) for hint in exercise.hints):
                # which `hints_that_solve` tells
                found -= {f"assets/checks/{lesson.name}.npz"}
            for where in sorted(found):
                says = f"A step of `{name}` stands in {where}: `{statement}`."
                yield Finding(*at_exercise(lesson, name), says, REWRITE if lesson.name in where else OTHERWISE)


def _steps(lesson: Lesson, exercise: Exercise) -> Iterator[tuple[str, str]]:
    """The assignments that a student completes, each with its right-hand side where that is telling, else without."""
    given = squeezed("".join(stub(each.source) for each in lesson.exercises.values()))
    for statement in sorted(statements(exercise.source) - statements(stub(exercise.source))):
        right = statement.partition(" = ")[2]
        yield statement, right if len(right) >= SHORTEST_RIGHT and squeezed(right) not in given else ""


def handed_out_faults(lesson: Lesson, texts: Texts) -> Iterator[Finding]:
    """Faulty assignments, but for the one that "find the bug" hands out."""
    for name, exercise in lesson.exercises.items():
        for fault in exercise.misconceptions:
            faulty = () if fault.released else statements(exercise.faulty_source(fault)) - statements(exercise.source)
            for statement in faulty:
                for where in leaks(texts, statement):
                    place = at_fault(lesson, name, fault.name)
                    yield Finding(*place, f"This fault's code stands in {where}: `{statement}`.", REWRITE)


def handed_out_tests(lesson: Lesson, texts: Texts) -> Iterator[Finding]:
    """Names of hidden tests, and telling lines of checks.py."""
    path = lesson.folder / "checks.py"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        named = re.match(r"\s*def (test_\w+)", line)
        telling = len(squeezed(line)) >= SHORTEST_LINE and not line.startswith(("import", "from"))
        pieces = [f"{named[1]}("] if named else [line] if telling else []
        for where in (where for piece in pieces for where in leaks(texts, piece)):
            yield Finding(path, number, f"This line of the hidden tests stands in {where}.", REWRITE)


def statements(source: str) -> set[str]:
    """The assignments of a function, one by one; not those that stand anywhere."""
    function = ast.parse(dedent(source)).body[0]
    found = {ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Assign)}
    return {statement for statement in found if len(statement) >= SHORTEST_STATEMENT}
