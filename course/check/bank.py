"""The check bank of a lesson: inputs, expected results and the results of known faults. Outputs only, no code.

A bank is one `.npz` file: an `index` (JSON, as bytes) that describes the exercises, and the arrays it refers to.
Arrays are kept in single precision, single numbers with six digits: the tolerance of a check is ten times wider at the
least, and the last bits, which differ between processors, stay out of the repository.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from course.assets import assets_folder
from course.check.case import Axis, Case, Probe

SINGLE = {"f": np.float32, "c": np.complex64}


class BankError(Exception):
    """There is no bank for a lesson, or it can't be read."""


@dataclass(frozen=True)
class KnownFault:
    """What a misconception makes of each case (`None` where it raises), and what to say about it."""

    name: str
    says: str
    results: tuple[Any, ...]
    released: bool = False
    """True for the fault that a "find the bug" exercise hands out"""


@dataclass(frozen=True)
class BankExercise:
    """Everything that a student's own check knows of one exercise."""

    name: str
    points: float
    steps: tuple[str, ...]
    """the names that the student assigns"""
    hints: tuple[str, ...]
    cases: tuple[Case, ...]
    expected: tuple[Any, ...]
    faults: tuple[KnownFault, ...]
    handed_out: str = ""
    """of a "find the bug" exercise: the fingerprint of the code as it is handed out"""
    library_has: tuple[str, ...] = ()
    """functions of libraries that the exercise asks to build, by their full names"""


@dataclass(frozen=True)
class Bank:
    """The exercises of one lesson."""

    lesson: str
    title: str
    exercises: dict[str, BankExercise]


def single(value: Any) -> Any:
    """Round floats and complex numbers to what the bank keeps, arrays to single precision; leave the rest alone."""
    if isinstance(value, np.generic):
        value = value.item()
    elif hasattr(value, "__array__"):  # a tensor
        value = np.asarray(value)
    if isinstance(value, np.ndarray):
        return value.astype(SINGLE.get(value.dtype.kind, value.dtype))
    return float(f"{value:.6g}") if isinstance(value, float) else value


def save_bank(bank: Bank, path: Path) -> None:
    """Write a bank, the same bytes for the same content.

    Parameters
    ----------
    bank : Bank
    path : Path
        A file whose name ends in .npz; its folder is made if it is missing.
    """
    arrays: dict[str, np.ndarray] = {}
    index = {
        "lesson": bank.lesson,
        "title": bank.title,
        "exercises": [_exercise_to_index(exercise, arrays) for exercise in bank.exercises.values()],
    }
    text = json.dumps(index, ensure_ascii=False, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, index=np.frombuffer(text.encode(), np.uint8), **arrays)


@cache
def load_bank(lesson: str) -> Bank:
    """Read the bank of a lesson.

    Parameters
    ----------
    lesson : str
        Its name, such as "02_stft".

    Returns
    -------
    bank : Bank

    Raises
    ------
    BankError
        If there is none; the message lists the lessons that have one.
    """
    folder = assets_folder() / "checks"
    path = folder / f"{lesson}.npz"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in folder.glob("*.npz")))
        raise BankError(f"There is no lesson called {lesson!r}. The lessons are: {known}.")
    return read_bank(path)


def read_bank(path: Path) -> Bank:
    """Read a bank from a file that `save_bank` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    index = json.loads(arrays["index"].tobytes().decode())
    exercises = [_exercise_from_index(entry, arrays) for entry in index["exercises"]]
    return Bank(index["lesson"], index["title"], {exercise.name: exercise for exercise in exercises})


def _exercise_to_index(exercise: BankExercise, arrays: dict) -> dict:
    def put(value: Any) -> Any:
        value = single(value)
        if isinstance(value, dict):
            return {"plain": value}
        if not isinstance(value, np.ndarray | complex):
            return value
        key = f"a{len(arrays):04d}"
        arrays[key] = np.asarray(value)
        return {"array": key}

    return {
        "name": exercise.name,
        "points": exercise.points,
        "steps": exercise.steps,
        "hints": exercise.hints,
        "handed_out": exercise.handed_out,
        "library_has": exercise.library_has,
        "cases": [
            {
                "positional": [put(value) for value in case.positional],
                "named": {name: put(value) for name, value in case.named.items()},
                "axes": [[axis.name, axis.step, axis.unit] for axis in case.axes],
                **({"probe": [case.probe.name, *map(put, case.probe.data)]} if case.probe else {}),
            }
            for case in exercise.cases
        ],
        "expected": [put(value) for value in exercise.expected],
        "faults": [
            {
                "name": fault.name,
                "says": fault.says,
                "released": fault.released,
                "results": [put(value) for value in fault.results],
            }
            for fault in exercise.faults
        ],
    }


def _exercise_from_index(entry: dict, arrays: dict) -> BankExercise:
    def get(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return arrays[value["array"]] if "array" in value else value["plain"]

    return BankExercise(
        name=entry["name"],
        points=entry["points"],
        steps=tuple(entry["steps"]),
        hints=tuple(entry["hints"]),
        handed_out=entry["handed_out"],
        library_has=tuple(entry["library_has"]),
        cases=tuple(
            Case(
                tuple(get(value) for value in case["positional"]),
                {name: get(value) for name, value in case["named"].items()},
                tuple(Axis(*axis) for axis in case["axes"]),
                Probe(*map(get, case["probe"])) if "probe" in case else None,
            )
            for case in entry["cases"]
        ),
        expected=tuple(get(value) for value in entry["expected"]),
        faults=tuple(
            KnownFault(fault["name"], fault["says"], tuple(get(value) for value in fault["results"]), fault["released"])
            for fault in entry["faults"]
        ),
    )
