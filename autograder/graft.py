"""Cells that were handed in -> the released notebook, with the student's answers and own cells in it.

The released notebook is the skeleton: each of its cells comes out once, in its order, with its own metadata and id.
Cells run in that order, and a check judges what a name holds when its turn comes. So a student's own cells stay behind
the cells that they followed, and of several answers the one counts that stood last before the check.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from autograder.glance import continues, defines, ink, is_unfinished
from autograder.recover import Cell

MOST_OWN_CELLS = 2_000
LONGEST_SPLIT = 50_000
"""characters of a solution that is put together from pieces"""


@dataclass(frozen=True)
class Grafted:
    """The released notebook with a student's work in it."""

    cells: list[dict]
    remarks: tuple[str, ...]
    recognised: int
    """exercises of which a cell was found"""
    answered: int
    """exercises whose answer differs from what was handed out"""
    found: int
    """released cells of any kind that were found"""


@dataclass(eq=False)
class Slot:
    """A released cell, and what was handed in that belongs there."""

    released: dict
    ranks: dict[int, int] = field(default_factory=dict)
    """how surely a cell, known by its position, was recognised as this one; less is surer"""
    chosen: int | None = None
    """the position of the cell that counts"""
    source: str = ""

    @cached_property
    def handed_out(self) -> str:
        """The released text."""
        return "".join(self.released["source"])

    @cached_property
    def ink(self) -> str:
        """The released text without its white space."""
        return ink(self.handed_out)

    @cached_property
    def nbgrader(self) -> dict:
        """What nbgrader knows of it."""
        return self.released["metadata"].get("nbgrader", {})

    @property
    def name(self) -> str | None:
        """nbgrader's name for it: a solution's is that of its function."""
        return self.nbgrader.get("grade_id")

    @property
    def locked(self) -> bool:
        """True if nobody is to write in it."""
        return self.nbgrader.get("locked", False)

    @property
    def solution(self) -> bool:
        """True if students answer in it."""
        return self.nbgrader.get("solution", False)

    @property
    def exercise(self) -> bool:
        """True if it is worth points, or holds what is."""
        return self.solution or self.nbgrader.get("grade", False)

    def changed(self, cells: list[Cell]) -> list[int]:
        """The positions of those recognised cells that differ from the released one in more than layout."""
        return [position for position in self.ranks if cells[position].ink != self.ink]


def graft(cells: list[Cell], released: dict) -> Grafted:
    """Put a student's cells onto the released notebook.

    Parameters
    ----------
    cells : list of Cell
        What was handed in.
    released : dict
        The notebook that was handed out.

    Returns
    -------
    grafted : Grafted
    """
    slots = [Slot(cell) for cell in released["cells"]]
    _recognise(cells, slots)
    handed_out = {slot.ink for slot in slots}
    for slot in slots:
        if not slot.solution:
            _choose(slot, cells)
    chosen = {slot.name: slot.chosen for slot in slots}
    for slot in slots:
        if slot.solution:
            _choose_answer(slot, cells, chosen.get(f"check_{slot.name}"), handed_out)
    own = _own_cells(cells, slots)
    remarks = [*_put_right(cells, slots), *_left_out(cells, slots, own), *_join_split(slots, own)]
    return Grafted(
        cells=_assemble(slots, own),
        remarks=tuple(remarks),
        recognised=sum(slot.exercise and slot.chosen is not None for slot in slots),
        answered=sum(slot.solution and ink(slot.source) != slot.ink for slot in slots),
        found=sum(slot.chosen is not None for slot in slots),
    )


def _recognise(cells: list[Cell], slots: list[Slot]) -> None:
    """Note at each slot the cells that belong there: by the same text, else by nbgrader's name, else by the id.

    The text goes first: names are copied with cells, and ids shift when a newer release has one cell more.
    """
    by_name = {slot.name: slot for slot in slots if slot.name}
    by_id = {slot.released["id"]: slot for slot in slots}
    by_ink: dict[str, list[Slot]] = {}
    for slot in slots:
        by_ink.setdefault(slot.ink, []).append(slot)
    for position, cell in enumerate(cells):
        same_text = by_ink.get(cell.ink, []) if cell.ink else []
        for rank, slot in enumerate((by_name.get(cell.grade_id), by_id.get(cell.id))):
            if slot and (slot in same_text or not same_text):
                slot.ranks[position] = rank
                break
        else:
            if same_text:
                next((slot for slot in same_text if not slot.ranks), same_text[-1]).ranks[position] = 2


def _choose(slot: Slot, cells: list[Cell]) -> None:
    """Choose the cell that stands for a released one that is no solution."""
    slot.source = slot.handed_out
    if not slot.ranks:
        return
    surest = min(slot.ranks.values())
    sure = [position for position, rank in slot.ranks.items() if rank == surest]
    if slot.locked:
        # the last of its copies, as it goes with the last of the answers; but what a student wrote is no copy
        slot.chosen = sure[-1] if surest == 0 else sure[0]
        return
    slot.chosen = next((position for position in slot.changed(cells) if position in sure), sure[0])
    slot.source = cells[slot.chosen].source


def _choose_answer(slot: Slot, cells: list[Cell], check: int | None, handed_out: set[str]) -> None:
    """Choose an exercise's answer: what its name held when its check came, in the student's own order."""

    def defined(position: int) -> bool:
        return defines(slot.name, cells[position].source)

    changed = slot.changed(cells)
    elsewhere = (position for position, cell in enumerate(cells) if cell.ink not in handed_out)
    answers = list(filter(defined, changed)) or list(filter(defined, elsewhere)) or changed
    if answers:
        before = [position for position in answers if check is None or position < check]
        slot.chosen = _beginning(cells, (before or answers)[-1], handed_out)
        slot.source = cells[slot.chosen].source
    else:
        slot.chosen = min(slot.ranks, default=None)
        slot.source = slot.handed_out


def _beginning(cells: list[Cell], position: int, handed_out: set[str]) -> int:
    """Where the answer begins whose end stands in this cell: further up, if it was cut within a class, say."""
    begin = position
    while begin and continues(cells[begin].source) and cells[begin - 1].ink not in handed_out:
        begin -= 1
    return position if continues(cells[begin].source) else begin


def _own_cells(cells: list[Cell], slots: list[Slot]) -> dict[int, list[Cell]]:
    """The student's own cells, by the index of the released cell that they follow; -1 for those before all."""
    places = {slot.chosen: index for index, slot in enumerate(slots) if slot.chosen in slot.ranks}
    for index, slot in enumerate(slots):
        if slot.chosen is not None:
            places.setdefault(slot.chosen, index)
    copies = {position: index for index, slot in enumerate(slots) if slot.solution for position in slot.ranks}
    stubs = {slot.ink for slot in slots if slot.solution}
    own: dict[int, list[Cell]] = {}
    after = -1
    for position, cell in enumerate(cells):
        slot = slots[places[position]] if position in places else None
        edited = slot is not None and slot.locked and cell.ink not in ("", slot.ink)
        # neither an untouched copy nor an older answer is to undo the one that counts
        if (slot is None or edited) and cell.ink not in stubs:
            older = position in copies and position < slots[copies[position]].chosen
            own.setdefault(min(after, copies[position] - 1) if older else after, []).append(cell)
        after = places.get(position, after)
    return own


def _put_right(cells: list[Cell], slots: list[Slot]) -> list[str]:
    """Say which released cells were not as they were handed out, and what became of them."""
    found = [slot for slot in slots if slot.chosen is not None]
    retyped = [slot for slot in found if cells[slot.chosen].kind != slot.released["cell_type"]]
    elsewhere = [slot for slot in found if slot.chosen not in slot.ranks]
    copied = [slot for slot in found if sum(slot.solution or rank < 2 for rank in slot.ranks.values()) > 1]
    edited = [slot for slot in found if slot.locked and slot.chosen in slot.changed(cells)]
    positions = [slot.chosen for slot in found if slot not in elsewhere]
    said = {
        "Missing, and put back as released": [slot for slot in slots if slot.chosen is None],
        "Of another type than released, and put back to it": retyped,
        "Found in a cell that is not its own": elsewhere,
        "More than once there (the last answer before the check counts; other answers stay, stubs go)": copied,
        "Locked, but edited (as released again; what was written there stands in a cell before)": edited,
    }
    remarks = [f"{remark}: {_listed(those)}." for remark, those in said.items() if those]
    if positions != sorted(positions):
        remarks.append("Cells had been moved; they stand in the released order again.")
    return remarks


def _left_out(cells: list[Cell], slots: list[Slot], own: dict[int, list[Cell]]) -> list[str]:
    """Bound the student's own cells, and say what is not kept of them."""
    remarks = []
    total = sum(map(len, own.values()))
    left = MOST_OWN_CELLS
    for index in sorted(own):
        own[index] = own[index][:left]
        left -= len(own[index])
    if total > MOST_OWN_CELLS:
        remarks.append(f"The student added {total:,} cells; the first {MOST_OWN_CELLS:,} of them are kept.")
    in_text = [cells[slot.chosen] for slot in slots if slot.chosen is not None and "attachments" not in slot.released]
    if any(cell.attachments for cell in (*in_text, *(cell for those in own.values() for cell in those))):
        remarks.append("Pictures that were dropped into text cells are left out.")
    return remarks


def _listed(slots: list[Slot]) -> str:
    """The names of those that nbgrader knows, and how many others."""
    names = [slot.name for slot in slots if slot.name]
    others = len(slots) - len(names)
    return ", ".join(names + [f"{others} cell{'s' * (others > 1)} without a name"] * (others > 0))


def _join_split(slots: list[Slot], own: dict[int, list[Cell]]) -> list[str]:
    """Put solutions together again whose pieces stand in cells of their own, and say which."""
    joined = []
    for index, slot in enumerate(slots):
        following = own.get(index, []) if slot.solution and slot.released["cell_type"] == "code" else []
        text, pieces = slot.source, 0
        for number, cell in enumerate(following, start=1):
            if cell.kind != "code" or not (continues(cell.source) or is_unfinished(text)):
                break
            text += "\n" + cell.source
            if len(text) > LONGEST_SPLIT:
                break
            if not is_unfinished(text):
                slot.source, pieces = text, number
        if pieces:
            del following[:pieces]
            joined.append(slot)
    return [f"Split over several cells, and joined again: {_listed(joined)}."] if joined else []


def _assemble(slots: list[Slot], own: dict[int, list[Cell]]) -> list[dict]:
    """The notebook's cells, ready to run."""
    ids = {slot.released["id"] for slot in slots}
    fresh = (new for number in count(1) if (new := f"own-{number}") not in ids)
    cells = []
    for index, slot in enumerate([None, *slots], start=-1):
        if slot is not None:
            cells.append(deepcopy(slot.released) | {"source": slot.source} | _unrun(slot.released["cell_type"]))
        for cell in own.get(index, []):
            made = {"cell_type": cell.kind, "id": next(fresh), "metadata": {}, "source": cell.source}
            cells.append(made | _unrun(cell.kind))
    return cells


def _unrun(kind: str) -> dict:
    """What a cell has besides its text before it is run."""
    return {"execution_count": None, "outputs": []} if kind == "code" else {}
