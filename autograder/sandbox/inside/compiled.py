"""What Numba compiles in the warm process: brought from an earlier one, for both precisions, handed on to the next."""

import os
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numba.core.types import Type

PLACE = Path(os.environ.get("NUMBA_CACHE_DIR", "/tmp/numba"))


def write(files: dict[str, bytes]) -> None:
    """Lay out what was compiled for an earlier warm process."""
    for name, content in files.items():
        path = PLACE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def new(known: dict[str, bytes]) -> dict[str, bytes]:
    """What was compiled beside that."""
    files = {path.relative_to(PLACE).as_posix(): path for path in PLACE.rglob("*.nb[ic]")}
    contents = {name: path.read_bytes() for name, path in files.items()}
    return {name: content for name, content in contents.items() if known.get(name) != content}


def complete() -> None:
    """Compile what was compiled of librosa for arguments of the other precision, too, and for a mixture of both.

    A lesson's own cells have one of them. A student who writes in the other would wait three seconds in each fork, for
    what a fork compiles dies with it.
    """
    load(
        [
            (*where, kinds)
            for *where, arguments in signatures()
            for kinds in product(*map(_in_both_precisions, arguments))
        ]
    )


def signatures() -> list[tuple[str, str, tuple]]:
    """What was compiled of librosa: module, function, and the types of its arguments."""
    if "numba" not in sys.modules:
        return []
    from numba.core.dispatcher import Dispatcher

    librosa = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "librosa"}
    return [
        (module, name, signature.args)
        for module, its in librosa.items()
        for name, function in vars(its).items()
        if isinstance(function, Dispatcher) and function.__module__ == module
        for signature in function.nopython_signatures
    ]


def load(signatures: list[tuple[str, str, tuple]]) -> None:
    """Have this compiled, or brought from where it lies compiled."""
    if not signatures:
        return
    from numba.core.errors import NumbaError

    for module, name, arguments in signatures:
        # whatever is not there any more is compiled when it is called
        with suppress(NumbaError, LookupError, AttributeError):
            getattr(sys.modules[module], name).compile(arguments)


def _in_both_precisions(kind: "Type") -> list["Type"]:
    from numba import types

    if isinstance(kind, types.Array):
        return [kind.copy(dtype=each) for each in _in_both_precisions(kind.dtype)]
    pairs = ([types.float32, types.float64], [types.complex64, types.complex128])
    return next((pair for pair in pairs if kind in pair), [kind])
