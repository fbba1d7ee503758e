"""The mock exam in JupyterLab: one by mouse, one by keys alone, a page loaded again, time that is up."""

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.asked import HANN, LATE
from tests.browser.lab import new_page, run_all
from tests.browser.looking import FAINT_TEXTS, TOO_WIDE, choose_theme
from tests.browser.watching import save_and_reload, settle, write_notebook

pytestmark = pytest.mark.usefixtures("nothing_is_broken")

ASKED = Path(__file__).with_name("asked.py")
SETUP = "from asked import exam"
FOLDERS = ("mouse", "keys", "late")
TWIN = "mouse"
"""This exam is open in another window, too."""


class Sat:
    """The widget as somebody sees it."""

    def __init__(self, page, index, folder):
        self.page, self.folder = page, folder
        self.root = page.get_by_role("group", name="Mock exam", exact=True).nth(index)
        self.heading = self.root.get_by_role("heading")
        self.list = self.root.get_by_role("navigation", name="Questions")
        self.reply = self.root.locator(".quiz-reply")
        self.text = self.root.locator(".quiz-over")
        self.message = self.root.locator(".mock-message")

    def press(self, name):
        self.root.get_by_role("button", name=name, exact=True).click()
        settle(self.root)

    def go(self, number):
        self.list.locator(f"[data-number='{number}']").click()
        self.shows(f"Question {number}")

    def choose(self, *texts):
        for text in texts:
            self.root.locator("label").filter(has_text=text).click()

    def fill(self, label, text):
        self.root.get_by_label(label).fill(text)

    def type(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        settle(self.root)

    def shows(self, heading):
        expect(self.heading).to_have_text(heading)
        settle(self.root)

    def says(self, *texts, where=None):
        for text in texts:
            expect(where or self.reply).to_contain_text(text)

    def focused(self, role, name):
        expect(self.root.get_by_role(role, name=name, exact=True)).to_be_focused()

    def choose_by_keys(self, *texts):
        """By the names of boxes or of a choice, whatever their order; the first one has the focus."""
        boxes = self.root.locator("fieldset input")
        for place in range(boxes.count()):
            label = self.root.locator("label", has=self.page.locator("input:focus"))
            if label.inner_text() in texts:
                self.type("Space")
            if place + 1 < boxes.count():
                several = boxes.first.get_attribute("type") == "checkbox"
                if several or label.inner_text() not in texts:
                    self.type("Tab" if several else "ArrowDown")

    @property
    def clock(self):
        """Seconds left."""
        minutes, seconds = re.match(r"(\d+):(\d\d) left", self.root.get_by_role("timer").inner_text()).groups()
        return 60 * int(minutes) + int(seconds)

    @property
    def kept(self):
        """What the file has."""
        return json.loads((self.folder / "mock_exam.json").read_text())

    @property
    def shares(self):
        """What the diary has, by the question's id."""
        lines = map(json.loads, (self.folder / "diary.jsonl").read_text().splitlines()[1:])
        return {line["question"].partition("/")[2]: round(line["share"], 2) for line in lines}


@pytest.fixture(scope="module")
def opened(chromium, lab):
    """A notebook of exams after "run all"."""
    folder = lab.folder("mock")
    shutil.copy(ASKED, folder)
    write_notebook(folder / "mock.ipynb", [SETUP, *(f"exam({name!r})" for name in (*FOLDERS, TWIN))])
    page = new_page(chromium, width=1500, height=1400)
    page.folder = folder
    run_all(page, lab.address, "mock/mock.ipynb")
    page.exams = {name: Sat(page, index, folder / name) for index, name in enumerate(FOLDERS)}
    page.twin = Sat(page, len(FOLDERS), folder / TWIN)
    for sat in (*page.exams.values(), page.twin):
        settle(sat.root)
    yield page
    page.close()


def look(sat, name, widths=(400, 1100)):
    """Nothing is too faint, nothing cut off down to a telephone's width."""
    for width in widths:
        sat.root.evaluate("(root, width) => { root.style.width = `${width}px`; }", width)
        assert sat.root.evaluate(FAINT_TEXTS) == []
        assert sat.root.evaluate(TOO_WIDE) == []
        sat.root.screenshot(path=sat.page.folder / f"{name} {width}.png")


def test_a_whole_exam_by_mouse(opened):
    """Begun, answered in any order, mended, handed in after it was told what is open; then the marks."""
    sat, twin = opened.exams["mouse"], opened.twin
    look(sat, "begin")
    sat.press("Begin")
    sat.shows("Question 1.1")
    assert 600 < sat.clock <= 720
    sat.choose("make no steps")
    # in JupyterLab this would add a cell
    opened.keyboard.press("b")
    sat.go("1.2")
    sat.fill("Your answer", "two")
    sat.press("Next")
    sat.says("Please again", "number in ms")
    look(sat, "question")
    sat.fill("Your answer", "2 s")
    sat.press("Next")
    sat.shows("Question 1.3")
    sat.fill("Your function", "def hann(n):\n    return np.hanning(n)")
    sat.press("Next")
    sat.shows("Question 2.1")
    sat.choose("the STFT", "the filter bank")
    sat.press("Next")
    sat.shows("Question 2.2")
    sat.root.get_by_role("radio", name="B", exact=True).check()
    sat.press("Next")
    sat.shows("Question 2.3")
    sat.press("To the end")
    sat.shows("Hand in?")
    sat.says("No answer yet in 1 of 6 questions", "no answer can be changed", where=sat.text)
    look(sat, "hand in")

    # the same exam in another window: what is mended there is seen here
    twin.press("Begin")
    twin.shows("Question 2.3")
    twin.go("1.2")
    expect(twin.root.get_by_label("Your answer")).to_have_value("2 s")
    twin.fill("Your answer", "2000.0")
    twin.press("Back")
    sat.text.get_by_role("button", name="Question 2.3").click()
    sat.shows("Question 2.3")
    sat.fill("Your derivation", "It is <b>at right angles</b>.")
    sat.go("1.2")
    expect(sat.root.get_by_label("Your answer")).to_have_value("2000.0")
    sat.press("Hand in …")
    sat.says("All 6 questions are answered.", where=sat.text)
    sat.press("Hand in now")

    sat.shows("Your marks")
    expect(sat.root.locator(".quiz-told")).to_have_text("14 of 20 points")
    sat.says("Task 1: lesson 02 · stft", "7 of 10", "Read again:", "(3 points lost)", where=sat.text)
    look(sat, "marks")
    sat.text.get_by_role("button", name="Question 2.3").first.click()
    sat.shows("Question 2.3")
    expect(sat.root.get_by_label("Your derivation")).to_have_value("It is <b>at right angles</b>.")
    expect(sat.root.get_by_role("region", name="Model answer")).to_contain_text("By Pythagoras")
    sat.choose("it stands at right angles", "Pythagoras")
    look(sat, "to mark")
    sat.press("That is what mine says")
    sat.says("In part", "2 of 3 points.", "Still to say: the difference lies")
    sat.go("1.3")
    sat.says("Not right", "0 of 3 points.")
    sat.press("All marks")
    expect(sat.root.locator(".quiz-told")).to_have_text("16 of 20 points")
    assert sat.shares == {
        **dict.fromkeys(("why-a-window", "a-last-one", "which-are-linear", "does-it-print"), 1),
        **{"write-a-window": 0, "why-the-smallest": 0.67},
    }
    sat.press("Begin another exam …")
    sat.says("The marks of the last exam are gone then", where=sat.text)
    sat.press("All marks")
    sat.shows("Your marks")


def test_a_whole_exam_by_keys_alone(opened):
    """The focus is where the next answer is given, or where the next page begins; the list is one stop of Tab."""
    sat = opened.exams["keys"]
    sat.root.get_by_role("button", name="Begin").focus()
    sat.type("Enter")
    sat.shows("Question 1.1")
    sat.choose_by_keys("so that its ends make no steps")
    sat.type("Enter")
    sat.focused("textbox", "Your answer")
    opened.keyboard.type("hm")
    sat.type("Enter")
    sat.says("Please again")
    sat.focused("textbox", "Your answer")
    sat.type("Control+a")
    opened.keyboard.type("2000")
    sat.type("Enter")
    sat.focused("textbox", "Your function")
    opened.keyboard.type(HANN)
    sat.type("Control+Enter")
    sat.shows("Question 2.1")
    sat.choose_by_keys("the STFT", "the filter bank")
    sat.type("Enter")
    sat.shows("Question 2.2")
    sat.choose_by_keys("B")
    sat.type("Enter")
    sat.focused("textbox", "Your derivation")
    opened.keyboard.type("By Pythagoras.\n")
    sat.type("Control+Enter")
    sat.focused("heading", "Hand in?")

    sat.type("Tab", "Tab", "Tab")
    sat.focused("button", "Question 1.1, Answered, 3.5 points")
    sat.type("ArrowRight", "End", "ArrowLeft", "Home", "End", "Enter")
    sat.focused("textbox", "Your derivation")
    sat.type("Control+Enter")
    sat.shows("Hand in?")
    sat.type("Tab")
    sat.focused("button", "Hand in now")
    sat.type("Enter")
    sat.focused("heading", "Your marks")
    sat.type("Tab")
    expect(sat.text.get_by_role("button", name="Question 2.3").first).to_be_focused()
    sat.type("Enter")
    sat.focused("checkbox", "the difference lies in the null space")
    sat.type("Space", "Tab", "Space", "Tab", "Space", "Enter")
    sat.says("Right", "3 of 3 points.")
    sat.focused("button", "Next")
    sat.type("Enter")
    sat.focused("heading", "Your marks")
    expect(sat.root.locator(".quiz-told")).to_have_text("20 of 20 points")
    assert set(sat.shares.values()) == {1} and len(sat.shares) == 6


def test_one_leaves_and_comes_back(opened):
    """A page that is loaded again shows the same question with its answers, and less time."""
    sat = opened.exams["late"]
    sat.press("Begin")
    sat.choose("to make it louder")
    sat.go("1.2")
    sat.fill("Your answer", "2 s")
    before = sat.clock
    save_and_reload(opened, opened.folder / "mock.ipynb")
    expect(sat.heading).to_have_text("Question 1.2", timeout=60_000)
    settle(sat.root)
    expect(sat.root.get_by_label("Your answer")).to_have_value("2 s")
    assert sat.clock < before
    sat.go("1.1")
    expect(sat.root.get_by_label("to make it louder")).to_be_checked()
    assert set(sat.kept["given"]) == {"02_stft/why-a-window", "02_stft/a-last-one"}


def test_when_the_time_is_up_it_is_handed_in_as_it_stands(opened):
    """Screen readers are told some minutes before; what was typed until the end counts."""
    sat = opened.exams["late"]
    late = opened.folder / LATE
    ahead = sat.clock - 298
    late.write_text(str(ahead))
    sat.go("1.3")
    sat.says("5 minutes left", where=sat.root.locator(".mock-unseen"))
    assert 240 < sat.clock <= 300
    sat.fill("Your function", "def hann(n)")
    expect(sat.root.locator(".mock-kept")).to_have_text("✓ kept")
    late.write_text(str(ahead + sat.clock - 3))
    # what a page does when somebody comes back to it
    opened.evaluate("window.dispatchEvent(new Event('focus'))")
    sat.shows("Your marks")
    sat.says("The time is up. The exam was handed in as it stood", where=sat.message)
    expect(sat.root.locator(".quiz-told")).to_have_text("3.5 of 20 points")
    assert sat.shares == {"why-a-window": 0, "a-last-one": 1, "write-a-window": 0}
    sat.go("1.3")
    sat.says("Can't be read", "line 1")
    assert sat.root.get_by_label("Your function").get_attribute("readonly") is not None


def test_roles_and_names(opened):
    """All that can be pressed or read has a name."""
    sat = opened.exams["late"]
    sat.go("1.2")
    tree = sat.root.aria_snapshot()
    controls = re.findall(r"""^ *- '?(button|textbox|heading|navigation|group) "([^"]*)\"""", tree, re.MULTILINE)
    assert [name for _, name in controls if not name.startswith("Question ")] == [
        *("Mock exam", "All marks", "Your answer", "Back", "Next", "Questions", "Task 1", "Task 2", "Keys"),
    ]
    buttons = [name for role, name in controls if role == "button" and name.startswith("Question")]
    assert buttons[:3] == [
        "Question 1.1, Not right, 3.5 points",
        "Question 1.2, Right, 3.5 points",
        "Question 1.3, Can't be read, 3 points",
    ]
    assert not re.findall(r"^\s*- (?:button|radio|textbox|heading|navigation)(?: *$|:| \[)", tree, re.M), tree
    expect(sat.list.locator("[aria-current]")).to_have_text("✓1.2")


def test_it_can_be_read_in_the_dark(opened):
    """Marks, a question with its reply; and with forced colours. The light theme was looked at on the way."""
    choose_theme(opened, "JupyterLab Dark")
    for name, sat in opened.exams.items():
        look(sat, f"dark {name}")
    opened.emulate_media(forced_colors="active")
    look(opened.exams["late"], "forced", (640,))
    opened.emulate_media(forced_colors="none")
