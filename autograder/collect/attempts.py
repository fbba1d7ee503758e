"""Attempts: what somebody handed in at one time for one lesson, and which of several counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from autograder.collect.files import Entry

HERE = "here"
"""the source of what stood in submitted/ and came from nowhere else"""


@dataclass(frozen=True)
class Attempt:
    """What somebody handed in at one time for one lesson."""

    student: str
    """the name of the folder below submitted/"""
    lesson: str
    source: str
    """one of `sources.NAMES`, or `HERE`"""
    attempt: str
    """the source's own name for it"""
    digest: str
    """of its files: hexadecimal digits"""
    files: dict[str, str]
    """what its files were called, by the names they are kept under"""
    main: str | None
    """the one that is graded; None if there is no notebook among them"""
    digests: tuple[str, ...] = ()
    """of each file"""
    prefix: str = ""
    """what the LMS wrote before the file's own name"""
    lms_id: str = ""
    name: str = ""
    """the person's"""
    email: str = ""
    login: str = ""
    time: datetime | None = None
    """when it was handed in, in UTC"""
    order: int = 0
    late: bool = False
    """whether the LMS says so"""
    collected: datetime | None = None
    """when it was collected first, in UTC"""
    folder: str = ""
    """where it is kept, below collected/"""
    remarks: tuple[str, ...] = ()
    entries: dict[str, Entry] = field(default_factory=dict, compare=False, repr=False)
    """where its files can be read, by the names they are kept under; empty for those of an earlier collection"""

    @property
    def identity(self) -> tuple[str, ...]:
        """Equal if it is collected again."""
        return self.student, self.lesson, self.source, self.attempt, self.digest

    def as_json(self) -> dict:
        """All that is kept of it beside its files."""
        kept = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "entries"}
        return kept | {name: value.isoformat() for name, value in kept.items() if isinstance(value, datetime)}

    @classmethod
    def from_json(cls, kept: dict) -> "Attempt":
        """What `as_json` gave."""
        times = {name: kept[name] and datetime.fromisoformat(kept[name]) for name in ("time", "collected")}
        return cls(**kept | times | {name: tuple(kept[name]) for name in ("remarks", "digests")})


def in_order(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Attempts of one student at one lesson, the newest last.

    By their times, if all are known; else by the numbers that an LMS gives to uploads, which rise; else in the order in
    which they were collected.
    """
    if all(attempt.time for attempt in attempts):
        return sorted(attempts, key=lambda attempt: (attempt.time, attempt.order, attempt.collected))
    if len({attempt.source for attempt in attempts} - {HERE}) == 1 and all(attempt.order for attempt in attempts):
        return sorted(attempts, key=lambda attempt: (attempt.order, attempt.collected))
    return sorted(attempts, key=lambda attempt: (attempt.collected, attempt.order))
