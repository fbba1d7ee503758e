"""How soon a widget follows the hand: python -m benchmarks.widgets

JupyterLab with a kernel, Chromium, three seconds of speech. A key moves each control to values that were not shown
before; the clock runs from the browser's input event until the new sound has begun and the new picture is painted. The
latent pad has a line of its own: its decoder is a matrix, its sound 50 frames, which is 0.6 s.
"""

import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.lab import new_page, run_all, serve, start_chromium
from tests.browser.watching import BURST, WATCH, explorers, settle, write_notebook

SETUP = """
import librosa
import numpy as np
from course import audio
from course.widgets import *
speech = np.resize(audio.clip("voice_slt"), 3 * audio.SAMPLE_RATE)
magnitude = np.abs(librosa.stft(speech, n_fft=1024, hop_length=256))
starts = {"random phase": 2 * np.pi * np.random.default_rng(0).random(magnitude.shape), "zero phase": 0 * magnitude}
"""
MADE = {
    "sampling": "sampling_explorer(speech)",
    "stft": "stft_explorer(speech)",
    "bands": "bands_explorer(speech, n_mels=8)",
    "mel": "mel_explorer()",
    "pinv": "pinv_explorer(speech)",
    "griffin_lim": "griffin_lim_explorer(speech, starts)",
    "shift": "shift_explorer()",
    "cepstrum": "cepstrum_explorer(speech)",
}
PAD = """
from course.engine import mel_to_sound
ways = np.random.default_rng(0).standard_normal((50, 50, 20))
LatentPad(lambda z: 3 * ways @ z - 40, lambda square: mel_to_sound(librosa.db_to_power(square)))
"""
MOVES = 4
"""Of each control, to either side."""
PAD_MOVES = 25
"""To the right, and up."""
LAST = "() => { const {moved, shown} = watched; return {moved: moved.at(-1), ...shown.at(-1)}; }"


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        write_notebook(Path(folder) / "explorers.ipynb", [SETUP, *MADE.values(), PAD])
        with serve(Path(folder)) as address, start_chromium() as chromium:
            page = new_page(chromium)
            page.add_init_script(WATCH)
            run_all(page, address, "explorers.ipynb")
            opened = dict(zip(MADE, explorers(page, len(MADE)), strict=True))
            latencies = {name: latencies_ms(page, explorer) for name, explorer in opened.items()}
            pad = pad_latencies_ms(page)
            answers = {name: answers_to_burst(page, explorer) for name, explorer in opened.items()}
    print(f"{'':12} {'moves':>5} {'median':>9} {'p95':>9} {'worst':>9}   answers to 60 events in a second")
    every = [latency for each in latencies.values() for latency in each]
    for name, each in {**latencies, "all": every, "latent pad": pad}.items():
        figures = f"{statistics.median(each):6.0f} ms {p95(each):6.0f} ms {max(each):6.0f} ms"
        print(f"{name:12} {len(each):5} {figures}   {answers.get(name, '')}")
    print(json.dumps({"latency_median_ms": round(statistics.median(every), 1), "latency_p95_ms": round(p95(every), 1)}))


def latencies_ms(page: Page, explorer: Locator) -> list[float]:
    """From each movement to the new sound and the new picture."""
    latencies: dict[str, float] = {}
    controls = explorer.locator("input[type=range], select")
    for index in range(controls.count()):
        control = controls.nth(index)
        # to one side and back, to the other side and back
        for key in [key for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowRight") for _ in range(MOVES)]:
            before = page.evaluate("watched.moved.length")
            control.press(key)
            settle(explorer)
            # at its end a control does not move
            if page.evaluate("watched.moved.length") == before:
                continue
            last = page.evaluate(LAST)
            # what was shown before is remembered, and no measure
            latencies.setdefault(json.dumps(last["positions"]), max(last["heardAt"], last["seenAt"]) - last["moved"])
    return list(latencies.values())


def pad_latencies_ms(page: Page) -> list[float]:
    """From each key on the latent pad to the new sound and the new picture; no point is met twice."""
    pad = page.locator(".resound-pad")
    plane, latencies = pad.get_by_role("application"), []
    settle(pad)
    for key in ("ArrowRight", "ArrowUp"):
        for _ in range(PAD_MOVES):
            plane.press(key)
            settle(pad)
            pressed, last = page.evaluate("watched.pressed.at(-1)"), page.evaluate(LAST)
            assert last["sounding"], "no sound has begun"
            latencies.append(max(last["heardAt"], last["seenAt"]) - pressed)
    return latencies


def answers_to_burst(page: Page, explorer: Locator) -> int:
    """How many of sixty events in a second are answered; the last of them is."""
    before = page.evaluate("watched.shown.length")
    slider = explorer.get_by_role("slider").first
    slider.evaluate(BURST)
    settle(explorer)
    name = slider.get_attribute("id").rsplit("-", 1)[-1]
    assert page.evaluate(LAST)["positions"][name] == int(slider.input_value()), "the last value is not what is shown"
    return page.evaluate("watched.shown.length") - before


def p95(values: list[float]) -> float:
    """What nineteen of twenty stay below."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
