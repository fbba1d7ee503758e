"""A mock exam as Chromium prints it."""

import re

import pytest

from course.exam.bank import questions
from course.exam.mock import draw_exam
from course.exam.page import exam_page, on_paper, solution_page

PIXELS = 96 / 25.4
"""In a millimetre."""
A4 = (0, 0, 595, 842)
"""In points."""


@pytest.mark.parametrize("made", [exam_page, solution_page])
@pytest.mark.parametrize("seed", [3, 11])
def test_on_paper_nothing_is_cut_off(page, tmp_path, made, seed):
    """A4; nothing is wider than what is printed, a question stands on one page, and nothing is fetched."""
    path = tmp_path / "exam.html"
    path.write_text(made(draw_exam(on_paper(questions()), seed)), encoding="utf-8")
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    page.set_viewport_size({"width": round(178 * PIXELS), "height": 900})
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    wide = f"[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > {178 * PIXELS + 1})"
    assert page.evaluate(f"{wide}.map(e => e.outerHTML.slice(0, 80))") == []
    if made is exam_page:
        highest = "Math.max(...[...document.querySelectorAll('.question')].map(e => e.offsetHeight))"
        assert page.evaluate(highest) < 261 * PIXELS
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = {tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", pdf)}
    assert boxes == {A4}
    assert set(asked) <= {"file", "data"}
