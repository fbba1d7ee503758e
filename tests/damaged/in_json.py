"""What happens to a notebook's JSON. Each function is one kind of damage, and says what survives it."""

import json
from random import Random

import nbformat

from tests.damaged.draft import Draft, own_cell, written


def trailing_commas(draft: Draft, random: Random) -> dict[str, bytes]:
    """Edited by hand."""
    return {
        draft.file_name: draft.text()
        .replace("\n ],", ",\n ],", 1)
        .replace('"metadata": {}', '"metadata": {,}', 3)
        .encode()
    }


def sources_as_single_strings(draft: Draft, random: Random) -> dict[str, bytes]:
    """The format allows them."""
    for cell in draft.cells:
        cell["source"] = "".join(cell["source"])
    return written(draft)


def keys_in_another_order(draft: Draft, random: Random) -> dict[str, bytes]:
    """As other programs write them, and the cells not first."""
    shuffled = [dict(random.sample(sorted(cell.items()), len(cell))) for cell in draft.cells]
    notebook = draft.notebook() | {"cells": shuffled}
    keys = random.sample(sorted(notebook), len(notebook))
    return {draft.file_name: json.dumps({key: notebook[key] for key in keys}).encode()}


def nbformat_3(draft: Draft, random: Random) -> dict[str, bytes]:
    """Worksheets, and input where there is source."""
    for cell in draft.cells:
        cell["outputs"] = [] if cell["cell_type"] == "code" else cell.pop("outputs", None)
    notebook = nbformat.from_dict({**draft.notebook(), "cells": [_without_none(cell) for cell in draft.cells]})
    old = nbformat.v3.writes_json(nbformat.convert(notebook, 3))
    return {draft.file_name: old.encode()}


def _without_none(cell: dict) -> dict:
    return {key: value for key, value in cell.items() if value is not None or key == "execution_count"} | {
        "source": "".join(cell["source"])
    }


def nbformat_4_0(draft: Draft, random: Random) -> dict[str, bytes]:
    """Without the cells' ids."""
    for cell in draft.cells:
        del cell["id"]
    return {draft.file_name: json.dumps(draft.notebook() | {"nbformat_minor": 0}).encode()}


def another_kernel(draft: Draft, random: Random) -> dict[str, bytes]:
    """Or none."""
    kernels = [{}, {"kernelspec": {"name": "julia-1.9", "language": "julia"}}, {"kernelspec": None}, [], None]
    draft.metadata = random.choice(kernels)
    return written(draft)


def things_that_are_no_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Nulls, numbers and half cells among the cells."""
    for _ in range(random.randint(1, 20)):
        thing = random.choice(
            [None, 1, "cell", [], {}, {"cell_type": "code"}, {"source": 5}, {"cell_type": [], "source": {}}]
        )
        draft.cells.insert(random.randint(0, len(draft.cells)), thing)
    return {draft.file_name: json.dumps(draft.notebook()).encode()}


def wrong_types(draft: Draft, random: Random) -> dict[str, bytes]:
    """Whatever stands in the place of what an answer doesn't need."""
    strange = [None, 0, -1.5, True, "x", [], {}, [[]], {"": None}]
    for cell in draft.cells:
        for key in ("outputs", "execution_count", "id", "cell_type", "attachments"):
            if random.random() < 0.3:
                cell[key] = random.choice(strange)
        if random.random() < 0.3:
            cell["metadata"] |= {"tags": random.choice(strange), "nbgrader_": random.choice(strange)}
    draft.metadata = random.choice(strange)
    return written(draft)


def deep_and_huge(draft: Draft, random: Random) -> dict[str, bytes]:
    """Brackets within brackets, numbers without end, where they are no answer's."""
    cell = random.choice([cell for cell in draft.cells if cell["cell_type"] == "code"])
    cell["outputs"] = ["here"]
    depth = random.choice([50, 600, 3000, 100_000])
    bomb = random.choice(
        ["[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth, "9" * depth, "[" + "9," * depth + "9]"]
    )
    return {draft.file_name: draft.text().replace('"here"', bomb).encode()}


def characters_that_no_text_holds(draft: Draft, random: Random) -> dict[str, bytes]:
    """NUL and halves of surrogate pairs in cells of the student's own."""
    for _ in range(3):
        draft.cells.insert(random.randint(0, len(draft.cells)), own_cell("a = '\0\ud800\udc80'\n# \udfff", random))
    return {draft.file_name: json.dumps(draft.notebook()).encode()}
