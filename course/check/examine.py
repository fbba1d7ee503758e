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
    return (
        _not_attempted(exercise, function, attempts)
        or _waiting(bank, exercise, function)
        or _not_yet(bank, exercise, function, attempts, wrong)
    )


def _is_right(exercise: BankExercise, index: int, attempted: Attempt) -> bool:
    if attempted.problem:
        return False
    return find_difference(exercise.expected[index], attempted.result) is None


def _not_attempted(exercise: BankExercise, function: Callable, attempts: list[Attempt]) -> Verdict | None:
    """Nothing was changed: each step is still open, or the handed-out bug is still in."""
    still_open = open_steps(function)
    if attempts[0].result is ... and (not still_open or set(exercise.steps) <= still_open):
        says = (f"Fill in its {_count(len(exercise.steps), 'step')}, run the cell, and run this check again.",)
    elif (fault := _matching_fault(exercise, attempts)) is not None and fault.released:
        says = ("This still does what it did when you found it. Mend it, run the cell, and run this check again.",)
    else:
        return None
    return Verdict(exercise.name, Outcome.NOT_ATTEMPTED, 0.0, exercise.points, says)


def _waiting(bank: Bank, exercise: BankExercise, function: Callable) -> Verdict | None:
    """An exercise that this one calls has not been attempted: nothing can be said of this one before."""
    for name, verdict in _verdicts_on_called(bank, exercise, function).items():
        if verdict.outcome is Outcome.NOT_ATTEMPTED and not open_steps(function):
            says = (f"`{exercise.name}` calls `{name}`, which is not filled in yet. Do `{name}` first.",)
            return Verdict(exercise.name, Outcome.NOT_ATTEMPTED, 0.0, exercise.points, says)
    return None


def _not_yet(bank: Bank, exercise: BankExercise, function: Callable, attempts: list[Attempt], wrong: int) -> Verdict:
    """The most telling thing that can be said of a wrong answer."""
    says, misconception, mismatch = _explain(exercise, function, attempts, wrong)
    not_right = [
        name
        for name, verdict in _verdicts_on_called(bank, exercise, function).items()
        if verdict.outcome is not Outcome.PASSED
    ]
    if not_right:
        names = " and ".join(f"`{name}`" for name in not_right)
        first = f"`{exercise.name}` calls {names}, not right yet: mend that first, for this one may well be fine."
        says = (first, *says)
    return Verdict(exercise.name, Outcome.NOT_YET, 0.0, exercise.points, says, misconception, mismatch)


def _explain(
    exercise: BankExercise, function: Callable, attempts: list[Attempt], wrong: int
) -> tuple[tuple[str, ...], str | None, Mismatch | None]:
    attempted, case, expected = attempts[wrong], exercise.cases[wrong], exercise.expected[wrong]
    still_open = [step for step in exercise.steps if step in open_steps(function)]
    if still_open:
        names = ", ".join(f"`{step}`" for step in still_open)
        return ((f"{_count(len(still_open), 'step').capitalize()} still to fill in: {names}.",), None, None)
    if attempted.problem:
        return (attempted.problem, f"The call was {_call_text(exercise.name, case)}."), None, None
    mismatch = Mismatch(expected, attempted.result, case.axes)
    if (fault := _matching_fault(exercise, attempts)) is not None:
        return (fault.says,), fault.name, mismatch
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
    return f"array[{', '.join(map(str, value.shape))}]" if hasattr(value, "shape") and value.shape else f"{value:g}"


def _count(number: int, noun: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{words[number] if number < 10 else number} {noun}{'' if number == 1 else 's'}"
