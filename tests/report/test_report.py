"""The page of a class of 100: its numbers, worked out once more from the database; what it hides; how it looks."""

import json
import re
import shutil
import sqlite3
import statistics
from collections import Counter
from contextlib import closing

import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.demo import Work, hand_in
from autograder.grade import default_gradebook, grade
from autograder.report.answers import read_answers
from autograder.report.data import read_gradebook
from autograder.report.page import write_report
from autograder.workers import Pool
from tests.browser.lab import new_page
from tests.browser.looking import FAINT_TEXTS
from tests.conftest import COURSE
from tests.report.conftest import HOSTILE, LESSON, SIZE

PIXELS = 96 / 25.4
"""In a millimetre."""
A4 = (0, 0, 595, 842)
"""In points."""
TOO_WIDE = """width => [...document.querySelectorAll("body *:not(svg *):not(.tables *):not(.drawing *):not(pre *)")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > width + 1)
    .map(each => each.outerHTML.slice(0, 80))"""


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="session")
def page_of_100(class_of_100):
    return soup(class_of_100.page)


@pytest.fixture(scope="session")
def scores(class_of_100):
    """By student and exercise, the score by nbgrader itself."""
    with Gradebook(class_of_100.db_url) as gradebook:
        return {
            submission.student.id: {
                grade.name.removeprefix("check_"): grade.score for grade in submission.notebooks[0].grades
            }
            for submission in gradebook.assignment_submissions(LESSON.name)
        }


@pytest.fixture(scope="session")
def log(class_of_100):
    """The lines of the log by student, oldest first, straight from the file."""
    with closing(sqlite3.connect(class_of_100.folder / "gradebook.db")) as database:
        database.row_factory = sqlite3.Row
        lines: dict[str, list[dict]] = {}
        for row in database.execute("select * from resound_log order by id"):
            told = {key: json.loads(row[key]) for key in ("points", "verdicts", "remarks")}
            lines.setdefault(row["student"], []).append(dict(row) | told)
    return lines


@pytest.fixture(scope="session")
def newest(log):
    return [lines[-1] for lines in log.values()]


def rows(page, caption):
    """The cells of a table as text, by its first column or by its first two."""
    (table,) = [table for table in page.find_all("table") if table.caption.text.startswith(caption)]
    return [[cell.text for cell in row.find_all(["td", "th"])] for row in table.tbody.find_all("tr")]


def title(page, heading):
    (figure,) = [figure for figure in page.select("section.figure") if figure.h3.text == heading]
    return figure.figcaption.text


def test_points(page_of_100, scores):
    """How many have how many points, and the median, by nbgrader's own sums; a mark by hand counts."""
    totals = [sum(each.values()) for each in scores.values()]
    assert len(totals) == SIZE
    assert scores["student_002"]["hann"] == 0.5
    expected = Counter(min(int(total), 14) for total in totals)
    shown = {int(name.split()[0]): int(count) for name, count in rows(page_of_100, "Points")}
    assert {least: count for least, count in shown.items() if count} == dict(expected)
    median, full = statistics.median(totals), sum(total == 15 for total in totals)
    assert (
        title(page_of_100, "Points") == f"Half of them have {median:g} of 15 points or more; {full} have all of them."
    )


def test_marks_by_exercise(page_of_100, scores, log):
    """In each exercise: the mean, and who has all, some or no points, or has not begun."""
    shown = {row[0]: row[1:] for row in rows(page_of_100, "Marks by exercise")}
    assert list(shown) == list(LESSON.exercises)
    for name, exercise in LESSON.exercises.items():
        marks = {student: each[name] for student, each in scores.items()}
        verdicts = {student: lines[-1]["verdicts"].get(name) for student, lines in log.items()}
        zero = [student for student, mark in marks.items() if mark == 0]
        untouched = sum(not verdicts[student] or verdicts[student]["outcome"] == "not_attempted" for student in zero)
        full = sum(mark == exercise.points for mark in marks.values())
        numbers = [full, SIZE - full - len(zero), len(zero) - untouched, untouched, 0]
        mean = f"{round(statistics.mean(marks.values()), 2):g}"
        assert shown[name] == [f"{exercise.points:g}", mean, *map(str, numbers)]


def test_misconceptions(page_of_100, newest):
    """Each with the number of newest verdicts that name it, and what students are told."""
    named = Counter(
        (name, verdict["misconception"])
        for line in newest
        for name, verdict in line["verdicts"].items()
        if verdict["misconception"]
    )
    shown = rows(page_of_100, "Misconceptions")
    assert {(row[0], row[1]): int(row[2]) for row in shown} == named
    says = {(name, fault.name): fault.says for name, each in LESSON.exercises.items() for fault in each.misconceptions}
    assert all(row[3] == says[row[0], row[1]] for row in shown)
    assert [int(row[2]) for row in shown] == sorted(named.values(), reverse=True)
    others = sum(
        verdict["outcome"] == "not_yet" and not verdict["misconception"]
        for line in newest
        for verdict in line["verdicts"].values()
    )
    assert sum(int(row[2]) for row in rows(page_of_100, "Other wrong answers")) == others > 0


def test_hidden_tests(page_of_100, newest):
    """Of who tried an exercise, how many failed each of its tests; the hardest first."""
    tried, failed = Counter(), Counter()
    for line in newest:
        for name, verdict in line["verdicts"].items():
            tried.update((name, test["says"]) for test in verdict["tests"])
            failed.update((name, test["says"]) for test in verdict["tests"] if not test["passed"])
    shown = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in rows(page_of_100, "All hidden tests")}
    assert shown == {test: (failed[test], tried[test]) for test in tried}
    shares = [wrong / all_ for wrong, all_ in shown.values()]
    assert shares == sorted(shares, reverse=True)


def test_who_could_not_be_graded_and_why(page_of_100, newest):
    """One is no notebook, of two the last try failed, one never came; the rest was graded, some with a remark."""
    why = {row[0]: row[1:] for row in rows(page_of_100, "Who could not be graded")}
    assert why == {
        "student_000": ["0 points", "This file is not a notebook."],
        "student_007": ["not graded", "The processes of student_007 were killed from outside."],
        "not_yet": ["not graded", f"No space left {HOSTILE}"],
    }
    remarked = {line["student"] for line in newest if line["remarks"]} - {"student_007"}
    assert {row[0] for row in rows(page_of_100, "Remarks")} == remarked
    assert [int(row[1]) for row in rows(page_of_100, "How many")] == [SIZE - 2 - len(remarked), len(remarked), 1, 2, 1]
    assert title(page_of_100, "Who could be graded") == f"3 of {SIZE + 1} could not be graded as they are."


def test_time_and_limits(page_of_100, newest):
    """The slowest, how many took how long, and who met a limit."""
    slowest = sorted(newest, key=lambda line: -line["seconds"])[:10]
    assert [row[0] for row in rows(page_of_100, "The slowest")] == [line["student"] for line in slowest]
    bins = rows(page_of_100, "Seconds")
    for name, count in bins[:-1]:
        low, high = map(float, name.split(" to "))
        assert int(count) == sum(low <= line["seconds"] < high for line in newest)
    assert sum(int(count) for _, count in bins) == SIZE
    met = {line["student"]: "time" for line in newest if line["remarks"]}
    assert dict(rows(page_of_100, "Who met a limit")) == met != {}


def test_change_from_a_regrade(page_of_100, log):
    """Whose points the last grading changed, from what to what."""
    totals = {student: [line["total"] for line in lines] for student, lines in log.items() if len(lines) == 2}
    changed = {student: (f"{old:g}", f"{new:g}") for student, (old, new) in totals.items() if round(new - old, 2)}
    assert {row[0]: (row[1], row[2]) for row in _by_id(rows(page_of_100, "Whose points changed"))} == changed != {}
    up = sum(new > old for old, new in totals.values())
    down = sum(new < old for old, new in totals.values())
    told = f"Of {len(totals)} graded again, {up} gained and {down} lost points."
    assert title(page_of_100, "Change from a regrade") == told
    # the gradings of this class tell of another version than that of the lesson as it is
    assert f"{SIZE} were graded before the lesson was last changed" in page_of_100.text


def _by_id(table):
    """Rows with the student's id in place of "Jörg Müller (student_001)"."""
    return [[re.sub(r".*\((\w+)\)", r"\1", row[0]), *row[1:]] for row in table]


def test_copies_stand_side_by_side(page_of_100, class_of_100):
    """Most of the ten copies, and nobody else; their answers as they wrote them, with marked lines in both."""
    shown = [re.findall(r"student_\d+", pair.summary.text) for pair in page_of_100.select("details.pair")]
    assert len(shown) >= 7
    assert {frozenset(pair) for pair in shown} <= class_of_100.copies
    answers = read_answers(class_of_100.folder, LESSON, {student for pair in shown for student in pair})
    for pair, students in zip(page_of_100.select("details.pair"), shown, strict=True):
        for beside in pair.select("section.beside"):
            exercise = beside.h4.contents[0].strip()
            for side, student in zip(beside.select("pre"), students, strict=True):
                lines = [line.text for line in side.find_all(["mark", "span"])]
                assert lines == [line or " " for line in answers[student][exercise].splitlines()]
                assert side.find("mark") is not None, (students, exercise)


def test_students_text_stays_text(class_of_100, page_of_100):
    """What stands in names, code and messages is shown and not run; the page fetches nothing."""
    text = class_of_100.page.read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert HOSTILE in page_of_100.text
    assert page_of_100.find("script") is None
    assert not [tag for tag in page_of_100.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    assert not [tag for tag in page_of_100.find_all(["img", "link", "iframe"])]
    assert all(link["href"].startswith("#") for link in page_of_100.find_all("a"))


def test_every_picture_has_words_and_numbers(page_of_100):
    """Its alternative text begins with its title, and a table stands behind it."""
    pictures = page_of_100.select(".drawing")
    assert len(pictures) == 8
    for picture in pictures:
        figure = picture.find_parent("section")
        assert picture["aria-label"].startswith(f"Bar chart. {figure.figcaption.text}")
        assert figure.select("details table tbody tr")


def test_numbers_for_names(class_of_100, tmp_path):
    """With --anonymous no name, id or comment is left, in marks, messages and code; who is alike is still seen."""
    output = tmp_path / "shared.html"
    command = ["report", "--course", str(COURSE), "--class", str(class_of_100.folder), "--anonymous"]
    ran = CliRunner().invoke(app, [*command, "--output", str(output), LESSON.name])
    assert ran.exit_code == 0, ran.output
    page = soup(output)
    assert not re.search(r"student_\d|Jörg|Müller|Ada|never_came|not_yet|as in the lecture", page.text)
    assert re.search(r"The processes of student \d+ were killed", page.text)
    assert len(page.select("details.pair")) >= 7


def test_without_a_gradebook_the_way_is_told(tmp_path):
    """And nothing is made in its place."""
    ran = CliRunner().invoke(app, ["report", "--course", str(COURSE), "--class", str(tmp_path)])
    assert ran.exit_code == 1
    assert "autograder grade" in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_in_a_browser(chromium, class_of_100, scheme, width):
    """Nothing is faint, nothing is cut off, nothing is fetched or complained about, with all tables open."""
    page = new_page(chromium, width)
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    page.emulate_media(color_scheme=scheme)
    page.goto(class_of_100.page.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(f"({FAINT_TEXTS})(document.body)") == []
    assert page.evaluate(TOO_WIDE, width) == []
    assert (page.complaints, set(asked)) == ([], {"file"})
    assert page.title().startswith("Class report")
    page.close()


def test_on_paper(chromium, class_of_100):
    """A4, every table open, nothing wider than the page, no picture over two pages."""
    page = new_page(chromium, round(180 * PIXELS))
    page.emulate_media(media="print")
    page.goto(class_of_100.page.as_uri())
    hidden = "[...document.querySelectorAll('table, pre')].filter(each => !each.checkVisibility()).length"
    assert page.evaluate(hidden) == 0
    assert page.evaluate(TOO_WIDE, round(180 * PIXELS)) == []
    assert (
        page.evaluate("Math.max(...[...document.querySelectorAll('.figure figure')].map(e => e.offsetHeight))")
        < 263 * PIXELS
    )
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = {tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", pdf)}
    assert boxes == {A4}
    page.close()


def test_why_grading_failed_is_kept(tmp_path):
    """What stops a submission for no reason of its own stands in the gradebook, for the report."""
    course, folder = tmp_path / "course", tmp_path / "class"
    (course / "release").mkdir(parents=True)
    shutil.copy(COURSE / "nbgrader_config.py", course)
    shutil.copytree(COURSE / "source" / LESSON.name, course / "source" / LESSON.name)
    hand_in([Work("anna")], LESSON, COURSE / "release", folder)
    (mark,) = grade(course, [LESSON], folder, Pool(1))
    assert mark.problem
    assert mark.points is None
    with read_gradebook(default_gradebook(folder)) as gradebook:
        assert gradebook.lesson(LESSON.name).not_graded == {"anna": mark.problem}
    page = soup(write_report(course, [LESSON.name], folder))
    assert rows(page, "Who could not be graded") == [["anna", "not graded", mark.problem]]
    assert title(page, "Points") == "Nobody has points yet."
