"""A student's own check: runs a function on the visible cases of the bank, and says what is wrong.

What is said is looked for from the most to the least telling: a step still open, an exception, a known misconception,
a relation that explains the difference, the place where it begins.
"""

from collections.abc import Callable
from typing import Any

from course.check.attempt import Attempt, attempt, called_names, open_steps
from course.check.bank import Bank, BankExercise, KnownFault
from course.check.case import Case
from course.check.compare import find_difference, is_close
from course.check.verdict import Mismatch, Outcome, Verdict


def examine(bank: Bank, exercise: BankExercise, function: Callable) -> Verdict:
    """Check a function against the bank.

    Parameters
    ----------
    bank : Bank
        The lesson's bank; other exercises that `function` calls are looked up in it.
    exercise : BankExercise
        What `function` answers.
    function : callable
        The student's function. It is called with copies, and may raise whatever it likes.

    Returns
    -------
    verdict : Verdict
        With full points or none, and at least one sentence unless passed.
    """
    attempts = [attempt(function, case) for case in exercise.cases]
    wrong = next((i for i, each in enumerate(attempts) if not _is_right(exercise, i, each)), None)
    if wrong is None:
        return Verdict(exercise.name, Outcome.PASSED, exercise.points, exercise.points)
    called = _verdicts_on_called(bank, exercise, function)
    return (
        _not_attempted(exercise, function, attempts, called)
        or _handed_out(exercise, attempts)
        or _not_yet(exercise, function, attempts, wrong, called)
    )


def _is_right(exercise: BankExercise, index: int, attempted: Attempt) -> bool:
    return not attempted.problem and find_difference(exercise.expected[index], attempted.result) is None


def _not_attempted(
    exercise: BankExercise, function: Callable, attempts: list[Attempt], called: dict[str, Verdict]
) -> Verdict | None:
    """Its own steps are all open; or they are filled in, but an exercise that it calls is not."""
    still_open = open_steps(function)
    if not attempts[0].met_stub and attempts[0].result is not ...:
        return None
    if not still_open:
        waits_for = [name for name, verdict in called.items() if verdict.outcome is Outcome.NOT_ATTEMPTED]
        if waits_for:
            name = waits_for[0]
            return _untouched(exercise, f"`{exercise.name}` calls `{name}`, which is not filled in yet. Do it first.")
    if exercise.steps and (not still_open or set(exercise.steps) <= still_open):
        return _untouched(
            exercise, f"Fill in its {_count(len(exercise.steps), 'step')}, run the cell, and run this check again."
        )
    return None


def _handed_out(exercise: BankExercise, attempts: list[Attempt]) -> Verdict | None:
    """The bug that was handed out is still in."""
    fault = _matching_fault(exercise, attempts)
    if fault is None or not fault.released:
        return None
    return _untouched(
        exercise, "This still does what it did when you found it. Mend it, run the cell, and run this check again."
    )


def _untouched(exercise: BankExercise, says: str) -> Verdict:
    return Verdict(exercise.name, Outcome.NOT_ATTEMPTED, 0.0, exercise.points, (says,))


def _not_yet(
    exercise: BankExercise, function: Callable, attempts: list[Attempt], wrong: int, called: dict[str, Verdict]
) -> Verdict:
    """The most telling thing that can be said of a wrong answer."""
    says, misconception, mismatch = _explain(exercise, function, attempts, wrong)
    not_right = [f"`{name}`" for name, verdict in called.items() if verdict.outcome is not Outcome.PASSED]
    if not_right:
        names, are = " and ".join(not_right), "is" if len(not_right) == 1 else "are"
        first = (
            f"`{exercise.name}` calls {names}, which {are} not right yet. Mend that first: this one may well be fine."
        )
        says = (first, *says)
    return Verdict(exercise.name, Outcome.NOT_YET, 0.0, exercise.points, says, misconception, mismatch)


def _explain(
    exercise: BankExercise, function: Callable, attempts: list[Attempt], wrong: int
) -> tuple[tuple[str, ...], str | None, Mismatch | None]:
    attempted, case, expected = attempts[wrong], exercise.cases[wrong], exercise.expected[wrong]
    still_open = [step for step in exercise.steps if step in open_steps(function)]
    if still_open:
        names = ", ".join(f"`{step}`" for step in still_open)
        return (f"{_count(len(still_open), 'step').capitalize()} still to fill in: {names}.",), None, None
    mismatch = None if attempted.problem else Mismatch(expected, attempted.result, case.axes)
    if (fault := _matching_fault(exercise, attempts)) is not None:
        return (fault.says,), fault.name, mismatch
    if attempted.problem:
        return (attempted.problem, f"The call was {_call_text(exercise.name, case)}."), None, None
    difference = find_difference(expected, attempted.result, case.axes, _constants(case, function))
    return tuple(filter(None, (difference.summary, difference.detail))), None, mismatch


def _matching_fault(exercise: BankExercise, attempts: list[Attempt]) -> KnownFault | None:
    """The misconception that gives the same wrong results in every case."""
    for fault in exercise.faults:
        if all(_same(theirs, mine) for theirs, mine in zip(fault.results, attempts, strict=True)):
            return fault
    return None


def _same(fault_result: Any, attempted: Attempt) -> bool:
    """Whether an attempt came out as the fault did: with the same values, or raising as it does."""
    if fault_result is None or attempted.problem:
        return fault_result is None and bool(attempted.problem)
    return is_close(fault_result, attempted.result)


def _verdicts_on_called(bank: Bank, exercise: BankExercise, function: Callable) -> dict[str, Verdict]:
    """What is to be said of the lesson's earlier exercises that `function` calls."""
    namespace = getattr(function, "__globals__", {})
    names = list(bank.exercises)
    called = [name for name in names[: names.index(exercise.name)] if name in called_names(function)]
    return {
        name: examine(bank, bank.exercises[name], namespace[name]) for name in called if callable(namespace.get(name))
    }


def _constants(case: Case, function: Callable) -> dict[str, float]:
    """The numbers among the arguments: one of them may explain a factor."""
    arguments = case.by_name(function)
    return {name: float(value) for name, value in arguments.items() if isinstance(value, int | float)}


def _call_text(name: str, case: Case) -> str:
    arguments = [_argument_text(value) for value in case.positional]
    arguments += [f"{key}={_argument_text(value)}" for key, value in case.named.items()]
    return f"`{name}({', '.join(arguments)})`"


def _argument_text(value: Any) -> str:
    if getattr(value, "shape", ()):
        return f"array[{', '.join(map(str, value.shape))}]"
    return f"{value:g}" if isinstance(value, int | float) else repr(value)


def _count(number: int, noun: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{words[number] if number < 10 else number} {noun}{'' if number == 1 else 's'}"
