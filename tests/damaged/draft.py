"""Students' notebooks as they are saved after work, before anything happens to them."""

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from random import Random

import nbformat

from autograder.demo import fill_in, make_class
from tests.conftest import COURSE, LESSONS


@dataclass
class Draft:
    """A student's notebook on its way to being damaged."""

    lesson: str
    cells: list[dict]
    answers: dict[str, str]
    """by exercise, as they are to be found again"""
    metadata: dict
    holders: dict[str, list[dict]] = field(default_factory=dict)
    """the cells that together hold an answer"""

    @property
    def file_name(self) -> str:
        """The name that the file ought to have."""
        return f"{self.lesson}.ipynb"

    def index_of(self, name: str) -> int:
        """Where the cell with this grade_id stands."""
        return next(
            i for i, cell in enumerate(self.cells) if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
        )

    def pick(self, random: Random) -> str:
        """An exercise that is answered."""
        return random.choice(sorted(self.answers))

    def text(self, indent: int | None = 1) -> str:
        """The notebook as JSON."""
        return json.dumps(self.notebook(), indent=indent, ensure_ascii=False)

    def notebook(self) -> dict:
        """The notebook."""
        return {"cells": self.cells, "metadata": self.metadata, "nbformat": 4, "nbformat_minor": 5}

    def pieces(self, indent: int | None = 1) -> list[tuple[bytes, dict | None]]:
        """The file in stretches, each with the cell that it holds: to know what a cut or a flipped byte hits."""
        pieces: list[tuple[bytes, dict | None]] = [(b'{\n "cells": [\n  ' if indent else b'{"cells": [', None)]
        for cell in self.cells:
            text = json.dumps(cell, indent=indent, ensure_ascii=False)
            pieces += [(text.encode(), cell), (b",\n  " if indent else b", ", None)]
        end = json.dumps({"metadata": self.metadata, "nbformat": 4, "nbformat_minor": 5}, indent=indent)
        return [*pieces[:-1], (b"\n ],\n " if indent else b"], ", None), (end[1:].lstrip().encode(), None)]


@cache
def _classes(lesson: str) -> list[tuple[str, dict[str, str]]]:
    """Whole notebooks, and the answers in them, of everybody in a class who has answered something."""
    path = COURSE / "release" / lesson / f"{lesson}.ipynb"
    notebooks = []
    for work in make_class(LESSONS[lesson]):
        notebook = nbformat.read(path, as_version=4)
        fill_in(notebook, work.answers)
        sources = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in notebook.cells}
        if work.answers:
            notebooks.append((nbformat.writes(notebook), {name: sources[name] for name in work.answers}))
    return notebooks


@cache
def released(lesson: str) -> dict:
    """The notebook as it was handed out."""
    return json.loads((COURSE / "release" / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8"))


def make_draft(lesson: str, random: Random) -> Draft:
    """Somebody's notebook: with answers, outputs, and cells of their own."""
    text, answers = random.choice(_classes(lesson))
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and random.random() < 0.5:
            cell["outputs"] = [_output(random) for _ in range(random.randint(1, 3))]
            cell["execution_count"] = random.randint(1, 99)
    draft = Draft(lesson, notebook["cells"], dict(answers), notebook["metadata"])
    draft.holders = {name: [draft.cells[draft.index_of(name)]] for name in answers}
    for number in range(random.randint(0, 4)):
        draft.cells.insert(
            random.randint(0, len(draft.cells)), own_cell(f"print({number})\nx{number} = {number}", random)
        )
    return draft


def own_cell(source: str, random: Random, **metadata) -> dict:
    """A cell that a student has added."""
    made = {"cell_type": "code", "execution_count": None, "id": f"{random.getrandbits(32):08x}", "metadata": metadata}
    return made | {"outputs": [], "source": source.splitlines(keepends=True)}


def _output(random: Random) -> dict:
    """An output of one of the usual kinds, and some that look like a cell."""
    picture = base64.b64encode(random.randbytes(random.randint(100, 8000))).decode()
    return random.choice(
        [
            {
                "name": "stdout",
                "output_type": "stream",
                "text": [f"loss: {n}\n" for n in range(random.randint(1, 200))],
            },
            {"data": {"image/png": picture}, "metadata": {}, "output_type": "display_data"},
            {"ename": "E", "evalue": "'a\"", "output_type": "error", "traceback": ['\x1b[31m{["source": [\\', "}]"]},
            {
                "data": {"application/json": {"source": ["x = 1"], "id": "hann"}},
                "metadata": {},
                "output_type": "display_data",
            },
            {
                "name": "stdout",
                "output_type": "stream",
                "text": ['{"cell_type": "code", "source": ["nothing"]},\n', "ü…"],
            },
            {"data": {"text/html": ['<b class="x">{', "é</b>\n"]}, "metadata": {}, "output_type": "display_data"},
        ]
    )


def written(draft: Draft) -> dict[str, bytes]:
    """The notebook under its right name."""
    return {draft.file_name: draft.text().encode()}


def forget(draft: Draft, cells: list[dict]) -> None:
    """Cross out the answers that one of these cells holds."""
    for name, holders in draft.holders.items():
        if any(cell is holder for cell in cells for holder in holders):
            draft.answers.pop(name, None)


def named(cells: list[dict]) -> list[dict]:
    """The cells that nbgrader knows."""
    return [cell for cell in cells if "nbgrader" in cell["metadata"]]
