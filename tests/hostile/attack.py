"""What an attack is: what it hands in, what it wants, and how one sees whether it got it."""

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from nbconvert.filters import markdown2html

from autograder.graded import Graded
from autograder.pipeline import Order
from autograder.sandbox.limits import Limits
from autograder.submissions import Submission
from autograder.workshop import read_released
from tests.conftest import COURSE, LESSONS

LESSON = "02_stft"
EXERCISES = LESSONS[LESSON].exercises
RELEASED = read_released(COURSE, LESSON)
QUICK = Limits(call_seconds=1.5, cell_seconds=4.0, notebook_seconds=15.0, cpu_seconds=20, memory_bytes=512 << 20)
"""Room enough for honest work, and an end in sight for all else."""
CHANNEL = """
import gc, os, socket, struct, sys, time
import numpy as np
from autograder.sandbox.inside import wire
from autograder.sandbox.inside.student import Student
student = next(each for each in gc.get_objects() if isinstance(each, Student))
channel = student.channel
"""
"""How a cell finds the process's way to the grader: among the objects that the garbage collector knows."""


@dataclass(frozen=True)
class Result:
    """What came of a submission."""

    graded: Graded
    seconds: float
    peak_bytes: int
    """how much more memory the grader's own process took"""

    @property
    def points(self) -> float:
        """All marks together."""
        return sum(self.graded.points.values())

    @property
    def outputs(self) -> list[dict]:
        """The outputs of all cells."""
        return [output for cell in self.graded.notebook["cells"] for output in cell.get("outputs", ())]

    @property
    def text(self) -> str:
        """All that somebody can read in the executed notebook's outputs, and beside it."""
        return "\n".join([*map(_text_of, self.outputs), *self.graded.remarks])

    @property
    def markup(self) -> list[str]:
        """All that a browser is given to render."""
        shown = [(mime, value) for output in self.outputs for mime, value in output.get("data", {}).items()]
        cells = [("text/" + cell["cell_type"], source_of(cell)) for cell in self.graded.notebook["cells"]]
        texts = [each for each in cells if each[0] != "text/code"]
        return [_rendered(mime, value) for mime, value in (*shown, *texts) if mime != "text/plain"]


def nothing(result: Result) -> str:
    """The proof of attacks that want no more than what is looked at after every attack."""
    return ""


def says(*signs: str) -> Callable[[Result], str]:
    """A proof: an attack that gets what it wants prints one of these signs."""
    return lambda result: ", ".join(sign for sign in signs if sign in result.text)


@dataclass(frozen=True)
class Attack:
    """One kind of attack."""

    name: str
    wants: str
    cells: tuple[dict, ...] = ()
    """cells that stand in front of all exercises"""
    answers: Mapping[str, str] = field(default_factory=dict)
    """by exercise: what stands in its solution's cell"""
    after: tuple[dict, ...] = ()
    """cells that stand behind all exercises"""
    edit: Callable[[dict], None] = lambda notebook: None
    """what else is done to the notebook"""
    ships: Mapping[str, bytes] = field(default_factory=dict)
    """files beside the notebook"""
    limits: Limits = QUICK
    shows: str = "attacked"
    """stands in the executed notebook, as a sign that the attack took place"""
    earns: float = 0.0
    """marks that are honestly earned by the way"""
    gained: Callable[[Result], str] = nothing
    """what it gained, in a word; empty if nothing"""
    within: float = 12.0
    """seconds after which grading it is to be over"""
    family: str = ""

    def files(self, world: Mapping[str, str]) -> dict[str, bytes]:
        """What is handed in; names of places in the code, such as `<OUTSIDE>`, are filled in."""
        notebook = handed_in(self.cells, self.answers, self.after)
        self.edit(notebook)
        text = json.dumps(notebook)
        for name, value in world.items():
            text = text.replace(f"<{name}>", json.dumps(value)[1:-1])
        return {f"{LESSON}.ipynb": text.encode(), **self.ships}


def handed_in(cells: Iterable[dict] = (), answers: Mapping[str, str] | None = None, after: Iterable[dict] = ()) -> dict:
    """The released notebook with a student's cells and answers in it."""
    notebook = deepcopy(RELEASED)
    for cell in notebook["cells"]:
        told = cell["metadata"].get("nbgrader", {})
        if told.get("solution") and told["grade_id"] in (answers or {}):
            cell["source"] = textwrap.dedent(answers[told["grade_id"]]).strip()
    begin = next(index for index, cell in enumerate(notebook["cells"]) if source_of(cell).strip().startswith("begin("))
    notebook["cells"][begin + 1 : begin + 1] = cells
    notebook["cells"] += after
    return notebook


def order_of(files: dict[str, bytes], student: str = "student", **more: object) -> Order:
    """An order for the one warm sandbox that all of these tests share."""
    submission = Submission(student, LESSON, files, None, ())
    return Order(COURSE, submission, "hostile", "hostile", **more)


def code(source: str, **metadata: object) -> dict:
    """A code cell of a student's own."""
    text = textwrap.dedent(source).strip()
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": None}


def written(kind: str, source: str) -> dict:
    """A cell of text: "markdown" or "raw"."""
    return {"cell_type": kind, "metadata": {}, "source": source}


def source_of(cell: dict) -> str:
    """A cell's text, however it is kept."""
    return "".join(cell["source"])


def solved(*names: str) -> dict[str, str]:
    """The lesson's own solutions of some exercises; of all, if none is named."""
    return {name: EXERCISES[name].source for name in names or EXERCISES}


def family(name: str, attacks: Iterable[Attack]) -> list[Attack]:
    """Attacks of one family."""
    for attack in attacks:
        object.__setattr__(attack, "family", name)
    return list(attacks)


def _rendered(mime: str, text: str) -> str:
    """What nbconvert makes of it, without what it shows letter by letter."""
    return re.sub(r"<pre>.*?</pre>", "", markdown2html(text), flags=re.DOTALL) if mime == "text/markdown" else text


def _text_of(output: dict) -> str:
    if output["output_type"] == "stream":
        return "".join(output["text"])
    if output["output_type"] == "error":
        return "\n".join([output["ename"], output["evalue"], *output["traceback"]])
    return "\n".join(str(value) for value in output["data"].values())
