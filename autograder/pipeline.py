"""A submission in, its marks out: a pure function, wherever it runs."""

import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from autograder.graded import Graded
from autograder.marking import Marking, mark, shown
from autograder.regrade import Earlier, told
from autograder.salvage import Unreadable, salvage
from autograder.sandbox import kept
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Killed
from autograder.sandbox.sandbox import SandboxLost
from autograder.submissions import Submission
from autograder.workshop import Workshop, exercise_of, workshop_for
from course.check.verdict import Outcome, Verdict

MOST_ATTEMPTS = 3
"""So often a submission is begun whose processes somebody outside kills."""


class NotGraded(Exception):
    """A submission that could not be graded for a reason that is not its own; the message says which."""


@dataclass(frozen=True)
class Order:
    """All that grading one submission depends on."""

    course: Path
    submission: Submission
    version: str
    seed: str
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False
    """without a sandbox"""
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    """what its exercises got before, where that may still hold"""


def grade_submission(order: Order) -> Graded:
    """Grade one submission: a pure function of its order, wherever it runs.

    Parameters
    ----------
    order : Order

    Returns
    -------
    graded : Graded

    Raises
    ------
    NotGraded
        If its processes were killed from outside, again and again.
    NoSandbox
        If the machine can't sandbox.
    """
    begun = time.monotonic(), time.process_time()
    submission = order.submission
    workshop = _workshop(order)
    remarks, problem = list(submission.remarks), None
    try:
        salvaged = salvage(submission.files, workshop.released)
        cells, marking = _mark(workshop, salvaged.cells, order)
        remarks += [*salvaged.remarks, *marking.remarks()]
        verdicts, cpu_seconds = marking.verdicts, marking.usage.cpu_seconds
    except Unreadable as reason:
        problem = str(reason)
        cells, verdicts, cpu_seconds = unread_notebook(order, problem), {}, 0.0
    return Graded(
        student=submission.student,
        lesson=submission.lesson,
        notebook=workshop.released | {"cells": cells},
        points={name: verdicts[name].points if name in verdicts else 0.0 for name in workshop.lesson.exercises},
        fingerprint=submission.fingerprint,
        version=order.version,
        problem=problem,
        remarks=tuple(remarks),
        timestamp=submission.timestamp,
        verdicts={name: told(verdict, workshop.versions[name]) for name, verdict in verdicts.items()},
        seconds=time.monotonic() - begun[0],
        cpu_seconds=time.process_time() - begun[1] + cpu_seconds,
    )


def warm_up(order: Order) -> None:
    """Get this process ready for orders of the same kind: the lesson, its references, a warm sandbox."""
    workshop = _workshop(order)
    _ = workshop.sandbox, workshop.lesson.checks, workshop.lesson.reference


def mark_notebook(order: Order, cells: list[dict]) -> list[dict]:
    """The salvaged cells of an order's notebook, run and judged."""
    return _mark(_workshop(order), cells, order)[0]


def unread_notebook(order: Order, problem: str) -> list[dict]:
    """The released cells, with the reason why a submission could not be read at every exercise."""
    workshop = _workshop(order)
    cells = deepcopy(workshop.released["cells"])
    for cell in cells:
        if (name := exercise_of(cell)) is not None:
            out_of = workshop.lesson.exercises[name].points
            cell["outputs"] = shown(Verdict(name, Outcome.NOT_ATTEMPTED, 0.0, out_of, (problem,)))
    return cells


def _mark(workshop: Workshop, cells: list[dict], order: Order) -> tuple[list[dict], Marking]:
    """Run and judge copies of the cells; begin again where somebody outside killed a process."""
    for _ in range(MOST_ATTEMPTS):
        running = deepcopy(cells)
        try:
            return running, mark(workshop, running, order.limits, order.earlier)
        except (Killed, SandboxLost) as error:
            killed = error
    raise NotGraded(f"Its processes were killed from outside {MOST_ATTEMPTS} times ({killed}). Grade it again.")


def _workshop(order: Order) -> Workshop:
    kept.compile_alone()
    return workshop_for(order.course, order.submission.lesson, order.version, order.seed, order.unsafe)
