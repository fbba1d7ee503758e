"""What is asked, as HTML: on paper and in the exports. A picture or a sound that a question is about goes in here."""

from course.exam.question import Drawn
from course.exam.text import text_to_html


def question_to_html(drawn: Drawn) -> str:
    """A question without its choices.

    Parameters
    ----------
    drawn : Drawn
        Of any kind.

    Returns
    -------
    html : str
        Pictures and sounds stand in it as `data:` addresses.
    """
    return text_to_html(drawn.text)
