"""What happens to files. Each function is one kind of damage, and says what survives it."""

import io
import json
import zipfile
from random import Random

from tests.damaged.draft import Draft, released, written


def another_name(draft: Draft, random: Random) -> dict[str, bytes]:
    """As browsers, mail programs and students rename them."""
    name = draft.lesson
    names = [f"{name} (1).ipynb", f"{name}-Copy1.ipynb", f"{name.upper()}.IPYNB", f"{name}.ipynb.txt", f"{name}.json"]
    names += ["Untitled.ipynb", f"work/{name}.ipynb", name, f"{name}.ipynb.download", "a\nb\u202e\udcff.ipynb"]
    names += [f".ipynb_checkpoints/{name}-checkpoint.ipynb", "müller: final FINAL.ipynb"]
    return {random.choice(names): draft.text().encode()}


def two_files(draft: Draft, random: Random) -> dict[str, bytes]:
    """The release beside the answers, and neither has the right name: the one with answers counts."""
    untouched = json.dumps(released(draft.lesson)).encode()
    names = random.sample(["Untitled.ipynb", "a.ipynb", f"{draft.lesson} (1).ipynb", f"x/{draft.file_name}"], 2)
    return {names[0]: untouched, names[1]: draft.text().encode()}


def right_name_among_others(draft: Draft, random: Random) -> dict[str, bytes]:
    """The right name counts."""
    untouched = json.dumps(released(draft.lesson)).encode()
    return {"Untitled.ipynb": untouched, **written(draft), "notes.txt": b"hello", "x.zip": b"PK\3\4"}


def right_name_broken(draft: Draft, random: Random) -> dict[str, bytes]:
    """Where nothing can be read under the right name, the other file counts."""
    rest = random.choice([b"", b"\0" * 1000, b"{", b"%PDF-1.7"])
    return {draft.file_name: rest, f"{draft.lesson}-Copy1.ipynb": draft.text().encode()}


def in_a_zip_file(draft: Draft, random: Random) -> dict[str, bytes]:
    """With other files, in folders, under any name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as file:
        file.writestr("__MACOSX/._x.ipynb", b"\0\5\x16\7")
        file.writestr(random.choice([draft.file_name, f"a/b/{draft.file_name}", "x.ipynb"]), draft.text())
        file.writestr("readme.txt", "hello")
    return {random.choice(["x.zip", draft.file_name, f"{draft.lesson}.zip"]): packed.getvalue()}


def something_else(draft: Draft, random: Random) -> dict[str, bytes]:
    """No notebook at all: nothing survives."""
    draft.answers = {}
    contents = [b"", b" \n", b"%PDF-1.4 \n", b"<!DOCTYPE html><html>", b"def hann(n):\n    return 1\n", b"{}", b"[]"]
    contents += [b'{"cells": [], "metadata": {}}', b"null", random.randbytes(5000), b"\0" * 5000, b"[" * 100_000]
    contents += [b'{"cells": [' * 50_000, b'{"cell_type":' * 50_000, b'"' * 5000, b"PK\3\4" + random.randbytes(500)]
    return {random.choice([draft.file_name, "x.pdf", "x.html", "x.py"]): random.choice(contents)}


def nothing(draft: Draft, random: Random) -> dict[str, bytes]:
    """An empty folder, or one with sounds only."""
    draft.answers = {}
    return random.choice([{}, {"yes.wav": b"RIFF"}])
