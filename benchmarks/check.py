"""How long a student waits for an answer of `check`: python -m benchmarks.check

Every exercise of every lesson, with the right answer and with each misconception, picture included.
"""

import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from autograder.folders import find_course
from autograder.lesson import Lesson, lesson_names
from course.check.bank import Bank, load_bank
from course.check.examine import examine
from course.check.show import verdict_card


def main() -> None:
    """Measure, and print."""
    source = find_course() / "source"
    seconds = {}
    for lesson in (Lesson(source / name) for name in lesson_names(source)):
        bank = load_bank(lesson.name)
        for exercise in lesson.exercises.values():
            answers = {"right": getattr(lesson.reference, exercise.name)}
            answers |= {fault.name: lesson.fault(fault) for fault in exercise.misconceptions}
            # a notebook has imported its libraries long before its first check
            wait(bank, exercise.name, answers["right"])
            for name, answer in answers.items():
                seconds[lesson.name, exercise.name, name] = wait(bank, exercise.name, answer)
    for (lesson_name, exercise_name, name), waited in seconds.items():
        print(f"{lesson_name}  {exercise_name:20}  {name:32}  {waited:6.3f} s")
    summary = {"median_s": statistics.median(seconds.values()), "worst_s": max(seconds.values())}
    print(json.dumps({name: round(value, 4) for name, value in summary.items()}))


def wait(bank: Bank, exercise: str, answer: Callable) -> float:
    """The time from the call to the finished card, in seconds; once, for the same picture is drawn only once."""
    begun = time.perf_counter()
    # some faults take the logarithm of silence; their warnings are not what is measured here
    with np.errstate(all="ignore"):
        verdict_card(examine(bank, bank.exercises[exercise], answer))._repr_html_()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
