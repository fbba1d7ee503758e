"""Lessons as a student meets them: in JupyterLab, with a mouse, a keyboard and eyes."""

import pytest

from tests.browser.lab import new_page, run_all
from tests.browser.watching import settle
from tests.conftest import LESSONS

ERRORS = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'
TOO_WIDE = """() => [...document.querySelectorAll('.jp-OutputArea-output, .jp-RenderedMarkdown')]
    .filter(shown => shown.scrollWidth > shown.clientWidth + 2).map(shown => shown.textContent.slice(0, 80))"""
# a formula's words for screen readers, which nobody sees, are as wide as the machine's fonts make them
SEEN_ONLY = "mjx-assistive-mml { display: none !important; }"
CELL_WITH = "xpath=//div[contains(@class, 'jp-CodeCell')][.//*[contains(@class, 'cm-content')][contains(., '{}')]]"


@pytest.fixture(scope="module", params=LESSONS)
def opened(request, lab, chromium):
    """A released notebook after "run all"."""
    page = new_page(chromium)
    run_all(page, lab.address, f"{request.param}/{request.param}.ipynb")
    page.lesson = LESSONS[request.param]
    yield page
    page.close()


def test_untouched_lesson_shows_no_error(opened):
    """Nothing red, in the notebook or in the browser's console."""
    assert opened.locator(ERRORS).count() == 0
    assert opened.complaints == []


def test_untouched_lesson_says_not_attempted_at_each_check(opened):
    """A card for each exercise, announced to a screen reader, and the table of `progress()`."""
    cards = opened.locator('[role="status"]', has_text="not attempted yet")
    assert cards.count() == len(opened.lesson.exercises) + 1


def test_pictures_have_words_and_players_have_names(opened):
    """What is seen and heard is also told."""
    pictures = opened.locator(".jp-OutputArea img")
    assert pictures.count() > 3
    assert all(pictures.nth(i).get_attribute("alt") for i in range(pictures.count()))
    players = opened.locator("audio")
    assert players.count() > 3
    assert all(players.nth(i).get_attribute("aria-label") for i in range(players.count()))


@pytest.mark.parametrize("width", [1280, 900, 700])
def test_nothing_is_wider_than_its_column(opened, width):
    """Down to half a laptop's screen no picture, card or table needs a sideways scroll."""
    opened.set_viewport_size({"width": width, "height": 900})
    opened.add_style_tag(content=SEEN_ONLY)
    opened.wait_for_timeout(300)
    assert opened.evaluate(TOO_WIDE) == []


def test_explorer_follows_the_keyboard(opened):
    """An arrow key on the slider changes picture and caption."""
    opened.set_viewport_size({"width": 1280, "height": 900})
    explorer = opened.locator(".resound-explorer").first
    settle(explorer)
    picture, caption = explorer.locator("img").first, explorer.get_by_role("status")
    before = picture.get_attribute("src"), caption.inner_text()
    explorer.get_by_role("slider").first.press("ArrowLeft")
    settle(explorer)
    assert caption.inner_text() != before[1]
    assert picture.get_attribute("src") != before[0]


@pytest.mark.parametrize("opened", ["02_stft"], indirect=True)
def test_a_wrong_answer_is_told_what_it_did(opened):
    """Type the symmetric window, run both cells, read the answer, and see the picture."""
    page = opened
    stub = page.locator(CELL_WITH.format("def hann(")).first
    stub.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("def hann(window_length):\n    window = np.hanning(window_length)\n    return window")
    page.keyboard.press("Control+Enter")
    check = page.locator(CELL_WITH.format("check(hann)")).first
    check.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    card = check.locator('[role="status"]', has_text="not yet right")
    card.wait_for(timeout=20_000)
    assert "Your window is symmetric" in card.inner_text()
    assert card.locator("img").get_attribute("alt")
