"""The released notebook as a student runs it who has written nothing yet: no cell stops, each check says so."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.lesson import Lesson
from autograder.lint.finding import Finding, at_cell
from autograder.lint.fresh import built_from, stale_release
from autograder.workshop import exercise_of
from course.check.verdict import Outcome

LONGEST = 300
"""Seconds for one cell."""


def stops_untouched(lesson: Lesson, course: Path) -> Iterator[Finding]:
    """Cells of an untouched notebook that raise, and checks that take a stub for an answer.

    Parameters
    ----------
    lesson : Lesson
    course : Path
        The course's folder, in which the lesson is built as it is now.
    """
    import nbformat
    from nbclient import NotebookClient  # a second to import, for this rule alone

    released = built_from(lesson, course).release
    if not released.is_file() or list(stale_release(lesson, released)):
        return
    notebook = nbformat.read(released, as_version=4)
    with TemporaryDirectory() as folder:
        where = {"metadata": {"path": folder}}
        # this course's own package, whichever is installed
        own = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(course), os.environ.get("PYTHONPATH"))))}
        client = NotebookClient(notebook, timeout=LONGEST, allow_errors=True, resources=where)
        # a kernel has its own remarks on where it runs
        client.execute(env=own, stderr=subprocess.DEVNULL)
    for index, cell in enumerate(notebook.cells):
        for says, way_out in _wrong_with(cell):
            yield Finding(*at_cell(lesson, index), says, way_out)


def _wrong_with(cell: dict) -> Iterator[tuple[str, str]]:
    """What is wrong with what a cell shows, and the way out."""
    outputs = cell.get("outputs", [])
    for error in (each for each in outputs if each["output_type"] == "error"):
        way_out = "Give a stub's answer only to what takes `...`, or ask `if result is not ...` first."
        yield f"In an untouched notebook this cell stops: {error['ename']}: {error['evalue']}.", way_out
        return
    told = "".join(each.get("data", {}).get("text/plain", "") for each in outputs)
    if (name := exercise_of(cell)) is not None and Outcome.NOT_ATTEMPTED.word not in told:
        says = f"Untouched, `{name}` does not give `...`, so its check counts it as an answer."
        yield says, "Where a step is still open, return `...` behind the END mark: `if gain is ...: return ...`."
