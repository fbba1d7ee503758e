"""A notebook of explorers in the browser, and what its page sees and plays."""

import time
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import Locator, Page, expect

PATIENCE = 20_000
"""Milliseconds that a busy machine may take for an answer."""
# noted by the page itself, in milliseconds since it was opened
WATCH = """
window.watched = { pressed: [], moved: [], shown: [], played: [], endless: false };
window.addEventListener("keydown", () => watched.pressed.push(performance.now()), true);
window.addEventListener("input", () => watched.moved.push(performance.now()), true);
window.addEventListener("resound:shown", ({ detail: { answer, ...times } }) => {
    watched.shown.push({ positions: answer.positions, ...times });
});
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...values) {
    const sound = { rate: this.buffer.sampleRate, samples: this.buffer.getChannelData(0), ended: false };
    this.addEventListener("ended", () => { sound.ended = true; });
    watched.played.push(sound);
    this.loop = watched.endless;
    return start.apply(this, values);
};
"""
# a slider is moved sixty times in a second
BURST = """async (slider) => {
    for (let step = 0; step < 60; step++) {
        slider.value = step % 8;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((done) => setTimeout(done, 1000 / 60));
    }
}"""


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook of code cells, for the kernel of this installation."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def save_and_reload(page: Page, notebook: Path, seconds: float = 20) -> None:
    """Save a notebook, once what was typed is on its way to the kernel, and load the page again."""
    # timers that were set before this one, and are shorter, have rung by then
    page.evaluate("new Promise((done) => setTimeout(done, 600))")
    before, until = notebook.stat().st_mtime_ns, time.monotonic() + seconds
    page.keyboard.press("Control+s")
    while notebook.stat().st_mtime_ns == before and time.monotonic() < until:
        page.wait_for_timeout(50)
    page.reload()


def explorers(page: Page, count: int) -> list[Locator]:
    """The explorers of a notebook, once each shows what it begins with."""
    found = [page.locator(".resound-explorer").nth(index) for index in range(count)]
    for explorer in found:
        settle(explorer)
    return found


def settle(explorer: Locator) -> None:
    """Wait until what was moved last is answered, seen and heard."""
    expect(explorer).to_have_attribute("aria-busy", "false")


def played(page: Page) -> tuple[np.ndarray, int]:
    """The sound that was begun last: its samples, and how many of them a second has."""
    sound = page.evaluate(
        "() => { const {rate, samples} = watched.played.at(-1); return {rate, samples: [...samples]}; }"
    )
    return np.array(sound["samples"], dtype=np.float32), sound["rate"]
