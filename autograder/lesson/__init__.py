"""Reads a lesson's folder: its notebook, exercises, reference, misconceptions, hints and hidden tests."""

import ast
import importlib.util
import re
import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.lesson.files import LessonError, file_of, read_toml
from autograder.lesson.misconceptions import Help, Misconception
from autograder.lesson.solved import SolvedNotebook

if TYPE_CHECKING:
    from course.check.case import Case


@dataclass(frozen=True)
class Exercise:
    """A function that a student completes."""

    name: str
    points: float
    source: str
    """the reference, as it stands in the lesson"""
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...]

    def faulty_source(self, misconception: Misconception) -> str:
        """The reference with one step replaced."""
        return self.source.replace(misconception.replace, misconception.with_)


class Lesson:
    """One folder of `source/`.

    Parameters
    ----------
    folder : Path
        The lesson's folder, for example `source/02_stft`; its name is the lesson's name.

    Raises
    ------
    LessonError
        If a file is missing, or contradicts another.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self.name = self.folder.name
        self.solved = SolvedNotebook(self.folder)

    @property
    def cells(self) -> list[dict]:
        """The solved notebook's cells."""
        return self.solved.cells

    @property
    def title(self) -> str:
        """The notebook's first heading."""
        first = re.search(r"^# (.+)$", self.cells[0]["source"], re.MULTILINE)
        if first is None:
            raise LessonError(f"{self.name}.py: the first cell has no heading. Begin it with `# # Title`.")
        return first[1]

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """The exercises in the order of the notebook, by name."""
        points, told = self._points(), Help(self.folder)
        exercises = {}
        for cell in self._solution_cells():
            name = _nbgrader(cell)["grade_id"]
            if f"check({name})" not in points:
                raise LessonError(
                    f"{self.name}.py: the solution cell `{name}` has no graded cell `check({name})` after it. "
                    "Give the solution cell the grade_id of its function, and add the graded cell."
                )
            exercises[name] = Exercise(
                name=name,
                points=float(points[f"check({name})"]),
                source=cell["source"],
                hints=told.hints(name),
                misconceptions=told.misconceptions(name, cell["source"]),
            )
        told.refuse_unknown(exercises)
        return exercises

    def _points(self) -> dict[str, float]:
        """The points of each graded cell, by its source."""
        points = {}
        for cell in self.cells:
            if _nbgrader(cell).get("grade"):
                name = cell["source"].removeprefix("check(").removesuffix(")")
                if _nbgrader(cell)["grade_id"] != f"check_{name}" or not isinstance(
                    _nbgrader(cell).get("points"), int | float
                ):
                    raise LessonError(
                        f"{self.name}.py: the graded cell `{cell['source']}` needs the grade_id `check_{name}` and its "
                        "points, a number."
                    )
                points[cell["source"]] = _nbgrader(cell)["points"]
        return points

    @cached_property
    def reference(self) -> types.SimpleNamespace:
        """The lesson's own solutions, as functions."""
        return types.SimpleNamespace(**self.run_exercises())

    def sources(self) -> dict[str, str]:
        """The code that defines every exercise's function, by name, after the imports that it needs."""
        return {"imports": self._imports()} | {name: exercise.source for name, exercise in self.exercises.items()}

    def run_exercises(self, writings: dict[str, str] | None = None) -> dict[str, Callable]:
        """Define every exercise's function in one fresh namespace.

        Parameters
        ----------
        writings : dict of str to str, optional
            Other source code for some of the exercises, by name.

        Returns
        -------
        namespace : dict
            What a kernel would hold after the lesson's imports and its solution cells.
        """
        namespace: dict = {"__name__": f"lesson_{self.name}"}
        for title, source in (self.sources() | (writings or {})).items():
            try:
                exec(compile(source, f"<{self.name}.py: {title}>", "exec"), namespace)
            except Exception as error:
                which = "with one of its writings or faults, " if title in (writings or {}) else ""
                raise LessonError(
                    f"{self.name}.py: {title} can't be run, {which}{type(error).__name__}: {error}."
                ) from error
        return namespace

    def fault(self, misconception: Misconception) -> Callable:
        """The exercise's function with that fault; the other exercises stay right."""
        exercise = self.exercises[misconception.exercise]
        return self.run_exercises({exercise.name: exercise.faulty_source(misconception)})[exercise.name]

    @cached_property
    def checks(self) -> dict[str, type]:
        """The class of `checks.py` that holds an exercise's visible cases and hidden tests, by exercise."""
        module = self.module("checks")
        classes = [value for value in vars(module).values() if isinstance(value, type) and hasattr(value, "exercise")]
        checks = {each.exercise: each for each in classes if each.__module__ == module.__name__}
        if missing := self.exercises.keys() - checks.keys():
            raise LessonError(f"{self.name}/checks.py: no class tests {', '.join(sorted(missing))}. Add one for each.")
        return checks

    def hidden_tests(self, exercise: str) -> list[Callable]:
        """The hidden tests of one exercise, in the order of `checks.py`."""
        tests = self.checks[exercise]()
        return [getattr(tests, name) for name in vars(type(tests)) if name.startswith("test_")]

    def visible_cases(self, exercise: str) -> list["Case"]:
        """What a student's own check tries an exercise on.

        Raises
        ------
        LessonError
            If `visible` stops; with the line of `checks.py` at which it does.
        """
        checks = self.checks[exercise]
        try:
            return [*checks().visible()] if hasattr(checks, "visible") else []
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            line = next((each.lineno for each in reversed(frames) if Path(each.filename).name == "checks.py"), 1)
            raise LessonError(
                f"{self.name}/checks.py: {checks.__name__}.visible stops (at line {line}): "
                f"{type(error).__name__}: {error}."
            ) from error

    def library_has(self, exercise: str) -> tuple[str, ...]:
        """Functions of libraries that an exercise asks to build; to call one of them earns nothing."""
        return tuple(getattr(self.checks[exercise], "library_has", ()))

    def module(self, stem: str) -> types.ModuleType:
        """Import a Python file of the lesson's folder, without touching `sys.modules`."""
        specification = importlib.util.spec_from_file_location(
            f"{self.name}_{stem}", file_of(self.folder, f"{stem}.py")
        )
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module

    def rewritings(self) -> dict[str, dict[str, str]]:
        """Other honest writings of the reference: style -> exercise -> source."""
        import jupytext

        cells = jupytext.read(file_of(self.folder, "rewritings.py"), fmt="py:percent").cells
        styles: dict[str, dict[str, str]] = {}
        style: dict[str, str] = {}
        for cell in cells:
            if cell.cell_type == "markdown" and cell.source.startswith("# "):
                styles[cell.source.splitlines()[0][2:]] = style = {}
            elif cell.cell_type == "code" and (name := _defined_function(cell.source)) in self.exercises:
                style[name] = cell.source
        return styles

    @cached_property
    def questions(self) -> list[dict]:
        """The entries of `questions.toml`."""
        return read_toml(self.folder, "questions.toml").get("question", [])

    def _solution_cells(self) -> list[dict]:
        return [cell for cell in self.cells if cell["cell_type"] == "code" and _nbgrader(cell).get("solution")]

    def _imports(self) -> str:
        """Every top-level import of the notebook: what the solutions may use."""
        imports = []
        for cell in self.cells:
            if cell["cell_type"] == "code" and not _nbgrader(cell).get("solution"):
                statements = ast.parse(re.sub(r"^[%!].*$", "pass", cell["source"], flags=re.MULTILINE)).body
                imports += [ast.unparse(each) for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
        return "\n".join(imports)


def lesson_names(source: Path) -> list[str]:
    """The lessons' folders below `source`, in order."""
    return sorted(path.name for path in Path(source).iterdir() if (path / f"{path.name}.py").is_file())


def _nbgrader(cell: dict) -> dict:
    return cell["metadata"].get("nbgrader", {})


def _defined_function(source: str) -> str | None:
    """The name of the last function that the source defines at its top level."""
    names = [each.name for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
    return names[-1] if names else None
