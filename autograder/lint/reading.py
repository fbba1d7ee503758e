"""What keeps a lesson from being read at all, and where."""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import PlainError
from autograder.lesson import Lesson
from autograder.lint.finding import Finding, line_of, text_of
from autograder.questions import make_questions
from autograder.stubs import stub


def unreadable(lesson: Lesson) -> Iterator[Finding]:
    """The first thing that keeps the lesson from being read."""
    try:
        _ = lesson.title, lesson.reference, lesson.checks, lesson.rewritings(), lesson.module("oracles")
        _ = [stub(exercise.source) for exercise in lesson.exercises.values()]
        _ = [lesson.visible_cases(name) for name in lesson.exercises]
        make_questions(lesson)
    except Exception as error:
        yield of_error(lesson, error)


def of_error(lesson: Lesson, error: Exception) -> Finding:
    """What an error says, with the file and the line that it comes from, as far as it tells.

    Parameters
    ----------
    lesson : Lesson
    error : Exception
        Raised while the lesson was read.
    """
    if isinstance(error, PlainError):
        return _of_plain(lesson, str(error))
    says = f"{type(error).__name__}: {error}."
    if isinstance(error, SyntaxError) and (written := (error.text or "").strip()):
        paths = [path for path in sorted(lesson.folder.glob("*.py")) if written in path.read_text(encoding="utf-8")]
        path = (paths or [text_of(lesson)])[0]
        return Finding(path, line_of(path, written), f"This is no Python: {error.msg}.", "Mend it.")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent == lesson.folder:
            return Finding(Path(frame.filename), frame.lineno, says, "Mend it.")
    return Finding(text_of(lesson), 1, says, "Mend it.")


def _of_plain(lesson: Lesson, message: str) -> Finding:
    """The place by what the message names: a file, a line, or pieces that stand in the file."""
    says, *more = message.splitlines()
    if says.endswith(":") and more:
        says = f"{says} `{more[0].strip()}`."
    named = re.search(r"[\w-]+\.(py|toml)\b", says)
    path = lesson.folder / named[0] if named and (lesson.folder / named[0]).is_file() else text_of(lesson)
    if at_line := re.search(r"\(at line (\d+)", says):
        return Finding(path, int(at_line[1]), says, "")
    pieces = [one or other for one, other in re.findall(r"`([^`\n]+)`|'([^'\n]+)'", says)]
    pieces += [f'"{name}"' for name in re.findall(r"\.toml: ([\w-]+)", says)] + [
        each for each in more[:1] if each.strip()
    ]
    way_out = more[-1] if more and more[-1].endswith(".") else ""
    return Finding(path, max((line_of(path, piece) for piece in pieces), default=1), says, way_out)
