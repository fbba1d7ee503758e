"""`autograder collect`: understand, show, ask, write."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.tz import tzlocal
from rich.console import Console

from autograder.collect.files import junk, listed
from autograder.collect.lessons import Lessons
from autograder.collect.plan import Plan, carry_out, make_plan
from autograder.collect.roster import read_rosters
from autograder.collect.show import not_taken, show
from autograder.collect.sources import find_source
from autograder.collect.understand import understand
from autograder.errors import PlainError


class UnknownZone(PlainError):
    """A time zone has no such name; the message shows one that has."""


def collect(
    course: Path,
    path: Path,
    class_folder: Path,
    console: Console,
    *,
    rosters: Sequence[Path] = (),
    lesson: str | None = None,
    pattern: str | None = None,
    source: str | None = None,
    zone: str | None = None,
    db_url: str | None = None,
    ask: Callable[[], bool] = lambda: True,
) -> Plan:
    """Collect what students handed in.

    Parameters
    ----------
    course : Path
        The course's folder.
    path : Path
        A folder or a zip file.
    class_folder : Path
        Where submitted/ and collected/ are written.
    console : Console
        Where it is shown what was understood, before anything is written.
    rosters : sequence of Path, optional
        CSV files that say who takes the course (see `autograder.collect.roster`).
    lesson : str, optional
        The lesson that all were asked for: a file that does not say itself is taken for it.
    pattern : str, optional
        Of the names of loose notebooks, such as `{student}_{lesson}.ipynb`.
    source : str, optional
        Where the files come from, if their names mislead: one of `autograder.collect.sources.NAMES`.
    zone : str, optional
        The time zone in which rosters were written, such as `Europe/Berlin`; this machine's by default.
    db_url : str, optional
        The gradebook's address, for when lessons are due; by default `gradebook.db` in `class_folder`.
    ask : callable, optional
        Asked when all is shown.

    Returns
    -------
    plan : Plan
        What was understood, and `problems` if something could not be written.

    Raises
    ------
    PlainError
        If there is nothing to collect, or an option means nothing.
    """
    known, here = Lessons(course), _zone(zone)
    lesson = known.named(lesson.rstrip("/\\") if lesson else None)
    roster = read_rosters(rosters, here)
    with listed(path) as listing:
        names = [entry.name for entry in listing.entries if not junk(entry.name)]
        origin = find_source(names, known.names, pattern, source)
        plan = make_plan(understand(listing, origin, known, roster, lesson), class_folder, roster)
        show(plan, console, due_dates(class_folder, db_url), here)
        if ask():
            carry_out(plan, class_folder)
    if plan.problems:
        console.print(not_taken(plan.problems))
    return plan


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return tzlocal()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"There is no time zone called {name}. A name looks like Europe/Berlin.") from error


def due_dates(class_folder: Path, db_url: str | None = None) -> dict[str, datetime]:
    """When the lessons of a class are due, by its gradebook; empty as long as there is none."""
    if db_url is None and not (class_folder / "gradebook.db").is_file():
        return {}
    # nbgrader takes two seconds to import
    import sqlalchemy as sql

    from autograder.database import ASSIGNMENT, open_database
    from autograder.grade import default_gradebook

    engine = open_database(db_url or default_gradebook(class_folder))
    with engine.connect() as connection:
        found = connection.execute(sql.select(ASSIGNMENT.c.name, ASSIGNMENT.c.duedate)).all()
    engine.dispose()
    return {name: due.replace(tzinfo=UTC) for name, due in found if due is not None}
