"""What holds of every notebook that was salvaged, whatever it was."""

import json

from autograder.salvage import Salvaged


def by_grade_id(cells: list[dict]) -> dict[str, str]:
    """The text of each cell that nbgrader knows."""
    return {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in cells}


def as_file(salvaged: Salvaged, lesson: str) -> dict[str, bytes]:
    """The salvaged notebook, handed in again."""
    notebook = {"cells": salvaged.cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return {f"{lesson}.ipynb": json.dumps(notebook).encode()}


def is_sound(salvaged: Salvaged, released: dict) -> bool:
    """Every released cell once and in order, as ours in all but a student's text; all else bare and fit to store."""
    ids = [cell["id"] for cell in salvaged.cells]
    ours = {cell["id"]: cell for cell in released["cells"]}
    skeleton = [cell for cell in salvaged.cells if cell["id"] in ours]
    own = [cell for cell in salvaged.cells if cell["id"] not in ours]
    return (
        len(set(ids)) == len(ids)
        and [cell["id"] for cell in skeleton] == list(ours)
        and all(_bare(cell) == _bare(ours[cell["id"]]) for cell in skeleton)
        and all(cell["source"] == "".join(ours[cell["id"]]["source"]) for cell in skeleton if _is_locked(cell))
        and all(cell["metadata"] == {} and cell["cell_type"] in ("code", "markdown", "raw") for cell in own)
        and all(cell["outputs"] == [] for cell in salvaged.cells if cell["cell_type"] == "code")
        and all("\0" not in cell["source"] and cell["source"].encode() is not None for cell in salvaged.cells)
    )


def _bare(cell: dict) -> dict:
    return {key: value for key, value in cell.items() if key not in ("source", "outputs", "execution_count")}


def _is_locked(cell: dict) -> bool:
    return cell["metadata"].get("nbgrader", {}).get("locked", False)
