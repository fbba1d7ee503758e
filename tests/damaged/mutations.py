"""Submissions as they really arrive: copied, cut, split, renamed, in another encoding, or something else altogether.

Each kind of damage is a function below. It states itself what survives it, and knows nothing of how it is repaired:
`kept` holds, for each exercise whose answer can still be read, the student's text to the letter.
"""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from random import Random

import nbformat

from autograder.demo import fill_in, make_class
from tests.conftest import COURSE, LESSONS


@dataclass(frozen=True)
class Mutation:
    """One damaged submission."""

    name: str
    """the kind of damage"""
    lesson: str
    files: dict[str, bytes]
    kept: dict[str, str]
    """the student's answer, for each exercise where it can still be read"""
    lost: frozenset[str]
    """the exercises whose answers can't"""


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


Damage = Callable[[Draft, Random], dict[str, bytes]]
KINDS: dict[str, Damage] = {}


def kind(damage: Damage) -> Damage:
    """Note a kind of damage: it changes a draft, with what it keeps, and writes the files."""
    KINDS[damage.__name__] = damage
    return damage


def mutation(seed: int) -> Mutation:
    """One damaged submission; the same for the same seed.

    Parameters
    ----------
    seed : int
        All kinds come in turn.

    Returns
    -------
    mutation : Mutation
    """
    random = Random(seed)
    name = list(KINDS)[seed % len(KINDS)]
    lesson = list(LESSONS)[seed // len(KINDS) % len(LESSONS)]
    draft = _draft(lesson, random)
    answered = frozenset(draft.answers)
    files = KINDS[name](draft, random)
    return Mutation(name, lesson, files, draft.answers, answered - draft.answers.keys())


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


def _draft(lesson: str, random: Random) -> Draft:
    """Somebody's notebook as it is saved after work: with outputs, and cells of their own."""
    text, answers = random.choice(_classes(lesson))
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and random.random() < 0.5:
            cell["outputs"] = [_output(random) for _ in range(random.randint(1, 3))]
            cell["execution_count"] = random.randint(1, 99)
    draft = Draft(lesson, notebook["cells"], dict(answers), notebook["metadata"])
    draft.holders = {name: [draft.cells[draft.index_of(name)]] for name in answers}
    for number in range(random.randint(0, 4)):
        draft.cells.insert(random.randint(0, len(draft.cells)), _code(f"print({number})\nx{number} = {number}", random))
    return draft


def _code(source: str, random: Random, **metadata) -> dict:
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


def _file(draft: Draft) -> dict[str, bytes]:
    return {draft.file_name: draft.text().encode()}


def _forget(draft: Draft, cells: list[dict]) -> None:
    """Cross out the answers that one of these cells holds."""
    for name, holders in draft.holders.items():
        if any(cell is holder for cell in cells for holder in holders):
            draft.answers.pop(name, None)


def _named(cells: list[dict]) -> list[dict]:
    """The cells that nbgrader knows."""
    return [cell for cell in cells if "nbgrader" in cell["metadata"]]


# What happens to bytes


def _cut(pieces: list[tuple[bytes, dict | None]], draft: Draft, random: Random) -> bytes:
    data = b"".join(piece for piece, _ in pieces)
    end = random.randint(0, len(data))
    _forget(draft, _hit(pieces, end, len(data)))
    return data[:end]


def _hit(pieces: list[tuple[bytes, dict | None]], begin: int, end: int) -> list[dict]:
    """The cells that have bytes between two places."""
    hit, at = [], 0
    for piece, cell in pieces:
        if cell is not None and at < end and begin < at + len(piece):
            hit.append(cell)
        at += len(piece)
    return hit


@kind
def cut_off(draft: Draft, random: Random) -> dict[str, bytes]:
    """The disk was full: whole cells before the cut survive."""
    return {draft.file_name: _cut(draft.pieces(), draft, random)}


@kind
def cut_off_in_one_line(draft: Draft, random: Random) -> dict[str, bytes]:
    """The same, saved by a program that breaks no lines."""
    return {draft.file_name: _cut(draft.pieces(indent=None), draft, random)}


@kind
def cut_off_behind_an_answer(draft: Draft, random: Random) -> dict[str, bytes]:
    """The cut falls right behind the text of an answer, in front of its brackets: the answer survives."""
    name = draft.pick(random)
    (holder,) = draft.holders[name]
    pieces = draft.pieces()
    before = sum(len(piece) for piece, _ in pieces[: [cell is holder for _, cell in pieces].index(True)])
    end = before + len(json.dumps(holder, indent=1, ensure_ascii=False).encode().rstrip(b"}] \n"))
    data = b"".join(piece for piece, _ in pieces)
    _forget(draft, _hit(pieces, end, len(data)))
    draft.answers[name] = "".join(holder["source"])
    return {draft.file_name: data[:end]}


def _overwrite(draft: Draft, random: Random, longest: int, indent: int | None) -> dict[str, bytes]:
    pieces = draft.pieces(indent)
    data = bytearray(b"".join(piece for piece, _ in pieces))
    begin = random.randrange(len(data))
    end = min(len(data), begin + random.randint(1, longest))
    _forget(draft, _hit(pieces, begin, end))
    data[begin:end] = random.randbytes(random.randint(0, longest))
    return {draft.file_name: bytes(data)}


@kind
def garbage_in_the_middle(draft: Draft, random: Random) -> dict[str, bytes]:
    """A stretch was overwritten: the cells around it survive."""
    return _overwrite(draft, random, longest=2000, indent=1)


@kind
def garbage_in_one_line(draft: Draft, random: Random) -> dict[str, bytes]:
    """The same without line breaks."""
    return _overwrite(draft, random, longest=2000, indent=None)


@kind
def flipped_bytes(draft: Draft, random: Random) -> dict[str, bytes]:
    """A few bytes were changed: the cells that they don't stand in survive."""
    pieces = draft.pieces(random.choice([None, 1]))
    data = bytearray(b"".join(piece for piece, _ in pieces))
    for _ in range(random.randint(1, 5)):
        at = random.randrange(len(data))
        data[at] ^= random.randint(1, 255)
        _forget(draft, _hit(pieces, at, at + 1))
    return {draft.file_name: bytes(data)}


@kind
def merge_conflict(draft: Draft, random: Random) -> dict[str, bytes]:
    """Git wrote its marks around a cell that is no answer."""
    pieces = [piece for piece, _ in draft.pieces()]
    holders = [cell for cells in draft.holders.values() for cell in cells]
    free = [i for i, (_, cell) in enumerate(draft.pieces()) if cell is not None and not any(cell is h for h in holders)]
    at = random.choice(free)
    pieces[at] = b"\n<<<<<<< HEAD\n" + pieces[at] + b"\n=======\n" + pieces[at] + b"\n>>>>>>> origin/main\n"
    return {draft.file_name: b"".join(pieces)}


def _encoded(encoding: str, mark: bytes = b"") -> Damage:
    def encode(draft: Draft, random: Random) -> dict[str, bytes]:
        return {draft.file_name: mark + draft.text(random.choice([None, 1])).encode(encoding)}

    return encode


KINDS |= {
    "byte_order_mark": _encoded("utf-8-sig"),
    "utf_16": _encoded("utf-16"),
    "utf_16_big_endian": _encoded("utf-16-be"),
    "utf_16_little_endian": _encoded("utf-16-le"),
    "utf_32": _encoded("utf-32"),
}


@kind
def utf_16_cut_off(draft: Draft, random: Random) -> dict[str, bytes]:
    """Whole cells before the cut survive in another encoding as well."""
    pieces = [(piece.decode().encode("utf-16-le"), cell) for piece, cell in draft.pieces()]
    return {draft.file_name: b"\xff\xfe" + _cut(pieces, draft, random)}


@kind
def western_european(draft: Draft, random: Random) -> dict[str, bytes]:
    """Saved again by an old editor: what that encoding has survives."""
    draft.answers = {k: v.encode("cp1252", "replace").decode("cp1252") for k, v in draft.answers.items()}
    return {draft.file_name: draft.text().encode("cp1252", "replace")}


@kind
def windows_line_ends(draft: Draft, random: Random) -> dict[str, bytes]:
    """Between the lines of the file, not in those of its cells."""
    return {draft.file_name: draft.text().replace("\n", "\r\n").encode()}


@kind
def twice_in_a_row(draft: Draft, random: Random) -> dict[str, bytes]:
    """Appended where it should have been replaced."""
    return {draft.file_name: draft.text().encode() * 2}


@kind
def wrapped(draft: Draft, random: Random) -> dict[str, bytes]:
    """In what Jupyter's server answers, in a list, in a mail, in a script."""
    before, after = random.choice(
        [
            ('{"name": "x", "content": ', ', "format": "json"}'),
            ("[", "]"),
            ("Dear all,\n\nhere is my notebook:\n\n", "\n\nBest wishes {J.}\n"),
            ("load(", ");"),
            ("```json\n", "\n```\n"),
        ]
    )
    return {draft.file_name: f"{before}{draft.text()}{after}".encode()}


# What happens to the notebook's JSON


@kind
def trailing_commas(draft: Draft, random: Random) -> dict[str, bytes]:
    """Edited by hand."""
    return {
        draft.file_name: draft.text()
        .replace("\n ],", ",\n ],", 1)
        .replace('"metadata": {}', '"metadata": {,}', 3)
        .encode()
    }


@kind
def sources_as_single_strings(draft: Draft, random: Random) -> dict[str, bytes]:
    """The format allows them."""
    for cell in draft.cells:
        cell["source"] = "".join(cell["source"])
    return _file(draft)


@kind
def keys_in_another_order(draft: Draft, random: Random) -> dict[str, bytes]:
    """As other programs write them, and the cells not first."""
    shuffled = [dict(random.sample(sorted(cell.items()), len(cell))) for cell in draft.cells]
    notebook = draft.notebook() | {"cells": shuffled}
    keys = random.sample(sorted(notebook), len(notebook))
    return {draft.file_name: json.dumps({key: notebook[key] for key in keys}).encode()}


@kind
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


@kind
def nbformat_4_0(draft: Draft, random: Random) -> dict[str, bytes]:
    """Without the cells' ids."""
    for cell in draft.cells:
        del cell["id"]
    return {draft.file_name: json.dumps(draft.notebook() | {"nbformat_minor": 0}).encode()}


@kind
def another_kernel(draft: Draft, random: Random) -> dict[str, bytes]:
    """Or none."""
    kernels = [{}, {"kernelspec": {"name": "julia-1.9", "language": "julia"}}, {"kernelspec": None}, [], None]
    draft.metadata = random.choice(kernels)
    return _file(draft)


@kind
def things_that_are_no_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Nulls, numbers and half cells among the cells."""
    for _ in range(random.randint(1, 20)):
        thing = random.choice(
            [None, 1, "cell", [], {}, {"cell_type": "code"}, {"source": 5}, {"cell_type": [], "source": {}}]
        )
        draft.cells.insert(random.randint(0, len(draft.cells)), thing)
    return {draft.file_name: json.dumps(draft.notebook()).encode()}


@kind
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
    return _file(draft)


@kind
def deep_and_huge(draft: Draft, random: Random) -> dict[str, bytes]:
    """Brackets within brackets, numbers without end, where they are no answer's."""
    cell = random.choice([cell for cell in draft.cells if cell["cell_type"] == "code"])
    cell["outputs"] = ["here"]
    depth = random.choice([50, 600, 3000, 100_000])
    bomb = random.choice(
        ["[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth, "9" * depth, "[" + "9," * depth + "9]"]
    )
    return {draft.file_name: draft.text().replace('"here"', bomb).encode()}


@kind
def characters_that_no_text_holds(draft: Draft, random: Random) -> dict[str, bytes]:
    """NUL and halves of surrogate pairs in cells of the student's own."""
    for _ in range(3):
        draft.cells.insert(random.randint(0, len(draft.cells)), _code("a = '\0\ud800\udc80'\n# \udfff", random))
    return {draft.file_name: json.dumps(draft.notebook()).encode()}


# What happens to cells


@kind
def copied_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Pasted with their names: the same answer again, an untouched stub, or a trial behind its check."""
    stubs = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"] for cell in _named(released(draft.lesson)["cells"])
    }
    for _ in range(random.randint(1, 4)):
        name = draft.pick(random)
        copied = deepcopy(draft.holders[name][0]) | {"id": f"{random.getrandbits(32):08x}"}
        how = random.choice(["same", "stub", "trial", "scratch"])
        check = max(i for i, cell in enumerate(draft.cells) if "".join(cell["source"]) == f"check({name})")
        if how == "stub":
            copied["source"] = stubs[name]
        elif how == "trial":
            copied["source"] = [f"def {name}(*anything):\n", "    return 0"]
        elif how == "scratch":
            copied["source"] = ["1 + 1"]
        first = check + 1 if how == "trial" else 0
        draft.cells.insert(random.randint(first, len(draft.cells)), copied)
    return _file(draft)


@kind
def copied_and_improved(draft: Draft, random: Random) -> dict[str, bytes]:
    """The cell was copied, the second changed, and the first left: the second counts."""
    name = draft.pick(random)
    at = draft.index_of(name)
    copied = deepcopy(draft.cells[at]) | {"id": "better"}
    copied["source"] = [*copied["source"], "\n# better"]
    draft.cells.insert(at + 1, copied)
    draft.answers[name] += "\n# better"
    draft.holders[name] = [copied]
    return _file(draft)


@kind
def copied_checks(draft: Draft, random: Random) -> dict[str, bytes]:
    """Copies of locked cells, some of them edited."""
    for name in random.sample(sorted(draft.answers), min(2, len(draft.answers))):
        at = draft.index_of(f"check_{name}")
        copied = deepcopy(draft.cells[at]) | {"id": f"again-{name}"}
        copied["source"] = random.choice([copied["source"], [f"check({name}) or 2.0"], []])
        draft.cells.insert(at + random.randint(0, 1), copied)
    return _file(draft)


@kind
def deleted_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """What is deleted is lost, and nothing else."""
    gone = random.sample(draft.cells, random.randint(1, min(30, len(draft.cells))))
    draft.cells = [cell for cell in draft.cells if not any(cell is other for other in gone)]
    _forget(draft, gone)
    return _file(draft)


@kind
def only_the_answers(draft: Draft, random: Random) -> dict[str, bytes]:
    """All else was deleted."""
    draft.cells = [draft.holders[name][0] for name in draft.answers]
    return _file(draft)


@kind
def deleted_checks(draft: Draft, random: Random) -> dict[str, bytes]:
    """And the cell that begins the lesson."""
    draft.cells = [cell for cell in draft.cells if not cell["metadata"].get("nbgrader", {}).get("locked")]
    return _file(draft)


@kind
def moved_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """A few."""
    for _ in range(random.randint(1, 10)):
        cell = draft.cells.pop(random.randrange(len(draft.cells)))
        draft.cells.insert(random.randint(0, len(draft.cells)), cell)
    return _file(draft)


@kind
def shuffled_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """All of them."""
    random.shuffle(draft.cells)
    return _file(draft)


@kind
def retyped_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Answers that became text: one key, pressed by accident."""
    for cell in draft.cells:
        if random.random() < 0.3:
            cell["cell_type"] = random.choice(["markdown", "raw", "code", "heading", "", "sql"])
    for holders in draft.holders.values():
        holders[0]["cell_type"] = "markdown" if random.random() < 0.5 else "raw"
    return _file(draft)


@kind
def split_answers(draft: Draft, random: Random) -> dict[str, bytes]:
    """Within a function, in two or three pieces; the later ones with the answer's name or without."""
    for name in random.sample(sorted(draft.answers), random.randint(1, len(draft.answers))):
        at = draft.index_of(name)
        lines = draft.answers[name].split("\n")
        inside = [i for i in range(1, len(lines)) if lines[i].startswith("    ") and lines[i].strip()]
        cuts = [0, *sorted(random.sample(inside, min(len(inside), random.randint(1, 2)))), len(lines)]
        named = random.random() < 0.5
        pieces = []
        for begin, end in pairwise(cuts):
            piece = deepcopy(draft.cells[at]) if named or not begin else _code("", random)
            pieces.append(piece | {"source": "\n".join(lines[begin:end]).splitlines(keepends=True)})
        draft.cells[at : at + 1] = pieces
        draft.holders[name] = pieces
    return _file(draft)


@kind
def joined_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """An answer and the code cell behind it became one."""
    name = draft.pick(random)
    at = draft.index_of(name)
    following = next(i for i in range(at + 1, len(draft.cells)) if draft.cells[i]["cell_type"] == "code")
    draft.answers[name] += "\n\n" + "".join(draft.cells.pop(following)["source"])
    draft.cells[at]["source"] = draft.answers[name].splitlines(keepends=True)
    return _file(draft)


@kind
def two_answers_in_one_cell(draft: Draft, random: Random) -> dict[str, bytes]:
    """Both count, wherever the cell stands."""
    names = random.sample(sorted(draft.answers), min(2, len(draft.answers)))
    together = "\n\n".join(draft.answers[name] for name in names)
    gone = [draft.cells[draft.index_of(name)] for name in names]
    gone[0]["source"] = together.splitlines(keepends=True)
    draft.cells = [cell for cell in draft.cells if not any(cell is other for other in gone[1:])]
    for name in names:
        draft.answers[name], draft.holders[name] = together, [gone[0]]
    return _file(draft)


@kind
def answered_elsewhere(draft: Draft, random: Random) -> dict[str, bytes]:
    """In a cell of the student's own, and the stub left as it was, or deleted."""
    name = draft.pick(random)
    at = draft.index_of(name)
    stub = next(cell for cell in released(draft.lesson)["cells"] if cell["id"] == draft.cells[at]["id"])
    draft.cells[at] = deepcopy(stub)
    own = _code(draft.answers[name], random)
    if random.random() < 0.5:
        del draft.cells[at]
    draft.cells.insert(random.randint(0, len(draft.cells)), own)
    draft.holders[name] = [own]
    return _file(draft)


@kind
def edited_locked_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Checks that no longer check."""
    for cell in draft.cells:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["source"] = random.choice([["pass"], [], ["check = print"], cell["source"]])
    return _file(draft)


@kind
def edited_metadata(draft: Draft, random: Random) -> dict[str, bytes]:
    """Other points, other rights, tags; the answers' names stay."""
    for cell in draft.cells:
        cell["metadata"]["tags"] = random.sample(["skip-execution", "raises-exception", "remove_cell", "x"], 2)
        if "nbgrader" in cell["metadata"]:
            changes = {
                "points": 1000,
                "locked": False,
                "grade": True,
                "solution": None,
                "checksum": 5,
                "schema_version": "x",
            }
            cell["metadata"]["nbgrader"] |= dict(random.sample(sorted(changes.items(), key=str), 3))
    return _file(draft)


@kind
def stripped_metadata(draft: Draft, random: Random) -> dict[str, bytes]:
    """As tools do that clean notebooks for git."""
    for cell in draft.cells:
        cell["metadata"] = {}
    return _file(draft)


@kind
def stripped_metadata_and_ids(draft: Draft, random: Random) -> dict[str, bytes]:
    """Then only what an answer defines tells which it is."""
    for number, cell in enumerate(draft.cells):
        cell["metadata"] = {}
        cell["id"] = random.choice([f"new-{number}", "same"])
    return _file(draft)


@kind
def doubled_ids(draft: Draft, random: Random) -> dict[str, bytes]:
    """Cells that go by another's id; nbgrader's names are as they were."""
    for cell in draft.cells:
        if random.random() < 0.5:
            cell["id"] = random.choice(draft.cells)["id"]
    return _file(draft)


@kind
def swapped_names(draft: Draft, random: Random) -> dict[str, bytes]:
    """Two answers with each other's metadata: what they define counts."""
    names = random.sample(sorted(draft.answers), min(2, len(draft.answers)))
    cells = [draft.cells[draft.index_of(name)] for name in names]
    for key in ("metadata", "id"):
        values = [cell[key] for cell in cells]
        for cell, value in zip(cells, reversed(values), strict=True):
            cell[key] = value
    return _file(draft)


@kind
def thousands_of_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """More than anybody needs, behind the lesson's own."""
    draft.cells += [_code(f"x = {n}", random) for n in range(2500)]
    return _file(draft)


# What happens to files


@kind
def another_name(draft: Draft, random: Random) -> dict[str, bytes]:
    """As browsers, mail programs and students rename them."""
    name = draft.lesson
    names = [f"{name} (1).ipynb", f"{name}-Copy1.ipynb", f"{name.upper()}.IPYNB", f"{name}.ipynb.txt", f"{name}.json"]
    names += ["Untitled.ipynb", f"work/{name}.ipynb", name, f"{name}.ipynb.download", "a\nb\u202e\udcff.ipynb"]
    names += [f".ipynb_checkpoints/{name}-checkpoint.ipynb", "müller: final FINAL.ipynb"]
    return {random.choice(names): draft.text().encode()}


@kind
def two_files(draft: Draft, random: Random) -> dict[str, bytes]:
    """The release beside the answers, and neither has the right name: the one with answers counts."""
    untouched = json.dumps(released(draft.lesson)).encode()
    names = random.sample(["Untitled.ipynb", "a.ipynb", f"{draft.lesson} (1).ipynb", f"x/{draft.file_name}"], 2)
    return {names[0]: untouched, names[1]: draft.text().encode()}


@kind
def right_name_among_others(draft: Draft, random: Random) -> dict[str, bytes]:
    """The right name counts."""
    untouched = json.dumps(released(draft.lesson)).encode()
    return {"Untitled.ipynb": untouched, **_file(draft), "notes.txt": b"hello", "x.zip": b"PK\3\4"}


@kind
def right_name_broken(draft: Draft, random: Random) -> dict[str, bytes]:
    """Where nothing can be read under the right name, the other file counts."""
    rest = random.choice([b"", b"\0" * 1000, b"{", b"%PDF-1.7"])
    return {draft.file_name: rest, f"{draft.lesson}-Copy1.ipynb": draft.text().encode()}


@kind
def in_a_zip_file(draft: Draft, random: Random) -> dict[str, bytes]:
    """With other files, in folders, under any name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as file:
        file.writestr("__MACOSX/._x.ipynb", b"\0\5\x16\7")
        file.writestr(random.choice([draft.file_name, f"a/b/{draft.file_name}", "x.ipynb"]), draft.text())
        file.writestr("readme.txt", "hello")
    return {random.choice(["x.zip", draft.file_name, f"{draft.lesson}.zip"]): packed.getvalue()}


@kind
def something_else(draft: Draft, random: Random) -> dict[str, bytes]:
    """No notebook at all: nothing survives."""
    draft.answers = {}
    contents = [b"", b" \n", b"%PDF-1.4 \n", b"<!DOCTYPE html><html>", b"def hann(n):\n    return 1\n", b"{}", b"[]"]
    contents += [b'{"cells": [], "metadata": {}}', b"null", random.randbytes(5000), b"\0" * 5000, b"[" * 100_000]
    contents += [b'{"cells": [' * 50_000, b'{"cell_type":' * 50_000, b'"' * 5000, b"PK\3\4" + random.randbytes(500)]
    return {random.choice([draft.file_name, "x.pdf", "x.html", "x.py"]): random.choice(contents)}


@kind
def nothing(draft: Draft, random: Random) -> dict[str, bytes]:
    """An empty folder, or one with sounds only."""
    draft.answers = {}
    return random.choice([{}, {"yes.wav": b"RIFF"}])
