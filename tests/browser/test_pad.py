"""The latent pad in JupyterLab: by mouse, by a finger, by keys alone; what is seen and heard is what Python made."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from course.widgets.levels import palette
from tests.browser.lab import new_page, run_all
from tests.browser.looking import FAINT_TEXTS, THEMES, TOO_WIDE, choose_theme
from tests.browser.watching import PATIENCE, WATCH, played, settle, write_notebook

SETUP = """
import time
import librosa
import numpy as np
from course.engine import mel_to_sound
from course.widgets import LatentPad

ways = np.random.default_rng(0).standard_normal((50, 50, 20))
places = {"anna": np.eye(20)[0] - np.eye(20)[1], "ben": 2 * np.eye(20)[1] + np.eye(20)[2], "far": 9 * np.eye(20)[0]}

def decode(z):
    middle = 30 * np.hanning(50)[:, None] * np.hanning(50)
    return middle + 3 * ways @ z - 50

def sound_of(square):
    return mel_to_sound(librosa.db_to_power(square))

def long_sound_of(square):
    return np.tile(sound_of(square), 16)

def faulty(z):
    if z[0] > 1:
        raise ValueError("no <b>way</b>")
    return decode(z)

def slow(z):
    time.sleep(0.1)
    return decode(z)
"""
MADE = {
    "pad": "LatentPad(decode, sound_of, places=places)",
    "faulty": "LatentPad(faulty, sound_of)",
    "slow": "LatentPad(slow, sound_of, directions=np.eye(20)[4:6], extent=2)",
    "long": "LatentPad(decode, long_sound_of)",
}
"""The last one plays for nine seconds, so that even on a busy machine it plays while that is looked at."""
PIXELS = """canvas => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]"""
# sixty moves in a second, then two at once
BURST = """async ([plane, from, to, last]) => {
    const send = (type, {x, y}) => plane.dispatchEvent(new PointerEvent(type, {
        clientX: x, clientY: y, pointerId: 1, button: 0, bubbles: true,
    }));
    plane.setPointerCapture = () => {};
    send("pointerdown", from);
    for (let step = 1; step <= 60; step++) {
        send("pointermove", { x: from.x + (to.x - from.x) * step / 60, y: from.y + (to.y - from.y) * step / 60 });
        await new Promise((done) => setTimeout(done, 1000 / 60));
    }
    send("pointermove", from);
    send("pointermove", last);
    send("pointerup", last);
}"""


def until_true(claim, seconds=PATIENCE / 1000):
    """Make a claim until it holds: a page draws when it has time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            return claim()
        except AssertionError:
            time.sleep(0.05)
    return claim()


class Pad:
    """The widget as somebody sees, hears and touches it, and the same one in Python."""

    def __init__(self, page, index, twin):
        self.page, self.twin = page, twin
        self.root = page.get_by_role("group", name="Latent pad").nth(index)
        self.plane = self.root.get_by_role("application")
        self.canvas = self.root.locator("canvas")
        self.play = self.root.get_by_role("button", name="Play")
        self.status = self.root.get_by_role("status")
        self.extent = twin.settings["extent"]

    def place(self, x, y):
        """Where a point of the plane is on the page."""
        self.plane.scroll_into_view_if_needed()
        box = self.plane.bounding_box()
        across, up = ((value / self.extent + 1) / 2 for value in (x, y))
        return {"x": box["x"] + across * box["width"], "y": box["y"] + (1 - up) * box["height"]}

    def drag(self, *points):
        first, *others = (self.place(*point) for point in points)
        self.page.mouse.move(**first)
        self.page.mouse.down()
        for other in others:
            self.page.mouse.move(**other, steps=4)
        self.page.mouse.up()
        settle(self.root)

    def press(self, *keys):
        for key in keys:
            self.plane.press(key)
        settle(self.root)

    def choose(self, name, option):
        self.root.get_by_role("combobox", name=name).select_option(option)
        settle(self.root)

    @property
    def point(self):
        """As the caption tells it."""
        told = re.findall(r" at (−?[\d.e−]+)[,;:]", self.status.inner_text())[:2]
        return [float(number.replace("−", "-")) for number in told]

    def assert_true(self, heard=True):
        """Caption, picture and sound are those that Python makes of the same point."""
        expect(self.status).to_have_text(self.twin.caption)
        until_true(self.assert_seen)
        if heard:
            until_true(self.assert_heard)

    def assert_seen(self):
        bands, frames = self.twin.square.shape
        colours = np.frombuffer(palette(), np.uint8).reshape(256, 3)
        levels = np.frombuffer(self.twin.answer["levels"], np.uint8).reshape(bands, frames)
        pixels = np.array(self.canvas.evaluate(PIXELS), np.uint8).reshape(bands, frames, 4)
        np.testing.assert_array_equal(pixels[::-1, :, :3], colours[levels])

    def assert_heard(self):
        samples, rate = played(self.page)
        assert rate == 22050 and len(samples) > 12000
        np.testing.assert_array_equal(samples, self.twin.sound)

    def count_played(self):
        return self.page.evaluate("watched.played.length")

    def is_playing(self, yes):
        expect(self.play).to_have_attribute("aria-pressed", "true" if yes else "false")

    def has_begun(self, count):
        """So many sounds were begun on this page, whether or not one still plays."""
        self.page.wait_for_function("count => watched.played.length === count", arg=count)


@pytest.fixture(scope="module")
def opened(chromium, lab):
    """A notebook of all of them after "run all"; what the page sees and plays is watched."""
    write_notebook(lab.folder("pad") / "pad.ipynb", [SETUP, *MADE.values()])
    names = {}
    exec(SETUP, names)
    page = new_page(chromium, width=1600, height=1400)
    page.add_init_script(WATCH)
    run_all(page, lab.address, "pad/pad.ipynb")
    page.made = {name: Pad(page, index, eval(MADE[name], names)) for index, name in enumerate(MADE)}
    for pad in page.made.values():
        settle(pad.root)
    yield page
    page.close()


@pytest.fixture
def pad(opened):
    """In the middle; and whatever a test does, the console has nothing to complain about, and no cell is gone."""
    yield opened.made["pad"]
    opened.made["pad"].press("Home")
    assert opened.complaints == []
    assert opened.locator(".jp-CodeCell").count() == len(MADE) + 1


def test_nothing_sounds_before_a_gesture(opened):
    """The middle is seen and told, and it is silent."""
    pad = opened.made["pad"]
    assert pad.count_played() == 0 and pad.point == [0, 0]
    pad.twin.move(0, 0)
    pad.assert_true(heard=False)


def test_a_mouse_drags_the_point(pad):
    """What is seen and heard where it was let go is what Python makes of that point; beyond the edge is at the edge."""
    pad.drag((0, 0), (1.2, -0.5))
    np.testing.assert_allclose(pad.point, [1.2, -0.5], atol=0.02)
    pad.drag((1.2, -0.5), (2, 2), (3.4, -3.2))
    assert pad.point == [3, -3]
    pad.twin.move(3, -3)
    pad.assert_true()


def test_keys_move_the_point(pad):
    """A small step, a large one, and back to the middle; the focus stays."""
    pad.press("Home", "ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowUp")
    pad.twin.move(0.2, 0.6)
    assert pad.point == [0.2, 0.6]
    expect(pad.plane).to_be_focused()
    expect(pad.plane).to_have_accessible_name("Latent plane. latent 0 at 0.2, latent 1 at 0.6")
    pad.press("Shift+ArrowLeft")
    pad.twin.move(-0.6, 0.6)
    pad.assert_true()
    pad.press("Home")
    pad.twin.move(0, 0)
    pad.assert_true()


def test_a_finger_drags_the_point(pad):
    """As a mouse does; the page does not move with it."""
    touch = pad.page.context.new_cdp_session(pad.page)
    for kind, *points in [("Start", (0, 0)), ("Move", (0.5, 1)), ("Move", (-1, 1.5)), ("End",)]:
        places = [pad.place(*point) for point in points]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": places})
    settle(pad.root)
    np.testing.assert_allclose(pad.point, [-1, 1.5], atol=0.02)


def test_enter_and_space_play_and_stop(opened, pad):
    """On the plane and on the button; a sound ends by itself."""
    pad.press("Home")
    pad.is_playing(False)
    count, long = pad.count_played(), opened.made["long"]
    for presses in (long.plane.press, long.play.press):
        presses("Enter")
        long.is_playing(True)
        presses("Space")
        long.is_playing(False)
    pad.play.click()
    pad.has_begun(count + 3)
    pad.is_playing(False)
    pad.twin.move(0, 0)
    pad.assert_true()


def test_nothing_plays_while_dragging_when_that_is_not_wanted(pad):
    """Another point is seen and told; the button plays it."""
    wanted = pad.root.get_by_role("checkbox", name="play while dragging")
    wanted.uncheck()
    count = pad.count_played()
    pad.press("Shift+ArrowUp")
    pad.twin.move(0, 0.6)
    pad.assert_true(heard=False)
    assert pad.count_played() == count
    pad.play.click()
    pad.assert_true()
    wanted.check()


def test_places_are_gone_to_by_list_and_by_mouse(pad):
    """To the nearest point of the plane, which may be on the edge; the list says where one is."""
    places = pad.root.get_by_role("combobox", name="place")
    for name, point in {"anna": (1, -1), "ben": (0, 2), "far": (3, 0)}.items():
        pad.choose("place", name)
        pad.twin.move(*point)
        pad.assert_true()
    assert "far is 6 away from this point." in pad.status.inner_text()
    pad.press("ArrowLeft")
    expect(places).to_have_value("choose …")
    mark = pad.place(1.04, -1)
    pad.page.mouse.click(**mark)
    settle(pad.root)
    pad.twin.move(1, -1)
    pad.assert_true()
    expect(places).to_have_value("anna")


def test_other_latents_are_chosen(pad):
    """The point keeps its place; the same for both exchanges them; marks move."""
    pad.press("Shift+ArrowRight")
    pad.choose("up", "latent 7")
    pad.twin.choose(0, 7)
    pad.twin.move(0.6, 0)
    pad.assert_true()
    expect(pad.plane).to_have_accessible_name("Latent plane. latent 0 at 0.6, latent 7 at 0")
    pad.choose("across", "latent 7")
    pad.twin.choose(7, 0)
    pad.assert_true()
    expect(pad.root.get_by_role("combobox", name="up")).to_have_value("latent 0")
    pad.choose("across", "latent 1")
    pad.choose("across", "latent 0")
    pad.twin.choose(0, 1)
    pad.assert_true()


def test_no_key_goes_to_the_notebook(pad):
    """JupyterLab would add a cell at "b" while a button has the focus."""
    cells = pad.page.locator(".jp-Cell").count()
    pad.play.focus()
    for _ in range(3):
        pad.page.keyboard.press("b")
    assert pad.page.locator(".jp-Cell").count() == cells


def test_sixty_moves_in_a_second_do_not_queue_up(opened):
    """One question at a time, of a tenth of a second: far fewer answers, and the last point is seen and heard."""
    pad = opened.made["slow"]
    pad.press("ArrowUp")
    before = opened.evaluate("watched.shown.length")
    places = [pad.place(-1.5, 0), pad.place(1, 1), pad.place(2.2, -2.2)]
    pad.page.evaluate(BURST, [pad.plane.element_handle(), *places])
    settle(pad.root)
    assert 1 <= opened.evaluate("watched.shown.length") - before <= 30
    pad.twin.move(2, -2)
    assert pad.status.inner_text().startswith("across at 2, up at −2; ")
    pad.assert_true()


def test_a_decoder_that_raises_is_told_and_the_pad_goes_on(opened):
    """What was seen before stays and is dimmed; the next point is seen and heard again."""
    pad = opened.made["faulty"]
    pad.press("Shift+ArrowRight")
    pad.twin.move(0.6, 0)
    count = pad.count_played()
    pad.press("Shift+ArrowRight")
    pad.twin.move(1.2, 0)
    assert (
        "decode stops with ValueError: no <b>way</b>. Still seen and heard: latent 0 at 0.6" in pad.status.inner_text()
    )
    assert pad.count_played() == count
    assert pad.canvas.evaluate("canvas => getComputedStyle(canvas).opacity") == "0.45"
    pad.assert_true()
    pad.press("ArrowUp", "Shift+ArrowLeft")
    pad.twin.move(0.6, 0.1)
    assert pad.canvas.evaluate("canvas => getComputedStyle(canvas).opacity") == "1"
    pad.assert_true()


def test_one_sound_at_a_time(opened):
    """What begins on one pad ends what plays on another."""
    one, other = opened.made["long"], opened.made["faulty"]
    count = one.count_played()
    one.play.click()
    one.is_playing(True)
    other.play.click()
    other.has_begun(count + 2)
    # at once, and long before it ends by itself
    assert one.play.get_attribute("aria-pressed") == "false"


def test_roles_and_names(pad):
    """All that can be moved or read has a name; nothing that can be pressed has none."""
    tree = pad.root.aria_snapshot()
    controls = re.findall(r"""^ *- '?(combobox|checkbox|button|application|img) "([^"]*)\"""", tree, re.MULTILINE)
    named = [f"{role} {name.partition('.')[0]}" for role, name in controls]
    assert named == [
        *("button Play", "button Middle", "checkbox play while dragging"),
        *("combobox across", "combobox up", "combobox place"),
        *("application Latent plane", "img Mel spectrogram, 50 bands, 50 frames in 0"),
    ]
    assert re.search("^ *- status", tree, re.MULTILINE)
    assert not re.findall(r"^\s*- (?:button|combobox|checkbox|img|application|group)(?: *$|:| \[)", tree, re.M), tree
    assert [option.inner_text() for option in pad.root.get_by_label("across").locator("option").all()] == [
        f"latent {index}" for index in range(20)
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read_in_each_theme_and_width(pad, theme, tmp_path):
    """Contrast of 4.5 to 1 at least, nothing cut off down to a telephone's width; with forced colours, too."""
    choose_theme(pad.page, theme)
    pad.choose("place", "anna")
    pad.page.evaluate("document.activeElement.blur()")
    for width in (400, 640, 1100):
        pad.root.evaluate("(root, width) => { root.style.width = `${width}px`; }", width)
        assert pad.root.evaluate(FAINT_TEXTS) == []
        assert pad.root.evaluate(TOO_WIDE) == []
        pad.root.screenshot(path=tmp_path / f"{theme} {width}.png")
    pad.page.emulate_media(forced_colors="active")
    pad.root.screenshot(path=tmp_path / f"{theme} forced.png")
    pad.page.emulate_media(forced_colors="none")
    pad.root.evaluate("root => { root.style.width = ''; }")
