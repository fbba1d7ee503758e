"""A student's own check: runs a function on the visible cases of the bank, and says what is wrong.

What is said is looked for from the most to the least telling: a step still open, a known misconception, an exception,
a relation that explains the difference, the place where it begins.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from course.check.attempt import Attempt, attempt, called_names, open_steps
from course.check.bank import Bank, BankExercise, KnownFault
from course.check.case import Case
from course.check.cells import digest_of
from course.check.compare import find_difference, is_close
from course.check.library_names import names_used
from course.check.library_use import watch
from course.check.verdict import Mismatch, Outcome, Verdict


def examine(bank: Bank, exercise: BankExercise, function: Callable, cells: Sequence[str] = ()) -> Verdict:
    """Check a function against the bank.

    Parameters
    ----------
    bank : Bank
        The lesson's bank; other exercises that `function` calls are looked up in it.
    exercise : BankExercise
        What `function` answers.
    function : callable
        The student's function. It is called with copies, and may raise whatever it likes.
    cells : sequence of str, optional
        The code of the notebook as far as it was run: a second look for what the exercise asks to build.

    Returns
    -------
    verdict : Verdict
        With full points or none, and at least one sentence unless passed.

    Raises
    ------
    course.check.attempt.Interrupted
        If a call is interrupted from outside.
    """
    return _Examination(bank, exercise, function, cells).verdict()


def asked_to_build(used: tuple[str, ...]) -> str:
    """What to say to whoever calls what was to be built."""
    names = " and ".join(f"`{name}`" if "." in name else name for name in used)
    return f"You call {names}. This exercise asks you to build that yourself, so as it stands it earns nothing."


class _Examination:
    """One look at one function: what it gives for each case, and what follows from that."""

    def __init__(self, bank: Bank, exercise: BankExercise, function: Callable, cells: Sequence[str]):
        self.bank = bank
        self.exercise = exercise
        self.function = function
        with watch(exercise.library_has) as used:
            self.attempts = [attempt(function, case) for case in exercise.cases]
        self.used = tuple(sorted(used | names_used(list(cells), exercise.name, exercise.library_has)))

    def verdict(self) -> Verdict:
        """The outcome, with the most telling words."""
        if self.wrong is None and self.used:
            return self._verdict(Outcome.NOT_YET, 0.0, (asked_to_build(self.used),))
        if self.wrong is None:
            return self._verdict(Outcome.PASSED, self.exercise.points)
        says = self._untouched() or self._waiting() or self._handed_out()
        if says:
            return self._verdict(Outcome.NOT_ATTEMPTED, 0.0, (says,))
        return self._not_yet()

    @cached_property
    def wrong(self) -> int | None:
        """The first case that did not come out right."""
        for index, (expected, attempted) in enumerate(zip(self.exercise.expected, self.attempts, strict=True)):
            if attempted.problem or find_difference(expected, attempted.result) is not None:
                return index
        return None

    @cached_property
    def open(self) -> list[str]:
        """The steps that are still `...`."""
        still_open = open_steps(self.function)
        return [step for step in self.exercise.steps if step in still_open]

    @cached_property
    def not_passed(self) -> list[str]:
        """The lesson's earlier exercises that the function calls and that are not right."""
        namespace = getattr(self.function, "__globals__", {})
        names = list(self.bank.exercises)
        called = [n for n in names[: names.index(self.exercise.name)] if n in called_names(self.function)]
        return [
            name
            for name in called
            if callable(namespace.get(name))
            and examine(self.bank, self.bank.exercises[name], namespace[name]).outcome is not Outcome.PASSED
        ]

    @cached_property
    def fault(self) -> KnownFault | None:
        """The misconception that gives the same wrong results in every case."""
        for fault in self.exercise.faults:
            if all(_same(theirs, mine) for theirs, mine in zip(fault.results, self.attempts, strict=True)):
                return fault
        return None

    def _untouched(self) -> str:
        """Every step is open; without a look at the source, a stub that comes back says as much."""
        met_stub = self.attempts[0].met_stub
        if not self.exercise.steps or not met_stub or len(self.open) not in (0, len(self.exercise.steps)):
            return ""
        if not self.open and (self.not_passed or self.attempts[0].result is not ...):
            return ""
        return f"Fill in its {_count(len(self.exercise.steps), 'step')}, run the cell, and run this check again."

    def _waiting(self) -> str:
        """Its own steps are filled in, but it stumbles over the `...` of an exercise that it calls."""
        if self.open or not self.not_passed or not self.attempts[0].met_stub:
            return ""
        name = self.not_passed[0]
        return f"`{self.exercise.name}` calls `{name}`, which is not done yet. Do `{name}` first."

    def _handed_out(self) -> str:
        """The bug that was handed out is still in, and nothing was changed."""
        if self.fault is None or not self.fault.released:
            return ""
        if digest_of(self.function) not in (None, self.exercise.handed_out):
            return ""
        return "This is still as you found it. Mend it, run the cell, and run this check again."

    def _not_yet(self) -> Verdict:
        says, mismatch = self._explain()
        if self.not_passed:
            names = " and ".join(f"`{name}`" for name in self.not_passed)
            are = "is" if len(self.not_passed) == 1 else "are"
            first = f"`{self.exercise.name}` calls {names}, which {are} not right yet."
            says = (f"{first} Mend that first: this one may well be fine.", *says)
        misconception = self.fault.name if self.fault and not self.open else None
        return self._verdict(Outcome.NOT_YET, 0.0, says, misconception, mismatch)

    def _explain(self) -> tuple[tuple[str, ...], Mismatch | None]:
        """The most telling sentences, and what can be drawn."""
        attempted, case, expected = (
            values[self.wrong] for values in (self.attempts, self.exercise.cases, self.exercise.expected)
        )
        if self.open:
            names = ", ".join(f"`{step}`" for step in self.open)
            return (f"{_count(len(self.open), 'step').capitalize()} still to fill in: {names}.",), None
        mismatch = None if attempted.problem else Mismatch(expected, attempted.result, case.axes)
        if self.fault is not None:
            unchanged = ("Your change leaves every result as it was.",) if self.fault.released else ()
            return (*unchanged, self.fault.says), mismatch
        called = f"The call was {_call_text(self.exercise.name, case)}{self._right_before()}."
        if attempted.problem:
            return tuple(filter(None, (attempted.problem, self._undefined(attempted.problem), called))), None
        difference = find_difference(expected, attempted.result, case.axes, _constants(case, self.function))
        return tuple(filter(None, (difference.summary, difference.detail, called))), mismatch

    def _right_before(self) -> str:
        """What is worth knowing: whether earlier cases came out right."""
        if not self.wrong:
            return ""
        return "; the call before it came out right" if self.wrong == 1 else "; the calls before it came out right"

    def _undefined(self, problem: str) -> str:
        """The way out of a NameError on an exercise: it was defined before the kernel was restarted."""
        missing = re.search(r"name '(\w+)' is not defined", problem)
        if missing is None or missing[1] not in self.bank.exercises:
            return ""
        return f"After a restart, run the cell of `{missing[1]}` first (in the menu: Run, Run All Above Selected Cell)."

    def _verdict(
        self,
        outcome: Outcome,
        points: float,
        says: tuple[str, ...] = (),
        misconception: str | None = None,
        mismatch: Mismatch | None = None,
    ) -> Verdict:
        return Verdict(self.exercise.name, outcome, points, self.exercise.points, says, misconception, mismatch)


def _same(fault_result: Any, attempted: Attempt) -> bool:
    """Whether an attempt came out as the fault did: with the same values, or raising as it does."""
    if fault_result is None or attempted.problem:
        return fault_result is None and bool(attempted.problem)
    return is_close(fault_result, attempted.result)


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
