"""What happens to a file's bytes. Each function is one kind of damage, and says what survives it."""

import json
from random import Random

from tests.damaged.draft import Draft, forget


def _cut(pieces: list[tuple[bytes, dict | None]], draft: Draft, random: Random) -> bytes:
    data = b"".join(piece for piece, _ in pieces)
    end = random.randint(0, len(data))
    forget(draft, _hit(pieces, end, len(data)))
    return data[:end]


def _hit(pieces: list[tuple[bytes, dict | None]], begin: int, end: int) -> list[dict]:
    """The cells that have bytes between two places."""
    hit, at = [], 0
    for piece, cell in pieces:
        if cell is not None and at < end and begin < at + len(piece):
            hit.append(cell)
        at += len(piece)
    return hit


def cut_off(draft: Draft, random: Random) -> dict[str, bytes]:
    """The disk was full: whole cells before the cut survive."""
    return {draft.file_name: _cut(draft.pieces(), draft, random)}


def cut_off_in_one_line(draft: Draft, random: Random) -> dict[str, bytes]:
    """The same, saved by a program that breaks no lines."""
    return {draft.file_name: _cut(draft.pieces(indent=None), draft, random)}


def cut_off_behind_an_answer(draft: Draft, random: Random) -> dict[str, bytes]:
    """The cut falls right behind the text of an answer, in front of its brackets: the answer survives."""
    name = draft.pick(random)
    (holder,) = draft.holders[name]
    pieces = draft.pieces()
    before = sum(len(piece) for piece, _ in pieces[: [cell is holder for _, cell in pieces].index(True)])
    end = before + len(json.dumps(holder, indent=1, ensure_ascii=False).encode().rstrip(b"}] \n"))
    data = b"".join(piece for piece, _ in pieces)
    forget(draft, _hit(pieces, end, len(data)))
    draft.answers[name] = "".join(holder["source"])
    return {draft.file_name: data[:end]}


def _overwrite(draft: Draft, random: Random, longest: int, indent: int | None) -> dict[str, bytes]:
    pieces = draft.pieces(indent)
    data = bytearray(b"".join(piece for piece, _ in pieces))
    begin = random.randrange(len(data))
    end = min(len(data), begin + random.randint(1, longest))
    forget(draft, _hit(pieces, begin, end))
    data[begin:end] = random.randbytes(random.randint(0, longest))
    return {draft.file_name: bytes(data)}


def garbage_in_the_middle(draft: Draft, random: Random) -> dict[str, bytes]:
    """A stretch was overwritten: the cells around it survive."""
    return _overwrite(draft, random, longest=2000, indent=1)


def garbage_in_one_line(draft: Draft, random: Random) -> dict[str, bytes]:
    """The same without line breaks."""
    return _overwrite(draft, random, longest=2000, indent=None)


def garbage_among_keys_in_another_order(draft: Draft, random: Random) -> dict[str, bytes]:
    """The same, saved by a program that writes a cell's text before its outputs."""
    for cell in draft.cells:
        items = random.sample(sorted(cell.items()), len(cell))
        cell.clear()
        cell.update(items)
    return _overwrite(draft, random, longest=500, indent=None)


def flipped_bytes(draft: Draft, random: Random) -> dict[str, bytes]:
    """A few bytes were changed: the cells that they don't stand in survive."""
    pieces = draft.pieces(random.choice([None, 1]))
    data = bytearray(b"".join(piece for piece, _ in pieces))
    for _ in range(random.randint(1, 5)):
        at = random.randrange(len(data))
        data[at] ^= random.randint(1, 255)
        forget(draft, _hit(pieces, at, at + 1))
    return {draft.file_name: bytes(data)}


def merge_conflict(draft: Draft, random: Random) -> dict[str, bytes]:
    """Git wrote its marks around a cell that is no answer."""
    pieces = [piece for piece, _ in draft.pieces()]
    holders = [cell for cells in draft.holders.values() for cell in cells]
    free = [i for i, (_, cell) in enumerate(draft.pieces()) if cell is not None and not any(cell is h for h in holders)]
    at = random.choice(free)
    pieces[at] = b"\n<<<<<<< HEAD\n" + pieces[at] + b"\n=======\n" + pieces[at] + b"\n>>>>>>> origin/main\n"
    return {draft.file_name: b"".join(pieces)}


def byte_order_mark(draft: Draft, random: Random) -> dict[str, bytes]:
    """As some editors save it."""
    return {draft.file_name: draft.text(random.choice([None, 1])).encode("utf-8-sig")}


def utf_16(draft: Draft, random: Random) -> dict[str, bytes]:
    """With its mark."""
    return {draft.file_name: draft.text(random.choice([None, 1])).encode("utf-16")}


def utf_16_big_endian(draft: Draft, random: Random) -> dict[str, bytes]:
    """Without a mark."""
    return {draft.file_name: draft.text(random.choice([None, 1])).encode("utf-16-be")}


def utf_16_little_endian(draft: Draft, random: Random) -> dict[str, bytes]:
    """Without a mark."""
    return {draft.file_name: draft.text(random.choice([None, 1])).encode("utf-16-le")}


def utf_32(draft: Draft, random: Random) -> dict[str, bytes]:
    """With its mark."""
    return {draft.file_name: draft.text(random.choice([None, 1])).encode("utf-32")}


def utf_16_cut_off(draft: Draft, random: Random) -> dict[str, bytes]:
    """Whole cells before the cut survive in another encoding as well."""
    pieces = [(piece.decode().encode("utf-16-le"), cell) for piece, cell in draft.pieces()]
    return {draft.file_name: b"\xff\xfe" + _cut(pieces, draft, random)}


def western_european(draft: Draft, random: Random) -> dict[str, bytes]:
    """Saved again by an old editor: what that encoding has survives."""
    draft.answers = {k: v.encode("cp1252", "replace").decode("cp1252") for k, v in draft.answers.items()}
    return {draft.file_name: draft.text().encode("cp1252", "replace")}


def windows_line_ends(draft: Draft, random: Random) -> dict[str, bytes]:
    """Between the lines of the file, not in those of its cells."""
    return {draft.file_name: draft.text().replace("\n", "\r\n").encode()}


def twice_in_a_row(draft: Draft, random: Random) -> dict[str, bytes]:
    """Appended where it should have been replaced."""
    return {draft.file_name: draft.text().encode() * 2}


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
