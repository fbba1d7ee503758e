"""The warp studio in JupyterLab: each edit by mouse, by a finger, by keys alone; what is heard is what Python made."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest

from tests.browser.lab import new_page, run_all
from tests.browser.looking import FAINT_TEXTS, THEMES, TOO_WIDE, choose_theme
from tests.browser.watching import write_notebook

CELLS = [
    """import hashlib, json, time
import numpy as np
from course import audio
from course.widgets.studio import WarpStudio

def up(mel, n_bands):
    return np.roll(mel, n_bands, axis=0)

def part(mel, start, stop, fade=2):
    return mel[:, start:stop]

def raises(mel):
    raise ValueError("no <b>way</b>")

def sleeps(mel):
    time.sleep(10)
    return 0 * mel

def turned(mel):
    return mel.T""",
    """own = {each.__name__: each for each in (up, part, raises, sleeps, turned)}
studio = WarpStudio(audio.clip("yes_loud"), own)
studio""",
    """sound = hashlib.sha256(studio.sound.tobytes()).hexdigest()
print(json.dumps([time.monotonic_ns(), sound, studio.steps, list(studio.mel.shape)]))""",
]
# what goes to the loudspeaker is kept as it is handed over
LISTEN = """
window.heard = [];
const copyToChannel = AudioBuffer.prototype.copyToChannel;
AudioBuffer.prototype.copyToChannel = function (samples, channel) {
  window.heard.push(new Float32Array(samples));
  return copyToChannel.call(this, samples, channel);
};
"""
LAST_HEARD = """() => {
    const last = window.heard.at(-1);
    return btoa(new Uint8Array(last.buffer).reduce((text, byte) => text + String.fromCharCode(byte), ""));
}"""
EDITS = {"Mute": "m", "Gain": "g", "Reverse": "r", "Mirror": "i", "Shift": "s", "Stretch": "t", "Warp": "w"}
SETTINGS = {"gain": [-20], "shift": [10], "stretch": [1.25], "warp": [1.25, 22050]}
"""What follows the box in the call."""


class Studio:
    """The widget as somebody sees, hears and touches it."""

    def __init__(self, page):
        self.page = page
        self.root = page.get_by_role("group", name="Warp studio")
        self.canvas = self.root.get_by_role("application")
        self.status = self.root.get_by_role("status")
        self.steps = self.root.get_by_role("list", name="Edits so far")

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def field(self, name):
        return self.root.get_by_role("spinbutton", name=name, exact=True)

    def begin_again(self):
        """No edit, everything chosen, nothing heard."""
        if self.button("Reset").is_enabled():
            self.button("Reset").click()
        self.page.wait_for_function(
            "list => list.querySelectorAll('.studio-undone, .studio-none').length === list.children.length",
            arg=self.steps.element_handle(),
        )
        self.canvas.press("Escape")
        self.page.evaluate("window.heard = []")

    def drag(self, left=0.25, bottom=0.25, right=0.75, top=0.75):
        """Across parts of the picture, with a mouse."""
        box = self.canvas.bounding_box()
        across = [box["x"] + part * box["width"] for part in (left, right)]
        down = [box["y"] + (1 - part) * box["height"] for part in (bottom, top)]
        self.page.mouse.move(across[0], down[0])
        self.page.mouse.down()
        self.page.mouse.move(across[1], down[1], steps=4)
        self.page.mouse.up()

    def box(self):
        """What the status says of it, in seconds and hertz."""
        numbers = re.search(r"Box: ([\d.]+) to ([\d.]+) s, (\d+) to (\d+) Hz", self.status.inner_text())
        return [float(number) for number in numbers.groups()]

    def tab_to(self, target):
        """By the keyboard alone."""
        for _ in range(60):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("cannot be reached by the keyboard")

    def done(self, count, undone=0):
        """Wait until so many edits are done, and so many are undone."""
        self.page.wait_for_function(
            """([list, done, undone]) => list.querySelectorAll("li:not(.studio-undone, .studio-none)").length === done
                && list.querySelectorAll(".studio-undone").length === undone""",
            arg=[self.steps.element_handle(), count, undone],
            timeout=15_000,
        )

    def heard(self):
        """The samples that began to play last."""
        self.page.wait_for_function("window.heard.length > 0")
        return base64.b64decode(self.page.evaluate(LAST_HEARD))

    def truth(self):
        """What the kernel knows: the digest of the sound, the steps, the shape of the mel spectrogram."""
        cell = self.page.locator(".jp-CodeCell").last
        shown = cell.locator(".jp-OutputArea-output")
        before = shown.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "([cell, before]) => { const shown = cell.querySelector('.jp-OutputArea-output')?.innerText; "
            "return shown && shown !== before; }",
            arg=[cell.element_handle(), before],
        )
        return json.loads(shown.inner_text())[1:]


@pytest.fixture(scope="module")
def opened(chromium, lab):
    write_notebook(lab.folder("studio") / "studio.ipynb", CELLS)
    page = new_page(chromium, height=1200)
    page.add_init_script(LISTEN)
    run_all(page, lab.address, "studio/studio.ipynb")
    studio = Studio(page)
    studio.status.filter(has_text="The original.").wait_for(timeout=20_000)
    yield studio
    page.close()


@pytest.fixture
def studio(opened):
    """As at first; and whatever a test does, the console has nothing to complain about, and no cell is gone."""
    opened.begin_again()
    yield opened
    assert opened.page.complaints == []
    assert opened.page.locator(".jp-CodeCell").count() == len(CELLS)


def expected_step(name, box):
    chosen = box[:2] if name == "stretch" else [box]
    return [name, *chosen, *SETTINGS.get(name, [])]


def assert_heard_is_true(studio):
    """The sound that began is the one that Python has, and does not clip."""
    sound, steps, _ = studio.truth()
    assert hashlib.sha256(studio.heard()).hexdigest() == sound
    assert np.abs(np.frombuffer(studio.heard(), dtype=np.float32)).max(initial=0) <= 1
    return steps


def test_nothing_sounds_before_a_gesture(opened):
    """The pictures are there, and it is silent."""
    assert opened.page.evaluate("window.heard.length") == 0
    assert opened.canvas.evaluate("canvas => canvas.height") == 128


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_by_mouse(studio, name):
    """Drag a box, press a button: the step is that box, the sound begins; undo brings the original back."""
    _, _, (n_mels, n_frames) = studio.truth()
    original = studio.truth()[0]
    studio.drag()
    studio.button(name).click()
    studio.done(1)
    (step,) = assert_heard_is_true(studio)
    box = [n_frames // 4, -(-3 * n_frames // 4), n_mels // 4, 3 * n_mels // 4 - 1]
    assert step[0] == name.lower() and len(step) == len(expected_step(step[0], box))
    found = step[1:3] if name == "Stretch" else step[1]
    np.testing.assert_allclose(found, box[: len(found)], atol=1)
    studio.button("Undo").click()
    studio.done(0, undone=1)
    assert studio.truth()[:2] == [original, []]
    assert hashlib.sha256(studio.heard()).hexdigest() == original


@pytest.mark.parametrize("name, key", EDITS.items())
def test_each_edit_by_keyboard_alone(studio, name, key):
    """Tab to the picture, shrink and move the box, press a key; Z undoes, Y does it again."""
    _, _, (_, n_frames) = studio.truth()
    studio.button("Original").focus()
    studio.tab_to(studio.canvas)
    for _ in range(5):
        studio.page.keyboard.press("Shift+ArrowLeft")
        studio.page.keyboard.press("Shift+ArrowDown")
    studio.page.keyboard.press("ArrowRight")
    studio.page.keyboard.press("ArrowUp")
    studio.page.keyboard.press("ArrowUp")
    studio.page.keyboard.press(key)
    studio.done(1)
    expected = [expected_step(name.lower(), [4, n_frames - 16, 4, 121])]
    assert assert_heard_is_true(studio) == expected
    studio.canvas.focus()
    studio.page.keyboard.press("z")
    studio.done(0, undone=1)
    assert studio.truth()[1] == []
    studio.canvas.focus()
    studio.page.keyboard.press("Control+Shift+z")
    studio.done(1)
    assert studio.truth()[1] == expected


def test_own_function_by_keyboard_alone(studio):
    """Tab to the choice, to the number, to the button."""
    studio.button("Original").focus()
    studio.tab_to(studio.root.get_by_role("combobox", name="Your function"))
    studio.page.keyboard.press("u")
    studio.tab_to(studio.field("n_bands (rows)"))
    studio.page.keyboard.press("Control+a")
    studio.page.keyboard.type("-7")
    studio.page.keyboard.press("Enter")
    studio.done(1)
    assert assert_heard_is_true(studio) == [["up", -7]]


def test_own_function_takes_frames_from_the_box(studio):
    """The picture becomes shorter, and all that was asked for by its name is in the step."""
    studio.drag()
    studio.root.get_by_role("combobox", name="Your function").select_option("part")
    studio.root.get_by_text("From the box: start, stop.").wait_for()
    studio.field("fade").fill("3")
    studio.button("Apply").click()
    studio.done(1)
    ((name, start, stop, fade),) = assert_heard_is_true(studio)
    assert (name, fade) == ("part", 3)
    assert studio.canvas.evaluate("canvas => canvas.width") == stop - start


def test_numbers_set_the_box(studio):
    """What is typed goes to the nearest frame and band; a step goes at least one on."""
    for name, typed in {"Start": "0.1", "Stop": "0.25", "Low": "500", "High": "2000"}.items():
        studio.field(f"{name} of the box in {'s' if name in ('Start', 'Stop') else 'Hz'}").fill(typed)
        studio.page.keyboard.press("Tab")
    np.testing.assert_allclose(studio.box(), [0.1, 0.25, 500, 2000], atol=40)
    np.testing.assert_allclose(studio.box()[:2], [0.1, 0.25], atol=0.011)
    high = studio.field("High of the box in Hz")
    before = float(high.input_value())
    high.press("ArrowUp")
    assert before < float(high.input_value()) < before + 100


def test_keys_work_after_a_drag(studio):
    """The picture has the focus; the notebook around it does not take it back."""
    studio.drag()
    studio.page.keyboard.press("r")
    studio.done(1)
    assert assert_heard_is_true(studio)[0][0] == "reverse"


def test_a_finger_drags_the_box(studio):
    """As a mouse does."""
    touch = studio.page.context.new_cdp_session(studio.page)
    box = studio.canvas.bounding_box()

    def at(part):
        return [{"x": box["x"] + part * box["width"], "y": box["y"] + part * box["height"]}]

    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at(0.25)})
    for part in (0.4, 0.5):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": at(part)})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    start, stop, low, high = studio.box()
    length = float(studio.field("Stop of the box in s").input_value()) / 0.5
    np.testing.assert_allclose([start, stop], [0.25 * length, 0.5 * length], atol=0.02)
    assert 1500 < low < 2500 and 4000 < high < 6000


def test_a_drag_inside_moves_the_box_and_a_click_outside_chooses_everything(studio):
    """It keeps its size."""
    studio.drag()
    before = studio.box()
    studio.drag(0.5, 0.5, 0.6, 0.5)
    after = studio.box()
    assert after[0] > before[0] + 0.02 and after[2:] == before[2:]
    assert abs((after[1] - after[0]) - (before[1] - before[0])) < 0.011
    studio.drag(0.05, 0.05, 0.05, 0.05)
    assert "Box: everything." in studio.status.inner_text()


def test_keys_that_come_fast_are_all_heeded(studio):
    """Whatever the kernel is busy with, nothing is lost, and the last one is heard."""
    studio.canvas.focus()
    for key in "rigmzyz":
        studio.page.keyboard.press(key)
    studio.done(3, undone=1)
    assert [step[0] for step in assert_heard_is_true(studio)] == ["reverse", "mirror", "gain"]


def test_undo_to_the_start_and_reset(studio):
    """Several edits, back one by one; then forth, and back at once."""
    original = studio.truth()[0]
    studio.canvas.focus()
    for key in "rit":
        studio.page.keyboard.press(key)
    studio.done(3)
    for _ in range(3):
        studio.button("Undo").click()
    studio.done(0, undone=3)
    assert studio.truth()[:2] == [original, []]
    assert not studio.button("Undo").is_enabled() and studio.button("Redo").is_enabled()
    studio.button("Redo").click()
    studio.done(1, undone=2)
    studio.button("Reset").click()
    studio.done(0, undone=3)
    assert studio.truth()[:2] == [original, []]


def test_it_never_clips(studio):
    """However often it is made louder."""
    for count in range(1, 5):
        studio.field("Gain (dB)").fill("40")
        studio.button("Gain").click()
        studio.done(count)
    assert_heard_is_true(studio)
    assert "turned down by" in studio.status.inner_text()
    studio.field("Gain (dB)").fill("-20")


def test_playing_and_stopping(studio):
    """A plays the original, B the edited voice, Space stops; without “play each edit” an edit is silent."""
    original = studio.truth()[0]
    studio.root.get_by_role("checkbox", name="play each edit").uncheck()
    studio.canvas.focus()
    studio.page.keyboard.press("i")
    studio.done(1)
    assert studio.page.evaluate("window.heard.length") == 0
    studio.page.keyboard.press("a")
    assert hashlib.sha256(studio.heard()).hexdigest() == original
    assert studio.button("Original").get_attribute("aria-pressed") == "true"
    studio.page.keyboard.press("b")
    assert studio.button("Original").get_attribute("aria-pressed") == "false"
    assert studio.button("Edited").get_attribute("aria-pressed") == "true"
    studio.canvas.press("Space")
    assert studio.button("Edited").get_attribute("aria-pressed") == "false"
    assert_heard_is_true(studio)
    studio.root.get_by_role("checkbox", name="play each edit").check()


@pytest.mark.parametrize(
    "name, told",
    [
        ("raises", "raises stops with ValueError: no <b>way</b>. Nothing was changed."),
        ("turned", "not 128 bands × some frames. Nothing was changed."),
        ("sleeps", "sleeps takes too long: more than 3 s."),
    ],
)
def test_what_a_function_does_wrong_is_told(studio, name, told):
    """And the next edit works."""
    studio.root.get_by_role("combobox", name="Your function").select_option(name)
    studio.button("Apply").click()
    studio.status.filter(has_text=told).wait_for(timeout=10_000)
    assert studio.truth()[1] == []
    studio.button("Mirror").click()
    studio.done(1)
    assert [step[0] for step in assert_heard_is_true(studio)] == ["mirror"]


def test_roles_and_names(studio):
    """All that can be moved or read has a name; nothing that can be pressed has none."""
    for name in ("Original", "Edited", "Stop", "Everything", *EDITS, "Apply", "Undo", "Redo", "Reset"):
        assert studio.button(name).count() == 1
    for name in ("Start of the box in s", "Stop of the box in s", "Low of the box in Hz", "High of the box in Hz"):
        assert studio.field(name).count() == 1
    for name in ("Gain (dB)", "Shift (rows)", "Stretch (factor)", "Warp (factor)"):
        assert studio.field(name).count() == 1
    for name in ("Box", "Edit the box", "Your functions", "Edits so far", "Listen"):
        assert studio.root.get_by_role("group", name=name, exact=True).count() == 1
    assert studio.root.get_by_role("img", name=re.compile("Waveform of the edited sound. .* Peak")).count() == 1
    assert studio.root.get_by_role("img", name=re.compile(r"Mel spectrogram of the original, 0\.\d s")).count() == 1
    assert studio.canvas.get_attribute("aria-label").startswith("Mel spectrogram of the edited voice. Box: everything.")
    tree = studio.root.aria_snapshot()
    nameless = re.findall(
        r"^\s*- (?:button|spinbutton|combobox|checkbox|img|application|group)(?: *$|:| \[)", tree, re.M
    )
    assert nameless == [], tree


@pytest.mark.parametrize("theme", THEMES)
def test_texts_can_be_read_in_each_theme(studio, theme):
    """Their contrast is 4.5 to 1 at least."""
    choose_theme(studio.page, theme)
    assert studio.root.evaluate(FAINT_TEXTS) == []


@pytest.mark.parametrize("width", [360, 500, 760, 1100])
def test_nothing_is_cut_off_in_a_narrow_page(studio, width):
    """Down to a telephone's width."""
    studio.root.evaluate("(root, width) => { root.style.width = `${width}px`; }", width)
    assert studio.root.evaluate(TOO_WIDE) == []
    studio.root.evaluate("root => { root.style.width = ''; }")
