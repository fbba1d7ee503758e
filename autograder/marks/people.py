"""Who somebody in the gradebook is to an LMS: from what was collected, and from rosters."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.collect.attempts import Attempt, in_order
from autograder.collect.roster import Person, Roster
from autograder.collect.said import Who
from autograder.collect.store import Collected, read_collected


@dataclass(frozen=True)
class People:
    """The students of a class, as their LMS knows them."""

    by_folder: dict[str, Person]
    graded: dict[tuple[str, str], Attempt] = field(default_factory=dict)
    """the attempt that was graded, by student and lesson, as far as it was collected"""

    @cached_property
    def _roster(self) -> Roster:
        return Roster([*self.by_folder.values()])

    def person(self, student: str) -> Person:
        """A student; at least by the name of the folder."""
        return self.by_folder.get(student) or Person(student)

    def lms_id(self, student: str, lesson: str, source: str) -> str:
        """The number that an LMS gave somebody for an assignment; empty if it was not collected from there."""
        attempt = self.graded.get((student, lesson))
        return attempt.lms_id if attempt and attempt.source == source else ""

    def named(self, who: list[Who]) -> str | None:
        """Which student an LMS means: the first of several ways of naming somebody that fits."""
        found = (self._roster.find(each).person for each in who)
        return next((person.folder for person in found if person), None)


def people_of(class_folder: Path, students: set[str], roster: Roster) -> People:
    """Put together what is known about students.

    Parameters
    ----------
    class_folder : Path
        The folder that holds collected/, if anything was collected.
    students : set of str
        Names of folders below submitted/.
    roster : Roster
        May be empty.
    """
    collected = read_collected(class_folder)
    by_folder = {person.folder: person for person in roster.people}
    from_an_lms: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in collected:
        if attempt.prefix:
            from_an_lms[attempt.student, attempt.lesson].append(attempt)
        stable = frozenset({attempt.lms_id} if attempt.lms_id and attempt.source == "Canvas" else ())
        new = Person(attempt.student, stable, attempt.login, attempt.name, attempt.email)
        known = by_folder.setdefault(attempt.student, new)
        by_folder[attempt.student] = known.with_more(new)
    for student in students:
        by_folder.setdefault(student, Person(student))
    return People(by_folder, {key: _graded(in_order(attempts), collected) for key, attempts in from_an_lms.items()})


def _graded(attempts: list[Attempt], collected: Collected) -> Attempt:
    """The attempt that stands in submitted/; or the newest, where somebody has changed what stands there."""
    placed = [each for each in attempts if collected.placed.get(f"{each.student}/{each.lesson}") == each.folder]
    return (placed or attempts)[-1]
