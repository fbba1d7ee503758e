"""Bytes that may once have been a notebook -> its cells."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.glance import ink
from autograder.skim import LONGEST_PIECE, SURROGATE, Broken, Exhausted, Skimmer

LONGEST_SOURCE = LONGEST_PIECE // 8
"""characters of one cell: even if each is escaped, its JSON is decoded"""
MOST_CELLS = 5_000
MOST_TEXT = 20 * LONGEST_SOURCE
"""characters of all cells"""
ATTEMPT = 1_500
"""what a look at a place where a cell may begin costs of a text's effort"""

_KEYS = rb"attachments|cell_type|collapsed|execution_count|id|input|language|level|metadata|outputs|source"
CELL = re.compile(rb'\{[ \t\r\n]*+"(?:' + _KEYS + rb')"[ \t\r\n]*+:')
"""where a cell may begin"""
NEXT_CELL = re.compile(rb"[\[,][ \t\r\n]*+" + CELL.pattern)
"""where the next one does; nbgrader's metadata, an object that looks alike, stands behind a colon"""
SOURCE = re.compile(rb'"(?:source|input)"[ \t\r\n]*+:[ \t\r\n]*+')
TEXT_KEYS = (b"source", b"input")
"""where a cell's text stands: a code cell's was called input before nbformat 4"""
LOADED_KEYS = (*TEXT_KEYS, b"cell_type", b"id", b"level")
NO_TEXT = f"A cell that holds no text, or more than {LONGEST_SOURCE:,} characters, was left empty."


class Unreadable(Exception):
    """No notebook can be made of what was handed in; the message says why, and the way out."""


@dataclass(frozen=True)
class Cell:
    """What is of use in a cell that was handed in."""

    kind: str
    """code, markdown or raw"""
    source: str
    id: str = ""
    grade_id: str = ""
    """nbgrader's name for the cell"""
    attachments: bool = False
    """whether pictures were dropped into its text"""

    @cached_property
    def ink(self) -> str:
        """Its text without white space."""
        return ink(self.source)


@dataclass(frozen=True)
class Recovered:
    """The cells of a file, and what was wrong with it."""

    cells: list[Cell]
    remarks: tuple[str, ...]


def recover(content: bytes) -> Recovered:
    """Read every cell whose text is whole, from an intact notebook or a damaged one.

    Parameters
    ----------
    content : bytes
        A file: any nbformat, in UTF-8, UTF-16 or UTF-32, with stray bytes, cut off, or with a notebook somewhere in it.

    Returns
    -------
    recovered : Recovered
        Without cells, if the file holds none.
    """
    return _Recovery(content).recovered()


class _Recovery:
    """Reads one file."""

    def __init__(self, content: bytes):
        self.skimmer = Skimmer(content)
        self.text_end = 0
        """where the text of the newest cell ends"""
        self._begin()

    def _begin(self) -> None:
        self.skimmer.at = 0
        self.cells: list[Cell] = []
        self.text_left = MOST_TEXT
        self.notes: dict[str, None] = {}
        """what was odd, each once, in the order in which it was met"""

    def recovered(self) -> Recovered:
        damaged = False
        try:
            damaged = not self._read_whole()
            if damaged:
                self._begin()
                self._hunt()
        except Exhausted:
            self._note("The rest of the file is too long or too tangled to be read.")
        remarks = [*self.notes]
        if damaged:
            cut = not self.skimmer.data.rstrip().endswith(b"}")
            remarks.insert(0, f"The file {'was cut off' if cut else 'is damaged'}; {len(self.cells)} cells were read.")
        if self.skimmer.strays:
            remarks.append("Bytes that are no UTF-8 were read as Windows-1252, the old Western European letters.")
        return Recovered(self.cells, tuple(remarks))

    def _note(self, remark: str) -> None:
        self.notes[remark] = None

    def _read_whole(self) -> bool:
        """Read an intact notebook; False if it is none, or damaged."""
        try:
            self._read_notebook()
        except Broken:
            return False
        return bool(self.cells) and not self.skimmer.look()

    def _read_notebook(self) -> None:
        skimmer = self.skimmer
        for key in skimmer.entries(b"{}"):
            if key == b"cells":
                self._read_list()
            elif key == b"worksheets":  # nbformat 3
                for _ in skimmer.entries(b"[]"):
                    for inner in skimmer.entries(b"{}"):
                        self._read_list() if inner == b"cells" else skimmer.skip()
            else:
                skimmer.skip()

    def _read_list(self) -> None:
        for _ in self.skimmer.entries(b"[]"):
            cell = self._read_cell() if self.skimmer.look() == b"{" else self.skimmer.skip()
            if cell is None:
                self._note("Something that stood among the cells, and is none, was left out.")
            else:
                self._keep(cell)

    def _hunt(self) -> None:
        """Try each place where a cell may begin, also within others: one that lost its end swallows those behind it."""
        skimmer = self.skimmer
        while place := CELL.search(skimmer.data, skimmer.at):
            skimmer.at = place.start()
            skimmer.spend(ATTEMPT)
            try:
                cell = self._read_cell(says_its_type=True)
            except Broken:
                continue
            if cell is None:
                # no cell itself, but what is around a notebook may look like one
                skimmer.spend(skimmer.at - place.start())
                skimmer.at = place.start() + 1
            else:
                self._keep(cell)
                skimmer.at = self.text_end

    def _keep(self, cell: Cell) -> None:
        self.text_left -= len(cell.source)
        if len(self.cells) == MOST_CELLS or self.text_left < 0:
            raise Exhausted
        self.cells.append(cell)

    def _read_cell(self, says_its_type: bool = False) -> Cell | None:
        """Read the object before the skimmer; None if it is no cell.

        Raises
        ------
        Broken
            If its text can't be read; the skimmer then stands behind its opening bracket.
        """
        skimmer, begin = self.skimmer, self.skimmer.at
        found: dict[bytes, Any] = {}
        try:
            for key in skimmer.entries(b"{}"):
                if key in LOADED_KEYS and key not in found:
                    found[key] = skimmer.load()
                    if key in TEXT_KEYS:
                        self.text_end = skimmer.at
                elif key == b"metadata" and b"grade_id" not in found:
                    found[b"grade_id"] = self._grade_id()
                else:
                    skimmer.skip()
                    if key in (b"attachments", b"outputs"):
                        found[key] = None
        except Broken:
            skimmer.spend(skimmer.at - begin)
            # whatever is broken in its outputs, or after its text, is no loss
            if not any(key in found for key in TEXT_KEYS) and not self._find_text(begin, found):
                skimmer.at = begin + 1
                raise
        key = next((key for key in TEXT_KEYS if key in found), None)
        if key is None or (says_its_type and b"cell_type" not in found):
            return None
        return self._cell(found, found[key])

    def _grade_id(self) -> Any:
        """Step over a cell's metadata; nbgrader's name of the cell, if there is one."""
        skimmer, grade_id = self.skimmer, None
        if skimmer.look() != b"{":
            return skimmer.skip()
        for key in skimmer.entries(b"{}"):
            if key == b"nbgrader" and skimmer.look() == b"{":
                for inner in skimmer.entries(b"{}"):
                    if inner == b"grade_id":
                        grade_id = skimmer.load()
                    else:
                        skimmer.skip()
            else:
                skimmer.skip()
        return grade_id

    def _find_text(self, begin: int, found: dict[bytes, Any]) -> bool:
        """Look for a cell's text behind what is broken in it, or before the file ends."""
        skimmer = self.skimmer
        if b"cell_type" not in found:
            return False
        following = NEXT_CELL.search(skimmer.data, begin + 1)
        end = following.start() if following else len(skimmer.data)
        skimmer.spend(end - begin)
        place = max(skimmer.data.rfind(b'"%b"' % key, begin, end) for key in TEXT_KEYS)
        source = SOURCE.match(skimmer.data, place) if place >= 0 else None
        if source is None:
            return False
        try:
            lines, closed = skimmer.load_lines(source.end())
        except Broken:
            return False
        if not closed and not lines:
            return False
        found[b"source"] = lines
        self.text_end = skimmer.at
        # saved line by line, a text has no line break in its last line
        if not closed and lines[-1].endswith("\n"):
            self._note(f"The last of them ends after line {len(lines)}.")
            # not to take a whole cell's place; an answer in it is found all the same, if there is no other
            found |= {b"cell_type": "raw", b"id": None, b"grade_id": None}
        return True

    def _cell(self, found: dict[bytes, Any], text: Any) -> Cell:
        """Make a cell of what was read, whatever its types."""
        kind, level = found.get(b"cell_type"), found.get(b"level")
        source = self._source(text)
        if kind == "heading":  # nbformat 3
            source = f"{'#' * int(level) if level in (1, 2, 3, 4, 5, 6) else '#'} {source}"
        if kind not in ("code", "markdown", "raw"):
            kind = "markdown" if kind in ("heading", "html") else "code" if b"outputs" in found else "raw"
        return Cell(
            kind=kind,
            source=source,
            id=str(found.get(b"id", "")),
            grade_id=str(found.get(b"grade_id", "")),
            attachments=b"attachments" in found,
        )

    def _source(self, text: Any) -> str:
        """A cell's text, as one that can be run and stored."""
        source = "".join(text) if isinstance(text, list) else text
        if not isinstance(source, str) or len(source) > LONGEST_SOURCE:
            self._note(NO_TEXT)
            return ""
        if "\0" in source or SURROGATE.search(source):
            self._note("Characters that no text can hold were left out.")
            source = SURROGATE.sub("", source.replace("\0", ""))
        return source
