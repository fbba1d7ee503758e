"""What Numba compiles for librosa while a sandbox warms up, kept for the next one: it takes a quarter of a minute.

It comes from the warm process before any student's code has run, and goes to none but the next warm process.
"""

import contextlib
import os
from pathlib import Path, PurePosixPath

from platformdirs import user_cache_path

SUFFIXES = (".nbi", ".nbc")


def folder() -> Path:
    """Where it is kept: a folder that only its owner may enter."""
    return user_cache_path("resound") / f"compiled-{os.getuid()}"


def load() -> dict[str, bytes]:
    """The kept files by their relative names; none if there are none, or if the folder is somebody else's."""
    place = folder()
    with contextlib.suppress(OSError):
        status = place.lstat()
        if status.st_uid == os.getuid() and not status.st_mode & 0o022:
            return {
                path.relative_to(place).as_posix(): path.read_bytes()
                for path in place.rglob("*")
                if path.suffix in SUFFIXES
            }
    return {}


def store(files: dict[str, bytes]) -> None:
    """Keep files; without a place to keep them, warming up takes longer, and that is all."""
    place = folder()
    with contextlib.suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in files.items():
            if PurePosixPath(name).is_absolute() or ".." in name or PurePosixPath(name).suffix not in SUFFIXES:
                continue
            path = place / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}.part")
            part.write_bytes(content)
            part.replace(path)
