"""Runs every lesson's solved notebook once, as a student's kernel would; untouched, the browser tests run it."""

from dataclasses import dataclass

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.conftest import LESSONS


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
    return run(nbformat.from_dict(lesson.notebook), tmp_path_factory.mktemp("solved"))
