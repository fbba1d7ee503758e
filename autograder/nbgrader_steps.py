"""What stock nbgrader is given in nbgrader_config.py, so that `nbgrader autograde` and formgrader's button grade as
`autograder grade` does: the same salvage, the same sandbox, the same judge."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.lesson import Lesson
from autograder.pipeline import Order, mark_notebook, unread_notebook
from autograder.salvage import Unreadable, salvage
from autograder.submissions import Submission
from autograder.versions import version_of
from autograder.workshop import read_released

SEED = secrets.token_hex(16)
UNREADABLE = "resound_unreadable"


def course_folder() -> Path:
    """The course's folder, as nbgrader_config.py left it in the environment."""
    return Path(os.environ["RESOUND_COURSE"])


class SalvagingExporter(NotebookExporter):
    """Reads a submitted file, whatever is in it, as a notebook on the released skeleton."""

    def from_filename(self, filename: str, resources: dict | None = None, **more: Any) -> tuple[str, dict]:
        """Salvage what was submitted; nbgrader's second look is at what the first one wrote."""
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources, **more)
        released = read_released(course_folder(), resources["nbgrader"]["assignment"])
        metadata = dict(released["metadata"])
        try:
            cells = salvage({Path(filename).name: Path(filename).read_bytes()}, released).cells
        except Unreadable as reason:
            cells, metadata[UNREADABLE] = released["cells"], str(reason)
        notebook = from_dict(released | {"cells": cells, "metadata": metadata})
        return self.from_notebook_node(notebook, resources, **more)


class JudgeInSandbox(NbGraderPreprocessor):
    """Runs and judges a salvaged notebook; stands where nbgrader's own Execute stood."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run every cell in the sandbox; show the judge's verdict and points in each graded cell."""
        lesson, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        course = course_folder()
        submission = Submission(student, lesson, {}, None, ())
        order = Order(course, submission, version_of(Lesson(course / "source" / lesson)), SEED)
        if reason := nb.metadata.pop(UNREADABLE, None):
            cells = unread_notebook(order, reason)
        else:
            cells = mark_notebook(order, json.loads(json.dumps(nb.cells)))
        nb.cells = [from_dict(cell) for cell in cells]
        return nb, resources
