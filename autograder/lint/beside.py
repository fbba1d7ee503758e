"""What stands beside each exercise: enough misconceptions, hints, honest rewritings and hidden tests."""

import inspect
import re
from collections.abc import Iterator

from autograder.lesson import Exercise, Lesson
from autograder.lint.finding import Finding, at_checks, at_exercise, at_hints, line_of, text_of

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
