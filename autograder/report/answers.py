"""What students wrote, from the notebooks in autograded/: their answers, and the cells that they added."""

import json
from collections.abc import Iterable
from pathlib import Path

from autograder.grade import autograded
from autograder.lesson import Lesson

ADDED = "added cells"
"""In place of an exercise: everything that somebody wrote elsewhere in the notebook."""


def read_answers(class_folder: Path, lesson: Lesson, students: Iterable[str]) -> dict[str, dict[str, str]]:
    """Everybody's code, by student and by exercise; who has no graded notebook is left out.

    Parameters
    ----------
    class_folder : Path
        Where autograded/ lies.
    lesson : Lesson
    students : iterable of str

    Returns
    -------
    answers : dict of str to dict of str to str
    """
    ours = {cell["source"] for cell in lesson.cells}
    paths = {student: autograded(class_folder, student, lesson.name) for student in students}
    return {student: _answers(path, lesson, ours) for student, path in paths.items() if path.is_file()}


def _answers(path: Path, lesson: Lesson, ours: set[str]) -> dict[str, str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    answers: dict[str, str] = {}
    added = []
    for cell in notebook["cells"]:
        source, told = "".join(cell["source"]), cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code" or told.get("grade"):
            continue
        if told.get("solution") and told.get("grade_id") in lesson.exercises:
            answers[told["grade_id"]] = source
        elif source.strip() and source not in ours:
            added.append(source)
    return answers | ({ADDED: "\n\n".join(added)} if added else {})
