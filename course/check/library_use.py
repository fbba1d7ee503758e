"""Notices when a student's function calls what it was asked to build.

The functions are known by where their code stands, so another name, a copy or a wrapper changes nothing. This is an
honest look, no lock: code that runs in the same process can blind it. So trying to is noticed as well.
"""

import importlib
import inspect
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any

try:
    import _posixsubprocess
except ImportError:  # where programs are started in another way
    _posixsubprocess = None

ELSEWHERE = {
    sys.setprofile: "sys.setprofile",
    os.system: "another program",
    **{
        getattr(os, name): "another process"
        for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp")
        if hasattr(os, name)
    },
    **({_posixsubprocess.fork_exec: "another program"} if _posixsubprocess else {}),
}
"""Built-in functions that open ways out of sight."""
ANOTHER_THREAD = "another thread"

BEHIND = {"scipy.fft": ("scipy.fft._basic_backend", "scipy.fft._realtransforms_backend")}
"""Where the work is done, of a module whose own functions only pass calls on without a trace."""


@contextmanager
def watch(library_has: tuple[str, ...]) -> Iterator[set[str]]:
    """Collect which of some functions are called meanwhile.

    Parameters
    ----------
    library_has : tuple of str
        Their full names, such as "librosa.stft"; of a class, such as "scipy.signal.ShortTimeFFT", every method counts.

    Yields
    ------
    used : set of str
        Filled as they are called.
    """
    used: set[str] = set()
    if not library_has:
        yield used
        return
    places, ours = _places(library_has), globals()

    def look(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            code = frame.f_code
            if (names := places.get(code.co_filename)) and code.co_qualname in names:
                used.add(names[code.co_qualname])
        elif event == "c_call" and called in ELSEWHERE and frame.f_globals is not ours:
            used.add(ELSEWHERE[called])

    if _other_threads_of_the_notebook():
        used.add(ANOTHER_THREAD)
    before = sys.getprofile()
    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield used
    finally:
        if sys.getprofile() is not look:
            used.add(ELSEWHERE[sys.setprofile])
        sys.setprofile(before)
        threading.setprofile(before)


def _other_threads_of_the_notebook() -> bool:
    """Whether code of the notebook runs in a thread that was started before, where nobody watches it.

    The main thread was not: a widget's message may be answered beside it, and there is the kernel itself.
    """
    seen = {threading.get_ident(), threading.main_thread().ident}
    for thread, frame in sys._current_frames().items():
        while frame is not None and thread not in seen:
            if frame.f_globals.get("__name__") == "__main__":
                return True
            frame = frame.f_back
    return False


@cache
def _places(library_has: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The watched functions by file and by their qualified name in it."""
    places: dict[str, dict[str, str]] = {}
    for name in library_has:
        module, _, function = name.rpartition(".")
        behind = [getattr(importlib.import_module(each), function, None) for each in BEHIND.get(module, ())]
        for code in (code for found in (find(name), *behind) for code in _codes_of(found)):
            places.setdefault(code.co_filename, {})[code.co_qualname] = name
    return places


def find(name: str) -> Any:
    """The object with a full name, such as "scipy.signal.get_window".

    Raises
    ------
    LookupError
        If there is none.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
            for attribute in parts[length:]:
                found = getattr(found, attribute)
        except (ImportError, AttributeError):
            continue
        return found
    raise LookupError(f"no library has {name}")


def _codes_of(found: Any) -> list[CodeType]:
    """The code of a function under all its wrappers, or of every method of a class."""
    if isinstance(found, type):
        return [code for member in vars(found).values() for code in _codes_of(member)]
    if isinstance(found, property):
        found = found.fget
    if isinstance(found, staticmethod | classmethod):
        found = found.__func__
    code = getattr(inspect.unwrap(found), "__code__", None) if callable(found) else None
    return [code] if isinstance(code, CodeType) else []
