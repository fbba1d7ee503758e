"""What is asked, as HTML: on paper and in the exports."""

import re

from course.exam.question import Drawn
from course.exam.text import line_to_html, text_to_html


def question_to_html(drawn: Drawn) -> str:
    """A question without its choices, with the picture or the sounds that it is about.

    Parameters
    ----------
    drawn : Drawn
        Of any kind.

    Returns
    -------
    html : str
        Pictures and sounds stand in it as `data:` addresses.
    """
    return text_to_html(drawn.text) + drawn.figure()


def unit_to_html(drawn: Drawn) -> str:
    """What an answer is to be given in, where the question does not say so itself."""
    unit = drawn.question.unit
    said = re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", drawn.text)
    return "" if not unit or said else f"<p>In {line_to_html(unit)}.</p>"
