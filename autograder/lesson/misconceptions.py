"""What `misconceptions.toml` tells of each exercise: its hints, and the faults that a student may make."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.lesson.files import LessonError, read_toml

FILE = "misconceptions.toml"


@dataclass(frozen=True)
class Misconception:
    """A one-step fault of an exercise's reference, and what to say to a student who made it."""

    exercise: str
    name: str
    replace: str
    """a piece of the reference, found exactly once in the exercise's cell"""
    with_: str
    """what stands in its place"""
    says: str
    released: bool = False
    """True for the fault that a "find the bug" exercise hands out"""


class Help:
    """The file of one lesson.

    Raises
    ------
    LessonError
        If the file is missing or holds what nobody reads.
    """

    def __init__(self, folder: Path):
        self._file = f"{folder.name}/{FILE}"
        told = read_toml(folder, FILE)
        if unknown := told.keys() - {"hints", "misconception"}:
            raise LessonError(
                f"{self._file}: nobody reads {', '.join(sorted(unknown))}. "
                "The file holds one [hints] table and any number of [[misconception]]."
            )
        self._hints, self._entries = told.get("hints", {}), told.get("misconception", [])
        for exercise, hints in self._hints.items():
            if not isinstance(hints, list):
                raise LessonError(f'{self._file}: the hints of {exercise} must be a list: ["…", "…"].')

    def hints(self, exercise: str) -> tuple[str, ...]:
        """In the order in which a student gets them."""
        return tuple(self._hints.get(exercise, ()))

    def misconceptions(self, exercise: str, source: str) -> tuple[Misconception, ...]:
        """The faults of an exercise whose reference is `source`.

        Raises
        ------
        LessonError
            If one is not told as it must be, or is not about this reference.
        """
        entries = [entry for entry in self._entries if entry.get("exercise") == exercise]
        return tuple(self._misconception(entry, source) for entry in entries)

    def _misconception(self, entry: dict, source: str) -> Misconception:
        place = f"{self._file}: {entry['exercise']}, {entry.get('name', 'without a name')!r}"
        keys = entry.keys() - {"released"}
        if keys != {"exercise", "name", "replace", "with", "says"}:
            raise LessonError(
                f"{place} has the keys {', '.join(sorted(keys))}. "
                "It needs exercise, name, replace, with and says, and may have released."
            )
        if (times := source.count(entry["replace"])) != 1:
            raise LessonError(
                f"{place}: `{entry['replace']}` stands {times} "
                "times in the reference. It must stand there exactly once; take a longer or a different piece."
            )
        return Misconception(with_=entry["with"], **{key: value for key, value in entry.items() if key != "with"})

    def refuse_unknown(self, exercises: Iterable[str]) -> None:
        """Nothing is told of an exercise that the lesson does not have.

        Raises
        ------
        LessonError
        """
        told = {entry.get("exercise") for entry in self._entries} | self._hints.keys()
        if unknown := told - set(exercises):
            raise LessonError(f"{self._file}: no exercise is called {', '.join(sorted(map(str, unknown)))}.")
