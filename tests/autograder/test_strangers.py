"""What a student's cell shows, on its way to an instructor's browser."""

import time

import numpy as np
import pytest

from autograder.strangers import LEFT_OUT, harmless_html, harmless_markdown, harmless_outputs
from course import audio
from course.check.show import Card

SCRIPTS = [
    "<script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<img src=x onerror=alert(1) ",
    "<svg onload=alert(1)>",
    "<iframe src='data:text/html,<script>1</script>'></iframe>",
    "<a href='java&#115;cript:alert(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "<form action='https://elsewhere.example'><input></form>",
    "<style>@\\69mport 'https://elsewhere.example/x.css'</style>",
    "<b style='background:url(https://elsewhere.example)'>x</b>",
    "<b style='background:\\75rl(https://elsewhere.example)'>x</b>",
    "<b style='background:image-set(\"https://elsewhere.example\" 1x)'>x</b>",
    "<img src='https://elsewhere.example/who-looks.png'>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "<base href='https://elsewhere.example'>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
]
DANGEROUS = (
    "script",
    "onerror",
    "onload",
    "iframe",
    "<form",
    "<style",
    "elsewhere",
    "svg",
    "<meta",
    "<base",
    "data:text",
)


@pytest.mark.parametrize("markup", SCRIPTS)
def test_nothing_that_runs_or_fetches_stays(markup):
    """Neither a script, nor an address that would tell who looks."""
    kept = harmless_html(markup)
    assert not any(word in kept.lower() for word in DANGEROUS)


def test_our_own_cards_and_players_stay_as_they_are():
    """Cards, players with their sound, tables."""
    card = Card.note("`x` < 3")._repr_html_()
    assert harmless_html(card) == card
    player = audio.play(np.zeros(100), "silence")._repr_html_()
    assert "data:audio/wav;base64," in harmless_html(player) and "<figcaption>" in harmless_html(player)


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b>",
        "[x](javascript:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "![](https://elsewhere.example/x.png)",
        r"$\href{javascript:alert(1)}{x}$",
        "x<y",
        "```\n<script>",
    ],
)
def test_markdown_that_could_run_is_shown_letter_by_letter(text):
    """In a code block whose fence is longer than any in the text."""
    shown = harmless_markdown(text)
    fence = shown.split("text\n")[0]
    assert shown == f"{fence}text\n{text}\n{fence}" and fence not in text


@pytest.mark.parametrize("text", ["a < b and $x_n$", "> quote, **bold**, [link](https://example.org)", "`code`", ""])
def test_honest_markdown_stays(text):
    """Formulas, links, emphasis."""
    assert harmless_markdown(text) == text


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        "text",
        [None, 3, [], {}],
        [{"output_type": np.ones(2)}],
        [{"output_type": "stream", "name": np.ones(2), "text": 5}],
        [{"output_type": "display_data", "data": {"text/html": 3, "image/png": "<script>"}}],
        [{"output_type": "error", "ename": [], "evalue": {}, "traceback": [1, None]}],
        [{"output_type": "execute_result", "data": [], "execution_count": True}],
    ],
)
def test_rubbish_makes_no_trouble(outputs):
    """Wrong types anywhere; a picture that is none."""
    for kept in harmless_outputs(outputs, 1000):
        assert kept["output_type"] in ("stream", "error", "display_data", "execute_result")
        assert kept.get("data", {"text/plain": LEFT_OUT}) == {"text/plain": LEFT_OUT}


def test_what_is_too_much_is_not_looked_at():
    """Neither in bytes nor in pieces."""
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 100}
    assert harmless_outputs([stream] * 10, 2000) is not None
    assert harmless_outputs([stream] * 10, 1000) is None
    assert harmless_outputs([{"output_type": "stream"}] * 1000, 10**9) is None


@pytest.mark.parametrize("markup", ["<a " * 40_000, "<!--" * 40_000, "<" * 10**6, "&" * 10**6])
def test_no_markup_takes_long(markup):
    """A parser that goes back again and again would be a way to stop the grader."""
    begun = time.process_time()
    harmless_html(markup)
    assert time.process_time() - begun < 5
