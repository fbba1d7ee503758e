"""What a browser gets to see of a quiz: texts as HTML, and no answer before one was given."""

from collections.abc import Mapping
from typing import Any

from course.exam.asked import question_to_html
from course.exam.chart import due_by_day
from course.exam.progress import Progress
from course.exam.question import Drawn, Question
from course.exam.reply import Mark, Reply
from course.exam.text import answer_to_html, lesson_title, line_to_html, place_to_read, text_to_html

LONGEST = 100_000
"""Characters that an answer can have."""
FIELDS = {"compute": "number", "choose several": "several", "derive": "words", "write code": "code"}
"""What each kind is answered in; all others by choosing one."""
DIFFICULTIES = {1: "easy", 2: "medium", 3: "hard"}
FIRSTS = {"due": "what is due", "weak": "what is weak", "new": "what is new"}
SIGNS = {
    "right": ("✓", "Right"),
    "part": ("◐", "In part"),
    "wrong": ("✗", "Not right"),
    "again": ("↻", "Please again"),
    "shown": ("›", "The answer"),
    "open": ("○", "Open"),
    "given": ("●", "Answered"),
    "empty": ("○", "Left empty"),
    "unread": ("✗", "Can't be read"),
    "mine": ("✎", "To be marked by you"),
}
"""How an answer is marked, or a question of an exam stands: a sign and a word, for colour alone tells some nothing."""


def question_texts(drawn: Drawn) -> dict[str, Any]:
    """What is asked, and what it is answered in."""
    question = drawn.question
    return {
        "about": [
            lesson_title(question.lesson),
            question.kind,
            DIFFICULTIES.get(question.difficulty, ""),
            f"{question.minutes:g} min",
        ],
        "html": question_to_html(drawn),
        "field": FIELDS.get(question.kind, "one"),
        "unit": question.unit,
        "choices": [line_to_html(choice.text) for choice in drawn.choices],
        "begin": f"def {question.exercise}(…):" if question.exercise else "",
    }


def points_texts(drawn: Drawn) -> dict[str, Any]:
    """The model answer of a derivation, and the points to mark one's own by."""
    return {
        "html": text_to_html(drawn.solution),
        "choices": [line_to_html(drawn.filled(point)) for point in drawn.question.points],
    }


def reply_texts(drawn: Drawn, said: Reply) -> dict[str, Any]:
    """What is said to an answer; with the way there, if it counted."""
    if said.mark is Mark.UNREADABLE:
        return signed("again") | {"says": list(map(line_to_html, said.says)), "answer": "", "read": ""}
    sign = sign_of(said.share)
    says = list(map(line_to_html, said.says))
    if drawn.question.points:
        covered = round(said.share * len(drawn.question.points))
        says.insert(0, f"{covered} of {len(drawn.question.points)} points.")
    # a model answer stands there already, and whoever chose what is right was told why
    told = drawn.question.points or (drawn.choices and sign == "right" and not drawn.solution)
    answer = "" if told else answer_to_html(drawn)
    return signed(sign) | {"says": says, "answer": answer, "read": line_to_html(place_to_read(drawn.question))}


def shown_texts(drawn: Drawn) -> dict[str, Any]:
    """The answer for who has given up."""
    read = line_to_html(place_to_read(drawn.question))
    return signed("shown") | {"says": [], "answer": answer_to_html(drawn), "read": read}


def again_texts(says: str) -> dict[str, Any]:
    """A request."""
    return signed("again") | {"says": [line_to_html(says)], "answer": "", "read": ""}


def signed(mark: str) -> dict[str, str]:
    """One of the SIGNS, with its name."""
    sign, word = SIGNS[mark]
    return {"mark": mark, "sign": sign, "word": word}


def sign_of(share: float) -> str:
    """The name of the sign for a share of the points."""
    return "right" if share == 1 else "part" if share else "wrong"


def outcome_html(mark: str) -> str:
    """One of the SIGNS, as it stands in a table."""
    sign, word = SIGNS[mark]
    return f'<span class="quiz-{mark}"><span aria-hidden="true">{sign}</span> {word}</span>'


def round_html(results: Mapping[str, tuple[Question, float]], left: int, progress: Progress) -> str:
    """What came of a round: what was right, what to read again, and when the next questions are due.

    Parameters
    ----------
    results : mapping of str to (Question, float)
        By their names the questions that were answered, and the share of each.
    left : int
        How many were not asked, where the round was ended before.
    progress : Progress
    """
    if not results:
        told = "Nothing was answered." if left else "Nothing to ask: nothing of it is due, and nothing is new."
        return f"<p>{told}</p><p>{_due_next(progress)}</p>"
    right = sum(share == 1 for _, share in results.values())
    rows = "".join(_row(question, share) for question, share in results.values())
    again = dict.fromkeys(place_to_read(question) for question, share in results.values() if share < 1)
    places = "".join(f"<li>{line_to_html(place)}</li>" for place in again)
    return (
        f"<p><strong>{right} of {len(results)} right.</strong></p>"
        f"<table><thead><tr><th scope=col>Outcome<th scope=col>Question<th scope=col>Lesson</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        + (f"<p><strong>Read again:</strong></p><ul>{places}</ul>" if places else "")
        + f"<p>{_due_next(progress)}</p>"
    )


def _row(question: Question, share: float) -> str:
    name = line_to_html(question.id.replace("-", " "))
    return f"<tr><td>{outcome_html(sign_of(share))}</td><td>{name}</td><td>{lesson_title(question.lesson)}</td></tr>"


def _due_next(progress: Progress) -> str:
    """When what was asked so far comes again, in a sentence."""
    counts = due_by_day(progress)
    names = ["today", "tomorrow", *(f"in {days} days" for days in range(2, len(counts)))]
    told = [f"{count} {name}" for count, name in zip(counts, names, strict=True) if count]
    return (
        f"To be repeated: {', '.join(told)}." if told else f"Nothing is to be repeated in the next {len(counts)} days."
    )
