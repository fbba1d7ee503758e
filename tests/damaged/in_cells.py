"""What happens to cells. Each function is one kind of damage, and says what survives it."""

from copy import deepcopy
from itertools import pairwise
from random import Random

from tests.damaged.draft import Draft, forget, named, own_cell, released, written


def copied_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Pasted with their names: the same answer again, an untouched stub, or a trial behind its check."""
    stubs = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"] for cell in named(released(draft.lesson)["cells"])
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
    return written(draft)


def copied_and_improved(draft: Draft, random: Random) -> dict[str, bytes]:
    """The cell was copied, the second changed, and the first left: the second counts."""
    name = draft.pick(random)
    at = draft.index_of(name)
    copied = deepcopy(draft.cells[at]) | {"id": "better"}
    copied["source"] = [*copied["source"], "\n# better"]
    draft.cells.insert(at + 1, copied)
    draft.answers[name] += "\n# better"
    draft.holders[name] = [copied]
    return written(draft)


def copied_checks(draft: Draft, random: Random) -> dict[str, bytes]:
    """Copies of locked cells, some of them edited."""
    for name in random.sample(sorted(draft.answers), min(2, len(draft.answers))):
        at = draft.index_of(f"check_{name}")
        copied = deepcopy(draft.cells[at]) | {"id": f"again-{name}"}
        copied["source"] = random.choice([copied["source"], [f"check({name}) or 2.0"], []])
        draft.cells.insert(at + random.randint(0, 1), copied)
    return written(draft)


def deleted_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """What is deleted is lost, and nothing else."""
    gone = random.sample(draft.cells, random.randint(1, min(30, len(draft.cells))))
    draft.cells = [cell for cell in draft.cells if not any(cell is other for other in gone)]
    forget(draft, gone)
    return written(draft)


def only_the_answers(draft: Draft, random: Random) -> dict[str, bytes]:
    """All else was deleted."""
    draft.cells = [draft.holders[name][0] for name in draft.answers]
    return written(draft)


def deleted_checks(draft: Draft, random: Random) -> dict[str, bytes]:
    """And the cell that begins the lesson."""
    draft.cells = [cell for cell in draft.cells if not cell["metadata"].get("nbgrader", {}).get("locked")]
    return written(draft)


def moved_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """A few."""
    for _ in range(random.randint(1, 10)):
        cell = draft.cells.pop(random.randrange(len(draft.cells)))
        draft.cells.insert(random.randint(0, len(draft.cells)), cell)
    return written(draft)


def shuffled_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """All of them."""
    random.shuffle(draft.cells)
    return written(draft)


def retyped_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Answers that became text: one key, pressed by accident."""
    for cell in draft.cells:
        if random.random() < 0.3:
            cell["cell_type"] = random.choice(["markdown", "raw", "code", "heading", "", "sql"])
    for holders in draft.holders.values():
        holders[0]["cell_type"] = "markdown" if random.random() < 0.5 else "raw"
    return written(draft)


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
            piece = deepcopy(draft.cells[at]) if named or not begin else own_cell("", random)
            pieces.append(piece | {"source": "\n".join(lines[begin:end]).splitlines(keepends=True)})
        draft.cells[at : at + 1] = pieces
        draft.holders[name] = pieces
    return written(draft)


def joined_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """An answer and the code cell behind it became one."""
    name = draft.pick(random)
    at = draft.index_of(name)
    following = next(i for i in range(at + 1, len(draft.cells)) if draft.cells[i]["cell_type"] == "code")
    draft.answers[name] += "\n\n" + "".join(draft.cells.pop(following)["source"])
    draft.cells[at]["source"] = draft.answers[name].splitlines(keepends=True)
    return written(draft)


def two_answers_in_one_cell(draft: Draft, random: Random) -> dict[str, bytes]:
    """Both count, wherever the cell stands."""
    names = random.sample(sorted(draft.answers), min(2, len(draft.answers)))
    together = "\n\n".join(draft.answers[name] for name in names)
    gone = [draft.cells[draft.index_of(name)] for name in names]
    gone[0]["source"] = together.splitlines(keepends=True)
    draft.cells = [cell for cell in draft.cells if not any(cell is other for other in gone[1:])]
    for name in names:
        draft.answers[name], draft.holders[name] = together, [gone[0]]
    return written(draft)


def answered_elsewhere(draft: Draft, random: Random) -> dict[str, bytes]:
    """In a cell of the student's own, and the stub left as it was, or deleted."""
    name = draft.pick(random)
    at = draft.index_of(name)
    stub = next(cell for cell in released(draft.lesson)["cells"] if cell["id"] == draft.cells[at]["id"])
    draft.cells[at] = deepcopy(stub)
    own = own_cell(draft.answers[name], random)
    if random.random() < 0.5:
        del draft.cells[at]
    draft.cells.insert(random.randint(0, len(draft.cells)), own)
    draft.holders[name] = [own]
    return written(draft)


def edited_locked_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """Checks that no longer check."""
    for cell in draft.cells:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["source"] = random.choice([["pass"], [], ["check = print"], cell["source"]])
    return written(draft)


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
    return written(draft)


def stripped_metadata(draft: Draft, random: Random) -> dict[str, bytes]:
    """As tools do that clean notebooks for git."""
    for cell in draft.cells:
        cell["metadata"] = {}
    return written(draft)


def stripped_metadata_and_ids(draft: Draft, random: Random) -> dict[str, bytes]:
    """Then only what an answer defines tells which it is."""
    for number, cell in enumerate(draft.cells):
        cell["metadata"] = {}
        cell["id"] = random.choice([f"new-{number}", "same"])
    return written(draft)


def doubled_ids(draft: Draft, random: Random) -> dict[str, bytes]:
    """Cells that go by another's id; nbgrader's names are as they were."""
    for cell in draft.cells:
        if random.random() < 0.5:
            cell["id"] = random.choice(draft.cells)["id"]
    return written(draft)


def swapped_names(draft: Draft, random: Random) -> dict[str, bytes]:
    """Two answers with each other's metadata: what they define counts."""
    names = random.sample(sorted(draft.answers), min(2, len(draft.answers)))
    cells = [draft.cells[draft.index_of(name)] for name in names]
    for key in ("metadata", "id"):
        values = [cell[key] for cell in cells]
        for cell, value in zip(cells, reversed(values), strict=True):
            cell[key] = value
    return written(draft)


def thousands_of_cells(draft: Draft, random: Random) -> dict[str, bytes]:
    """More than anybody needs, behind the lesson's own."""
    draft.cells += [own_cell(f"x = {n}", random) for n in range(2500)]
    return written(draft)
