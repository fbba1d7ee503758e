"""A lesson's text as its solved notebook: read, written where nbgrader looks for it, and sealed."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.files import whole
from autograder.lesson.files import file_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class SolvedNotebook:
    """The notebook with all solutions that `NAME.py` is, and `NAME.ipynb` beside it, once it was built.

    Parameters
    ----------
    folder : Path
        The lesson's folder.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self.path = folder / f"{folder.name}.ipynb"
        self._seal = folder / f"{folder.name}.seal"

    @cached_property
    def notebook(self) -> "NotebookNode":
        """As the text tells it, with cell ids that depend on nothing but the text."""
        return read_text(self._text)

    @cached_property
    def cells(self) -> list[dict]:
        """From what was built, unless it or the text was changed since."""
        if not self.is_built:
            return self.notebook.cells
        cells = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        return [cell | {"source": "".join(cell["source"])} for cell in cells]

    @property
    def is_built(self) -> bool:
        """Whether it was written from the text as it is, and neither was changed since."""
        if not (self.path.is_file() and self._seal.is_file()):
            return False
        return self._seal.read_text(encoding="utf-8") == self._sealed(self.path.read_text(encoding="utf-8"))

    def build(self) -> None:
        """Write it, unless it is there, and remember from which text it comes."""
        import nbformat

        built = nbformat.writes(self.notebook)
        if self.is_built and self.path.read_text(encoding="utf-8") == built:
            return
        for path, content in ((self.path, built), (self._seal, self._sealed(built))):
            with whole(path) as part:
                part.write_text(content, encoding="utf-8")

    @property
    def _text(self) -> Path:
        return file_of(self._folder, f"{self._folder.name}.py")

    def _sealed(self, built: str) -> str:
        """A fingerprint of the text and of what was built from it."""
        return hashlib.sha256(f"{self._text.read_text(encoding='utf-8')}\0{built}".encode()).hexdigest()


def read_text(path: Path) -> "NotebookNode":
    """The notebook that a text is, with cell ids that depend on nothing but the text."""
    # a second to import: not for the judge, who starts anew for every submission and reads what was built
    import jupytext
    from nbformat import NotebookNode

    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = NotebookNode(kernelspec=NotebookNode(KERNEL), language_info=NotebookNode(name="python"))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for index, cell in enumerate(notebook.cells):
        cell.metadata.pop("lines_to_next_cell", None)
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{index:03d}").replace("_", "-")
    return notebook
