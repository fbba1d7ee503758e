"""The quiz in JupyterLab: a round by mouse, one by keys alone; every kind of question, and a page loaded again."""

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.asked import HANN, QUESTIONS, right_choice
from tests.browser.lab import new_page, run_all
from tests.browser.looking import FAINT_TEXTS, THEMES, TOO_WIDE, choose_theme
from tests.browser.watching import save_and_reload, settle, write_notebook

pytestmark = pytest.mark.usefixtures("nothing_is_broken")

ASKED = Path(__file__).with_name("asked.py")
SETUP = "from asked import practice\nfrom course.widgets import Quiz"
NAMES = ("mouse", "keys", "looks")


class Asked:
    """The widget as somebody sees it."""

    def __init__(self, page, index, diary):
        self.page, self.diary = page, diary
        self.root = page.get_by_role("group", name="Quiz").nth(index)
        self.reply = self.root.locator(".quiz-reply")
        self.asked = self.root.locator(".quiz-asked")

    def press(self, name):
        self.root.get_by_role("button", name=name, exact=True).click()
        settle(self.root)

    def choose(self, *texts):
        for text in texts:
            self.root.locator("label").filter(has_text=text).click()

    def type(self, *keys):
        """On the keyboard, wherever the focus is."""
        for key in keys:
            self.page.keyboard.press(key)
        settle(self.root)

    def write(self, text, then):
        self.page.keyboard.type(text)
        self.type(*then)

    def says(self, word, *others):
        for text in (word, *others):
            expect(self.reply).to_contain_text(text)

    def asks(self, text):
        expect(self.asked).to_contain_text(text)

    def focused(self, role, name):
        expect(self.root.get_by_role(role, name=name, exact=True)).to_be_focused()

    @property
    def focused_label(self):
        return self.root.locator("label", has=self.page.locator("input:focus")).inner_text()

    def choose_by_keys(self, text):
        """One of several, whatever their order; and on to the next question."""
        for _ in range(self.asked.get_by_role("radio").count()):
            if self.focused_label == text:
                break
            self.type("ArrowDown")
        self.type("Space", "Enter")
        self.says("Right")
        self.focused("button", "Next")
        self.type("Enter")

    @property
    def shares(self):
        """What the diary has, in its order."""
        return [json.loads(line)["share"] for line in self.diary.read_text().splitlines()[1:]]


@pytest.fixture(scope="module")
def opened(chromium, lab):
    """A notebook of three quizzes after "run all"."""
    folder = lab.folder("quiz")
    shutil.copy(ASKED, folder)
    write_notebook(folder / "quiz.ipynb", [SETUP, *(f"Quiz(practice({name!r}))" for name in NAMES)])
    page = new_page(chromium, width=1500, height=1400)
    run_all(page, lab.address, "quiz/quiz.ipynb")
    page.quizzes = {name: Asked(page, index, folder / f"{name}.jsonl") for index, name in enumerate(NAMES)}
    for quiz in page.quizzes.values():
        settle(quiz.root)
    yield page
    page.close()


def test_a_whole_round_by_mouse(opened):
    """Every kind, with answers that can't be read, wrong ones and one that is given up; then what came of it."""
    quiz = opened.quizzes["mouse"]
    number = quiz.root.get_by_label("Your answer")
    quiz.asks("A window of 46 ms, a hop of half a window")
    for text, word, says in [
        ("", "Please again", "number in ms"),
        ("two", "Please again", "number in ms"),
        ("2 kg", "Please again", "unit"),
        ("92", "Not right", "twice the window of 46 ms"),
        ("0,023 s", "Right", ""),
    ]:
        number.fill(text)
        quiz.press("Answer again" if word == "Right" else "Answer")
        quiz.says(word, says)
    assert (
        "Half of 46 ms." in quiz.root.inner_text() and "Read again: lesson 02, Step 1 · Slice" in quiz.root.inner_text()
    )
    quiz.press("Next")

    quiz.asks("Why is a frame faded")
    quiz.press("Answer")
    quiz.says("Please again", "choose one")
    quiz.choose("make no steps")
    # in JupyterLab this would add a cell
    opened.keyboard.press("b")
    quiz.press("Answer")
    quiz.says("Right", "a step has energy everywhere")
    quiz.press("Next")

    quiz.choose("the STFT", "the logarithm")
    quiz.press("Answer")
    quiz.says("Not right", "You left out “the filter bank”")
    expect(quiz.root.locator(".quiz-solution > div")).to_be_hidden()
    quiz.root.get_by_text("Worked solution").click()
    expect(quiz.root.locator(".quiz-solution > div")).to_contain_text("the STFT It is a sum.")
    quiz.press("Next")

    expect(quiz.asked.locator("pre")).to_contain_text("half = power.astype(np.float16)\nprint")
    quiz.press("Show me")
    quiz.says("The answer")
    expect(quiz.root.locator(".quiz-solution")).to_contain_text("Right: 70000 is beyond 65504.")
    quiz.press("Next")

    quiz.press("Show the model answer")
    quiz.says("Please again", "Write down your own derivation")
    quiz.root.get_by_label("Your derivation").fill("It is <b>at right angles</b>.")
    quiz.press("Show the model answer")
    expect(quiz.root.get_by_role("region", name="Model answer")).to_contain_text("By Pythagoras")
    quiz.choose("it stands at right angles", "Pythagoras")
    quiz.press("That is what mine says")
    quiz.says("In part", "2 of 3 points.", "Still to say: the difference lies")
    quiz.press("Next")

    quiz.root.get_by_label("Your function").fill("def hann(n):\n    return np.hanning(n)")
    quiz.press("Answer")
    quiz.says("Not right")
    quiz.root.get_by_label("Your function").fill("def hann(n)")
    quiz.press("Answer again")
    quiz.says("Please again", "line 1")
    quiz.press("Next")

    picture = quiz.asked.get_by_role("img")
    assert picture.get_attribute("alt") and picture.bounding_box()["width"] > 400
    quiz.choose(right_choice("see"))
    quiz.press("Answer")
    quiz.says("Right")
    quiz.press("Next")

    players = quiz.asked.locator("audio")
    assert players.count() == 3 and all(player.bounding_box()["height"] > 30 for player in players.all())
    quiz.asked.get_by_role("radio", name=right_choice("hear"), exact=True).click()
    quiz.press("Answer")
    quiz.says("Right")
    quiz.press("Next")

    quiz.asks("How many ms are 2 s?")
    quiz.press("End the round")
    over = quiz.root.locator(".quiz-over")
    expect(over).to_contain_text("3 of 8 right.")
    assert over.locator("li").all_inner_texts()[:2] == ["lesson 02, Step 1 · Slice", "lesson 03, Find the bug"]
    expect(over).to_contain_text(re.compile(r"To be repeated: 5 today"))
    assert quiz.shares == pytest.approx([0, 1, 0, 0, 2 / 3, 0, 1, 1])
    quiz.root.get_by_role("combobox", name="lesson").select_option("lesson 02 · stft")
    quiz.asks("How many ms are 2 s?")


def test_a_whole_round_by_keys_alone(opened):
    """The focus is always where the next answer is typed, chosen, or gone on from; Tab leaves code after Escape."""
    quiz = opened.quizzes["keys"]
    quiz.root.get_by_role("combobox", name="first").focus()
    quiz.type("Tab", "Tab")
    quiz.focused("textbox", "Your answer")
    quiz.write("hm", ["Enter"])
    quiz.says("Please again")
    quiz.focused("textbox", "Your answer")
    quiz.write("", ["Control+a"])
    quiz.write("23", ["Enter"])
    quiz.says("Right")
    quiz.focused("button", "Next")
    quiz.type("Enter")

    quiz.choose_by_keys("so that its ends make no steps")

    for box in range(3):
        if "logarithm" not in quiz.focused_label:
            quiz.type("Space")
        quiz.type(*["Tab"] * (box < 2))
    quiz.type("Enter")
    quiz.says("Right")
    quiz.type("Enter")

    quiz.type("Tab", "Tab")
    quiz.focused("button", "Show me")
    quiz.type("Enter")
    quiz.says("The answer")
    quiz.type("Enter")

    quiz.focused("textbox", "Your derivation")
    quiz.write("By Pythagoras.\n", ["Control+Enter"])
    quiz.focused("checkbox", "the difference lies in the null space")
    quiz.type("Space", "Tab", "Space", "Tab", "Space", "Enter")
    quiz.says("Right", "3 of 3 points.")
    quiz.type("Enter")

    code = quiz.root.get_by_label("Your function")
    quiz.write(HANN, ["Home", "Tab"])
    expect(code).to_have_value(HANN.replace("\n", "\n        "))
    quiz.type("Shift+Tab")
    expect(code).to_have_value(HANN.replace("\n", "\n    "))
    quiz.type("Escape", "Tab")
    quiz.focused("button", "Answer")
    quiz.type("Shift+Tab", "Control+Enter")
    quiz.says("Right")
    quiz.type("Enter")

    for kind in ("see", "hear"):
        quiz.choose_by_keys(right_choice(kind))

    quiz.write("1", ["Enter"])
    quiz.says("Not right")
    quiz.focused("button", "Next")
    quiz.type("Enter")
    expect(quiz.root.locator(".quiz-over")).to_contain_text("7 of 9 right.")
    quiz.focused("button", "New round")
    assert quiz.shares == [1, 1, 1, 0, 1, 1, 1, 1, 0]
    quiz.type("Enter")
    expect(quiz.root.locator(".quiz-over")).to_contain_text("Nothing to ask")


def test_a_page_that_is_loaded_again_shows_the_same(opened):
    """What was answered and said, and what was typed and not yet answered."""
    quiz = opened.quizzes["looks"]
    quiz.root.get_by_label("Your answer").fill("92")
    quiz.press("Answer")
    quiz.press("Next")
    quiz.choose("to make it louder")
    save_and_reload(opened, quiz.diary.with_name("quiz.ipynb"))
    expect(quiz.asked).to_be_visible(timeout=60_000)
    quiz.asks("Why is a frame faded")
    expect(quiz.root.get_by_label("to make it louder")).to_be_checked()
    expect(quiz.root.get_by_role("progressbar")).to_have_attribute("value", "1")
    expect(quiz.root.locator(".quiz-told")).to_have_text("2 of 9, 7 left")
    quiz.press("Answer")
    quiz.says("Not right", "It gets fainter.")
    assert quiz.shares == [0, 0]


def test_roles_and_names(opened):
    """All that can be moved or read has a name."""
    root = opened.quizzes["looks"].root
    expect(root.get_by_role("button", name="Answer again", exact=True)).to_be_visible()
    expect(root.get_by_role("button", name="Next", exact=True)).to_be_visible()
    tree = root.aria_snapshot()
    controls = re.findall(r"""^ *- '?(combobox|progressbar|radio|button|textbox) "([^"]*)\"""", tree, re.MULTILINE)
    assert [name for role, name in controls if role != "radio"] == [
        *("lesson", "first", "answered in this round", "End the round", "Answer again", "Next"),
    ]
    assert sorted(name for role, name in controls if role == "radio") == sorted(
        choice.text.replace("`", "") for choice in QUESTIONS[1].choices
    )
    assert re.search("^ *- status", tree, re.MULTILINE)
    assert not re.findall(r"^\s*- (?:button|combobox|radio|textbox|progressbar)(?: *$|:| \[)", tree, re.M), tree


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read_in_each_theme_and_width(opened, theme, tmp_path):
    """Contrast of 4.5 to 1 at least, nothing cut off down to a telephone's width; with forced colours, too."""
    choose_theme(opened, theme)
    quizzes = {name: quiz.root for name, quiz in opened.quizzes.items()}
    for name, root in quizzes.items():
        for width in (400, 640, 1000):
            root.evaluate("(root, width) => { root.style.width = `${width}px`; }", width)
            assert root.evaluate(FAINT_TEXTS) == []
            assert root.evaluate(TOO_WIDE) == []
            root.screenshot(path=tmp_path / f"{theme} {name} {width}.png")
    opened.emulate_media(forced_colors="active")
    quizzes["looks"].screenshot(path=tmp_path / f"{theme} forced.png")
    opened.emulate_media(forced_colors="none")
