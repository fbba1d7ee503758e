"""What nbgrader's tables are told of a graded submission: a score and a comment for each of the lesson's cells."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sql
from nbformat import from_dict
from nbgrader.utils import compute_checksum, is_solution

from autograder.database import GradebookError
from autograder.graded import Graded


def scores(cells: list[sql.Row], graded: Graded, untouched: set[str]) -> dict[str, float | None]:
    """What each graded cell earned, by its id; None where a person must read it.

    Raises
    ------
    GradebookError
        If it was judged on other exercises than the gradebook has, or out of other points.
    """
    answers = {cell.name for cell in cells if cell.type == "SolutionCell"}
    judged = {cell.id: cell for cell in cells if cell.cell_type == "code" and cell.name not in answers}
    _refuse_other_exercises(graded, {_exercise(cell): cell.max_score for cell in judged.values()})

    def score(cell: sql.Row) -> float | None:
        if cell.id in judged:
            return graded.points[_exercise(cell)]
        return 0.0 if graded.problem is not None or cell.name in untouched else None

    return {cell.id: score(cell) for cell in cells if cell.type != "SolutionCell"}


def comments(cells: list[sql.Row], untouched: set[str]) -> dict[str, str | None]:
    """What nbgrader says about each answer, by the cell's id."""
    return {cell.id: "No response." if cell.name in untouched else None for cell in cells if cell.type != "GradeCell"}


def untouched_cells(notebook: Mapping[str, Any]) -> set[str]:
    """The names of the cells whose answer stands as it was handed out."""
    cells = [
        from_dict({**cell, "source": "".join(cell["source"]), "outputs": []})
        for cell in notebook.get("cells", ())
        if "nbgrader" in cell["metadata"]
    ]
    return {
        cell.metadata.nbgrader.grade_id
        for cell in cells
        if is_solution(cell) and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    }


def _exercise(cell: sql.Row) -> str:
    return cell.name.removeprefix("check_")


def _refuse_other_exercises(graded: Graded, out_of: Mapping[str, float]) -> None:
    """Marks for what the gradebook does not know, or none for what it does, would be lost without a word."""
    if graded.points.keys() != out_of.keys():
        raise GradebookError(
            f"{graded.lesson} was judged on {', '.join(graded.points)}; the gradebook has {', '.join(out_of)}. "
            "Register the lesson again."
        )
    for exercise, points in graded.points.items():
        if not 0 <= points <= out_of[exercise]:
            raise GradebookError(
                f"{graded.lesson}: {exercise} was judged with {points} points, of {out_of[exercise]} in the gradebook. "
                "Register the lesson again."
            )
