"""What all submissions of a lesson share: the lesson, its references, a warm sandbox.

A warm process serves all lessons of one environment: those that import the same heavy libraries.
"""

import hashlib
import json
import re
import sys
import threading
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path

import course as course_package
from autograder.judge import References
from autograder.lesson import Lesson
from autograder.sandbox import kept
from autograder.sandbox.inside.alike import heavy_libraries
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Ended, Killed, StudentProcess, TimeUp
from autograder.sandbox.sandbox import Sandbox
from autograder.strangers import harmless_outputs
from autograder.versions import versions_of
from course.assets import SHIPPED, assets_folder
from course.check.library_names import LOOK_UP, LOOK_UP_MODULES

CHECK = "check_"
EARLIER = f"earlier{kept.SUFFIX}"
MOST_SHOWN = 64 << 20
"""In bytes, by one cell of ours."""


class Environment:
    """A warm process for all lessons with the same heavy imports; started at its first use, and again if it is lost.

    Parameters
    ----------
    unsafe : bool
        Whether to do without a sandbox.
    """

    def __init__(self, unsafe: bool):
        self.unsafe = unsafe
        self._sandbox: Sandbox | None = None
        self._knows: set[str] = set()
        self._starting = threading.Lock()

    def ready_for(self, workshop: "Workshop") -> Sandbox:
        """The warm process, which has paid for a lesson's imports, first calls and pictures."""
        with self._starting:
            if self._sandbox is None or self._sandbox.program.poll() is not None:
                self.close()
                self._sandbox = Sandbox.start(self.unsafe)
            if workshop.lesson.name not in self._knows:
                self._learn(workshop)
                self._knows.add(workshop.lesson.name)
            return self._sandbox

    def _learn(self, workshop: "Workshop") -> None:
        """Let the warm process run the released lesson, and draw and play what the solved one shows: once for all."""
        solved = cells_to_run(workshop.lesson.cells)
        place = _place(kept.MADE, workshop.lesson, solved)
        made = {name.removesuffix(kept.SUFFIX): thing for name, thing in kept.load(place).items()}
        self._sandbox.remember(made)
        shown = self._warm_up(workshop)
        workshop.shown = {source: harmless_outputs(outputs, MOST_SHOWN) for source, outputs in shown.items()}
        if not made:
            made = self._make(solved)
            self._sandbox.remember(made)
            kept.store(place, {f"{digest}{kept.SUFFIX}": thing for digest, thing in made.items()})
            kept.forget_others(place)

    def _warm_up(self, workshop: "Workshop") -> dict[str, list[dict]]:
        """Let the warm process run the released lesson, without the long cells that an earlier one has run."""
        cells = [cell for cell in workshop.released["cells"] if is_run(cell)]
        sources, ours = [cell["source"] for cell in cells], [is_ours(cell) for cell in cells]
        place = _place(kept.RUN, workshop.lesson, sources)
        earlier = kept.load(place).get(EARLIER, b"")
        shown, learnt = self._sandbox.warm_up(sources, ours, workshop.library_has, earlier)
        if learnt:
            kept.store(place, {EARLIER: learnt})
            kept.forget_others(place)
        return shown

    def _make(self, solved: list[str]) -> dict[str, bytes]:
        """The pictures and sounds of a solved lesson: everybody who is right shows the same."""
        with suppress(Ended, Killed, TimeUp), self._sandbox.open(Limits()) as process:
            for source in solved:
                process.run(source)
            known = self._sandbox.things
            return {digest: thing for digest, thing in process.made().items() if digest not in known}
        return {}

    def close(self) -> None:
        """End the warm process."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None
            self._knows.clear()


class Workshop:
    """Everything that the submissions of one lesson share: the lesson, its references, a warm sandbox.

    Parameters
    ----------
    course : Path
        The course's folder.
    lesson : Lesson
    seed : str
        From it come the hidden inputs.
    environment : Environment
        Where its submissions run.
    """

    def __init__(self, course: Path, lesson: Lesson, seed: str, environment: Environment):
        self.lesson = lesson
        self.released = read_released(course, lesson.name)
        self.seed = seed
        self.references = References(self.lesson)
        self.shown: dict[str, list[dict]] = {}
        """what the cells that are alike in every submission show, by their code; once the sandbox is warm"""
        self.released_sources = frozenset(cell["source"] for cell in self.released["cells"])
        self._environment = environment

    @property
    def sandbox(self) -> Sandbox:
        """The warm process, ready for this lesson."""
        return self._environment.ready_for(self)

    @cached_property
    def versions(self) -> dict[str, str]:
        """What the marks of each exercise depend on, as a fingerprint."""
        return versions_of(self.lesson)

    @cached_property
    def library_has(self) -> list[str]:
        """All functions of libraries that any exercise asks to build."""
        return sorted({name for exercise in self.lesson.exercises for name in self.lesson.library_has(exercise)})

    def may_name_library(self, text: str) -> bool:
        """Whether a text could name what some exercise asks to build: a first, quick look."""
        return self._library_names.search(text) is not None

    @cached_property
    def _library_names(self) -> re.Pattern:
        """What a text needs to name one of them: an import, a dot and its last part, a library handed around, …"""
        last = "|".join(sorted(re.escape(name.rpartition(".")[2]) for name in self.library_has)) or "$^"
        imported = "|".join(sorted(set(re.findall(r"\b(?:import|as) (\w+)", self.lesson.sources()["imports"])))) or "$^"
        looks_up = "|".join((*LOOK_UP, *LOOK_UP_MODULES, "getattr", "modules", r"__\w+__"))
        return re.compile(
            rf"\bimport\b|\b(?:{looks_up})\b|\.\s*(?:{last})\b|\b(?:{imported})\b\s*(?:$|[^\s\w.])", re.MULTILINE
        )

    def understudy(self, limits: Limits) -> StudentProcess:
        """A process that answers with the lesson's own solutions: on what a student hands over, never in our own."""
        process = self.sandbox.open(limits)
        for source in self.lesson.sources().values():
            process.run(source)
        return process


class _Run:
    """What a process keeps for one run of the grader: its lessons, and a warm process for each environment."""

    def __init__(self, course: Path, seed: str, unsafe: bool):
        self.course, self.seed, self.unsafe = course, seed, unsafe
        self._workshops: dict[tuple[str, str], Workshop] = {}
        self._environments: dict[frozenset[str], Environment] = {}
        self._lock = threading.Lock()

    def workshop(self, name: str, version: str) -> Workshop:
        """The workshop of a lesson as it is in this version."""
        with self._lock:
            if (name, version) not in self._workshops:
                lesson = Lesson(self.course / "source" / name)
                libraries = heavy_libraries(lesson.sources()["imports"])
                environment = self._environments.setdefault(libraries, Environment(self.unsafe))
                self._workshops[name, version] = Workshop(self.course, lesson, self.seed, environment)
            return self._workshops[name, version]

    def close(self) -> None:
        """End the warm processes."""
        for environment in self._environments.values():
            environment.close()


_runs: dict[tuple, _Run] = {}
_runs_lock = threading.Lock()


def workshop_for(course: Path, lesson: str, version: str, seed: str, unsafe: bool) -> Workshop:
    """This process's workshop of a lesson; what it kept for an earlier run of the grader is given up.

    Parameters
    ----------
    course : Path
        The course's folder.
    lesson, version : str
        The lesson's name, and a fingerprint of what its marks depend on.
    seed : str
        From it come the hidden inputs; another one for each run of the grader.
    unsafe : bool
        Whether to do without a sandbox.
    """
    key = (course, seed, unsafe)
    with _runs_lock:
        if key not in _runs:
            for old in _runs.values():
                old.close()
            _runs.clear()
            _runs[key] = _Run(*key)
        run = _runs[key]
    return run.workshop(lesson, version)


def exercise_of(cell: dict) -> str | None:
    """The exercise that a graded cell checks; None for every other cell."""
    told = cell["metadata"].get("nbgrader", {})
    return told["grade_id"].removeprefix(CHECK) if told.get("grade") and not told.get("solution") else None


def is_run(cell: dict) -> bool:
    """Whether it is code, and not a graded cell, which the judge stands in for."""
    return cell["cell_type"] == "code" and exercise_of(cell) is None


def is_ours(cell: dict) -> bool:
    """Whether a released cell is no place for an answer."""
    return not cell["metadata"].get("nbgrader", {}).get("solution")


def cells_to_run(cells: list[dict]) -> list[str]:
    """The code of a notebook, without its graded cells."""
    return [cell["source"] for cell in cells if is_run(cell)]


def _place(kind: str, lesson: Lesson, cells: list[str]) -> str:
    """Where it is kept what these cells make: another place whenever it may be something else."""
    digest = hashlib.sha256(_installation())
    for cell in cells:
        digest.update(cell.encode() + b"\0")
    return f"{kind}/{lesson.name}/{digest.hexdigest()}"


@cache
def _installation() -> bytes:
    """A fingerprint of the packages that are installed, by their versions, and of all that is ours."""
    digest = hashlib.sha256(sys.version.encode())
    for package in sorted(path.name for place in sys.path for path in Path(place).glob("*.dist-info")):
        digest.update(package.encode() + b"\0")
    code = Path(course_package.__file__).parent
    for folder in (code, *(assets_folder() / name for name in SHIPPED)):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.digest()


def read_released(course: Path, lesson: str) -> dict:
    """The released notebook of a lesson, each cell's source in one piece."""
    notebook = json.loads((course / "release" / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    cells = [cell | {"source": "".join(cell["source"])} for cell in notebook["cells"]]
    return notebook | {"cells": cells}
