"""The files in a folder or a zip file that somebody hands over: listed and read, however hostile they are.

Nothing is unpacked to disk, no link is followed, and a file's name is never used as a path. Whatever is left out gets a
line that names it and says what to do; it never stops the others.
"""

import io
import mmap
import os
import pwd
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from autograder.collect.names import plain_path, wrong_with_path
from autograder.errors import PlainError
from autograder.submissions import MOST_BYTES, shown

MOST_FILES = 50_000
MOST_INSIDE = 100
"""files of a zip file that lies in another"""
MOST_ALTOGETHER = 20_000_000_000
"""bytes of all files, unpacked"""
MOST_OF_A_ZIP = 50_000_000
"""bytes of a zip file that lies in another"""
DEEPEST = 12
"""folders within folders"""
SMALL = 20_000_000
"""bytes that may be packed as tightly as they like"""
TIGHTEST = 100
"""how many times larger a file may become; notebooks become ten times larger at most"""
ZIP_ENTRY = b"PK\x01\x02"
LEFT_BY_COMPUTERS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")

ASK_AGAIN = "Ask for the notebook itself."


class NoSuchSource(PlainError):
    """There is nothing to collect from; the message says what was expected."""


class Refused(Exception):
    """A file can't be read; the message says why."""


@dataclass(frozen=True)
class Entry:
    """An ordinary file."""

    name: str
    """its path below the folder or in the zip file, with slashes, in Unicode's composed form (NFC)"""
    size: int
    read: Callable[[], bytes] = field(compare=False)
    """its content; raises Refused"""
    owner: str = ""
    """the user whose file it is; empty in a zip file, which does not say"""


@dataclass(frozen=True)
class Left:
    """A file that is not taken."""

    name: str
    why: str
    """what is wrong, and the way out"""


@dataclass
class Listing:
    """What lies in a folder or a zip file."""

    entries: list[Entry] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    bytes_left: int = MOST_ALTOGETHER

    def leave(self, name: str, why: str) -> None:
        """Note that a file is left out."""
        self.left.append(Left(shown(name), why))


@contextmanager
def listed(path: Path) -> Iterator[Listing]:
    """List the files in a folder or a zip file; they can be read as long as the context lasts.

    Raises
    ------
    NoSuchSource
        If there is neither a folder nor a zip file.
    """
    listing = Listing()
    if path.is_dir():
        _list_folder(path, listing)
        _expand_zips(listing)
        yield listing
        return
    with _opened(path) as packed:
        listing.entries = list(_entries(packed, "", listing))
        _expand_zips(listing)
        yield listing


def _opened(path: Path) -> zipfile.ZipFile:
    if not path.exists():
        raise NoSuchSource(f"There is no {path}. Name a folder or a zip file.")
    _refuse_too_many(path)
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # a stranger's zip file breaks zipfile in more ways than are documented
        raise NoSuchSource(
            f"{path} is neither a folder nor a zip file that can be opened ({error}). "
            "If it was downloaded, download it again."
        ) from error


def junk(name: str) -> bool:
    """Whether a file was left by a computer, not by a person."""
    parts = name.split("/")
    return any(part in LEFT_BY_COMPUTERS for part in parts) or parts[-1].startswith("._")


def _list_folder(folder: Path, listing: Listing) -> None:
    waiting = [("", 1)]
    while waiting:
        inside, depth = waiting.pop()
        try:
            found = sorted(os.scandir(folder / inside), key=lambda each: each.name)
        except OSError as error:
            listing.leave(inside, f"It can't be opened ({error.strerror}). Change its permissions and collect again.")
            continue
        for each in found:
            path = f"{inside}{each.name}"
            if each.is_dir(follow_symlinks=False):
                if depth == DEEPEST:
                    listing.leave(path, f"It lies more than {DEEPEST} folders deep. Move it up and collect again.")
                else:
                    waiting.append((f"{path}/", depth + 1))
            elif each.is_file(follow_symlinks=False):
                _list_file(folder / path, path, each.stat(follow_symlinks=False), listing)
            else:
                what = "a link, which is not followed" if each.is_symlink() else "no ordinary file"
                listing.leave(path, f"It is {what}. Put a copy of the file there and collect again.")


def _list_file(path: Path, name: str, status: os.stat_result, listing: Listing) -> None:
    size = status.st_size
    if len(listing.entries) == MOST_FILES:
        raise NoSuchSource(f"There are more than {MOST_FILES:,} files. Collect from the folder of one assignment.")
    if wrong := wrong_with_path(plain_path(name)):
        listing.leave(name, wrong)
    elif size > MOST_BYTES:
        listing.leave(name, f"It has {size / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:,.0f}. {ASK_AGAIN}")
    else:
        listing.entries.append(Entry(plain_path(name), size, partial(_read, path), _user(status.st_uid)))


@cache
def _user(uid: int) -> str:
    """Somebody's name on this machine."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _read(path: Path) -> bytes:
    try:
        # what was an ordinary file a moment ago may be a link now, or a pipe that waits for a writer for ever
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read(MOST_BYTES)
    except OSError as error:
        raise Refused(f"It can't be opened ({error.strerror}). Change its permissions and collect again.") from error
    raise Refused("It is no ordinary file any more. Collect again.")


def _refuse_too_many(path: Path) -> None:
    """Count a zip file's entries before zipfile makes an object for each."""
    if path.stat().st_size == 0:
        return
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        count, at = 0, content.find(ZIP_ENTRY)
        while at >= 0:
            count += 1
            if count > MOST_FILES:
                raise NoSuchSource(f"{path} holds more than {MOST_FILES:,} files. Is it the zip file of an assignment?")
            at = content.find(ZIP_ENTRY, at + 1)


def _entries(packed: zipfile.ZipFile, outer: str, listing: Listing) -> Iterator[Entry]:
    """The ordinary files of a zip file; what can't be taken is noted."""
    for info in packed.infolist():
        raw = _name(info)
        if info.is_dir() or raw.endswith("\\"):
            continue
        name = f"{outer}/{plain_path(raw)}" if outer else plain_path(raw)
        if wrong := wrong_with_path(plain_path(raw)) or _wrong_with(info):
            listing.leave(f"{outer}/{raw}" if outer else raw, wrong)
        elif info.file_size > listing.bytes_left:
            listing.leave(name, "All files together unpack to more than 20 GB. Collect in parts.")
        else:
            listing.bytes_left -= info.file_size
            yield Entry(name, info.file_size, partial(_unpack, packed, info))


def _name(info: zipfile.ZipInfo) -> str:
    """An entry's name; the archivers of macOS write UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def _wrong_with(info: zipfile.ZipInfo) -> str | None:
    """Why an entry of a zip file is not taken, if it isn't."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "It is a link, or no ordinary file, and is not followed. " + ASK_AGAIN
    if info.flag_bits & 1:
        return f"It is locked with a password. {ASK_AGAIN}"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"It is packed in a way that may ask for any amount of memory. {ASK_AGAIN}"
    if info.file_size > MOST_BYTES:
        return f"It unpacks to {info.file_size / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:,.0f}. {ASK_AGAIN}"
    if info.file_size > SMALL and info.file_size > TIGHTEST * info.compress_size:
        times = info.file_size / max(info.compress_size, 1)
        return f"It unpacks to {times:,.0f} times its size, as no notebook does (a zip bomb). {ASK_AGAIN}"
    return None


def _unpack(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with packed.open(info) as file:
            return file.read(info.file_size)
    except Exception as error:  # as above
        raise Refused(f"It can't be unpacked ({shown(str(error))}). {ASK_AGAIN}") from error


def _expand_zips(listing: Listing) -> None:
    """Put in place of each zip file what it holds; one that lies deeper still is left out."""
    expanded: list[Entry] = []
    for entry in listing.entries:
        if not entry.name.lower().endswith(".zip") or junk(entry.name):
            expanded.append(entry)
        elif entry.size > MOST_OF_A_ZIP:
            listing.leave(entry.name, f"It is a zip file of more than {MOST_OF_A_ZIP / 1e6:.0f} MB. {ASK_AGAIN}")
        else:
            expanded += _inside(entry, listing)
    listing.entries = expanded


def _inside(entry: Entry, listing: Listing) -> list[Entry]:
    try:
        content = entry.read()
        if content.count(ZIP_ENTRY) > MOST_INSIDE:
            raise Refused(f"It is a zip file of more than {MOST_INSIDE} files. {ASK_AGAIN}")
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = list(_entries(packed, entry.name, listing))
    except Refused as error:
        listing.leave(entry.name, str(error))
        return []
    except Exception as error:  # as above
        listing.leave(entry.name, f"It can't be opened as a zip file ({shown(str(error))}). {ASK_AGAIN}")
        return []
    taken = []
    for index, each in enumerate(found):
        if each.name.lower().endswith(".zip"):
            listing.leave(each.name, f"It is a zip file in a zip file in what was collected. {ASK_AGAIN}")
        else:
            taken.append(Entry(each.name, each.size, partial(_read_inside, entry, index)))
    return taken


def _read_inside(entry: Entry, index: int) -> bytes:
    """A file of a zip file in a zip file, which is opened anew each time: 300 of them would fill the memory."""
    with zipfile.ZipFile(io.BytesIO(entry.read())) as packed:
        return list(_entries(packed, entry.name, Listing()))[index].read()
