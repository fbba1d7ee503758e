"""Files that somebody else may be at: held by one at a time, and written whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(lock: Path, refusal: Exception) -> Iterator[None]:
    """Hold a file, or raise `refusal` if somebody else does.

    The kernel gives it back when its holder dies, however that was.

    Parameters
    ----------
    lock : Path
        Made if it is not there; its folder is.
    refusal : Exception
    """
    with open(lock, "a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise refusal from error
        yield


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file beside another one, to be written; at the end it takes the other's place.

    Parameters
    ----------
    path : Path

    Yields
    ------
    part : Path
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
