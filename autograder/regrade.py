"""Judged before, and still true: after a change of a lesson only what it may touch is judged again.

The notebook is run anew in any case. What an exercise got before holds if nothing changed that its marks depend on:
its own tests, points and faults, what all exercises share, and whether the exercises before it were passed (for one
that was not, the reference stands in).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.workshop import exercise_of
from course.check.verdict import JudgedTest, Outcome, Verdict


@dataclass(frozen=True)
class Earlier:
    """What an exercise of a submission got when it was graded the last time."""

    told: dict
    """the verdict as the log keeps it"""
    outputs: list[dict]
    """of its graded cell"""

    @property
    def version(self) -> str | None:
        """Of the exercise, then; None if that was not kept."""
        return self.told.get("version")

    @property
    def passed(self) -> bool:
        """Whether no reference had to stand in for it."""
        return self.told["outcome"] == Outcome.PASSED.name.lower()

    def verdict(self, exercise: str, out_of: float) -> Verdict:
        """The verdict, without its picture."""
        told = self.told
        return Verdict(
            exercise=exercise,
            outcome=Outcome[told["outcome"].upper()],
            points=told["points"],
            out_of=out_of,
            says=tuple(told["says"]),
            misconception=told["misconception"],
            tests=tuple(JudgedTest(**test) for test in told["tests"]),
        )


def told(verdict: Verdict, version: str) -> dict:
    """A verdict as the log keeps it: JSON-able.

    Parameters
    ----------
    verdict : Verdict
    version : str
        Of the exercise.
    """
    return {
        "outcome": verdict.outcome.name.lower(),
        "points": verdict.points,
        "misconception": verdict.misconception,
        "says": list(verdict.says),
        "tests": [{"says": test.says, "passed": test.passed} for test in verdict.tests],
        "version": version,
    }


def read_earlier(verdicts: Mapping[str, dict], autograded: Path) -> dict[str, Earlier]:
    """What a submission got before, by exercise; nothing if its executed notebook is not what was written then.

    Parameters
    ----------
    verdicts : dict of str to dict
        As the log has them.
    autograded : Path
        The executed notebook.

    Returns
    -------
    earlier : dict of str to Earlier
    """
    try:
        cells = json.loads(autograded.read_text(encoding="utf-8"))["cells"]
        outputs = {name: cell["outputs"] for cell in cells if (name := exercise_of(cell)) is not None}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: Earlier(verdict, outputs[name]) for name, verdict in verdicts.items() if outputs.get(name)}
