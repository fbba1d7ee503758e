"""What stands beside each exercise: enough misconceptions, hints, honest rewritings and hidden tests."""

import inspect
import re
from collections.abc import Iterator

from autograder.lesson import Exercise, Lesson
from autograder.lint.finding import Finding, at_checks, at_exercise, at_fault, at_hints, line_of, text_of
from autograder.stubs import RELEASED_AS, step_names

MISCONCEPTIONS = 3
HINTS = (2, 3)
REWRITINGS = 4
HIDDEN_TESTS = 2
"""The least that an exercise needs; of hints the least and the most."""


def too_little(lesson: Lesson) -> Iterator[Finding]:
    """Exercises without enough beside them."""
    rewritings = lesson.rewritings().values()
    for name, exercise in lesson.exercises.items():
        have = {
            "misconceptions": (len(exercise.misconceptions), MISCONCEPTIONS, "misconceptions.toml"),
            "honest rewritings": (sum(name in style for style in rewritings), REWRITINGS, "rewritings.py"),
            "hidden tests": (len(lesson.hidden_tests(name)), HIDDEN_TESTS, "checks.py"),
        }
        for what, (count, least, file) in have.items():
            if count < least:
                yield Finding(
                    *at_exercise(lesson, name),
                    f"`{name}` has {count} {what}; it needs {least}.",
                    f"Add {least - count} more to {file}.",
                )
        yield from _hints(lesson, exercise)


def _hints(lesson: Lesson, exercise: Exercise) -> Iterator[Finding]:
    """Too few hints, or more than anybody asks for."""
    place, (least, most) = at_hints(lesson, exercise.name), HINTS
    hints = exercise.hints
    if len(hints) < least:
        way_out = f"Add {least - len(hints)} more under [hints] in misconceptions.toml."
        yield Finding(*place, f"`{exercise.name}` has {len(hints)} hints; it needs {least} or {most}.", way_out)
    if len(hints) > most:
        says = f"`{exercise.name}` has {len(hints)} hints; nobody asks for more than {most}."
        yield Finding(*place, says, "Leave the least telling out.")
    for hint in {hint for hint in hints if hints.count(hint) > 1}:
        yield Finding(*place, f"`{exercise.name}` gives the same hint twice: “{hint}”", "Say something else.")


def unused_hints(lesson: Lesson) -> Iterator[Finding]:
    """Hints that no student can ask for."""
    code = "\n".join(cell["source"] for cell in lesson.cells if cell["cell_type"] == "code")
    if not re.search(r"from course\.check import .*\bhint\b", code):
        yield Finding(
            text_of(lesson),
            line_of(text_of(lesson), "from course.check import"),
            "The notebook does not import `hint`: nobody can ask for the hints.",
            "Import it from course.check.",
        )


def wordless_tests(lesson: Lesson) -> Iterator[Finding]:
    """Hidden tests that don't say in one sentence what they want."""
    for name in lesson.exercises:
        for test in lesson.hidden_tests(name):
            says = inspect.getdoc(test) or ""
            if not says.endswith(".") or "\n" in says:
                yield Finding(
                    at_checks(lesson, name)[0],
                    test.__code__.co_firstlineno,
                    f"The docstring of {test.__name__} is what a student reads, and is no sentence in one line.",
                    "Write one that ends with a full stop.",
                )


def unpacked_steps(lesson: Lesson) -> Iterator[Finding]:
    """Steps that assign several names at once: until it is completed, such a function raises wherever it is called."""
    for name, exercise in lesson.exercises.items():
        path = text_of(lesson)
        for step in step_names(exercise.source):
            if "," in step:
                line = line_of(path, f'"grade_id": "{name}"', f"{step} =")
                says = f"This step of `{name}` assigns {step}: `...` can't be unpacked, so a stub stops the notebook."
                yield Finding(path, line, says, "Give each name a step of its own.")


def unexplained_bugs(lesson: Lesson) -> Iterator[Finding]:
    """Bugs that are handed out and that no misconception explains, or the other way round."""
    for name, exercise in lesson.exercises.items():
        released = [fault for fault in exercise.misconceptions if fault.released]
        if RELEASED_AS in exercise.source and not released:
            says = f"`{name}` hands out a bug, and no misconception says what it is."
            yield Finding(*at_exercise(lesson, name), says, "Add it to misconceptions.toml, with `released = true`.")
        for fault in released if RELEASED_AS not in exercise.source else ():
            says = f"{fault.name!r} of `{name}` is said to be released; the notebook hands out `...`."
            way_out = f"Write `{RELEASED_AS} …` behind its step, or leave `released` out."
            yield Finding(*at_fault(lesson, name, fault.name), says, way_out)
