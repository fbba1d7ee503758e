"""How students are called in a report: as in the gradebook, or by numbers."""

import random
import re
from collections.abc import Iterable, Mapping

from autograder.glance import LITERAL

SHORTEST = 3
"""Letters of a first or last name that is hidden in texts; shorter ones are words as well."""


class Names:
    """What to call each student, and how to show a text in which a name may stand.

    Parameters
    ----------
    known : mapping of str to str
        By the student's id, the full name; empty where there is none.
    """

    def __init__(self, known: Mapping[str, str]):
        self._called = {student: f"{name} ({student})" if name else student for student, name in known.items()}

    def __getitem__(self, student: str) -> str:
        return self._called[student]

    def hide(self, text: str) -> str:
        """A message as it can be shown."""
        return text

    def hide_in_code(self, source: str) -> str:
        """An answer as it can be shown, with as many lines."""
        return source


class Numbers(Names):
    """Numbers for names, drawn anew for each report."""

    def __init__(self, known: Mapping[str, str]):
        shuffled = random.SystemRandom().sample(sorted(known), len(known))
        self._called = {student: f"student {number}" for number, student in enumerate(shuffled, 1)}
        self._number_of = {word: self._called[student] for student in known for word in _words(student, known[student])}
        # longer ones first, for one may hold another
        alternatives = "|".join(map(re.escape, sorted(self._number_of, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![^\W_])(?:{alternatives or '$^'})(?![^\W_])", re.IGNORECASE)

    def hide(self, text: str) -> str:
        """A message, with numbers in place of ids and names."""
        return self._pattern.sub(lambda found: self._number_of.get(found[0].lower(), "student"), text)

    def hide_in_code(self, source: str) -> str:
        """An answer without its comments, and with numbers in place of ids and names."""
        return self.hide(LITERAL.sub(lambda found: "" if found[0].startswith("#") else found[0], source))


def _words(student: str, name: str) -> Iterable[str]:
    """What tells who a student is."""
    return [student.lower(), *(part.lower() for part in name.split() if len(part) >= SHORTEST)]
