"""Loose notebooks, whose names follow a pattern such as `{student}_{lesson}.ipynb`.

What nbgrader's zip_collect asks for as a regular expression (`FileNameCollectorPlugin.named_regexp`), written as people
write it: `{student}` is whatever the roster knows, `{lesson}` a lesson, `{id}` a number, `{name}` a name, `*` anything.
"""

import re
from collections.abc import Callable, Sequence

from autograder.collect.said import NUMBERED, Said, Who, number
from autograder.errors import PlainError

NAME = "loose"
WHAT = "loose notebooks"
PATTERN = "{student}_{lesson}.ipynb"


class BadPattern(PlainError):
    """A pattern of names can't be read; the message says what may stand in it."""


def reader(pattern: str, lessons: Sequence[str]) -> Callable[[str], Said | None]:
    """What reads the names of files by a pattern.

    Raises
    ------
    BadPattern
        If the pattern says nothing of the student, or holds an unknown name.
    """
    kinds = {
        "{student}": r"(?P<label>[^/]+?)",
        "{name}": r"(?P<name>[^/]+?)",
        "{id}": r"(?P<id>[^/_]+?)",
        "{lesson}": rf"(?P<lesson>{'|'.join(map(re.escape, lessons))})",
        "*": r"[^/]*?",
    }
    pieces = re.split(r"(\{[^}]*\}|\*)", pattern)
    if unknown := [piece for piece in pieces if piece.startswith("{") and piece not in kinds]:
        raise BadPattern(f"{unknown[0]} in the pattern {pattern!r} means nothing. It may hold {', '.join(kinds)}.")
    if not {"{student}", "{name}", "{id}"} & set(pieces) or any(pieces.count(kind) > 1 for kind in list(kinds)[:4]):
        raise BadPattern(f"The pattern {pattern!r} does not say who: it needs one {{student}}, {{id}} or {{name}}.")
    whole = re.compile("".join(kinds.get(piece) or re.escape(piece) for piece in pieces), re.IGNORECASE)

    def read_name(path: str) -> Said | None:
        file = path.rpartition("/")[2]
        found = whole.fullmatch(NUMBERED.sub("", file)) or whole.fullmatch(file)
        if found is None:
            return None
        says = found.groupdict()
        who = Who(says.get("id", ""), says.get("name", ""), says.get("label", ""))
        lesson = next((each for each in lessons if each.lower() == says.get("lesson", "").lower()), "")
        return Said(who, file, attempt=repr(who), apart=True, order=number(file), lesson=lesson)

    return read_name
