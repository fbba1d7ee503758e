"""Explorers under a hand: in JupyterLab with a kernel, what is moved is seen, told, and heard as Python computed it."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from course import audio
from course.widgets import bands_explorer, pinv_explorer, sampling_explorer, stft_explorer
from tests.browser.lab import new_page, run_all
from tests.browser.watching import BURST, WATCH, explorers, played, settle, write_notebook
from tests.course.reading import Reader

SETUP = """
import time
from course import audio
from course.widgets import *
from course.widgets.explorer import Explorer, Slider, Text
voice = audio.clip("yes_loud")
"""
MADE = {
    "stft": "stft_explorer(voice)",
    "bands": "bands_explorer(voice, n_mels=8)",
    "pinv": "pinv_explorer(voice, rank=20)",
    "sampling": "sampling_explorer(voice)",
    "mel": "mel_explorer()",
    "shift": "shift_explorer()",
    "cepstrum": "cepstrum_explorer(voice)",
    "faulty": 'Explorer({"n": Slider("Divided by", range(5), 2)}, lambda n: [f"{6 // n:d} <b>halves</b>"])',
    "slow": 'Explorer({"n": Slider("Slow", range(8), 0)}, lambda n: [time.sleep(0.1) or f"shown: {n}"])',
    "typed": (
        'Explorer({"n": Slider("Times", range(1, 5), 2), "text": Text("Say", "ta")}, lambda n, text: '
        '[audio.play(voice[: 1000 * (len(text) + 1)], "said"), f"said: {n * text}"])'
    ),
}
NAMES = {
    "stft": ["slider Window length", "slider Hop", "combobox Kind of window"],
    "bands": ["slider Bands", "checkbox Play when moved", "button Play: noise in the shape of 8 bands"],
    "pinv": ["slider Rank", "combobox Negative cells", "checkbox Play when moved", "button Play: rank 20"],
    "mel": ["slider Bands", "slider Window length", "combobox Scale", "combobox Triangles of"],
}


@pytest.fixture(scope="module")
def opened(chromium, lab):
    """A notebook of all of them after "run all"; what the page sees and plays is watched."""
    write_notebook(lab.folder("explorers") / "explorers.ipynb", [SETUP, *MADE.values()])
    page = new_page(chromium)
    page.add_init_script(WATCH)
    run_all(page, lab.address, "explorers/explorers.ipynb")
    page.made = dict(zip(MADE, explorers(page, len(MADE)), strict=True))
    yield page
    page.close()


@pytest.fixture
def endless(opened):
    """Sounds go on until they are stopped: a busy machine would look for the button when half a second is over."""
    opened.evaluate("watched.endless = true")
    yield
    opened.evaluate("watched.endless = false")


@pytest.fixture
def voice():
    return audio.clip("yes_loud")


def caption(explorer):
    return explorer.get_by_role("status").inner_text()


def picture(explorer):
    """What is seen, as the PNG's bytes."""
    return explorer.locator("img").first.evaluate(
        "async (image) => [...new Uint8Array(await (await fetch(image.src)).arrayBuffer())]"
    )


def test_nothing_sounds_before_the_first_gesture(opened):
    """Opening a notebook is silent."""
    assert opened.evaluate("watched.played.length") == 0


@pytest.mark.parametrize("name", NAMES)
def test_controls_have_roles_and_names(opened, name):
    """As a screen reader finds them, in the order of the tabulator key."""
    tree = opened.made[name].aria_snapshot()
    controls = re.findall(r"""^ *- '?(slider|combobox|checkbox|button) "([^"]*)\"""", tree, re.MULTILINE)
    assert [" ".join(control) for control in controls] == NAMES[name]
    assert re.search("^- status", tree, re.MULTILINE) and re.search("""^- '?img "[^"]""", tree, re.MULTILINE)


def test_a_slider_tells_its_value(opened):
    """Not its position: 512 samples, a quarter of the window."""
    length, hop = (opened.made["stft"].get_by_role("slider", name=name) for name in ("Window length", "Hop"))
    expect(length).to_have_attribute("aria-valuetext", re.compile(r"^\d+$"))
    expect(hop).to_have_attribute("aria-valuetext", "1/4 of the window")


@pytest.mark.parametrize("key, length", [("ArrowRight", 1024), ("ArrowLeft", 256), ("Home", 32), ("End", 4096)])
def test_the_keyboard_moves_a_slider(opened, voice, key, length):
    """Picture and caption are those that Python makes of the new value; the notebook leaves the key alone."""
    explorer = opened.made["stft"]
    slider = explorer.get_by_role("slider", name="Window length")
    slider.fill("4")
    settle(explorer)
    slider.press(key)
    settle(explorer)
    expected = Reader(stft_explorer(voice)).set(length=length)
    assert caption(explorer) == expected.words
    assert bytes(picture(explorer)) == expected.picture
    assert explorer.locator("img").get_attribute("alt") == expected.alts[0]
    expect(slider).to_be_focused()
    expect(explorer.locator("output").first).to_have_text(str(length))


def test_the_mouse_drags_a_slider_and_the_new_sound_is_heard(opened, voice, endless):
    """To the right end: all bands, and every sample as Python computed it."""
    explorer = opened.made["bands"]
    slider = explorer.get_by_role("slider", name="Bands")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    opened.mouse.move(box["x"] + box["width"] / 2, middle)
    opened.mouse.down()
    opened.mouse.move(box["x"] + box["width"] - 1, middle, steps=5)
    opened.mouse.up()
    settle(explorer)
    explorer.get_by_role("button", name="Stop: noise in the shape of 80 bands").click()
    expected = Reader(bands_explorer(voice)).set(n_mels=80)
    assert caption(explorer) == expected.words
    samples, rate = played(opened)
    assert rate == expected.sound[1]
    np.testing.assert_array_equal(samples, expected.samples.astype(np.float32))


def test_a_list_is_chosen_from_by_keyboard(opened, voice):
    """The second cure for negative cells is seen, told and heard."""
    explorer = opened.made["pinv"]
    explorer.get_by_role("combobox", name="Negative cells").press("ArrowDown")
    settle(explorer)
    expected = Reader(pinv_explorer(voice, rank=20)).set(cure="lose their sign")
    assert caption(explorer) == expected.words
    assert bytes(picture(explorer)) == expected.picture
    np.testing.assert_array_equal(played(opened)[0], expected.samples.astype(np.float32))


def test_a_sound_comes_at_its_own_rate(opened, voice):
    """Fewer samples a second are played as slowly as they are."""
    explorer = opened.made["sampling"]
    explorer.get_by_role("slider", name="Samples a second").press("Home")
    settle(explorer)
    rate = sampling_explorer(voice).controls["rate"].values[0]
    expected = Reader(sampling_explorer(voice)).set(rate=rate)
    samples, heard_rate = played(opened)
    assert heard_rate == rate < audio.SAMPLE_RATE
    np.testing.assert_array_equal(samples, expected.samples.astype(np.float32))


def test_play_and_stop(opened, endless):
    """The button plays what is shown until it is pressed again."""
    explorer = opened.made["shift"]
    button = explorer.get_by_role("button")
    count = opened.evaluate("watched.played.length")
    button.press("Enter")
    expect(button).to_have_text("Stop")
    assert opened.evaluate("watched.played.length") == count + 1
    button.press("Space")
    expect(button).to_have_text("Play")


def test_a_sound_ends_by_itself(opened):
    """And the button says Play again."""
    button = opened.made["shift"].get_by_role("button")
    count = opened.evaluate("watched.played.length")
    button.click()
    opened.wait_for_function("count => watched.played.length === count + 1 && watched.played.at(-1).ended", arg=count)
    expect(button).to_have_text("Play")


def test_one_sound_at_a_time(opened, endless):
    """What begins in one widget ends what plays in another."""
    one, other = (opened.made[name].get_by_role("button") for name in ("shift", "cepstrum"))
    one.click()
    expect(one).to_have_text("Stop")
    other.click()
    expect(other).to_have_text("Stop")
    expect(one).to_have_text("Play")
    other.click()


def test_nothing_plays_when_that_is_not_wanted(opened):
    """Without the tick a control changes picture and sound, and is silent."""
    explorer = opened.made["shift"]
    wanted = explorer.get_by_role("checkbox", name="Play when moved")
    wanted.press("Space")
    count, before = opened.evaluate("watched.played.length"), caption(explorer)
    explorer.get_by_role("slider").press("ArrowLeft")
    settle(explorer)
    assert opened.evaluate("watched.played.length") == count and caption(explorer) != before
    wanted.press("Space")


def test_a_sound_that_stays_the_same_is_not_begun_again(opened, endless):
    """The cepstrum's second slider chooses what is seen only."""
    explorer = opened.made["cepstrum"]
    explorer.get_by_role("slider", name="Coefficients").press("ArrowLeft")
    settle(explorer)
    count = opened.evaluate("watched.played.length")
    explorer.get_by_role("slider", name="Frame").press("ArrowRight")
    settle(explorer)
    assert opened.evaluate("watched.played.length") == count
    explorer.get_by_role("button", name="Stop").click()


def test_sixty_events_in_a_second_do_not_queue_up(opened):
    """One question at a time, of a tenth of a second: far fewer answers, and the last value is shown."""
    explorer = opened.made["slow"]
    before = opened.evaluate("watched.shown.length")
    explorer.get_by_role("slider").evaluate(BURST)
    settle(explorer)
    assert 1 <= opened.evaluate("watched.shown.length") - before <= 30
    assert explorer.get_by_role("slider").input_value() == "3" and caption(explorer) == "shown: 3"


def test_the_last_of_sixty_values_is_heard(opened, voice):
    """Whatever sounded before; a key is the first gesture."""
    explorer = opened.made["bands"]
    slider = explorer.get_by_role("slider")
    slider.press("End")
    slider.evaluate(BURST)
    settle(explorer)
    expected = Reader(bands_explorer(voice)).set(n_mels=8)
    assert caption(explorer) == expected.words
    np.testing.assert_array_equal(played(opened)[0], expected.samples.astype(np.float32))


def test_a_line_is_typed_and_asked_for_by_enter(opened):
    """Key by key, without a question in between; what is heard is of the whole line."""
    explorer = opened.made["typed"]
    line = explorer.get_by_role("textbox", name="Say")
    expect(line).to_have_value("ta")
    line.fill("")
    shown = opened.evaluate("watched.shown.length")
    line.press_sequentially("dada b", delay=20)
    assert opened.evaluate("watched.shown.length") == shown
    line.press("Enter")
    expect(explorer.get_by_role("status")).to_have_text("said: dada bdada b")
    settle(explorer)
    expect(line).to_be_focused()
    assert len(played(opened)[0]) == 7000


def test_a_line_is_asked_for_when_the_hand_rests(opened):
    """And what is typed meanwhile is not taken away by an answer to another control."""
    explorer = opened.made["typed"]
    line, slider = explorer.get_by_role("textbox"), explorer.get_by_role("slider")
    line.fill("so")
    expect(explorer.get_by_role("status")).to_have_text("said: soso", timeout=3000)
    line.press_sequentially("la", delay=20)
    expect(line).to_have_value("sola")
    slider.press("End")
    expect(explorer.get_by_role("status")).to_have_text("said: solasolasolasola")
    settle(explorer)
    expect(line).to_have_value("sola")


def test_a_fault_is_told_and_the_controls_go_on(opened):
    """What `show` raises stands in the caption; the next value is shown again."""
    explorer = opened.made["faulty"]
    slider = explorer.get_by_role("slider")
    slider.press("Home")
    settle(explorer)
    assert "ZeroDivisionError" in caption(explorer) and "Divided by 0" in caption(explorer)
    slider.press("ArrowRight")
    settle(explorer)
    assert caption(explorer) == "6 halves"


def test_python_moves_a_control(opened):
    """`set` in a cell shows in the browser, silently."""
    count = opened.evaluate("watched.played.length")
    opened.keyboard.press("Escape")
    last = opened.locator(".jp-Notebook .jp-CodeCell .cm-content").last
    last.click()
    opened.keyboard.press("Control+a")
    opened.keyboard.insert_text("moved = bands_explorer(voice)\ndisplay(moved)\nmoved.set(n_mels=1)")
    opened.keyboard.press("Control+Enter")
    explorer = opened.locator(".resound-explorer").last
    expect(explorer.get_by_role("status")).to_contain_text("one band", timeout=20_000)
    expect(explorer.get_by_role("slider")).to_have_attribute("aria-valuetext", "1")
    assert opened.evaluate("watched.played.length") == count


def test_the_console_has_no_complaint(opened):
    """After all of it."""
    assert opened.complaints == []
