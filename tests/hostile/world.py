"""What lies around a grader: secrets that nobody is to read, places that nobody is to write, ears that hear a knock."""

import contextlib
import hashlib
import os
import pickle
import resource
import select
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CANARY = "canary-5b1f0c7e"
"""Stands in every secret of a class."""
PROCESSES = Path("/proc")


@dataclass
class World:
    """A class's folder, and listeners on this machine."""

    folder: Path
    ears: dict[str, socket.socket] = field(default_factory=dict)

    @classmethod
    def begin(cls, folder: Path) -> "World":
        """Lay out a class: a gradebook, another's submission, a key, a place that could be written."""
        world = cls(folder)
        with sqlite3.connect(folder / "gradebook.db") as gradebook:
            gradebook.execute("CREATE TABLE grade (student TEXT, marks REAL)")
            gradebook.execute("INSERT INTO grade VALUES (?, 9.5)", [CANARY])
        for name in ("submitted/neighbour/02_stft/02_stft.ipynb", ".ssh/id_ed25519", "outside/kept.txt"):
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(f"{name}: {CANARY}")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        world.listen("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        world.listen("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        world.listen("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{CANARY}-{os.getpid()}")
        world.listen("named", socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "outside" / "ear"))
        return world

    def listen(self, name: str, kind: int, style: int, address: Any) -> None:
        """Open an ear."""
        self.ears[name] = ear = socket.socket(kind, style)
        ear.bind(address)
        if style == socket.SOCK_STREAM:
            ear.listen()

    def places(self) -> dict[str, str]:
        """The names of places, as attacks write them."""
        return {
            "CLASS": str(self.folder),
            "OUTSIDE": str(self.folder / "outside"),
            "COURSE": str(Path(__file__).resolve().parents[2]),
            "HOME": str(Path.home()),
            "TCP": str(self.ears["tcp"].getsockname()[1]),
            "UDP": str(self.ears["udp"].getsockname()[1]),
            "ABSTRACT": f"{CANARY}-{os.getpid()}",
            "GRADER": str(os.getpid()),
        }

    def knocked(self) -> list[str]:
        """The ears that heard somebody."""
        heard, _, _ = select.select(list(self.ears.values()), [], [], 0)
        return [name for name, ear in self.ears.items() if ear in heard]

    def fingerprint(self) -> str:
        """Another one as soon as anything in the class's folder is another."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            digest.update(f"{path} {path.lstat().st_mode}".encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
        return digest.hexdigest()

    def end(self) -> None:
        """Close the ears."""
        for ear in self.ears.values():
            ear.close()


def alive_below(pid: int) -> set[int]:
    """The processes that descend from one, those that are dead and not yet buried apart."""
    parents, dead = {}, set()
    for path in PROCESSES.iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
                parents[int(path.name)] = int(parent)
                dead |= {int(path.name)} if state == "Z" else set()
    below = {pid}
    while more := {each for each, parent in parents.items() if parent in below} - below:
        below |= more
    return below - dead - {pid}


@contextlib.contextmanager
def nothing_left(pid: int) -> Iterator[None]:
    """Fail if a process below `pid` outlives the block."""
    before = alive_below(pid)
    yield
    deadline = time.monotonic() + 3
    while left := alive_below(pid) - before:
        assert time.monotonic() < deadline, f"{len(left)} processes were left over"
        time.sleep(0.02)


class Crashed(Exception):
    """The grader's process died, or did not end."""


def apart(work: Callable[[], Any], seconds: float, most_bytes: int = 4 << 30) -> tuple[Any, int]:
    """Work in a fork of this process, so that whatever kills or stops a grader doesn't kill the tests.

    Parameters
    ----------
    work : callable
        What it gives, or raises, comes back.
    seconds : float
        How long it may take.
    most_bytes : int
        How much more memory it may take.

    Returns
    -------
    result : object
    peak_bytes : int
        How much more memory it has taken than was there before.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _work_in_fork(work, writing, most_bytes)
    os.close(writing)
    try:
        with open(reading, "rb") as pipe:
            sent = _read_until(pipe, time.monotonic() + seconds)
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise Crashed(f"the grader was still busy after {seconds:g} s") from None
    _, status = os.waitpid(pid, 0)
    if not sent:
        raise Crashed(f"the grader's process died with status {status}")
    result, peak_bytes = pickle.loads(sent)
    if isinstance(result, BaseException):
        raise result
    return result, peak_bytes


def _work_in_fork(work: Callable[[], Any], writing: int, most_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + most_bytes,) * 2)
    before = _peak()
    try:
        result = work()
    except BaseException as error:
        result = error
    with open(writing, "wb") as pipe:
        try:
            pipe.write(pickle.dumps((result, max(_peak() - before, 0))))
        except Exception as error:
            pipe.write(pickle.dumps((Crashed(f"{type(result).__name__}: {error}"), 0)))
    os._exit(0)


def _read_until(pipe: Any, deadline: float) -> bytes:
    pieces = []
    while select.select([pipe], [], [], max(deadline - time.monotonic(), 0))[0]:
        if not (piece := os.read(pipe.fileno(), 1 << 20)):
            return b"".join(pieces)
        pieces.append(piece)
    raise TimeoutError


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
