"""A question in a terminal: how it is shown, and how an answer is read."""

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from course.exam.question import Drawn
from course.exam.reply import Mark, Reply
from course.exam.text import place_to_read

console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
ICONS = {Mark.RIGHT: ("✔", "green"), Mark.WRONG: ("✎", "yellow"), Mark.UNREADABLE: ("?", "cyan")}
END = "."
"""On a line by itself: the code ends here."""
QUIT = "quit"
# what stands in a text: a formula, code, italics
MARKED = re.compile(r"(?P<formula>\$[^$\n]+\$)|`(?P<code>[^`]+)`|(?<!\w)\*(?P<stressed>\w(?:[^*\n]*\w)?)\*(?!\w)")


class Leave(Exception):
    """Whoever sits there wants to stop: `quit`, Ctrl-D or Ctrl-C."""


def say(text: str = "", style: str = "") -> None:
    """Print a text of a question's, or a sentence of ours."""
    console.print(styled(text, style))


def styled(text: str, style: str = "") -> Text:
    """A text with its code and italics."""
    shown, place = Text(style=style), 0
    for found in MARKED.finditer(text):
        shown.append(text[place : found.start()])
        shown.append(found[found.lastgroup], {"code": "bold cyan", "stressed": "italic"}.get(found.lastgroup))
        place = found.end()
    return shown.append(text[place:])


def read_line(prompt: str = "> ") -> str:
    """One typed line.

    Raises
    ------
    Leave
    """
    try:
        line = input(prompt).strip()
    except (EOFError, KeyboardInterrupt):
        # the next line of the shell does not stand behind ours
        console.print()
        raise Leave from None
    if line.lower() == QUIT:
        raise Leave
    return line


def show(drawn: Drawn, head: str) -> None:
    """Print a question and its choices; what is to be seen or heard goes into a page of its own."""
    console.rule(styled(head), align="left")
    console.print(Padding(styled(drawn.text), (1, 0, 1, 2)))
    figure = drawn.figure()
    if figure:
        with tempfile.NamedTemporaryFile("w", suffix=".html", delete=False, encoding="utf-8") as page:
            page.write(f'<!DOCTYPE html><meta charset="utf-8"><title>Resound</title>{figure}')
        console.print(f"  Open this page in a browser: {Path(page.name).as_uri()}", soft_wrap=True)
    for letter, choice in zip(ascii_lowercase, drawn.choices, strict=False):
        console.print(Padding(styled(f"{letter}  {choice.text}"), (0, 0, 0, 2)))


def how_to_answer(drawn: Drawn) -> str:
    """What one is to type."""
    question = drawn.question
    if drawn.choices:
        return "letters, such as a c" if question.kind == "choose several" else "a letter"
    if question.kind == "derive":
        return "work it out on paper, then press Enter"
    if question.kind == "write code":
        return f"the function, with a line that holds only {END!r} at its end; or < FILE"
    return f"a number in {question.unit}" if question.unit else "a number"


def read_answer(drawn: Drawn, first: str) -> Any:
    """What was typed, as `course.exam.reply.reply` takes it.

    Parameters
    ----------
    drawn : Drawn
        Of any kind but "derive".
    first : str
        The first line.

    Raises
    ------
    ValueError
        If it can't be read; the message is a request.
    Leave
    """
    if drawn.choices:
        return _places(first, len(drawn.choices))
    return _code(first) if drawn.question.kind == "write code" else first


def _places(text: str, count: int) -> list[int]:
    """Letters as places."""
    letters = re.findall(r"\w", text.lower())
    if not set(letters) <= set(ascii_lowercase[:count]):
        raise ValueError(f"Please type letters from a to {ascii_lowercase[count - 1]}.")
    return [ascii_lowercase.index(letter) for letter in letters]


def read_covered(points: Sequence[str]) -> list[int]:
    """Ask which points of a model answer one's own covers.

    Raises
    ------
    Leave
    """
    say("Which of these does yours say? Numbers such as 1 3, or all, or none.")
    for number, point in enumerate(points, 1):
        console.print(Padding(styled(f"{number}  {point}"), (0, 0, 0, 2)))
    while True:
        typed = read_line().lower()
        if typed in ("all", "none"):
            return list(range(len(points))) if typed == "all" else []
        numbers = [int(each) for each in re.findall(r"\d+", typed)]
        if numbers and all(1 <= number <= len(points) for number in numbers):
            return [number - 1 for number in numbers]
        say(f"? Please type numbers from 1 to {len(points)}, or all, or none.", "cyan")


def _code(first: str) -> str:
    """The lines up to the one that ends them, or what a file holds."""
    if first.startswith("<"):
        path = Path(first[1:].strip()).expanduser()
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"There is no text in a file {path} that can be read.") from None
    lines = [first]
    while lines[-1].strip() != END:
        try:
            lines.append(input("… "))
        except (EOFError, KeyboardInterrupt):
            console.print()
            raise Leave from None
    return "\n".join(lines[:-1])


def tell(said: Reply) -> None:
    """Print what is said to an answer: a sign, a word, a colour."""
    icon, colour = ICONS[said.mark]
    console.print(Text(f"{icon} {said.mark.value}.", f"bold {colour}"))
    for line in said.says:
        console.print(Padding(styled(line), (0, 0, 0, 2)))


def show_solution(drawn: Drawn) -> None:
    """Print the answer, the way there, and where to read again."""
    question, lines = drawn.question, []
    if question.answers:
        lines.append(drawn.told_answer)
    lines += [f"{choice.text}: {choice.why}" for choice in drawn.choices if choice.right]
    lines += [drawn.solution] if drawn.solution else []
    if question.exercise and not lines:
        lines.append(f"The exercise `{question.exercise}` leads to it.")
    console.print(Text("Solution", "bold"))
    for line in [*lines, f"Read again: {place_to_read(question)}"]:
        console.print(Padding(styled(line), (0, 0, 0, 2)))
