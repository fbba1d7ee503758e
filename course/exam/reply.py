"""What is said to an answer: right, wrong and why, or a friendly request where it can't be read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from course.check.verdict import Outcome
from course.exam.question import Drawn, told
from course.exam.units import Typed, read

FEWEST_DIGITS = 2
"""An answer rounded to so many significant digits is right, unless something is counted."""
SLIPS = {
    1e3: "Your number is 1000 times too large. Look at the prefix of the unit: kilo, milli?",
    1e-3: "Your number is 1000 times too small. Look at the prefix of the unit: kilo, milli?",
    -1.0: "Right but for the sign.",
    2.0: "Your number is twice too large.",
    0.5: "Your number is half of the right one.",
}
"""What happens in any question, where none of its own typical mistakes fits: a factor, and what to say."""


class Mark(Enum):
    """How an answer counts."""

    RIGHT = "right"
    WRONG = "not right"
    UNREADABLE = "please again"


@dataclass(frozen=True)
class Reply:
    """What is said to one answer."""

    mark: Mark
    says: tuple[str, ...] = ()
    share: float = 0.0
    """of the points, from 0 to 1"""


RIGHT = Reply(Mark.RIGHT, share=1.0)


def reply(drawn: Drawn, given: Any) -> Reply:
    """Judge an answer to a question of any kind.

    Parameters
    ----------
    drawn : Drawn
    given : str, sequence of int, or sequence of str
        To compute: what was typed. To choose, to read code, to see or to hear: places in `drawn.choices`. To derive:
        places in the question's points that one's own answer covers. To write code: the source of the function.

    Returns
    -------
    reply : Reply
    """
    judges = {"compute": reply_to_number, "derive": reply_to_points, "write code": reply_to_code}
    return judges.get(drawn.question.kind, reply_to_choice)(drawn, given)


def request(drawn: Drawn, given: Any) -> str:
    """What is to be mended in an answer before it can be judged; nothing of it is run, nor told whether it is right.

    Parameters
    ----------
    drawn : Drawn
    given : object
        As `reply` takes it; of a derivation its text.

    Returns
    -------
    request : str
        Empty where it can be read.
    """
    if drawn.question.kind == "derive":
        return ""
    if drawn.question.kind == "write code":
        from course.exam.code import unreadable

        return unreadable(drawn.question, given)
    said = reply(drawn, given)
    return " ".join(said.says) if said.mark is Mark.UNREADABLE else ""


def reply_to_number(drawn: Drawn, text: str) -> Reply:
    """Judge a typed number.

    Parameters
    ----------
    drawn : Drawn
        Of the kind "compute".
    text : str
        With a unit or without, with a decimal comma or a point.

    Returns
    -------
    reply : Reply
        Unreadable where it is no number in the unit that is asked for: that costs nothing.
    """
    typed: Typed = read(text, drawn.question.unit)
    if typed.problem:
        return Reply(Mark.UNREADABLE, (typed.problem,))
    tolerance = drawn.question.tolerance
    if any(is_near(number, drawn.answer, tolerance) for number in typed.numbers):
        return RIGHT
    mistakes = [(wrong.number, wrong.says) for wrong in drawn.wrong]
    slips = [(factor * drawn.answer, says) for factor, says in SLIPS.items()]
    for others in (mistakes, slips):
        for other, says in others:
            if any(is_near(number, other, tolerance) for number in typed.numbers):
                return Reply(Mark.WRONG, (says,))
    if tolerance and any(is_rounded(number, drawn.answer) for number in typed.numbers):
        return RIGHT
    return Reply(Mark.WRONG, (f"{told(typed.numbers[0])} {drawn.question.unit}".rstrip() + " is not it.",))


def is_near(number: float, answer: float, tolerance: float) -> bool:
    """Whether a number is the answer, within a relative tolerance; 0 for what is counted."""
    return math.isclose(number, answer, rel_tol=max(tolerance, 1e-9), abs_tol=1e-12)


def is_rounded(number: float, answer: float) -> bool:
    """Whether a number is the answer, rounded to two significant digits or more."""
    digits = len(f"{abs(number):.12g}".replace(".", "").partition("e")[0].strip("0"))
    return digits >= FEWEST_DIGITS and number == float(f"{answer:.{digits}g}")


def reply_to_choice(drawn: Drawn, chosen: Sequence[int]) -> Reply:
    """Judge what was chosen.

    Parameters
    ----------
    drawn : Drawn
        With choices.
    chosen : sequence of int
        Places in `drawn.choices`, from 0 on.

    Returns
    -------
    reply : Reply
        With what is to be said of each that was chosen, and of each right one that was not.
    """
    places = set(chosen)
    if not places:
        return Reply(Mark.UNREADABLE, ("Please choose one first.",))
    several = drawn.question.kind == "choose several"
    if not several and len(places) > 1:
        return Reply(Mark.UNREADABLE, ("Please choose one of them only.",))
    right = all((place in places) == choice.right for place, choice in enumerate(drawn.choices))
    missed = (choice for place, choice in enumerate(drawn.choices) if choice.right and place not in places)
    says = [_of(drawn, place) for place in sorted(places)]
    says += [f"You left out “{choice.text}”. {choice.why}" for choice in missed] if several else []
    return Reply(Mark.RIGHT if right else Mark.WRONG, tuple(says), float(right))


def _of(drawn: Drawn, place: int) -> str:
    """What is to be said of a choice; with its text where there may be others."""
    choice = drawn.choices[place]
    return f"“{choice.text}”: {choice.why}" if drawn.question.kind == "choose several" else choice.why


def reply_to_points(drawn: Drawn, covered: Sequence[int]) -> Reply:
    """Judge a derivation by what one finds covered by one's own answer.

    Parameters
    ----------
    drawn : Drawn
        Of the kind "derive".
    covered : sequence of int
        Places in the question's points.
    """
    points = drawn.question.points
    share = len(set(covered) & set(range(len(points)))) / len(points)
    missed = tuple(f"Still to say: {text}" for place, text in enumerate(points) if place not in set(covered))
    return RIGHT if share == 1 else Reply(Mark.WRONG, missed, share)


def reply_to_code(drawn: Drawn, source: str) -> Reply:
    """Judge a function by the check of its exercise.

    Parameters
    ----------
    drawn : Drawn
        Of the kind "write code".
    source : str
        The function, and whatever it needs beside NumPy, SciPy and librosa. It is run here, as a cell would be.
    """
    from course.exam.code import examined  # where nobody writes code, nobody waits for librosa

    verdict = examined(drawn.question, source)
    if isinstance(verdict, str):
        return Reply(Mark.UNREADABLE, (verdict,))
    return RIGHT if verdict.outcome is Outcome.PASSED else Reply(Mark.WRONG, verdict.says)
