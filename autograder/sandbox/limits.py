"""How much of everything one submission may take."""

from dataclasses import asdict, dataclass


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
