"""What the loudspeaker gets of a sound, sample by sample, as Chromium renders it."""

import numpy as np
import pytest

from course.widgets.module import module
from tests.browser.lab import new_page

RATE = 8000
RENDER = """async ([level, seconds, stopAt]) => {
    const rate = 8000;
    audioContext = new OfflineAudioContext(1, rate, rate);
    const player = makePlayer();
    const begun = player.play(new Float32Array(Math.round(seconds * rate)).fill(level), rate);
    if (stopAt !== null) audioContext.suspend(stopAt).then(() => { player.stop(); audioContext.resume(); });
    const rendered = await audioContext.startRendering();
    return { begun, samples: [...rendered.getChannelData(0)] };
}"""


@pytest.fixture
def render(chromium):
    """A constant sound of a level and a length, stopped after some seconds or not: float [8000], one second."""
    page = new_page(chromium)
    page.add_script_tag(content=module("sound.js"))

    def render(level, seconds, stop_at=None):
        rendered = page.evaluate(RENDER, [level, seconds, stop_at])
        assert rendered["begun"]
        return np.array(rendered["samples"])

    yield render
    page.close()


@pytest.mark.parametrize("seconds, stop_at, end", [(0.5, None, 0.5), (0.9, 0.256, 0.256)])
def test_a_sound_begins_and_ends_without_a_click(render, seconds, stop_at, end):
    """Where it ends, and where it is cut off: within some milliseconds, and not between two samples."""
    samples = render(0.8, seconds, stop_at)
    assert np.abs(np.diff(samples, prepend=0)).max() < 0.1
    end = int(end * RATE)
    np.testing.assert_allclose(samples[100 : end - 100], 0.8, atol=1e-4)
    np.testing.assert_allclose(samples[end + 100 :], 0, atol=1e-4)


def test_nothing_is_louder_than_full_scale(render):
    """It is turned down as a whole."""
    assert np.abs(render(3.0, 0.5)).max() <= 1
