"""How a check's outcome is shown: escaped, with words beside colours, the same in plain text."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from course.check import agreement
from course.check.case import Axis
from course.check.show import Card, progress_card, to_html, verdict_card
from course.check.verdict import JudgedTest, Mismatch, Outcome, Verdict

OPEN_ENDED = {"img", "br"}
EVIL = (
    "<script>alert(1)</script>",
    "</div></td><h1>mine</h1>",
    "`<b>` & `",
    "a ` alone <i>",
    "``` <u> ```",
    '" onload="alert(1)',
    "&lt;script&gt;",
    "\\`<s>",
)


class Page(HTMLParser):
    """What a browser makes of a card: its elements, their nesting, and the text that is read."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(html)
        self.close()
        assert self.open == [], "unclosed elements"

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in OPEN_ENDED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, "elements overlap"

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(self.texts)

    @property
    def tags(self):
        return {tag for tag, _ in self.elements}


def page(card):
    return Page(card._repr_html_())


def words(text):
    return re.findall(r"[\w.<>&]+", text.replace("`", " "))


def judged():
    tests = (
        JudgedTest("Agrees with the reference for several windows.", True),
        JudgedTest("Keeps silence silent.", False, "Some of your values are `NaN`."),
    )
    return Verdict("get_stft", Outcome.NOT_YET, 1.5, 3.0, ("Your `window` is symmetric.",), "symmetric", tests=tests)


def plain_verdict(outcome, *says):
    points = 2.0 if outcome is Outcome.PASSED else 0.0
    return Verdict("get_stft", outcome, points, 2.0, says)


CARDS = {
    "passed": verdict_card(plain_verdict(Outcome.PASSED)),
    "not attempted": verdict_card(plain_verdict(Outcome.NOT_ATTEMPTED, "Fill in its two steps.")),
    "not yet": verdict_card(plain_verdict(Outcome.NOT_YET, "Stops in `y = x[<3]`.", "The call was `f(a, 2)`.")),
    "judged": verdict_card(judged()),
    "note": Card.note("Hint 1 of 2 on `hann`: begin at 0."),
    "problem": Card.problem("Hand over the function: `check(hann)`."),
    "progress": progress_card("Time & frequency", [plain_verdict(outcome, "says") for outcome in Outcome]),
}


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_is_whole_html(kind):
    """Elements are closed in their order, and it is announced to those who listen."""
    found = page(CARDS[kind])
    assert found.elements[0][0] == "div" and found.elements[0][1]["role"] == "status"


@pytest.mark.parametrize("kind", CARDS)
def test_plain_text_contains_what_the_sentences_of_the_html_say(kind):
    """Nobody who reads a terminal or an exported notebook gets less."""
    said = (*CARDS[kind].lines, CARDS[kind].head)
    told = words(repr(CARDS[kind]))
    for sentence in said:
        assert set(words(sentence)) <= set(told)
        assert set(words(sentence)) <= set(words(page(CARDS[kind]).text))
    if CARDS[kind].icon:
        assert CARDS[kind].icon in page(CARDS[kind]).text and CARDS[kind].icon in repr(CARDS[kind])


def test_plain_text_has_a_line_for_each_row():
    """Exercises with outcome and points; hidden tests with their reason."""
    rows = repr(CARDS["progress"]).splitlines()[1:]
    for row, outcome in zip(rows, Outcome, strict=True):
        assert outcome.word in row and outcome.icon in row and "of 2" in row
    assert "Keeps silence silent. (not yet right) Some of your values are `NaN`." in repr(CARDS["judged"])
    assert "NaN" in page(CARDS["judged"]).text and "Keeps silence silent." in page(CARDS["judged"]).text


def test_each_outcome_has_its_own_word_icon_and_colour():
    """Colour is never the only sign."""
    for distinct in ({o.word for o in Outcome}, {o.icon for o in Outcome}, {o.colour for o in Outcome}):
        assert len(distinct) == 3
    for outcome in Outcome:
        card = verdict_card(plain_verdict(outcome, "says"))
        others = [other for other in Outcome if other is not outcome]
        assert outcome.word in page(card).text and outcome.icon in page(card).text
        assert outcome.colour in card._repr_html_() and outcome.word in repr(card)
        for other in others:
            assert other.word not in page(card).text and other.colour not in card._repr_html_()


def test_icons_are_not_read_aloud():
    """The word stands beside them."""
    for kind in ("judged", "progress", "passed"):
        for tag, attributes in page(CARDS[kind]).elements:
            if tag == "span":
                assert attributes["aria-hidden"] == "true"


@pytest.mark.parametrize("evil", EVIL)
def test_what_a_student_wrote_is_shown_and_not_obeyed(evil):
    """In an exception's text, a hidden test's reason, a title or a name."""
    verdicts = [
        Verdict(evil, Outcome.NOT_YET, 0.0, 1.0, (f"Your code stops: {evil}.", f"It is the line `{evil}`.")),
        Verdict("f", Outcome.NOT_YET, 0.0, 1.0, ("says",), tests=(JudgedTest(evil, False, evil),)),
    ]
    cards = [*map(verdict_card, verdicts), progress_card(evil, verdicts), Card.note(evil), Card.problem(evil)]
    own = {"div", "span", "strong", "code", "ul", "li", "em", "table", "thead", "tbody", "tr", "th", "td"}
    for card in cards:
        found = page(card)
        assert found.tags <= own
        assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes)
        assert set(words(evil)) <= set(words(found.text))


@pytest.mark.parametrize(
    "text, html",
    [
        ("`hann`", "<code>hann</code>"),
        ("call `f(a)` and `g[1]`.", "call <code>f(a)</code> and <code>g[1]</code>."),
        ("`a < b`", "<code>a &lt; b</code>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("one ` only", "one ` only"),
        ("", ""),
    ],
)
def test_what_stands_in_backticks_is_code(text, html):
    """All else is escaped text; a lonely backtick is one."""
    assert to_html(text) == html


@pytest.mark.parametrize("points, told", [(1.0, "1 point."), (2.0, "2 points."), (2.5, "2.5 points."), (0.5, "0.5 po")])
def test_points_are_told_as_one_says_them(points, told):
    """1 point, 2 points."""
    assert told in repr(verdict_card(Verdict("f", Outcome.PASSED, points, points)))


def test_a_judged_exercise_tells_how_many_hidden_tests_it_passed():
    """With the points that this earned; each test has its own word."""
    assert "1 of 2 hidden tests, 1.5 of 3 points." in repr(CARDS["judged"])
    text = page(CARDS["judged"]).text
    assert text.count(Outcome.PASSED.word) == 1 and text.count(Outcome.NOT_YET.word) == 2


def mismatched(expected, actual):
    found = Mismatch(expected, actual, (Axis("bin", 10.0, "Hz"), Axis("frame")))
    return Verdict("f", Outcome.NOT_YET, 0.0, 1.0, ("Differs.",), mismatch=found)


def test_a_mismatch_is_drawn_with_words_for_those_who_cannot_see_it():
    """One picture, with alt text."""
    verdict = mismatched(np.eye(5), np.ones((5, 5)))
    (image,) = [attributes for tag, attributes in page(verdict_card(verdict)).elements if tag == "img"]
    assert "expected" in image["alt"] and "yours" in image["alt"] and "difference" in image["alt"]
    assert image["src"].startswith("data:image/png;base64,iVBOR")


def test_a_mismatch_that_cannot_be_drawn_is_a_card_without_a_picture():
    """Single numbers have no picture."""
    for actual in (2.0, None, "text"):
        assert "img" not in page(verdict_card(mismatched(3.0, actual))).tags


def test_progress_tells_the_sum_and_is_green_when_all_is_passed():
    """A table with headings; the colour of "passed" only at full points."""
    done = progress_card("Lesson", [plain_verdict(Outcome.PASSED)] * 2)
    assert "4 of 4 points." in repr(done) and done.colour == Outcome.PASSED.colour
    assert "2 of 6 points." in repr(CARDS["progress"]) and CARDS["progress"].colour != Outcome.PASSED.colour
    headings = [attributes for tag, attributes in page(done).elements if tag == "th"]
    assert [heading["scope"] for heading in headings] == ["col"] * 3


def test_agreement_tells_how_far_two_results_are_apart():
    """To a digit, of the peak; equal to the last bit; not the same; not there yet."""
    theirs = 4 * np.cos(np.arange(9.0))
    assert "largest difference is 1e-06 of the peak" in repr(agreement(theirs + 4e-6, theirs))
    assert "Exactly the same" in repr(agreement(theirs.copy(), theirs))
    assert "Not the same" in repr(agreement(-theirs, theirs)) and "opposite sign" in repr(agreement(-theirs, theirs))
    assert "still `...`" in repr(agreement(..., theirs))
    assert "`None`" in repr(agreement(None, theirs))
    assert "Exactly the same." in page(agreement(theirs, theirs)).text


@pytest.mark.parametrize(
    "text, html",
    [
        ("the *whole* of `a * b`", "the <em>whole</em> of <code>a * b</code>"),
        ("`x*y*z` is 2 * 3 * 4", "<code>x*y*z</code> is 2 * 3 * 4"),
        ("*loudest cell*, <b>", "<em>loudest cell</em>, &lt;b&gt;"),
        ("(*not once, ever!*)", "(<em>not once, ever!</em>)"),
        ("a*b*c, *a, **k and *x * y", "a*b*c, *a, **k and *x * y"),
        ("$a*b*c < 3$ and *this*", "$a*b*c &lt; 3$ and <em>this</em>"),
    ],
)
def test_words_between_asterisks_are_stressed(text, html):
    """Code, formulas and products keep their asterisks."""
    assert to_html(text) == html
