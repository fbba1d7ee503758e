"""Texts of questions as safe HTML: paragraphs, code, italics; the same on a screen, on paper and in an export."""

import re
from html import escape
from itertools import groupby
from textwrap import dedent

from course.check.show import to_html as line_to_html
from course.exam.question import Drawn, Question

__all__ = ["answer_to_html", "lesson_title", "line_to_html", "place_to_read", "text_to_html"]

INDENT = "    "
"""What a line of a block of code begins with."""


def text_to_html(text: str) -> str:
    """A text of several paragraphs: question, solution, model answer.

    Parameters
    ----------
    text : str
        Plain, with `code` in backticks, *italics*, blank lines between paragraphs, and blocks of code that are indented
        by four spaces.

    Returns
    -------
    html : str
        `<p>` and `<pre><code>`; whatever else was HTML in the text is escaped. For one line without a paragraph around
        it, such as a choice, there is `line_to_html`.
    """
    lines = text.expandtabs(len(INDENT)).strip("\n").splitlines()
    # a blank line belongs to what stands before it
    in_code: list[bool] = []
    for line in lines:
        in_code.append(line.startswith(INDENT) if line.strip() else bool(in_code) and in_code[-1])
    blocks = groupby(zip(in_code, lines, strict=True), key=lambda pair: pair[0])
    return "".join(_block(is_code, "\n".join(line for _, line in pairs)) for is_code, pairs in blocks)


def _block(is_code: bool, text: str) -> str:
    if is_code:
        return f"<pre><code>{escape(dedent(text).strip(chr(10)), quote=False)}</code></pre>"
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{line_to_html(paragraph)}</p>" for paragraph in paragraphs if paragraph)


def answer_to_html(drawn: Drawn) -> str:
    """What a good answer is, for whoever has answered: the number, the right choices, the points, and the way there.

    Parameters
    ----------
    drawn : Drawn
        Of any kind.
    """
    question = drawn.question
    parts = []
    if question.answers:
        parts.append(f"<p><strong>{line_to_html(drawn.told_answer)}</strong></p>")
    parts += [
        f"<p><strong>{line_to_html(each.text)}</strong> {line_to_html(each.why)}</p>"
        for each in drawn.choices
        if each.right
    ]
    parts.append(text_to_html(drawn.solution))
    if question.points:
        points = "".join(f"<li>{line_to_html(drawn.filled(point))}</li>" for point in question.points)
        parts.append(f"<p>It should say:</p><ul>{points}</ul>")
    if not any(parts):
        exercise, title = escape(question.exercise), lesson_title(question.lesson)
        parts.append(f"<p>The exercise <code>{exercise}</code> of {title} leads to it.</p>")
    return "".join(parts)


def lesson_title(lesson: str) -> str:
    """A lesson's folder, such as "02_stft", as one reads it: "lesson 02 · stft"."""
    number, _, name = lesson.partition("_")
    return f"lesson {number} · {name.replace('_', ' ')}".rstrip(" ·")


def place_to_read(question: Question) -> str:
    """Where to read again, such as "lesson 02, Step 3 · Transform"."""
    return f"lesson {question.lesson.partition('_')[0]}, {question.read}"
