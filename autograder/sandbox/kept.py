"""What a warm process worked out and the next one need not: compiled code, pictures, sounds, what long cells came to.

It comes from warm processes before any student's code has run, and goes to none but the next warm process.

What Numba compiles is kept for each process of a grader by itself: where two compile at once and mix their files, the
next one that loads them may crash.
"""

import contextlib
import fcntl
import itertools
import os
import shutil
import sys
from functools import cache
from pathlib import Path, PurePosixPath

from platformdirs import user_cache_path

from autograder.files import whole

COMPILED, JUDGED, MADE, RUN = "compiled", "judged", "made", "run"
MOST_COMPILED = 32 << 20
"""Bytes that are handed on to a warm process: half of what a message may hold."""
SUFFIX = ".made"
"""Of all but compiled code."""
SUFFIXES = (".nbi", ".nbc", SUFFIX)
"""Those of Numba's files are the first two."""


def folder(what: str) -> Path:
    """Where something is kept: below a folder that only its owner may enter."""
    return _own() / what


def load(what: str) -> dict[str, bytes]:
    """The kept files by their relative names; none if there are none, or if the folder is somebody else's."""
    with contextlib.suppress(OSError):
        status = _own().lstat()
        if status.st_uid == os.getuid() and not status.st_mode & 0o022:
            place = folder(what)
            return {
                path.relative_to(place).as_posix(): path.read_bytes()
                for path in place.rglob("*")
                if path.suffix in SUFFIXES
            }
    return {}


def store(what: str, files: dict[str, bytes]) -> None:
    """Keep files; without a place to keep them, warming up takes longer, and that is all."""
    place = folder(what)
    with contextlib.suppress(OSError):
        _own().mkdir(mode=0o700, parents=True, exist_ok=True)
        # Numba's code before the index that leads to it, lest a killed process leave an index of what is not there
        for name, content in sorted(files.items(), key=lambda file: PurePosixPath(file[0]).suffix):
            if PurePosixPath(name).is_absolute() or ".." in name or PurePosixPath(name).suffix not in SUFFIXES:
                continue
            path = place / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with whole(path) as part:
                part.write_bytes(content)


def compiled() -> str:
    """Where this process keeps what warm processes compile."""
    return f"{COMPILED}/{_seat()[0]}"


def load_compiled() -> dict[str, bytes]:
    """What warm processes have compiled; nothing, and begun anew, once it has grown too large to be handed on.

    Each version of a library, and each folder that one is installed in, leaves its own.
    """
    files = load(compiled())
    if sum(map(len, files.values())) <= MOST_COMPILED:
        return files
    shutil.rmtree(folder(compiled()), ignore_errors=True)
    return {}


def compile_alone() -> None:
    """Keep what Numba compiles in this process where no other process does, if Numba is still to be imported."""
    if "numba" not in sys.modules:
        os.environ["NUMBA_CACHE_DIR"] = str(folder(f"{JUDGED}/{_seat()[0]}"))


@cache
def _seat() -> tuple[int, object]:
    """A number that no other process has while this one lives, and what it is held by."""
    with contextlib.suppress(OSError):
        _own().mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in itertools.count():
            # open as long as this process lives
            held = open(_own() / f"seat-{number}", "a", encoding="ascii")  # noqa: SIM115
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return number, held
            except BlockingIOError:
                held.close()
    # without a place to keep anything, a number of its own
    return os.getpid(), None


def forget_others(what: str) -> None:
    """Remove what lies beside it: what an older version of the same kept."""
    with contextlib.suppress(OSError):
        for path in folder(what).parent.iterdir():
            if path != folder(what):
                shutil.rmtree(path, ignore_errors=True)


def _own() -> Path:
    return user_cache_path("resound") / f"kept-{os.getuid()}"
