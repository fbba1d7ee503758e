"""Runs every lesson's solved notebook once, as a student's kernel would; untouched, the browser tests run it.

RESOUND_EPOCHS says how long networks are trained at most, on a part of the examples; a full run says 1000, and trains
as long as students do, and on as many.
"""

import os
from dataclasses import dataclass

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.conftest import LESSONS

EPOCHS = int(os.environ.get("RESOUND_EPOCHS", "2"))
EXAMPLES = 1 if EPOCHS > 10 else 4
SHORTER = f"""from course import networks
networks.epochs = lambda wanted: min(wanted, {EPOCHS})
networks.part = lambda items: items[:: {EXAMPLES} if len(items) > 100 else 1]"""


@dataclass(frozen=True)
class Run:
    """A notebook after "run all"."""

    cells: list[NotebookNode]

    @property
    def complaints(self) -> list[str]:
        """Errors and whatever went to stderr."""
        told = []
        for output in self.outputs():
            if output.output_type == "error":
                told.append("\n".join(output.traceback))
            elif output.output_type == "stream" and output.name == "stderr":
                told.append(output.text)
        return told

    def text_after(self, call: str) -> str:
        """What the cell that makes this call shows, in plain text."""
        (cell,) = [cell for cell in self.cells if cell.cell_type == "code" and cell.source.strip() == call]
        return "\n".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)

    def outputs(self) -> list[NotebookNode]:
        """All outputs of all cells."""
        return [output for cell in self.cells if cell.cell_type == "code" for output in cell.outputs]


def run(notebook: NotebookNode, folder) -> Run:
    NotebookClient(notebook, timeout=300, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return Run(notebook.cells)


@pytest.fixture(scope="session", params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


@pytest.fixture(scope="session")
def solved(lesson, tmp_path_factory) -> Run:
    notebook = nbformat.from_dict(lesson.solved.notebook)
    if "networks.epochs(" in nbformat.writes(notebook):
        notebook.cells.insert(0, nbformat.v4.new_code_cell(SHORTER))
    return run(notebook, tmp_path_factory.mktemp("solved"))
