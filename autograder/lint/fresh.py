"""Whether what is handed out was built from the lesson as it is now."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograder.lesson import Lesson
from autograder.lint.finding import Finding, text_of
from autograder.stubs import stub
from course.exam.bank import read_questions
from course.exam.question import Question

RELATIVE, OF_THE_PEAK = 1e-4, 1e-4
"""By how much the numbers of a bank differ between processors."""


class Built(NamedTuple):
    """What `autograder build` writes of a lesson."""

    release: Path
    bank: Path
    questions: Path


def built_from(lesson: Lesson, course: Path) -> Built:
    """Where it lies."""
    name, assets = lesson.name, course / "assets"
    return Built(
        course / "release" / name / f"{name}.ipynb",
        assets / "checks" / f"{name}.npz",
        assets / "questions" / f"{name}.json",
    )


def not_built(lesson: Lesson, course: Path) -> Iterator[Finding]:
    """Something that `autograder build` writes is not there."""
    paths = built_from(lesson, course)
    missing = [_short(path) for path in (paths.release, paths.bank, paths.questions) if not path.is_file()]
    if missing:
        yield _build(lesson, f"The lesson is not built: {', '.join(missing)} missing.")


def stale_release(lesson: Lesson, path: Path) -> Iterator[Finding]:
    """The released notebook is another one."""
    released = [_cell(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    if released != [_cell(cell | {"source": _released(cell)}) for cell in lesson.cells]:
        yield _build(lesson, f"{_short(path)} is stale.")


def stale_words(lesson: Lesson, bank: Path) -> Iterator[Finding]:
    """The check bank knows other hints or misconceptions than the lesson."""
    with np.load(bank, allow_pickle=False) as stored:
        exercises = json.loads(stored["index"].tobytes().decode())["exercises"]
    known = {
        each["name"]: (each["hints"], [(one["name"], one["says"]) for one in each["faults"]]) for each in exercises
    }
    told = {
        name: (list(each.hints), [(one.name, one.says) for one in each.misconceptions])
        for name, each in lesson.exercises.items()
    }
    if known != told:
        yield _build(lesson, f"{_short(bank)} is stale: hints or misconceptions were changed.")


def stale_numbers(lesson: Lesson, fresh: Path, built: Path) -> Iterator[Finding]:
    """The check bank differs from a fresh one by more than processors do."""
    with np.load(fresh) as new, np.load(built) as old:
        same = new.files == old.files and new["index"].tobytes() == old["index"].tobytes()
        if not same or not all(_alike(old[name], new[name]) for name in new.files):
            yield _build(lesson, f"{_short(built)} is stale: cases, or what the solutions make of them, were changed.")


def stale_questions(lesson: Lesson, fresh: list[Question], built: Path) -> Iterator[Finding]:
    """The questions are others, or their answers."""
    old, bare = read_questions(built), {"answers": (), "wrong": ()}
    same = [replace(each, **bare) for each in old] == [replace(each, **bare) for each in fresh]
    if not same or not all(
        np.allclose((one.answers, *one.wrong), (other.answers, *other.wrong), rtol=1e-6, atol=1e-9)
        for one, other in zip(old, fresh, strict=True)
    ):
        yield _build(lesson, f"{_short(built)} is stale.")


def _build(lesson: Lesson, says: str) -> Finding:
    return Finding(text_of(lesson), 1, says, f"Run `autograder build {lesson.name}`.")


def _cell(cell: dict) -> tuple:
    """What a student gets of a cell: its kind, its text, and what nbgrader knows of it."""
    told = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"], "".join(cell["source"]), told.get("grade_id"), told.get("points")


def _released(cell: dict) -> str:
    is_stub = cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    return stub(cell["source"]) if is_stub else cell["source"]


def _alike(old: np.ndarray, new: np.ndarray) -> bool:
    peak = np.abs(new).max(initial=0, where=np.isfinite(new))
    return old.shape == new.shape and np.allclose(old, new, rtol=RELATIVE, atol=OF_THE_PEAK * peak, equal_nan=True)


def _short(path: Path) -> str:
    """From the course's folder on."""
    return "/".join(path.parts[-3:])
