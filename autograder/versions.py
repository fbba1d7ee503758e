"""What marks depend on beside the submission, in fingerprints: of each exercise, and of a lesson.

A word in a text, a hint or an exam question changes no mark, and so no fingerprint.
"""

import ast
import hashlib
import importlib.metadata
from collections import Counter

from autograder.lesson import Exercise, Lesson


def version_of(lesson: Lesson) -> str:
    """A fingerprint of all that decides over marks in a lesson: hexadecimal digits.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    version : str
    """
    return _digest(*(part for pair in versions_of(lesson).items() for part in pair))


def versions_of(lesson: Lesson) -> dict[str, str]:
    """The same for each exercise: another one whenever its marks may be others.

    What all exercises share (this program's release, the notebook's code, what stands in `checks.py` beside their
    classes) is in each of them; its tests, its points and its faults are its own.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    versions : dict of str to str
        By exercise.
    """
    own, shared = _classes((lesson.folder / "checks.py").read_text(encoding="utf-8"))
    code = [cell["source"] for cell in lesson.cells if cell["cell_type"] == "code"]
    common = _digest(importlib.metadata.version("resound-course"), *code, shared)
    return {name: _digest(common, own.get(name, ""), *_faults(exercise)) for name, exercise in lesson.exercises.items()}


def _faults(exercise: Exercise) -> list[str]:
    """Its points, and what is recognised in its place."""
    faults = [(each.name, each.replace, each.with_, each.says) for each in exercise.misconceptions]
    return [repr(exercise.points), *(part for fault in faults for part in fault)]


def _classes(checks: str) -> tuple[dict[str, str], str]:
    """The class of each exercise, if nothing else in `checks.py` speaks of it; and all the rest."""
    tree = ast.parse(checks)
    spoken_of = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    own, shared = {}, []
    for statement in tree.body:
        name = _exercise_of(statement)
        if name and not spoken_of[statement.name]:
            own[name] = ast.unparse(statement)
        else:
            shared.append(ast.unparse(statement))
    return own, "\n".join(shared)


def _exercise_of(statement: ast.stmt) -> str | None:
    """The exercise that a class tests: `exercise = "hann"` stands in it."""
    for line in statement.body if isinstance(statement, ast.ClassDef) else ():
        names = [ast.unparse(target) for target in line.targets] if isinstance(line, ast.Assign) else []
        if names == ["exercise"] and isinstance(line.value, ast.Constant):
            return line.value.value
    return None


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return digest.hexdigest()
