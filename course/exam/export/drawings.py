"""What the exports share: a question's drawings, its mistakes, and the pictures that stand in it."""

import base64
import hashlib
import re

from course.exam.question import Drawn, Question
from course.exam.reply import is_near
from course.exam.text import answer_to_html, line_to_html, place_to_read

INLINE = re.compile(r"data:\w+/(?P<ending>\w+)[\w.+-]*;base64,(?P<data>[A-Za-z0-9+/=]+)")


def drawings(question: Question, most: int) -> list[Drawn]:
    """Some drawings of a question, none twice: with other numbers, or else its choices in another order.

    Parameters
    ----------
    question : Question
    most : int
    """
    kept: dict[object, Drawn] = {}
    for drawn in map(question.draw, range(most)):
        kept.setdefault(drawn.index if len(question.parameters) > 1 else drawn.order, drawn)
    return list(kept.values())


def mistakes(drawn: Drawn) -> dict[float, str]:
    """Typical wrong numbers with their replies; none of them right by chance, none twice."""
    question = drawn.question
    kept: dict[float, str] = {}
    for wrong in drawn.wrong:
        others = (drawn.answer, *kept)
        if not any(is_near(wrong.number, each, question.tolerance) for each in others):
            kept[wrong.number] = wrong.says
    return kept


def worked_to_html(drawn: Drawn) -> str:
    """The answer, the way there, and where to read again."""
    return f"{answer_to_html(drawn)}<p>Read again: {line_to_html(place_to_read(drawn.question))}</p>"


def set_apart(html: str, address: str = "") -> tuple[str, dict[str, bytes]]:
    """Make files of the pictures and sounds that stand in a page as `data:` addresses.

    Parameters
    ----------
    html : str
    address : str, optional
        What stands before a file's name in the page.

    Returns
    -------
    html : str
        With the files' names instead.
    files : dict of str to bytes
        Named by their content, so that the same one is there once.
    """
    files: dict[str, bytes] = {}

    def keep(found: re.Match[str]) -> str:
        content = base64.b64decode(found["data"])
        name = f"resound-{hashlib.sha256(content).hexdigest()[:16]}.{found['ending']}"
        files[name] = content
        return f"{address}{name}"

    return INLINE.sub(keep, html), files
