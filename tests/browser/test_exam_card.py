"""A card of the Anki deck as its screens show it, which are web pages."""

import pytest

from course.exam.bank import questions
from course.exam.export.anki import MOST_DRAWINGS, model, note
from course.exam.export.drawings import drawings

QUESTION = next(question for question in questions() if len(question.parameters) >= MOST_DRAWINGS)
SEEN = "[...document.querySelectorAll('.drawings')].map(e => e.innerText.trim())"


def side(template, fields):
    """What Anki makes of a side: the fields' names are replaced."""
    for name, field in fields.items():
        template = template.replace(f"{{{{{name}}}}}", field)
    return f'<!DOCTYPE html><style>{model().css}</style><body class="card">{template}'


@pytest.mark.parametrize("day", [0, 1, MOST_DRAWINGS - 1, 20_000])
def test_a_day_shows_one_drawing_and_its_own_answer(page, day):
    """The next day another one."""
    fields = dict(zip(("Name", "Question", "Answer"), note(QUESTION)[0].fields, strict=True))
    (template,) = model().templates
    front = side(template["qfmt"], fields)
    back = side(template["afmt"].replace("{{FrontSide}}", template["qfmt"]), fields)
    page.evaluate(f"Date.now = () => {day} * 86400000 + 5000")
    page.set_content(front)
    drawn = drawings(QUESTION, MOST_DRAWINGS)[day % MOST_DRAWINGS]
    (asked,) = page.evaluate(SEEN)
    assert asked.startswith(drawn.text[:60]) and asked.count("?") == drawn.text.count("?")
    page.set_content(back)
    again, answer = page.evaluate(SEEN)
    assert again == asked and answer.startswith(drawn.told_answer)
