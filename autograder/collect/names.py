"""Names of people, of folders and of files: how they are compared, and how they are written."""

import re
import unicodedata

LONGEST = 200
"""bytes of a folder's or a file's name in UTF-8; file systems take 255"""
RENAME = "Give it another name and collect again."


def words(name: str) -> list[str]:
    """The words of a name in small letters without accents: the same however `Müller-Lüdenscheidt, Zoë` is coded."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", plain)


def same_words(name: str) -> str:
    """Equal for a name and the same name with the surname first."""
    return " ".join(sorted(words(name)))


def squeezed(name: str) -> set[str]:
    """What Canvas may make of a name: its words without spaces, from whichever word on."""
    parts = words(name)
    return {"".join(parts[first:] + parts[:first]) for first in range(len(parts))}


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may be one person's: they share a word, or one is the other squeezed."""
    mine, others = words(one), words(other)
    return bool(set(mine) & set(others) or {"".join(mine)} & squeezed(other) or {"".join(others)} & squeezed(one))


def folder_name(text: str) -> str:
    """A name that every file system and nbgrader take, and that no path hides in."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"[^\w.@+-]+", "_", text).strip("._-")
    return _first(text, LONGEST) or "nameless"


def file_name(text: str) -> str:
    """A file's own name, kept as far as every file system takes it."""
    text = unicodedata.normalize("NFC", text).rpartition("/")[2]
    text = re.sub(r"[^\w .@+()-]+", "_", text).strip(" .") or "nameless"
    most = LONGEST // 2
    return text if len(text.encode()) <= LONGEST else f"{_first(text, most)}_{_first(text[::-1], most - 1)[::-1]}"


def _first(text: str, most: int) -> str:
    """As many letters as fit into so many bytes."""
    return text.encode()[:most].decode(errors="ignore")


def wrong_with_path(name: str) -> str | None:
    """What is wrong with a file's name, if anything is."""
    if not name or not name.isprintable():
        return f"Its name holds characters that can't be printed. {RENAME}"
    if name.startswith("/") or name[1:2] == ":":
        return f"Its name is an absolute path, which no honest zip file holds. {RENAME}"
    if ".." in name.split("/"):
        return f"Its name leads out of the folder it is in, which no honest zip file does. {RENAME}"
    return None


def plain_path(name: str) -> str:
    """A path as we write it: with slashes, composed, without steps that lead nowhere."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    head = "/" if name.startswith("/") else ""
    return head + "/".join(part for part in name.split("/") if part not in ("", "."))
