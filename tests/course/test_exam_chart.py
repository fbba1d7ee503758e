"""The chart of what is known: its numbers are the diary's."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from course.exam.chart import due_by_day, known_chart
from course.exam.progress import Progress
from course.exam.question import Question

BEGIN = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUESTIONS = [
    Question(lesson, name, "derive", 1, 2, name, "Step 1", points=("a",))
    for lesson, names in {"01_sound": "abc", "02_stft": "de"}.items()
    for name in names
]


@pytest.fixture
def progress(tmp_path):
    """One known at once, one forgotten, one half known; two never asked."""
    times = [BEGIN]
    progress = Progress(QUESTIONS, tmp_path / "diary.jsonl", lambda: times[0])
    progress.set_time = lambda time: times.__setitem__(0, time)
    for name, share, seconds in (("a", 1, 5), ("b", 0, 5), ("d", 1, 5)):
        progress.add(next(each for each in QUESTIONS if each.id == name), 0, share, seconds)
    return progress


def told(html):
    """The rows of the first table as numbers."""
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", html.split("<details>")[0])
    return [[int(number) for number in re.findall(r">(\d+)</td>", row)] for row in rows]


def test_each_question_is_counted_where_it_belongs(progress):
    """Known, fading, due, never asked; by lesson, and over all."""
    assert told(known_chart(progress)._repr_html_()) == [[1, 1, 0, 1], [1, 0, 0, 1], [2, 1, 0, 2]]
    progress.set_time(BEGIN + timedelta(minutes=5))
    assert told(known_chart(progress)._repr_html_())[0] == [1, 0, 1, 1]
    progress.set_time(BEGIN + timedelta(days=60))
    assert told(known_chart(progress)._repr_html_())[-1] == [0, 0, 3, 2]


def test_days_are_counted_from_today(progress):
    """Each question on the day that FSRS gives it; what is overdue, today."""
    days = (progress.known["01_sound/a"].due - BEGIN).days
    expected = [0] * 14
    expected[0], expected[days] = 1, 2
    assert due_by_day(progress) == expected
    progress.set_time(BEGIN + timedelta(days=40))
    assert due_by_day(progress) == [3] + [0] * 13


def test_a_picture_has_words_and_a_table(progress):
    """Whoever can't see it reads the same numbers."""
    chart = known_chart(progress)
    assert chart.picture.alt.startswith("3 questions come due within 14 days, 1 of them today.")
    (days,) = re.findall(r"Come due</th>(.*?)</tr>", chart._repr_html_())
    assert [int(number) for number in re.findall(r">(\d+)</td>", days)] == due_by_day(progress)
    assert "lesson 01 · sound: 1 known, 1 fading, 0 due, 1 never asked" in repr(chart)


def test_the_bars_are_as_long_as_their_numbers(progress):
    """In parts of each lesson's questions."""
    bars = re.findall(r'<td aria-hidden="true".*?</td>', known_chart(progress)._repr_html_())
    widths = [[float(width) for width in re.findall(r'style="width:([\d.]+)%;background', bar)] for bar in bars]
    assert widths == [pytest.approx([100 / 3] * 3, abs=0.01), [50, 50], [40, 20, 40]]


def test_a_diary_without_answers_is_drawn(tmp_path):
    """All is still to be asked; without any question, too."""
    html = known_chart(Progress(QUESTIONS, tmp_path / "none.jsonl"))._repr_html_()
    assert told(html)[-1] == [0, 0, 0, 5] and "Nothing that was asked comes due within 14 days." in html
    assert told(known_chart(Progress([], tmp_path / "none.jsonl"))._repr_html_()) == [[0, 0, 0, 0]]
