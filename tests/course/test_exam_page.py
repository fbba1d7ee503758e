"""A mock exam on paper: what stands on it, and how it looks in a real browser."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from course.exam.bank import questions as shipped
from course.exam.mock import Blueprint, Part, draw_exam
from course.exam.page import exam_page, on_paper, solution_page
from course.exam.question import Choice, Question

CHOICES = (Choice("`a < b`", "It is <so>.", True), Choice("a & b", "No & no.", False), Choice("c", "Never.", False))
ONE = Question("01_sound", "one", "choose", 1, 1, "Which *one* of `a < b` & <i>?", "The start & more", choices=CHOICES)
SEVERAL = replace(ONE, id="several", kind="choose several", choices=(*CHOICES, Choice("d", "Too.", True)))
READ = replace(ONE, id="read", kind="read code", text='A or B?\n\n    if a < b:\n        print("A")')
PROOF = replace(ONE, id="proof", kind="derive", minutes=6, choices=(), points=("first <", "then"), solution="So & so.")
CODE = replace(ONE, id="code", kind="write code", minutes=5, choices=(), exercise="hann")
NUMBER = replace(
    ONE,
    id="number",
    kind="compute",
    minutes=3,
    choices=(),
    text="{n} s less {n} %, in ms?",
    unit="ms",
    solution="Take {n} % away.",
    parameters=({"n": 20}, {"n": 50}),
    answers=(16000.0, 25000.0),
    wrong=((24000.0, 75000.0),),
    replies=("You added {n} %.",),
)
COUNTED = replace(NUMBER, id="counted", unit="", tolerance=0.0, wrong=(), replies=(), text="How many of {n}?")
SEE = next(question for question in shipped() if question.kind == "see")
QUESTIONS = [ONE, SEVERAL, READ, PROOF, CODE, NUMBER, COUNTED]
ALL = Blueprint((Part(("01_sound",)),), sum(question.minutes for question in QUESTIONS), 10)


def plain(text):
    """With no other space than one blank."""
    return " ".join(text.split())


class Page(HTMLParser):
    """What one sees of a page, and what it asks for beside itself."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen, self.asked, self.styled = [], [], [], False
        self.feed(html)
        assert self.open == []
        self.text = plain(" ".join(self.seen))

    def handle_starttag(self, tag, attributes):
        self.open += [tag] if tag not in ("img", "meta", "br") else []
        self.asked += [text for name, text in attributes if name in ("src", "href") and not text.startswith("data:")]
        assert tag not in ("script", "link", "iframe")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.seen.append(data)


@pytest.fixture(scope="module")
def exam():
    exam = draw_exam(QUESTIONS, 7, ALL)
    assert len(exam.items) == len(QUESTIONS)
    return exam


def test_the_exam_has_every_question_with_its_points_and_no_answer(exam):
    """Fields for a name and a matriculation number, the time, and space to write."""
    page = Page(exam_page(exam))
    for said in ("Name", "Matriculation number", f"{exam.minutes:g} minutes, 10 points", "Task 1"):
        assert said in page.text
    for number, item in exam.items.items():
        assert number in page.text and f"/ {item.points:g}" in page.text
        first_words = item.drawn.text.split("\n")[0].replace("*", "").replace("`", "")
        assert first_words in page.text
        answers = (item.drawn.solution, *item.drawn.question.points, *(choice.why for choice in item.drawn.choices))
        assert not any(answer and answer in page.text for answer in answers)
    number = next(item.drawn for item in exam.items.values() if item.name == NUMBER.name)
    assert plain(number.told_answer) not in page.text and "Answer: ms" in page.text


def test_signs_stay_as_they_were_written(exam):
    """Code, italics, and what would be HTML."""
    html = exam_page(exam)
    assert "<em>one</em>" in html and "<code>a &lt; b</code>" in html and "&lt;i&gt;?" in html
    assert 'if a &lt; b:\n    print("A")' in html
    assert html.count("<code>a &lt; b</code>") == 4 + 3 and html.count("a &amp; b") == 3
    assert html.count('class="box one"') == 6 and html.count('class="box"') == 4


def test_who_marks_finds_all_that_is_needed(exam):
    """Answers with unit and tolerance, the way there, typical mistakes, each choice, what a point is worth."""
    page = Page(solution_page(exam))
    drawn = {item.name: item for item in exam.items.values()}
    number = drawn[NUMBER.name].drawn
    low, high = (f"{number.answer * factor:,.0f}".replace(",", " ") for factor in (0.99, 1.01))
    for said in (
        plain(number.told_answer),
        f"Accepted: {low} to {high} ms (± 1 %)",
        number.solution,
        number.wrong[0].says,
    ):
        assert said in page.text
    assert "which is counted, and no other" in page.text
    assert page.text.count("✔ right") == 1 + 2 + 1 and page.text.count("✘ wrong") == 2 + 2 + 2
    assert "No & no." in page.text and "So & so." in page.text and "first <" in page.text
    each = drawn[PROOF.name].points / 2
    assert f"Each of the 2 earns {each:g} point" in page.text
    assert "hann" in page.text and "Read again: lesson 01, The start & more" in page.text
    assert "not to be handed out" in page.text


def test_a_page_asks_for_nothing_beside_itself(exam):
    """And may not, by its own word; it is safe to print in grey."""
    for html in (exam_page(exam), solution_page(exam)):
        assert Page(html).asked == [] and "default-src 'none'" in html
        for colour in re.findall(r"#[0-9a-f]{3,6}", html):
            channels = colour[1:] if len(colour) == 4 else re.findall("..", colour[1:])
            assert len(set(channels)) == 1, colour


def test_a_picture_is_printed_and_a_sound_is_not_asked_for():
    """Nobody hears a page."""
    assert {question.kind for question in shipped()} - {question.kind for question in on_paper(shipped())} == {"hear"}
    exam = draw_exam([SEE], 0, Blueprint((Part((SEE.lesson,)),), SEE.minutes, 5))
    assert exam_page(exam).count('src="data:image/png;base64,') == 1
    assert Page(solution_page(exam)).text.count("✔ right") == 1


@pytest.mark.parametrize("seed", range(10))
def test_every_exam_can_be_printed(seed):
    """Of all questions that ship."""
    exam = draw_exam(on_paper(shipped()), seed)
    for html in (exam_page(exam), solution_page(exam)):
        page = Page(html)
        assert all(f"Task {number}" in page.text for number in range(1, 6))
    assert "Read again" not in exam_page(exam)
