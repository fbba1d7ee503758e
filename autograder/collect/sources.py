"""Which source a folder or a zip file comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.collect import canvas, exchange, folders, loose, moodle
from autograder.collect.said import Said
from autograder.errors import PlainError

NAMES = (exchange.NAME, moodle.NAME, canvas.NAME, folders.NAME, loose.NAME)
ENOUGH = 0.5
"""of the files' names must be understood"""


class UnknownSource(PlainError):
    """Nothing can be made of the names of the files; the message says which forms are understood."""


@dataclass(frozen=True)
class Source:
    """Somewhere that submissions come from."""

    name: str
    what: str
    read_name: Callable[[str], Said | None]
    given_out: Callable[[str], bool] = lambda path: False
    """whether a file was not handed in, but given out"""
    one_assignment: bool = False
    """whether all its files were asked for one lesson"""
    by_owner: bool = False
    """whether the owner of a file must be who handed it in"""
    with_timestamps: bool = False
    """whether a timestamp.txt is nbgrader's; elsewhere it is a student's own file, and proves nothing"""


def find_source(paths: Sequence[str], lessons: Sequence[str], pattern: str | None, name: str | None) -> Source:
    """The source whose names the files have.

    Parameters
    ----------
    paths : sequence of str
        The names of all files.
    lessons : sequence of str
    pattern : str, optional
        Of the names of loose notebooks; if it is given, they are loose notebooks.
    name : str, optional
        The source, if one need not guess: one of `NAMES`.

    Raises
    ------
    UnknownSource
    """
    sources = [
        Source(
            exchange.NAME, exchange.WHAT, exchange.read_name, exchange.given_out, by_owner=True, with_timestamps=True
        ),
        Source(moodle.NAME, moodle.WHAT, moodle.read_name, one_assignment=True),
        Source(canvas.NAME, canvas.WHAT, canvas.read_name, one_assignment=True),
        Source(folders.NAME, folders.WHAT, folders.reader(paths, lessons), with_timestamps=True),
        Source(
            loose.NAME,
            f"{loose.WHAT}, called {pattern or loose.PATTERN}",
            loose.reader(pattern or loose.PATTERN, lessons),
        ),
    ]
    if pattern:
        name = loose.NAME
    if name is not None:
        if name.casefold() not in [each.name.casefold() for each in sources]:
            raise UnknownSource(f"{name} is no source. There are: {', '.join(NAMES)}.")
        return next(each for each in sources if each.name.casefold() == name.casefold())
    for source in sources:
        handed_in = [path for path in paths if not source.given_out(path)]
        if sum(source.read_name(path) is not None for path in handed_in) >= max(1, ENOUGH * len(handed_in)):
            return source
    raise UnknownSource(
        f"The names of {len(paths)} files, such as {', '.join(paths[:3])}, say neither whose they are nor where they "
        "come from. Understood are: a folder for each student, Moodle's and Canvas' zip files of all submissions (as "
        "they were downloaded, or unpacked), nbgrader's exchange, and loose notebooks by --pattern, such as "
        f"{loose.PATTERN}."
    )
