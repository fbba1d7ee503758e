"""The lesson that a notebook works on, and the four calls that a student makes."""

import inspect
import os
from collections import Counter
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from IPython.display import display

from course.check.attempt import Interrupted
from course.check.bank import Bank, BankError, load_bank
from course.check.cells import cells_run, newest_cell_failed
from course.check.examine import examine
from course.check.show import Card, progress_card, verdict_card
from course.check.verdict import Outcome, Verdict


class Session:
    """One notebook's work on one lesson."""

    def __init__(self, bank: Bank):
        self.bank = bank
        self.hints_given: Counter[str] = Counter()


_session: Session | None = None


def begin(lesson: str) -> None:
    """Open a lesson: the first cell of each notebook does.

    Parameters
    ----------
    lesson : str
        The lesson's name, for example `"02_stft"`.

    Raises
    ------
    BankError
        If there is no such lesson.
    """
    global _session
    _session = Session(load_bank(lesson))
    bank = _session.bank
    points = sum(exercise.points for exercise in bank.exercises.values())
    display(
        Card.note(
            f"{bank.title}: {len(bank.exercises)} exercises, {points:g} points. "
            "`check(name)` looks at an answer, `hint(name)` helps, `progress()` shows where you are."
        )
    )


def forget() -> None:
    """Close the lesson, as if `begin` had not been called."""
    global _session
    _session = None


def check(function: Callable) -> float | None:
    """Check an exercise: say whether it is not attempted yet, passed, or not yet right, and why.

    Parameters
    ----------
    function : callable
        The function of the exercise, without brackets: `check(hann)`.

    Returns
    -------
    points : float or None
        What was earned, if nbgrader runs the notebook, to grade it or for a student who pressed "Validate";
        otherwise None, for the card says it all.
    """
    occasion = os.environ.get("NBGRADER_EXECUTION")
    if (name := _exercise_name(function, "check")) is None:
        # nbgrader gives full points to a test cell without a result
        return 0.0 if occasion else None
    bank = _session.bank
    if occasion == "autograde":
        verdict = _judge()(bank.lesson, name, function)
    elif (error := newest_cell_failed(name, function)) is not None:
        verdict = _not_run(bank, name, error)
    else:
        try:
            verdict = examine(bank, bank.exercises[name], function, cells_run())
        except Interrupted as interrupted:
            return display(Card.problem(str(interrupted)))
    display(verdict_card(verdict))
    return float(verdict.points) if occasion else None


def hint(function: Callable) -> None:
    """Show the next hint of an exercise; after the last one they begin again.

    Parameters
    ----------
    function : callable
        The function of the exercise, without brackets: `hint(hann)`.
    """
    if (name := _exercise_name(function, "hint")) is None:
        return
    hints = _session.bank.exercises[name].hints
    index = _session.hints_given[name] % len(hints)
    _session.hints_given[name] += 1
    last = " (That was the last one; the next call begins again.)" if index + 1 == len(hints) else ""
    display(Card.note(f"Hint {index + 1} of {len(hints)} on `{name}`: {hints[index]}{last}"))


def is_graded() -> bool:
    """Whether an instructor's machine runs this notebook, to grade it: with no time for what nobody will look at."""
    return os.environ.get("NBGRADER_EXECUTION") in ("autograde", "sandbox")


def progress() -> None:
    """Show every exercise of the lesson with its outcome as of now, and the points."""
    if _session is None:
        return display(_not_begun())
    if is_graded():
        return display(Card.note("Your points stand at each exercise."))
    namespace = inspect.currentframe().f_back.f_globals
    bank = _session.bank
    try:
        verdicts = [_verdict_now(bank, name, namespace.get(name)) for name in bank.exercises]
    except Interrupted as interrupted:
        return display(Card.problem(str(interrupted)))
    return display(progress_card(bank.title, verdicts))


def _verdict_now(bank: Bank, name: str, function: Any) -> Verdict:
    """What is to be said of an exercise as the notebook's names stand now."""
    exercise = bank.exercises[name]
    if (error := newest_cell_failed(name, function)) is not None:
        return _not_run(bank, name, error)
    if not callable(function):
        return Verdict(name, Outcome.NOT_ATTEMPTED, 0.0, exercise.points)
    return examine(bank, exercise, function)


def _not_run(bank: Bank, name: str, error: str) -> Verdict:
    """The newest cell of an exercise did not define it: what is defined is an older answer."""
    says = (
        f"The newest cell with `{name}` did not run: {error}.",
        "What is defined is your answer from before. Mend that cell, run it, and check again.",
    )
    return Verdict(name, Outcome.NOT_YET, 0.0, bank.exercises[name].points, says)


def _exercise_name(function: Any, call: str) -> str | None:
    """The exercise that a function answers; otherwise show what is wrong with the call, and give None."""
    if _session is None:
        return display(_not_begun())
    exercises = _session.bank.exercises
    namespace = getattr(function, "__globals__", {})
    # by its own name, or, as with `hann = lambda n: …`, by the name it was given
    called = [name for name in exercises if function is namespace.get(name)] or [getattr(function, "__name__", None)]
    if callable(function) and called[0] in exercises:
        return called[0]
    names = ", ".join(f"`{each}`" for each in exercises)
    if callable(function):
        said = called[0] or type(function).__name__
        return display(Card.problem(f"`{said}` is not an exercise of this lesson. Its exercises are: {names}."))
    example = function if isinstance(function, str) and function in exercises else next(iter(exercises))
    return display(
        Card.problem(
            f"Hand over the function itself, without calling it and without quotation marks, such as "
            f"`{call}({example})`. If that is what you wrote, the name holds something else by now: run the cell with "
            f"its `def` again. The exercises of this lesson are: {names}."
        )
    )


def _not_begun() -> Card:
    return Card.problem(
        "No lesson is open. Run the cells at the top of this notebook, down to `begin(…)`; then try again."
    )


def _judge() -> Callable[[str, str, Callable], Verdict]:
    """Whoever judges: `autograder` fills the entry point `resound.judge`; this package does not import it."""
    for entry in entry_points(group="resound.judge"):
        return entry.load()
    raise BankError(
        "nbgrader is grading this notebook, but no judge is installed here. "
        "Install the course on the grading machine: pip install -r requirements.txt"
    )
