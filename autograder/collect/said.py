"""What the name of a file says about who handed it in: the same for every source."""

import re
from dataclasses import dataclass
from datetime import datetime

NUMBERED = re.compile(r"(?:-(\d{1,3})| ?\((\d{1,3})\))(?=\.[^.]+$)")
"""`-2` or ` (2)` before the ending: what an LMS or a browser adds to a name that is taken"""


@dataclass(frozen=True)
class Who:
    """Somebody, as far as a name says; whatever it does not say is empty."""

    id: str = ""
    """the LMS' number"""
    name: str = ""
    """as people write it, or squeezed together by Canvas"""
    label: str = ""
    """a number, a login, an e-mail address or a name: nobody says which"""


@dataclass(frozen=True)
class Said:
    """What the path of a file says."""

    who: Who
    file: str
    """the name that the student gave it"""
    attempt: str
    """what was handed in together has this in common"""
    apart: bool = False
    """whether each notebook is an attempt of its own, even if it came together with others"""
    prefix: str = ""
    """what stands before the student's own file name; an LMS knows by it whose feedback a file is"""
    time: datetime | None = None
    """when it was handed in, in UTC"""
    order: int = 0
    """the later of two attempts has the greater number"""
    late: bool = False
    """whether the LMS says so"""
    lesson: str = ""
    """as the folder's name says"""
    remark: str = ""


def number(file: str) -> int:
    """The number that was added to a file's name, such as 2 in `02_stft-2.ipynb`; 0 if there is none."""
    found = NUMBERED.search(file)
    return int(found[1] or found[2]) if found else 0


def find_part(path: str, *patterns: re.Pattern) -> tuple[int, re.Match | None]:
    """The first part of a path that one of the patterns fits, and where it stands."""
    for at, part in enumerate(path.split("/")):
        for pattern in patterns:
            if found := pattern.fullmatch(part):
                return at, found
    return 0, None
