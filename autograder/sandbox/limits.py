"""How much of everything one submission may take."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

MET = "It met the limit on {}."
"""What an instructor is told of a limit."""


@dataclass(frozen=True)
class Limits:
    """The defaults let every honest solution of a lesson pass with much to spare."""

    call_seconds: float = 10.0
    """one call of a student's function by a hidden test"""
    cell_seconds: float = 30.0
    """one cell"""
    notebook_seconds: float = 120.0
    """everything together, judging included"""
    cpu_seconds: int = 120
    """of one process"""
    memory_bytes: int = 2 << 30
    """of all processes together, beside what the warm process holds"""
    processes: int = 32
    threads: int = 128
    """of all processes together"""
    disk_bytes: int = 128 << 20
    """in /tmp; /dev/shm has as much again"""
    output_bytes: int = 4 << 20
    """of what one cell prints and shows; the rest is left out"""
    endless_output_bytes: int = 64 << 20
    """where a cell that prints is stopped"""

    def as_dict(self) -> dict:
        """Plain data, for the sandbox."""
        return asdict(self)


def limits_met(remarks: Iterable[str]) -> list[str]:
    """The limits that some remarks tell of: "time", "memory", …"""
    pattern = re.compile(re.escape(MET).replace(r"\{\}", "(.+)"))
    return [found[1] for remark in remarks if (found := pattern.fullmatch(remark))]
