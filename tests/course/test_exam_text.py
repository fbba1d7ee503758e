"""Texts of questions as HTML: what an author writes is seen, and nothing of it is run."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from course.exam.bank import questions
from course.exam.question import Choice, Question
from course.exam.text import answer_to_html, lesson_title, place_to_read, text_to_html

PLAIN = {"lesson": "02_stft", "id": "a", "difficulty": 1, "minutes": 2, "text": "?", "read": "Step 3 · Transform"}
SEEN = re.compile(r"<[^>]+>")


class Tags(HTMLParser):
    """Checks that whatever is opened is closed, and that nothing has attributes."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], set()
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert not attributes
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.", "<p>One.</p>"),
        ("One,\nstill one.\n\nTwo.\n", "<p>One,\nstill one.</p><p>Two.</p>"),
        ("\nA?\n\n    x = 1\n\n    y = x < 2\n\nB.", "<p>A?</p><pre><code>x = 1\n\ny = x &lt; 2</code></pre><p>B.</p>"),
        ("A:\n    def f(x):\n        return x\nB", "<p>A:</p><pre><code>def f(x):\n    return x</code></pre><p>B</p>"),
        ("\tx = `1`", "<pre><code>x = `1`</code></pre>"),
        ("    *a* b\n", "<pre><code>*a* b</code></pre>"),
        ("`a < b` is *not* <b>", "<p><code>a &lt; b</code> is <em>not</em> &lt;b&gt;</p>"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_paragraphs_and_code(text, html):
    """Blank lines part paragraphs; four spaces make code, in which nothing is changed."""
    assert text_to_html(text) == html


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=a>', "&lt;"]
)
@pytest.mark.parametrize("around", ["{}", "`{}`", "*{}*", "    {}", "a\n\n    {}\n\nb", "${}$"])
def test_html_in_a_text_is_text(evil, around):
    """It is read, not run."""
    html = text_to_html(around.format(evil))
    assert Tags(html).seen <= {"p", "pre", "code", "em"}
    assert evil in unescape(SEEN.sub("", html))


@pytest.mark.parametrize(
    ("own", "html"),
    [
        (
            {
                "kind": "compute",
                "solution": "{a} and 1.",
                "unit": "ms",
                "answers": (2500.0,),
                "parameters": ({"a": 2},),
            },
            "<p><strong>2\u202f500 ms</strong></p><p>2 and 1.</p>",
        ),
        (
            {"kind": "choose", "choices": (Choice("no `x`", "Wrong.", False), Choice("`y`", "Right: so.", True))},
            "<p><strong><code>y</code></strong> Right: so.</p>",
        ),
        (
            {"kind": "derive", "solution": "So.", "points": ("that *d* is 0",)},
            "<p>So.</p><p>It should say:</p><ul><li>that <em>d</em> is 0</li></ul>",
        ),
        (
            {"kind": "write code", "exercise": "hann"},
            "<p>The exercise <code>hann</code> of lesson 02 · stft leads to it.</p>",
        ),
    ],
)
def test_a_good_answer_is_told(own, html):
    """Of each kind: the number, what is right, what a derivation should say, where the code is practised."""
    assert answer_to_html(Question(**PLAIN, **own).draw(0)) == html


def test_lessons_and_places_have_names():
    """As one says them."""
    assert lesson_title("04_pseudo_inverse") == "lesson 04 · pseudo inverse"
    assert lesson_title("extra") == "lesson extra"
    assert place_to_read(Question(kind="derive", **PLAIN)) == "lesson 02, Step 3 · Transform"


def test_every_question_that_ships_is_whole_html():
    """With all its words, of every kind."""
    for question in questions():
        drawn = question.draw(3)
        for text in (drawn.text, drawn.solution):
            html = text_to_html(text)
            assert Tags(html).seen <= {"p", "pre", "code", "em"}, question.name
            assert set(re.findall(r"\w+", text)) == set(re.findall(r"\w+", unescape(SEEN.sub(" ", html))))
        Tags(answer_to_html(drawn))
